using System.Text;
using Parley.Link;
using Parley.Record;
using Wire = Parley.Link.Wire;

namespace Parley.Station.Lines;

/// <summary>
/// What was said off the record on one line, in memory only; gone when the process ends. Of each party the newest are
/// kept, up to a number of messages and of
/// bytes: what one says pushes out nothing that another said. LINK-86.
/// </summary>
internal sealed class OffRecordLog
{
    /// <summary>Bytes of text and name that are kept of one party; one message alone is at most
    /// <see cref="LinkLimits.MaxOffRecordBytes"/> and some.</summary>
    internal const int MaxBytes = 2 << 20;

    private readonly Lock gate = new();

    /// <summary>Guarded by <see cref="gate"/>, as is <see cref="shares"/>: everything, oldest first.</summary>
    private readonly LinkedList<Item> items = new();
    private readonly Dictionary<PartyId, Share> shares = [];

    /// <summary>What one party said, oldest first, and what it weighs.</summary>
    private sealed class Share
    {
        internal Queue<LinkedListNode<Item>> Nodes { get; } = new();
        internal long Bytes { get; set; }
    }

    private sealed class Item(PartyId from, Wire.OffRecordMessage message, IReadOnlyList<PartyId>? to)
    {
        internal PartyId From { get; } = from;
        internal Wire.OffRecordMessage Message { get; } = message;
        internal IReadOnlyList<PartyId>? To { get; } = to;
        internal HashSet<PartyId> DeliveredTo { get; } = [];
        internal TaskCompletionSource? All { get; init; }
        internal int Weight { get; } =
            Encoding.UTF8.GetByteCount(message.Text)
            + Encoding.UTF8.GetByteCount(message.Name)
            + Encoding.UTF8.GetByteCount(message.Seat);
    }

    internal void Arrived(PartyId from, Wire.OffRecordMessage message) => Add(new Item(from, message, null));

    /// <summary>Keeps what we say; the task completes when every addressee's station has it.</summary>
    internal Task Sent(PartyId self, Wire.OffRecordMessage message, IReadOnlyList<PartyId> to)
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(new Item(self, message, to) { All = all });
        return all.Task;
    }

    internal void Delivered(string id, PartyId to)
    {
        lock (gate)
        {
            foreach (var item in items)
            {
                if (item.Message.Id != id || item.To is null)
                    continue;
                item.DeliveredTo.Add(to);
                if (item.DeliveredTo.Count == item.To.Count)
                    item.All?.TrySetResult();
            }
        }
    }

    internal IReadOnlyDictionary<PartyId, bool> DeliveryOf(string id)
    {
        lock (gate)
        {
            // It may have been pushed out by newer ones already; then nothing is known of its delivery.
            var item = items.FirstOrDefault(i => i.Message.Id == id && i.To is not null);
            return item?.To!.ToDictionary(p => p, item.DeliveredTo.Contains) ?? [];
        }
    }

    internal IReadOnlyList<Parley.Contract.OffRecordMessage> All()
    {
        lock (gate)
        {
            return
            [
                .. items.Select(i => new Parley.Contract.OffRecordMessage(
                    i.From,
                    i.Message.At,
                    i.Message.Precedence,
                    new Officer(i.Message.Seat, i.Message.Name),
                    i.To,
                    i.Message.Text,
                    i.To?.ToDictionary(p => p, i.DeliveredTo.Contains)
                )),
            ];
        }
    }

    private void Add(Item item)
    {
        lock (gate)
        {
            if (!shares.TryGetValue(item.From, out var share))
                shares[item.From] = share = new Share();
            share.Nodes.Enqueue(items.AddLast(item));
            share.Bytes += item.Weight;
            while (share.Nodes.Count > LinkLimits.MaxOffRecordHeld || (share.Bytes > MaxBytes && share.Nodes.Count > 1))
            {
                var oldest = share.Nodes.Dequeue();
                share.Bytes -= oldest.Value.Weight;
                items.Remove(oldest);
            }
        }
    }
}
