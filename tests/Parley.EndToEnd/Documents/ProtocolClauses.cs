using System.Text.RegularExpressions;

namespace Parley.EndToEnd.Documents;

/// <summary>One numbered clause of docs/protocol: where it begins, and all of its text.</summary>
internal sealed record ProtocolClause(string Id, string Place, string Text);

/// <summary>A place in a source file that names a clause in a comment.</summary>
internal sealed record ClauseCitation(string Id, string Place);

/// <summary>
/// Reads the documents of docs/protocol and the comments of source files, and says what does not fit. Pure: it is given
/// names and
/// texts. The clauses of <c>sample.md</c> are <c>SAMPLE-1</c>, <c>SAMPLE-2</c> …, those of <c>two-words.md</c>
/// <c>TWO-WORDS-1</c> …; each begins a list item, in bold, and goes on until the
/// next item, heading or line that is not indented. Other names of that shape (<c>SHA-256</c>) are no citations, since
/// no document
/// is called so.
/// </summary>
internal sealed partial class ProtocolClauses
{
    private readonly HashSet<string> prefixes = new(StringComparer.Ordinal);
    private readonly List<ProtocolClause> clauses = [];
    private readonly List<ClauseCitation> references = [];

    /// <param name="documents">File name, such as <c>log.md</c>, and text of each document.</param>
    internal ProtocolClauses(IReadOnlyCollection<(string Name, string Text)> documents)
    {
        foreach (var (name, _) in documents)
            prefixes.Add(PrefixOf(name));
        foreach (var (name, text) in documents)
            Read(name, text);
    }

    internal IReadOnlyList<ProtocolClause> All => clauses;

    /// <summary>Clauses whose number stands at two places.</summary>
    internal IEnumerable<string> Twice =>
        clauses
            .GroupBy(c => c.Id, StringComparer.Ordinal)
            .Where(g => g.Count() > 1)
            .Select(g => $"{g.Key}: {string.Join(", ", g.Select(c => c.Place))}");

    /// <summary>Clauses that oblige nobody: they hold neither MUST nor MUST NOT.</summary>
    internal IEnumerable<string> WithoutMust =>
        clauses.Where(c => !Must().IsMatch(c.Text)).Select(c => $"{c.Id}: {c.Place}");

    /// <summary>Clauses that stand in another document than the one they are named after.</summary>
    internal IEnumerable<string> Misplaced =>
        clauses
            .Where(c => !string.Equals(PrefixOf(c.Place.Split(':')[0]), PrefixIn(c.Id), StringComparison.Ordinal))
            .Select(c => $"{c.Id}: {c.Place}");

    /// <summary>What the documents say of clauses that are nowhere.</summary>
    internal IEnumerable<string> BrokenReferences => Unknown(references);

    /// <summary>The clauses that a source file's comments name.</summary>
    internal IEnumerable<ClauseCitation> CitationsIn(string name, string source)
    {
        var number = 0;
        foreach (var line in source.Split('\n'))
        {
            number++;
            var comment = line.IndexOf("//", StringComparison.Ordinal);
            if (comment < 0)
                continue;
            foreach (var id in IdsIn(line[comment..]))
                yield return new ClauseCitation(id, $"{name}:{number}");
        }
    }

    internal IEnumerable<string> CitedByNone(IEnumerable<ClauseCitation> citations)
    {
        var cited = citations.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        return clauses.Where(c => !cited.Contains(c.Id)).Select(c => $"{c.Id}: {c.Place}");
    }

    internal IEnumerable<string> Unknown(IEnumerable<ClauseCitation> citations)
    {
        var known = clauses.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        return citations.Where(c => !known.Contains(c.Id)).Select(c => $"{c.Id}: {c.Place}");
    }

    private void Read(string name, string text)
    {
        string? id = null;
        var (place, words) = ("", "");
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var start = ClauseStart().Match(line);
            if (start.Success || !line.StartsWith(' '))
                Close();
            if (start.Success)
                (id, place) = (start.Groups["id"].Value, $"{name}:{number}");
            if (id is not null)
                words += line + "\n";
            foreach (var named in IdsIn(line))
                references.Add(new ClauseCitation(named, $"{name}:{number}"));
        }
        Close();

        void Close()
        {
            if (id is not null)
                clauses.Add(new ProtocolClause(id, place, words));
            (id, words) = (null, "");
        }
    }

    private IEnumerable<string> IdsIn(string text) =>
        Id().Matches(text).Select(m => m.Value).Where(id => prefixes.Contains(PrefixIn(id)));

    private static string PrefixOf(string document) => Path.GetFileNameWithoutExtension(document).ToUpperInvariant();

    private static string PrefixIn(string id) => id[..id.LastIndexOf('-')];

    [GeneratedRegex(@"^- \*\*(?<id>[A-Z]+(?:-[A-Z]+)*-[1-9][0-9]*)\*\*", RegexOptions.CultureInvariant)]
    private static partial Regex ClauseStart();

    [GeneratedRegex(@"\b[A-Z]+(?:-[A-Z]+)*-[1-9][0-9]*\b", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex(@"\bMUST\b", RegexOptions.CultureInvariant)]
    private static partial Regex Must();
}
