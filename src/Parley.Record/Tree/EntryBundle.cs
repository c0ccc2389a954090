using System.Buffers;
using System.Buffers.Binary;

namespace Parley.Record;

/// <summary>
/// Up to 256 consecutive entries as <c>tile/entries/…</c> holds them (C2SP tlog-tiles): each behind its length, a
/// big-endian 16-bit
/// number, and nothing else (LOG-18).
/// </summary>
public static class EntryBundle
{
    /// <summary>Longest entry that the format can hold, in bytes.</summary>
    public const int MaxEntryLength = ushort.MaxValue;
    private const int PrefixLength = sizeof(ushort);

    /// <summary>Writes one entry behind those written before. A longer entry than the format holds is misuse and
    /// throws.</summary>
    public static void Append(IBufferWriter<byte> to, ReadOnlySpan<byte> entry)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entry.Length, MaxEntryLength, nameof(entry));
        var length = PrefixLength + entry.Length;
        var span = to.GetSpan(length);
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)entry.Length);
        entry.CopyTo(span[PrefixLength..]);
        to.Advance(length);
    }

    /// <summary>
    /// The entries of a bundle of exactly <paramref name="width"/> (1–256), as slices of <paramref name="bundle"/>;
    /// what is cut short, or goes on after the last,
    /// is refused.
    /// </summary>
    public static Parsed<ReadOnlyMemory<byte>[]> Read(ReadOnlyMemory<byte> bundle, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, TilePath.FullWidth);
        var entries = new ReadOnlyMemory<byte>[width];
        for (var i = 0; i < width; i++)
        {
            if (
                !BinaryPrimitives.TryReadUInt16BigEndian(bundle.Span, out var length)
                || bundle.Length < PrefixLength + length
            )
            {
                return new Rejected($"a bundle of {width} entries ends within entry {i}");
            }
            entries[i] = bundle.Slice(PrefixLength, length);
            bundle = bundle[(PrefixLength + length)..];
        }
        return bundle.IsEmpty ? entries : new Rejected($"a bundle of {width} entries goes on after the last");
    }
}
