using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Lines;
using Parley.Storage;

namespace Parley.Station;

/// <summary>What officers read: the record, bodies, proofs, forks and refusals.</summary>
internal sealed partial class StationRuntime
{
    private const long PageBytes = 8 << 20;
    /// <summary>Entries that one search looks at, at most; the asker goes on from there.</summary>
    private const int MaxLooked = 20_000;
    /// <summary>Bytes of headers and bodies that one search reads before it answers.</summary>
    private const long MaxLookedBytes = 32 << 20;
    private const int SearchPage = 1_000;

    public Outcome<RecordPage> ReadRecord(LineId line, long after, int limit)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        return Guarded<RecordPage>(() =>
        {
            var stored = store.ReadRecord(line, after, limit, PageBytes, withBodies: true);
            var views = View(open, stored);
            return new RecordPage(views, stored.Count == 0 || store.ReadRecord(line, stored[^1].Arrival, 1, 1, false).Count == 0 ? null : stored[^1].Arrival);
        });
    }

    public Outcome<RecordPage> ReadRecordBefore(LineId line, long before, int limit)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        return Guarded<RecordPage>(() =>
        {
            var stored = store.ReadRecordBefore(line, before, limit, PageBytes, withBodies: true);
            var isLast = stored.Count == 0 || store.ReadRecordBefore(line, stored[^1].Arrival, 1, 1, false).Count == 0;
            return new RecordPage(View(open, stored), isLast ? null : stored[^1].Arrival);
        });
    }

    public Outcome<RecordFindings> SearchRecord(LineId line, RecordQuery query, long before, int limit)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        return Guarded<RecordFindings>(() =>
        {
            var found = new List<StoredEntry>();
            var looked = 0;
            long bytes = 0;
            while (looked < MaxLooked && bytes < MaxLookedBytes)
            {
                var stored = store.ReadRecordBefore(line, before, Math.Min(SearchPage, MaxLooked - looked), PageBytes, withBodies: query.Text is not null);
                if (stored.Count == 0) return new RecordFindings(View(open, found), looked, null);
                foreach (var entry in stored)
                {
                    looked++;
                    before = entry.Arrival;
                    bytes += entry.Header.Length + (entry.Body?.Length ?? 0);
                    if (!EntryHeader.Parse(entry.Header).TryGet(out var header, out _) || !query.Fits(header) || (query.Text is not null && (entry.Body is not { } body || !query.IsIn(body)))) continue;
                    found.Add(query.Text is not null ? entry : store.ReadEntry(entry.Feed, entry.Seq) ?? entry);
                    if (found.Count == limit) return new RecordFindings(View(open, found), looked, store.ReadRecordBefore(line, before, 1, 1, false).Count == 0 ? null : before);
                }
            }
            return new RecordFindings(View(open, found), looked, before);
        });
    }

    public Outcome<EntryDetail> ReadEntry(LineId line, EntryId entry)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        return Guarded<EntryDetail>(() =>
        {
            var origin = new Origin(line, entry.Party);
            if (store.ReadEntry(origin, entry.Seq) is not { } stored) return Refusal.UnknownEntry(entry.ToString());
            var cosignatures = store.ReadCosignatures(origin).Where(c => c.Size > entry.Seq).OrderBy(c => c.Size).DistinctBy(c => c.Cosigner)
                .Select(c => new CosignatureView(c.Cosigner, c.Size, CosignedAt(c.NoteLine), c.NoteLine));
            return new EntryDetail(View(open, [stored])[0], stored.Header, [.. cosignatures]);
        });
    }

    public Outcome<BodyContent> OpenBody(LineId line, EntryId entry)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        return Guarded<BodyContent>(() =>
        {
            if (store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is not { } stored) return Refusal.UnknownEntry(entry.ToString());
            if (stored.Body is { } body) return new BodyContent(new MemoryStream(View(open, [stored])[0].Body!, writable: false), body.Length, false);
            if (!EntryHeader.Parse(stored.Header).TryGet(out var header, out var why)) return Refusal.Faulted(why);
            if (header.Body is not { } commitment) return Refusal.BodyNotHere("the entry has no body");
            if (header.Size <= Body.MaxInline) return Refusal.BodyNotHere("the body is not for this party, or was withheld");
            if (store.ReadAttachment(new AttachmentId(new Origin(line, entry.Party), commitment)) is not { Complete: true } state) return Refusal.BodyNotHere("the attachment is not whole here yet");
            return new BodyContent(new AttachmentStream(store, state), header.Size, true);
        });
    }

    public Outcome<string> BuildProof(LineId line, EntryId entry)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        return Guarded<string>(() =>
        {
            var origin = new Origin(line, entry.Party);
            if (!open.Host.Identity.Document.Parties.Contains(entry.Party) || entry.Seq >= open.Host.SizeOf(entry.Party)) return Refusal.UnknownEntry(entry.ToString());
            if (SealedCheckpoints.Best(store, open.Host.Identity.Document, origin, entry.Seq + 1) is not { } checkpoint) return Refusal.NotYet("no checkpoint covers the entry yet");
            var proof = new FeedTiles(store, origin).Inclusion(entry.Seq, checkpoint.Checkpoint.Size);
            return Text(new TlogProof(entry.Seq, proof, checkpoint).Encode());
        });
    }

    public Outcome<IReadOnlyList<ForkView>> Forks(LineId line) => TryOpen(line, out var open)
        ? Guarded(() => Outcome<IReadOnlyList<ForkView>>.Of([.. store.ReadForks(line).Select(f =>
            new ForkView(f.Line, f.Feed.Party, Text(f.First), Text(f.Second), f.At, KeptForks.Evidence(store, open.Host.Identity.Document, f)?.EncodeProof()))]))
        : Refusal.UnknownLine(line.Value);

    public Outcome<IReadOnlyList<RefusalView>> Refusals(int max) => Guarded(() => Outcome<IReadOnlyList<RefusalView>>.Of(
        [.. store.ReadRefusals(null, max).Select(r => new RefusalView(r.Line, r.Peer, r.Status, r.Reason, r.Count, r.First, r.Last))]));

    private static List<EntryView> View(OpenLineHost open, IReadOnlyList<StoredEntry> stored)
    {
        var cosigned = new Dictionary<PartyId, IReadOnlyDictionary<PartyId, ulong>>();
        var views = new List<EntryView>(stored.Count);
        foreach (var entry in stored)
        {
            if (!EntryHeader.Parse(entry.Header).TryGet(out var header, out var why)) throw new InvalidDataException($"stored entry {entry.Feed.Party}/{entry.Seq} cannot be read: {why}");
            if (entry.Body is { } body && (header.Body is not { } commitment || Body.Commit(entry.Salt, body) != commitment)) throw new InvalidDataException($"stored entry {entry.Feed.Party}/{entry.Seq}: its body is not the one that its header commits to");
            if (!cosigned.TryGetValue(header.From, out var sizes)) cosigned[header.From] = sizes = open.Host.CosignedSizes(header.From);
            var by = sizes.Where(s => s.Value > header.Seq).Select(s => s.Key).ToList();
            views.Add(new EntryView(header.Id, header.Line, header.Kind, header.At, header.Mark, header.Precedence, header.By, header.Re, header.To, header.Lang,
                by.Count == sizes.Count, by, entry.Body, State(open, header, entry), header.Size, entry.Arrival, entry.StoredAt)
            {
                ClockAhead = header.From != open.Host.Identity.Self && (header.At - entry.StoredAt).TotalSeconds is var ahead && ahead > open.Host.Identity.Document.Policy.ClockFlag ? Math.Round(ahead, 1) : null,
            });
        }
        return views;
    }

    private static BodyState State(OpenLineHost open, EntryHeader header, StoredEntry entry)
    {
        if (header.Body is null) return BodyState.None;
        if (entry.Body is not null) return BodyState.Here;
        if (header.Size > Body.MaxInline) return BodyState.Attachment;
        // It was for us, or ours, and was lost on its author's side: LINK-76.
        return header.To is null || header.To.Contains(open.Host.Identity.Self) || header.From == open.Host.Identity.Self ? BodyState.Missing : BodyState.Withheld;
    }

    private static DateTimeOffset CosignedAt(string noteLine) =>
        NoteSignature.ParseLine(noteLine).TryGet(out var signature, out _) && Cosignature.TryGetTimestamp(signature, out var at) ? at : default;

    private static string Text(byte[] note) => System.Text.Encoding.UTF8.GetString(note);

    /// <summary>A read that meets a fault of the store is a refusal with its reason, not a crash. Damage that only we can see ends the signing too.</summary>
    private Outcome<T> Guarded<T>(Func<Outcome<T>> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            Halt(e.Message);
            return Refusal.Faulted(e.Message);
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Message);
        }
    }

    /// <summary>
    /// What is stored is not what was signed, and the database does not know it. An integrity failure is fatal: every line stops where it is,
    /// until the station is started on a sound store.
    /// </summary>
    private void Halt(string reason)
    {
        if (Interlocked.CompareExchange(ref damage, reason, null) is not null) return;
        StationLog.Damaged(log, reason);
        foreach (var open in lines.Values) _ = open.Host.HaltAsync();
    }
}
