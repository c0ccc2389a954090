using System.Text;
using Parley.Testing.Vectors;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>docs/protocol/states.md draws the very tables that the code runs on.</summary>
public sealed class StateDiagramTests
{
    private const string Write = "PARLEY_WRITE_TABLES";

    private const string Head = """
        # State diagrams

        Drawn from the tables that the code runs on, which [traffic.md](traffic.md) prints. An arrow bears the kinds of entries that
        take it: written by the party that opened the item where it says ¹, by another party where it says ², else by any. "time"
        is what becomes of an item by itself when it is due. States in which nobody waits for anything any more lead to the end.

        """;

    [Fact]
    public void The_protocol_draws_the_tables_that_the_code_runs_on()
    {
        var path = Path.Combine(VectorFolder.ProjectRoot(), "docs/protocol/states.md");
        var expected = Head + string.Concat(AllFamilies.All.Select(Diagram));
        if (Environment.GetEnvironmentVariable(Write) is not null)
            File.WriteAllText(path, expected);
        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static string Diagram(Family family)
    {
        var drawing = new StringBuilder($"\n## {family.Name}\n\n```mermaid\nstateDiagram-v2\n");
        foreach (var state in StatesOf(family.Table))
            drawing.Append($"  state \"{state}\" as {IdOf(state)}\n");
        var steps = family
            .Table.Transitions.Select(t => (t.From, t.To, Word: WordOf(t, family.Name)))
            .Concat(family.Table.Expiries.Select(e => (e.From, e.To, Word: "time")));
        foreach (var arrow in steps.GroupBy(s => (s.From, s.To)))
            drawing.Append(
                $"  {IdOf(arrow.Key.From)} --> {IdOf(arrow.Key.To)} : {string.Join(", ", arrow.Select(s => s.Word))}\n"
            );
        foreach (var settled in family.Table.Settled.Where(s => StatesOf(family.Table).Contains(s)))
            drawing.Append($"  {IdOf(settled)} --> [*]\n");
        return drawing.Append("```\n").ToString();
    }

    private static IEnumerable<string> StatesOf(StateTable table) =>
        table
            .Transitions.SelectMany(t => new[] { t.From, t.To })
            .Concat(table.Expiries.Select(e => e.To))
            .Where(s => s.Length > 0)
            .Distinct(StringComparer.Ordinal);

    private static string IdOf(string state) =>
        state.Length == 0 ? "[*]" : string.Concat(state.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    /// <summary>The kind without its family's name, and who may write it.</summary>
    private static string WordOf(Transition step, string family)
    {
        var word = step.Kind.StartsWith($"{family}.", StringComparison.Ordinal)
            ? step.Kind[(family.Length + 1)..]
            : step.Kind;
        return word
            + step.By switch
            {
                Actor.Opener => "¹",
                Actor.Counterpart => "²",
                _ => "",
            };
    }
}
