using System.Text.Json;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Agreements;

/// <summary>What changed between two texts, in one clause or one of the other members.</summary>
/// <param name="Where">A clause's number, with its language where it has one; or the name of a member.</param>
/// <param name="Change"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Before">What stood there.</param>
/// <param name="After">What stands there.</param>
public sealed record TextDifference(string Where, string Change, string? Before, string? After)
{
    public const string Added = "added",
        Removed = "removed",
        Changed = "changed";
}

/// <summary>What an agreement's text should hold, and how two texts differ. CEASEFIRE-4, CEASEFIRE-5.</summary>
public static class AgreementForm
{
    /// <summary>What parties usually settle and this text does not, in words; warnings, which forbid nothing
    /// (R24).</summary>
    public static IReadOnlyList<string> Missing(AgreementText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var missing = new List<string>();
        void When(bool isMissing, string what)
        {
            if (isMissing)
                missing.Add(what);
        }
        When(text.Class is null, "it does not say of which class it is");
        When(text.Purpose is null, "it states no purpose");
        When(text.Areas.Count == 0, "it names no area or line");
        When(text.Areas.Any(a => a.Map is null && a.Volumes is null), "an area has neither a map nor coordinates");
        When(text.Start is null, "it states no start: it would take effect with the last signature");
        When(text.Ends is null && text.NoExpiry != true, "it states no end, nor outright that it has none");
        When(text.Clauses.All(c => c.Kind != Clause.Prohibited), "no clause says what is not to be done");
        When(string.IsNullOrWhiteSpace(text.Monitoring), "nobody is to monitor it");
        When(string.IsNullOrWhiteSpace(text.ViolationProcedure), "it does not say what follows a violation");
        When(text.CountingRule is null, "it has no counting rule");
        When(
            text.Reporting is { } day && !ReportingDay.TryCloses(day.Closes, out _),
            "its reporting day closes at no time of day such as 19:30"
        );
        When(text.NoticeDays is null, "it does not say how many days of notice a denunciation takes");
        var parties = text.Signatories.Where(s => s.Capacity == AgreementWords.Party).Select(s => s.Party);
        When(
            parties.Distinct(StringComparer.Ordinal).Count() < AgreementStanding.FewestParties,
            "fewer than two are to sign it as parties: it comes into force between nobody"
        );
        When(text.Signatories.All(s => s.Capacity != AgreementWords.Guarantor), "it has no guarantor");
        When(
            text.Languages.Count > 1 && text.Languages.All(l => l.Authoritative != true),
            "it does not say which language decides"
        );
        var ids = text.Clauses.Select(c => c.Id).Distinct(StringComparer.Ordinal).ToList();
        foreach (var language in text.Languages)
        {
            var lacking = ids.Where(id => text.Clauses.All(c => c.Id != id || c.Lang != language.Lang)).ToList();
            When(lacking.Count > 0, $"in {language.Lang} these clauses are lacking: {string.Join(", ", lacking)}");
        }
        return missing;
    }

    /// <summary>Clause by clause, and member by member of the rest, what is another in the second text; empty where the
    /// two are one.</summary>
    public static IReadOnlyList<TextDifference> Between(AgreementText before, AgreementText after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var differences = new List<TextDifference>();
        Compare(differences, Clauses(before), Clauses(after));
        Compare(differences, Rest(before), Rest(after));
        return differences;
    }

    private static void Compare(
        List<TextDifference> differences,
        List<(string Where, string What)> before,
        List<(string Where, string What)> after
    )
    {
        var then = before.ToDictionary(c => c.Where, c => c.What, StringComparer.Ordinal);
        var now = after.ToDictionary(c => c.Where, c => c.What, StringComparer.Ordinal);
        foreach (var (where, what) in after)
        {
            if (!then.TryGetValue(where, out var old))
                differences.Add(new(where, TextDifference.Added, null, what));
            else if (old != what)
                differences.Add(new(where, TextDifference.Changed, old, what));
        }
        foreach (var (where, what) in before)
        {
            if (!now.ContainsKey(where))
                differences.Add(new(where, TextDifference.Removed, what, null));
        }
    }

    private static List<(string Where, string What)> Clauses(AgreementText text) =>
        [
            .. text.Clauses.Select(c =>
                (
                    $"clause {c.Id}{(c.Lang is null ? "" : $" ({c.Lang})")}",
                    $"{c.Kind}{(c.Heading is null ? "" : $", {c.Heading}")}: {c.Text}"
                )
            ),
        ];

    /// <summary>Every other member that the text has, as canonical JSON.</summary>
    private static List<(string Where, string What)> Rest(AgreementText text)
    {
        var members = JsonSerializer.SerializeToElement(text, TrafficJson.Default.AgreementText);
        return
        [
            .. members
                .EnumerateObject()
                .Where(m => m.Name != "clauses" && m.Value.GetRawText() != "[]")
                .Select(m => (m.Name, m.Value.GetRawText())),
        ];
    }
}
