using System.Text;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Cli.Public;

/// <summary>The folder that the pages are written to. Each file is put in place whole, and only where it changed: whoever
/// reads meanwhile, or copies the folder, has the old page or the new one. PUBLIC-18.</summary>
internal sealed class SiteFolder(string path)
{
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    /// <summary>Files that were new or had changed.</summary>
    internal int Changed { get; private set; }

    internal void Write(string name, string content)
    {
        written.Add(name);
        var file = Path.Combine(path, name);
        var bytes = Encoding.UTF8.GetBytes(content);
        if (File.Exists(file) && File.ReadAllBytes(file).AsSpan().SequenceEqual(bytes))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        UnfinishedFile.Replace(file, bytes, UnfinishedFile.Public);
        Changed++;
    }

    /// <summary>The file as an earlier run wrote it; null where there is none.</summary>
    internal byte[]? Read(string name)
    {
        var file = Path.Combine(path, name);
        return File.Exists(file) && new FileInfo(file).Length <= PublicProof.MaxLength ? File.ReadAllBytes(file) : null;
    }

    /// <summary>Takes away the pages and proofs that belong to nothing any more, so that what was withdrawn is not there under
    /// its old name. Other files in the folder are not ours.</summary>
    internal void Sweep()
    {
        foreach (var folder in (string[])["e", "by", "on"])
        {
            if (!Directory.Exists(Path.Combine(path, folder)))
                continue;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(path, folder)))
            {
                if (written.Contains($"{folder}/{Path.GetFileName(file)}"))
                    continue;
                File.Delete(file);
                Changed++;
            }
        }
    }
}
