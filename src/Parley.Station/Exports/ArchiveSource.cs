using System.IO.Compression;
using Parley.Record;

namespace Parley.Station.Exports;

/// <summary>
/// An export that somebody zipped with a tool of their own: compressed or not, at the archive's root or in one folder
/// of it. Every
/// reading thread has its own view of the archive, since the platform's is not safe for several.
/// </summary>
internal sealed class ArchiveSource : IEvidenceSource, IDisposable
{
    private readonly ThreadLocal<ZipArchive> archives;
    private readonly string prefix;

    internal ArchiveSource(string path)
    {
        Faults = ZipLayout.FaultsOf(path);
        archives = new ThreadLocal<ZipArchive>(() => ZipFile.OpenRead(path), trackAllValues: true);
        prefix = PrefixOf(archives.Value!);
    }

    /// <summary>What is wrong with the archive itself: path of the file concerned, and the reason.</summary>
    internal IReadOnlyList<(string Path, string Reason)> Faults { get; }

    /// <summary>Everything of the archive; what stands beside the folder of the export by the way that leads there. //
    /// EVIDENCE-11</summary>
    public IEnumerable<string> List() =>
        archives
            .Value!.Entries.Select(e => e.FullName)
            .Where(name => !name.EndsWith('/'))
            .Select(name => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : $"../{name}");

    public Stream? Open(string path) => archives.Value!.GetEntry(prefix + path)?.Open();

    private static string PrefixOf(ZipArchive archive)
    {
        if (archive.GetEntry(EvidenceFolder.LineFile) is not null)
            return "";
        const string within = "/" + EvidenceFolder.LineFile;
        string[] found =
        [
            .. archive
                .Entries.Select(e => e.FullName)
                .Where(n =>
                    n.EndsWith(within, StringComparison.Ordinal)
                    && n.IndexOf('/', StringComparison.Ordinal) == n.Length - within.Length
                ),
        ];
        return found is [var one] ? one[..^EvidenceFolder.LineFile.Length] : "";
    }

    public void Dispose()
    {
        foreach (var archive in archives.Values)
            archive.Dispose();
        archives.Dispose();
    }
}
