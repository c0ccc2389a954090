using System.Text.Json;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>Two items whose volumes are closer than the line's separation.</summary>
/// <param name="Volumes">Pairs of volume numbers.</param>
/// <param name="Where">Around the first pair: where, at what height, when.</param>
internal sealed record Conflict(EntryId First, PartyId FirstOwner, EntryId Second, PartyId SecondOwner, IReadOnlyList<(int First, int Second)> Volumes, Overlap Where)
{
    internal string Key => $"{First}~{Second}";
}

/// <summary>An activity, area or movement as it is held against others.</summary>
/// <param name="Problem">Why its volumes cannot be read; null when they can, or when there are none.</param>
internal sealed record Planned(Item Item, Activity Activity, string? Problem);

/// <summary>
/// What is planned on one line and what of it conflicts, folded beside the view. It keeps what is in force, and of that every volume in an index, so that a new
/// one is compared with a million in less than a millisecond. Owned by its <see cref="LineTraffic"/>, under the same gate.
/// </summary>
/// <param name="policy">The line's.</param>
/// <param name="ofJournal">True for a station's own journal: what stands there are its own plans, and they are compared though nobody was told of them.</param>
internal sealed class ConflictBook(LinePolicy policy, bool ofJournal = false)
{
    /// <summary>Conflicts that are kept; further ones are counted and found again when asked for.</summary>
    internal const int MaxConflicts = 10_000;

    private readonly ConflictIndex index = new();
    private readonly Dictionary<EntryId, Planned> planned = [];
    private readonly Dictionary<EntryId, List<Conflict>> conflicts = [];

    internal Separation Separation { get; } = new(policy.Separation.Metres, policy.Separation.Height * 1000, policy.Separation.Seconds * TimeSpan.TicksPerSecond);

    /// <summary>What stands, drafts among it, by the entry that opened it.</summary>
    internal IReadOnlyCollection<Planned> All => planned.Values;

    internal int Volumes => index.Count;

    internal int ConflictCount { get; private set; }

    /// <summary>Every conflict once, the earliest overlap first.</summary>
    internal IReadOnlyList<Conflict> Conflicts => [.. conflicts.Values.SelectMany(c => c).DistinctBy(c => c.Key).OrderBy(c => c.Where.Time.Start).ThenBy(c => c.Key, StringComparer.Ordinal)];

    internal static bool Concerns(Item item) => item.Family is ActivityFamily or AreaFamily or MovementFamily;

    /// <summary>Takes an item as it stands now.</summary>
    internal void Fold(Item item)
    {
        if (!Concerns(item)) return;
        Forget(item.Id);
        if (item.IsSettled || item.State == item.Family.Unreadable) return;
        var (body, to) = Newest(item);
        string? problem = null;
        IReadOnlyList<Volume4D> volumes = [];
        if (body?.Volumes is { ValueKind: JsonValueKind.Array } stated && !VolumeReader.ReadVolumes(stated, "volumes").TryGet(out volumes!, out var reason)) (volumes, problem) = ([], reason);
        var activity = new Activity(item.Id, item.Root.Header.From, RoleOf(body), (body as ActivityPlan)?.Priority ?? 0, StateOf(item), to is null ? Disclosure.Line : Disclosure.Named, to ?? [], volumes);
        planned[item.Id] = new Planned(item, activity, problem);
        if (!(activity.IsInForce || ofJournal) || volumes.Count == 0) return;
        foreach (var found in ofJournal ? [] : Against(volumes, item.Id, activity.Owner, Separation))
        {
            if (ConflictCount >= MaxConflicts) break;
            ConflictCount++;
            Of(found.First).Add(found);
            Of(found.Second).Add(found);
        }
        index.Put(activity);
    }

    /// <summary>What volumes would conflict with, by the line's separation or another; those of <paramref name="own"/> itself left out.</summary>
    internal IReadOnlyList<Conflict> Against(IReadOnlyList<Volume4D> volumes, EntryId own, PartyId owner, Separation separation)
    {
        var pairs = new Dictionary<EntryId, (IndexedVolume Of, List<(int, int)> Volumes, Overlap Where)>();
        var found = new List<IndexedVolume>();
        for (var i = 0; i < volumes.Count; i++)
        {
            found.Clear();
            index.Find(volumes[i], separation, found, own);
            foreach (var other in found.OrderBy(f => f.Key.Number))
            {
                if (pairs.TryGetValue(other.Key.Entry, out var known)) known.Volumes.Add((i, other.Key.Number));
                else pairs[other.Key.Entry] = (other, [(i, other.Key.Number)], Overlap.Of(volumes[i], other.Volume, separation));
            }
        }
        return [.. pairs.Select(p => new Conflict(own, owner, p.Key, p.Value.Of.Owner, p.Value.Volumes, p.Value.Where)).OrderBy(c => c.Second.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>
    /// Why an officer's act is returned: its volumes cannot be read, or it does not show that its author knew what it conflicts with. Null when nothing speaks
    /// against it. TRAFFIC-61.
    /// </summary>
    internal string? Refuse(PartyId self, string kind, byte[]? body, IReadOnlyList<EntryId> re, out IReadOnlyList<Conflict> missed)
    {
        missed = [];
        if (body is null || !TrafficBodies.Read(kind, body).TryGet(out var read, out _) || read is not IVolumeBody { Volumes: { ValueKind: JsonValueKind.Array } stated }) return null;
        if (!VolumeReader.ReadVolumes(stated, "volumes").TryGet(out var volumes, out var problem)) return problem;
        if (kind is not (Kinds.ActivityNotified or Kinds.ActivityChanged)) return null;
        var own = kind == Kinds.ActivityChanged && re.Count > 0 ? re[0] : default;
        // What only some parties were told of is not to be named before all.
        missed = [.. Against(volumes, own, self, Separation).Where(c => c.SecondOwner != self && planned[c.Second].Activity.Disclosure == Disclosure.Line && !re.Contains(c.Second))];
        return missed.Count == 0 ? null : $"it conflicts with {string.Join(", ", missed.Take(MaxNamed).Select(c => c.Second))}{(missed.Count > MaxNamed ? $" and {missed.Count - MaxNamed} more" : "")}: change it, or name them under re to show that you know";
    }

    private const int MaxNamed = 20;

    private List<Conflict> Of(EntryId entry)
    {
        if (!conflicts.TryGetValue(entry, out var list)) conflicts[entry] = list = [];
        return list;
    }

    private void Forget(EntryId item)
    {
        planned.Remove(item);
        index.Remove(item);
        if (!conflicts.Remove(item, out var gone)) return;
        ConflictCount -= gone.Count;
        foreach (var conflict in gone)
        {
            var other = conflict.First == item ? conflict.Second : conflict.First;
            if (!conflicts.TryGetValue(other, out var left)) continue;
            left.Remove(conflict);
            if (left.Count == 0) conflicts.Remove(other);
        }
    }

    private static (IVolumeBody? Body, IReadOnlyList<PartyId>? To) Newest(Item item)
    {
        var entry = item.Applied.LastOrDefault(e => e.Body is IVolumeBody);
        return (entry?.Body as IVolumeBody, entry?.Header.To);
    }

    private static VolumeRole RoleOf(IVolumeBody? body) => body switch
    {
        StandingArea { Type: StandingArea.Protected } => VolumeRole.Protected,
        StandingArea => VolumeRole.KeepOut,
        _ => VolumeRole.Activity,
    };

    private static ActivityState StateOf(Item item) => item.State switch
    {
        ActivityFamily.Draft => ActivityState.Draft,
        ActivityFamily.Accepted => ActivityState.Accepted,
        ActivityFamily.Active or MovementFamily.UnderWay or MovementFamily.Deviated or MovementFamily.Incident => ActivityState.Active,
        _ => ActivityState.Notified,
    };
}
