using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Parley.Link;
using Parley.Record;
using Parley.Station.Api;
using Parley.Storage;

namespace Parley.Station;

/// <summary>Events for those who follow: the record from the store, states from what the lines say.</summary>
internal sealed partial class StationRuntime
{
    private readonly ConcurrentDictionary<FollowerStates, byte> followers = new();
    /// <summary>What a machine says once and a follower that comes later must still hear: why a feed of ours is behind, and who lost what of it.</summary>
    private readonly ConcurrentDictionary<LineId, StationEvent.OwnFeed> ownFeedsBehind = new();
    private readonly ConcurrentDictionary<(LineId Line, PartyId Peer), StationEvent.PeerLost> losses = new();

    public async IAsyncEnumerable<StationEvent> Subscribe(LineId? line, long? afterArrival, [EnumeratorCancellation] CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct, stopping.Token);
        var states = new FollowerStates(line);
        followers[states] = 0;
        UpdateAttendance();
        try
        {
            if (await StartAsync(afterArrival, ct) is not { } start) yield break;
            var reader = new ArrivalReader(store, start, () => line is { } one ? [one] : lines.Keys, all: line is null);
            foreach (var state in Standing(line)) yield return state;
            while (!ended.IsCancellationRequested)
            {
                while (states.TryTake(out var what))
                {
                    yield return what;
                    if (what is not StationEvent.Reset) continue;
                    foreach (var state in Standing(line)) yield return state;
                }
                if (!Guarded(() => Outcome<EntryView?>.Of(NextEntry(reader))).TryGet(out var entry, out _)) yield break; // it resumes where it was
                if (entry is not null) yield return new StationEvent.Entry(entry);
                else if (!await states.WaitAsync(ended.Token)) yield break; // the reader went away, or the station stops
            }
        }
        finally
        {
            followers.TryRemove(states, out _);
            UpdateAttendance();
        }
    }

    private async Task<long?> StartAsync(long? afterArrival, CancellationToken ct)
    {
        if (afterArrival is not null) return afterArrival;
        try
        {
            return (await store.LoadAsync(ct)).LastArrival;
        }
        catch (StoreFaultException)
        {
            return null;
        }
    }

    private EntryView? NextEntry(ArrivalReader reader) =>
        reader.Next() is { } stored && TryOpen(stored.Feed.Line, out var open) ? View(open, [stored])[0] : null;

    /// <summary>Every state that holds now; a follower that has these and all later events knows how things stand.</summary>
    private List<StationEvent> Standing(LineId? line)
    {
        var all = new List<StationEvent>();
        foreach (var open in lines.Values.Where(l => line is null || l.Host.Identity.Line == line))
        {
            var id = open.Host.Identity.Line;
            var status = open.Host.Status();
            foreach (var peer in status.Peers) all.Add(new StationEvent.Link(id, peer.Peer, Shown(peer.State)));
            foreach (var party in open.Host.Identity.Document.Parties) all.Add(new StationEvent.Sealed(id, party, open.Host.SealedSize(party)));
            if (status.CatchingUp) all.Add(ownFeedsBehind.TryGetValue(id, out var behind) ? behind : new StationEvent.OwnFeed(id, true, status.OwnSize, null, null));
            if (status.Stopped && Guarded(() => Outcome<IReadOnlyList<ForkRow>>.Of(store.ReadForks(id))).TryGet(out var forks, out _)) all.AddRange(forks.Select(Shown));
        }
        all.AddRange(alarms.Standing(line, quiet: false).Select(a => new StationEvent.Alarm(a)));
        all.AddRange(losses.Values.Where(l => line is null || l.Line == line));
        return all;
    }

    /// <summary>What a line reports, as far as it is a state that followers are told.</summary>
    private void Follow(LineId line, LineReport report)
    {
        switch (report)
        {
            case LineReport.Stored:
                foreach (var follower in followers.Keys) follower.Wake();
                break;
            case LineReport.Cosigned cosigned:
                Publish(new StationEvent.Sealed(line, cosigned.Feed.Party, cosigned.Sealed));
                if (cosigned.Feed.Party == Self && losses.TryGetValue((line, cosigned.Cosigner), out var lost) && cosigned.Size >= lost.Cosigned
                    && losses.TryRemove((line, cosigned.Cosigner), out _)) Publish(lost with { Held = cosigned.Size });
                break;
            case LineReport.LinkChanged changed:
                Publish(new StationEvent.Link(line, changed.Peer, Shown(changed.State)));
                break;
            case LineReport.Forked forked:
                Publish(new StationEvent.Forked(line, forked.Feed.Party, forked.HeldSize, forked.OfferedSize));
                break;
            case LineReport.PeerLostEntries loss:
                var found = new StationEvent.PeerLost(line, loss.Peer, loss.CosignedSize, loss.Held);
                Publish(losses.AddOrUpdate((line, loss.Peer), found, (_, known) => found with { Cosigned = Math.Max(known.Cosigned, found.Cosigned) }));
                break;
            case LineReport.OwnFeedBehind behind:
                Publish(ownFeedsBehind[line] = new StationEvent.OwnFeed(line, true, behind.Held, behind.Peer, behind.Proven));
                break;
            case LineReport.OwnFeedCaughtUp caughtUp:
                ownFeedsBehind.TryRemove(line, out _);
                Publish(new StationEvent.OwnFeed(line, false, caughtUp.Size, null, null));
                break;
        }
    }

    private void Publish(StationEvent what)
    {
        foreach (var follower in followers.Keys) follower.Tell(what);
    }

    private static StationEvent.Forked Shown(ForkRow fork) => new(fork.Line, fork.Feed.Party, SizeIn(fork.First), SizeIn(fork.Second));

    private static ulong SizeIn(byte[] checkpoint) => SignedCheckpoint.Parse(checkpoint).TryGet(out var signed, out _) ? signed.Checkpoint.Size : 0;
}
