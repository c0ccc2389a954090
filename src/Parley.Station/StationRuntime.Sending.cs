using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Lines;
using Parley.Station.Traffic;
using Parley.Storage;
using Wire = Parley.Link.Wire;

namespace Parley.Station;

/// <summary>What officers put on the record, and say off it.</summary>
internal sealed partial class StationRuntime
{
    /// <summary>Drafts handed to the line at once while a batch is read.</summary>
    private const int BatchSize = 512;
    /// <summary>Appends of one batch that may wait for the store; more would only fill memory.</summary>
    private const int BatchesUnderWay = 8;
    /// <summary>Files that hold an attachment while it is taken in. A killed station leaves one behind; the next start removes it.</summary>
    private const string SpoolPrefix = "spool-";
    private static readonly TimeSpan DropAgainAfter = TimeSpan.FromSeconds(1);
    /// <summary>How long a message off the record is waited for before the sender is told how far it came.</summary>
    private static readonly TimeSpan OffRecordWait = TimeSpan.FromSeconds(5);

    public async Task<Outcome<Appended>> AppendAsync(LineId line, EntryDraft draft, TimeSpan? wait, CancellationToken ct)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        var began = clock.GetTimestamp();
        if (!(await RecordAsync(open, draft, ct)).TryGet(out var recorded, out var why)) return why;
        var reached = wait is { } limit && await ReachAsync(open, recorded.First.Seq + 1, limit, ct);
        if (reached) StationMetrics.SealTime.Record(clock.GetElapsedTime(began).TotalSeconds);
        return Settlement(open, recorded.First, recorded.At, waited: wait is not null) with { WaitCutShort = wait is not null && !reached && stopping.IsCancellationRequested };
    }

    public async Task<Outcome<AppendedBatch>> AppendBatchAsync(LineId line, IAsyncEnumerable<EntryDraft> drafts, TimeSpan? wait, CancellationToken ct)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        var underWay = new Queue<Task<AppendOutcome>>();
        var run = new AppendRun();
        var waiting = new List<Draft>(BatchSize);
        EntryId? first = null, last = null;
        long count = 0;
        AppendOutcome.Refused? refused = null;
        Refusal? unfit = null;
        (string Kind, string Seat, string? Second) seated = default;

        async Task SettleOneAsync()
        {
            switch (await underWay.Dequeue())
            {
                case AppendOutcome.Recorded recorded when refused is null:
                    first ??= recorded.First;
                    last = recorded.First with { Seq = recorded.First.Seq + (ulong)recorded.Count - 1 };
                    count += recorded.Count;
                    break;
                case AppendOutcome.Refused why:
                    refused ??= why;
                    break;
            }
        }

        await foreach (var draft in drafts.WithCancellation(ct))
        {
            if (seated != (draft.Kind, draft.By.Seat, draft.By.ReleasedBy?.Seat))
            {
                unfit = AuthorCheck.Seat(draft.By, draft.Kind);
                seated = (draft.Kind, draft.By.Seat, draft.By.ReleasedBy?.Seat);
            }
            if (unfit is null && !AuthorCheck.IsPlain(draft))
            {
                // It is judged by what stands in the record, and what came before it in this batch is to stand there by then.
                if (waiting.Count > 0) underWay.Enqueue(open.Host.AppendAsync(waiting, run));
                waiting = new List<Draft>(BatchSize);
                while (underWay.Count > 0) await SettleOneAsync();
                if (refused is not null) break;
                if ((await RecordAsync(open, draft, ct)).TryGet(out var recorded, out unfit)) underWay.Enqueue(Task.FromResult<AppendOutcome>(recorded));
                if (unfit is null) continue;
            }
            if (unfit is not null) break;
            waiting.Add(Drafted(draft));
            if (waiting.Count < BatchSize) continue;
            while (underWay.TryPeek(out var head) && (head.IsCompleted || underWay.Count >= BatchesUnderWay)) await SettleOneAsync();
            if (refused is not null) break;
            underWay.Enqueue(open.Host.AppendAsync(waiting, run));
            waiting = new List<Draft>(BatchSize);
        }
        if (waiting.Count > 0 && refused is null) underWay.Enqueue(open.Host.AppendAsync(waiting, run));
        while (underWay.Count > 0) await SettleOneAsync();
        if (refused is not null) return Refused(refused with { Reason = $"{refused.Reason} ({count} entries before it are recorded)" });
        if (unfit is not null) return unfit with { Reason = $"{unfit.Reason} ({count} entries before it are recorded)" };
        var isSealed = last is { } end && (wait is { } limit ? await ReachAsync(open, end.Seq + 1, limit, ct) : open.Host.SealedSize(Self) > end.Seq);
        return new AppendedBatch(first, last, count, isSealed, WaitCutShort: wait is not null && !isSealed && stopping.IsCancellationRequested);
    }

    public async Task<Outcome<Attached>> AttachAsync(LineId line, AttachmentDraft draft, Stream content, TimeSpan? wait, CancellationToken ct)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        if (AuthorCheck.Seat(draft.By, AttachmentDraft.Kind) is { } seat) return seat;
        var about = new EntryDraft(AttachmentDraft.Kind, null, draft.By, draft.Precedence, draft.Mark, draft.Re, draft.To);
        if (AuthorCheck.Alone(open.Traffic.Document, Self, about, clock.GetUtcNow()) is { } unfit) return unfit;
        if (reserve.Refusal is { } full) return Refusal.NoRoom(full);
        var spool = System.IO.Path.Combine(directory.Path, $"{SpoolPrefix}{Convert.ToHexStringLower(Randomness.Bytes(8))}");
        try
        {
            await using var file = new FileStream(spool, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            var salt = Randomness.Bytes(Body.SaltLength);
            await file.WriteAsync(salt, ct);
            using var committed = new RunningSha256();
            using var plain = new RunningSha256();
            committed.Append(salt);
            var buffer = new byte[LinkLimits.AttachmentChunkBytes];
            long size = 0;
            while (await content.ReadAsync(buffer, ct) is var read and > 0)
            {
                size += read;
                if (size > Body.MaxAttachment) return Refusal.TooLarge($"an attachment is at most {Body.MaxAttachment} bytes");
                committed.Append(buffer.AsSpan(0, read));
                plain.Append(buffer.AsSpan(0, read));
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }
            var sha256 = plain.Finish().ToHex();
            var commitment = committed.Finish();
            var attachment = new AttachmentId(open.Host.Identity.Own, commitment);
            var entry = new Draft { Kind = AttachmentDraft.Kind, By = draft.By, Precedence = draft.Precedence, Mark = draft.Mark, Re = draft.Re ?? [], To = draft.To };
            if (size <= Body.MaxInline)
            {
                var body = new byte[size];
                file.Position = Body.SaltLength;
                await file.ReadExactlyAsync(body, ct);
                entry = entry with { Salt = salt, Body = body };
            }
            else
            {
                await StoreAsync(file, attachment, size + Body.SaltLength, buffer, ct);
                entry = entry with { Attachment = new AttachedBody(commitment, size) };
            }
            var outcome = await open.Host.AppendAsync([entry]);
            if (outcome is not AppendOutcome.Recorded recorded)
            {
                var refused = (AppendOutcome.Refused)outcome;
                // Where the entry may be on the record all the same, its bytes stay: bytes without an entry cost room, an entry without its bytes a promise.
                if (size > Body.MaxInline && refused.Code is not ("in-doubt" or "store-fault" or "stopping")) Drop(attachment);
                return Refused(refused);
            }
            if (wait is { } limit) await ReachAsync(open, recorded.First.Seq + 1, limit, ct);
            var settled = Settlement(open, recorded.First, recorded.At, wait is not null);
            return new Attached(recorded.First, size, sha256, settled.Sealed, settled.Settled, WaitCutShort: wait is not null && !settled.Sealed && stopping.IsCancellationRequested);
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Fault.Message);
        }
        catch (IOException e)
        {
            return Refusal.Faulted($"the attachment could not be spooled: {e.Message}");
        }
    }

    /// <summary>Puts the whole into the store; what a failure leaves there is dropped, now or when the store works again.</summary>
    private async Task StoreAsync(FileStream file, AttachmentId attachment, long length, byte[] buffer, CancellationToken ct)
    {
        file.Position = 0;
        try
        {
            await store.CommitAsync([new BeginAttachment(attachment, length)], ct);
            for (long offset = 0; offset < length;)
            {
                var read = await file.ReadAtLeastAsync(buffer, (int)Math.Min(buffer.Length, length - offset), cancellationToken: ct);
                await store.CommitAsync([new PutAttachmentChunk(attachment, offset, buffer[..read])], ct);
                offset += read;
            }
            await store.CommitAsync([new CompleteAttachment(attachment)], ct);
        }
        catch
        {
            Drop(attachment);
            throw;
        }
    }

    /// <summary>Forgets the bytes of an attachment that no entry refers to. While the store takes no writes they wait; a restart drops them, too.</summary>
    private void Drop(AttachmentId attachment) => _ = DropAsync(attachment);

    private async Task DropAsync(AttachmentId attachment)
    {
        for (var told = false; ; told = true)
        {
            try
            {
                await store.CommitAsync([new DropAttachment(attachment, EvenComplete: true)], CancellationToken.None);
                return;
            }
            catch (StoreFaultException e)
            {
                if (!told) StationLog.LeftoverKept(log, e.Message);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            try
            {
                await Task.Delay(DropAgainAfter, clock, stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>
    /// What a station that was killed left half taken in: attachments that no open entry of a line refers to. Those of others that are still on their way stay.
    /// </summary>
    private static async Task DropLeftoversAsync(IStationStore store, StationSnapshot snapshot, CancellationToken ct)
    {
        if (snapshot.IncompleteAttachments.Count == 0) return;
        var wanted = new HashSet<AttachmentId>();
        foreach (var row in snapshot.Lines)
        {
            foreach (var entry in LineLoader.OpenAttachments(snapshot, row.Line))
            {
                var feed = new Origin(row.Line, entry.Party);
                if (store.ReadEntry(feed, entry.Seq) is { } stored && EntryHeader.Parse(stored.Header).TryGet(out var header, out _) && header.Body is { } commitment) wanted.Add(new AttachmentId(feed, commitment));
            }
        }
        foreach (var left in snapshot.IncompleteAttachments.Where(a => !wanted.Contains(a.Attachment))) await store.CommitAsync([new DropAttachment(left.Attachment)], ct);
    }

    public async Task<Outcome<IReadOnlyDictionary<PartyId, bool>>> SendOffRecordAsync(LineId line, OffRecordDraft draft, CancellationToken ct)
    {
        Attend();
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        var peers = open.Host.Identity.Peers;
        if (draft.To?.FirstOrDefault(p => !peers.Contains(p)) is { Value.Length: > 0 } stranger) return Refusal.UnknownParty(stranger.Value);
        if (draft.Precedence == Precedence.Flash && open.Host.Identity.Document.Policy.TwoPeople.Contains(LinePolicy.Flash))
            return new Refusal(AuthorCheck.TwoOfficers, "FLASH takes two officers on this line, and off the record nobody releases: send it on the record, or less urgently", 409);
        var to = draft.To ?? peers;
        var message = new Wire.OffRecordMessage
        {
            Id = Convert.ToHexStringLower(Randomness.Bytes(16)), At = clock.GetUtcNow(), Seat = draft.By.Seat, Name = draft.By.Name, Precedence = draft.Precedence, Mark = draft.Mark, Text = draft.Text,
        };
        if (!Wire.OffRecordMessage.Parse(message.Encode()).TryGet(out _, out _)) return Refusal.TooLarge($"a message off the record is at most {LinkLimits.MaxOffRecordBytes} bytes");
        var delivered = open.OffRecord.Sent(Self, message, to);
        open.Host.SendOffRecord(message, to);
        await Task.WhenAny(delivered, Task.Delay(OffRecordWait, clock, ct));
        return Outcome<IReadOnlyDictionary<PartyId, bool>>.Of(open.OffRecord.DeliveryOf(message.Id));
    }

    public Outcome<IReadOnlyList<Api.OffRecordMessage>> OffRecord(LineId line)
    {
        Attend();
        return TryOpen(line, out var open) ? Outcome<IReadOnlyList<Api.OffRecordMessage>>.Of(open.OffRecord.All()) : Refusal.UnknownLine(line.Value);
    }

    private async Task<bool> ReachAsync(OpenLineHost open, ulong size, TimeSpan limit, CancellationToken ct)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(ct, stopping.Token);
        return await open.Sealed.ReachAsync(size, limit, clock, given.Token);
    }

    private Appended Settlement(OpenLineHost open, EntryId id, DateTimeOffset at, bool waited)
    {
        var sizes = open.Host.CosignedSizes(Self);
        var by = sizes.Where(s => s.Value > id.Seq).Select(s => s.Key).ToList();
        var isSealed = by.Count == sizes.Count;
        return new Appended(id, at, isSealed, by, isSealed ? Settled.Sealed : by.Count > 0 ? Settled.Delivered : waited ? Settled.Undelivered : Settled.Recorded);
    }

    private static Draft Drafted(EntryDraft draft) => new()
    {
        Kind = draft.Kind, Mark = draft.Mark, Precedence = draft.Precedence, By = draft.By, Re = draft.Re ?? [], To = draft.To, Lang = draft.Lang,
        Salt = draft.Body is null ? null : Randomness.Bytes(Body.SaltLength), Body = draft.Body,
    };

    /// <summary>Damage is told before anything else, but not in the place of a doubt: what is in doubt may be on the record.</summary>
    private Refusal Refused(AppendOutcome.Refused refused) => Volatile.Read(ref damage) is { } reason && refused.Code != AppendOutcome.InDoubt.Code ? Refusal.Faulted(reason) : new(refused.Code, refused.Reason, refused.Code switch
    {
        "bad-draft" or "empty" => 400,
        "unknown-entry" => 404,
        "busy" => 429,
        "store-fault" or "in-doubt" or "stopping" or "catching-up" => 503,
        _ => 409,
    });
}
