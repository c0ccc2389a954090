using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Testing.Vectors;
using Parley.Traffic.Bodies;
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
        foreach (
            var (name, table) in AllFamilies
                .All.Select(f => (f.Name, Table(f)))
                .Append(("kinds", KindTable()))
                .Append(("bodies", BodyTable()))
                .Append(("times", TimeTable())) // TRAFFIC-121
        )
        {
            var marker = $"<!-- table: {name} -->\n";
            Assert.Contains(marker, text, StringComparison.Ordinal);
            var start = expected.IndexOf(marker, StringComparison.Ordinal) + marker.Length;
            var end = expected.IndexOfAny(['#', '<'], start) is var next and >= 0 ? next : expected.Length;
            expected = string.Concat(
                expected.AsSpan(0, start),
                table,
                end < expected.Length ? "\n" : "",
                expected.AsSpan(end)
            );
        }
        if (Environment.GetEnvironmentVariable(Write) is not null)
            File.WriteAllText(path, expected);
        else
            Assert.Equal(expected, text);
    }

    private static string Table(Family family)
    {
        var table = new StringBuilder($"\n| {family.Name} in state | kind | by | becomes |\n|---|---|---|---|\n");
        foreach (var row in family.Table.Transitions)
            table.Append($"| {(row.From.Length == 0 ? "—" : row.From)} | `{row.Kind}` | {Who(row.By)} | {row.To} |\n");
        foreach (var row in family.Table.Expiries)
            table.Append($"| {row.From} | time | — | {row.To} |\n");
        return table.Append($"\nSettled: {string.Join(", ", family.Table.Settled)}.\n").ToString();
    }

    private static string KindTable()
    {
        var table = new StringBuilder(
            "\n| kind | says | body | takes two | replaces | waited for | passes |\n|---|---|---|---|---|---|---|\n"
        );
        foreach (var kind in Kinds.All)
        {
            var act =
                kind.Act is null ? ""
                : kind.ActAtLevel is null ? kind.Act
                : $"{kind.Act}, at level {kind.ActAtLevel}";
            var replaces = kind.Replaces == OnEarlier.Nothing ? "" : kind.Replaces.ToString().ToLowerInvariant();
            table.Append(
                $"| `{kind.Name}` | {kind.Says} | {(TrafficBodies.Types.TryGetValue(kind.Name, out var type) ? NameOf(type) : "—")} | {act} | {replaces} | {(kind.WantsAcknowledgement ? "yes" : "")} | {(kind.PassesSuspension ? "yes" : "")} |\n"
            );
        }
        return table.ToString();
    }

    private static string TimeTable()
    {
        var table = new StringBuilder("\n| what | how long |\n|---|---|\n");
        foreach (
            var (what, time) in new (string, TimeSpan)[]
            {
                (
                    "a request for a call expires after it was made, where it names no `expires`",
                    TrafficDefaults.CallExpiry
                ),
                ("a call that is opened rings; then it is unanswered", TrafficDefaults.Ringing),
                ("the answer to a clarification is due", TrafficDefaults.ClarificationClock),
                ("a meeting over a clarification is due, once it was asked for", TrafficDefaults.MeetingClock),
                ("an automatic test that is answered later is late", TrafficDefaults.AutomaticTestAnswer),
                ("a staffed test that is answered later is late", TrafficDefaults.StaffedTestAnswer),
                ("a test without an answer is unanswered after", TrafficDefaults.TestGivenUp),
                ("a protected site is to be checked again after", TrafficDefaults.SiteCheck),
                ("the proposal of a blind check waits, where it names no `expires`", TrafficDefaults.BlindAnswer),
                ("a blind check that was accepted has ended by then, or is expired", TrafficDefaults.BlindRun),
                ("a watch lasts, where its handover says nothing", TrafficDefaults.Watch),
            }.Concat(
                TrafficDefaults
                    .LeadTimes.OrderBy(t => t.Key, StringComparer.Ordinal)
                    .Select(t => ($"a notice by the template `{t.Key}` is to be given before it begins", t.Value))
            )
        )
            table.Append($"| {what} | {(time == TimeSpan.Zero ? "no time" : InWords(time))} |\n");
        return table
            .Append(
                $"| a named place and the position beside it are flagged where they lie further apart | {TrafficDefaults.ReadBackToleranceMetres} m, and the place's own uncertainty |\n"
            )
            .ToString();
    }

    private static string InWords(TimeSpan time) =>
        time.TotalDays >= 2 ? $"{time.TotalDays} days"
        : time.TotalHours >= 2 ? $"{time.TotalHours} hours"
        : time.TotalMinutes >= 2 ? $"{time.TotalMinutes} minutes"
        : $"{time.TotalSeconds} seconds";

    /// <summary>By the record of a body, or of a part of one, its members.</summary>
    private static string BodyTable()
    {
        var bodies = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var kind in Kinds.All)
        {
            if (kind.Schema() is { } schema)
                Gather(NameOf(TrafficBodies.Types[kind.Name]), schema, bodies);
        }
        var table = new StringBuilder("\n| body | member | holds | required |\n|---|---|---|---|\n");
        foreach (var (name, schema) in bodies)
        {
            var required = schema["required"] is JsonArray names
                ? names.Select(n => (string)n!).ToHashSet(StringComparer.Ordinal)
                : [];
            foreach (var (member, value) in (JsonObject)schema["properties"]!)
                table.Append(
                    $"| {name} | `{member}` | {Holds((JsonObject)value!)} | {(required.Contains(member) ? "yes" : "")} |\n"
                );
        }
        return table.ToString();
    }

    private static void Gather(string name, JsonObject schema, SortedDictionary<string, JsonObject> bodies)
    {
        if (!bodies.TryAdd(name, schema))
            return;
        foreach (var member in ((JsonObject)schema["properties"]!).Select(m => (JsonObject)m.Value!))
        {
            var part = member["items"] as JsonObject ?? member;
            if ((string?)part["x-type"] is { } type)
                Gather(type, part, bodies);
        }
    }

    private static string Holds(JsonObject member)
    {
        if (member["enum"] is JsonArray words)
            return string.Join(", ", words.Select(w => (string?)w).OfType<string>().Select(w => $"`{w}`"));
        if ((string?)member["x-type"] is { } part)
            return part;
        var type =
            (member["type"] as JsonArray)?.Select(t => (string?)t).First(t => t != "null") ?? (string?)member["type"];
        var (least, most) = (member["minimum"], member["maximum"]);
        return (type, (string?)member["format"]) switch
        {
            (_, "date-time") => "a time",
            (_, "position") => "longitude, latitude",
            (_, "volumes") => "a list of Volume4D",
            (_, "files") => "a list of files",
            (_, "party") => "a party id",
            (_, "entry") => "an entry id",
            (_, "line") => "a line id",
            (_, "hash") => "`sha256:` and 64 hexadecimal digits",
            (_, "hex") => "64 hexadecimal digits",
            ("string", _) => $"a text of at most {member["maxLength"]} characters",
            ("array", _) =>
                $"a list{(member["maxItems"] is { } items ? $" of at most {items}" : "")}: {Holds((JsonObject)member["items"]!)}",
            ("boolean", _) => "true or false",
            _ => least is null ? "a number"
            : most is null ? $"a number from {least} on"
            : $"a number, {least} to {most}",
        };
    }

    private static string NameOf(Type type) => JsonNamingPolicy.CamelCase.ConvertName(type.Name);

    private static string Who(Actor by) =>
        by switch
        {
            Actor.Opener => "who opened it",
            Actor.Counterpart => "another party",
            _ => "any party",
        };
}
