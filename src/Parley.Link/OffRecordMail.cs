using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Off the record: the same authenticated wire, nothing in any feed, nothing in any store. A message waits in memory
/// until the peer's
/// station has it; a restart forgets it, and the sender is told what was delivered and what was not. A peer that pulls
/// is given it as the answer to
/// its pull, and confirms it with the next. LINK-40, LINK-41.
/// </summary>
internal sealed class OffRecordMail
{
    private readonly Turn turn;
    private readonly LineFeeds feeds;
    private readonly Presence presence;

    /// <param name="turn">The machine's.</param>
    /// <param name="feeds">The line's.</param>
    /// <param name="presence">Who is there.</param>
    /// <param name="memory">What the machine before this one held; null when the process has just begun.</param>
    internal OffRecordMail(Turn turn, LineFeeds feeds, Presence presence, OffRecordMemory? memory)
    {
        (this.turn, this.feeds, this.presence) = (turn, feeds, presence);
        foreach (var peer in feeds.Identity.Peers)
            outgoing[peer] = [];
        foreach (var (to, message) in memory?.Waiting ?? [])
            outgoing[to].Add(new Outgoing(to, message));
        foreach (var (from, id) in memory?.Seen ?? [])
            IsNew(from, id);
    }

    private sealed class Outgoing(PartyId to, OffRecordMessage message)
    {
        internal PartyId To { get; } = to;
        internal OffRecordMessage Message { get; } = message;
        internal bool Busy { get; set; }
        internal DateTimeOffset? RetryAt { get; set; }

        /// <summary>True when the peer has answered and not taken it: a sign of life says nothing new then.
        /// LINK-17.</summary>
        internal bool Refused { get; set; }
    }

    /// <summary>Ids of messages that one peer sent and that were shown: the newest of them, so that none can make us
    /// forget another's.</summary>
    private sealed class Shown
    {
        private readonly HashSet<string> ids = [];
        private readonly Queue<string> order = new();

        internal IEnumerable<string> OldestFirst => order;

        internal bool Add(string id)
        {
            if (!ids.Add(id))
                return false;
            order.Enqueue(id);
            if (order.Count > LinkLimits.MaxOffRecordRemembered)
                ids.Remove(order.Dequeue());
            return true;
        }
    }

    /// <summary>By peer, oldest first: what one does not take is in no other's way.</summary>
    private readonly Dictionary<PartyId, List<Outgoing>> outgoing = [];
    private readonly Dictionary<PartyId, Shown> seen = [];

    /// <summary>What no store holds: for the machine that takes this one's place in the same process, as after a fault
    /// of the store. LINK-40.</summary>
    internal OffRecordMemory Unrecorded =>
        new(
            [.. outgoing.Values.SelectMany(waiting => waiting.Select(o => (o.To, o.Message)))],
            [.. seen.SelectMany(s => s.Value.OldestFirst.Select(id => (s.Key, id)))]
        );

    internal void Take(LinkEvent.OffRecordRequested request)
    {
        foreach (var peer in request.To)
        {
            // Whoever asks looks first whether there is room (OffRecordWaitingFor), and is told.
            if (outgoing.TryGetValue(peer, out var waiting) && waiting.Count < LinkLimits.MaxOffRecordHeld)
                waiting.Add(new Outgoing(peer, request.Message));
        }
    }

    /// <summary>Messages off the record that the peer does not have yet; no more than
    /// <see cref="LinkLimits.MaxOffRecordHeld"/> are kept for it.</summary>
    internal int WaitingFor(PartyId peer) => outgoing.TryGetValue(peer, out var waiting) ? waiting.Count : 0;

    internal void Pump(PeerLink link)
    {
        var outbox = feeds.Outboxes[link.Peer];
        var underWay = 0;
        foreach (var message in outgoing[link.Peer])
        {
            if (message.Busy && ++underWay >= LinkLimits.MaxOffRecordUnderWay)
                return;
            if (message.Busy || message.RetryAt > turn.Now)
                continue;
            if (outbox.HeldPull is not null)
            {
                if (link.OffRecordAt > turn.Now)
                    continue;
                link.OffRecordGiven = message.Message.Id;
                link.OffRecordAt = null;
                message.RetryAt = turn.Now.Plus(LinkLimits.RequestTimeout); // by then the next pull has confirmed it, or it is given again
                outbox.AnswerPull(turn, LinkAnswer.Ok(LinkAnswer.Json, message.Message.Encode()));
            }
            else if (link.Dialable && !outbox.IsPulling(turn.Now))
            {
                Send(link, message);
                if (++underWay >= LinkLimits.MaxOffRecordUnderWay)
                    return;
            }
        }
    }

    internal DateTimeOffset? NextWake(PeerLink link)
    {
        var next = turn.Sooner(null, feeds.Outboxes[link.Peer].HeldPull is null ? null : link.OffRecordAt);
        foreach (var message in outgoing[link.Peer])
            next = turn.Sooner(next, message.Busy ? null : message.RetryAt);
        return next;
    }

    private void Send(PeerLink link, Outgoing message)
    {
        message.Busy = true;
        turn.Send(
            link.Peer,
            new LinkRequest(LinkVerb.OffRecord, message.Message.Encode()),
            LinkLimits.RequestTimeout,
            what =>
            {
                message.Busy = false;
                if (what is LinkEvent.AnswerArrived { Answer.Status: 200 })
                {
                    presence.Heard(link);
                    Delivered(message);
                }
                else
                {
                    message.Refused = what is LinkEvent.AnswerArrived;
                    message.RetryAt = turn.Now.Plus(LinkLimits.MaxRetry);
                }
            }
        );
    }

    private void Delivered(Outgoing message)
    {
        if (outgoing[message.To].Remove(message))
            turn.Report(new LineReport.OffRecordDelivered(message.To, message.Message.Id));
    }

    /// <summary>The peer's pull says which message the last one brought. One that it does not confirm was lost on the
    /// way, and is given again in a moment. LINK-85.</summary>
    internal void Confirm(PartyId peer, string? id)
    {
        var link = feeds.Links[peer];
        if (link.OffRecordGiven is { } given && given != id)
            link.OffRecordAt = turn.Now.Plus(LinkLimits.OffRecordPause);
        link.OffRecordGiven = null;
        foreach (var message in outgoing[peer].Where(m => !m.Busy).ToList())
        {
            if (message.Message.Id == id)
                Delivered(message);
            else
                message.RetryAt = null;
        }
    }

    internal void Wake(PartyId peer)
    {
        foreach (var message in outgoing[peer])
        {
            if (!message.Busy && !message.Refused)
                message.RetryAt = null;
        }
    }

    internal void Serve(LinkEvent.RequestArrived request)
    {
        if (!OffRecordMessage.Parse(request.Request.Body.Span).TryGet(out var message, out var why))
        {
            turn.Refuse(request.From, request.Token, LinkAnswer.Refuse(400, why));
            return;
        }
        Arrived(request.From, message);
        turn.Reply(request.Token, LinkAnswer.Ok(LinkAnswer.Text, "held in memory\n"u8.ToArray()));
    }

    internal void Arrived(PartyId from, OffRecordMessage message)
    {
        if (IsNew(from, message.Id))
            turn.Report(new LineReport.OffRecordArrived(from, message));
    }

    private bool IsNew(PartyId from, string id)
    {
        if (!seen.TryGetValue(from, out var shown))
            seen[from] = shown = new Shown();
        return shown.Add(id);
    }
}
