using System.Globalization;
using System.Text;
using Parley.Record;

namespace Parley.Link.Wire;

/// <summary>
/// Asks the peer for the entries of its feed from <paramref name="Held"/> on, and returns the cosignature on what the last answer brought:
/// <c>held 41\n</c>, then at most one signature line. The answer is a push, or 204 when there was nothing to send. LINK-20.
/// </summary>
public sealed record PullRequest(ulong Held, NoteSignature? Cosignature)
{
    public byte[] Encode() =>
        Encoding.UTF8.GetBytes($"held {Held.ToString(CultureInfo.InvariantCulture)}\n{Cosignature?.ToLine()}");

    public static Parsed<PullRequest> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 1024) return new Rejected("invalid input: the pull is too long");
        var end = bytes.IndexOf((byte)'\n');
        if (end < 6 || !bytes.StartsWith("held "u8) || !CheckpointOffer.TryDecimal(Encoding.ASCII.GetString(bytes[5..end]), out var held))
        {
            return new Rejected("invalid input: the first line is not 'held <size>'");
        }
        var rest = bytes[(end + 1)..];
        if (rest.Length == 0) return new PullRequest(held, null);
        if (rest.IndexOf((byte)'\n') != rest.Length - 1) return new Rejected("invalid input: more than one signature line");
        if (!NoteSignature.ParseLine(Encoding.UTF8.GetString(rest)).TryGet(out var cosignature, out var why)) return new Rejected($"invalid input: {why}");
        return new PullRequest(held, cosignature);
    }
}
