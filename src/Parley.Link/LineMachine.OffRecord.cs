using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Off the record: the same authenticated wire, nothing in any feed, nothing in any store. A message waits in memory until the peer's
/// station has it; a restart forgets it, and the sender is told what was delivered and what was not. A peer that pulls is given it as the answer to
/// its pull, and confirms it with the next. LINK-40, LINK-41.
/// </summary>
public sealed partial class LineMachine
{
    private sealed class Outgoing(PartyId to, OffRecordMessage message)
    {
        internal PartyId To { get; } = to;
        internal OffRecordMessage Message { get; } = message;
        internal bool Busy { get; set; }
        internal DateTimeOffset? RetryAt { get; set; }
        /// <summary>True when the peer has answered and not taken it: a sign of life says nothing new then. LINK-17.</summary>
        internal bool Refused { get; set; }
    }

    /// <summary>Ids of messages that one peer sent and that were shown: the newest of them, so that none can make us forget another's.</summary>
    private sealed class Shown
    {
        private readonly HashSet<string> ids = [];
        private readonly Queue<string> order = new();

        internal IEnumerable<string> OldestFirst => order;

        internal bool Add(string id)
        {
            if (!ids.Add(id)) return false;
            order.Enqueue(id);
            if (order.Count > LinkLimits.MaxOffRecordRemembered) ids.Remove(order.Dequeue());
            return true;
        }
    }

    private readonly List<Outgoing> offRecordOut = [];
    private readonly Dictionary<PartyId, Shown> offRecordSeen = [];

    /// <summary>What no store holds: for the machine that takes this one's place in the same process, as after a fault of the store. LINK-40.</summary>
    public OffRecordMemory Unrecorded => new([.. offRecordOut.Select(o => (o.To, o.Message))], [.. offRecordSeen.SelectMany(s => s.Value.OldestFirst.Select(id => (s.Key, id)))]);

    private void TakeOver(OffRecordMemory memory)
    {
        foreach (var (to, message) in memory.Waiting) offRecordOut.Add(new Outgoing(to, message));
        foreach (var (from, id) in memory.Seen) IsNew(from, id);
    }

    private void SendOffRecord(LinkEvent.OffRecordRequested request)
    {
        foreach (var peer in request.To)
        {
            if (offRecordOut.Count >= LinkLimits.MaxOffRecordHeld) return; // the caller sees no delivery and is told so
            if (links.ContainsKey(peer)) offRecordOut.Add(new Outgoing(peer, request.Message));
        }
    }

    private void PumpOffRecord(PeerLink link)
    {
        var outbox = outboxes[link.Peer];
        foreach (var message in offRecordOut)
        {
            if (message.To != link.Peer || message.Busy || message.RetryAt > now) continue;
            if (outbox.HeldPull is not null)
            {
                message.RetryAt = now + LinkLimits.RequestTimeout; // by then the next pull has confirmed it, or it is given again
                AnswerPull(outbox, LinkAnswer.Ok(LinkAnswer.Json, message.Message.Encode()));
            }
            else if (link.Dialable && !IsPulling(outbox)) Send(link, message);
        }
    }

    private void Send(PeerLink link, Outgoing message)
    {
        message.Busy = true;
        var token = Await(what =>
        {
            message.Busy = false;
            if (what is LinkEvent.AnswerArrived { Answer.Status: 200 })
            {
                Heard(link);
                Delivered(message);
            }
            else
            {
                message.Refused = what is LinkEvent.AnswerArrived;
                message.RetryAt = now + LinkLimits.MaxRetry;
            }
        });
        effects.Add(new LinkEffect.Send(token, link.Peer, new LinkRequest(LinkVerb.OffRecord, message.Message.Encode()), LinkLimits.RequestTimeout));
    }

    private void Delivered(Outgoing message)
    {
        if (offRecordOut.Remove(message)) Report(new LineReport.OffRecordDelivered(message.To, message.Message.Id));
    }

    /// <summary>The peer's pull says which message the last one brought. One that it does not confirm was lost on the way.</summary>
    private void ConfirmOffRecord(PartyId peer, string? id)
    {
        foreach (var message in offRecordOut.Where(m => m.To == peer && !m.Busy).ToList())
        {
            if (message.Message.Id == id) Delivered(message);
            else message.RetryAt = null;
        }
    }

    private void WakeOffRecord(PartyId peer)
    {
        foreach (var message in offRecordOut)
        {
            if (message.To == peer && !message.Busy && !message.Refused) message.RetryAt = null;
        }
    }

    private void TakeOffRecord(LinkEvent.RequestArrived request)
    {
        if (!OffRecordMessage.Parse(request.Request.Body.Span).TryGet(out var message, out var why))
        {
            Refuse(request.From, request.Token, LinkAnswer.Refuse(400, why));
            return;
        }
        TakeOffRecord(request.From, message);
        Reply(request.Token, LinkAnswer.Ok(LinkAnswer.Text, "held in memory\n"u8.ToArray()));
    }

    private void TakeOffRecord(PartyId from, OffRecordMessage message)
    {
        if (IsNew(from, message.Id)) Report(new LineReport.OffRecordArrived(from, message));
    }
    private bool IsNew(PartyId from, string id)
    {
        if (!offRecordSeen.TryGetValue(from, out var shown)) offRecordSeen[from] = shown = new Shown();
        return shown.Add(id);
    }
}
