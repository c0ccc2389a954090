using Parley.Link;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Lines;
using Parley.Station.Traffic;
using Parley.Storage;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station;

/// <summary>What stands on the lines: the check of an officer's act before it is recorded, and what officers are shown of traffic.</summary>
internal sealed partial class StationRuntime : ITrafficOperations
{
    private const int ScanEntries = 4096;

    private LineTraffic TrafficOn(LineDocument document)
    {
        var traffic = new LineTraffic(document, store, clock, log)
        {
            Changed = change => TrafficChanged(document.Id, change), Ready = () => Touch(document.Id), Damaged = Halt,
        };
        traffic.Start();
        return traffic;
    }

    /// <summary>Checks an officer's act and records it: nothing comes between the two that could make the check untrue.</summary>
    private async Task<Outcome<AppendOutcome.Recorded>> RecordAsync(OpenLineHost open, EntryDraft draft, CancellationToken ct, bool byStation = false)
    {
        if (AuthorCheck.Seat(draft.By, draft.Kind) is { } seat) return seat;
        draft = Completed(open, draft);
        if (!AuthorCheck.NeedsView(draft.Kind))
            return AuthorCheck.Alone(open.Traffic.Document, Self, draft, clock.GetUtcNow()) is { } alone ? alone : await PutAsync(open, draft);
        using (await open.Traffic.WriteAsync(ct)) return Judge(open, draft, byStation) is { } unfit ? unfit : await PutAsync(open, draft);
    }

    /// <summary>Why an act would have no effect now, without recording it.</summary>
    private async Task<Refusal?> JudgeAsync(OpenLineHost open, EntryDraft draft, CancellationToken ct)
    {
        if (!AuthorCheck.NeedsView(draft.Kind)) return AuthorCheck.Alone(open.Traffic.Document, Self, draft, clock.GetUtcNow());
        await open.Traffic.Folded.WaitAsync(ct);
        return Judge(open, draft);
    }

    private Refusal? Judge(OpenLineHost open, EntryDraft draft, bool byStation = false) =>
        Guarded<bool>(() => (JudgeReplacement(open, draft) ?? open.Traffic.Read(view => AuthorCheck.Against(view, open.Traffic.Document, Self, draft, clock.GetUtcNow())) ?? JudgePlan(open, draft) ?? JudgeBlind(open, draft, byStation)) is { } unfit ? unfit : true).TryGet(out _, out var why) ? null : why;

    /// <summary>What an entry takes over from those that it answers or replaces where the officer says nothing else.</summary>
    private EntryDraft Completed(OpenLineHost open, EntryDraft draft)
    {
        // What answers an exercise belongs to it (R2).
        if (!draft.IsMarkGiven && draft.Re is [var first, ..] && ReadEntry(open.Host.Identity.Line, first).TryGet(out var answered, out _)) draft = draft with { Mark = answered.Mark, IsMarkGiven = true };
        return Guarded(() => Outcome<EntryDraft>.Of(Replacing.Complete(draft, Replaced(open, draft)))).TryGet(out var whole, out _) ? whole : draft;
    }

    /// <summary>The view may have let go of what is replaced; the store has it.</summary>
    private Refusal? JudgeReplacement(OpenLineHost open, EntryDraft draft)
    {
        if (!Replacement.Is(draft.Kind)) return null;
        var document = open.Traffic.Document;
        var header = AuthorCheck.HeaderOf(new LineView(document), document, Self, draft, clock.GetUtcNow());
        return Replaced(open, draft).Select(r => Replacement.Refuse(StoredHeader.Read(r), header, document.Policy)).FirstOrDefault(why => why is not null) is { } kept ? AuthorCheck.Of(kept) : null;
    }

    private IReadOnlyList<StoredEntry> Replaced(OpenLineHost open, EntryDraft draft) => !Replacement.Is(draft.Kind) ? []
        : [.. (draft.Re ?? []).Where(re => re.Party == Self).Select(re => store.ReadEntry(open.Host.Identity.Own, re.Seq)).OfType<StoredEntry>()];

    private async Task<Outcome<AppendOutcome.Recorded>> PutAsync(OpenLineHost open, EntryDraft draft) =>
        await open.Host.AppendAsync([Drafted(draft)]) switch
        {
            AppendOutcome.Recorded recorded => recorded,
            AppendOutcome.Refused refused => Refused(refused),
            _ => throw new InvalidOperationException("an append is recorded or refused"),
        };

    public async Task<Outcome<TrafficView>> TrafficAsync(LineId line, DateTimeOffset? at, CancellationToken ct)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        var traffic = open.Traffic;
        if (mode == StationMode.Reading) await traffic.Folded.WaitAsync(ct); // a reader asks once, and is gone
        var now = clock.GetUtcNow();
        if (at is not { } then || then >= now)
            return Guarded<TrafficView>(() => traffic.Read((view, tests, _) => TrafficShapes.Of(traffic.Document, view, tests, at ?? now, traffic.IsFolding, NextTests(line, now), id => DeliveredBy(open, id, DateTimeOffset.MaxValue))));
        return await Task.Run(() => Guarded<TrafficView>(() =>
        {
            var (view, tests) = new PastView(store, traffic.Document).At(then, ct);
            return TrafficShapes.Of(traffic.Document, view, tests, then, folding: false, (null, null), id => DeliveredBy(open, id, then));
        }), ct);
    }

    public Outcome<ItemView> Item(LineId line, EntryId entry)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        var now = clock.GetUtcNow();
        return Guarded<ItemView>(() =>
            open.Traffic.Read(view => view.ItemOf(entry, now) is { } item ? ItemShapes.Of(item, view, now) : null) is { } shown ? shown
            : store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is null ? Refusal.UnknownEntry(entry.ToString())
            : open.Traffic.IsFolding ? Refusal.NotYet("the station is still reading its record")
            : new Refusal("no-item", $"{entry} belongs to nothing that is open or was settled lately", 404));
    }

    public async Task<Outcome<ReceiptsView>> ReceiptsAsync(LineId line, EntryId entry, CancellationToken ct)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        var policy = open.Traffic.Document.Policy;
        var now = clock.GetUtcNow();
        return await Task.Run(() => Guarded<ReceiptsView>(() =>
        {
            if (store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is not { } stored) return Refusal.UnknownEntry(entry.ToString());
            var delivered = DeliveredBy(open, entry, DateTimeOffset.MaxValue); // another clock may be ahead of ours
            return open.Traffic.Read(view => view.ReceiptsOf(entry) is { } receipts ? TrafficShapes.Of(receipts, policy, now, delivered) : null)
                ?? TrafficShapes.Of(Gathered(open.Traffic.Document, stored, ct), policy, now, delivered);
        }), ct);
    }

    /// <summary>By party: the time in the first cosignature that covers the entry, where it was there by then.</summary>
    private Dictionary<PartyId, DateTimeOffset> DeliveredBy(OpenLineHost open, EntryId entry, DateTimeOffset at)
    {
        var delivered = new Dictionary<PartyId, DateTimeOffset>();
        foreach (var party in open.Traffic.Document.Parties.Where(p => p != entry.Party))
        {
            if (store.ReadDeliveries(new Origin(open.Traffic.Document.Id, entry.Party), party, entry.Seq, 1) is [var first] && first.At <= at) delivered[party] = first.At;
        }
        return delivered;
    }

    /// <summary>The receipts of an entry that the view has let go: everything that names it, out of what arrived since.</summary>
    private Receipts Gathered(LineDocument document, StoredEntry stored, CancellationToken ct)
    {
        var header = StoredHeader.Read(stored);
        var receipts = new Receipts(header, [.. document.Parties]);
        var name = System.Text.Encoding.ASCII.GetBytes($"\"{header.Id}\"");
        // Another party's answer may have arrived before the entry itself, on a line of three.
        long arrival = 0;
        while (store.ReadRecord(document.Id, arrival, ScanEntries, PageBytes, withBodies: false) is { Count: > 0 } page)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var later in page.Where(e => e.Header.AsSpan().IndexOf(name) >= 0).Select(e => (Stored: e, Header: StoredHeader.Read(e))).Where(e => e.Header.Re.Contains(header.Id)))
            {
                var body = StoredHeader.WantsBody(later.Header) ? store.ReadEntry(later.Stored.Feed, later.Stored.Seq)?.Body : null;
                receipts.Take(TrafficEntry.From(later.Header, body is null ? null : body.AsMemory()), document.Policy);
            }
            arrival = page[^1].Arrival;
        }
        return receipts;
    }

    public async Task<Outcome<ChronologyView>> ChronologyAsync(LineId line, DateTimeOffset? at, string? with, bool? exercise, CancellationToken ct)
    {
        Attend();
        if (!TryOpen(line, out _)) return Refusal.UnknownLine(line.Value);
        var documents = lines.Values.Select(l => l.Host.Identity.Document).ToDictionary(d => d.Id);
        return await Task.Run(() => Guarded<ChronologyView>(() =>
            TrafficShapes.Of(new ChronologyReader(store).Read(line, documents.Values, at ?? clock.GetUtcNow(), with, exercise, ct), id => documents[id].Cards.Count)), ct);
    }

    public Outcome<string> DeliveryProof(LineId line, EntryId entry, PartyId by)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        if (open.Traffic.Document.CardOf(by) is null) return Refusal.UnknownParty(by.Value);
        return Guarded<string>(() =>
        {
            var origin = new Origin(line, entry.Party);
            if (store.ReadEntry(origin, entry.Seq) is null) return Refusal.UnknownEntry(entry.ToString());
            if (store.ReadDeliveries(origin, by, entry.Seq, 1) is not [var delivery]) return Refusal.NotYet($"{by} has not cosigned it yet");
            if (!SignedCheckpoint.Parse(delivery.Checkpoint).TryGet(out var checkpoint, out var why) || !NoteSignature.ParseLine(delivery.NoteLine).TryGet(out var cosignature, out why))
                throw new InvalidDataException($"the stored delivery of {origin} at {delivery.Size} cannot be read: {why}");
            return Text(new TlogProof(entry.Seq, new FeedTiles(store, origin).Inclusion(entry.Seq, delivery.Size), checkpoint.With(cosignature)).Encode());
        });
    }

    public Outcome<IReadOnlyList<WatchView>> Watches(LineId line)
    {
        Attend();
        return TryOpen(line, out var open)
            ? Guarded(() => Outcome<IReadOnlyList<WatchView>>.Of(open.Traffic.Read((_, _, watches) => TrafficShapes.Of(watches)))) : Refusal.UnknownLine(line.Value);
    }

    public Handover? Offered(LineId line) => TryOpen(line, out var open) && Guarded(() => Outcome<Watch?>.Of(open.Traffic.Read((_, _, watches) => watches.All.GetValueOrDefault(Self)))).TryGet(out var watch, out _) ? watch?.Offer : null;

    public IReadOnlyList<OpenItem> OpenFor(LineId line)
    {
        // The journal is ours alone; on a line its other parties read along, and what is open elsewhere is nothing to them.
        IEnumerable<OpenLineHost> within = TryOpen(line, out var of) && of.Host.Identity.Peers.Count > 0 ? [of] : lines.Values;
        var now = clock.GetUtcNow();
        // A handover with a part of what is open is better than none, should the store fail just then.
        return [.. within.OrderBy(l => l.Host.Identity.Line.Value, StringComparer.Ordinal).SelectMany(l =>
            Guarded(() => Outcome<IReadOnlyList<Item>>.Of(l.Traffic.Read(view => view.Open(now)))).TryGet(out var open, out _)
                ? open.Select(i => new OpenItem(l.Host.Identity.Line.Value, i.Id.ToString(), i.Family.Name, i.State)) : [])];
    }

}
