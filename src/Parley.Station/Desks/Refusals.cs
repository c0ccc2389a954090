using Parley.Record;
using Parley.Station.Telemetry;

namespace Parley.Station.Desks;

/// <summary>What peers sent that was refused: counted, told to whoever follows, and kept.</summary>
internal sealed class Refusals(Premises premises, Integrity integrity, EventHub hub) : IAsyncDisposable
{
    private readonly RefusalBook book = new(premises.Store, premises.Clock, premises.Log);

    /// <param name="line">The line that it was about, where that is known.</param>
    /// <param name="peer">Who sent it, as far as that is known.</param>
    /// <param name="party">True where that is a party of the line.</param>
    /// <param name="status">What was answered.</param>
    /// <param name="reason">Why.</param>
    internal void Count(LineId? line, string peer, bool party, int status, string reason)
    {
        StationMetrics.Refused.Add(1, new KeyValuePair<string, object?>("status", status));
        var now = premises.Now;
        hub.Publish(new StationEvent.Refused(new RefusalView(line, peer, status, reason, 1, now, now)));
        book.Count(line, peer, party, status, reason, now);
    }

    internal void Tick() => book.Tick();

    internal Outcome<IReadOnlyList<RefusalView>> Newest(int max) =>
        integrity.Guarded(() =>
            Outcome<IReadOnlyList<RefusalView>>.Of([
                .. premises
                    .Store.ReadRefusals(null, max)
                    .Select(r => new RefusalView(r.Line, r.Peer, r.Status, r.Reason, r.Count, r.First, r.Last)),
            ])
        );

    public ValueTask DisposeAsync() => book.DisposeAsync();
}
