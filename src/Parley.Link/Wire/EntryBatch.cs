using System.Buffers;
using System.Buffers.Binary;
using Parley.Record;

namespace Parley.Link.Wire;

/// <summary>
/// The bytes of a push: a checkpoint offer, then every entry from its old size to its checkpoint's size.
/// <code>
/// u32 length ‖ checkpoint offer
/// per entry: u16 length ‖ header ‖ u8 disposition ‖ (32-byte salt ‖ u16 length ‖ body, when disposition is 1)
/// then nothing, or: u32 length ‖ an earlier checkpoint with cosignatures on it
/// disposition 0: no body for you; 1: the body follows; 2: the body would be yours, and its author has lost it
/// </code>
/// Integers are big-endian; header and its length stand as in a tlog-tiles entry bundle. LINK-12.
/// </summary>
public static class EntryBatch
{
    private const byte NoBody = 0;
    private const byte InlineBody = 1;
    private const byte LostBody = 2;

    public static void WriteOffer(IBufferWriter<byte> to, CheckpointOffer offer)
    {
        var bytes = offer.Encode();
        BinaryPrimitives.WriteUInt32BigEndian(to.GetSpan(4), (uint)bytes.Length);
        to.Advance(4);
        to.Write(bytes);
    }

    /// <param name="to">Receives the entry.</param>
    /// <param name="entry">Header as kept; salt and body when the store has them.</param>
    /// <param name="withBody">False withholds the body from a party that it is not addressed to.</param>
    /// <param name="lost">True says to an addressee that the author has lost the body. LINK-76.</param>
    public static void WriteEntry(IBufferWriter<byte> to, Entry entry, bool withBody, bool lost = false)
    {
        var body = withBody && entry is { Salt: not null, Body: not null } ? entry.Body : null;
        var length = 2 + entry.Header.Length + 1 + (body is null ? 0 : Body.SaltLength + 2 + body.Length);
        var span = to.GetSpan(length);
        BinaryPrimitives.WriteUInt16BigEndian(span, checked((ushort)entry.Header.Length));
        entry.Header.CopyTo(span[2..]);
        var at = 2 + entry.Header.Length;
        span[at++] =
            body is not null ? InlineBody
            : lost ? LostBody
            : NoBody;
        if (body is not null)
        {
            entry.Salt!.CopyTo(span[at..]);
            BinaryPrimitives.WriteUInt16BigEndian(span[(at + Body.SaltLength)..], checked((ushort)body.Length));
            body.CopyTo(span[(at + Body.SaltLength + 2)..]);
        }
        to.Advance(length);
    }

    /// <summary>Bytes that <see cref="WriteEntry"/> would write at most.</summary>
    public static int WireLength(Entry entry) =>
        3 + entry.Header.Length + (entry.Body is null ? 0 : Body.SaltLength + 2 + entry.Body.Length);

    /// <summary>Splits a push into its offer and the bytes of its entries. Nothing is allocated for lengths that are
    /// not there.</summary>
    public static Parsed<CheckpointOffer> ReadOffer(ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> entries)
    {
        entries = default;
        if (bytes.Length < 4)
            return new Rejected("invalid input: truncated before the checkpoint offer");
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.Span);
        if (length > LinkLimits.MaxPreambleBytes || length > bytes.Length - 4)
            return new Rejected("invalid input: truncated in the checkpoint offer");
        entries = bytes[(4 + (int)length)..];
        return CheckpointOffer.Parse(bytes.Span.Slice(4, (int)length));
    }

    /// <summary>Reads exactly <paramref name="count"/> entries and nothing after them.</summary>
    public static Parsed<IReadOnlyList<Entry>> ReadEntries(ReadOnlySpan<byte> bytes, ulong count)
    {
        var read = ReadEntries(bytes, count, out _, out var rest);
        return rest.Length == 0 ? read : new Rejected("bytes after the last entry");
    }

    /// <param name="bytes">What follows the offer.</param>
    /// <param name="count">How many entries are to be there.</param>
    /// <param name="rest">What follows them.</param>
    /// <param name="lost">Places within the push of entries whose bodies the author says it has lost.</param>
    public static Parsed<IReadOnlyList<Entry>> ReadEntries(
        ReadOnlySpan<byte> bytes,
        ulong count,
        out IReadOnlySet<int> lost,
        out ReadOnlySpan<byte> rest
    )
    {
        rest = default;
        var lostAt = new HashSet<int>();
        lost = lostAt;
        if (count > LinkLimits.MaxEntriesPerPush)
            return new Rejected($"more than {LinkLimits.MaxEntriesPerPush} entries in one push");
        if (count * 4 > (ulong)bytes.Length)
            return new Rejected("truncated: fewer entries than the checkpoint covers");
        var entries = new Entry[(int)count];
        for (var i = 0; i < entries.Length; i++)
        {
            if (
                !TryTakeLength(ref bytes, out var headerLength)
                || headerLength > EntryHeader.MaxLength
                || bytes.Length < headerLength + 1
            )
            {
                return new Rejected($"truncated or oversized header at entry {i} of the push");
            }
            var header = bytes[..headerLength].ToArray();
            var disposition = bytes[headerLength];
            bytes = bytes[(headerLength + 1)..];
            if (disposition is NoBody or LostBody)
            {
                if (disposition == LostBody)
                    lostAt.Add(i);
                entries[i] = new Entry(header, null, null);
                continue;
            }
            if (disposition != InlineBody || bytes.Length < Body.SaltLength)
                return new Rejected($"unknown disposition or truncated salt at entry {i} of the push");
            var salt = bytes[..Body.SaltLength].ToArray();
            bytes = bytes[Body.SaltLength..];
            if (
                !TryTakeLength(ref bytes, out var bodyLength)
                || bodyLength > Body.MaxInline
                || bytes.Length < bodyLength
            )
            {
                return new Rejected($"truncated or oversized body at entry {i} of the push");
            }
            entries[i] = new Entry(header, salt, bytes[..bodyLength].ToArray());
            bytes = bytes[bodyLength..];
        }
        rest = bytes;
        return entries;
    }

    /// <summary>Writes an earlier checkpoint, for the cosignatures on it. LINK-22.</summary>
    public static void WriteBeside(IBufferWriter<byte> to, SignedCheckpoint checkpoint)
    {
        var bytes = checkpoint.Encode();
        BinaryPrimitives.WriteUInt32BigEndian(to.GetSpan(4), (uint)bytes.Length);
        to.Advance(4);
        to.Write(bytes);
    }

    /// <summary>Reads what <see cref="WriteBeside"/> wrote and nothing after it; <paramref name="beside"/> is null
    /// where there is nothing. False with the reason when it is something else.</summary>
    public static bool TryReadBeside(ReadOnlySpan<byte> bytes, out SignedCheckpoint? beside, out string why)
    {
        beside = null;
        why = "";
        if (bytes.Length == 0)
            return true;
        why = "bytes after the last entry of the push";
        if (
            bytes.Length < 4
            || BinaryPrimitives.ReadUInt32BigEndian(bytes) != (uint)(bytes.Length - 4)
            || bytes.Length > LinkLimits.MaxPreambleBytes
        )
            return false;
        if (SignedCheckpoint.Parse(bytes[4..]).TryGet(out beside, out var malformed))
            return true;
        why = $"after the last entry: {malformed}";
        return false;
    }

    private static bool TryTakeLength(ref ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < 2)
            return false;
        length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        bytes = bytes[2..];
        return true;
    }
}
