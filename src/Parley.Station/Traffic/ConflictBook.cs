using System.Text.Json;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>
/// What is planned on one line and what of it conflicts, folded beside the view. It keeps what is in force, and of that
/// every volume in an index, so that a new
/// one is compared with a million in less than a millisecond. Each party has its share of volumes and each two their
/// share of conflicts, so that nobody's entries
/// cost the others theirs; what is beyond is said to be. Owned by its <see cref="LineTraffic"/>, under the same gate.
/// </summary>
/// <param name="policy">The line's.</param>
/// <param name="parties">How many are on it.</param>
/// <param name="ofJournal">True for a station's own journal: what stands there are its own plans, and they are compared
/// though nobody was told of them.</param>
/// <param name="whole">An item with its texts; null while it cannot be read.</param>
internal sealed class ConflictBook(
    LinePolicy policy,
    int parties,
    bool ofJournal = false,
    Func<EntryId, Item?>? whole = null
)
{
    /// <summary>Volumes of one party that are compared: 256 activities of the most that one may have.</summary>
    internal const int MaxVolumesOfParty = 256 * Activity.MaxVolumes;

    /// <summary>Vertices of one party's volumes that are compared: sixteen each, were there as many volumes as may
    /// be.</summary>
    internal const int MaxVerticesOfParty = 16 * MaxVolumesOfParty;

    private readonly Dictionary<PartyId, ConflictIndex> indexes = [];
    private readonly Dictionary<EntryId, Planned> planned = [];
    private readonly ConflictShares shares = new();
    private readonly Dictionary<PartyId, PlanLoad> loads = [];

    /// <summary>By owner: items beyond its share, in the order in which they came; and where in that list each
    /// is.</summary>
    private readonly Dictionary<PartyId, LinkedList<EntryId>> beyond = [];
    private readonly Dictionary<EntryId, LinkedListNode<EntryId>> places = [];
    private readonly RecentlyGone gone = new();

    internal Separation Separation { get; } =
        new(
            policy.Separation.Metres,
            policy.Separation.Height * 1000,
            policy.Separation.Seconds * TimeSpan.TicksPerSecond
        );

    /// <summary>What stands, drafts among it, by the entry that opened it.</summary>
    internal IReadOnlyCollection<Planned> All => planned.Values;

    internal int Compared => indexes.Values.Sum(i => i.Count);

    internal ConflictShares Found => shares;

    /// <summary>How many items of one other party an act must name at most.</summary>
    internal int MaxToNameOfParty { get; } = Math.Max(1, ConflictNaming.MaxToName / Math.Max(1, parties - 1));

    /// <summary>True for an item that stood until lately.</summary>
    internal bool HasGone(EntryId item) => gone.Has(item);

    internal Planned? Find(EntryId item) => planned.GetValueOrDefault(item);

    internal static bool Concerns(Item item) => item.Family is ActivityFamily or AreaFamily or MovementFamily;

    /// <summary>Takes an item as it stands now.</summary>
    internal void Fold(Item item)
    {
        if (!Concerns(item))
            return;
        if (item.IsSettled || item.State == item.Family.Unreadable)
        {
            End(item.Id);
            return;
        }
        var (text, body) = Newest(item);
        var known = planned.GetValueOrDefault(item.Id);
        if (known is not null && known.Text == text?.Id && known.Activity.IsInForce == IsInForce(item))
        {
            planned[item.Id] = known with
            {
                Heading = Heading.Of(item),
                UnderFireSince = MovementFamily.UnderFireSince(item),
                Activity = known.Activity with { State = StateOf(item) },
            }; // it stands where it stood
            return;
        }
        Forget(item.Id);
        var volumes = Volumes(body, out var problem);
        var to = text?.Header.To;
        var activity = new Activity(
            item.Id,
            item.Root.Header.From,
            RoleOf(body),
            (body as ActivityPlan)?.Priority ?? 0,
            StateOf(item),
            to is null ? Disclosure.Line : Disclosure.Named,
            to ?? [],
            volumes
        );
        planned[item.Id] = new Planned(Heading.Of(item), activity, text?.Id, problem)
        {
            UnderFireSince = MovementFamily.UnderFireSince(item),
        };
        if ((activity.IsInForce || ofJournal) && volumes.Count > 0)
            Enter(item.Id);
        Retry();
    }

    /// <summary>It stands no more.</summary>
    private void End(EntryId item)
    {
        if (Forget(item))
            gone.Add(item);
        Retry();
    }

    /// <summary>What time has ended stands no more. Called now and then.</summary>
    internal void Sweep(DateTimeOffset now)
    {
        foreach (var ended in planned.Where(p => p.Value.Heading.At(now).IsSettled).Select(p => p.Key).ToList())
            End(ended);
    }

    /// <summary>An item that stands, with its texts; null while it cannot be read.</summary>
    internal Item? Whole(EntryId item) => whole?.Invoke(item);

    /// <summary>Looks again at some of what had no room before, where there is room now. Called after every change, and
    /// now and then.</summary>
    internal void Retry()
    {
        for (
            var left = MaxRetries;
            left > 0
                && beyond
                    .Values.Select(items => items.First)
                    .FirstOrDefault(first =>
                        first is not null && planned[first.Value].Beyond is { } load && HasRoom(first.Value.Party, load)
                    )
                    is { } next;
            left--
        )
        {
            var item = next.Value;
            if (whole?.Invoke(item) is not { } read)
                break; // its volumes were not kept
            Leave(item);
            planned[item] = planned[item] with
            {
                Beyond = null,
                Activity = planned[item].Activity with { Volumes = Volumes(Newest(read).Body, out _) },
            };
            Enter(item);
        }
        foreach (var (item, other) in shares.TakeLeft(1))
            Search(planned[item].Activity, [other], new SearchWork());
    }

    /// <summary>What volumes would conflict with, by the line's separation or another; those of <paramref name="own"/>
    /// itself left out.</summary>
    /// <param name="except">A party whose items do not count; null for none.</param>
    internal IReadOnlyList<Conflict> Against(
        IReadOnlyList<Volume4D> volumes,
        EntryId own,
        PartyId owner,
        Separation separation,
        PartyId? except = null
    )
    {
        var work = new SearchWork();
        return
        [
            .. indexes
                .Where(i => i.Key != except)
                .OrderBy(i => i.Key.Value, StringComparer.Ordinal)
                .SelectMany(i => i.Value.FindEntries(volumes, separation, work, own))
                .Select(m => Of(own, owner, m)),
        ];
    }

    /// <summary>Items that are looked at again after one change.</summary>
    private const int MaxRetries = 4;

    private void Enter(EntryId item)
    {
        var activity = planned[item].Activity;
        var load = PlanLoad.Of(activity.Volumes);
        if (!HasRoom(activity.Owner, load))
        {
            planned[item] = planned[item] with { Beyond = load, Activity = activity with { Volumes = [] } };
            if (!beyond.TryGetValue(activity.Owner, out var waiting))
                beyond[activity.Owner] = waiting = [];
            places[item] = waiting.AddLast(item);
            return;
        }
        if (!ofJournal)
            Search(
                activity,
                [.. indexes.Keys.Where(other => other != activity.Owner).OrderBy(p => p.Value, StringComparer.Ordinal)],
                new SearchWork()
            );
        if (!indexes.TryGetValue(activity.Owner, out var index))
            indexes[activity.Owner] = index = new ConflictIndex();
        index.Put(activity);
        loads[activity.Owner] = loads.GetValueOrDefault(activity.Owner) + load;
    }

    /// <summary>Nobody's plans are held against his own: those are his to know, and would let him make conflicts
    /// without end.</summary>
    private void Search(Activity activity, IReadOnlyList<PartyId> others, SearchWork work)
    {
        foreach (var other in others)
        {
            if (shares.IsFull(activity.Owner, other))
            {
                shares.Leave(activity.Entry, activity.Owner, other); // looked for again when there is room
                continue;
            }
            foreach (
                var found in indexes[other]
                    .FindEntries(activity.Volumes, Separation, work, activity.Entry)
                    .OrderBy(m => m.Role != VolumeRole.Protected)
            )
                shares.Keep(Of(activity.Entry, activity.Owner, found));
        }
    }

    private static Conflict Of(EntryId own, PartyId owner, EntryConflict m) =>
        new(own, owner, m.Entry, m.Owner, m.Pairs, m.IsEveryPair, m.IsExact, m.Where);

    private bool HasRoom(PartyId owner, PlanLoad more) =>
        ofJournal
        || (
            loads.GetValueOrDefault(owner) + more is { } all
            && all.Volumes <= MaxVolumesOfParty
            && all.Vertices <= MaxVerticesOfParty
        );

    /// <summary>True where it stood.</summary>
    private bool Forget(EntryId item)
    {
        if (!planned.Remove(item, out var stood))
            return false;
        Leave(item);
        if (indexes.GetValueOrDefault(stood.Activity.Owner)?.Remove(item) > 0)
            loads[stood.Activity.Owner] -= PlanLoad.Of(stood.Activity.Volumes);
        shares.Forget(item);
        return true;
    }

    /// <summary>It waits no more for room.</summary>
    private void Leave(EntryId item)
    {
        if (places.Remove(item, out var place))
            place.List!.Remove(place);
    }

    private static IReadOnlyList<Volume4D> Volumes(IVolumeBody? body, out string? problem)
    {
        problem = null;
        if (body?.Volumes is not { ValueKind: JsonValueKind.Array } stated)
            return [];
        if (VolumeReader.ReadVolumes(stated, "volumes").TryGet(out var volumes, out var why))
            return volumes;
        problem = why;
        return [];
    }

    private static (TrafficEntry? Entry, IVolumeBody? Body) Newest(Item item)
    {
        var entry = item.Applied.LastOrDefault(e => e.Body is IVolumeBody);
        return (entry, entry?.Body as IVolumeBody);
    }

    private static bool IsInForce(Item item) => StateOf(item) is not ActivityState.Draft;

    private static VolumeRole RoleOf(IVolumeBody? body) =>
        body switch
        {
            StandingArea { Type: StandingArea.Protected } => VolumeRole.Protected,
            StandingArea => VolumeRole.KeepOut,
            _ => VolumeRole.Activity,
        };

    private static ActivityState StateOf(Item item) =>
        item.State switch
        {
            ActivityFamily.Draft => ActivityState.Draft,
            ActivityFamily.Accepted => ActivityState.Accepted,
            ActivityFamily.Active or MovementFamily.UnderWay or MovementFamily.Deviated or MovementFamily.Incident =>
                ActivityState.Active,
            _ => ActivityState.Notified,
        };
}
