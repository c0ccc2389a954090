using System.Buffers.Binary;

namespace Parley.Station.Exports;

/// <summary>The numbers of a zip's headers (APPNOTE.TXT 6.3), little-endian, and those of its extra fields.</summary>
internal static class ZipFields
{
    private const ushort WideField = 1,
        OtherNameField = 0x7075;

    internal static ushort U16(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    internal static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    internal static long I64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    /// <summary>Sizes and place, from the ZIP64 field where the short ones are full; null where a field is cut or gives
    /// the file another name.</summary>
    internal static (long Whole, long Compressed, long Place)? Sizes(
        ReadOnlySpan<byte> extra,
        uint whole,
        uint compressed,
        uint place,
        ReadOnlySpan<byte> name
    )
    {
        var (wide, packed, at) = ((long)whole, (long)compressed, (long)place);
        while (extra.Length >= 4)
        {
            var (id, size) = (U16(extra, 0), U16(extra, 2));
            if (size > extra.Length - 4)
                return null;
            var field = extra.Slice(4, size);
            if (id == OtherNameField && (size < 5 || !field[5..].SequenceEqual(name)))
                return null;
            if (id == WideField)
            {
                if (
                    !Take(ref field, whole, ref wide)
                    || !Take(ref field, compressed, ref packed)
                    || !Take(ref field, place, ref at)
                )
                    return null;
            }
            extra = extra[(4 + size)..];
        }
        return wide < 0 || packed < 0 || at < 0 ? null : (wide, packed, at);

        static bool Take(ref ReadOnlySpan<byte> field, uint narrow, ref long value)
        {
            if (narrow != uint.MaxValue)
                return true;
            if (field.Length < 8)
                return false;
            value = I64(field, 0);
            field = field[8..];
            return true;
        }
    }
}
