using System.IO.Compression;
using Parley.Record;

namespace Parley.Fuzz;

/// <summary>An export in memory, of which one file can be another.</summary>
internal sealed class MemoryExport : IEvidenceSink, IEvidenceSource
{
    private readonly Dictionary<string, byte[]> files = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<string, byte[]> Files => files;
    internal (string Path, byte[] Bytes)? Changed { get; set; }

    public void Write(string path, ReadOnlySpan<byte> bytes) => files.Add(path, bytes.ToArray());

    public void Write(string path, long length, Func<Stream> open)
    {
        using var stream = open();
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        files.Add(path, bytes);
    }

    public IEnumerable<string> List() => files.Keys;

    public Stream? Open(string path) =>
        Changed is { } changed && changed.Path == path ? new MemoryStream(changed.Bytes, writable: false)
        : files.TryGetValue(path, out var bytes) ? new MemoryStream(bytes, writable: false)
        : null;

    internal byte[] Zip(CompressionLevel level)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var entry = archive.CreateEntry(path, level).Open();
                entry.Write(content);
            }
        }
        return bytes.ToArray();
    }
}
