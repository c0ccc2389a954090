using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Off the record: the same authenticated wire, nothing in any feed, nothing in any store. A message waits in memory until the peer's
/// station has it; a restart forgets it, and the sender is told what was delivered and what was not. LINK-40.
/// </summary>
public sealed partial class LineMachine
{
    private sealed class Outgoing(PartyId to, OffRecordMessage message)
    {
        internal PartyId To { get; } = to;
        internal OffRecordMessage Message { get; } = message;
        internal bool Busy { get; set; }
        internal DateTimeOffset? RetryAt { get; set; }
    }

    private readonly List<Outgoing> offRecordOut = [];
    private readonly HashSet<(PartyId From, string Id)> offRecordSeen = [];

    private void SendOffRecord(LinkEvent.OffRecordRequested request)
    {
        foreach (var peer in request.To)
        {
            if (offRecordOut.Count >= LinkLimits.MaxOffRecordHeld) return; // the caller sees no delivery and is told so
            offRecordOut.Add(new Outgoing(peer, request.Message));
        }
    }

    private void PumpOffRecord(PeerLink link)
    {
        if (!link.Dialable) return;
        foreach (var message in offRecordOut)
        {
            if (message.To != link.Peer || message.Busy || message.RetryAt > now) continue;
            message.Busy = true;
            var token = Await(what =>
            {
                message.Busy = false;
                if (what is LinkEvent.AnswerArrived { Answer.Status: 200 })
                {
                    Heard(link);
                    offRecordOut.Remove(message);
                    Report(new LineReport.OffRecordDelivered(link.Peer, message.Message.Id));
                }
                else message.RetryAt = now + LinkLimits.MaxRetry;
            });
            effects.Add(new LinkEffect.Send(token, link.Peer, new LinkRequest(LinkVerb.OffRecord, message.Message.Encode()), LinkLimits.RequestTimeout));
        }
    }

    private void TakeOffRecord(LinkEvent.RequestArrived request)
    {
        if (!OffRecordMessage.Parse(request.Request.Body.Span).TryGet(out var message, out var why))
        {
            Refuse(request.From, request.Token, LinkAnswer.Refuse(400, why));
            return;
        }
        if (offRecordSeen.Count >= LinkLimits.MaxOffRecordHeld) offRecordSeen.Clear();
        if (offRecordSeen.Add((request.From, message.Id))) Report(new LineReport.OffRecordArrived(request.From, message));
        Reply(request.Token, LinkAnswer.Ok(LinkAnswer.Text, "held in memory\n"u8.ToArray()));
    }
}
