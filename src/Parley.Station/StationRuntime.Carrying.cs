using Parley.Crypto;
using Parley.Link;
using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Carry;
using Parley.Station.Lines;
using Parley.Storage;

namespace Parley.Station;

/// <summary>The record by another path than the wire: sealed files, made and taken. What the machine says decides; here bytes are moved. CARRY-1 to CARRY-9.</summary>
internal sealed partial class StationRuntime : ICarryOperations
{
    private readonly LineSecrets secrets;

    public Outcome<LineSecretView> Secret(LineId line) =>
        !TryOpen(line, out _) ? Refusal.UnknownLine(line.Value) : Describe(line, secrets.Of(line)?.Fingerprint);

    public Outcome<LineSecretView> KeepSecret(LineId line, ReadOnlyMemory<byte> keyFile, bool replace)
    {
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        if (open.Host.Identity.Peers.Count == 0) return Refusal.Invalid("a journal is shared with nobody");
        return secrets.Keep(line, keyFile.Span, replace).TryGet(out var fingerprint, out var why) ? Describe(line, fingerprint) : why;
    }

    private static LineSecretView Describe(LineId line, Hash? fingerprint) =>
        fingerprint is { } hash && Fingerprint.Of(hash) is var shown ? new LineSecretView(line, hash.ToHex(), shown.Words) : new LineSecretView(line, null, null);

    public Task<Outcome<CarryOut>> BeginCarryAsync(LineId line, PartyId to, ulong? from)
    {
        Attend();
        return BeginCarryAsync(line, to, from, long.MaxValue);
    }

    /// <param name="target">Bytes after which nothing more is added; what is left out goes with the next file.</param>
    private async Task<Outcome<CarryOut>> BeginCarryAsync(LineId line, PartyId to, ulong? from, long target)
    {
        if (!TryOpen(line, out var open)) return Refusal.UnknownLine(line.Value);
        if (!open.Host.Identity.Peers.Contains(to)) return Refusal.UnknownParty(to.Value);
        if (secrets.Of(line) is not { } secret) return NoSecret(line);
        var size = open.Host.SizeOf(Self);
        var start = from ?? Math.Min(size, open.Host.CosignedSizes(Self)[to]);
        if (start > size) return Refusal.Invalid($"our feed has {size} entries");
        var cosigned = await open.Host.AskAsync(token => new LinkEvent.CosignatureWanted(token, to));
        if (cosigned.Status is not (200 or 204)) return Refusal.LineNotOpen(cosigned.Reason);
        return CarrySealer.Create(line, Self, open.Host.Identity.Document.CardOf(to)!, secret, keys.Log) is { } sealer
            ? new CarryFile(open.Host, store, sealer, to, start, size, cosigned, clock.GetUtcNow(), target)
            : Refusal.Invalid($"nothing can be sealed for the key on the card of {to}");
    }

    private static Refusal NoSecret(LineId line) =>
        new("no-secret", $"line {line} has no secret yet: make one with 'parley line secret --new FILE' and hand it to the other party in person", 409);

    /// <param name="host">Whose feed is carried.</param>
    /// <param name="store">Gives the attachments.</param>
    /// <param name="sealer">Seals for the receiver; disposed with this.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="from">Entries that it is taken to hold.</param>
    /// <param name="until">Entries that it is to hold.</param>
    /// <param name="cosigned">Our cosignature on its feed, if we hold anything of it.</param>
    /// <param name="at">The time that the file states.</param>
    /// <param name="target">Bytes after which nothing more is added.</param>
    private sealed class CarryFile(LineHost host, IStationStore store, CarrySealer sealer, PartyId to, ulong from, ulong until, LinkAnswer cosigned, DateTimeOffset at, long target) : CarryOut
    {
        internal override LineId Line => host.Identity.Line;
        internal override ulong From => from;
        internal override ulong To => until;

        internal override async Task WriteAsync(Stream stream, CancellationToken ct)
        {
            long written = 0;
            await stream.WriteAsync(sealer.Head, ct);
            await Write(new CarryPart.Opening(Convert.ToHexStringLower(Randomness.Bytes(CarryPart.IdLength)), at, from, until));
            if (cosigned.Status == 200 && SignedCheckpoint.Parse(cosigned.Body.Span).TryGet(out var checkpoint, out _)) await Write(new CarryPart.Cosigned(checkpoint));
            for (var next = from; (next < until || next == from) && written < target;)
            {
                var answer = await host.AskAsync(token => new LinkEvent.PushWanted(token, to, next));
                if (answer.Status == 204) break;
                if (answer.Status != 200 || !EntryBatch.ReadOffer(answer.Body, out _).TryGet(out var offer, out _)) throw new IOException(answer.Reason);
                await Write(new CarryPart.Push(answer.Body));
                if (offer.Checkpoint.Checkpoint.Size == next) break; // nothing new but others' cosignatures
                next = offer.Checkpoint.Checkpoint.Size;
            }
            foreach (var seq in host.AttachmentsOwedTo(to).Where(seq => seq < until)) await WriteAttachmentAsync(seq);
            await stream.WriteAsync(sealer.SealEnd(), ct);

            async Task Write(CarryPart part)
            {
                var framed = sealer.Seal(part);
                written += framed.Length;
                await stream.WriteAsync(framed, ct);
            }

            async Task WriteAttachmentAsync(ulong seq)
            {
                if (store.ReadFeed(host.Identity.Own, seq, 1, 1, withBodies: false) is not [var entry] || !EntryHeader.Parse(entry.Header).TryGet(out var header, out _)) return;
                if (header.To is { } addressed && !addressed.Contains(to)) return;
                var attachment = new AttachmentId(host.Identity.Own, header.Body!.Value);
                if (store.ReadAttachment(attachment) is not { Complete: true } state || state.Length > target - written) return;
                var buffer = new byte[LinkLimits.AttachmentChunkBytes];
                for (long offset = 0; offset < state.Length;)
                {
                    var read = store.ReadAttachmentChunk(attachment, offset, buffer);
                    if (read == 0) throw new IOException($"the attachment of {header.Id} cannot be read");
                    await Write(new CarryPart.Attachment(seq, offset, buffer.AsMemory(0, read)));
                    offset += read;
                }
            }
        }

        public override void Dispose() => sealer.Dispose();
    }

    public Task<Outcome<CarriedView>> TakeCarriedAsync(Stream content, CancellationToken ct)
    {
        Attend();
        return TakeAsync(content, ct);
    }

    /// <summary>As above, when no officer brought it.</summary>
    private async Task<Outcome<CarriedView>> TakeAsync(Stream content, CancellationToken ct)
    {
        var head = new byte[CarrySeal.HeadLength];
        if (await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct) < head.Length || !CarrySeal.IsHead(head)) return Refusal.Invalid("this is no file that parley carry export made");
        using var opener = Recognise(head);
        if (opener is null)
        {
            return new Refusal(Refusal.NotForUs, "this file is for none of our lines: it was sealed for another party, or with another secret than the line's (compare: parley line secret)", 409);
        }
        return await new CarriedReader(lines[opener.Line].Host, opener, () => reserve.Refusal).TakeAsync(content, ct);
    }

    /// <summary>Who sealed it, and on which line: each line with a secret is tried, at the price of one key derivation for each of its parties.</summary>
    private CarryOpener? Recognise(ReadOnlySpan<byte> head)
    {
        foreach (var (line, open) in lines)
        {
            if (secrets.Of(line) is not { } secret) continue;
            foreach (var peer in open.Host.Identity.Peers)
            {
                if (CarryOpener.Create(head, line, open.Host.Identity.Document.CardOf(peer)!, Self, keys.Agreement, secret) is { } opener) return opener;
            }
        }
        return null;
    }
}
