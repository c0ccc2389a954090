using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Link;

namespace Parley.Station.Desks;

/// <summary>The exchanges of blind checks with peers. They reach no line's machine and no store.</summary>
internal sealed class BlindLink(Premises premises, BlindBook book, LinkDialer dialer, Refusals refusals)
{
    private static readonly TimeSpan AskTimeout = LinkLimits.RequestTimeout;

    internal Task<LinkAnswer> AskAsync(Card peer, LineId line, ReadOnlyMemory<byte> exchange, CancellationToken ct) =>
        dialer.SendAsync(peer, line, premises.Self, new LinkRequest(LinkVerb.Blind, exchange), AskTimeout, ct);

    /// <summary>A peer's exchange was not what the run allows.</summary>
    internal void Refused(LineId line, PartyId peer, string reason) =>
        refusals.Count(line, peer.Value, party: true, 400, reason);

    /// <summary>A peer's exchange of a run. It reaches no line's machine and no store. BLIND-CHECK-15.</summary>
    internal async Task<LinkAnswer> ServeAsync(LineId line, PartyId from, ReadOnlyMemory<byte> body)
    {
        if (!BlindExchange.Parse(body).TryGet(out var exchange, out var why))
            return Refuse(400, why);
        if (book.Find(exchange.Run) is not { } run || run.Line != line || run.Session.Peer != from)
            return Refuse(404, "no such run of a blind check is under way here");
        if (run.Session.Completion.IsCompleted)
            return Refuse(410, "that run of a blind check is over");
        var answer = await run.Session.ServeAsync(exchange);
        return answer.Status == 400 ? Refuse(400, answer.Reason) : answer;

        LinkAnswer Refuse(int status, string reason)
        {
            refusals.Count(line, from.Value, party: true, status, reason);
            return LinkAnswer.Refuse(status, reason);
        }
    }
}
