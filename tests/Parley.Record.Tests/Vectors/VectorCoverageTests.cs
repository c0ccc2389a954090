using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Vectors;

/// <summary>docs/protocol/vectors/coverage.md: by clause how many vectors, checks of the suite and places in tests show
/// it, and why a clause has no vector.</summary>
public sealed partial class VectorCoverageTests
{
    private const string Write = "PARLEY_WRITE_VECTORS";

    /// <summary>By page: why a clause of it that no vector shows has none. Pages that are all vectors stand here
    /// too, for what one message cannot show.</summary>
    private static readonly (string Page, string WithoutBecause)[] Pages =
    [
        ("line", "what officers and stations do when a line is opened or continued"),
        ("entry", "-"),
        ("log", "tiles, single proofs and policies have the vectors of C2SP, which the tests read"),
        ("link", "what a station does in time, over more than one message"),
        ("messages", "what the connection and the asker do, and limits"),
        ("traffic", "what is shown, refused of one's own officers, or folded over many entries"),
        ("evidence", "what a verifier may cost, and archives"),
        ("carry", "what is done with a file, in what order"),
        ("relay", "what a relay keeps and for how long"),
        ("blind-check", "runs of two sides; its groups and proofs have the vectors of RFC 9497"),
        ("deconfliction", "geometry, which the tests hold against an oracle"),
        ("ceasefire", "folded over many entries"),
        ("call", "media, in time"),
        ("mediation", "folded over entries of two lines"),
        ("public", "what is published, and by whom"),
    ];

    [Fact]
    public void The_page_of_coverage_says_what_is_there()
    {
        var root = VectorFolder.ProjectRoot();
        var path = Path.Combine(root, "docs", "protocol", "vectors", "coverage.md");
        var made = Made(root);
        if (Environment.GetEnvironmentVariable(Write) is not null)
            File.WriteAllText(path, made);
        Assert.True(made == File.ReadAllText(path), $"{path} is not what is there: {Write}=1 writes it anew");
    }

    private static string Made(string root)
    {
        var pages = Directory.GetFiles(Path.Combine(root, "docs", "protocol"), "*.md");
        var vectors = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(Path.Combine(root, "docs", "protocol", "vectors"), "*.json"))
        {
            if (JsonNode.Parse(File.ReadAllText(file))!["vectors"] is not JsonArray all)
                continue;
            foreach (var clause in all.SelectMany(v => v!["clauses"] as JsonArray ?? []))
                vectors[(string)clause!] = vectors.GetValueOrDefault((string)clause!) + 1;
        }
        var suite = string.Concat(
            Directory
                .GetFiles(Path.Combine(root, "src", "Parley.Conformance", "Checks"), "*.cs")
                .Select(File.ReadAllText)
        );
        var text = new StringBuilder(
            """
            # What shows each clause

            How many vectors and how many kinds of checks of `parley conform` name a clause. Every clause is cited by a test of this repository besides (`Every_clause_is_cited_by_a_test`). A test prints this page (`PARLEY_WRITE_VECTORS=1` and the tests of Parley.Record).


            """
        );
        foreach (var (page, reason) in Pages)
        {
            var file = pages.SingleOrDefault(p => Path.GetFileNameWithoutExtension(p) == page);
            if (file is null)
                continue;
            var clauses = Clause().Matches(File.ReadAllText(file)).Select(m => m.Groups["id"].Value).ToList();
            var shown = clauses.Where(c => vectors.ContainsKey(c) || InSuite(suite, c) > 0).ToList();
            text.Append(
                CultureInfo.InvariantCulture,
                $"## {page}.md\n\n{clauses.Count(vectors.ContainsKey)} of {clauses.Count} clauses have vectors. The others: {reason}.\n\n"
            );
            if (shown.Count == 0)
                continue;
            text.Append("| clause | vectors | suite |\n|---|---|---|\n");
            foreach (var clause in shown)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {clause} | {vectors.GetValueOrDefault(clause)} | {InSuite(suite, clause)} |\n"
                );
            text.Append('\n');
        }
        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }

    private static int InSuite(string suite, string clause) =>
        Regex.Count(suite, $"\"{clause}\"", RegexOptions.None, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"^- \*\*(?<id>[A-Z-]+-\d+)\*\*", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Clause();
}
