using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Documents;

/// <summary>Every clause of docs/protocol is shown by a test that names it in a comment, and what names a clause names
/// one that exists.</summary>
public sealed class ProtocolClauseTests
{
    private static readonly string Root = VectorFolder.ProjectRoot();
    private static readonly ProtocolClauses Clauses = new([
        .. Directory
            .GetFiles(Path.Combine(Root, "docs", "protocol"), "*.md")
            .Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), File.ReadAllText(path))),
    ]);

    [Fact]
    public void Every_clause_is_cited_by_a_test()
    {
        Assert.NotEmpty(Clauses.All);
        Nothing("Clauses that no test cites:", Clauses.CitedByNone(CitationsUnder("tests")));
    }

    [Fact]
    public void Every_clause_that_a_test_cites_exists() =>
        Nothing("Tests cite clauses that do not exist:", Clauses.Unknown(CitationsUnder("tests")));

    [Fact]
    public void Every_clause_that_the_source_cites_exists() =>
        Nothing("Sources cite clauses that do not exist:", Clauses.Unknown(CitationsUnder("src")));

    [Fact]
    public void Every_clause_that_a_clause_refers_to_exists() =>
        Nothing("References to clauses that do not exist:", Clauses.BrokenReferences);

    [Fact]
    public void No_number_is_used_twice() => Nothing("Numbers used twice:", Clauses.Twice);

    [Fact]
    public void Every_clause_obliges_somebody() => Nothing("Clauses without MUST or MUST NOT:", Clauses.WithoutMust);

    [Fact]
    public void Every_clause_is_named_after_its_document() =>
        Nothing("Clauses in another document than their name says:", Clauses.Misplaced);

    [Fact]
    public void A_clause_without_a_test_and_a_test_without_a_clause_are_found()
    {
        var clauses = new ProtocolClauses([
            (
                "sample.md",
                """
                # Sample

                - **SAMPLE-1** One MUST.
                - **SAMPLE-2** Two lines, and the duty stands in the second: another
                  MUST NOT.

                Text with SHA-256 between clauses, and a MUST that belongs to none.

                - **SAMPLE-3** Nobody has to (SAMPLE-9).
                - **SAMPLE-1** MUST again.
                - **OTHER-1** MUST go elsewhere.
                """
            ),
        ]);

        Assert.Equal(["SAMPLE-1", "SAMPLE-2", "SAMPLE-3", "SAMPLE-1", "OTHER-1"], clauses.All.Select(c => c.Id));
        Assert.Equal(["SAMPLE-1: sample.md:3, sample.md:10"], clauses.Twice);
        Assert.Equal(["SAMPLE-3: sample.md:9"], clauses.WithoutMust);
        Assert.Equal(["OTHER-1: sample.md:11"], clauses.Misplaced);
        Assert.Equal(["SAMPLE-9: sample.md:9"], clauses.BrokenReferences);

        ClauseCitation[] citations =
        [
            .. clauses.CitationsIn(
                "Test.cs",
                "[Fact] // SAMPLE-1 SAMPLE-3: why\nvar text = \"SAMPLE-2\";\n/// <c>SHA-256</c>, see SAMPLE-4 // OTHER-1"
            ),
        ];
        Assert.Equal(["SAMPLE-2: sample.md:4", "OTHER-1: sample.md:11"], clauses.CitedByNone(citations));
        Assert.Equal(["SAMPLE-4: Test.cs:3"], clauses.Unknown(citations));
    }

    private static IEnumerable<ClauseCitation> CitationsUnder(string folder)
    {
        foreach (
            var path in Directory
                .GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
        )
        {
            foreach (var citation in Clauses.CitationsIn(Path.GetRelativePath(Root, path), File.ReadAllText(path)))
                yield return citation;
        }
    }

    private static void Nothing(string title, IEnumerable<string> findings)
    {
        string[] found = [.. findings];
        Assert.True(found.Length == 0, $"{title}\n  {string.Join("\n  ", found)}");
    }
}
