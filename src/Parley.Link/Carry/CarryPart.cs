using System.Buffers.Binary;
using Parley.Record;

namespace Parley.Link.Carry;

/// <summary>
/// One part of what is carried to a peer by another path than the wire. The first is <see cref="Opening"/>, the last
/// <see cref="End"/>; what lies between is what
/// the link would have said. CARRY-4.
/// </summary>
public abstract record CarryPart
{
    private const byte OpeningType = 1;
    private const byte CosignatureType = 2;
    private const byte PushType = 3;
    private const byte AttachmentType = 4;
    private const byte EndType = 5;
    private const int OpeningLength = IdLength + 8 + 8 + 8;
    private const int AttachmentHead = 8 + 8;

    /// <summary>Random bytes that tell one file from another.</summary>
    public const int IdLength = 16;

    /// <summary>What is sealed is filled with zeros to a multiple of this, in bytes, so that a small message looks like
    /// another.</summary>
    public const int PaddedTo = 4096;

    /// <summary>Largest part, in bytes: a push.</summary>
    public const int MaxLength = 1 + LinkLimits.MaxPushBytes;

    private CarryPart() { }

    /// <summary>What this is: when it was made, and which entries of the sender's feed it leads from and to.</summary>
    /// <param name="Id">Random, of <see cref="IdLength"/> bytes, in hex.</param>
    /// <param name="At">When it was made, by the sender's clock, to the millisecond.</param>
    /// <param name="From">Entries of the sender's feed that the receiver is taken to hold.</param>
    /// <param name="To">Entries that it holds once it has taken everything here.</param>
    public sealed record Opening(string Id, DateTimeOffset At, ulong From, ulong To) : CarryPart;

    /// <summary>The newest checkpoint that the sender holds of the receiver's feed, with the sender's
    /// cosignature.</summary>
    public sealed record Cosigned(SignedCheckpoint Checkpoint) : CarryPart;

    /// <summary>A push of the sender's feed, as LINK-12 has it.</summary>
    public sealed record Push(ReadOnlyMemory<byte> Bytes) : CarryPart;

    /// <summary>Bytes of an attachment (salt ‖ body) that entry <paramref name="Seq"/> of the sender's feed
    /// announces.</summary>
    public sealed record Attachment(ulong Seq, long Offset, ReadOnlyMemory<byte> Bytes) : CarryPart;

    /// <summary>Nothing follows. <paramref name="Parts"/> is how many parts came before.</summary>
    public sealed record End(uint Parts) : CarryPart
    {
        /// <summary>Zeros after it.</summary>
        public int Padding { get; init; }
    }

    internal byte[] Encode()
    {
        switch (this)
        {
            case Opening opening:
                var head = new byte[1 + OpeningLength];
                head[0] = OpeningType;
                Convert.FromHexString(opening.Id).CopyTo(head, 1);
                BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(1 + IdLength), opening.At.ToUnixTimeMilliseconds());
                BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(1 + IdLength + 8), opening.From);
                BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(1 + IdLength + 16), opening.To);
                return head;
            case Cosigned cosigned:
                return [CosignatureType, .. cosigned.Checkpoint.Encode()];
            case Push push:
                return [PushType, .. push.Bytes.Span];
            case Attachment attachment:
                var chunk = new byte[1 + AttachmentHead + attachment.Bytes.Length];
                chunk[0] = AttachmentType;
                BinaryPrimitives.WriteUInt64BigEndian(chunk.AsSpan(1), attachment.Seq);
                BinaryPrimitives.WriteInt64BigEndian(chunk.AsSpan(9), attachment.Offset);
                attachment.Bytes.Span.CopyTo(chunk.AsSpan(1 + AttachmentHead));
                return chunk;
            case End end:
                var last = new byte[1 + 4 + end.Padding];
                last[0] = EndType;
                BinaryPrimitives.WriteUInt32BigEndian(last.AsSpan(1), end.Parts);
                return last;
            default:
                throw new InvalidOperationException("unknown part");
        }
    }

    internal static Parsed<CarryPart> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length == 0)
            return new Rejected("an empty part");
        var rest = bytes[1..];
        switch (bytes.Span[0])
        {
            case OpeningType:
                if (rest.Length != OpeningLength)
                    return new Rejected("an opening of another length");
                var at = BinaryPrimitives.ReadInt64BigEndian(rest.Span[IdLength..]);
                if (at < 0 || at > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
                    return new Rejected("a time out of bounds");
                ulong from = BinaryPrimitives.ReadUInt64BigEndian(rest.Span[(IdLength + 8)..]),
                    to = BinaryPrimitives.ReadUInt64BigEndian(rest.Span[(IdLength + 16)..]);
                return from > to
                    ? new Rejected("it leads to fewer entries than it starts from")
                    : new Opening(
                        Convert.ToHexStringLower(rest.Span[..IdLength]),
                        DateTimeOffset.FromUnixTimeMilliseconds(at),
                        from,
                        to
                    );
            case CosignatureType:
                return SignedCheckpoint.Parse(rest.Span).TryGet(out var checkpoint, out var why)
                    ? new Cosigned(checkpoint)
                    : new Rejected(why);
            case PushType:
                return new Push(rest);
            case AttachmentType:
                if (rest.Length <= AttachmentHead || rest.Length > AttachmentHead + LinkLimits.AttachmentChunkBytes)
                    return new Rejected("bytes of an attachment, empty or too many");
                var offset = BinaryPrimitives.ReadInt64BigEndian(rest.Span[8..]);
                return offset < 0
                    ? new Rejected("bytes of an attachment at no place")
                    : new Attachment(BinaryPrimitives.ReadUInt64BigEndian(rest.Span), offset, rest[AttachmentHead..]);
            case EndType:
                return rest.Length < 4 || rest.Length > 4 + PaddedTo || rest.Span[4..].ContainsAnyExcept((byte)0)
                    ? new Rejected("an end of another form")
                    : new End(BinaryPrimitives.ReadUInt32BigEndian(rest.Span)) { Padding = rest.Length - 4 };
            default:
                return new Rejected("a part of an unknown type");
        }
    }
}
