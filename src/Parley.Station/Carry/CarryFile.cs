using Parley.Crypto;
using Parley.Link;
using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Carry;

/// <summary>One file for a party, its extent fixed, sealed while it is written. CARRY-1 to CARRY-4.</summary>
internal sealed class CarryFile : CarryOut
{
    private readonly ICarriedLine host;
    private readonly IStationStore store;
    private readonly CarrySealer sealer;
    private readonly PartyId to;

    /// <summary>Our cosignature on the receiver's feed, if we hold anything of it.</summary>
    private readonly LinkAnswer cosigned;
    private readonly Extent extent;
    private long written;

    /// <param name="From">Entries that the receiver is taken to hold.</param>
    /// <param name="Until">Our size.</param>
    /// <param name="At">The time that the file states.</param>
    /// <param name="Target">Bytes after which nothing more is added.</param>
    private sealed record Extent(ulong From, ulong Until, DateTimeOffset At, long Target);

    private CarryFile(
        ICarriedLine host,
        IStationStore store,
        CarrySealer sealer,
        PartyId to,
        Extent extent,
        LinkAnswer cosigned
    ) =>
        (this.host, this.store, this.sealer, this.to, this.extent, this.cosigned) = (
            host,
            store,
            sealer,
            to,
            extent,
            cosigned
        );

    internal override LineId Line => host.Identity.Line;
    internal override ulong From => extent.From;
    internal override ulong To => extent.Until;

    /// <param name="host">Whose feed is carried.</param>
    /// <param name="store">Gives the attachments.</param>
    /// <param name="secret">The line's.</param>
    /// <param name="to">The receiver, a peer on the line.</param>
    /// <param name="from">Entries that it is taken to hold; null for what it is known to have cosigned.</param>
    /// <param name="at">The time that the file states.</param>
    /// <param name="target">Bytes after which nothing more is added; what is left out goes with the next file.</param>
    internal static async Task<Outcome<CarryOut>> BeginAsync(
        ICarriedLine host,
        IStationStore store,
        LineSecret secret,
        PartyId to,
        ulong? from,
        DateTimeOffset at,
        long target
    )
    {
        var self = host.Identity.Self;
        var size = host.SizeOf(self);
        var start = from ?? Math.Min(size, host.CosignedSizes(self)[to]);
        if (start > size)
            return Refusal.Invalid($"our feed has {size} entries");
        var receipt = await host.AskAsync(token => new LinkEvent.CosignatureWanted(token, to));
        if (receipt.Status is not (200 or 204))
            return Refusal.LineNotOpen(receipt.Reason);
        return
            CarrySealer.Create(
                host.Identity.Line,
                self,
                host.Identity.Document.CardOf(to)!,
                secret,
                host.Identity.LogKey
            )
                is { } sealer
            ? new CarryFile(host, store, sealer, to, new Extent(start, size, at, target), receipt)
            : Refusal.Invalid($"nothing can be sealed for the key on the card of {to}");
    }

    internal override async Task WriteAsync(Stream stream, CancellationToken ct)
    {
        await stream.WriteAsync(sealer.Head, ct);
        await WriteAsync(
            stream,
            new CarryPart.Opening(Convert.ToHexStringLower(Randomness.Bytes(CarryPart.IdLength)), extent.At, From, To),
            ct
        );
        if (cosigned.Status == 200 && SignedCheckpoint.Parse(cosigned.Body.Span).TryGet(out var checkpoint, out _))
            await WriteAsync(stream, new CarryPart.Cosigned(checkpoint), ct);
        for (var next = From; (next < To || next == From) && written < extent.Target; )
        {
            var answer = await host.AskAsync(token => new LinkEvent.PushWanted(token, to, next));
            if (answer.Status == 204)
                break;
            if (answer.Status != 200 || !EntryBatch.ReadOffer(answer.Body, out _).TryGet(out var offer, out _))
                throw new IOException(answer.Reason);
            await WriteAsync(stream, new CarryPart.Push(answer.Body), ct);
            if (offer.Checkpoint.Checkpoint.Size == next)
                break; // nothing new but others' cosignatures
            next = offer.Checkpoint.Checkpoint.Size;
        }
        foreach (var seq in host.AttachmentsOwedTo(to).Where(seq => seq < To))
            await WriteAttachmentAsync(stream, seq, ct);
        await stream.WriteAsync(sealer.SealEnd(), ct);
    }

    private async Task WriteAsync(Stream stream, CarryPart part, CancellationToken ct)
    {
        var framed = sealer.Seal(part);
        written += framed.Length;
        await stream.WriteAsync(framed, ct);
    }

    private async Task WriteAttachmentAsync(Stream stream, ulong seq, CancellationToken ct)
    {
        if (
            store.ReadFeed(host.Identity.Own, seq, 1, 1, withBodies: false) is not [var entry]
            || !EntryHeader.Parse(entry.Header).TryGet(out var header, out _)
        )
            return;
        if (header.To is { } addressed && !addressed.Contains(to))
            return;
        var attachment = new AttachmentId(host.Identity.Own, header.Body!.Value);
        if (store.ReadAttachment(attachment) is not { Complete: true } state || state.Length > extent.Target - written)
            return;
        var buffer = new byte[LinkLimits.AttachmentChunkBytes];
        for (long offset = 0; offset < state.Length; )
        {
            var read = store.ReadAttachmentChunk(attachment, offset, buffer);
            if (read == 0)
                throw new IOException($"the attachment of {header.Id} cannot be read");
            await WriteAsync(stream, new CarryPart.Attachment(seq, offset, buffer.AsMemory(0, read)), ct);
            offset += read;
        }
    }

    public override void Dispose() => sealer.Dispose();
}
