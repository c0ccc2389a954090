using System.Text;
using Parley.Link;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Traffic;
using Parley.Storage;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Desks;

/// <summary>What stands on the lines, as officers are shown it: items, receipts, watches, the contact history.</summary>
internal sealed class TrafficDesk(Premises premises, LineTable lines, Integrity integrity, LineTests lineTests)
{
    private const int ScanEntries = 4096;
    private const long PageBytes = 8 << 20;

    /// <summary>What stands on a line now, or as it stood at a time: of what had been written by then, by that time's
    /// clock.</summary>
    internal async Task<Outcome<TrafficView>> TrafficAsync(
        LineId line,
        DateTimeOffset? at,
        OpenPage page,
        CancellationToken ct
    )
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        var traffic = open.Traffic;
        if (premises.Mode == StationMode.Reading && await open.FoldedAsync(ct) is { } broken)
            return broken; // a reader asks once, and is gone
        var now = premises.Now;
        if (at is not { } then || then >= now)
            return integrity.Guarded<TrafficView>(() =>
                TrafficShapes.WithDeliveries(
                    traffic.Read(picture =>
                        TrafficShapes.Of(
                            traffic.Document,
                            picture.View,
                            picture.Tests,
                            at ?? now,
                            traffic.IsFolding,
                            lineTests.Next(line, now),
                            page,
                            premises.Self
                        )
                    ),
                    traffic.Document.Policy,
                    now,
                    id => DeliveredBy(open, id, DateTimeOffset.MaxValue)
                )
            );
        return await Task.Run(
            () =>
                integrity.Guarded<TrafficView>(() =>
                {
                    var (view, tests) = new PastView(premises.Store, traffic.Document).At(then, ct);
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

    /// <summary>The item that an entry belongs to, where it is open or was settled lately.</summary>
    internal Outcome<ItemView> Item(LineId line, EntryId entry)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        var now = premises.Now;
        return integrity.Guarded<ItemView>(() =>
            open.Traffic.Read(picture =>
                picture.View.ItemOf(entry, now) is { } item
                    ? ItemShapes.Of(item, picture.View, now, premises.Self)
                    : null
            )
                is { } shown
                ? shown
            : premises.Store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is null
                ? Refusal.UnknownEntry(entry.ToString())
            : open.Traffic.IsFolding ? Refusal.NotYet("the station is still reading its record")
            : new Refusal("no-item", $"{entry} belongs to nothing that is open or was settled lately", 404)
        );
    }

    /// <summary>The five facts of any entry, however old.</summary>
    internal async Task<Outcome<ReceiptsView>> ReceiptsAsync(LineId line, EntryId entry, CancellationToken ct)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        var policy = open.Traffic.Document.Policy;
        var now = premises.Now;
        return await Task.Run(
            () =>
                integrity.Guarded<ReceiptsView>(() =>
                {
                    if (premises.Store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is not { } stored)
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
                premises.Store.ReadDeliveries(new Origin(open.Traffic.Document.Id, entry.Party), party, entry.Seq, 1)
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
        var name = Encoding.ASCII.GetBytes($"\"{header.Id}\"");
        // Another party's answer may have arrived before the entry itself, on a line of three.
        long arrival = 0;
        while (
            premises.Store.ReadRecord(document.Id, arrival, ScanEntries, PageBytes, withBodies: false)
                is { Count: > 0 } page
        )
        {
            ct.ThrowIfCancellationRequested();
            foreach (
                var later in page.Where(e => e.Header.AsSpan().IndexOf(name) >= 0)
                    .Select(e => (Stored: e, Header: StoredHeader.Read(e)))
                    .Where(e => e.Header.Re.Contains(header.Id))
            )
            {
                var body = StoredHeader.WantsBody(later.Header)
                    ? premises.Store.ReadEntry(later.Stored.Feed, later.Stored.Seq)?.Body
                    : null;
                receipts.Take(TrafficEntry.From(later.Header, body is null ? null : body.AsMemory()), document.Policy);
            }
            arrival = page[^1].Arrival;
        }
        return receipts;
    }

    /// <summary>The contact history as of a time (now when null). Reads the record once; appends go on
    /// meanwhile.</summary>
    internal async Task<Outcome<ChronologyView>> ChronologyAsync(
        LineId line,
        DateTimeOffset? at,
        string? with,
        bool? exercise,
        CancellationToken ct
    )
    {
        if (!lines.Find(line).TryGet(out _, out var unknown))
            return unknown;
        var documents = lines.All.Select(l => l.Host.Identity.Document).ToDictionary(d => d.Id);
        var now = premises.Now;
        return await Task.Run(
            () =>
                integrity.Guarded<ChronologyView>(() =>
                    ChronologyShapes.Of(
                        new ChronologyReader(premises.Store).Read(
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

    /// <summary>The proof (c2sp.org/tlog-proof@v1) on the checkpoint with which <paramref name="by"/> first cosigned
    /// the entry.</summary>
    internal Outcome<string> DeliveryProof(LineId line, EntryId entry, PartyId by)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (open.Traffic.Document.CardOf(by) is null)
            return Refusal.UnknownParty(by.Value);
        return integrity.Guarded<string>(() =>
        {
            var origin = new Origin(line, entry.Party);
            if (premises.Store.ReadEntry(origin, entry.Seq) is null)
                return Refusal.UnknownEntry(entry.ToString());
            if (premises.Store.ReadDeliveries(origin, by, entry.Seq, 1) is not [var delivery])
                return Refusal.NotYet($"{by} has not cosigned it yet");
            if (
                !SignedCheckpoint.Parse(delivery.Checkpoint).TryGet(out var checkpoint, out var why)
                || !NoteSignature.ParseLine(delivery.NoteLine).TryGet(out var cosignature, out why)
            )
                throw new InvalidDataException(
                    $"the stored delivery of {origin} at {delivery.Size} cannot be read: {why}"
                );
            return Encoding.UTF8.GetString(
                new TlogProof(
                    entry.Seq,
                    new FeedTiles(premises.Store, origin).Inclusion(entry.Seq, delivery.Size),
                    checkpoint.With(cosignature)
                ).Encode()
            );
        });
    }

    /// <summary>Each party's watch on a line.</summary>
    internal Outcome<IReadOnlyList<WatchView>> Watches(LineId line)
    {
        return lines.Find(line).TryGet(out var open, out var unknown)
            ? integrity.Guarded(() =>
                Outcome<IReadOnlyList<WatchView>>.Of(open.Traffic.Read(picture => TrafficShapes.Of(picture.Watches)))
            )
            : unknown;
    }
}
