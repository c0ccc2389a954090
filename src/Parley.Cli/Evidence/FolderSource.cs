using Parley.Crypto;
using Parley.Record;

namespace Parley.Cli.Evidence;

/// <summary>
/// An export as a folder on this disk. Links within it are not followed: what is not in the folder is no part of the evidence. Nor are pipes and
/// devices opened: they may never end, or never begin.
/// </summary>
internal sealed class FolderSource(string folder) : IEvidenceSource
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
    private readonly string root = Path.GetFullPath(folder);

    public IEnumerable<string> List() =>
        Directory.EnumerateFiles(root, "*", Everything).Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'));

    public Stream? Open(string path)
    {
        var file = new FileInfo(Path.Combine(root, path));
        if (!file.Exists || file.LinkTarget is not null) return null;
        if (!PlainFile.IsAt(file.FullName)) throw new IOException($"{path} is not a plain file");
        return new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
    }
}
