using System.Globalization;
using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>
/// What was watched, place by place. Whether a stretch counts as watched is the word of who watched: where that is a
/// party of the line, of its own feed alone. CEASEFIRE-23.
/// </summary>
/// <param name="onTheLine">Every party.</param>
/// <param name="texts">The agreement in force: its areas, and which parties its sides are.</param>
internal sealed class CoveredPlaces(IReadOnlyCollection<PartyId> onTheLine, AgreementTexts texts)
{
    /// <summary>Places of one answer beside those that the agreement names; stretches of one place, and gaps.</summary>
    internal const int MaxPlaces = 1_000,
        MaxStretches = 1_000;

    private readonly IReadOnlyDictionary<string, string> sides = texts.Sides;
    private readonly HashSet<string> areas = [.. (texts.InForce?.Text.Areas ?? []).Select(a => a.Name!)];

    /// <summary>A place, and who wrote that it was watched.</summary>
    internal sealed record Told(CoveredPlaceView View, IReadOnlyCollection<PartyId> Authors);

    /// <summary>Every place that somebody ever watched, or that the agreement names; by name. Of very many those that
    /// the agreement names, and of each author its share.</summary>
    internal (IReadOnlyList<Told> Places, IReadOnlyDictionary<PartyId, int> LeftOut) In(
        (DateTimeOffset From, DateTimeOffset Until) period,
        IEnumerable<Watched> watched,
        string? only
    )
    {
        var byPlace = watched.ToLookup(w => NameOf(w.Coverage.Place!), StringComparer.Ordinal);
        var (places, leftOut) = FairShare.Of(
            [
                .. byPlace
                    .Select(p => p.Key)
                    .Union(areas, StringComparer.Ordinal)
                    .Where(p => only is null || p == only)
                    .Order(StringComparer.Ordinal),
            ],
            place => areas.Contains(place) ? [] : AuthorsOf(byPlace[place]),
            MaxPlaces
        );
        var beyond = leftOut.ToDictionary();
        var told = places.Select(place => Of(place, [.. byPlace[place]], period, beyond)).ToList();
        return (told, beyond);
    }

    private Told Of(
        string place,
        IReadOnlyList<Watched> watched,
        (DateTimeOffset From, DateTimeOffset Until) period,
        Dictionary<PartyId, int> leftOut
    )
    {
        var (stretches, more) = FairShare.Of(
            [.. watched.Where(w => w.Coverage.Until > period.From && w.Coverage.From < period.Until)],
            w => [w.Entry.Party],
            MaxStretches
        );
        foreach (var (author, count) in more)
            leftOut[author] = leftOut.GetValueOrDefault(author) + count;
        var gaps = CoverageGaps.In(period.From, period.Until, watched.Where(Counts).Select(w => w.Coverage));
        // Of very many the longest: whoever logs every second minute hides no night in which nobody watched.
        var longest =
            gaps.Count <= MaxStretches
                ? gaps
                : [.. gaps.OrderByDescending(g => g.Until - g.From).Take(MaxStretches).OrderBy(g => g.From)];
        return new Told(
            new CoveredPlaceView(
                place,
                watched.Select(w => w.Coverage.Place!.Position).FirstOrDefault(p => p is not null),
                areas.Contains(place),
                [
                    .. stretches.Select(w => new WatchedView(
                        w.Entry,
                        w.Coverage.Reporter!,
                        w.Coverage.From!.Value,
                        w.Coverage.Until!.Value,
                        w.Coverage.Means,
                        w.Coverage.RadiusMetres,
                        Counts(w)
                    )),
                ],
                [.. longest.Select(g => new GapView(g.From, g.Until))],
                gaps.Count - longest.Count
            ),
            AuthorsOf(watched)
        );
    }

    /// <summary>True for what its author may say: that it watched itself, or what an observer watched that has no feed of
    /// its own here. That another party watched is that party's to say.</summary>
    private bool Counts(Watched watched)
    {
        var reporter = watched.Coverage.Reporter!;
        return !PartyId.TryParse(sides.GetValueOrDefault(reporter, reporter), out var party)
            || !onTheLine.Contains(party)
            || party == watched.Entry.Party;
    }

    private static IReadOnlyCollection<PartyId> AuthorsOf(IEnumerable<Watched> watched) =>
        watched.Select(w => w.Entry.Party).ToHashSet();

    private static string NameOf(Place place) =>
        !string.IsNullOrWhiteSpace(place.Name) ? place.Name
        : place.Position is [var longitude, var latitude]
            ? string.Create(CultureInfo.InvariantCulture, $"{latitude:0.####}, {longitude:0.####}")
        : "";
}
