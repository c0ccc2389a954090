using System.Buffers;
using System.Globalization;
using System.Text;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Link.Wire;

/// <summary>
/// What C2SP tlog-witness calls the body of <c>add-checkpoint</c>: the size the peer last cosigned, the consistency
/// proof from there,
/// and the author's checkpoint. It opens every push. LINK-10.
/// </summary>
public sealed record CheckpointOffer(ulong OldSize, IReadOnlyList<Hash> Proof, SignedCheckpoint Checkpoint)
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    private const string InvalidSignature = "invalid signature";

    /// <summary>The answer to an offer that cannot be read: 403 where only a signature line is at fault (it can verify
    /// under no key), else 400.</summary>
    public static LinkAnswer Refusal(string reason) =>
        LinkAnswer.Refuse(reason.StartsWith(InvalidSignature, StringComparison.Ordinal) ? 403 : 400, reason);

    public byte[] Encode()
    {
        var text = new StringBuilder(256)
            .Append("old ")
            .Append(OldSize.ToString(CultureInfo.InvariantCulture))
            .Append('\n');
        foreach (var hash in Proof)
            text.Append(hash.ToBase64()).Append('\n');
        text.Append('\n');
        return [.. Encoding.ASCII.GetBytes(text.ToString()), .. Checkpoint.Encode()];
    }

    public static Parsed<CheckpointOffer> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LinkLimits.MaxPreambleBytes)
            return new Rejected("invalid input: the checkpoint offer is too long");
        if (
            !TryTakeLine(ref bytes, out var first)
            || !first.StartsWith("old ")
            || !TryDecimal(first.AsSpan(4), out var oldSize)
        )
        {
            return new Rejected("invalid input: the first line is not 'old <size>'");
        }
        var proof = new List<Hash>();
        Span<byte> decoded = stackalloc byte[Hash.Length + 1];
        while (true)
        {
            if (!TryTakeLine(ref bytes, out var line))
                return new Rejected("invalid input: no empty line before the checkpoint");
            if (line.Length == 0)
                break;
            if (proof.Count == ConsistencyProof.MaxHashes)
                return new Rejected("invalid input: more than 63 proof lines");
            if (
                !Convert.TryFromBase64String(line, decoded, out var written)
                || written != Hash.Length
                || !string.Equals(Convert.ToBase64String(decoded[..written]), line, StringComparison.Ordinal)
            )
            {
                return new Rejected("invalid input: a proof line is not a base64 hash");
            }
            proof.Add(new Hash(decoded[..written]));
        }
        if (!SignedCheckpoint.Parse(bytes).TryGet(out var checkpoint, out var why))
        {
            return new Rejected(
                why.StartsWith("a signature line", StringComparison.Ordinal)
                    ? $"{InvalidSignature}: {why}"
                    : $"invalid input: invalid checkpoint: {why}"
            );
        }
        return new CheckpointOffer(oldSize, proof, checkpoint);
    }

    /// <summary>Reads a decimal without leading zeroes, as every C2SP text does.</summary>
    internal static bool TryDecimal(ReadOnlySpan<char> text, out ulong value)
    {
        value = 0;
        if (text.Length == 0 || (text.Length > 1 && text[0] == '0') || text.ContainsAnyExcept(Digits))
            return false;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryTakeLine(ref ReadOnlySpan<byte> bytes, out string line)
    {
        line = "";
        var end = bytes.IndexOf((byte)'\n');
        if (end is < 0 or > 200)
            return false; // a proof line is 44 characters, an old-size line at most 24
        var slice = bytes[..end];
        if (slice.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e))
            return false;
        line = Encoding.ASCII.GetString(slice);
        bytes = bytes[(end + 1)..];
        return true;
    }
}
