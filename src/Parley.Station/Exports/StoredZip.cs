using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Parley.Station.Desks;

namespace Parley.Station.Exports;

/// <summary>
/// Writes a zip archive forward only and uncompressed (APPNOTE.TXT 6.3, method 0), with sizes and CRC-32 in front of
/// every file, so
/// that a reader can unpack it while it arrives. ZIP64 where the counts need it. The directory that stands at the end
/// waits in a
/// temporary file: memory stays flat whatever the number of files.
/// </summary>
internal sealed class StoredZip(Stream output) : IExportSink, IDisposable
{
    internal const uint LocalSignature = 0x04034b50;
    internal const uint CentralSignature = 0x02014b50;
    internal const uint EndSignature = 0x06054b50;
    internal const uint WideEndSignature = 0x06064b50;
    internal const int LocalLength = 30;
    internal const int CentralLength = 46;

    /// <summary>The ZIP64 field after the name of a file that begins beyond 4 GiB.</summary>
    internal const int WideLength = 12;
    internal const int WideEndLength = 56 + 20;
    internal const int EndLength = 22;
    internal const int MaxEndLength = WideEndLength + EndLength;
    private const ushort Utf8Names = 1 << 11;
    private const ushort Version = 45; // 4.5: ZIP64
    private const ushort UnixMadeBy = 3 << 8 | Version;
    private const uint Mode = 0x81A4u << 16; // -rw-r--r--
    private const ushort Date = (2022 - 1980) << 9 | 1 << 5 | 1; // fixed: the same record gives the same archive
    private const int CopyChunk = 256 * 1024;

    private readonly FileStream directory = OpenTemporary();
    private long offset;
    private long files;

    public void Write(string path, ReadOnlySpan<byte> content)
    {
        Begin(path, content.Length, Crc32.HashToUInt32(content));
        output.Write(content);
        offset += content.Length;
    }

    public void Write(string path, long length, Func<Stream> open)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, uint.MaxValue - 1L);
        var buffer = new byte[CopyChunk];
        var crc = new Crc32();
        Copy(open, length, buffer, crc.Append);
        Begin(path, length, crc.GetCurrentHashAsUInt32());
        Copy(open, length, buffer, output.Write);
        offset += length;
    }

    /// <summary>Writes the directory; the archive is whole only after this.</summary>
    internal void Complete()
    {
        var start = offset;
        var size = directory.Position;
        directory.Position = 0;
        directory.CopyTo(output, CopyChunk);
        output.Write(End(stackalloc byte[MaxEndLength], files, start, size));
        output.Flush();
    }

    public void Dispose() => directory.Dispose();

    private static FileStream OpenTemporary()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 64 * 1024,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Combine(Path.GetTempPath(), $"parley-export-{Guid.NewGuid():n}"), options);
    }

    private void Begin(string path, long length, uint crc)
    {
        var name = Encoding.UTF8.GetBytes(path);
        Span<byte> header = stackalloc byte[CentralLength + WideLength];
        output.Write(Local(header, length, crc, name.Length));
        output.Write(name);

        var central = Central(header, length, crc, name.Length, offset);
        directory.Write(central[..CentralLength]);
        directory.Write(name);
        directory.Write(central[CentralLength..]);
        offset += LocalLength + name.Length;
        files++;
    }

    /// <summary>The header in front of a file, as this class writes it and no other way.</summary>
    internal static ReadOnlySpan<byte> Local(Span<byte> into, long length, uint crc, int nameLength)
    {
        var w = new Little(into);
        w.U32(LocalSignature);
        w.U16(Version);
        w.U16(Utf8Names);
        w.U16(0);
        w.U16(0);
        w.U16(Date);
        w.U32(crc);
        w.U32((uint)length);
        w.U32((uint)length);
        w.U16((ushort)nameLength);
        w.U16(0);
        return into[..w.Length];
    }

    /// <summary>A file's record in the directory: what stands before its name, and (where it begins beyond 4 GiB) what
    /// stands after it.</summary>
    internal static ReadOnlySpan<byte> Central(Span<byte> into, long length, uint crc, int nameLength, long place)
    {
        var wide = place >= uint.MaxValue; // only the place can pass 4 GiB; a single file cannot
        var w = new Little(into);
        w.U32(CentralSignature);
        w.U16(UnixMadeBy);
        w.U16(Version);
        w.U16(Utf8Names);
        w.U16(0);
        w.U16(0);
        w.U16(Date);
        w.U32(crc);
        w.U32((uint)length);
        w.U32((uint)length);
        w.U16((ushort)nameLength);
        w.U16((ushort)(wide ? WideLength : 0));
        w.U16(0);
        w.U16(0);
        w.U16(0);
        w.U32(Mode);
        w.U32(wide ? uint.MaxValue : (uint)place);
        if (wide)
        {
            w.U16(1);
            w.U16(8);
            w.U64(place);
        }
        return into[..w.Length];
    }

    /// <summary>What closes the archive after a directory of <paramref name="size"/> bytes that begins at
    /// <paramref name="start"/>.</summary>
    internal static ReadOnlySpan<byte> End(Span<byte> into, long files, long start, long size)
    {
        var w = new Little(into);
        if (files >= ushort.MaxValue || start >= uint.MaxValue || size >= uint.MaxValue)
        {
            w.U32(WideEndSignature);
            w.U64(44);
            w.U16(UnixMadeBy);
            w.U16(Version);
            w.U32(0);
            w.U32(0);
            w.U64(files);
            w.U64(files);
            w.U64(size);
            w.U64(start);
            w.U32(0x07064b50);
            w.U32(0);
            w.U64(start + size);
            w.U32(1);
        }
        w.U32(EndSignature);
        w.U16(0);
        w.U16(0);
        var count = (ushort)Math.Min(files, ushort.MaxValue);
        w.U16(count);
        w.U16(count);
        w.U32((uint)Math.Min(size, uint.MaxValue));
        w.U32((uint)Math.Min(start, uint.MaxValue));
        w.U16(0);
        return into[..w.Length];
    }

    private static void Copy(Func<Stream> open, long length, byte[] buffer, Chunk take)
    {
        using var source = open();
        for (var left = length; left > 0; )
        {
            var read = source.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
                throw new EndOfStreamException("an attachment is shorter than its header says");
            take(buffer.AsSpan(0, read));
            left -= read;
        }
    }

    private delegate void Chunk(ReadOnlySpan<byte> bytes);

    private ref struct Little(Span<byte> to)
    {
        private readonly Span<byte> to = to;

        internal int Length { get; private set; }

        internal void U16(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(to[Length..], value);
            Length += 2;
        }

        internal void U32(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to[Length..], value);
            Length += 4;
        }

        internal void U64(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(to[Length..], value);
            Length += 8;
        }
    }
}
