using System.Diagnostics.CodeAnalysis;
using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Agreements;

/// <summary>What a document for others says of an agreement: its text, and how it stood when the document was
/// made.</summary>
/// <param name="Line">The line that it stands on.</param>
/// <param name="Agreement">Its first entry.</param>
/// <param name="TabledAt">When that was written.</param>
/// <param name="Version">The text that is shown.</param>
/// <param name="Number">Which of its texts that is, from 1.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="At">When.</param>
/// <param name="Names">Of parties of the line, as their cards say.</param>
public sealed record AgreementSheet(
    LineId Line,
    EntryId Agreement,
    DateTimeOffset TabledAt,
    AgreementVersion Version,
    int Number,
    AgreementStanding Standing,
    DateTimeOffset At,
    IReadOnlyDictionary<PartyId, string> Names
)
{
    private IReadOnlyDictionary<EntryId, DateTimeOffset> Times { get; init; } =
        new Dictionary<EntryId, DateTimeOffset>();

    /// <summary>When an entry of the agreement was written, by its author's clock; null for one that is not
    /// here.</summary>
    internal DateTimeOffset? WrittenAt(EntryId entry) => Times.TryGetValue(entry, out var at) ? at : null;

    /// <summary>True for a text that no party is bound by, or is bound by no longer than its signature: it has no status,
    /// and every copy of it says so.</summary>
    public bool IsDraft =>
        Standing.State
            is AgreementStanding.Tabled
                or AgreementStanding.Open
                or AgreementStanding.PartlySigned
                or AgreementStanding.Declined;

    /// <summary>The languages of the text, the deciding ones first; one without a name where no clause says
    /// which.</summary>
    public IReadOnlyList<string> Languages
    {
        get
        {
            List<string> stated =
            [
                .. Version
                    .Text.Languages.OrderByDescending(l => l.Authoritative == true)
                    .Select(l => l.Lang!)
                    .Concat(Version.Text.Clauses.Select(c => c.Lang).OfType<string>())
                    .Distinct(StringComparer.Ordinal),
            ];
            return stated.Count == 0 ? [""] : stated;
        }
    }

    /// <summary>The name of a party, or its id where the line does not know it.</summary>
    public string NameOf(string? party) =>
        PartyId.TryParse(party, out var id) && Names.TryGetValue(id, out var name) ? name : party ?? "";

    /// <summary>The clauses in one language: those that state it, and those that state none.</summary>
    public IReadOnlyList<Clause> ClausesIn(string language) =>
        [.. Version.Text.Clauses.Where(c => c.Lang is null || c.Lang == language)];

    /// <summary>Whether that language decides where two differ; null where the text does not say.</summary>
    public bool? IsAuthoritative(string language) =>
        Version.Text.Languages.FirstOrDefault(l => l.Lang == language)?.Authoritative;

    /// <summary>What else the text settles, in words, in the order of a document.</summary>
    internal IEnumerable<(string Name, string Title, string What)> Rest()
    {
        var text = Version.Text;
        if (text.Class is { } kind)
            yield return ("class", "Class", kind);
        if (text.Purpose is { } purpose)
            yield return ("purpose", "Purpose", purpose);
        if (text.Start is { } start)
            yield return ("start", "Takes effect", UtcText.Of(start));
        if (text.Ends is { } ends)
            yield return ("ends", "Ends", UtcText.Of(ends));
        if (text.NoExpiry == true)
            yield return ("noExpiry", "Ends", "It does not end by itself.");
        foreach (var area in text.Areas)
            yield return (
                "area",
                "Area or line",
                $"{area.Name}{(area.Type is null ? "" : $" ({area.Type})")}{(area.Map is null ? "" : $", on map {area.Map}")}"
            );
        if (text.Monitoring is { } monitoring)
            yield return ("monitoring", "Monitoring", monitoring);
        if (text.ViolationProcedure is { } procedure)
            yield return ("violationProcedure", "What follows a violation", procedure);
        if (text.CountingRule is { } rule)
            yield return ("countingRule", "Counting rule", Words(rule));
        if (text.Reporting is { } day)
            yield return ("reporting", "Reporting day", $"closes at {day.Closes}, {day.Zone}");
        if (text.NoticeDays is { } days)
            yield return ("noticeDays", "Notice of denunciation", $"{days} days");
    }

    private static string Words(CountingRule rule) =>
        string.Join(
            ", ",
            new[]
            {
                rule.Name,
                $"unit {rule.Unit}",
                rule.Gap is null ? null : $"gap {rule.Gap}",
                rule.Least is null ? null : $"least {rule.Least}",
                rule.Exclude.Count == 0 ? null : $"not counted: {string.Join(' ', rule.Exclude)}",
                rule.What,
            }.OfType<string>()
        );

    /// <summary>The sheet of an agreement at a time; false where no text of it is here.</summary>
    public static bool TryMake(
        LineId line,
        Item agreement,
        AgreementStanding standing,
        DateTimeOffset at,
        IReadOnlyDictionary<PartyId, string> names,
        [NotNullWhen(true)] out AgreementSheet? sheet
    )
    {
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(standing);
        sheet = null;
        if (standing.Version is not { } version)
            return false;
        var number = AgreementVersion.AllOf(agreement).TakeWhile(v => v.Hash != version.Hash).Count() + 1;
        sheet = new AgreementSheet(line, agreement.Id, agreement.Root.Header.At, version, number, standing, at, names)
        {
            Times = agreement.Applied.ToDictionary(e => e.Id, e => e.Header.At),
        };
        return true;
    }
}
