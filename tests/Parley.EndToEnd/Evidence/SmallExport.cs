using Parley.EndToEnd.Stations;
using Parley.Record;
using Xunit;

namespace Parley.EndToEnd.Evidence;

/// <summary>
/// A small real record, exported by the command as a folder and as a zip, and the bytes of every file of it. The
/// stations are gone by
/// then: evidence needs none.
/// </summary>
public sealed class SmallExport : IAsyncLifetime
{
    private readonly TestFolder folder = new();

    internal string Folder => folder["export"];
    internal string Zip => folder["export.zip"];

    /// <summary>The line's fingerprint, as a station of the line states it.</summary>
    internal string Fingerprint { get; private set; } = "";

    /// <summary>Every file, by its path in the export.</summary>
    internal IReadOnlyDictionary<string, byte[]> Files { get; private set; } = new Dictionary<string, byte[]>();

    public async ValueTask InitializeAsync()
    {
        await using (var trial = await TrialProcess.StartAsync(folder))
        {
            (await trial.RunAsync("ru", "send", "--wait", "sealed", "Как слышите?")).Ended(0);
            (await trial.RunAsync("us", "ack", "ru/1", "--wait", "sealed")).Ended(0);
            (await trial.RunAsync("us", "record", "export", "--out", Folder)).Ended(0);
            (await trial.RunAsync("us", "record", "export", "--out", Zip)).Ended(0);
            Fingerprint = (await trial.RunAsync("us", "line", "show", "--json")).Ended(0).Json["fingerprint"]![
                "hex"
            ]!.GetValue<string>();
        }
        Files = Directory
            .GetFiles(Folder, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(Folder, f), File.ReadAllBytes, StringComparer.Ordinal);
    }

    /// <summary>A copy of the folder in which one file is different (or gone, when <paramref name="bytes"/> is
    /// null).</summary>
    internal string CopyWith(string name, string path, byte[]? bytes)
    {
        var copy = folder[name];
        foreach (var (file, content) in Files)
        {
            var target = Path.Combine(copy, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (file != path)
                File.WriteAllBytes(target, content);
            else if (bytes is not null)
                File.WriteAllBytes(target, bytes);
        }
        return copy;
    }

    internal string Place(string name) => folder[name];

    /// <summary>The same bytes with one bit different.</summary>
    internal static byte[] Flipped(byte[] bytes, int at)
    {
        var copy = bytes.ToArray();
        copy[at] ^= (byte)(1 << at % 8);
        return copy;
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The files of an export in memory, one of them exchanged.</summary>
internal sealed class FilesSource(IReadOnlyDictionary<string, byte[]> files, string path, byte[] exchanged)
    : IEvidenceSource
{
    public IEnumerable<string> List() => files.Keys;

    public Stream? Open(string wanted) =>
        wanted == path ? new MemoryStream(exchanged, writable: false)
        : files.TryGetValue(wanted, out var bytes) ? new MemoryStream(bytes, writable: false)
        : null;
}
