using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Blind;
using Parley.Station.Carry;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Station.Lines;
using Parley.Station.Link;
using Parley.Station.Relay;
using Parley.Station.Traffic;
using Parley.Storage;

namespace Parley.Station;

/// <summary>
/// The running station: its store, its lines, the link to its peers. The API's operations stand in this class's other
/// files, a file for each
/// feature. Everything that is not in the store or in <see cref="lines"/> is gone with the process, on purpose.
/// </summary>
internal sealed partial class StationRuntime
    : IStationDesk,
        ILineDesk,
        ICeremony,
        ISignOnDesk,
        ILinkDesk,
        IAsyncDisposable
{
    /// <summary>Under this key the store says whose it is: the public identity key.</summary>
    internal const string IdentityKey = "identity";

    private readonly DataDirectory directory;
    private readonly Card card;
    private readonly StationKeys keys;
    private readonly IStationStore store;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly LinkDialer dialer;
    private readonly DiskReserve reserve;
    private readonly bool acceptsConnections;
    private readonly StationMode mode;
    private readonly DateTimeOffset startedAt;
    private readonly LineTable lines = new();

    /// <summary>Documents that are here but not accepted.</summary>
    private readonly SemaphoreSlim opening = new(1, 1);

    private readonly Premises premises;
    private readonly Integrity integrity;
    private readonly EventHub hub;
    private readonly StandingStates states;
    private readonly Attendance attending;
    private readonly EventDesk events;
    private readonly RecordDesk record;
    private readonly Refusals refusals;
    private readonly BlindBook blindBook;
    private readonly BlindSelection selection;
    private readonly Recorder recorder;
    private readonly SendDesk sending;
    private readonly AttachmentIntake intake;
    private readonly OffRecordDesk offRecord;
    private readonly ProposalBook proposals;
    private readonly ProposalDesk proposing;
    private readonly DraftShelf drafts;
    private readonly PlanDesk plans;
    private readonly BlindChecks blindChecks;
    private readonly BlindProposals blindProposals;
    private readonly BlindLink blindLink;
    private readonly BlindRunner blindRunner;
    private readonly ITimer attendance;
    private readonly StoreWatch watch;
    private readonly CancellationTokenSource stopping = new();

    private static readonly TimeSpan MarkAgainAfter = TimeSpan.FromSeconds(1);

    private StationRuntime(
        DataDirectory directory,
        Card card,
        StationKeys keys,
        IStationStore store,
        TimeProvider clock,
        ILogger log,
        LinkDialer dialer,
        RunBook runs,
        DiskReserve reserve,
        DiskReserve relayReserve,
        bool acceptsConnections,
        StationMode mode,
        LineSecrets secrets,
        BlindRules blind,
        bool givesCursorOnTarget
    )
    {
        this.secrets = secrets;
        relayDesk = new RelayDesk(directory.Relay, directory.Keys, () => relayReserve.Refusal, clock);
        this.directory = directory;
        this.card = card;
        this.keys = keys;
        this.store = store;
        this.clock = clock;
        this.log = log;
        this.dialer = dialer;
        this.runs = runs;
        dialer.Doubled = MeetTwo;
        this.reserve = reserve;
        this.acceptsConnections = acceptsConnections;
        this.mode = mode;
        startedAt = clock.GetUtcNow();
        watch = new StoreWatch(store, clock);
        alarms = new AlarmBoard(store, log);
        alarmWords = new AlarmWords(store);
        premises = new Premises(card, store, clock, log, stopping.Token);
        integrity = new Integrity(premises, lines);
        hub = new EventHub();
        refusals = new Refusals(premises, integrity, hub);
        states = new StandingStates(premises, lines, integrity, hub, alarms);
        attending = new Attendance(lines, hub, clock);
        events = new EventDesk(premises, lines, integrity, hub, states, attending);
        record = new RecordDesk(premises, lines, integrity);
        blindBook = new BlindBook(premises, blind, directory.BlindResults);
        selection = new BlindSelection(premises, lines, blind.Limits);
        recorder = new Recorder(
            premises,
            integrity,
            new HandoverBook(premises, lines, integrity),
            [new ReplacementJudge(premises), new ViewJudge(premises), new PlanJudge(Self), new BlindJudge(blindBook)],
            plays: mode == StationMode.Exercise
        );
        proposals = new ProposalBook(premises);
        sending = new SendDesk(premises, lines, integrity, recorder, proposals);
        intake = new AttachmentIntake(premises, lines, integrity, reserve, directory.Path);
        offRecord = new OffRecordDesk(premises, lines);
        proposing = new ProposalDesk(premises, sending, proposals);
        drafts = new DraftShelf(premises);
        plans = new PlanDesk(premises, lines, integrity, drafts, givesCursorOnTarget);
        blindChecks = new BlindChecks(premises, lines, integrity, blindBook, selection, proposals);
        blindProposals = new BlindProposals(premises, lines, blindBook, selection, blindChecks, sending);
        blindLink = new BlindLink(premises, blindBook, dialer, refusals);
        var diary = new BlindDiary(premises, integrity, recorder);
        blindRunner = new BlindRunner(premises, blindBook, selection, diary, blindLink, hub);
        signOnWords = new Shelf<SignOnWord>(
            store,
            SignOnWord.Prefix,
            TrafficApiJson.Default.SignOnWord,
            SignOnWord.Max
        );
        attendance = clock.CreateTimer(
            _ => EveryHalfMinute(),
            null,
            TimeSpan.FromSeconds(30),
            TimeSpan.FromSeconds(30)
        );
    }

    internal StationDesks Desks =>
        new()
        {
            Attendance = attending,
            Station = this,
            Lines = this,
            Ceremony = this,
            SignOn = this,
            Sending = sending,
            Attachments = intake,
            OffRecord = offRecord,
            Record = record,
            Events = events,
            Traffic = this,
            Proposals = proposals,
            Releases = proposing,
            Drafts = drafts,
            Plans = plans,
            Blind = blindChecks,
            BlindProposals = blindProposals,
            Carry = this,
            Relays = this,
        };

    public PartyId Self => card.Party;

    /// <summary>Loads every accepted line. A line whose stored entries do not hash to its stored root stops the start:
    /// the store is damaged.</summary>
    internal static async Task<StationRuntime> LoadAsync(
        DataDirectory directory,
        Card card,
        StationKeys keys,
        X509Certificate2 certificate,
        IStationStore store,
        DiskReserve reserve,
        bool acceptsConnections,
        StationMode mode,
        TimeProvider clock,
        ILogger log,
        CancellationToken ct,
        string? passphrase = null,
        BlindRules? blind = null,
        DiskReserve? relayReserve = null,
        bool givesCursorOnTarget = false
    )
    {
        var snapshot = await store.LoadAsync(ct);
        if (!snapshot.Meta.TryGetValue(IdentityKey, out var owner))
        {
            if (mode != StationMode.Reading)
                await store.CommitAsync([new PutMeta(IdentityKey, card.Identity.ToArray())], ct);
        }
        else if (!owner.AsSpan().SequenceEqual(card.Identity.ToArray()))
            throw new InvalidDataException(
                $"{store.Description} is the store of another station than the card's; with these keys it would sign a feed that is not its own"
            );
        if (mode != StationMode.Reading)
            await AttachmentIntake.ClearAsync(directory.Path, store, snapshot, ct);
        var heard = new RunBook(clock);
        var runtime = new StationRuntime(
            directory,
            card,
            keys,
            store,
            clock,
            log,
            new LinkDialer(certificate, clock, heard),
            heard,
            reserve,
            relayReserve ?? reserve,
            acceptsConnections,
            mode,
            new LineSecrets(directory, passphrase),
            blind ?? new BlindRules(new BlindLimits(), new BlindTimes()),
            givesCursorOnTarget
        );
        runtime.LoadShelves(snapshot.Meta);
        runtime.LoadOwnFeeds(snapshot.Meta);
        runtime.LoadRelays(snapshot.Meta);
        foreach (var row in snapshot.Lines)
        {
            if (row.Standing == LineStanding.Proposed)
                continue;
            if (!LineDocument.Parse(row.Document).TryGet(out var document, out var why))
                throw new InvalidDataException($"the stored document of line {row.Line} cannot be read: {why}");
            runtime.Run(document, snapshot, row);
        }
        if (mode != StationMode.Reading && snapshot.Meta.ContainsKey(LineLoader.RestoredKey))
            await runtime.blindBook.SpendAsync(
                runtime.lines.All.Where(l => l.Host.Identity.Peers.Count > 0).Select(l => l.Id)
            );
        if (mode != StationMode.Reading)
            await runtime.OpenJournalAsync(ct);
        // Where no line has anything to ask for, whoever is accepted next is judged by its own case, and not as one of
        // a restored station.
        if (mode != StationMode.Reading && snapshot.Meta.ContainsKey(LineLoader.RestoredKey))
            await runtime.ClearRestoredAsync();
        return runtime;
    }

    private StationLine Run(
        LineDocument document,
        StationSnapshot snapshot,
        LineRow row,
        OpeningDoubt doubt = OpeningDoubt.AskEverybody
    )
    {
        if (mode != StationMode.Reading)
            secrets.Load(document.Id);
        var identity = new LineIdentity(Self, document, keys.Log, keys.Cosign)
        {
            AcceptsConnections = acceptsConnections,
            AttachmentQuota = reserve.AttachmentQuota,
        };
        StationLine? open = null;
        var host = new LineHost(
            identity,
            store,
            snapshot,
            row,
            new ReservedDialer(dialer, reserve),
            clock,
            log,
            mode == StationMode.Exercise ? Mark.Exercise : Mark.Actual,
            doubt
        )
        {
            Reported = report => Take(open!, report),
            Faulted = reason => integrity.SetStoreFault(document.Id, reason),
        };
        open = new StationLine(host, new SealedWaiters(), new OffRecordLog(), TrafficOn(document), row.At);
        open.Sealed.Advance(host.SealedSize(Self));
        lines.Put(open);
        if (isOnDuty)
            WatchLine(open);
        if (host.Status().Foreign is not null)
            StationMetrics.Foreign.Add(1);
        if (mode != StationMode.Reading)
            host.Start();
        return open;
    }

    private void Take(StationLine open, LineReport report)
    {
        var line = open.Host.Identity.Line;
        switch (report)
        {
            case LineReport.Stored stored:
                StationMetrics.EntriesStored.Add(
                    (long)(stored.To - stored.From),
                    new KeyValuePair<string, object?>("own", stored.Feed.Party == Self)
                );
                open.Traffic.Stored(stored.Feed.Party, stored.From, stored.To, stored.Headers, stored.At);
                if (open.Host.Identity.Peers.Count > 0)
                    break;
                open.Sealed.Advance(stored.To);
                states.SealedAlone(line, stored.To);
                break;
            case LineReport.Cosigned cosigned:
                if (cosigned.Feed.Party != Self)
                    break;
                open.Sealed.Advance(cosigned.Sealed);
                TouchBlind(line);
                break;
            case LineReport.LinkChanged changed:
                LineLog.LinkChanged(log, line.Value, changed.Peer.Value, changed.State.ToString());
                break;
            case LineReport.Refused refused:
                Count(line, refused.Peer.Value, party: true, refused.Status, refused.Reason);
                break;
            case LineReport.Forked forked:
                LineLog.Forked(log, line.Value, forked.Feed.Party.Value, forked.HeldSize, forked.OfferedSize);
                break;
            case LineReport.PeerLostEntries lost:
                LineLog.PeerLostEntries(log, line.Value, lost.Peer.Value, lost.CosignedSize, lost.Held);
                break;
            case LineReport.OwnFeedBehind behind:
                LineLog.OwnFeedBehind(log, line.Value, behind.Peer.Value, behind.Held, behind.Proven);
                break;
            case LineReport.OwnFeedForeign foreign:
                MeetForeign(line, foreign.Met);
                break;
            case LineReport.PeerHeldBack held:
                LineLog.PeerHeldBack(
                    log,
                    line.Value,
                    held.Peer.Value,
                    held.CosignedSize,
                    held.Held,
                    (long)held.Wait.TotalSeconds
                );
                break;
            case LineReport.OwnFeedAwaited awaited:
                LineLog.OwnFeedAwaited(log, line.Value, awaited.Peer.Value);
                break;
            case LineReport.BodyRecovered body:
                LineLog.BodyRecovered(log, line.Value, body.Entry.ToString());
                break;
            case LineReport.AttachmentUntaken untaken:
                LineLog.AttachmentUntaken(log, line.Value, untaken.Entry.ToString(), untaken.Reason);
                Touch(line);
                break;
            case LineReport.BodyLost body:
                LineLog.BodyLost(log, line.Value, body.Entry.ToString());
                break;
            case LineReport.BodyWithheld body:
                LineLog.BodyWithheld(log, line.Value, body.Entry.ToString());
                break;
            case LineReport.OwnFeedCaughtUp caughtUp:
                LineLog.OwnFeedCaughtUp(log, line.Value, caughtUp.Size);
                _ = ClearRestoredAsync();
                break;
            case LineReport.OffRecordArrived arrived:
                open.OffRecord.Arrived(arrived.From, arrived.Message);
                break;
            case LineReport.OffRecordDelivered delivered:
                open.OffRecord.Delivered(delivered.Id, delivered.To);
                break;
        }
        states.Follow(line, report);
    }

    /// <summary>Once every line's own feed has been compared with its peers, the station is no longer
    /// "restored".</summary>
    private async Task ClearRestoredAsync()
    {
        bool IsBehind() => lines.All.Any(l => l.Host.Status() is { CatchingUp: true, IsOpening: false, Foreign: null });
        if (IsBehind() || !await MarkRestoredAsync(null))
            return; // at worst the peers are asked once more
        // A line may have fallen behind meanwhile, whose mark was cleared with the others'.
        while (IsBehind() && !await MarkRestoredAsync([1]) && !stopping.IsCancellationRequested)
            await Task.Delay(MarkAgainAfter, clock);
    }

    private async Task<bool> MarkRestoredAsync(byte[]? mark)
    {
        try
        {
            await store.CommitAsync([new PutMeta(LineLoader.RestoredKey, mark)]);
            return true;
        }
        catch (Exception e) when (e is StoreFaultException or ObjectDisposedException)
        {
            StationLog.RestoredKept(log, e.Message);
            return false;
        }
    }

    private void LoadShelves(IReadOnlyDictionary<string, byte[]> meta)
    {
        alarms.Load(meta);
        string[] unread =
        [
            .. proposals.Load(meta),
            .. drafts.Load(meta),
            .. blindBook.Load(meta),
            .. signOnWords.Load(meta),
        ];
        foreach (var key in unread)
            StationLog.NotKept(log, key, "it was written by another version and stays as it is");
    }

    private readonly SemaphoreSlim deciding = new(1, 1);

    private void TouchBlind(LineId line) => blindBook.Touch(line);

    PartyId? ILinkDesk.PartyOf(LineId line, PublicKey identity)
    {
        if (!lines.TryGet(line, out var open))
            return null;
        foreach (var other in open.Host.Identity.Document.Cards)
        {
            if (other.Identity == identity && other.Party != Self)
                return other.Party;
        }
        return null;
    }

    bool ILinkDesk.IsOnCard(LineId line, PartyId party, ReadOnlySpan<byte> linkKey) =>
        lines.TryGet(line, out var open)
        && open.Host.Identity.Document.CardOf(party) is { } theirs
        && linkKey.SequenceEqual(theirs.LinkTls);

    string? ILinkDesk.NoRoom => reserve.Refusal;

    string? ILinkDesk.NoRoomForAttachments => reserve.AttachmentRefusal;

    bool ILinkDesk.Knows(LineId line) => lines.Has(line);

    bool ILinkDesk.KnowsIdentity(PublicKey identity) =>
        lines.All.Any(l => l.Host.Identity.Document.Cards.Any(c => c.Identity == identity && c.Party != Self))
        || relayDesk.Serves(identity);

    Task<LinkAnswer> ILinkDesk.ServeAsync(LineId line, PartyId from, LinkRequest request) =>
        request.Verb == LinkVerb.Blind ? blindLink.ServeAsync(line, from, request.Body)
        : lines.TryGet(line, out var open) ? open.Host.ServeAsync(from, request)
        : Task.FromResult(LinkAnswer.Refuse(404, "unknown line"));

    void ILinkDesk.Refused(LineId? line, PublicKey? identity, int status, string reason)
    {
        var party = line is { } on && identity is { } of ? ((ILinkDesk)this).PartyOf(on, of) : null;
        Count(
            line,
            party?.Value ?? (identity is { } known ? $"key {known.ToHex()[..16]}" : "no key"),
            party is not null,
            status,
            reason
        );
    }

    private void Count(LineId? line, string peer, bool party, int status, string reason) =>
        refusals.Count(line, peer, party, status, reason);

    private void Publish(StationEvent what) => hub.Publish(what);

    private void EveryHalfMinute()
    {
        foreach (var open in lines.All)
        {
            var line = open.Host.Identity.Line;
            if (
                open.Host.Identity.Peers.Any(p => DoubledSince(open, p) is not null)
                || alarms.Stands(line, TwoStations)
                || alarms.Stands(line, QuotaUsed)
            )
                Touch(line);
        }
        attending.Update();
        refusals.Tick();
    }

    internal bool IsAttended => attending.IsAttended;

    private bool TryOpen(LineId line, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out StationLine? open) =>
        lines.TryGet(line, out open);

    private static Api.LinkState Shown(Parley.Link.LinkState state) => LinkStates.Shown(state);

    /// <summary>Ends what would wait for ever: event streams, and requests that wait for a seal (they answer how it
    /// stands now).</summary>
    internal void StopWaiting() => stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        StationLog.Stopping(log, Self.Value);
        await attendance.DisposeAsync();
        await watch.DisposeAsync();
        await stopping.CancelAsync();
        await Task.WhenAll(dutyLoops.Values.Select(l => l.Value));
        await blindBook.DisposeAsync();
        hub.Complete();
        await StopCouriersAsync();
        foreach (var open in lines.All)
        {
            await open.Host.DisposeAsync();
            await open.Traffic.DisposeAsync();
        }
        await refusals.DisposeAsync();
        dialer.Dispose();
        secrets.Dispose();
        relayDesk.Dispose();
        opening.Dispose();
        deciding.Dispose();
        proposing.Dispose();
        drafts.Dispose();
        blindRunner.Dispose();
        stopping.Dispose();
    }
}
