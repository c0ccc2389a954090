using System.IO.Enumeration;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Cli.Evidence;

/// <summary>
/// An export as a folder on this disk. Links within it are not followed: what is not in the folder is no part of the
/// evidence. They are listed, so that none is taken for proven.
/// Nor are pipes and devices opened: they may never end, or never begin.
/// </summary>
internal sealed class FolderSource(string folder) : IEvidenceSource
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
    };
    private readonly string root = Path.GetFullPath(folder);

    /// <summary>Where a link or a device stands for a file of the evidence. // EVIDENCE-18</summary>
    internal IReadOnlyList<(string Path, string Reason)> Faults =>
        [
            .. List()
                .Where(IsOfEvidence)
                .Where(path => !PlainFile.IsAt(Path.Combine(root, path)))
                .Select(path => (path, "it is a link or a device, and no file of this folder")),
        ];

    public IEnumerable<string> List() =>
        new FileSystemEnumerable<string>(root, static (ref FileSystemEntry entry) => entry.ToFullPath(), Everything)
        {
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !IsLink(ref entry),
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory || IsLink(ref entry),
        }.Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'));

    public Stream? Open(string path)
    {
        var file = new FileInfo(Path.Combine(root, path));
        if (!file.Exists || file.LinkTarget is not null)
            return null;
        if (!PlainFile.IsAt(file.FullName))
            throw new IOException($"{path} is not a plain file");
        return new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
    }

    private static bool IsLink(ref FileSystemEntry entry) =>
        (entry.Attributes & FileAttributes.ReparsePoint) != FileAttributes.None;

    private static bool IsOfEvidence(string path) =>
        path == EvidenceFolder.LineFile
        || path is "feeds" or "bodies"
        || path.StartsWith(EvidenceFolder.Feeds, StringComparison.Ordinal)
        || path.StartsWith(EvidenceFolder.Bodies, StringComparison.Ordinal);
}
