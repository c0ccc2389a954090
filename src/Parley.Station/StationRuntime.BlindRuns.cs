using System.Collections.Concurrent;
using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Blind;
using Parley.Station.Traffic;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station;

/// <summary>Runs of blind checks: when one begins, what it needs of the station, and what peers ask of it on the link.</summary>
internal sealed partial class StationRuntime
{
    /// <summary>Runs that are over and still known, so that what comes late is told so.</summary>
    private const int MaxRunsKnown = 64;

    private readonly BlindRules blindRules;
    private readonly ConcurrentDictionary<Hash, UnderWay> blindRuns = new();
    private readonly SemaphoreSlim blindSlices = new(Math.Max(1, Environment.ProcessorCount - 1));

    private readonly SemaphoreSlim blindCharging = new(1, 1);

    private long lastBlindRun;

    private sealed record UnderWay(LineId Line, BlindSession Session, long Number);

    private BlindSession? Find(LineId line, EntryId check) => blindRuns.Values.FirstOrDefault(r => r.Line == line && r.Session.Check == check)?.Session;

    /// <summary>Wakes the runs of a line: something changed in its record.</summary>
    private void TouchBlind(LineId line)
    {
        foreach (var run in blindRuns.Values) if (run.Line == line) run.Session.Touch();
    }

    /// <summary>
    /// Begins what was accepted, and records that a run is over which this station had under way when it stopped: nothing is resumed (BLIND-CHECK-19). Called by the pass
    /// over the line.
    /// </summary>
    private async Task LookAtBlindAsync(OpenLineHost open, DutyLine on)
    {
        var now = clock.GetUtcNow();
        // A run that a stop of this station cut off may have been ended by the other side before we look at it for the first time: ours is to be said all the same. // BLIND-CHECK-19
        var all = !on.HasEndedRuns;
        var items = open.Traffic.Read(view => (all ? [.. view.Open(now), .. view.RecentlySettled(now)] : view.Open(now))
            .Where(i => i.Family is BlindFamily && i.State is BlindFamily.Accepted or BlindFamily.Committed or BlindFamily.Aborted).ToList());
        var allSaid = true;
        foreach (var item in items)
        {
            if (BlindFamily.ProposalOf(item) is not { } proposal || BlindFamily.AcceptanceOf(item) is not { } acceptance || BlindFamily.Asked(item) is not { } asked) continue;
            var initiates = item.Root.Header.From == Self;
            if ((!initiates && asked != Self) || Find(open.Host.Identity.Line, item.Id) is not null) continue;
            if (BlindFamily.Of(item, Kinds.BlindCompared, Self) is not null || BlindFamily.Of(item, Kinds.BlindAborted, Self) is not null) continue;
            var nonce = initiates ? proposal.Nonce! : acceptance.Nonce!;
            if ((item.State == BlindFamily.Aborted ? BlindAbort.StationStopped : await BeginBlindAsync(open, item, proposal, acceptance, nonce, initiates ? asked : item.Root.Header.From)) is not { } reason) continue;
            allSaid &= (await RecordBlindAsync(open, item, Kinds.BlindAborted, BlindEntries.End(RunOf(acceptance), reason, byPeer: false))).TryGet(out _, out _);
            await blindChoices.RemoveAsync(nonce);
        }
        on.HasEndedRuns = allSaid;
        foreach (var (nonce, choice) in blindChoices.All)
        {
            if (choice.Line == open.Host.Identity.Line && now - choice.At > BlindChoice.Forgotten) await blindChoices.RemoveAsync(nonce);
        }
    }

    /// <summary>Null when the run began; else why it never will.</summary>
    private async Task<BlindAbort?> BeginBlindAsync(OpenLineHost open, Item item, BlindProposal proposal, BlindAcceptance acceptance, string nonce, PartyId peer)
    {
        if (blindChoices.Find(nonce) is not { Started: false } choice) return BlindAbort.StationStopped;
        var line = open.Host.Identity.Line;
        if (!BlindGrids.Read(proposal, open.Traffic.Document.Policy).TryGet(out var profile, out _)) return BlindAbort.ProfileDiffers;
        var asked = BlindFamily.Asked(item)!.Value;
        if (proposal.Nonce == acceptance.Nonce) return BlindAbort.OtherRun;
        var terms = BlindTerms.Of(profile, line, item.Root.Header.From, asked, Convert.FromHexString(proposal.Nonce!), Convert.FromHexString(acceptance.Nonce!), item.Root.Header.From == Self);
        if (terms.Run != RunOf(acceptance)) return BlindAbort.OtherRun;
        // From here on the choice has served: a station that stops now does not begin anew (BLIND-CHECK-19).
        if (!(await blindChoices.PutAsync(nonce, choice with { Started = true })).TryGet(out _, out _)) return BlindAbort.StationStopped;
        var desk = new BlindDesk(this, open, item.Id, nonce, choice, terms, peer);
        var session = new BlindSession(desk, item.Id, peer, terms, blindRules, clock, log);
        desk.Session = session;
        if (!blindRuns.TryAdd(terms.Run, new UnderWay(line, session, Interlocked.Increment(ref lastBlindRun)))) return BlindAbort.OtherRun;
        session.Start();
        foreach (var (id, old) in blindRuns.Where(r => r.Value.Session.Completion.IsCompleted).OrderByDescending(r => r.Value.Number).Skip(MaxRunsKnown))
        {
            if (blindRuns.TryRemove(id, out _)) await old.Session.DisposeAsync();
        }
        return null;
    }

    private static Hash RunOf(BlindAcceptance acceptance) => Hash.TryParseHex(acceptance.Run, out var run) ? run : default; // its reader checked the digits

    private async Task<Outcome<EntryId>> RecordBlindAsync(OpenLineHost open, Item item, string kind, byte[] body)
    {
        var peer = item.Root.Header.From == Self ? BlindFamily.Asked(item) : item.Root.Header.From;
        var draft = new EntryDraft(kind, body, LineTester.Station, Mark: item.Root.Header.Mark, Re: [item.Id], To: peer is { } to ? [to] : null);
        try
        {
            return (await RecordAsync(open, draft, stopping.Token, byStation: true)).TryGet(out var recorded, out var why) ? recorded.First : why;
        }
        catch (OperationCanceledException)
        {
            return Refusal.Faulted("the station is stopping");
        }
    }

    private BlindBudget SpentOn(LineId line) => blindSpent.Find(line.Value) is { } spent ? new BlindBudget(spent.Day, spent.Spent) : new BlindBudget(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), 0);

    /// <summary>A backup may not know what was asked since it was made: a station restored from one lets nothing more be asked on that day. BLIND-CHECK-7.</summary>
    private async Task SpendBlindAsync()
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        foreach (var line in lines.Values.Where(l => l.Host.Identity.Peers.Count > 0).Select(l => l.Host.Identity.Line))
        {
            var (day, spent) = SpentOn(line);
            await blindSpent.PutAsync(line.Value, day > today ? new BlindSpent(day, Math.Max(spent, blindLimits.CellsPerDay)) : new BlindSpent(today, blindLimits.CellsPerDay));
        }
    }

    /// <summary>A peer's exchange of a run. It reaches no line's machine and no store. BLIND-CHECK-15.</summary>
    private async Task<LinkAnswer> ServeBlindAsync(LineId line, PartyId from, ReadOnlyMemory<byte> body)
    {
        if (!BlindExchange.Parse(body).TryGet(out var exchange, out var why)) return Refuse(400, why);
        if (!blindRuns.TryGetValue(exchange.Run, out var run) || run.Line != line || run.Session.Peer != from) return Refuse(404, "no such run of a blind check is under way here");
        if (run.Session.Completion.IsCompleted) return Refuse(410, "that run of a blind check is over");
        var answer = await run.Session.ServeAsync(exchange);
        return answer.Status == 400 ? Refuse(400, answer.Reason) : answer;

        LinkAnswer Refuse(int status, string reason)
        {
            Count(line, from.Value, party: true, status, reason);
            return LinkAnswer.Refuse(status, reason);
        }
    }

    private async Task EndBlindAsync()
    {
        foreach (var run in blindRuns.Values) await run.Session.DisposeAsync();
    }

    /// <summary>The station, as one run sees it.</summary>
    private sealed class BlindDesk(StationRuntime station, OpenLineHost open, EntryId check, string nonce, BlindChoice choice, BlindTerms terms, PartyId peer) : IBlindDesk
    {
        private static readonly TimeSpan AskTimeout = LinkLimits.RequestTimeout;

        internal BlindSession Session { get; set; } = null!;

        private LineId Line => open.Host.Identity.Line;

        private Card Card => open.Host.Identity.Document.CardOf(peer)!;

        public SemaphoreSlim Slices => station.blindSlices;

        public bool CanDial => Card.Addresses.Count > 0;

        public Parsed<BlindOwn> Own() => station.Chosen(terms.Profile, choice);

        public Item? Item() => station.Guarded(() => Outcome<Item?>.Of(open.Traffic.Read(view => view.ItemOf(check, station.clock.GetUtcNow())))).TryGet(out var item, out _) ? item : null;

        public async Task<Outcome<EntryId>> RecordAsync(string kind, byte[] body)
        {
            if (Item() is not { } item) return Refusal.UnknownEntry(check.ToString());
            var recorded = await station.RecordBlindAsync(open, item, kind, body);
            if (kind != Kinds.BlindCommitted) await station.blindChoices.RemoveAsync(nonce);
            return recorded;
        }

        public bool IsHeld(EntryId own) => open.Host.CosignedSizes(station.Self).TryGetValue(peer, out var size) && size > own.Seq;

        public async Task<(BlindAbort Abort, string Reason)?> ChargeAsync(int bucket)
        {
            // What is left is looked at and spent in one step: two runs of one line must not spend the same cells.
            await station.blindCharging.WaitAsync(station.stopping.Token);
            try
            {
                var today = DateOnly.FromDateTime(station.clock.GetUtcNow().UtcDateTime);
                if (!station.SpentOn(Line).Charge(station.blindLimits, today, bucket).TryGet(out var charged, out var why)) return (BlindAbort.BudgetSpent, why);
                return (await station.blindSpent.PutAsync(Line.Value, new BlindSpent(charged.Day, charged.Spent))).TryGet(out _, out var kept) ? null : (BlindAbort.StationStopped, kept.Reason);
            }
            finally
            {
                station.blindCharging.Release();
            }
        }

        public Task<string?> KeepAsync(BlindResult found, BlindOwn own)
        {
            try
            {
                var shared = found.Shared.ToHashSet();
                var compared = own.Chosen.Select(c => c.What with { Shared = CellCover.Of(terms.Profile, c.Volumes).TryGet(out var alone, out _) ? alone.Cells.Count(shared.Contains) : 0 });
                var proposal = BlindFamily.ProposalOf(Item()!)!;
                station.blindResults.Put(new BlindKept(Line, check, terms.Run.ToHex(), peer, station.clock.GetUtcNow(), proposal.Profile!, found.Digest.ToHex(), found.OwnCells, found.PeerBucket, found.IsSuspicious, [.. compared], BlindFolder.Bytes(found.Shared)));
                return Task.FromResult<string?>(null);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Task.FromResult<string?>(e.Message);
            }
        }

        public Task<LinkAnswer> AskAsync(ReadOnlyMemory<byte> exchange, CancellationToken ct) =>
            station.dialer.SendAsync(Card, Line, station.Self, new LinkRequest(LinkVerb.Blind, exchange), AskTimeout, ct);

        public void Refused(string reason) => station.Count(Line, peer.Value, party: true, 400, reason);

        public void Changed() => station.Publish(new StationEvent.Blind(new BlindData(Line, check, Session.Phase, Session.Progress.Done, Session.Progress.Total, Session.Ended is { } end ? BlindEntries.Word(end.Reason) : null)));
    }
}
