using System.Buffers.Binary;
using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Station.Carry;

/// <summary>Takes one carried file, part by part: each part is durable, or refused, before the next is read. CARRY-5 to
/// CARRY-8.</summary>
/// <param name="host">The line it is of.</param>
/// <param name="opener">Opens its parts.</param>
/// <param name="full">Why nothing more may be taken from peers now, if so.</param>
internal sealed class CarriedReader(ICarriedLine host, CarryOpener opener, Func<string?> full)
{
    private CarryPart.Opening? opening;
    private ulong taken,
        heldBefore;
    private ulong? confirmed;
    private int attachments;

    /// <summary>True once a part was not taken for a reason that passes: our own store, our own feed, too much at
    /// once.</summary>
    private bool again;

    /// <summary>The attachment that is being brought: whose, how much of it is here, and whether it was whole
    /// before.</summary>
    private (ulong Seq, long Held, bool Complete)? attachment;

    /// <summary>Ready to open, where a file with this head was sealed for us by another party of the line; else
    /// null.</summary>
    internal static CarryOpener? Recognise(
        ReadOnlySpan<byte> head,
        LineIdentity identity,
        AgreementKey own,
        LineSecret secret
    )
    {
        foreach (var peer in identity.Peers)
        {
            if (
                CarryOpener.Create(head, identity.Line, identity.Document.CardOf(peer)!, identity.Self, own, secret) is
                { } opener
            )
                return opener;
        }
        return null;
    }

    internal async Task<Outcome<CarriedView>> TakeAsync(Stream content, CancellationToken ct)
    {
        string? stopped = null;
        var length = new byte[CarrySeal.LengthBytes];
        while (stopped is null)
        {
            var read = await content.ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false, ct);
            if (read == 0 && opener.Ended)
                break;
            if (read < length.Length)
            {
                stopped = read == 0 ? "the file ends before its end" : "the file is cut within a length";
                break;
            }
            var size = BinaryPrimitives.ReadUInt32BigEndian(length);
            if (size is 0 or > CarrySeal.MaxBox)
            {
                stopped = "a part of no possible length";
                break;
            }
            var box = new byte[size];
            if (await content.ReadAtLeastAsync(box, box.Length, throwOnEndOfStream: false, ct) < box.Length)
            {
                stopped = "the file is cut within a part";
                break;
            }
            if (!opener.Open(box).TryGet(out var part, out var why))
                stopped = why;
            else if (part is not CarryPart.Opening && full() is { } reason)
                (stopped, again) = (reason, true);
            else
                stopped = await TakeAsync(part);
        }
        if (opening is null)
            return Refusal.Invalid(stopped ?? "the file is empty");
        return new CarriedView(
            opener.Line,
            opener.From,
            opening.Id,
            opening.At,
            opening.From,
            opening.To,
            taken,
            heldBefore,
            confirmed,
            attachments,
            opener.Ended && stopped is null,
            stopped,
            again
        );
    }

    /// <summary>Null when it was taken; else why no more can be.</summary>
    private async Task<string?> TakeAsync(CarryPart part)
    {
        switch (part)
        {
            case CarryPart.Opening first:
                opening = first;
                return null;
            case CarryPart.Cosigned:
                var receipt = await AskAsync(part);
                if (
                    receipt.Status == 200
                    && ulong.TryParse(Encoding.ASCII.GetString(receipt.Body.Span).TrimEnd('\n'), out var size)
                )
                    confirmed = size;
                return receipt.Status is 200 or 204 ? null : receipt.Reason;
            case CarryPart.Push push:
                return await TakeAsync(push);
            case CarryPart.Attachment bytes:
                return await TakeAsync(bytes);
            default:
                // What is known to be held needs no bytes; but a receiver that was given an old store does not hold it
                // any more.
                return opening!.From > host.SizeOf(opener.From) ? Gap(opening.From, host.SizeOf(opener.From)) : null;
        }
    }

    private static string Gap(ulong from, ulong held) =>
        $"it goes on from entry {from}, and {held} are held: what lies between is on its way by another path, or in another file";

    private async Task<string?> TakeAsync(CarryPart.Push push)
    {
        if (!EntryBatch.ReadOffer(push.Bytes, out _).TryGet(out var offer, out var why))
            return why;
        var (from, to) = (offer.OldSize, offer.Checkpoint.Checkpoint.Size);
        var before = host.SizeOf(opener.From);
        var answer = await AskAsync(push);
        if (answer.Status == 200)
        {
            var start = Math.Max(from, before);
            taken += to - start;
            heldBefore += start - from;
            return null;
        }
        if (answer.Status != 409)
            return answer.Reason;
        var held = host.SizeOf(opener.From);
        if (from > held)
            return Gap(from, held);
        heldBefore += to - from; // it came by another path
        return null;
    }

    private async Task<string?> TakeAsync(CarryPart.Attachment part)
    {
        if (attachment?.Seq != part.Seq)
        {
            // Who says that more is held than is leaves out what lies between; to bring the rest is no fault of its
            // own.
            if (part.Seq >= host.SizeOf(opener.From))
                return Gap(opening!.From, host.SizeOf(opener.From));
            var asked = await AskAsync(part with { Bytes = ReadOnlyMemory<byte>.Empty });
            if (asked.Status == 429)
                return $"the attachment of {opener.From}/{part.Seq}: {asked.Reason}";
            if (asked.Status != 200 || !AttachmentHeld.Parse(asked.Body.Span).TryGet(out var state, out _))
                return asked.Reason;
            attachment = (part.Seq, state.Held, state.Complete);
        }
        var current = attachment!.Value;
        var end = part.Offset + part.Bytes.Length;
        if (current.Complete || end <= current.Held)
            return null; // here already
        if (part.Offset > current.Held)
            return $"the attachment of {opener.From}/{part.Seq} goes on at byte {part.Offset}, and {current.Held} are held";
        var answer = await AskAsync(
            part with
            {
                Offset = current.Held,
                Bytes = part.Bytes[(int)(current.Held - part.Offset)..],
            }
        );
        if (answer.Status is not (200 or 409) || !AttachmentHeld.Parse(answer.Body.Span).TryGet(out var now, out _))
            return answer.Reason;
        if (now.Complete)
            attachments++;
        attachment = (part.Seq, now.Complete ? end : now.Held, now.Complete);
        return null;
    }

    private async Task<LinkAnswer> AskAsync(CarryPart part)
    {
        var answer = await host.AskAsync(token => new LinkEvent.CarriedArrived(token, opener.From, part));
        again |= answer.Status is 429 or 503;
        return answer;
    }
}
