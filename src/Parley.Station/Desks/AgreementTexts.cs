using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Agreements;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>The texts of a line's agreements that others ask for names: rules, sides, areas.</summary>
/// <param name="InForce">The newest that is in force, and the agreement's first entry; null where none is.</param>
/// <param name="Names">The newest that is in force, or else that was: who its sides are does not change because it is
/// suspended or over.</param>
/// <param name="All">Every one, what is in force first.</param>
/// <param name="LeftOut">By who tabled them: agreements that were not asked, beyond that party's share.</param>
internal sealed record AgreementTexts(
    (EntryId Agreement, AgreementText Text)? InForce,
    AgreementText? Names,
    IReadOnlyList<AgreementText> All,
    IReadOnlyDictionary<PartyId, int> LeftOut
)
{
    internal static AgreementTexts Of(StationLine open, LineView view, DateTimeOffset now)
    {
        var listing = Listing.Of<AgreementFamily>(view, now);
        return From(
            listing.Items.Select(i => (i.Id, AgreementStanding.Of(i, now, IsSealed(open, view)))),
            now,
            listing.LeftOut
        );
    }

    /// <summary>Of agreements by where each stands. Since when a text is in force lies behind us, whatever anybody's clock
    /// says of when it was tabled.</summary>
    internal static AgreementTexts From(
        IEnumerable<(EntryId Id, AgreementStanding Standing)> standings,
        DateTimeOffset now,
        IReadOnlyDictionary<PartyId, int> leftOut
    )
    {
        var all = standings
            .Where(s => s.Standing.Version is not null)
            .OrderByDescending(s => s.Standing.State == AgreementStanding.InForce)
            .ThenByDescending(s => s.Standing.InForceFrom <= now)
            .ThenByDescending(s => s.Standing.InForceFrom <= now ? s.Standing.InForceFrom : null)
            .ToList();
        var newest = all.Count > 0 ? all[0] : default;
        return new AgreementTexts(
            newest.Standing?.State == AgreementStanding.InForce ? (newest.Id, newest.Standing.Version!.Text) : null,
            newest.Standing?.InForceFrom <= now ? newest.Standing.Version!.Text : null,
            [.. all.Select(s => s.Standing.Version!.Text)],
            leftOut
        );
    }

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

    /// <summary>Names in logs, and the parties that the agreement says they are.</summary>
    internal IReadOnlyDictionary<string, string> Sides =>
        (Names?.Sides ?? [])
            .DistinctBy(s => s.Side, StringComparer.Ordinal)
            .ToDictionary(s => s.Side!, s => s.Party!, StringComparer.Ordinal);

    /// <summary>What is counted by where nobody says: a text that somebody tabled is no agreement yet.</summary>
    private CountingRule Usual => InForce?.Text.CountingRule ?? CountingRules.Discharges;

    private IEnumerable<CountingRule> Rules =>
        All.Select(t => t.CountingRule).OfType<CountingRule>().Concat(CountingRules.Known);
}
