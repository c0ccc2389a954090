using Parley.Record;

namespace Parley.Station.Traffic;

/// <summary>
/// The conflicts that are kept of one line, a share for each two parties. What finds no room is not lost: its item is
/// named here, and is looked at again when there is room. Owned by a
/// <see cref="ConflictBook"/>.
/// </summary>
internal sealed class ConflictShares
{
    /// <summary>Conflicts that are kept between two parties.</summary>
    internal const int MaxOfPair = 1_000;

    /// <summary>Fewer than this, and what found no room is looked for again: not whenever one goes, or each would cost
    /// a search.</summary>
    private const int RoomAgain = MaxOfPair * 9 / 10;

    private readonly Dictionary<EntryId, Dictionary<EntryId, Conflict>> conflicts = [];
    private readonly Dictionary<(PartyId, PartyId), Share> shares = [];

    private sealed class Share
    {
        internal int Kept { get; set; }

        /// <summary>Items that may have more conflicts than are kept, and with whom.</summary>
        internal Dictionary<EntryId, PartyId> Left { get; } = [];
    }

    internal int Count => shares.Values.Sum(s => s.Kept);

    /// <summary>Every conflict once, the earliest overlap first.</summary>
    internal IReadOnlyList<Conflict> All =>
        [
            .. conflicts
                .SelectMany(c => c.Value.Values.Where(v => v.First == c.Key))
                .OrderBy(c => c.Where.Time.Start)
                .ThenBy(c => c.Key, StringComparer.Ordinal),
        ];

    internal IEnumerable<Conflict> Of(EntryId item) => conflicts.TryGetValue(item, out var of) ? of.Values : [];

    internal bool IsFull(PartyId a, PartyId b) =>
        shares.TryGetValue(Pair(a, b), out var share) && share.Kept >= MaxOfPair;

    /// <summary>True where two parties have more conflicts than are kept.</summary>
    internal bool HasMore(PartyId a, PartyId b) =>
        shares.TryGetValue(Pair(a, b), out var share) && share.Left.Count > 0;

    /// <summary>Those with whom a party has more conflicts than are kept.</summary>
    internal IReadOnlyList<PartyId> MoreWith(PartyId party) =>
        [
            .. shares
                .Where(s => s.Value.Left.Count > 0 && (s.Key.Item1 == party || s.Key.Item2 == party))
                .Select(s => s.Key.Item1 == party ? s.Key.Item2 : s.Key.Item1)
                .OrderBy(p => p.Value, StringComparer.Ordinal),
        ];

    internal void Keep(Conflict conflict)
    {
        if (conflicts.TryGetValue(conflict.First, out var known) && known.ContainsKey(conflict.Second))
            return;
        var share = ShareOf(conflict.FirstOwner, conflict.SecondOwner);
        if (share.Kept >= MaxOfPair)
        {
            share.Left[conflict.First] = conflict.SecondOwner;
            return;
        }
        share.Kept++;
        Of(conflict.First, conflict.Second, conflict);
        Of(conflict.Second, conflict.First, conflict);
    }

    /// <summary>The item may conflict with more of the other party's than there is room for.</summary>
    internal void Leave(EntryId item, PartyId owner, PartyId other) => ShareOf(owner, other).Left[item] = other;

    /// <summary>Some of the items for which there is room now, and with whose they are to be compared.</summary>
    internal IReadOnlyList<(EntryId Item, PartyId Other)> TakeLeft(int max)
    {
        var taken = new List<(EntryId, PartyId)>();
        foreach (var share in shares.Values)
        {
            if (share.Left.Count == 0 || share.Kept >= RoomAgain)
                continue;
            foreach (var (item, other) in share.Left.Take(max - taken.Count).ToList())
            {
                share.Left.Remove(item);
                taken.Add((item, other));
            }
        }
        return taken;
    }

    internal void Forget(EntryId item)
    {
        foreach (var share in shares.Values)
            share.Left.Remove(item);
        if (!conflicts.Remove(item, out var gone))
            return;
        foreach (var (other, conflict) in gone)
        {
            ShareOf(conflict.FirstOwner, conflict.SecondOwner).Kept--;
            if (conflicts.TryGetValue(other, out var left) && left.Remove(item) && left.Count == 0)
                conflicts.Remove(other);
        }
    }

    private void Of(EntryId item, EntryId other, Conflict conflict)
    {
        if (!conflicts.TryGetValue(item, out var of))
            conflicts[item] = of = [];
        of[other] = conflict;
    }

    private Share ShareOf(PartyId a, PartyId b)
    {
        if (!shares.TryGetValue(Pair(a, b), out var share))
            shares[Pair(a, b)] = share = new Share();
        return share;
    }

    private static (PartyId, PartyId) Pair(PartyId a, PartyId b) =>
        string.CompareOrdinal(a.Value, b.Value) <= 0 ? (a, b) : (b, a);
}

/// <summary>The items of each party that went last.</summary>
internal sealed class RecentlyGone
{
    private const int MaxOfParty = 256;

    private readonly Dictionary<PartyId, Queue<EntryId>> byParty = [];

    internal void Add(EntryId item)
    {
        if (!byParty.TryGetValue(item.Party, out var of))
            byParty[item.Party] = of = new Queue<EntryId>();
        of.Enqueue(item);
        if (of.Count > MaxOfParty)
            of.Dequeue();
    }

    internal bool Has(EntryId item) => byParty.TryGetValue(item.Party, out var of) && of.Contains(item);
}
