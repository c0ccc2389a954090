using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Lines;
using Parley.Station.Telemetry;
using Parley.Station.Traffic;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>Takes attachments in: bytes first into a file, then into the store, then an entry that refers to them. What
/// comes to nothing leaves nothing behind.</summary>
/// <param name="premises">What the desk stands on.</param>
/// <param name="lines">The lines that there are.</param>
/// <param name="integrity">What is told where a line refuses.</param>
/// <param name="reserve">Whether there is room.</param>
/// <param name="folder">Where the files lie meanwhile.</param>
internal sealed class AttachmentIntake(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    DiskReserve reserve,
    string folder
) : IAttachmentIntake
{
    /// <summary>Files that hold an attachment while it is taken in. A killed station leaves one behind; the next start
    /// removes it.</summary>
    private const string SpoolPrefix = "spool-";
    private static readonly TimeSpan DropAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>Removes what a station that was killed left: half-written files, and attachments that no open entry of a
    /// line refers to. Those of others that are still on their way stay.</summary>
    internal static async Task ClearAsync(
        string folder,
        IStationStore store,
        StationSnapshot snapshot,
        CancellationToken ct
    )
    {
        await DropLeftoversAsync(store, snapshot, ct);
        foreach (var spool in Directory.EnumerateFiles(folder, $"{SpoolPrefix}*"))
            File.Delete(spool); // the directory's lock is ours
    }

    public async Task<Outcome<Attached>> AttachAsync(
        LineId line,
        NewAttachment draft,
        Stream content,
        TimeSpan? wait,
        CancellationToken ct
    )
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (AuthorCheck.Seat(draft.By, NewAttachment.Kind) is { } seat)
            return seat;
        var about = new EntryDraft(
            NewAttachment.Kind,
            null,
            draft.By,
            draft.Precedence,
            draft.Mark,
            draft.Re,
            draft.To
        );
        if (AuthorCheck.Alone(open.Traffic.Document, premises.Self, about, premises.Now) is { } unfit)
            return unfit;
        if (reserve.Refusal is { } full)
            return Refusal.NoRoom(full);
        var spool = System.IO.Path.Combine(folder, $"{SpoolPrefix}{Convert.ToHexStringLower(Randomness.Bytes(8))}");
        try
        {
            await using var file = new FileStream(
                spool,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.ReadWrite,
                    Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
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
                if (size > Body.MaxAttachment)
                    return Refusal.TooLarge($"an attachment is at most {Body.MaxAttachment} bytes");
                committed.Append(buffer.AsSpan(0, read));
                plain.Append(buffer.AsSpan(0, read));
                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }
            var sha256 = plain.Finish().ToHex();
            var commitment = committed.Finish();
            var attachment = new AttachmentId(open.Host.Identity.Own, commitment);
            var entry = new NewEntry
            {
                Kind = NewAttachment.Kind,
                By = draft.By,
                Precedence = draft.Precedence,
                Mark = draft.Mark,
                Re = draft.Re ?? [],
                To = draft.To,
            };
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
                // Where the entry may be on the record all the same, its bytes stay: bytes without an entry cost room,
                // an entry without its bytes a promise.
                if (size > Body.MaxInline && refused.Code is not ("in-doubt" or "store-fault" or "stopping"))
                    Drop(attachment);
                return integrity.Refused(refused);
            }
            if (wait is { } limit)
                await open.ReachAsync(premises, recorded.First.Seq + 1, limit, ct);
            var settled = open.Settlement(recorded.First, recorded.At, wait is not null);
            return new Attached(
                recorded.First,
                size,
                sha256,
                settled.Sealed,
                settled.Settled,
                WaitCutShort: wait is not null && !settled.Sealed && premises.Stopping.IsCancellationRequested
            );
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

    /// <summary>Puts the whole into the store; what a failure leaves there is dropped, now or when the store works
    /// again.</summary>
    private async Task StoreAsync(
        FileStream file,
        AttachmentId attachment,
        long length,
        byte[] buffer,
        CancellationToken ct
    )
    {
        file.Position = 0;
        try
        {
            await premises.Store.CommitAsync([new BeginAttachment(attachment, length)], ct);
            for (long offset = 0; offset < length; )
            {
                var read = await file.ReadAtLeastAsync(
                    buffer,
                    (int)Math.Min(buffer.Length, length - offset),
                    cancellationToken: ct
                );
                await premises.Store.CommitAsync([new PutAttachmentChunk(attachment, offset, buffer[..read])], ct);
                offset += read;
            }
            await premises.Store.CommitAsync([new CompleteAttachment(attachment)], ct);
        }
        catch
        {
            Drop(attachment);
            throw;
        }
    }

    /// <summary>Forgets the bytes of an attachment that no entry refers to. While the store takes no writes they wait;
    /// a restart drops them, too.</summary>
    private void Drop(AttachmentId attachment) => _ = DropAsync(attachment);

    private async Task DropAsync(AttachmentId attachment)
    {
        for (var told = false; ; told = true)
        {
            try
            {
                await premises.Store.CommitAsync(
                    [new DropAttachment(attachment, EvenComplete: true)],
                    CancellationToken.None
                );
                return;
            }
            catch (StoreFaultException e)
            {
                if (!told)
                    StationLog.LeftoverKept(premises.Log, e.Message);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            try
            {
                await Task.Delay(DropAgainAfter, premises.Clock, premises.Stopping);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task DropLeftoversAsync(IStationStore store, StationSnapshot snapshot, CancellationToken ct)
    {
        if (snapshot.IncompleteAttachments.Count == 0)
            return;
        var wanted = new HashSet<AttachmentId>();
        foreach (var row in snapshot.Lines)
        {
            foreach (var entry in LineLoader.OpenAttachments(snapshot, row.Line))
            {
                var feed = new Origin(row.Line, entry.Party);
                if (
                    store.ReadEntry(feed, entry.Seq) is { } stored
                    && EntryHeader.Parse(stored.Header).TryGet(out var header, out _)
                    && header.Body is { } commitment
                )
                    wanted.Add(new AttachmentId(feed, commitment));
            }
        }
        foreach (var left in snapshot.IncompleteAttachments.Where(a => !wanted.Contains(a.Attachment)))
            await store.CommitAsync([new DropAttachment(left.Attachment)], ct);
    }
}
