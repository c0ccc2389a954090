using System.Text;
using Parley.Testing.Vectors;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>docs/protocol/traffic.md prints the very tables that the code runs on.</summary>
public sealed class ProtocolTableTests
{
    private const string Write = "PARLEY_WRITE_TABLES";

    [Fact]
    public void The_protocol_prints_the_tables_that_the_code_runs_on()
    {
        var path = Path.Combine(VectorFolder.ProjectRoot(), "docs/protocol/traffic.md");
        var text = File.ReadAllText(path);
        var expected = text;
        foreach (var family in AllFamilies.All)
        {
            var marker = $"<!-- table: {family.Name} -->\n";
            Assert.Contains(marker, text, StringComparison.Ordinal);
            var start = expected.IndexOf(marker, StringComparison.Ordinal) + marker.Length;
            var end = expected.IndexOfAny(['#', '<'], start) is var next and >= 0 ? next : expected.Length;
            expected = string.Concat(expected.AsSpan(0, start), Table(family), end < expected.Length ? "\n" : "", expected.AsSpan(end));
        }
        if (Environment.GetEnvironmentVariable(Write) is not null) File.WriteAllText(path, expected);
        else Assert.Equal(expected, text);
    }

    private static string Table(Family family)
    {
        var table = new StringBuilder($"\n| {family.Name} in state | kind | by | becomes |\n|---|---|---|---|\n");
        foreach (var row in family.Table.Transitions) table.Append($"| {(row.From.Length == 0 ? "—" : row.From)} | `{row.Kind}` | {Who(row.By)} | {row.To} |\n");
        foreach (var row in family.Table.Expiries) table.Append($"| {row.From} | time | — | {row.To} |\n");
        return table.Append($"\nSettled: {string.Join(", ", family.Table.Settled)}.\n").ToString();
    }

    private static string Who(Actor by) => by switch
    {
        Actor.Opener => "who opened it",
        Actor.Counterpart => "another party",
        _ => "any party",
    };
}
