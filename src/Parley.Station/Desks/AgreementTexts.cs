using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Agreements;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>The texts of a line's agreements that others ask for names: rules, sides, areas.</summary>
/// <param name="InForce">The newest that is in force between two parties or more, and the agreement's first entry; null
/// where none is.</param>
/// <param name="All">Every one, what is in force first.</param>
/// <param name="LeftOut">By who tabled them: agreements that were not asked, beyond that party's share.</param>
internal sealed record AgreementTexts(
    (EntryId Agreement, AgreementText Text)? InForce,
    IReadOnlyList<AgreementText> All,
    IReadOnlyDictionary<PartyId, int> LeftOut
)
{
    internal static AgreementTexts Of(StationLine open, LineView view, DateTimeOffset now)
    {
        var listing = Listing.Of<AgreementFamily>(view, now);
        // Since when a text is in force lies behind us, whatever anybody's clock says of when it was tabled.
        var standings = listing
            .Items.Select(i => (i.Id, Standing: AgreementStanding.Of(i, now, IsSealed(open, view))))
            .Where(s => s.Standing.Version is not null)
            .OrderByDescending(s => IsInForceBetweenParties(s.Standing))
            .ThenByDescending(s => IsInForceBetweenParties(s.Standing) ? s.Standing.InForceFrom : null)
            .ToList();
        return new AgreementTexts(
            standings is [(var id, { Version: { } version } first), ..] && IsInForceBetweenParties(first)
                ? (id, version.Text)
                : null,
            [.. standings.Select(s => s.Standing.Version!.Text)],
            listing.LeftOut
        );
    }

    /// <summary>What a party agrees with itself alone is in force by its own word: it counts by no rule for others.</summary>
    private static bool IsInForceBetweenParties(AgreementStanding standing) =>
        standing.State == AgreementStanding.InForce
        && standing
            .Version!.Text.Signatories.Where(s => s.Capacity == AgreementWords.Party)
            .Select(s => s.Party)
            .Distinct(StringComparer.Ordinal)
            .Count() > 1;

    /// <summary>True for an entry that every party has cosigned, and of which all is here that its author had
    /// seen.</summary>
    internal static Func<EntryHeader, bool> IsSealed(StationLine open, LineView view) =>
        header => header.Seq < open.Host.SealedSize(header.From) && view.HasWhatWasSeenBy(header);

    /// <summary>The rule that was given, or the one of that name; without either the rule of the agreement in force, else
    /// every discharge.</summary>
    internal Outcome<CountingRule> Rule(CountingRule? given, string? name) =>
        (given ?? (name is null ? Usual : Rules.FirstOrDefault(r => r.Name == name))) is { } rule
            ? rule
            : new Refusal(
                "unknown-rule",
                $"no agreement on this line has a rule of that name{(LeftOut.Count > 0 ? $"; not asked: {ApiWords.Counts(LeftOut)} agreements, beyond a party's share" : "")}",
                404
            );

    /// <summary>Names in logs, and the parties that the agreement in force says they are.</summary>
    internal IReadOnlyDictionary<string, string> Sides =>
        (InForce?.Text.Sides ?? [])
            .DistinctBy(s => s.Side, StringComparer.Ordinal)
            .ToDictionary(s => s.Side!, s => s.Party!, StringComparer.Ordinal);

    /// <summary>What is counted by where nobody says: a text that somebody tabled is no agreement yet.</summary>
    private CountingRule Usual => InForce?.Text.CountingRule ?? CountingRules.Discharges;

    private IEnumerable<CountingRule> Rules =>
        All.Select(t => t.CountingRule).OfType<CountingRule>().Concat(CountingRules.Known);
}
