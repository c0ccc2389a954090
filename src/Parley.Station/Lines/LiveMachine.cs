using Parley.Link;
using Parley.Record;
using Parley.Storage;
using LineStatus = Parley.Link.LineStatus;

namespace Parley.Station.Lines;

/// <summary>The machine that a line has now: the line's loop works it and puts another in its place, any thread may ask
/// it how things stand.</summary>
internal sealed class LiveMachine : IAsyncDisposable
{
    private readonly LineIdentity identity;
    private readonly LineTime time;
    private readonly HeardBefore heard;
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Guards <see cref="machine"/>: the loop changes it, status reads it.</summary>
    private readonly Lock gate = new();
    private LineMachine machine;
    private int generation;

    internal LiveMachine(LineIdentity identity, LoadedLine loaded, LineTime time, HeardBefore heard)
    {
        this.heard = heard;
        this.identity = identity;
        this.time = time;
        machine = new LineMachine(identity, loaded, time.Now);
        if (machine.SizeOf(identity.Self) > 0)
            begun.SetResult();
    }

    /// <summary>Completes when our feed has its first entry here.</summary>
    internal Task Begun => begun.Task;

    internal bool IsBroken => machine.IsBroken;

    /// <summary>Has the timer go off when the machine wants to be woken.</summary>
    internal void Rearm() => time.WakeAt(machine.NextWake);

    /// <summary>The timer went off, whatever the machine says next.</summary>
    internal void TimerSpent() => time.Spent();

    internal IReadOnlyList<LinkEffect> Handle(LinkEvent what, DateTimeOffset clock)
    {
        lock (gate)
            return machine.Handle(what, time.Now, clock);
    }

    /// <summary>Our feed has an entry.</summary>
    internal void Begin() => begun.TrySetResult();

    /// <summary>Puts a new machine in the place of one that broke.</summary>
    /// <param name="loaded">What is durable.</param>
    /// <returns>What became durable and was never reported.</returns>
    internal IReadOnlyList<LineReport> Replace(LoadedLine loaded)
    {
        LineMachine before;
        lock (gate)
        {
            before = machine;
            // What the old machine knew and may not have been able to store: that it must sign nothing, or nothing any
            // more.
            var old = machine.Status(time.Now);
            loaded = loaded with
            {
                Restored = loaded.Restored || old is { CatchingUp: true, Foreign: null, IsOpening: false },
                Foreign = loaded.Foreign ?? old.Foreign,
                Stopped = loaded.Stopped || old.Stopped,
                OffRecord = machine.Unrecorded,
            };
            machine = new LineMachine(identity, loaded, time.Now, ++generation);
        }
        return [.. Since(before)];
    }

    /// <summary>
    /// What became durable and was never reported, because the machine that had asked for it did nothing more when the
    /// store said so: an append that was told
    /// to be in doubt, a peer's push, a cosignature. Whoever follows the record, or waits for a seal, must not wait for
    /// the next one.
    /// </summary>
    private IEnumerable<LineReport> Since(LineMachine before)
    {
        foreach (var author in identity.Document.Parties)
        {
            var (feed, from, to) = (new Origin(identity.Line, author), before.SizeOf(author), machine.SizeOf(author));
            if (to > from)
                yield return new LineReport.Stored(feed, from, to);
            foreach (var cosigner in identity.Document.Parties)
            {
                var size = machine.CosignedBy(author, cosigner);
                if (size > before.CosignedBy(author, cosigner))
                    yield return new LineReport.Cosigned(feed, cosigner, size, machine.SealedSize(author));
            }
        }
    }

    internal LineStatus Status()
    {
        LineStatus status;
        lock (gate)
            status = machine.Status(time.Now);
        // The machine's times are steady ones; people are shown the clock's.
        var stepped = time.Stepped;
        return heard.With(
            status with
            {
                Peers =
                [
                    .. status.Peers.Select(p =>
                        p with
                        {
                            LastHeard = p.LastHeard.Plus(stepped),
                            FailingSince = p.FailingSince.Plus(stepped),
                            UntakenThere = Later(p.UntakenThere),
                            UntakenHere = Later(p.UntakenHere),
                        }
                    ),
                ],
            }
        );

        UntakenAttachment? Later(UntakenAttachment? untaken) =>
            untaken is null ? null : untaken with { Since = untaken.Since.Plus(stepped) };
    }

    /// <summary>Keeps when each peer was heard last.</summary>
    /// <exception cref="StoreFaultException">The store does not take it.</exception>
    internal Task KeepHeardAsync(IStationStore store, bool all)
    {
        _ = Status();
        return heard.KeepAsync(store, all);
    }

    /// <summary>For each other party, the size of <paramref name="author"/>'s feed that it has cosigned, as far as this
    /// station knows.</summary>
    internal IReadOnlyDictionary<PartyId, ulong> CosignedSizes(PartyId author)
    {
        lock (gate)
            return identity
                .Document.Parties.Where(p => p != author)
                .ToDictionary(p => p, p => machine.CosignedBy(author, p));
    }

    internal ulong SealedSize(PartyId author)
    {
        lock (gate)
            return machine.SealedSize(author);
    }

    /// <summary>Places of own entries whose attachments the peer is not known to have; not all of them need be
    /// addressed to it.</summary>
    internal IReadOnlyList<ulong> AttachmentsOwedTo(PartyId peer)
    {
        lock (gate)
            return machine.AttachmentsOwedTo(peer);
    }

    internal SignedCheckpoint? LatestOf(PartyId author)
    {
        lock (gate)
            return machine.LatestOf(author);
    }

    internal ulong SizeOf(PartyId author)
    {
        lock (gate)
            return machine.SizeOf(author);
    }

    /// <summary>Of these, one for whom no further message off the record can be kept; null where there is room for
    /// all.</summary>
    internal PartyId? OffRecordFullFor(IReadOnlyList<PartyId> to)
    {
        lock (gate)
        {
            foreach (var party in to)
            {
                if (machine.OffRecordWaitingFor(party) >= LinkLimits.MaxOffRecordHeld)
                    return party;
            }
            return null;
        }
    }

    /// <summary>Stops the timer; how things stand can still be asked.</summary>
    public ValueTask DisposeAsync() => time.DisposeAsync();
}
