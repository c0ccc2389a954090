using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>What officers read of the record: pages, entries, bodies, proofs, and the whole as evidence.</summary>
internal sealed class RecordDesk(Premises premises, LineTable lines, Integrity integrity) : IRecordDesk
{
    private const long PageBytes = 8 << 20;

    /// <summary>Entries that one search looks at, at most; the asker goes on from there.</summary>
    private const int MaxLooked = 20_000;

    /// <summary>Bytes of headers and bodies that one search reads before it answers.</summary>
    private const long MaxLookedBytes = 32 << 20;
    private const int SearchPage = 1_000;

    public Outcome<RecordPage> ReadRecord(LineId line, long after, int limit)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<RecordPage>(() =>
        {
            var stored = premises.Store.ReadRecord(line, after, limit, PageBytes, withBodies: true);
            var views = EntryViews.Of(open, stored);
            return new RecordPage(
                views,
                stored.Count == 0 || premises.Store.ReadRecord(line, stored[^1].Arrival, 1, 1, false).Count == 0
                    ? null
                    : stored[^1].Arrival
            );
        });
    }

    public Outcome<RecordPage> ReadRecordBefore(LineId line, long before, int limit)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<RecordPage>(() =>
        {
            var stored = premises.Store.ReadRecordBefore(line, before, limit, PageBytes, withBodies: true);
            var isLast =
                stored.Count == 0 || premises.Store.ReadRecordBefore(line, stored[^1].Arrival, 1, 1, false).Count == 0;
            return new RecordPage(EntryViews.Of(open, stored), isLast ? null : stored[^1].Arrival);
        });
    }

    public Outcome<RecordFindings> SearchRecord(LineId line, RecordQuery query, long before, int limit)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<RecordFindings>(() =>
        {
            var found = new List<StoredEntry>();
            var looked = 0;
            long bytes = 0;
            while (looked < MaxLooked && bytes < MaxLookedBytes)
            {
                var stored = premises.Store.ReadRecordBefore(
                    line,
                    before,
                    Math.Min(SearchPage, MaxLooked - looked),
                    PageBytes,
                    withBodies: query.Text is not null
                );
                if (stored.Count == 0)
                    return new RecordFindings(EntryViews.Of(open, found), looked, null);
                foreach (var entry in stored)
                {
                    looked++;
                    before = entry.Arrival;
                    bytes += entry.Header.Length + (entry.Body?.Length ?? 0);
                    if (
                        !EntryHeader.Parse(entry.Header).TryGet(out var header, out _)
                        || !query.Fits(header)
                        || (query.Text is not null && (entry.Body is not { } body || !query.IsIn(body)))
                    )
                        continue;
                    found.Add(
                        query.Text is not null ? entry : premises.Store.ReadEntry(entry.Feed, entry.Seq) ?? entry
                    );
                    if (found.Count == limit)
                        return new RecordFindings(
                            EntryViews.Of(open, found),
                            looked,
                            premises.Store.ReadRecordBefore(line, before, 1, 1, false).Count == 0 ? null : before
                        );
                }
            }
            return new RecordFindings(EntryViews.Of(open, found), looked, before);
        });
    }

    public Outcome<EntryDetail> ReadEntry(LineId line, EntryId entry)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<EntryDetail>(() =>
        {
            var origin = new Origin(line, entry.Party);
            if (premises.Store.ReadEntry(origin, entry.Seq) is not { } stored)
                return Refusal.UnknownEntry(entry.ToString());
            var cosignatures = premises
                .Store.ReadCosignatures(origin)
                .Where(c => c.Size > entry.Seq)
                .OrderBy(c => c.Size)
                .DistinctBy(c => c.Cosigner)
                .Select(c => new CosignatureView(c.Cosigner, c.Size, CosignedAt(c.NoteLine), c.NoteLine));
            return new EntryDetail(EntryViews.Of(open, [stored])[0], stored.Header, [.. cosignatures]);
        });
    }

    public Outcome<BodyContent> OpenBody(LineId line, EntryId entry)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<BodyContent>(() =>
        {
            if (premises.Store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is not { } stored)
                return Refusal.UnknownEntry(entry.ToString());
            if (stored.Body is { } body)
                return new BodyContent(
                    new MemoryStream(EntryViews.Of(open, [stored])[0].Body!, writable: false),
                    body.Length,
                    false
                );
            if (!EntryHeader.Parse(stored.Header).TryGet(out var header, out var why))
                return Refusal.Faulted(why);
            if (header.Body is not { } commitment)
                return Refusal.BodyNotHere("the entry has no body");
            if (header.Size <= Body.MaxInline)
                return Refusal.BodyNotHere("the body is not for this party, or was withheld");
            if (
                premises.Store.ReadAttachment(new AttachmentId(new Origin(line, entry.Party), commitment))
                is not { Complete: true } state
            )
                return Refusal.BodyNotHere("the attachment is not whole here yet");
            return new BodyContent(new AttachmentStream(premises.Store, state), header.Size, true);
        });
    }

    public Outcome<string> BuildProof(LineId line, EntryId entry)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<string>(() =>
        {
            var origin = new Origin(line, entry.Party);
            if (!open.Document.Parties.Contains(entry.Party) || entry.Seq >= open.Host.SizeOf(entry.Party))
                return Refusal.UnknownEntry(entry.ToString());
            if (SealedCheckpoints.Best(premises.Store, open.Document, origin, entry.Seq + 1) is not { } checkpoint)
                return Refusal.NotYet("no checkpoint covers the entry yet");
            var proof = new FeedTiles(premises.Store, origin).Inclusion(entry.Seq, checkpoint.Checkpoint.Size);
            return Encoding.UTF8.GetString(new TlogProof(entry.Seq, proof, checkpoint).Encode());
        });
    }

    public Outcome<LineExport> BeginExport(LineId line, bool withBodies)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<LineExport>(() =>
        {
            var document = open.Document;
            var feeds = new List<(PartyId Party, SignedCheckpoint Checkpoint)>();
            foreach (var party in document.Parties)
            {
                var feed = new Origin(line, party);
                var latest = open.Host.LatestOf(party);
                var checkpoint =
                    SealedCheckpoints.Best(premises.Store, document, feed, 1)
                    ?? (latest is null ? null : SealedCheckpoints.Provable(latest, document, feed));
                if (checkpoint is not null)
                    feeds.Add((party, checkpoint));
                if (latest is not null && !latest.Checkpoint.IsOf(feed))
                    LineLog.NotProvable(
                        premises.Log,
                        line.Value,
                        party.Value,
                        latest.Checkpoint.Size,
                        checkpoint?.Checkpoint.Size ?? 0
                    );
            }
            return new RecordExport(premises.Store, document, feeds, withBodies);
        });
    }

    private static DateTimeOffset CosignedAt(string noteLine) =>
        NoteSignature.ParseLine(noteLine).TryGet(out var signature, out _)
        && Cosignature.TryGetTimestamp(signature, out var at)
            ? at
            : default;
}
