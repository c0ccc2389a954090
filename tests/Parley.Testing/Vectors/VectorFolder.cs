using System.Text.Json;
using Xunit;

namespace Parley.Testing.Vectors;

/// <summary>
/// Finds the published test vectors, which are read in place and never copied into the project: the folder named by
/// <c>PARLEY_VECTORS</c>, else <c>../shared/vectors</c> beside the project root. Where there is no such folder the test
/// is reported
/// as skipped; where the folder is there but the file is not, the test fails.
/// </summary>
public static class VectorFolder
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "PARLEY_VECTORS";

    /// <summary>The folder, which is there; without one the calling test is skipped.</summary>
    public static string Root()
    {
        var path = Locate();
        if (!Directory.Exists(path))
            Assert.Skip($"skipped: no test vectors at {path}; set {Variable}");
        return path;
    }

    /// <summary>The full path of one file of a set, such as <c>ed25519/wycheproof-ed25519_test.json</c>.</summary>
    public static string File(string relative)
    {
        var path = Path.Combine(Root(), relative);
        Assert.True(System.IO.File.Exists(path), $"the vectors are there, but not {path}");
        return path;
    }

    /// <summary>Every file below a folder of a set, in ordinal order of their paths.</summary>
    public static string[] Files(string relative, string pattern = "*")
    {
        var folder = Path.Combine(Root(), relative);
        Assert.True(Directory.Exists(folder), $"the vectors are there, but not {folder}");
        var files = Directory.GetFiles(folder, pattern, SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>The exact bytes of one file.</summary>
    public static byte[] Bytes(string relative) => System.IO.File.ReadAllBytes(File(relative));

    /// <summary>One file parsed as JSON; the caller disposes it.</summary>
    public static JsonDocument Json(string relative) => JsonDocument.Parse(Bytes(relative));

    private static string Locate() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : Path.GetFullPath(Path.Combine(ProjectRoot(), "..", "shared", "vectors"));

    /// <summary>The folder that holds <c>Parley.slnx</c>, found upward from the test's binaries, not from the current
    /// directory.</summary>
    public static string ProjectRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Parley.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"no Parley.slnx above {AppContext.BaseDirectory}");
    }
}
