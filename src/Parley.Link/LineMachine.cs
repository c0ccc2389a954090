using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// One line at one station, as a state machine: events and the time go in, effects come out. It does no I/O and reads no clock, so a test can run
/// ten of them through a year of faults in a second, and the same core serves any carrier of bytes. One caller at a time.
/// The parts: <see cref="AuthoredFeed"/> (what we wrote), <see cref="MirroredFeed"/> (what we hold of others), <see cref="Outbox"/> (what a peer
/// lacks of ours), <see cref="PeerLink"/> (who is there). This file holds the dispatch; its other files, one concern each.
/// </summary>
public sealed partial class LineMachine
{
    private readonly LineIdentity identity;
    private readonly AuthoredFeed own;
    private readonly Dictionary<PartyId, MirroredFeed> mirrors = [];
    private readonly Dictionary<PartyId, Outbox> outboxes = [];
    private readonly Dictionary<PartyId, PeerLink> links = [];
    /// <summary>By author, then by cosigner: the largest size verifiably cosigned.</summary>
    private readonly Dictionary<PartyId, Dictionary<PartyId, ulong>> cosigned = [];
    private readonly Dictionary<long, Action<LinkEvent>> awaited = [];
    /// <summary>Commits whose conflict with what the store holds ends no more than what they were for.</summary>
    private readonly HashSet<long> mayConflict = [];
    /// <summary>Peers' requests without an answer yet; each gets exactly one, whatever happens.</summary>
    private readonly HashSet<long> unanswered = [];
    private readonly SortedSet<PartyId> suspendedBy = new(Comparer<PartyId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value)));
    private readonly TimeSpan heartbeat;
    private List<LinkEffect> effects = [];
    private readonly DateTimeOffset loadedAt;
    private DateTimeOffset now;
    /// <summary>What the clock on the wall says: for headers, cosignatures and heartbeats.</summary>
    private DateTimeOffset wall;
    private long lastToken;
    private bool attended;

    /// <summary>Set by a fork, for good.</summary>
    private bool stopped;
    /// <summary>Set when the store failed: the machine is inert and its station loads a new one.</summary>
    private string? broken;

    /// <param name="identity">Who we are on the line.</param>
    /// <param name="loaded">What the store holds.</param>
    /// <param name="now">The time.</param>
    /// <param name="generation">Differs from that of every earlier machine of this line in this process, so that a late answer to one of its questions is not taken for an answer to ours.</param>
    public LineMachine(LineIdentity identity, LoadedLine loaded, DateTimeOffset now, int generation = 0)
    {
        lastToken = (long)generation << 40;
        this.identity = identity;
        this.now = now;
        loadedAt = now;
        stopped = loaded.Stopped;
        attended = loaded.Attended;
        heartbeat = TimeSpan.FromSeconds(identity.Document.Policy.Heartbeat);
        suspendedBy.UnionWith(loaded.SuspendedBy);
        own = new AuthoredFeed(identity, loaded.Feeds[identity.Self]);
        foreach (var party in identity.Document.Parties) cosigned[party] = new Dictionary<PartyId, ulong>(loaded.Feeds[party].Cosigned);
        foreach (var party in identity.Document.Parties)
        {
            if (party == identity.Self) continue;
            mirrors[party] = new MirroredFeed(identity, party, loaded.Feeds[party]);
            links[party] = new PeerLink(party, identity.Document.CardOf(party)!.Addresses.Count > 0) { NextHeartbeat = now };
            var outbox = new Outbox(party, Math.Min(CosignedBy(identity.Self, party), own.Size));
            outbox.Reset(outbox.Cosigned);
            outboxes[party] = outbox;
            outgoing[party] = [];
            incoming[party] = new IncomingAttachments(party);
        }
        foreach (var (peer, cosignature) in loaded.OwnCosignatures) knownCosignatures[peer] = (own.Size, cosignature);
        if (loaded.OffRecord is { } unrecorded) TakeOver(unrecorded);
        opening = loaded.Opening;
        opened = own.Size > 0;
        if (loaded.Restored) awaitingProof.UnionWith(identity.Peers);
        markOwed = awaitingProof.Count > 0; // a fault of the store may have been what a mark failed at
        foreach (var entry in loaded.OpenAttachments)
        {
            TrackAttachment(entry);
            if (entry.Party != identity.Self) continue;
            foreach (var peer in identity.Peers) receiptsSought[peer] = now;
        }
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
        effects = [];
        now = at;
        wall = utc ?? at;
        if (broken is not null)
        {
            RefuseWhileBroken(what);
            return effects;
        }
        switch (what)
        {
            case LinkEvent.AppendRequested append: QueueAppend(append); break;
            case LinkEvent.RequestArrived request: Serve(request); break;
            case LinkEvent.CarriedArrived carried: TakeCarried(carried); break;
            case LinkEvent.CosignatureWanted wanted: GiveCosignature(wanted); break;
            case LinkEvent.PushWanted wanted: GivePush(wanted); break;
            case LinkEvent.OffRecordRequested offRecord: SendOffRecord(offRecord); break;
            case LinkEvent.AttendanceChanged attendance:
                attended = attendance.Attended;
                foreach (var link in links.Values) link.NextHeartbeat = now;
                break;
            case LinkEvent.AnswerArrived { Token: var token }: Resume(token, what); break;
            case LinkEvent.SendFailed { Token: var token }: Resume(token, what); break;
            case LinkEvent.Committed { Token: var token }:
                mayConflict.Remove(token);
                Resume(token, what);
                break;
            case LinkEvent.CommitFailed failed:
                if (mayConflict.Remove(failed.Token) && failed.Conflict) Resume(failed.Token, failed);
                else if (awaited.ContainsKey(failed.Token)) Break(failed); // else it is an earlier machine's
                break;
            case LinkEvent.EntriesRead { Token: var token }: Resume(token, what); break;
            case LinkEvent.FrontierRead { Token: var token }: Resume(token, what); break;
            case LinkEvent.ConsistencyRead { Token: var token }: Resume(token, what); break;
            case LinkEvent.AttachmentRead { Token: var token }: Resume(token, what); break;
            case LinkEvent.AttachmentStateRead { Token: var token }: Resume(token, what); break;
            case LinkEvent.AttachmentChecked { Token: var token }: Resume(token, what); break;
            case LinkEvent.ReadFailed { Token: var token }: Resume(token, what); break;
        }
        if (broken is null)
        {
            MarkCatchingUp();
            ConfirmReceived();
            OpenOwnFeed();
            WriteWaitingDrafts();
            ChooseCommonSize();
            foreach (var peer in identity.Peers)
            {
                PumpBodies(links[peer]);
                PumpHeartbeat(links[peer]);
                PumpOutbox(outboxes[peer]);
                PumpPuller(links[peer]);
                PumpAttachments(links[peer]);
                PumpOffRecord(links[peer]);
                UpdateLinkState(links[peer]);
            }
            PumpRecovery();
        }
        if (broken is null) SetNextWake();
        return effects;
    }

    /// <summary>Where the line stands now.</summary>
    public LineStatus Status(DateTimeOffset at) => new(identity.Line, own.Size, SealedSize(identity.Self), stopped, IsCatchingUp, [.. suspendedBy],
        [.. identity.Peers.Select(peer => new PeerStatus(peer, StateOf(links[peer], at), links[peer].LastHeard, links[peer].ClockOffset, mirrors[peer].Size,
            CosignedBy(identity.Self, peer), outboxes[peer].FailingSince ?? SilenceOf(peer, at)?.Since, TroubleWith(peer, at), outboxes[peer].Attempts))])
    {
        Recovery = behind is { } goal ? new RecoveryStatus(goal.Peer, own.Size, goal.Checkpoint.Checkpoint.Size, awaitedFrom is not null) : null,
    };

    /// <summary>What the operator is to know of the peer: what we wait for, or what went wrong last.</summary>
    private string? TroubleWith(PartyId peer, DateTimeOffset at) =>
        awaitedFrom == peer ? $"nothing is signed until {peer}, which we cannot dial, dials us and brings back our own entries from {WantedFrom} on"
        : awaitingProof.Contains(peer) ? $"nothing is signed until {peer} has shown what it holds of our feed"
        : outboxes[peer].LastError ?? SilenceOf(peer, at)?.Reason;

    /// <summary>Why a link is down on which nothing waits to be delivered. LINK-31.</summary>
    private (DateTimeOffset Since, string Reason)? SilenceOf(PartyId peer, DateTimeOffset at) => StateOf(links[peer], at) == LinkState.Down ? links[peer].Unanswered : null;

    /// <summary>The size of a feed that every other party of the line has cosigned.</summary>
    public ulong SealedSize(PartyId author)
    {
        var least = ulong.MaxValue;
        foreach (var party in identity.Document.Parties)
        {
            if (party != author) least = Math.Min(least, CosignedBy(author, party));
        }
        return least == ulong.MaxValue ? SizeOf(author) : least; // a journal has nobody to wait for
    }

    /// <summary>The size of <paramref name="author"/>'s feed that <paramref name="cosigner"/> has cosigned, as far as this station knows.</summary>
    public ulong CosignedBy(PartyId author, PartyId cosigner) => cosigned[author].GetValueOrDefault(cosigner);

    /// <summary>Entries of <paramref name="author"/>'s feed that this station holds.</summary>
    public ulong SizeOf(PartyId author) => author == identity.Self ? own.Size : mirrors[author].Size;

    /// <summary>Places of own entries whose attachments the peer is not known to have; not all of them need be addressed to it.</summary>
    public IReadOnlyList<ulong> AttachmentsOwedTo(PartyId peer) => [.. outgoing[peer].Values.Where(t => !t.Done).Select(t => t.Entry.Seq)];

    /// <summary>The newest checkpoint of <paramref name="author"/>'s feed that this station holds; null for an empty feed.</summary>
    public SignedCheckpoint? LatestOf(PartyId author) => author == identity.Self ? own.Latest : mirrors[author].Latest;

    private long Await(Action<LinkEvent> then)
    {
        var token = ++lastToken;
        awaited[token] = then;
        return token;
    }

    private void Resume(long token, LinkEvent what)
    {
        if (awaited.Remove(token, out var then)) then(what); // an unknown token answers something given up long ago
    }

    private long Commit(IReadOnlyList<LineChange> changes, Action then)
    {
        var token = Await(_ => then());
        effects.Add(new LinkEffect.Commit(token, changes));
        return token;
    }

    /// <summary>As above, where a conflict with what the store holds is no fault of the store: then <paramref name="conflicted"/>, with the reason.</summary>
    private void Commit(IReadOnlyList<LineChange> changes, Action then, Action<string> conflicted)
    {
        var token = Await(what =>
        {
            if (what is LinkEvent.CommitFailed failed) conflicted(failed.Reason);
            else then();
        });
        mayConflict.Add(token);
        effects.Add(new LinkEffect.Commit(token, changes));
    }

    private void Report(LineReport what) => effects.Add(new LinkEffect.Report(what));

    private void Reply(long token, LinkAnswer answer)
    {
        if (unanswered.Remove(token)) effects.Add(new LinkEffect.Reply(token, answer));
    }

    private void Cosign(PartyId author, PartyId cosigner, ulong size)
    {
        if (size <= CosignedBy(author, cosigner)) return;
        cosigned[author][cosigner] = size;
        Report(new LineReport.Cosigned(new Origin(identity.Line, author), cosigner, size, SealedSize(author)));
    }

    /// <summary>After a failed commit nobody knows what is durable. The machine does nothing more; its station loads a fresh one.</summary>
    private void Break(LinkEvent.CommitFailed failed)
    {
        broken = failed.Reason;
        awaited.Clear();
        RefuseEverythingWaiting(failed);
        NextWake = DateTimeOffset.MaxValue;
    }

    private void RefuseWhileBroken(LinkEvent what)
    {
        switch (what)
        {
            case LinkEvent.AppendRequested append: effects.Add(new LinkEffect.Settle(append.Token, new AppendOutcome.Refused("store-fault", broken!))); break;
            case LinkEvent.RequestArrived { Token: var token }: RefuseWhileBroken(token); break;
            case LinkEvent.CarriedArrived { Token: var token }: RefuseWhileBroken(token); break;
            case LinkEvent.CosignatureWanted { Token: var token }: RefuseWhileBroken(token); break;
            case LinkEvent.PushWanted { Token: var token }: RefuseWhileBroken(token); break;
            case LinkEvent.OffRecordRequested offRecord: SendOffRecord(offRecord); break; // needs no store; the next machine takes it over
        }
    }

    private void RefuseWhileBroken(long token)
    {
        unanswered.Add(token);
        Reply(token, LinkAnswer503);
    }

    private void SetNextWake()
    {
        var next = now + heartbeat;
        foreach (var peer in identity.Peers)
        {
            var link = links[peer];
            var outbox = outboxes[peer];
            if (link.Dialable && link.HeartbeatToken == 0) next = Earlier(next, link.NextHeartbeat);
            next = EarlierOf(next, outbox.InFlight is null ? outbox.RetryAt : null);
            next = EarlierOf(next, outbox.HeldPull?.Until);
            next = EarlierOf(next, outbox.HeldBackUntil);
            next = EarlierOf(next, outbox.PulledAt + PullPause);
            next = EarlierOf(next, outbox.InFlight is { ViaPull: true } lost ? lost.SentAt + LinkLimits.RequestTimeout : null);
            next = EarlierOf(next, link.PullToken == 0 ? link.PullRetryAt : null);
            next = EarlierOf(next, attachmentRetryAt.TryGetValue(peer, out var attachment) ? attachment : null);
            if (link.LastHeard is { } heard && link.State != LinkState.Down) next = Earlier(next, heard + DownAfter);
            next = EarlierOf(next, link.BodiesRetryAt);
            next = EarlierOf(next, link.OffersAt);
            if (link.State == LinkState.Alive) next = EarlierOf(next, link.AttendedAt + DownAfter);
            if (outbox.WaitsForBody is { } place && missingBodies.TryGetValue(place, out var missing)) next = EarlierOf(next, missing.Since + LinkLimits.BodySearch);
        }
        foreach (var message in offRecordOut) next = EarlierOf(next, message.Busy ? null : message.RetryAt);
        next = EarlierOf(next, recovering ? null : recoverAt);
        // Never in the past: a wake that is due was pumped just now, and what it waits for is an event.
        NextWake = next > now ? next : now + TimeSpan.FromMilliseconds(50);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    /// <summary>The earlier of the two, where the second is still to come.</summary>
    private DateTimeOffset EarlierOf(DateTimeOffset a, DateTimeOffset? b) => b is { } due && due > now && due < a ? due : a;

    private string Reason(string text) => Encoding.UTF8.GetByteCount(text) <= 300 ? text : text[..100];
}
