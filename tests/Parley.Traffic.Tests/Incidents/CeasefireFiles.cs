using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Traffic.Tests.Incidents;

/// <summary>The logs of observers and the tallies that follow from them, read in place beside the published vectors;
/// where they are not at hand the test is reported as skipped.</summary>
internal static class CeasefireFiles
{
    internal static string File(string name)
    {
        var folder = Path.Combine(Path.GetDirectoryName(VectorFolder.Root())!, "ceasefire");
        if (!Directory.Exists(folder))
            Assert.Skip($"skipped: no observers' logs at {folder}; set {VectorFolder.Variable}");
        var path = Path.Combine(folder, name);
        Assert.True(System.IO.File.Exists(path), $"the logs are there, but not {path}");
        return path;
    }
}
