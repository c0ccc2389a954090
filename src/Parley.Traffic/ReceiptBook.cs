using Parley.Record;

namespace Parley.Traffic;

/// <summary>
/// Which entries of a line wait for an acknowledgement, and what was done about each that waits or is among the newest.
/// Owned by a <see cref="LineView"/>.
/// </summary>
internal sealed class ReceiptBook
{
    private readonly LinePolicy policy;

    /// <summary>By author: everybody else.</summary>
    private readonly Dictionary<PartyId, PartyId[]> others;
    private readonly Dictionary<EntryId, Receipts> receipts = [];
    private readonly WaitingList waiting;
    private readonly Queue<EntryId> recent = new();

    /// <param name="policy">The line's.</param>
    /// <param name="parties">Every party of it.</param>
    internal ReceiptBook(LinePolicy policy, PartyId[] parties)
    {
        this.policy = policy;
        others = parties.ToDictionary(author => author, author => Array.FindAll(parties, p => p != author));
        waiting = new WaitingList(others);
    }

    /// <summary>Entries whose receipts are kept though nobody waits for one any more.</summary>
    internal int MaxKept { get; set; } = LineView.MaxRecentReceipts;

    /// <summary>Told of each addressee that is waited for no longer, as it acknowledges or answers.</summary>
    internal Action<Receipts, PartyId>? OnAcknowledged { get; set; }

    /// <summary>Entries for which an addressee's acknowledgement is still out.</summary>
    internal IReadOnlyCollection<WaitingEntry> Waiting => waiting;

    internal Receipts? Find(EntryId entry) =>
        receipts.GetValueOrDefault(entry) ?? (waiting.Find(entry) is { } found ? new Receipts(found) : null);

    /// <summary>From now on somebody is waited for.</summary>
    internal void Await(EntryHeader header, DateTimeOffset since)
    {
        var of = others[header.From];
        if (of.Length > 0 && waiting.TryAdd(header, since))
            return;
        var receipt = new Receipts(header, of, since);
        receipts[header.Id] = receipt;
        if (receipt.WaitingFor.Count > 0)
            waiting.Add(receipt);
        else
            Settle(receipt);
    }

    /// <summary>Takes a judged entry for a receipt of those that it answers, or in their place.</summary>
    internal void Take(TrafficEntry entry, bool isFlagged)
    {
        foreach (var re in entry.Header.Re)
        {
            if (Kept(re) is not { } receipt)
                continue;
            var waited = receipt.WaitingFor.Count;
            receipt.Take(entry, policy, isFlagged);
            if (receipt.WaitingFor.Count < waited)
                OnAcknowledged?.Invoke(receipt, entry.Header.From);
            if (receipt.WaitingFor.Count == 0 || receipt.Replaced is not null)
                Settle(receipt);
        }
    }

    /// <summary>An entry counts after all: it takes the place of those of its author that it names.</summary>
    internal void Replace(TrafficEntry entry)
    {
        if (!Replacement.Is(entry.Header.Kind))
            return;
        foreach (var re in entry.Header.Re)
        {
            if (re.Party != entry.Header.From || Kept(re) is not { } kept)
                continue;
            kept.Take(entry, policy);
            if (kept.Replaced is not null)
                Settle(kept);
        }
    }

    /// <summary>An entry counts no longer: what it took the place of has it again, unless another of its item
    /// replaces that as well.</summary>
    internal void Restore(TrafficEntry entry, ItemThread thread)
    {
        if (!Replacement.Is(entry.Header.Kind))
            return;
        foreach (var re in entry.Header.Re)
        {
            if (
                re.Party != entry.Header.From
                || receipts.GetValueOrDefault(re) is not { } receipt
                || !receipt.Restore(entry.Id)
            )
                continue;
            foreach (var other in thread.Entries)
            {
                if (
                    other.Id != entry.Id
                    && other.Header.Re.Contains(re)
                    && thread.Item.Flags.All(f => f.Entry != other.Id)
                )
                    receipt.Restore(other, policy);
            }
            if (receipt.Replaced is null && receipt.WaitingFor.Count > 0 && !receipt.IsListed)
                waiting.Add(receipt);
        }
    }

    /// <summary>The next time after <paramref name="now"/> at which an acknowledgement falls due, here or with the
    /// deputy; null when none does.</summary>
    internal DateTimeOffset? NextDue(DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var entry in waiting)
        {
            Sooner(Attention.Due(entry, policy));
            Sooner(Attention.DeputyDue(entry, policy));
        }
        return next;

        void Sooner(DateTimeOffset due)
        {
            if (due > now && (next is null || due < next))
                next = due;
        }
    }

    private Receipts? Kept(EntryId entry)
    {
        if (receipts.TryGetValue(entry, out var receipt))
            return receipt;
        if (waiting.Take(entry) is not { } found)
            return null;
        receipts[entry] = receipt = new Receipts(found);
        waiting.Add(receipt);
        return receipt;
    }

    private void Settle(Receipts receipt)
    {
        if (!waiting.Remove(receipt) && receipt.WaitingFor.Count > 0)
            return;
        recent.Enqueue(receipt.Id);
        while (recent.Count > MaxKept)
        {
            var oldest = recent.Dequeue();
            if (receipts.TryGetValue(oldest, out var old) && !old.IsListed)
                receipts.Remove(oldest);
        }
    }
}
