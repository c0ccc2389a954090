using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic;

/// <summary>That a party suspended the line and has not resumed it. LINK-32.</summary>
/// <param name="Step">The entry by which it did.</param>
/// <param name="Reason">As that party gave it; null where it gave none, or where its text is not here.</param>
public sealed record StandingSuspension(EntryHeader Step, string? Reason);

/// <summary>
/// Which parties suspend a line, folded from each party's own feed in its order, as the link takes it: what else has
/// arrived changes nothing. TRAFFIC-17.
/// It keeps where they did so, to tell who wrote in spite of a suspension that he knew of. TRAFFIC-18. What an author
/// says to have had, and has not arrived here yet, is
/// waited for: only then can it be told, and everybody tells the same.
/// </summary>
internal sealed class SuspensionFold(LinePolicy policy)
{
    /// <summary>Suspensions and resumptions of one party that are remembered by their place.</summary>
    internal const int MaxSteps = 65_536;

    /// <summary>Entries of one author that wait for what it says to have had; further ones are not judged.</summary>
    internal const int MaxAhead = 4_096;

    /// <summary>By party: where in its feed it suspended the line and resumed it, in turn, the newest last; of very
    /// many, the newest.</summary>
    private readonly Dictionary<PartyId, List<(ulong Seq, bool Suspends)>> steps = [];
    private readonly Dictionary<PartyId, ulong> sizes = [];

    /// <summary>By party: entries whose authors say to have had more of its feed than is folded, by how much they
    /// had.</summary>
    private readonly Dictionary<PartyId, PriorityQueue<Ahead, ulong>> ahead = [];

    /// <summary>By author: how many of its entries wait like this.</summary>
    private readonly Dictionary<PartyId, int> waiting = [];

    /// <summary>An entry that waits for one or more feeds; it is flagged once.</summary>
    private sealed class Ahead(EntryId entry, string kind)
    {
        internal EntryId Entry { get; } = entry;
        internal string Kind { get; } = kind;
        internal int Feeds { get; set; }
        internal bool IsFlagged { get; set; }
    }

    private readonly Dictionary<PartyId, StandingSuspension> standing = [];

    /// <summary>Who suspends the line now, the earliest first.</summary>
    internal IReadOnlyList<StandingSuspension> Standing =>
        [.. standing.Values.OrderBy(s => s.Step.At).ThenBy(s => s.Step.From.Value, StringComparer.Ordinal)];

    internal bool IsSuspendedBy(PartyId party) => steps.TryGetValue(party, out var own) && own[^1].Suspends;

    /// <summary>Takes the next entry of a feed; gives what is to be flagged now: the entry, and such as had waited for
    /// it.</summary>
    internal IReadOnlyList<Flag> Fold(TrafficEntry entry)
    {
        var header = entry.Header;
        List<Flag>? flags = null;
        sizes[header.From] = header.Seq + 1;
        if (Suspension.IsStep(header.Kind))
            Step(entry, ref flags);
        else if (!Suspension.Passes(header.Kind, header.Precedence))
            Judge(header, ref flags);
        if (ahead.Count > 0)
            Arrived(header.From, header.Seq + 1, ref flags);
        return flags ?? (IReadOnlyList<Flag>)[];
    }

    private void Step(TrafficEntry entry, ref List<Flag>? flags)
    {
        var header = entry.Header;
        if (Refuse(header) is { } reason)
        {
            (flags ??= []).Add(new Flag(header.Id, header.Kind, reason));
            return;
        }
        if (!steps.TryGetValue(header.From, out var own))
            steps[header.From] = own = [];
        if (own.Count == MaxSteps)
            own.RemoveAt(0);
        var suspends = header.Kind == Suspension.Suspended;
        own.Add((header.Seq, suspends));
        if (suspends)
            standing[header.From] = new StandingSuspension(header, (entry.Body as Reasoned)?.Reason);
        else
            standing.Remove(header.From);
    }

    /// <summary>Why a suspension or a resumption has no effect; null when it has.</summary>
    internal string? Refuse(EntryHeader step) =>
        Suspension.Refuse(policy, step.By, step.Kind, IsSuspendedBy(step.From));

    private void Judge(EntryHeader header, ref List<Flag>? flags)
    {
        var isKnown = steps.Count > 0 && IsSuspendedAt(header.From, header.Seq);
        var isAhead = false;
        foreach (var (party, seen) in header.Seen)
        {
            if (seen > sizes.GetValueOrDefault(party))
                isAhead = true;
            else
                isKnown |= steps.Count > 0 && IsSuspendedAt(party, seen);
        }
        if (isKnown)
            (flags ??= []).Add(FlagOf(header.Id, header.Kind));
        else if (isAhead)
            Wait(header);
    }

    private void Wait(EntryHeader header)
    {
        var count = waiting.GetValueOrDefault(header.From);
        if (count >= MaxAhead)
            return;
        waiting[header.From] = count + 1;
        var entry = new Ahead(header.Id, header.Kind);
        foreach (var (party, seen) in header.Seen)
        {
            if (seen <= sizes.GetValueOrDefault(party))
                continue;
            if (!ahead.TryGetValue(party, out var queue))
                ahead[party] = queue = new PriorityQueue<Ahead, ulong>();
            queue.Enqueue(entry, seen);
            entry.Feeds++;
        }
    }

    /// <summary>A feed has come to a size: what waited for that much of it is judged by it.</summary>
    private void Arrived(PartyId party, ulong size, ref List<Flag>? flags)
    {
        if (!ahead.TryGetValue(party, out var queue))
            return;
        while (queue.TryPeek(out var entry, out var seen) && seen <= size)
        {
            queue.Dequeue();
            if (--entry.Feeds == 0)
                waiting[entry.Entry.Party]--;
            if (entry.IsFlagged || !IsSuspendedAt(party, seen))
                continue;
            entry.IsFlagged = true;
            (flags ??= []).Add(FlagOf(entry.Entry, entry.Kind));
        }
        if (queue.Count == 0)
            ahead.Remove(party);
    }

    // It names no party: where several suspend the line, which of them is noticed first is no matter of the record.
    private static Flag FlagOf(EntryId entry, string kind) =>
        new(entry, kind, "the line was suspended, and its author knew; it is shown, and counts");

    /// <summary>True when the party suspended the line by so many entries of its feed.</summary>
    private bool IsSuspendedAt(PartyId party, ulong size)
    {
        if (!steps.TryGetValue(party, out var own))
            return false;
        int low = 0,
            high = own.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (own[middle].Seq < size)
                low = middle + 1;
            else
                high = middle;
        }
        return low > 0 && own[low - 1].Suspends;
    }
}
