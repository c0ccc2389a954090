using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Parley.Conformance.Peer;
using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>Who lost part of his own feed gets it back.</summary>
internal static class RecoveryChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static IReadOnlyList<Check> All { get; } =
    [
        new(
            "LINK-101",
            "who holds all of his own feed is answered 204",
            async (s, ct) => Finding.Status(await AskAsync(s, s.Cosigned, ct).ConfigureAwait(false), 204)
        ),
        new("LINK-61", "who lost all of his own feed is given it back under his own signature", GivenAsync),
        new("LINK-63", "who asks for his own feed in his heartbeats is brought it", BroughtAsync),
        new(
            "MESSAGES-9",
            "a question that is none is answered 400",
            async (s, ct) =>
                Finding.Status(
                    await s.Caller.PostAsync($"{s.Own.Path}/recover", "from the start\n", ct).ConfigureAwait(false),
                    400
                )
        ),
        new(
            "LINK-63",
            "entries of its own that the station did not ask for are answered 409",
            async (s, ct) =>
                Finding.Status(
                    await s
                        .Caller.PostAsync(
                            $"{s.Theirs.Path}/recovered?offset={s.Theirs.Size}",
                            s.Theirs.From(0) ?? [],
                            ct
                        )
                        .ConfigureAwait(false),
                    409
                )
        ),
    ];

    private static Task<Answer> AskAsync(ConformanceSession session, int from, CancellationToken ct) =>
        session.Caller.PostAsync(
            $"{session.Own.Path}/recover",
            string.Create(CultureInfo.InvariantCulture, $"from {from}\n"),
            ct
        );

    private static async Task<string?> GivenAsync(ConformanceSession session, CancellationToken ct)
    {
        var answer = await AskAsync(session, 0, ct).ConfigureAwait(false);
        if (Finding.Status(answer, 200) is { } other)
            return other;
        return Leads(session, answer.Body);
    }

    /// <summary>LINK-63: null where the station brought it by itself, as it would have given it.</summary>
    private static async Task<string?> BroughtAsync(ConformanceSession session, CancellationToken ct)
    {
        var path = $"{session.Own.Path}/recovered?offset=0";
        var since = session.Clock.GetUtcNow();
        session.InPlace = request => request.Path == path ? (204, "text/plain", []) : null;
        session.Wants = 0;
        try
        {
            if (
                !await session.UntilAsync(() => session.Requests(since, path).Any(), Patience, ct).ConfigureAwait(false)
            )
                return $"nothing was brought within {Patience.TotalSeconds:0} s";
            return Leads(session, session.Requests(since, path).First().Body);
        }
        finally
        {
            session.Wants = null;
        }
    }

    private static string? Leads(ConformanceSession session, byte[] given)
    {
        if (given.Length < 4)
            return "the answer has no offer";
        var length = BinaryPrimitives.ReadInt32BigEndian(given);
        if (length < 0 || length > given.Length - 4)
            return "the answer's offer runs past its end";
        var offer = Encoding.UTF8.GetString(given, 4, length);
        var blank = offer.IndexOf("\n\n", StringComparison.Ordinal);
        return blank < 0
            || !SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(offer[(blank + 2)..])).TryGet(out var signed, out _)
                ? "the answer's offer cannot be read"
            : signed.Check(session.Line.LogKey(session.Party.Id)) != SignatureCheck.Valid
                ? "its checkpoint is not under the asker's own signature"
            : signed.Checkpoint.Size != (ulong)session.Cosigned
                ? $"it leads to {signed.Checkpoint.Size} entries, and {session.Cosigned} were cosigned"
            : null;
    }
}
