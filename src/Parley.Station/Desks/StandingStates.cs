using System.Collections.Concurrent;
using Parley.Link;
using Parley.Record;
using Parley.Station.Traffic;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>What followers are told of how the lines stand: each change as a line reports it, and all that holds for
/// whoever comes later.</summary>
internal sealed class StandingStates(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    EventHub hub,
    AlarmBoard alarms
)
{
    /// <summary>What a machine says once and a follower that comes later must still hear: why a feed of ours is behind,
    /// and who lost what of it.</summary>
    private readonly ConcurrentDictionary<LineId, StationEvent.OwnFeed> behindNow = new();
    private readonly ConcurrentDictionary<(LineId Line, PartyId Peer), StationEvent.PeerLost> losses = new();

    /// <summary>Every state that holds now; a follower that has these and all later events knows how things
    /// stand.</summary>
    internal List<StationEvent> Standing(LineId? line)
    {
        var all = new List<StationEvent>();
        foreach (var open in lines.All.Where(l => line is null || l.Id == line))
        {
            var id = open.Id;
            var status = open.Host.Status();
            foreach (var peer in status.Peers)
                all.Add(new StationEvent.Link(id, peer.Peer, LinkStates.Shown(peer.State)));
            foreach (var party in open.Document.Parties)
                all.Add(new StationEvent.Sealed(id, party, open.Host.SealedSize(party)));
            if (status is { CatchingUp: true, IsOpening: false })
                all.Add(
                    behindNow.TryGetValue(id, out var behind)
                        ? behind
                        : new StationEvent.OwnFeed(id, true, status.OwnSize, null, null)
                );
            if (
                status.Stopped
                && integrity
                    .Guarded(() => Outcome<IReadOnlyList<ForkRow>>.Of(premises.Store.ReadForks(id)))
                    .TryGet(out var forks, out _)
            )
                all.AddRange(forks.Select(Shown));
        }
        all.AddRange(alarms.Standing(line, quiet: false).Select(a => new StationEvent.Alarm(a)));
        all.AddRange(losses.Values.Where(l => line is null || l.Line == line));
        return all;
    }

    /// <summary>What a line reports, as far as it is a state that followers are told.</summary>
    internal void Follow(LineId line, LineReport report)
    {
        switch (report)
        {
            case LineReport.Stored:
                hub.Wake();
                break;
            case LineReport.Cosigned cosigned:
                hub.Publish(new StationEvent.Sealed(line, cosigned.Feed.Party, cosigned.Sealed));
                if (
                    cosigned.Feed.Party == premises.Self
                    && losses.TryGetValue((line, cosigned.Cosigner), out var lost)
                    && cosigned.Size >= lost.Cosigned
                    && losses.TryRemove((line, cosigned.Cosigner), out _)
                )
                    hub.Publish(lost with { Held = cosigned.Size });
                break;
            case LineReport.LinkChanged changed:
                hub.Publish(new StationEvent.Link(line, changed.Peer, LinkStates.Shown(changed.State)));
                break;
            case LineReport.Forked forked:
                hub.Publish(new StationEvent.Forked(line, forked.Feed.Party, forked.HeldSize, forked.OfferedSize));
                break;
            case LineReport.PeerLostEntries loss:
                var found = new StationEvent.PeerLost(line, loss.Peer, loss.CosignedSize, loss.Held);
                hub.Publish(
                    losses.AddOrUpdate(
                        (line, loss.Peer),
                        found,
                        (_, known) => found with { Cosigned = Math.Max(known.Cosigned, found.Cosigned) }
                    )
                );
                break;
            case LineReport.OwnFeedBehind behind:
                hub.Publish(
                    behindNow[line] = new StationEvent.OwnFeed(line, true, behind.Held, behind.Peer, behind.Proven)
                );
                break;
            case LineReport.OwnFeedCaughtUp caughtUp:
                behindNow.TryRemove(line, out _);
                hub.Publish(new StationEvent.OwnFeed(line, false, caughtUp.Size, null, null));
                break;
        }
    }

    /// <summary>On a line without peers, what is durable is sealed.</summary>
    internal void SealedAlone(LineId line, ulong size) =>
        hub.Publish(new StationEvent.Sealed(line, premises.Self, size));

    private static StationEvent.Forked Shown(ForkRow fork) =>
        new(fork.Line, fork.Feed.Party, SizeIn(fork.First), SizeIn(fork.Second));

    private static ulong SizeIn(byte[] checkpoint) =>
        SignedCheckpoint.Parse(checkpoint).TryGet(out var signed, out _) ? signed.Checkpoint.Size : 0;
}
