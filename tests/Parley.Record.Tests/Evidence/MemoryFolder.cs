namespace Parley.Record.Tests.Evidence;

/// <summary>An export in memory: written by the writer, read by the verifier, and tampered with in between.</summary>
internal sealed class MemoryFolder : IEvidenceSink, IEvidenceSource
{
    private readonly Dictionary<string, byte[]> files;

    internal MemoryFolder() => files = new(StringComparer.Ordinal);

    private MemoryFolder(Dictionary<string, byte[]> files) => this.files = new(files, StringComparer.Ordinal);

    internal IReadOnlyCollection<string> Paths => [.. files.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Paths that the listing names once more, as a hostile zip may.</summary>
    internal List<string> ListedTwice { get; } = [];

    internal byte[] this[string path]
    {
        get => files[path];
        set => files[path] = value;
    }

    internal MemoryFolder Copy() => new(files);

    internal MemoryFolder With(string path, byte[] bytes)
    {
        var copy = Copy();
        copy[path] = bytes;
        return copy;
    }

    internal MemoryFolder Without(string path)
    {
        var copy = Copy();
        Xunit.Assert.True(copy.files.Remove(path), path);
        return copy;
    }

    public void Write(string path, ReadOnlySpan<byte> bytes) => files.Add(path, bytes.ToArray());

    public void Write(string path, long length, Func<Stream> open)
    {
        using var stream = open();
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        files.Add(path, bytes);
    }

    public IEnumerable<string> List() => [.. files.Keys, .. ListedTwice];

    public Stream? Open(string path) =>
        files.TryGetValue(path, out var bytes) ? new MemoryStream(bytes, writable: false) : null;
}
