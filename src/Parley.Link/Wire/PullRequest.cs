using System.Globalization;
using System.Text;
using Parley.Record;

namespace Parley.Link.Wire;

/// <summary>
/// Asks the peer for the entries of its feed from <paramref name="Held"/> on, and returns the cosignature on what the
/// last answer brought:
/// <c>held 41\n</c>; then <c>off-record &lt;id&gt;\n</c> when it brought a message off the record; then at most one
/// signature line. The answer is a push,
/// a message off the record, or 204 when there was nothing to send. LINK-20, LINK-41.
/// </summary>
public sealed record PullRequest(ulong Held, NoteSignature? Cosignature)
{
    private const int MaxLength = 1024;
    private const string OffRecordWord = "off-record ";

    /// <summary>Id of the message off the record that the last answer brought.</summary>
    public string? OffRecord { get; init; }

    public byte[] Encode() =>
        Encoding.UTF8.GetBytes(
            $"held {Held.ToString(CultureInfo.InvariantCulture)}\n{(OffRecord is null ? "" : $"{OffRecordWord}{OffRecord}\n")}{Cosignature?.ToLine()}"
        );

    public static Parsed<PullRequest> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength)
            return new Rejected("invalid input: the pull is too long");
        if (!System.Text.Unicode.Utf8.IsValid(bytes) || bytes.Length == 0 || bytes[^1] != '\n')
            return new Rejected("invalid input: the pull is not lines of UTF-8");
        var lines = Encoding.UTF8.GetString(bytes[..^1]).Split('\n');
        if (
            !lines[0].StartsWith("held ", StringComparison.Ordinal)
            || !CheckpointOffer.TryDecimal(lines[0].AsSpan(5), out var held)
        )
        {
            return new Rejected("invalid input: the first line is not 'held <size>'");
        }
        var next = 1;
        string? offRecord = null;
        if (next < lines.Length && lines[next].StartsWith(OffRecordWord, StringComparison.Ordinal))
        {
            offRecord = lines[next++][OffRecordWord.Length..];
            if (!OffRecordMessage.IsId(offRecord))
                return new Rejected("invalid input: the id of a message off the record is out of bounds");
        }
        if (next == lines.Length)
            return new PullRequest(held, null) { OffRecord = offRecord };
        if (next != lines.Length - 1)
            return new Rejected("invalid input: more than one signature line");
        if (!NoteSignature.ParseLine(lines[next]).TryGet(out var cosignature, out var why))
            return new Rejected($"invalid input: {why}");
        return new PullRequest(held, cosignature) { OffRecord = offRecord };
    }
}
