using System.Runtime.CompilerServices;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>Events for those who follow: the record from the store, states from what the lines say.</summary>
internal sealed class EventDesk(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    EventHub hub,
    StandingStates states,
    Attendance attendance
) : IEventDesk
{
    public async IAsyncEnumerable<StationEvent> Subscribe(
        LineId? line,
        long? afterArrival,
        ConsoleBell? bell,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct, premises.Stopping);
        var follower = hub.Follow(line, bell);
        attendance.Update();
        try
        {
            if (await StartAsync(afterArrival, ct) is not { } start)
                yield break;
            var reader = new ArrivalReader(
                premises.Store,
                start,
                () => line is { } one ? [one] : lines.Ids,
                all: line is null
            );
            foreach (var state in states.Standing(line))
                yield return state;
            while (!ended.IsCancellationRequested)
            {
                while (follower.TryTake(out var what))
                {
                    yield return what;
                    if (what is not StationEvent.Reset)
                        continue;
                    foreach (var state in states.Standing(line))
                        yield return state;
                }
                if (!integrity.Guarded(() => Outcome<EntryView?>.Of(NextEntry(reader))).TryGet(out var entry, out _))
                    yield break; // it resumes where it was
                if (entry is not null)
                    yield return new StationEvent.Entry(entry);
                else if (!await follower.WaitAsync(ended.Token))
                    yield break; // the reader went away, or the station stops
            }
        }
        finally
        {
            hub.Leave(follower);
            attendance.Update();
        }
    }

    private async Task<long?> StartAsync(long? afterArrival, CancellationToken ct)
    {
        if (afterArrival is not null)
            return afterArrival;
        try
        {
            return (await premises.Store.LoadAsync(ct)).LastArrival;
        }
        catch (StoreFaultException)
        {
            return null;
        }
    }

    private EntryView? NextEntry(ArrivalReader reader) =>
        reader.Next() is { } stored && lines.TryGet(stored.Feed.Line, out var open)
            ? EntryViews.Of(open, [stored])[0]
            : null;
}
