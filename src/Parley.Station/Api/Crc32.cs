namespace Parley.Station.Api;

/// <summary>CRC-32 as zip archives use it (ISO 3309, reflected 0x04C11DB7), eight bytes at a step.</summary>
internal sealed class Crc32
{
    private const int Steps = 8;
    private static readonly uint[] Table = MakeTable();
    private uint state = uint.MaxValue;

    internal uint Value => ~state;

    internal static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32();
        crc.Append(bytes);
        return crc.Value;
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        var crc = state;
        var t = Table;
        while (bytes.Length >= Steps)
        {
            var low = crc ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[7 * 256 + (byte)low] ^ t[6 * 256 + (byte)(low >> 8)] ^ t[5 * 256 + (byte)(low >> 16)] ^ t[4 * 256 + (int)(low >> 24)]
                ^ t[3 * 256 + (byte)high] ^ t[2 * 256 + (byte)(high >> 8)] ^ t[256 + (byte)(high >> 16)] ^ t[(int)(high >> 24)];
            bytes = bytes[Steps..];
        }
        foreach (var b in bytes) crc = t[(byte)(crc ^ b)] ^ (crc >> 8);
        state = crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[Steps * 256];
        for (uint i = 0; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            table[i] = crc;
        }
        for (var i = 256; i < table.Length; i++) table[i] = table[(byte)table[i - 256]] ^ (table[i - 256] >> 8);
        return table;
    }
}
