using System.Globalization;
using System.Net;
using Parley.Link;
using Parley.Record;

namespace Parley.Station.Media;

/// <summary>
/// A console's session description (SDP, RFC 8866) as a station lets it pass: one voice, one key, and no address. What
/// is not known to be needed is left out. CALL-9.
/// </summary>
internal sealed record SessionText
{
    private const int MaxLines = 400;
    private const int MaxLine = 1_000;
    private const string FingerprintLine = "a=fingerprint:sha-256 ";
    private const string UfragLine = "a=ice-ufrag:";
    private const string PwdLine = "a=ice-pwd:";

    /// <summary>How each line that may pass begins.</summary>
    private static readonly string[] Passing =
    [
        "v=0",
        "s=",
        "t=",
        "a=group:BUNDLE",
        "a=extmap",
        "a=msid",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        "a=rtcp-fb:",
        "a=ice-options:",
        "a=setup:",
        "a=mid:",
        "a=sendrecv",
        "a=sendonly",
        "a=recvonly",
        "a=inactive",
        "a=rtpmap:",
        "a=fmtp:",
        "a=ssrc",
        "a=ptime:",
        "a=maxptime:",
        FingerprintLine,
        UfragLine,
        PwdLine,
    ];

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create(
        "0123456789abcdef"
    );
    private static readonly System.Buffers.SearchValues<char> IceLetters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"
    );

    /// <summary>The certificate's SHA-256, as it stands in a joining.</summary>
    internal required string Fingerprint { get; init; }
    internal required string Ufrag { get; init; }
    internal required string Password { get; init; }

    /// <summary>True where the console sends voice.</summary>
    internal required bool Speaks { get; init; }
    private string[] Lines { get; init; } = [];

    /// <summary>Reads what a console said; a description that names two keys, two streams or none is refused.</summary>
    internal static Parsed<SessionText> Parse(string sdp)
    {
        if (sdp.Length > LinkLimits.MaxSdpBytes)
            return new Rejected($"a session description is at most {LinkLimits.MaxSdpBytes} characters");
        var lines = sdp.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length > MaxLines)
            return new Rejected($"a session description has at most {MaxLines} lines");
        var kept = new List<string>(lines.Length);
        string? fingerprint = null,
            ufrag = null,
            password = null,
            direction = null;
        var media = 0;
        foreach (var whole in lines)
        {
            var line = whole.TrimEnd('\r');
            if (line.Length > MaxLine || line.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                return new Rejected("a session description has a line that is too long or no text");
            if (line.StartsWith("m=", StringComparison.Ordinal))
            {
                if (++media > 1 || !line.StartsWith("m=audio ", StringComparison.Ordinal))
                    return new Rejected("a call is one voice each way, and nothing else");
                kept.Add(line);
                kept.Add("c=IN IP4 0.0.0.0");
                continue;
            }
            if (line.StartsWith("o=", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                if (words.Length != 6)
                    return new Rejected("a session description has no origin that can be read");
                kept.Add($"o=- {Digits(words[1])} {Digits(words[2])} IN IP4 127.0.0.1");
                continue;
            }
            if (!Array.Exists(Passing, p => line.StartsWith(p, StringComparison.Ordinal)))
            {
                if (line.StartsWith("a=fingerprint:", StringComparison.Ordinal))
                    return new Rejected("a key of a call is told by its SHA-256, and by nothing else");
                continue;
            }
            if (line.StartsWith(FingerprintLine, StringComparison.Ordinal))
            {
                if (!TryFingerprint(line[FingerprintLine.Length..], out var told) || (fingerprint ??= told) != told)
                    return new Rejected("a session description names one key, and no two");
            }
            else if (line.StartsWith(UfragLine, StringComparison.Ordinal))
            {
                var told = line[UfragLine.Length..];
                if (!IsIce(told, 4) || (ufrag ??= told) != told)
                    return new Rejected("a session description has one ice-ufrag");
            }
            else if (line.StartsWith(PwdLine, StringComparison.Ordinal))
            {
                var told = line[PwdLine.Length..];
                if (!IsIce(told, 22) || (password ??= told) != told)
                    return new Rejected("a session description has one ice-pwd");
            }
            else if (line is "a=sendrecv" or "a=sendonly" or "a=recvonly" or "a=inactive")
            {
                // Two would be read by one as listening, and by another as speaking.
                if ((direction ??= line) != line)
                    return new Rejected("a session description says one direction, and no two");
            }
            kept.Add(line);
        }
        return media == 1 && fingerprint is not null && ufrag is not null && password is not null
            ? new SessionText
            {
                Fingerprint = fingerprint,
                Ufrag = ufrag,
                Password = password,
                Speaks = direction is not ("a=recvonly" or "a=inactive"),
                Lines = [.. kept],
            }
            : new Rejected("a session description lacks its stream, its key, its ice-ufrag or its ice-pwd");
    }

    /// <summary>As it goes to the other station: no address of anybody.</summary>
    internal string Bare() => string.Concat(Lines.Select(l => $"{l}\r\n"));

    /// <summary>As a console is given it: the only address is its own station's.</summary>
    internal string With(IEnumerable<IPEndPoint> relays)
    {
        var number = 0;
        return Bare()
            + string.Concat(
                relays.Select(r =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"a=candidate:{++number} 1 udp {2130706431 - (number << 8)} {r.Address} {r.Port} typ host\r\n"
                    )
                )
            )
            + "a=end-of-candidates\r\n";
    }

    private static bool TryFingerprint(string text, out string hash)
    {
        hash = "";
        if (text.Length != 95)
            return false;
        for (var i = 2; i < text.Length; i += 3)
        {
            if (text[i] != ':')
                return false;
        }
        var digits = text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        if (digits.Length != 64 || digits.AsSpan().ContainsAnyExcept(HexDigits))
            return false;
        hash = $"sha256:{digits}";
        return true;
    }

    private static string Digits(string text) =>
        text.Length is > 0 and <= 20 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') ? text : "0";

    private static bool IsIce(string text, int least) =>
        text.Length >= least && text.Length <= 256 && !text.AsSpan().ContainsAnyExcept(IceLetters);
}
