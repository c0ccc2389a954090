using System.Threading.Channels;
using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>
/// What one follower of the events has not been told yet. Entries are not kept here, only that there are new ones: they
/// are read from the store. Of
/// states, the latest is kept for each line, party and kind, however slow the follower is; refusals are added up.
/// Should even those be too many,
/// the follower is told to take all states anew (<see cref="StationEvent.Reset"/>): nothing is lost in silence. Safe
/// from any thread.
/// </summary>
/// <param name="line">The line that is followed; null for all.</param>
internal sealed class FollowerStates(LineId? line)
{
    /// <summary>States that may wait: lines × parties × kinds is far below it, so that only a follower that stands
    /// still for long can come here.</summary>
    internal const int MaxWaiting = 4096;

    private readonly Lock gate = new();

    /// <summary>Guarded by <see cref="gate"/>, as are <see cref="order"/> and <see cref="overrun"/>. The order is that
    /// of the first untold change.</summary>
    private readonly Dictionary<Subject, StationEvent> latest = [];
    private readonly Queue<Subject> order = new();
    private bool overrun;

    /// <summary>At most one wake waits: it says that there is something, not what.</summary>
    private readonly Channel<bool> wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    /// <summary>Of a console in a browser; null for a program.</summary>
    internal ConsoleBell? Bell { get; init; }

    private readonly record struct Subject(LineId? Line, PartyId? Party, Type Kind, string? Of = null);

    /// <summary>Says that entries arrived.</summary>
    internal void Wake() => wakes.Writer.TryWrite(true);

    internal void Tell(StationEvent what)
    {
        if (
            SubjectOf(what) is not { } subject
            || (line is not null && subject.Line is not null && subject.Line != line)
        )
            return;
        lock (gate)
        {
            if (overrun)
                return; // what is told after the reset is read when it is told
            if (latest.TryGetValue(subject, out var untold))
                latest[subject] = Joined(untold, what);
            else if (latest.Count >= MaxWaiting)
            {
                latest.Clear();
                order.Clear();
                overrun = true;
            }
            else
            {
                latest.Add(subject, what);
                order.Enqueue(subject);
            }
        }
        Wake();
    }

    /// <summary>The state that has waited longest. After a <see cref="StationEvent.Reset"/>, the caller tells all
    /// states that hold.</summary>
    internal bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out StationEvent? what)
    {
        lock (gate)
        {
            if (overrun)
            {
                overrun = false;
                what = new StationEvent.Reset();
                return true;
            }
            what = null;
            return order.TryDequeue(out var subject) && latest.Remove(subject, out what);
        }
    }

    /// <summary>Completes once something was told since the last wait; false when there will be nothing more.</summary>
    internal async ValueTask<bool> WaitAsync(CancellationToken ct)
    {
        try
        {
            return await wakes.Reader.WaitToReadAsync(ct) && wakes.Reader.TryRead(out _);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    internal void Complete() => wakes.Writer.TryComplete();

    /// <summary>What the event is a state of; null for what is no state. Strangers' refusals are one subject, or
    /// strangers could fill the rest.</summary>
    private static Subject? SubjectOf(StationEvent what) =>
        what switch
        {
            StationEvent.Sealed s => new Subject(s.Line, s.Feed, typeof(StationEvent.Sealed)),
            StationEvent.Link l => new Subject(l.Line, l.Party, typeof(StationEvent.Link)),
            StationEvent.Forked f => new Subject(f.Line, f.Party, typeof(StationEvent.Forked)),
            StationEvent.OwnFeed o => new Subject(o.Line, null, typeof(StationEvent.OwnFeed)),
            StationEvent.PeerLost p => new Subject(p.Line, p.Party, typeof(StationEvent.PeerLost)),
            StationEvent.Refused r => new Subject(
                r.Refusal.Line,
                PartyId.TryParse(r.Refusal.Peer, out var party) ? party : null,
                typeof(StationEvent.Refused)
            ),
            StationEvent.Traffic t => new Subject(
                t.Data.Line,
                null,
                typeof(StationEvent.Traffic),
                (t.Data.Reason is null ? t.Data.Item ?? t.Data.Entry : t.Data.Entry).ToString()
            ),
            StationEvent.Blind b => new Subject(b.Data.Line, null, typeof(StationEvent.Blind), b.Data.Entry.ToString()),
            StationEvent.Call c => new Subject(c.Data.Line, null, typeof(StationEvent.Call), c.Data.Call.ToString()),
            StationEvent.Alarm a => new Subject(a.View.Line, null, typeof(StationEvent.Alarm), a.View.Alarm),
            _ => null,
        };

    private static StationEvent Joined(StationEvent untold, StationEvent newer) =>
        (untold, newer) switch
        {
            (StationEvent.Refused old, StationEvent.Refused now) => new StationEvent.Refused(
                now.Refusal with
                {
                    Count = old.Refusal.Count + now.Refusal.Count,
                    First = old.Refusal.First,
                }
            ),
            // A line has one stop; its first fork is what stopped it, and all of them are kept as evidence.
            (StationEvent.Forked, StationEvent.Forked) => untold,
            _ => newer,
        };
}
