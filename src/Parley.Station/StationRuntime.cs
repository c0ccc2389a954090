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
using Parley.Station.Lines;
using Parley.Station.Link;
using Parley.Station.Relay;
using Parley.Station.Traffic;
using Parley.Storage;

namespace Parley.Station;

/// <summary>
/// The running station: its store, its lines, the link to its peers. The API's operations stand in this class's other files, a file for each
/// feature. Everything that is not in the store or in <see cref="lines"/> is gone with the process, on purpose.
/// </summary>
internal sealed partial class StationRuntime : IStationOperations, ILinkDesk, IAsyncDisposable
{
    /// <summary>An officer counts as present this long after the last thing he did.</summary>
    private static readonly TimeSpan AttendedFor = TimeSpan.FromMinutes(10);

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
    private readonly ConcurrentDictionary<LineId, OpenLineHost> lines = new();
    /// <summary>Documents that are here but not accepted.</summary>
    private readonly SemaphoreSlim opening = new(1, 1);
    /// <summary>By line: why it waits for the store.</summary>
    private readonly ConcurrentDictionary<LineId, string> faults = new();
    /// <summary>Set by <see cref="Halt"/>, for good.</summary>
    private string? damage;
    private long lastOperator = long.MinValue;
    private readonly ITimer attendance;
    private readonly RefusalBook refusalBook;
    private readonly StoreWatch watch;
    private readonly CancellationTokenSource stopping = new();

    /// <summary>A line that runs, and what waits for it.</summary>
    private sealed record OpenLineHost(LineHost Host, SealedWaiters Sealed, OffRecordLog OffRecord, LineTraffic Traffic, DateTimeOffset AcceptedAt);

    private StationRuntime(DataDirectory directory, Card card, StationKeys keys, IStationStore store, TimeProvider clock, ILogger log, LinkDialer dialer, DiskReserve reserve, DiskReserve relayReserve, bool acceptsConnections, StationMode mode, LineSecrets secrets, BlindRules blind)
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
        this.reserve = reserve;
        this.acceptsConnections = acceptsConnections;
        this.mode = mode;
        (blindRules, blindLimits) = (blind, blind.Limits);
        blindResults = new BlindFolder(directory.BlindResults);
        blindChoices = new Shelf<BlindChoice>(store, BlindChoice.Prefix, BlindKeptJson.Default.BlindChoice, BlindChoice.Max);
        blindSpent = new Shelf<BlindSpent>(store, BlindSpent.Prefix, BlindKeptJson.Default.BlindSpent, BlindSpent.Max);
        startedAt = clock.GetUtcNow();
        refusalBook = new RefusalBook(store, clock, log);
        watch = new StoreWatch(store, clock);
        alarms = new AlarmBoard(store, log);
        refusedProposals = new Shelf<RefusedProposal>(store, RefusedProposal.Prefix, TrafficApiJson.Default.RefusedProposal, RefusedProposal.Max);
        proposals = new Shelf<Proposal>(store, Proposal.Prefix, TrafficApiJson.Default.Proposal, Proposal.Max);
        drafts = new Shelf<KeptDraft>(store, KeptDraft.Prefix, TrafficApiJson.Default.KeptDraft, KeptDraft.Max);
        attendance = clock.CreateTimer(_ => EveryHalfMinute(), null, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
    }

    public PartyId Self => card.Party;

    private string? Fault => Volatile.Read(ref damage) ?? faults.Values.FirstOrDefault() ?? store.Fault?.Message;

    /// <summary>Loads every accepted line. A line whose stored entries do not hash to its stored root stops the start: the store is damaged.</summary>
    internal static async Task<StationRuntime> LoadAsync(DataDirectory directory, Card card, StationKeys keys, X509Certificate2 certificate, IStationStore store, DiskReserve reserve, bool acceptsConnections, StationMode mode, TimeProvider clock, ILogger log, CancellationToken ct, string? passphrase = null, BlindRules? blind = null, DiskReserve? relayReserve = null)
    {
        var snapshot = await store.LoadAsync(ct);
        if (!snapshot.Meta.TryGetValue(IdentityKey, out var owner))
        {
            if (mode != StationMode.Reading) await store.CommitAsync([new PutMeta(IdentityKey, card.Identity.ToArray())], ct);
        }
        else if (!owner.AsSpan().SequenceEqual(card.Identity.ToArray())) throw new InvalidDataException($"{store.Description} is the store of another station than the card's; with these keys it would sign a feed that is not its own");
        if (mode != StationMode.Reading)
        {
            await DropLeftoversAsync(store, snapshot, ct);
            foreach (var spool in Directory.EnumerateFiles(directory.Path, $"{SpoolPrefix}*")) File.Delete(spool); // of a station that was killed: the directory's lock is ours
        }
        var runtime = new StationRuntime(directory, card, keys, store, clock, log, new LinkDialer(certificate, clock), reserve, relayReserve ?? reserve, acceptsConnections, mode, new LineSecrets(directory, passphrase), blind ?? new BlindRules(new BlindLimits(), new BlindTimes()));
        runtime.LoadShelves(snapshot.Meta);
        runtime.LoadRelays(snapshot.Meta);
        foreach (var row in snapshot.Lines)
        {
            if (row.Standing == LineStanding.Proposed) continue;
            if (!LineDocument.Parse(row.Document).TryGet(out var document, out var why)) throw new InvalidDataException($"the stored document of line {row.Line} cannot be read: {why}");
            runtime.Run(document, snapshot, row);
        }
        if (mode != StationMode.Reading && snapshot.Meta.ContainsKey(LineLoader.RestoredKey)) await runtime.SpendBlindAsync();
        if (mode != StationMode.Reading) await runtime.OpenJournalAsync(ct);
        return runtime;
    }

    private OpenLineHost Run(LineDocument document, StationSnapshot snapshot, LineRow row)
    {
        if (mode != StationMode.Reading) secrets.Load(document.Id);
        var identity = new LineIdentity(Self, document, keys.Log, keys.Cosign) { AcceptsConnections = acceptsConnections };
        OpenLineHost? open = null;
        var host = new LineHost(identity, store, snapshot, row, new ReservedDialer(dialer, reserve), clock, log, mode == StationMode.Exercise ? Mark.Exercise : Mark.Actual) { Reported = report => Take(open!, report), Faulted = reason => SetFault(document.Id, reason) };
        open = new OpenLineHost(host, new SealedWaiters(), new OffRecordLog(), TrafficOn(document), row.At);
        open.Sealed.Advance(host.SealedSize(Self));
        lines[document.Id] = open;
        if (mode != StationMode.Reading) host.Start();
        return open;
    }

    private void SetFault(LineId line, string? reason)
    {
        if (reason is null) faults.TryRemove(line, out _);
        else faults[line] = reason;
    }

    private void Take(OpenLineHost open, LineReport report)
    {
        var line = open.Host.Identity.Line;
        switch (report)
        {
            case LineReport.Stored stored:
                StationMetrics.EntriesStored.Add((long)(stored.To - stored.From), new KeyValuePair<string, object?>("own", stored.Feed.Party == Self));
                open.Traffic.Stored(stored.Feed.Party, stored.From, stored.To, stored.Headers);
                if (open.Host.Identity.Peers.Count > 0) break;
                open.Sealed.Advance(stored.To);
                Publish(new StationEvent.Sealed(line, Self, stored.To));
                break;
            case LineReport.Cosigned cosigned:
                if (cosigned.Feed.Party != Self) break;
                open.Sealed.Advance(cosigned.Sealed);
                TouchBlind(line);
                break;
            case LineReport.LinkChanged changed: LineLog.LinkChanged(log, line.Value, changed.Peer.Value, changed.State.ToString()); break;
            case LineReport.Refused refused: Count(line, refused.Peer.Value, party: true, refused.Status, refused.Reason); break;
            case LineReport.Forked forked: LineLog.Forked(log, line.Value, forked.Feed.Party.Value, forked.HeldSize, forked.OfferedSize); break;
            case LineReport.PeerLostEntries lost: LineLog.PeerLostEntries(log, line.Value, lost.Peer.Value, lost.CosignedSize, lost.Held); break;
            case LineReport.OwnFeedBehind behind: LineLog.OwnFeedBehind(log, line.Value, behind.Peer.Value, behind.Held, behind.Proven); break;
            case LineReport.PeerHeldBack held: LineLog.PeerHeldBack(log, line.Value, held.Peer.Value, held.CosignedSize, held.Held, (long)held.Wait.TotalSeconds); break;
            case LineReport.OwnFeedAwaited awaited: LineLog.OwnFeedAwaited(log, line.Value, awaited.Peer.Value); break;
            case LineReport.BodyRecovered body: LineLog.BodyRecovered(log, line.Value, body.Entry.ToString()); break;
            case LineReport.BodyLost body: LineLog.BodyLost(log, line.Value, body.Entry.ToString()); break;
            case LineReport.BodyWithheld body: LineLog.BodyWithheld(log, line.Value, body.Entry.ToString()); break;
            case LineReport.OwnFeedCaughtUp caughtUp:
                LineLog.OwnFeedCaughtUp(log, line.Value, caughtUp.Size);
                _ = ClearRestoredAsync();
                break;
            case LineReport.OffRecordArrived arrived: open.OffRecord.Arrived(arrived.From, arrived.Message); break;
            case LineReport.OffRecordDelivered delivered: open.OffRecord.Delivered(delivered.Id, delivered.To); break;
        }
        Follow(line, report);
    }

    /// <summary>Once every line's own feed has been compared with its peers, the station is no longer "restored".</summary>
    private async Task ClearRestoredAsync()
    {
        bool IsBehind() => lines.Values.Any(l => l.Host.Status().CatchingUp);
        if (IsBehind() || !await MarkRestoredAsync(null)) return; // at worst the peers are asked once more
        // A line may have fallen behind meanwhile, whose mark was cleared with the others'.
        while (IsBehind() && !await MarkRestoredAsync([1]) && !stopping.IsCancellationRequested) await Task.Delay(DropAgainAfter, clock);
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

    PartyId? ILinkDesk.PartyOf(LineId line, PublicKey identity)
    {
        if (!lines.TryGetValue(line, out var open)) return null;
        foreach (var other in open.Host.Identity.Document.Cards)
        {
            if (other.Identity == identity && other.Party != Self) return other.Party;
        }
        return null;
    }

    bool ILinkDesk.IsOnCard(LineId line, PartyId party, ReadOnlySpan<byte> linkKey) =>
        lines.TryGetValue(line, out var open) && open.Host.Identity.Document.CardOf(party) is { } theirs && linkKey.SequenceEqual(theirs.LinkTls);

    string? ILinkDesk.NoRoom => reserve.Refusal;

    bool ILinkDesk.Knows(LineId line) => lines.ContainsKey(line);

    bool ILinkDesk.KnowsIdentity(PublicKey identity) =>
        lines.Values.Any(l => l.Host.Identity.Document.Cards.Any(c => c.Identity == identity && c.Party != Self)) || relayDesk.Serves(identity);

    Task<LinkAnswer> ILinkDesk.ServeAsync(LineId line, PartyId from, LinkRequest request) =>
        request.Verb == LinkVerb.Blind ? ServeBlindAsync(line, from, request.Body) : lines.TryGetValue(line, out var open) ? open.Host.ServeAsync(from, request) : Task.FromResult(LinkAnswer.Refuse(404, "unknown line"));

    void ILinkDesk.Refused(LineId? line, PublicKey? identity, int status, string reason)
    {
        var party = line is { } on && identity is { } of ? ((ILinkDesk)this).PartyOf(on, of) : null;
        Count(line, party?.Value ?? (identity is { } known ? $"key {known.ToHex()[..16]}" : "no key"), party is not null, status, reason);
    }

    private void Count(LineId? line, string peer, bool party, int status, string reason)
    {
        StationMetrics.Refused.Add(1, new KeyValuePair<string, object?>("status", status));
        var now = clock.GetUtcNow();
        Publish(new StationEvent.Refused(new RefusalView(line, peer, status, reason, 1, now, now)));
        refusalBook.Count(line, peer, party, status, reason, now);
    }

    /// <summary>An officer did something: the station is attended for a while.</summary>
    private void Attend()
    {
        Volatile.Write(ref lastOperator, clock.GetTimestamp());
        UpdateAttendance();
    }

    private void EveryHalfMinute()
    {
        UpdateAttendance();
        refusalBook.Tick();
    }

    private void UpdateAttendance()
    {
        var present = IsAttended;
        foreach (var open in lines.Values) open.Host.SetAttended(present);
    }

    /// <summary>What peers are told of the watch room: somebody follows the events, or did something a while ago.</summary>
    internal bool IsAttended => !followers.IsEmpty || (Volatile.Read(ref lastOperator) is var last && last != long.MinValue && clock.GetElapsedTime(last) < AttendedFor);

    private bool TryOpen(LineId line, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OpenLineHost? open) => lines.TryGetValue(line, out open);

    private static Api.LinkState Shown(Parley.Link.LinkState state) => state switch
    {
        Parley.Link.LinkState.Alive => Api.LinkState.Alive,
        Parley.Link.LinkState.Unattended => Api.LinkState.Unattended,
        Parley.Link.LinkState.Suspended => Api.LinkState.Suspended,
        Parley.Link.LinkState.Unopened => Api.LinkState.Unopened,
        _ => Api.LinkState.Down,
    };

    /// <summary>Ends what would wait for ever: event streams, and requests that wait for a seal (they answer how it stands now).</summary>
    internal void StopWaiting() => stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        StationLog.Stopping(log, Self.Value);
        await attendance.DisposeAsync();
        await watch.DisposeAsync();
        await stopping.CancelAsync();
        await dutyLoop;
        await EndBlindAsync();
        foreach (var follower in followers.Keys) follower.Complete();
        await StopCouriersAsync();
        foreach (var open in lines.Values)
        {
            await open.Host.DisposeAsync();
            await open.Traffic.DisposeAsync();
        }
        await refusalBook.DisposeAsync();
        dialer.Dispose();
        secrets.Dispose();
        relayDesk.Dispose();
        opening.Dispose();
        deciding.Dispose();
        stopping.Dispose();
    }
}
