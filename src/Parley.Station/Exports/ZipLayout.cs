using System.Text;
using Microsoft.Win32.SafeHandles;
using static Parley.Station.Exports.ZipFields;

namespace Parley.Station.Exports;

/// <summary>
/// Looks through a zip that another tool made (APPNOTE.TXT 6.3), so that every tool that reads it sees what was
/// verified: the files stand one after another from the first byte to the
/// directory, each header says what the directory says, no name comes twice, and nothing stands before, between or
/// behind. // EVIDENCE-17
/// </summary>
internal sealed class ZipLayout
{
    private const uint LocalSignature = 0x04034b50,
        CentralSignature = 0x02014b50,
        EndSignature = 0x06054b50,
        WideEndSignature = 0x06064b50,
        LocatorSignature = 0x07064b50,
        DescriptorSignature = 0x08074b50;
    private const int LocalLength = 30,
        CentralLength = 46,
        EndLength = 22,
        WideEndLength = 56,
        LocatorLength = 20,
        MaxComment = ushort.MaxValue,
        MaxFiles = 10_000_000;
    private const ushort Encrypted = 1,
        SizesFollow = 1 << 3;

    private readonly SafeFileHandle file;
    private readonly long length;
    private readonly List<(string Path, string Reason)> faults = [];

    private ZipLayout(SafeFileHandle file)
    {
        this.file = file;
        length = RandomAccess.GetLength(file);
    }

    /// <summary>What is wrong with the archive itself, the first of it where the rest cannot be told.</summary>
    internal static IReadOnlyList<(string Path, string Reason)> FaultsOf(string path)
    {
        using var opened = File.OpenHandle(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            FileOptions.RandomAccess
        );
        var layout = new ZipLayout(opened);
        layout.Run();
        return layout.faults;
    }

    private readonly record struct Record(
        string Name,
        byte[] NameBytes,
        ushort Flags,
        ushort Method,
        uint Crc,
        long Compressed,
        long Whole,
        long Place
    );

    private void Run()
    {
        if (FindDirectory() is not var (start, end, count))
        {
            Fault("", "the archive has no directory at its end, or more than one, or something stands behind it");
            return;
        }
        var records = ReadDirectory(start, end, count);
        if (records is null)
            return;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (!names.Add(record.Name))
                Fault(record.Name, "it stands in the archive twice");
        }
        long place = 0;
        foreach (var record in records.OrderBy(r => r.Place))
        {
            if (record.Place != place)
            {
                Fault(
                    record.Name,
                    record.Place > place
                        ? "something that is not in the archive's directory stands before it"
                        : "it overlaps another file of the archive"
                );
                return;
            }
            if (EndOf(record) is not { } next)
                return;
            place = next;
        }
        if (place != start)
            Fault("", "something that is not in the archive's directory stands before the directory");
    }

    /// <summary>Where the directory begins and ends, and how many records it has; null where that is not
    /// certain.</summary>
    private (long Start, long End, long Count)? FindDirectory()
    {
        var tail = new byte[(int)Math.Min(length, EndLength + MaxComment)];
        if (tail.Length < EndLength || !Read(length - tail.Length, tail))
            return null;
        var at = -1;
        for (var i = tail.Length - EndLength; i >= 0; i--)
        {
            if (U32(tail, i) != EndSignature)
                continue;
            // A second one, in the comment of the first, would be the directory of another archive to another tool.
            if (at >= 0 || i + EndLength + U16(tail, i + 20) != tail.Length)
                return null;
            at = i;
        }
        if (at < 0)
            return null;
        var (end, count, size, start) = (
            length - tail.Length + at,
            (long)U16(tail, at + 10),
            (long)U32(tail, at + 12),
            (long)U32(tail, at + 16)
        );
        if (U16(tail, at + 4) != 0 || U16(tail, at + 6) != 0 || U16(tail, at + 8) != U16(tail, at + 10))
            return null;
        Span<byte> locator = stackalloc byte[LocatorLength],
            wide = stackalloc byte[WideEndLength];
        if (end >= LocatorLength && Read(end - LocatorLength, locator) && U32(locator, 0) == LocatorSignature)
        {
            end = I64(locator, 8);
            if (
                end < 0
                || end != length - tail.Length + at - LocatorLength - WideEndLength
                || !Read(end, wide)
                || U32(wide, 0) != WideEndSignature
                || I64(wide, 4) != WideEndLength - 12
            )
                return null;
            (count, size, start) = (I64(wide, 32), I64(wide, 40), I64(wide, 48));
        }
        return start >= 0 && size >= 0 && count is >= 0 and <= MaxFiles && start + size == end
            ? (start, end, count)
            : null;
    }

    private List<Record>? ReadDirectory(long start, long end, long count)
    {
        var records = new List<Record>((int)Math.Min(count, (end - start) / CentralLength + 1));
        var head = new byte[CentralLength];
        var place = start;
        for (long i = 0; i < count; i++)
        {
            if (place + CentralLength > end || !Read(place, head) || U32(head, 0) != CentralSignature)
                return Broken();
            var (name, extra, comment) = (U16(head, 28), U16(head, 30), U16(head, 32));
            var rest = new byte[name + extra];
            if (place + CentralLength + name + extra + comment > end || !Read(place + CentralLength, rest))
                return Broken();
            var nameBytes = rest[..name];
            if (
                Sizes(rest.AsSpan(name), U32(head, 24), U32(head, 20), U32(head, 42), nameBytes)
                    is not var (whole, compressed, at)
                || U16(head, 34) is not (0 or ushort.MaxValue)
            )
                return Broken();
            records.Add(
                new Record(
                    Encoding.UTF8.GetString(nameBytes),
                    nameBytes,
                    U16(head, 8),
                    U16(head, 10),
                    U32(head, 16),
                    compressed,
                    whole,
                    at
                )
            );
            place += CentralLength + name + extra + comment;
        }
        return place == end ? records : Broken();

        List<Record>? Broken()
        {
            Fault(
                records.Count > 0 ? records[^1].Name : "",
                "the archive's directory is broken here, or holds more or less than it says"
            );
            return null;
        }
    }

    /// <summary>Where a file of the archive ends; null, and a fault, where its own header says anything else than the
    /// directory.</summary>
    private long? EndOf(Record record)
    {
        var head = new byte[LocalLength];
        if (!Read(record.Place, head) || U32(head, 0) != LocalSignature)
            return Differs();
        var (name, extra) = (U16(head, 26), U16(head, 28));
        var rest = new byte[name + extra];
        if (
            !Read(record.Place + LocalLength, rest)
            || !rest.AsSpan(0, name).SequenceEqual(record.NameBytes)
            || U16(head, 6) != record.Flags
            || U16(head, 8) != record.Method
        )
            return Differs();
        if ((record.Flags & Encrypted) != 0)
        {
            Fault(record.Name, "it is encrypted");
            return null;
        }
        if (record.Name.EndsWith('/') && record.Whole != 0)
            return Differs();
        if (
            Sizes(rest.AsSpan(name), U32(head, 22), U32(head, 18), 0, record.NameBytes)
            is not var (whole, compressed, _)
        )
            return Differs();
        var crc = U32(head, 14);
        var follows = (record.Flags & SizesFollow) != 0;
        var isStated = whole == record.Whole && compressed == record.Compressed && crc == record.Crc;
        if (!isStated && !(follows && whole == 0 && compressed == 0 && crc == 0))
            return Differs();
        var end = record.Place + LocalLength + name + extra + record.Compressed;
        if (record.Compressed < 0 || end > length)
            return Differs();
        return follows ? AfterDescriptor(record, end) ?? Differs() : end;

        long? Differs()
        {
            Fault(record.Name, "its own header in the archive says something else than the archive's directory");
            return null;
        }
    }

    /// <summary>Behind a file that was streamed stand its checksum and sizes, in one of four forms.</summary>
    private long? AfterDescriptor(Record record, long place)
    {
        Span<byte> bytes = stackalloc byte[24];
        var read = bytes[..(int)Math.Min(bytes.Length, length - place)];
        if (!Read(place, read))
            return null;
        foreach (var signed in (bool[])[true, false])
        {
            foreach (var isWide in (bool[])[false, true])
            {
                var at = signed ? 4 : 0;
                var size = at + 4 + (isWide ? 16 : 8);
                if (
                    size > read.Length
                    || (signed && U32(read, 0) != DescriptorSignature)
                    || U32(read, at) != record.Crc
                )
                    continue;
                var (compressed, whole) = isWide
                    ? (I64(read, at + 4), I64(read, at + 12))
                    : (U32(read, at + 4), U32(read, at + 8));
                if (compressed == record.Compressed && whole == record.Whole)
                    return place + size;
            }
        }
        return null;
    }

    private void Fault(string path, string reason) => faults.Add((path, reason));

    private bool Read(long place, Span<byte> into) => place >= 0 && RandomAccess.Read(file, into, place) == into.Length;
}
