using Parley.Record;
using Parley.Traffic;

namespace Parley.Station.Desks;

/// <summary>
/// Items of one family that an answer lists: of each party that opened some its share, what binds parties first and then
/// what it opened last, by its own feed. No clock decides what is left out, and what is left out is said. CEASEFIRE-42.
/// </summary>
/// <param name="Items">The newest first, by the time that they state.</param>
/// <param name="LeftOut">By who opened them: open ones and those settled lately that are not listed.</param>
internal sealed record Listing(IReadOnlyList<Item> Items, IReadOnlyDictionary<PartyId, int> LeftOut)
{
    /// <summary>Items of one answer.</summary>
    private const int Most = 1_000;

    internal static Listing Of<T>(LineView view, DateTimeOffset now, int most = Most)
        where T : Family
    {
        var whole = view.Open(now);
        var (items, beyond) = FairShare.Of(
            [
                .. whole
                    .Concat(view.RecentlySettled(now))
                    .Where(i => i.Family is T)
                    .OrderByDescending(i => i.IsBinding)
                    .ThenByDescending(i => i.Id.Seq),
            ],
            i => [i.Root.Header.From],
            most
        );
        var leftOut = beyond.ToDictionary();
        // What is open and not kept whole has a heading all the same.
        var known = whole.Select(i => i.Id).ToHashSet();
        foreach (var away in view.Headings(now).Where(h => h.Family is T && !known.Contains(h.Id)))
            leftOut[away.Id.Party] = leftOut.GetValueOrDefault(away.Id.Party) + 1;
        return new Listing(
            [
                .. items
                    .OrderByDescending(i => i.Root.Header.At)
                    .ThenByDescending(i => i.Id.ToString(), StringComparer.Ordinal),
            ],
            leftOut
        );
    }
}

/// <summary>What an answer lists, and by author what it leaves out.</summary>
internal sealed record Listed<T>(IReadOnlyList<T> Views, IReadOnlyDictionary<PartyId, int> LeftOut);
