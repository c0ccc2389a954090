using Parley.Record;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>From receipts to what officers are shown of them. Called under the view's gate.</summary>
internal static class ReceiptShapes
{
    /// <summary>Of all that wait the earliest due, found in one look at each.</summary>
    internal static (IReadOnlyList<ReceiptsView> Waiting, int Overdue) Earliest(
        LineView view,
        LinePolicy policy,
        DateTimeOffset now
    )
    {
        var overdue = 0;
        var earliest = new PriorityQueue<WaitingEntry, (DateTimeOffset, string, ulong)>(LastFirst);
        foreach (var entry in view.Waiting)
        {
            var due = Attention.Due(entry, policy);
            if (due <= now)
                overdue++;
            var rank = (due, entry.From.Value, entry.Id.Seq);
            if (earliest.Count < TrafficView.MaxListed)
                earliest.Enqueue(entry, rank);
            else
                earliest.EnqueueDequeue(entry, rank);
        }
        var waiting = new ReceiptsView[earliest.Count];
        for (var i = waiting.Length - 1; i >= 0; i--)
            waiting[i] = Brief(Of(view.ReceiptsOf(earliest.Dequeue().Id)!, policy, now, []));
        return (waiting, overdue);
    }

    private static readonly IComparer<(DateTimeOffset Due, string From, ulong Seq)> LastFirst = Comparer<(
        DateTimeOffset Due,
        string From,
        ulong Seq
    )>.Create(
        (a, b) =>
            b.Due != a.Due ? b.Due.CompareTo(a.Due)
            : string.CompareOrdinal(b.From, a.From) is not 0 and var byParty ? byParty
            : b.Seq.CompareTo(a.Seq)
    );

    /// <summary>Of each sort the first facts; the entry's own receipts tell all of them.</summary>
    private static ReceiptsView Brief(ReceiptsView receipts) =>
        receipts.Read.Count + receipts.Translated.Count + receipts.PassedOn.Count + receipts.Answered.Count
        <= TrafficView.MaxCutList
            ? receipts
            : receipts with
            {
                Read = First(receipts.Read),
                Translated = First(receipts.Translated),
                PassedOn = First(receipts.PassedOn),
                Answered = First(receipts.Answered),
            };

    private static IReadOnlyList<FactView> First(IReadOnlyList<FactView> facts) =>
        facts.Count <= TrafficView.MaxCutList ? facts : [.. facts.Take(TrafficView.MaxCutList)];

    /// <summary>The five facts of an entry, and until when somebody is waited for.</summary>
    internal static ReceiptsView Of(
        Receipts receipts,
        LinePolicy policy,
        DateTimeOffset now,
        Dictionary<PartyId, DeliveryTime> delivered
    )
    {
        var wants = Attention.WantsAcknowledgement(receipts.Kind);
        var due = Attention.Due(receipts, policy);
        var isWaiting = wants && receipts.WaitingFor.Count > 0 && receipts.Replaced is null;
        return new ReceiptsView(
            receipts.Id,
            receipts.Kind,
            receipts.From,
            receipts.At,
            receipts.Precedence,
            receipts.Mark,
            Stated(delivered),
            Facts(receipts.Read),
            Facts(receipts.Translated),
            Facts(receipts.PassedOn),
            Facts(receipts.Answered),
            wants ? [.. receipts.WaitingFor.OrderBy(p => p.Value, StringComparer.Ordinal)] : [],
            wants ? due : null,
            wants ? Attention.DeputyDue(receipts, policy) : null,
            isWaiting && due <= now,
            receipts.Replaced is { } replaced ? new ReplacedView(replaced.Entry, replaced.Cancelled) : null
        )
        {
            DeliveredOff = Off(receipts.At, delivered, policy, now),
        };
    }

    /// <summary>By party, how far each stated time is off, where it is. LINK-90</summary>
    internal static Dictionary<PartyId, double>? Off(
        DateTimeOffset written,
        IReadOnlyDictionary<PartyId, DeliveryTime> delivered,
        LinePolicy policy,
        DateTimeOffset now
    )
    {
        Dictionary<PartyId, double>? off = null;
        foreach (var (party, time) in delivered)
        {
            if (Off(written, time, policy, now) is { } seconds)
                (off ??= [])[party] = seconds;
        }
        return off;
    }

    /// <summary>What was cosigned was written before, and was cosigned when the cosignature came, or by now where that
    /// is not known; how far a stated time is from that. LINK-90</summary>
    internal static double? Off(DateTimeOffset written, DeliveryTime time, LinePolicy policy, DateTimeOffset now)
    {
        var latest = time.Arrived ?? now;
        var seconds =
            time.At < written ? (time.At - written).TotalSeconds
            : time.At > latest ? (time.At - latest).TotalSeconds
            : 0;
        return Math.Abs(seconds) > policy.ClockFlag ? Math.Round(seconds, 1) : null;
    }

    /// <summary>The times of delivery as they are stated.</summary>
    internal static Dictionary<PartyId, DateTimeOffset> Stated(Dictionary<PartyId, DeliveryTime> delivered) =>
        delivered.ToDictionary(d => d.Key, d => d.Value.At);

    private static IReadOnlyList<FactView> Facts(IReadOnlyList<Fact> facts) =>
        [.. facts.Select(f => new FactView(f.Party, f.Entry, f.At, f.By, f.Note))];
}
