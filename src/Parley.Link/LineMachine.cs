using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// One line at one station, as a state machine: events and the time go in, effects come out. It does no I/O and reads
/// no clock, so a test can run
/// ten of them through a year of faults in a second, and the same core serves any carrier of bytes. One caller at a
/// time.
/// What its parts share is in <see cref="LineFeeds"/>; each part owns its own state and works in the one
/// <see cref="Turn"/>: <see cref="Presence"/> (who is there), <see cref="CosignatureLedger"/> (who has cosigned what),
/// <see cref="ForkWatch"/>, <see cref="OwnFeedRecovery"/> and <see cref="BodyRecovery"/> (what a restore has lost),
/// <see cref="FeedReturn"/> (what others have lost), <see cref="AttachmentExchange"/>, <see cref="OffRecordMail"/>. This
/// class tells events apart and holds what remains: appends, pushes given and taken, heartbeats, what is carried.
/// </summary>
public sealed partial class LineMachine
{
    private readonly LineIdentity identity;
    private readonly Turn turn;
    private readonly LineFeeds feeds;

    // The feeds, the outboxes and the links by the names that the files of this class have for them.
    private readonly AuthoredFeed own;
    private readonly Dictionary<PartyId, MirroredFeed> mirrors;
    private readonly Dictionary<PartyId, Outbox> outboxes;
    private readonly Dictionary<PartyId, PeerLink> links;

    /// <summary>What is done for each peer after every event, in this order.</summary>
    private readonly IReadOnlyList<LinePart> parts;
    private readonly Presence presence;
    private readonly CosignatureLedger ledger;
    private readonly ForkWatch forks;
    private readonly BodyRecovery bodies;
    private readonly OwnFeedRecovery recovery;
    private readonly FeedReturn returns;
    private readonly AttachmentExchange attachments;
    private readonly OffRecordMail mail;
    private bool attended;

    /// <summary>Set when the store failed: the machine is inert and its station loads a new one.</summary>
    private string? broken;

    /// <summary>One concern of the line: what it does for a peer after every event, and when it must be asked again even
    /// if nothing happens; null where it waits for nothing but events.</summary>
    private sealed record LinePart(Action<PeerLink> Pump, Func<PeerLink, DateTimeOffset?> NextWake);

    /// <param name="identity">Who we are on the line.</param>
    /// <param name="loaded">What the store holds.</param>
    /// <param name="now">The time.</param>
    /// <param name="generation">Differs from that of every earlier machine of this line in this process, so that a late
    /// answer to one of its questions is not taken for an answer to ours.</param>
    public LineMachine(LineIdentity identity, LoadedLine loaded, DateTimeOffset now, int generation = 0)
    {
        this.identity = identity;
        turn = new Turn(identity.Line, generation);
        turn.Begin(now, now);
        feeds = new LineFeeds(identity, loaded, now);
        (own, mirrors, outboxes, links) = (feeds.Own, feeds.Mirrors, feeds.Outboxes, feeds.Links);
        attended = loaded.Attended;
        presence = new Presence(turn, feeds, feeds.SuspendedBy);
        ledger = new CosignatureLedger(turn, feeds, presence, loaded);
        bodies = new BodyRecovery(turn, feeds, presence, ledger);
        mail = new OffRecordMail(turn, feeds, presence, loaded.OffRecord);
        presence.Returned = mail.Wake;
        forks = new ForkWatch(turn, feeds)
        {
            Stopped = () =>
                RefuseWaitingAppends(
                    new AppendOutcome.Refused("line-stopped", "a fork was found; the line is stopped")
                ),
        };
        recovery = new OwnFeedRecovery(turn, feeds, presence, forks, bodies, loaded);
        returns = new FeedReturn(turn, feeds, presence);
        attachments = new AttachmentExchange(turn, feeds, presence, loaded);
        opening = loaded.Opening;
        opened = own.Size > 0;
        parts =
        [
            new(recovery.Pump, recovery.NextWake),
            new(bodies.Pump, bodies.NextWake),
            new(PumpHeartbeat, NextHeartbeat),
            new(PumpOutbox, NextDelivery),
            new(PumpPuller, NextPull),
            new(attachments.Pump, attachments.NextWake),
            new(mail.Pump, mail.NextWake),
            new(presence.Pump, presence.NextWake),
        ];
    }

    /// <summary>The next time at which <see cref="LinkEvent.Tick"/> must be given even if nothing happens.</summary>
    public DateTimeOffset NextWake { get; private set; }

    /// <summary>True after a failed commit: the machine refuses everything, and its station loads a new one.</summary>
    public bool IsBroken => broken is not null;

    /// <summary>Takes one event and answers with what is to be done, in order.</summary>
    /// <param name="what">What happened.</param>
    /// <param name="at">When, on a clock that never steps back: everything that waits, waits on it.</param>
    /// <param name="utc">The time to be written and signed; <paramref name="at"/> where the two are one.</param>
    public IReadOnlyList<LinkEffect> Handle(LinkEvent what, DateTimeOffset at, DateTimeOffset? utc = null)
    {
        turn.Begin(at, utc ?? at);
        if (broken is not null)
        {
            RefuseWhileBroken(what);
            return turn.Effects;
        }
        switch (what)
        {
            case LinkEvent.AppendRequested append:
                QueueAppend(append);
                break;
            case LinkEvent.RequestArrived request:
                Serve(request);
                break;
            case LinkEvent.CarriedArrived carried:
                TakeCarried(carried);
                break;
            case LinkEvent.CosignatureWanted wanted:
                GiveCosignature(wanted);
                break;
            case LinkEvent.PushWanted wanted:
                GivePush(wanted);
                break;
            case LinkEvent.SignOnDecided decided:
                recovery.SignOn(decided);
                break;
            case LinkEvent.OffRecordRequested offRecord:
                mail.Take(offRecord);
                break;
            case LinkEvent.AttendanceChanged attendance:
                attended = attendance.Attended;
                foreach (var link in links.Values)
                    link.NextHeartbeat = turn.Now;
                break;
            case LinkEvent.AnswerArrived { Token: var token }:
                turn.Resume(token, what);
                break;
            case LinkEvent.SendFailed { Token: var token }:
                turn.Resume(token, what);
                break;
            case LinkEvent.Committed committed:
                turn.Committed(committed);
                break;
            case LinkEvent.CommitFailed failed:
                if (turn.Failed(failed))
                    Break(failed);
                break;
            case LinkEvent.EntriesRead { Token: var token }:
                turn.Resume(token, what);
                break;
            case LinkEvent.FrontierRead { Token: var token }:
                turn.Resume(token, what);
                break;
            case LinkEvent.ConsistencyRead { Token: var token }:
                turn.Resume(token, what);
                break;
            case LinkEvent.AttachmentRead { Token: var token }:
                turn.Resume(token, what);
                break;
            case LinkEvent.AttachmentStateRead { Token: var token }:
                turn.Resume(token, what);
                break;
            case LinkEvent.AttachmentChecked { Token: var token }:
                turn.Resume(token, what);
                break;
            case LinkEvent.ReadFailed { Token: var token }:
                turn.Resume(token, what);
                break;
        }
        if (broken is null)
        {
            recovery.MarkCatchingUp();
            ConfirmReceived();
            OpenOwnFeed();
            WriteWaiting();
            ledger.ChooseCommonSize();
            foreach (var peer in identity.Peers)
            {
                foreach (var part in parts)
                    part.Pump(links[peer]);
            }
            recovery.Pump();
        }
        if (broken is null)
            SetNextWake();
        return turn.Effects;
    }

    /// <summary>What no store holds: for the machine that takes this one's place in the same process, as after a fault
    /// of the store. LINK-40.</summary>
    public OffRecordMemory Unrecorded => mail.Unrecorded;

    /// <summary>Messages off the record that the peer does not have yet; no more than
    /// <see cref="LinkLimits.MaxOffRecordHeld"/> are kept for it.</summary>
    public int OffRecordWaitingFor(PartyId peer) => mail.WaitingFor(peer);

    /// <summary>Where the line stands now.</summary>
    public LineStatus Status(DateTimeOffset at) =>
        new(
            identity.Line,
            own.Size,
            SealedSize(identity.Self),
            feeds.IsStopped,
            feeds.Doubt.IsCatchingUp,
            [.. feeds.SuspendedBy],
            [
                .. identity.Peers.Select(peer => new PeerStatus(
                    peer,
                    presence.StateOf(links[peer], at),
                    links[peer].LastHeard,
                    ClockDifferenceOf(links[peer], at),
                    mirrors[peer].Size,
                    CosignedBy(identity.Self, peer),
                    outboxes[peer].FailingSince ?? UnreadableOf(peer, at)?.Since ?? SilenceOf(peer, at)?.Since,
                    TroubleWith(peer, at),
                    outboxes[peer].Attempts
                )
                {
                    HeartbeatsUnreadable = UnreadableOf(peer, at)?.Reason,
                    UntakenThere = attachments.UntakenBy(peer),
                    UntakenHere = attachments.UntakenOf(peer),
                }),
            ]
        )
        {
            Foreign = feeds.Doubt.Foreign,
            IsOpening = recovery.IsOpening,
            Awaited = [.. identity.Peers.Where(feeds.Doubt.AwaitingProof.ContainsKey)],
            Recovery = recovery.Status,
        };

    /// <summary>What the operator is to know of the peer: what we wait for, or what went wrong last.</summary>
    private string? TroubleWith(PartyId peer, DateTimeOffset at) =>
        recovery.WaitsFor(links[peer])
        ?? outboxes[peer].LastError
        ?? UnreadableOf(peer, at)?.Reason
        ?? SilenceOf(peer, at)?.Reason;

    /// <summary>Why nothing is known of a peer that is there. LINK-84.</summary>
    private (DateTimeOffset Since, DateTimeOffset Last, string Reason)? UnreadableOf(PartyId peer, DateTimeOffset at) =>
        links[peer].Unreadable is { } said && at - said.Last <= presence.DownAfter ? said : null;

    /// <summary>The least by which the clocks must differ; null when nothing was said of it within the time after which
    /// a link is down. LINK-83.</summary>
    private TimeSpan? ClockDifferenceOf(PeerLink link, DateTimeOffset at) =>
        link.Clock is { } clock && at - clock.Last <= presence.DownAfter ? clock.Certain : null;

    /// <summary>Why a link is down on which nothing waits to be delivered. LINK-31.</summary>
    private (DateTimeOffset Since, string Reason)? SilenceOf(PartyId peer, DateTimeOffset at) =>
        presence.StateOf(links[peer], at) == LinkState.Down ? links[peer].Unanswered : null;

    /// <summary>The size of a feed that every other party of the line has cosigned.</summary>
    public ulong SealedSize(PartyId author) => ledger.SealedSize(author);

    /// <summary>The size of <paramref name="author"/>'s feed that <paramref name="cosigner"/> has cosigned, as far as
    /// this station knows.</summary>
    public ulong CosignedBy(PartyId author, PartyId cosigner) => ledger.CosignedBy(author, cosigner);

    /// <summary>Entries of <paramref name="author"/>'s feed that this station holds.</summary>
    public ulong SizeOf(PartyId author) => feeds.SizeOf(author);

    /// <summary>Places of own entries whose attachments the peer is not known to have; not all of them need be
    /// addressed to it.</summary>
    public IReadOnlyList<ulong> AttachmentsOwedTo(PartyId peer) => attachments.OwedTo(peer);

    /// <summary>The newest checkpoint of <paramref name="author"/>'s feed that this station holds; null for an empty
    /// feed.</summary>
    public SignedCheckpoint? LatestOf(PartyId author) => author == identity.Self ? own.Latest : mirrors[author].Latest;

    /// <summary>After a failed commit nobody knows what is durable. The machine does nothing more; its station loads a
    /// fresh one.</summary>
    private void Break(LinkEvent.CommitFailed failed)
    {
        broken = failed.Reason;
        turn.ForgetAwaited();
        RefuseEverythingWaiting(failed);
        NextWake = DateTimeOffset.MaxValue;
    }

    private void RefuseWhileBroken(LinkEvent what)
    {
        switch (what)
        {
            case LinkEvent.AppendRequested append:
                turn.Do(new LinkEffect.Settle(append.Token, new AppendOutcome.Refused("store-fault", broken!)));
                break;
            case LinkEvent.RequestArrived { Token: var token }:
                RefuseWhileBroken(token);
                break;
            case LinkEvent.CarriedArrived { Token: var token }:
                RefuseWhileBroken(token);
                break;
            case LinkEvent.CosignatureWanted { Token: var token }:
                RefuseWhileBroken(token);
                break;
            case LinkEvent.PushWanted { Token: var token }:
                RefuseWhileBroken(token);
                break;
            case LinkEvent.SignOnDecided { Token: var token }:
                RefuseWhileBroken(token);
                break;
            case LinkEvent.OffRecordRequested offRecord:
                mail.Take(offRecord);
                break; // needs no store; the next machine takes it over
        }
    }

    private void RefuseWhileBroken(long token)
    {
        turn.Owe(token);
        turn.Reply(token, LinkAnswer.StoreHasFailed);
    }

    private void SetNextWake()
    {
        var next = turn.Now.Plus(presence.Heartbeat);
        foreach (var peer in identity.Peers)
        {
            foreach (var part in parts)
                Take(part.NextWake(links[peer]));
        }
        Take(recovery.NextWake());
        // Never in the past: a wake that is due was pumped just now, and what it waits for is an event.
        NextWake = next > turn.Now ? next : turn.Now.Plus(TimeSpan.FromMilliseconds(50));

        void Take(DateTimeOffset? wake)
        {
            if (wake < next)
                next = wake.Value;
        }
    }
}
