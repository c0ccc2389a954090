using Parley.Record.Tests.Evidence;
using Parley.Record.Tests.Lines;
using Xunit;

namespace Parley.Cli.Tests;

/// <summary>What the exit code of <c>parley verify</c> says to a script.</summary>
public sealed class VerifyTests : IDisposable
{
    private static readonly TestParty Us = TestParty.Us,
        Ru = TestParty.Ru;
    private readonly Transcript transcript = new();

    private void Write(MemoryFolder export)
    {
        foreach (var path in export.Paths)
        {
            var file = Path.Combine(transcript.Folder, "export", path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, export[path]);
        }
    }

    [Fact] // EVIDENCE-16
    public async Task A_whole_export_ends_with_0_whether_or_not_all_of_the_record_is_asked_for()
    {
        Write(new TestRecord(Us, Ru).Talk(3).Export());
        foreach (var option in (string[])["", " --complete"])
        {
            var lines = await transcript.RunAsync($"verify DIR/export{option}");
            Assert.StartsWith("GOOD  ", lines[0], StringComparison.Ordinal);
            Assert.DoesNotContain(lines, l => l.StartsWith('?'));
        }
    }

    [Fact] // EVIDENCE-16
    public async Task An_export_that_shows_that_a_part_is_missing_ends_with_0_and_with_1_where_all_of_the_record_is_asked_for()
    {
        var export = new TestRecord(Us, Ru).Talk(3).Export(_ => false);
        foreach (var path in export.Paths.Where(p => p.StartsWith("feeds/ru/", StringComparison.Ordinal)))
            export = export.Without(path);
        Write(export);
        var asItIs = await transcript.RunAsync("verify DIR/export");
        Assert.StartsWith("GOOD, IN PART", asItIs[0], StringComparison.Ordinal);
        Assert.DoesNotContain(asItIs, l => l.StartsWith('?'));
        var all = await transcript.RunAsync("verify DIR/export --complete");
        Assert.StartsWith("GOOD, IN PART", all[0], StringComparison.Ordinal);
        Assert.Equal("? 1", all[^1]);
        var json = await transcript.RunAsync("verify DIR/export --complete --json");
        Assert.Contains("good-in-part", json[0], StringComparison.Ordinal);
        Assert.Equal("? 1", json[^1]);
    }

    public void Dispose() => transcript.Dispose();
}
