using System.Buffers.Binary;
using System.Text;

namespace Parley.EndToEnd.Console;

/// <summary>The smallest map of an operator's own: one vector tile of the whole world (MVT), in a PMTiles archive of
/// version 3, nothing of it compressed.</summary>
internal static class OwnMap
{
    private const int HeaderLength = 127;
    private const int Extent = 4096;

    /// <summary>A layer of land with one square, an eighth of the world wide, in its middle.</summary>
    internal static byte[] OfOneSquare()
    {
        byte[] tile = [.. Tile()];
        byte[] directory = [.. Varint(1), .. Varint(0), .. Varint(1), .. Varint((ulong)tile.Length), .. Varint(1)];
        var metadata = Encoding.UTF8.GetBytes("""{"vector_layers":[{"id":"earth","fields":{}}]}""");
        var header = new byte[HeaderLength];
        "PMTiles"u8.CopyTo(header);
        header[7] = 3;
        var at = 8;
        void Long(int value)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(at), (ulong)value);
            at += 8;
        }
        var (metadataAt, tileAt) = (HeaderLength + directory.Length, HeaderLength + directory.Length + metadata.Length);
        foreach (
            var value in (int[])
                [
                    HeaderLength,
                    directory.Length,
                    metadataAt,
                    metadata.Length,
                    0, // no leaf directories
                    0,
                    tileAt,
                    tile.Length,
                    1, // addressed tiles, entries, contents
                    1,
                    1,
                ]
        )
            Long(value);
        header[at++] = 1; // clustered
        header[at++] = 1; // the directory is not compressed
        header[at++] = 1; // nor are the tiles
        header[at] = 1; // which are MVT; zooms 0 to 0, and the bounds, stay 0
        return [.. header, .. directory, .. metadata, .. tile];
    }

    private static IEnumerable<byte> Tile()
    {
        const int side = Extent / 8,
            first = (Extent - side) / 2;
        uint[] outline =
        [
            (1 << 3) | 1, // move to
            Zigzag(first),
            Zigzag(first),
            (3 << 3) | 2, // three lines
            Zigzag(side),
            Zigzag(0),
            Zigzag(0),
            Zigzag(side),
            Zigzag(-side),
            Zigzag(0),
            (1 << 3) | 7, // closed
        ];
        byte[] geometry = [.. outline.SelectMany(one => Varint(one))];
        byte[] feature = [.. Number(3, 3), .. Bytes(4, geometry)];
        byte[] layer =
        [
            .. Number(15, 2),
            .. Bytes(1, Encoding.UTF8.GetBytes("earth")),
            .. Bytes(2, feature),
            .. Number(5, Extent),
        ];
        return Bytes(3, layer);
    }

    private static uint Zigzag(int value) => (uint)((value << 1) ^ (value >> 31));

    private static IEnumerable<byte> Number(int field, ulong value) =>
        [.. Varint((ulong)(field << 3)), .. Varint(value)];

    private static IEnumerable<byte> Bytes(int field, byte[] content) =>
        [.. Varint((ulong)((field << 3) | 2)), .. Varint((ulong)content.Length), .. content];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
