using System.Text;
using System.Text.RegularExpressions;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Cli.Public;

/// <summary>The folder that the pages are written to. Each file is put in place whole, and only where it changed: whoever
/// reads meanwhile, or copies the folder, has the old page or the new one. PUBLIC-18.</summary>
internal sealed partial class SiteFolder(string path)
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
    /// its old name. What has no name that a page of ours can have is not ours, and stays.</summary>
    internal void Sweep()
    {
        foreach (var folder in (string[])["e", "by", "on"])
        {
            if (!Directory.Exists(Path.Combine(path, folder)))
                continue;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(path, folder)))
            {
                var name = $"{folder}/{Path.GetFileName(file)}";
                if (written.Contains(name) || !Ours().IsMatch(name))
                    continue;
                File.Delete(file);
                Changed++;
            }
        }
    }

    /// <summary>A text's page or proof, a party's list, a line's, a month's.</summary>
    [GeneratedRegex(
        @"^(?:e/[0-9a-f]{64}\.(?:html|proof)|by/[a-z0-9-]{1,32}\.html|on/(?:[a-z0-9-]+-[a-z2-7]{32}|[0-9]{4}-[0-9]{2})\.html)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Ours();
}
