using Parley.Link;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Desks;
using Parley.Station.Lines;
using Parley.Station.Traffic;
using Parley.Storage;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station;

/// <summary>What stands on the lines: the check of an officer's act before it is recorded, and what officers are shown
/// of traffic.</summary>
internal sealed partial class StationRuntime : ITrafficOperations
{
    private const int ScanEntries = 4096;

    private LineTraffic TrafficOn(LineDocument document)
    {
        var traffic = new LineTraffic(document, store, clock, log)
        {
            Changed = change => TrafficChanged(document, change),
            Arrived = header => Ring(document, header),
            Ready = () => Touch(document.Id),
            Damaged = Halt,
            Broken = why => SetFoldFault(document.Id, why),
        };
        traffic.Start();
        return traffic;
    }

    private void SetFoldFault(LineId line, string? why)
    {
        integrity.SetFoldFault(line, why);
        Touch(line);
    }

    public async Task<Outcome<TrafficView>> TrafficAsync(
        LineId line,
        DateTimeOffset? at,
        OpenPage page,
        CancellationToken ct
    )
    {
        if (!TryOpen(line, out var open))
            return Refusal.UnknownLine(line.Value);
        var traffic = open.Traffic;
        if (mode == StationMode.Reading && await open.FoldedAsync(ct) is { } broken)
            return broken; // a reader asks once, and is gone
        var now = clock.GetUtcNow();
        if (at is not { } then || then >= now)
            return Guarded<TrafficView>(() =>
                TrafficShapes.WithDeliveries(
                    traffic.Read(picture =>
                        TrafficShapes.Of(
                            traffic.Document,
                            picture.View,
                            picture.Tests,
                            at ?? now,
                            traffic.IsFolding,
                            NextTests(line, now),
                            page,
                            Self
                        )
                    ),
                    traffic.Document.Policy,
                    now,
                    id => DeliveredBy(open, id, DateTimeOffset.MaxValue)
                )
            );
        return await Task.Run(
            () =>
                Guarded<TrafficView>(() =>
                {
                    var (view, tests) = new PastView(store, traffic.Document).At(then, ct);
                    return TrafficShapes.WithDeliveries(
                        TrafficShapes.Of(
                            traffic.Document,
                            view,
                            tests,
                            then,
                            folding: false,
                            (null, null),
                            page,
                            self: null
                        ),
                        traffic.Document.Policy,
                        now,
                        id => DeliveredBy(open, id, then)
                    );
                }),
            ct
        );
    }

    public Outcome<ItemView> Item(LineId line, EntryId entry)
    {
        if (!TryOpen(line, out var open))
            return Refusal.UnknownLine(line.Value);
        var now = clock.GetUtcNow();
        return Guarded<ItemView>(() =>
            open.Traffic.Read(picture =>
                picture.View.ItemOf(entry, now) is { } item ? ItemShapes.Of(item, picture.View, now, Self) : null
            )
                is { } shown
                ? shown
            : store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is null ? Refusal.UnknownEntry(entry.ToString())
            : open.Traffic.IsFolding ? Refusal.NotYet("the station is still reading its record")
            : new Refusal("no-item", $"{entry} belongs to nothing that is open or was settled lately", 404)
        );
    }

    public async Task<Outcome<ReceiptsView>> ReceiptsAsync(LineId line, EntryId entry, CancellationToken ct)
    {
        if (!TryOpen(line, out var open))
            return Refusal.UnknownLine(line.Value);
        var policy = open.Traffic.Document.Policy;
        var now = clock.GetUtcNow();
        return await Task.Run(
            () =>
                Guarded<ReceiptsView>(() =>
                {
                    if (store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is not { } stored)
                        return Refusal.UnknownEntry(entry.ToString());
                    var delivered = DeliveredBy(open, entry, DateTimeOffset.MaxValue); // another clock may be ahead of ours
                    return open.Traffic.Read(picture =>
                            picture.View.ReceiptsOf(entry) is { } receipts
                                ? ReceiptShapes.Of(receipts, policy, now, delivered)
                                : null
                        ) ?? ReceiptShapes.Of(Gathered(open.Traffic.Document, stored, ct), policy, now, delivered);
                }),
            ct
        );
    }

    /// <summary>By party: the time in the first cosignature that covers the entry, where it was there by
    /// then.</summary>
    private Dictionary<PartyId, DeliveryTime> DeliveredBy(StationLine open, EntryId entry, DateTimeOffset at)
    {
        var delivered = new Dictionary<PartyId, DeliveryTime>();
        foreach (var party in open.Traffic.Document.Parties.Where(p => p != entry.Party))
        {
            if (
                store.ReadDeliveries(new Origin(open.Traffic.Document.Id, entry.Party), party, entry.Seq, 1)
                    is [var first]
                && first.At <= at
            )
                delivered[party] = new DeliveryTime(first.At, first.ArrivedAt);
        }
        return delivered;
    }

    /// <summary>The receipts of an entry that the view has let go: everything that names it, out of what arrived
    /// since.</summary>
    private Receipts Gathered(LineDocument document, StoredEntry stored, CancellationToken ct)
    {
        var header = StoredHeader.Read(stored);
        var receipts = new Receipts(
            header,
            [.. document.Parties],
            Attention.Since(header.At, stored.StoredAt, document.Policy)
        );
        var name = System.Text.Encoding.ASCII.GetBytes($"\"{header.Id}\"");
        // Another party's answer may have arrived before the entry itself, on a line of three.
        long arrival = 0;
        while (store.ReadRecord(document.Id, arrival, ScanEntries, PageBytes, withBodies: false) is { Count: > 0 } page)
        {
            ct.ThrowIfCancellationRequested();
            foreach (
                var later in page.Where(e => e.Header.AsSpan().IndexOf(name) >= 0)
                    .Select(e => (Stored: e, Header: StoredHeader.Read(e)))
                    .Where(e => e.Header.Re.Contains(header.Id))
            )
            {
                var body = StoredHeader.WantsBody(later.Header)
                    ? store.ReadEntry(later.Stored.Feed, later.Stored.Seq)?.Body
                    : null;
                receipts.Take(TrafficEntry.From(later.Header, body is null ? null : body.AsMemory()), document.Policy);
            }
            arrival = page[^1].Arrival;
        }
        return receipts;
    }

    public async Task<Outcome<ChronologyView>> ChronologyAsync(
        LineId line,
        DateTimeOffset? at,
        string? with,
        bool? exercise,
        CancellationToken ct
    )
    {
        if (!TryOpen(line, out _))
            return Refusal.UnknownLine(line.Value);
        var documents = lines.All.Select(l => l.Host.Identity.Document).ToDictionary(d => d.Id);
        var now = clock.GetUtcNow();
        return await Task.Run(
            () =>
                Guarded<ChronologyView>(() =>
                    ChronologyShapes.Of(
                        new ChronologyReader(store).Read(
                            line,
                            documents.Values,
                            at ?? now,
                            with,
                            exercise,
                            ct,
                            isNow: at is null || at >= now
                        ),
                        id => documents[id],
                        now
                    )
                ),
            ct
        );
    }

    public Outcome<string> DeliveryProof(LineId line, EntryId entry, PartyId by)
    {
        if (!TryOpen(line, out var open))
            return Refusal.UnknownLine(line.Value);
        if (open.Traffic.Document.CardOf(by) is null)
            return Refusal.UnknownParty(by.Value);
        return Guarded<string>(() =>
        {
            var origin = new Origin(line, entry.Party);
            if (store.ReadEntry(origin, entry.Seq) is null)
                return Refusal.UnknownEntry(entry.ToString());
            if (store.ReadDeliveries(origin, by, entry.Seq, 1) is not [var delivery])
                return Refusal.NotYet($"{by} has not cosigned it yet");
            if (
                !SignedCheckpoint.Parse(delivery.Checkpoint).TryGet(out var checkpoint, out var why)
                || !NoteSignature.ParseLine(delivery.NoteLine).TryGet(out var cosignature, out why)
            )
                throw new InvalidDataException(
                    $"the stored delivery of {origin} at {delivery.Size} cannot be read: {why}"
                );
            return Text(
                new TlogProof(
                    entry.Seq,
                    new FeedTiles(store, origin).Inclusion(entry.Seq, delivery.Size),
                    checkpoint.With(cosignature)
                ).Encode()
            );
        });
    }

    public Outcome<IReadOnlyList<WatchView>> Watches(LineId line)
    {
        return TryOpen(line, out var open)
            ? Guarded(() =>
                Outcome<IReadOnlyList<WatchView>>.Of(open.Traffic.Read(picture => TrafficShapes.Of(picture.Watches)))
            )
            : Refusal.UnknownLine(line.Value);
    }
}
