using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Vectors;

/// <summary>Every clause of docs/protocol has a vector, or a row in docs/protocol/vectors/without.json that says why it has
/// none and what shows it; docs/protocol/vectors/coverage.md is printed from both.</summary>
public sealed partial class VectorCoverageTests
{
    private const string Write = "PARLEY_WRITE_VECTORS";

    /// <summary>In the place of a class of tests: the checks of <c>parley conform</c>.</summary>
    private const string Suite = "parley conform";

    private static readonly string[] Pages =
    [
        "line",
        "entry",
        "log",
        "link",
        "messages",
        "traffic",
        "evidence",
        "carry",
        "relay",
        "blind-check",
        "deconfliction",
        "ceasefire",
        "call",
        "mediation",
        "public",
    ];

    private static readonly string Root = VectorFolder.ProjectRoot();
    private static readonly string Folder = Path.Combine(Root, "docs", "protocol", "vectors");

    [Fact]
    public void Every_clause_has_a_vector_or_a_reason_and_what_shows_it_otherwise()
    {
        var vectors = Vectors();
        var (reasons, rows) = Without();
        var clauses = Pages.SelectMany(ClausesOf).ToList();
        Nothing(
            "neither a vector nor a row in without.json",
            clauses.Where(c => !vectors.ContainsKey(c) && !rows.ContainsKey(c))
        );
        Nothing("a vector and a row in without.json", rows.Keys.Where(vectors.ContainsKey));
        Nothing("a row in without.json, and no clause", rows.Keys.Except(clauses, StringComparer.Ordinal));
        Nothing("a vector, and no clause", vectors.Keys.Except(clauses, StringComparer.Ordinal));
        Nothing(
            "a reason that is none of those",
            rows.Where(r => !reasons.ContainsKey(r.Value.Because)).Select(r => r.Key)
        );
        Nothing("nothing that shows it", rows.Where(r => r.Value.By.Length == 0).Select(r => r.Key));
        Nothing(
            "named as what shows it, which does not cite it",
            rows.SelectMany(r => r.Value.By.Where(by => !Cites(by, r.Key)).Select(by => $"{r.Key}: {by}"))
        );
        Assert.Equal(
            Directory
                .GetFiles(Path.Combine(Root, "docs", "protocol"), "*.md")
                .Where(p => ClauseOf().IsMatch(File.ReadAllText(p)))
                .Select(Path.GetFileNameWithoutExtension)
                .Order(StringComparer.Ordinal),
            Pages.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_page_of_coverage_says_what_is_there()
    {
        var path = Path.Combine(Folder, "coverage.md");
        var made = Made();
        if (Environment.GetEnvironmentVariable(Write) is not null)
            File.WriteAllText(path, made);
        Assert.True(made == File.ReadAllText(path), $"{path} is not what is there: {Write}=1 writes it anew");
    }

    private static void Nothing(string what, IEnumerable<string> clauses)
    {
        string[] found = [.. clauses];
        Assert.True(found.Length == 0, $"{what}: {string.Join(", ", found)}");
    }

    private static Dictionary<string, int> Vectors()
    {
        var vectors = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(Folder, "*.json"))
        {
            var read = JsonNode.Parse(File.ReadAllText(file))!;
            foreach (
                var clause in (read["vectors"] ?? read["cases"]) is JsonArray all
                    ? all.SelectMany(v => v!["clauses"] as JsonArray ?? [])
                    : []
            )
                vectors[(string)clause!] = vectors.GetValueOrDefault((string)clause!) + 1;
        }
        return vectors;
    }

    private sealed record Row(string Because, string[] By);

    private static (Dictionary<string, string> Reasons, Dictionary<string, Row> Rows) Without()
    {
        var file = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "without.json")))!;
        return (
            ((JsonObject)file["reasons"]!).ToDictionary(r => r.Key, r => (string)r.Value!, StringComparer.Ordinal),
            ((JsonObject)file["clauses"]!).ToDictionary(
                r => r.Key,
                r => new Row((string)r.Value!["because"]!, [.. ((JsonArray)r.Value!["by"]!).Select(b => (string)b!)]),
                StringComparer.Ordinal
            )
        );
    }

    private static readonly Lazy<ILookup<string, string>> Tests = new(() =>
        Directory
            .GetFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(p => Path.GetFileNameWithoutExtension(p), File.ReadAllText, StringComparer.Ordinal)
    );

    private static readonly Lazy<string> Checks = new(() =>
        string.Concat(
            Directory
                .GetFiles(Path.Combine(Root, "src", "Parley.Conformance", "Checks"), "*.cs")
                .Select(File.ReadAllText)
        )
    );

    private static bool Cites(string by, string clause) =>
        by == Suite
            ? InSuite(clause) > 0
            : Tests
                .Value[by]
                .Any(text => Regex.IsMatch(text, $@"\b{clause}\b", RegexOptions.None, TimeSpan.FromSeconds(1)));

    private static List<string> ClausesOf(string page) =>
        [
            .. ClauseOf()
                .Matches(File.ReadAllText(Path.Combine(Root, "docs", "protocol", $"{page}.md")))
                .Select(m => m.Groups["id"].Value),
        ];

    private static string Made()
    {
        var vectors = Vectors();
        var (reasons, rows) = Without();
        var all = Pages.SelectMany(ClausesOf).ToList();
        var text = new StringBuilder(
            $"""
            # What shows each clause

            How many vectors and how many kinds of checks of `parley conform` name a clause. Every clause is cited by a test of this repository besides (`Every_clause_is_cited_by_a_test`). A clause without a vector has a row in
            [without.json](without.json), which says why and what shows it otherwise; a test holds both against the pages, and prints this one (`PARLEY_WRITE_VECTORS=1` and the tests of Parley.Record).

            {all.Count(vectors.ContainsKey)} of {all.Count} clauses have vectors, {vectors.Values.Sum()} in all; the suite names {all.Count(c =>
                InSuite(c) > 0
            )}. Of the others:

            | reason | what it says | clauses |
            |---|---|---|

            """
        );
        foreach (var (reason, says) in reasons)
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {reason} | {says} | {rows.Count(r => r.Value.Because == reason)} |\n"
            );
        foreach (var page in Pages)
        {
            var clauses = ClausesOf(page);
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n## {page}.md\n\n{clauses.Count(vectors.ContainsKey)} of {clauses.Count} clauses have vectors.\n\n| clause | vectors | suite | without because | shown by |\n|---|---|---|---|---|\n"
            );
            foreach (var clause in clauses)
            {
                var row = rows.GetValueOrDefault(clause);
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {clause} | {vectors.GetValueOrDefault(clause)} | {InSuite(clause)} | {row?.Because} | {string.Join(", ", row?.By ?? [])} |\n"
                );
            }
        }
        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }

    private static int InSuite(string clause) =>
        Regex.Count(Checks.Value, $"\"{clause}\"", RegexOptions.None, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"^- \*\*(?<id>[A-Z-]+-\d+)\*\*", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ClauseOf();
}
