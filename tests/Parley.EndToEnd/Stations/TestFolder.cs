using Parley.Testing.Vectors;

namespace Parley.EndToEnd.Stations;

/// <summary>
/// A folder that is gone when the test is, except for the logs of its stations: those stay in
/// artifacts/test-results/end-to-end, under the
/// folder's own name, which every failure message of this project carries.
/// </summary>
internal sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-");

    internal string Path => folder.FullName;

    internal string this[string name] => System.IO.Path.Combine(folder.FullName, name);

    public void Dispose()
    {
        var kept = System.IO.Path.Combine(
            VectorFolder.ProjectRoot(),
            "artifacts",
            "test-results",
            "end-to-end",
            folder.Name
        );
        foreach (var log in folder.GetFiles("*.log"))
        {
            Directory.CreateDirectory(kept);
            log.CopyTo(System.IO.Path.Combine(kept, log.Name), overwrite: true);
        }
        folder.Delete(recursive: true);
    }
}
