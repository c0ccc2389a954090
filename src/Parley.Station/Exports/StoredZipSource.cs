using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Parley.Contract;
using Parley.Record;

namespace Parley.Station.Exports;

/// <summary>
/// An export as the station zips it. That form has no freedom (<see cref="StoredZip"/>), so every byte of it is
/// checked: the headers
/// against what the station would have written, the contents against their CRC here and against the record by the
/// verifier.
/// Safe for several threads: it reads by place.
/// </summary>
internal sealed class StoredZipSource : IEvidenceSource, IDisposable
{
    private const int SignedLength = 14; // of a local header: up to the date, the same in every archive of ours
    private const int MaxName = 512;

    private readonly SafeFileHandle file;
    private readonly List<string> names = [];
    private readonly Dictionary<string, (long Place, uint Length, uint Crc)> places = new(StringComparer.Ordinal);

    private StoredZipSource(SafeFileHandle file) => this.file = file;

    /// <summary>What is wrong with the archive itself: path of the file concerned, and the reason.</summary>
    internal List<(string Path, string Reason)> Faults { get; } = [];

    /// <summary>Opens an archive that begins or ends as the station writes it; null for any other file.</summary>
    internal static StoredZipSource? TryOpen(string path)
    {
        var opened = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
        var source = new StoredZipSource(opened);
        var length = RandomAccess.GetLength(opened);
        var isOurs = source.BeginsAsOurs();
        if (source.FindDirectory(length, out var start, out var end, out var count))
        {
            isOurs |= source.HasOurRecord(start);
            if (isOurs)
            {
                source.ReadDirectory(start, end, count);
                return source;
            }
        }
        if (isOurs)
        {
            source.Faults.Add((System.IO.Path.GetFileName(path), "the archive is cut short, or its end was changed"));
            return source;
        }
        opened.Dispose();
        return null;
    }

    public IEnumerable<string> List() => names;

    public Stream? Open(string path) =>
        places.TryGetValue(path, out var at) ? new Content(file, at.Place, at.Length, at.Crc) : null;

    private bool BeginsAsOurs()
    {
        Span<byte> actual = stackalloc byte[StoredZip.LocalLength],
            ours = stackalloc byte[StoredZip.LocalLength];
        return Read(0, actual) && actual[..SignedLength].SequenceEqual(StoredZip.Local(ours, 0, 0, 0)[..SignedLength]);
    }

    private bool HasOurRecord(long start)
    {
        Span<byte> actual = stackalloc byte[StoredZip.CentralLength],
            ours = stackalloc byte[StoredZip.CentralLength];
        return Read(start, actual) && actual[..16].SequenceEqual(StoredZip.Central(ours, 0, 0, 0, 0)[..16]);
    }

    private bool FindDirectory(long length, out long start, out long end, out long count)
    {
        start = end = count = 0;
        Span<byte> tail = stackalloc byte[StoredZip.MaxEndLength],
            ours = stackalloc byte[StoredZip.MaxEndLength];
        var wide =
            length >= StoredZip.MaxEndLength
            && Read(length - StoredZip.MaxEndLength, tail)
            && BinaryPrimitives.ReadUInt32LittleEndian(tail) == StoredZip.WideEndSignature;
        if (wide)
        {
            count = BinaryPrimitives.ReadInt64LittleEndian(tail[24..]);
            start = BinaryPrimitives.ReadInt64LittleEndian(tail[48..]);
            end = length - StoredZip.MaxEndLength;
        }
        else
        {
            tail = tail[..StoredZip.EndLength];
            if (length < StoredZip.EndLength || !Read(length - StoredZip.EndLength, tail))
                return false;
            count = BinaryPrimitives.ReadUInt16LittleEndian(tail[8..]);
            start = BinaryPrimitives.ReadUInt32LittleEndian(tail[16..]);
            end = length - StoredZip.EndLength;
        }
        return start >= 0
            && start <= end
            && count >= 0
            && tail.SequenceEqual(StoredZip.End(ours, count, start, end - start));
    }

    /// <summary>Walks directory and files side by side, from the first byte of the archive to the last: nothing lies
    /// between.</summary>
    private void ReadDirectory(long start, long end, long count)
    {
        using var directory = new BufferedStream(new Content(file, start, end - start, null), 256 * 1024);
        Span<byte> actual = stackalloc byte[StoredZip.CentralLength + MaxName + StoredZip.WideLength],
            expected = stackalloc byte[StoredZip.CentralLength + StoredZip.WideLength];
        Span<byte> local = stackalloc byte[StoredZip.LocalLength + MaxName];
        long place = 0;
        for (long i = 0; i < count; i++)
        {
            var record = actual[..StoredZip.CentralLength];
            if (directory.ReadAtLeast(record, record.Length, throwOnEndOfStream: false) < record.Length)
                break;
            var crc = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(record[20..]);
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(record[28..]);
            var ours = StoredZip.Central(expected, length, crc, nameLength, place);
            if (nameLength > MaxName || !record.SequenceEqual(ours[..StoredZip.CentralLength]))
            {
                Changed(place, "its record in the archive's directory was changed");
                return;
            }
            var name = actual.Slice(StoredZip.CentralLength, nameLength + ours.Length - StoredZip.CentralLength);
            if (directory.ReadAtLeast(name, name.Length, throwOnEndOfStream: false) < name.Length)
                break;
            var text = Encoding.UTF8.GetString(name[..nameLength]);
            var header = local[..(StoredZip.LocalLength + nameLength)];
            if (
                !name[nameLength..].SequenceEqual(ours[StoredZip.CentralLength..])
                || !Read(place, header)
                || !header[..StoredZip.LocalLength].SequenceEqual(StoredZip.Local(expected, length, crc, nameLength))
                || !header[StoredZip.LocalLength..].SequenceEqual(name[..nameLength])
            )
            {
                Faults.Add((text, "its header in the archive was changed"));
            }
            names.Add(text);
            if (!places.TryAdd(text, (place + StoredZip.LocalLength + nameLength, length, crc)))
                Faults.Add((text, "it stands in the archive twice"));
            place += StoredZip.LocalLength + nameLength + length;
        }
        if (names.Count != count || place != start || directory.ReadByte() >= 0)
            Changed(place, "the archive holds more or less than its directory says");
    }

    private void Changed(long place, string reason)
    {
        Span<byte> header = stackalloc byte[StoredZip.LocalLength + MaxName];
        var whole = Read(place, header[..StoredZip.LocalLength]);
        var length = whole ? BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) : 0;
        Faults.Add(
            whole && length <= MaxName && Read(place + StoredZip.LocalLength, header[..length])
                ? (Encoding.UTF8.GetString(header[..length]), reason)
                : ("", reason)
        );
    }

    private bool Read(long place, Span<byte> into) => RandomAccess.Read(file, into, place) == into.Length;

    public void Dispose() => file.Dispose();

    /// <summary>A part of the archive; reading to its end checks the CRC, where there is one.</summary>
    private sealed class Content(SafeFileHandle file, long place, long length, uint? crc) : Stream
    {
        private readonly Crc32 actual = new();
        private long done;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => length;
        public override long Position
        {
            get => done;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, length - done)], place + done);
            done += read;
            if (crc is not null)
                actual.Append(buffer[..read]);
            if (crc is { } stated && done == length && read > 0 && actual.GetCurrentHashAsUInt32() != stated)
                throw new InvalidDataException("the file's CRC in the archive does not fit it");
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
