using Parley.Record;

namespace Parley.Traffic;

/// <summary>An entry that changed nothing, and why: kept in the record, shown, and of no effect.</summary>
public sealed record Flag(EntryId Entry, string Kind, string Reason);

/// <summary>Where one thing between the parties stands: a call, a clarification, a readout. Immutable; made anew from
/// its entries whenever one arrives.</summary>
public sealed record Item
{
    public required Family Family { get; init; }
    public required TrafficEntry Root { get; init; }
    public required string State { get; init; }

    /// <summary>When this state began: the time in the header of the entry that brought it, or when its clock ran
    /// out.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the state changes if nobody writes anything; null when time does nothing.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The entries that had effect, in order, the first is the root.</summary>
    public required IReadOnlyList<TrafficEntry> Applied { get; init; }
    public IReadOnlyList<Flag> Flags { get; init; } = [];

    /// <summary>The entry that ended it; null while it goes on, and where it was settled by time, or as it was
    /// opened.</summary>
    public TrafficEntry? Ended { get; init; }

    /// <summary>The version of the line's rules that its entries are judged by. // LINE-13</summary>
    public int Rules { get; init; } = LinePolicy.FirstFold;

    public EntryId Id => Root.Id;

    /// <summary>True where more than one party has bound itself by it, and it is not over.</summary>
    public bool IsBinding => Family.IsBinding(this);
    public bool IsSettled => Family.Table.IsSettled(State);

    /// <summary>True where it goes on: neither settled nor such that it cannot be read.</summary>
    public bool IsOpen => !IsSettled && State != Family.Unreadable;

    /// <summary>The newest applied entry of that kind.</summary>
    public TrafficEntry? Last(string kind) => Applied.LastOrDefault(e => e.Header.Kind == kind);

    /// <summary>Of each entry whose place its author gave to another, the newest that has it. What was flagged takes
    /// nobody's place. TRAFFIC-13.</summary>
    public IReadOnlyDictionary<EntryId, EntryId> Replaced()
    {
        var replaced = new Dictionary<EntryId, EntryId>();
        var newest = new Dictionary<PartyId, EntryId>();
        foreach (var entry in Applied.Reverse())
        {
            var replaces = Kinds.Find(entry.Header.Kind)?.Replaces == OnEarlier.Supersedes;
            // The text that an author states anew is the whole of what it stated before.
            if (
                newest.TryGetValue(entry.Header.From, out var later)
                && (replaces || Family.Table.Opens(entry.Header.Kind))
            )
                replaced.TryAdd(entry.Id, later);
            if (!replaces)
                continue;
            newest.TryAdd(entry.Header.From, entry.Id);
            foreach (var named in entry.Header.Re.Where(re => re.Party == entry.Header.From))
                replaced.TryAdd(named, newest[entry.Header.From]);
        }
        return replaced;
    }

    /// <summary>The kinds by which a party may go on with it now, by the table and by who has written what; not what
    /// stations write by themselves.</summary>
    public IReadOnlyList<string> ActsOf(PartyId party) =>
        [
            .. Family
                .Table.Next(State, party == Root.Header.From)
                .Where(kind => Kinds.Find(kind)?.IsByStation != true && Family.Bar(this, kind, party) is null),
        ];

    /// <summary>As it stands at a time: clocks that ran out by then have done their work.</summary>
    public Item At(DateTimeOffset now)
    {
        var item = this;
        while (item.Due is { } due && due <= now && Family.Table.Expired(item.State) is { } next)
        {
            item = item with { State = next, Since = due, Due = null, Ended = null };
            item = item with { Due = Family.DueOf(item) };
        }
        return item;
    }

    /// <summary>As it stood when only some of what counts had been written; null where its first entry had not.</summary>
    /// <param name="written">True for an entry that was there.</param>
    /// <param name="parties">Every party of the line.</param>
    public Item? AsOf(Func<TrafficEntry, bool> written, IReadOnlyList<PartyId> parties)
    {
        ArgumentNullException.ThrowIfNull(written);
        if (!written(Root))
            return null;
        // Folded anew also where all was written: what time has done since then is not done yet.
        return Fold(Family, [.. Applied.Where(written)], parties, Rules);
    }

    /// <summary>
    /// Takes one more entry, whose author had seen all the others and which none of their authors had seen: wherever it
    /// arrived, it is the last, so that
    /// nothing needs to be folded anew.
    /// </summary>
    internal Item Continue(TrafficEntry entry, IReadOnlyList<PartyId> parties) => Take(this, entry, parties);

    /// <summary>Folds the entries of one item, whatever order they arrived in.</summary>
    internal static Item Fold(
        Family family,
        IReadOnlyCollection<TrafficEntry> entries,
        IReadOnlyList<PartyId> parties,
        int rules
    )
    {
        var sorted = CausalOrder.Sort(entries);
        var root = sorted.Find(e => family.Table.Opens(e.Header.Kind)) ?? sorted[0];
        sorted.Remove(root);
        var item = Take(
            new Item
            {
                Family = family,
                Root = root,
                State = "",
                Since = root.Written,
                Applied = [],
                Rules = rules,
            },
            root,
            parties
        );
        foreach (var entry in sorted)
            item = Take(item, entry, parties);
        return item;
    }

    private static Item Take(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties)
    {
        var before = item.State.Length == 0 ? item : item.At(entry.Written);
        var seen = item.State.Length == 0 ? item : before.Family.AsSeen(before, entry);
        if (!before.Family.Judge(seen, entry, parties, out var next, out var reason))
        {
            var flagged = before with { Flags = [.. item.Flags, new Flag(entry.Id, entry.Header.Kind, reason)] };
            return before.State.Length == 0
                ? flagged with
                {
                    State = item.Family.Unreadable,
                    Applied = [item.Root],
                }
                : flagged with
                {
                    State = item.State,
                    Since = item.Since,
                    Due = item.Due,
                };
        }
        if (!ReferenceEquals(seen, before))
            next = before.Family.Joined(before, entry);
        var after = before with
        {
            State = next,
            Since = entry.Written,
            Due = null,
            Ended =
                before.State.Length == 0 || !before.Family.Table.IsSettled(next) ? null
                : before.IsSettled ? before.Ended
                : entry,
            Applied = [.. item.Applied, entry],
        };
        return after.Family.DueOf(after) is { } due ? after with { Due = due } : after;
    }
}
