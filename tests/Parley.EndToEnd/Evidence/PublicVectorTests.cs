using Parley.EndToEnd.Stations;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Evidence;

/// <summary>Proof files of single entries, read by a tool that shares no code with Parley.</summary>
public sealed class PublicVectorTests
{
    [Fact] // PUBLIC-8
    public async Task Gos_transparency_log_packages_give_the_three_answers_of_the_table()
    {
        using var folder = new TestFolder();
        var tool = await OutsideTool.GoAsync(folder.Path, Path.Combine("proofs", "proofs.go"));
        var table = Path.Combine(VectorFolder.ProjectRoot(), "docs/protocol/vectors/public.json");
        Assert.StartsWith("good: ", await tool.VerifyAsync(table), StringComparison.Ordinal);
    }
}
