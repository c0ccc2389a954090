using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Link.Carry;

/// <summary>
/// The outside of what is carried: <c>parley-carry/v1\n</c>, a mark by which only the receiver knows the line and the
/// sender, the encapsulated key of
/// HPKE, then parts, each sealed and with its length before it. To anybody else all but the first line is random bytes.
/// CARRY-1 to CARRY-3.
/// </summary>
public static class CarrySeal
{
    /// <summary>Bytes before the first part.</summary>
    public static int HeadLength => Magic.Length + MarkLength + Hpke.EncapsulatedLength;

    /// <summary>Largest sealed part, in bytes, without the length before it.</summary>
    public const int MaxBox = CarryPart.MaxLength + Hpke.Overhead;

    /// <summary>Bytes of the length before each sealed part.</summary>
    public const int LengthBytes = sizeof(uint);

    /// <summary>Bytes in the name of a sender's place at a relay.</summary>
    public const int SlotLength = 16;

    internal const int MarkLength = 16;
    internal static ReadOnlySpan<byte> Magic => "parley-carry/v1\n"u8;

    /// <summary>True for the first line of something carried.</summary>
    public static bool IsHead(ReadOnlySpan<byte> head) => head.Length == HeadLength && head.StartsWith(Magic);

    /// <summary>
    /// Where a sender's newest file for a receiver lies at a relay: a newer one takes its place. Of the line it tells
    /// only who has its secret. RELAY-2.
    /// </summary>
    public static string Slot(LineSecret secret, LineId line, PartyId from, PartyId to)
    {
        ArgumentNullException.ThrowIfNull(secret);
        Span<byte> slot = stackalloc byte[SlotLength];
        secret.Derive([], [.. "slot\n"u8, .. Info(line, from, to)], slot);
        return Convert.ToHexStringLower(slot);
    }

    internal static byte[] Info(LineId line, PartyId from, PartyId to) =>
        Encoding.UTF8.GetBytes($"parley/carry/v1\n{line}\n{from}\n{to}\n");

    /// <summary>
    /// What the sender signs with its log key: this context and no other. Every party of a line has its secret, so that
    /// alone shows only that one of them sealed a file.
    /// CARRY-10.
    /// </summary>
    internal static byte[] Statement(
        HpkeContext context,
        LineId line,
        PartyId from,
        PartyId to,
        ReadOnlySpan<byte> opening
    )
    {
        Span<byte> exported = stackalloc byte[Hash.Length];
        context.Export("parley/carried-by/v1"u8, exported);
        return [.. "parley/carried-by/v1\n"u8, .. Info(line, from, to), .. exported, .. opening];
    }

    internal static byte[] SecretId(LineId line) => Encoding.UTF8.GetBytes($"parley/line-secret/v1\n{line}\n");

    /// <summary>Only who holds the line's secret can make it or know it again.</summary>
    internal static byte[] Mark(
        LineSecret secret,
        ReadOnlySpan<byte> encapsulated,
        LineId line,
        PartyId from,
        PartyId to
    )
    {
        var mark = new byte[MarkLength];
        secret.Derive(encapsulated, [.. "mark\n"u8, .. Info(line, from, to)], mark);
        return mark;
    }
}

/// <summary>Seals parts for one peer, in order. Owns the context; disposing zeroes it.</summary>
public sealed class CarrySealer : IDisposable
{
    private readonly HpkeSender context;
    private readonly byte[] head;
    private readonly Func<ReadOnlySpan<byte>, byte[]> sign;
    private uint parts;
    private long length;

    private CarrySealer(HpkeSender context, byte[] head, Func<ReadOnlySpan<byte>, byte[]> sign) =>
        (this.context, this.head, this.sign, length) = (context, head, sign, head.Length);

    /// <summary>Ready to seal for the holder of this card; null where its HPKE key is none that anything can be sealed
    /// for.</summary>
    /// <param name="log">The sender's log key: what is carried is signed as its own.</param>
    public static CarrySealer? Create(LineId line, PartyId from, Card to, LineSecret secret, SigningKey log)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(log);
        if (secret.SealFor(to.Hpke, CarrySeal.Info(line, from, to.Party), CarrySeal.SecretId(line)) is not { } context)
            return null;
        return new CarrySealer(
            context,
            [
                .. CarrySeal.Magic,
                .. CarrySeal.Mark(secret, context.Encapsulated, line, from, to.Party),
                .. context.Encapsulated,
            ],
            opening => log.Sign(CarrySeal.Statement(context, line, from, to.Party, opening))
        );
    }

    /// <summary>What stands before the first part.</summary>
    public ReadOnlyMemory<byte> Head => head;

    /// <summary>The next part with its length before it.</summary>
    public byte[] Seal(CarryPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (parts == 0 != part is CarryPart.Opening)
            throw new ArgumentException("the opening is the first part", nameof(part));
        var plain = part.Encode();
        if (parts == 0)
            plain = [.. plain, .. sign(plain)];
        if (plain.Length > CarryPart.MaxLength)
            throw new ArgumentException("a part is larger than a push", nameof(part));
        var framed = new byte[CarrySeal.LengthBytes + plain.Length + Hpke.Overhead];
        BinaryPrimitives.WriteUInt32BigEndian(framed, (uint)(plain.Length + Hpke.Overhead));
        context.Seal(plain, [], framed.AsSpan(CarrySeal.LengthBytes));
        parts++;
        length += framed.Length;
        return framed;
    }

    /// <summary>The last part, and zeros up to a round length.</summary>
    public byte[] SealEnd()
    {
        var bare = length + CarrySeal.LengthBytes + 1 + 4 + Hpke.Overhead;
        return Seal(
            new CarryPart.End(parts)
            {
                Padding = (int)((CarryPart.PaddedTo - (bare % CarryPart.PaddedTo)) % CarryPart.PaddedTo),
            }
        );
    }

    public void Dispose() => context.Dispose();
}

/// <summary>Opens what a <see cref="CarrySealer"/> sealed, part by part. Owns the context; disposing zeroes
/// it.</summary>
public sealed class CarryOpener : IDisposable
{
    private readonly HpkeReceiver context;
    private readonly PublicKey log;
    private readonly PartyId self;
    private uint parts;

    private CarryOpener(HpkeReceiver context, LineId line, Card from, PartyId self) =>
        (this.context, Line, From, log, this.self) = (context, line, from.Party, from.Log, self);

    public LineId Line { get; }

    /// <summary>Who is said to have sealed it, by somebody who has the line's secret; whether it did shows when the
    /// first part opens.</summary>
    public PartyId From { get; }

    /// <summary>True once the last part was opened: nothing is missing.</summary>
    public bool Ended { get; private set; }

    /// <summary>Ready to open, where the head is one for <paramref name="self"/> on this line by this sender; else
    /// null.</summary>
    public static CarryOpener? Create(
        ReadOnlySpan<byte> head,
        LineId line,
        Card from,
        PartyId self,
        AgreementKey key,
        LineSecret secret
    )
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(secret);
        if (!CarrySeal.IsHead(head))
            return null;
        var mark = head.Slice(CarrySeal.Magic.Length, CarrySeal.MarkLength);
        var encapsulated = head[^Hpke.EncapsulatedLength..];
        if (
            !CryptographicOperations.FixedTimeEquals(mark, CarrySeal.Mark(secret, encapsulated, line, from.Party, self))
        )
            return null;
        return
            secret.OpenWith(key, encapsulated, CarrySeal.Info(line, from.Party, self), CarrySeal.SecretId(line))
                is { } context
            ? new CarryOpener(context, line, from, self)
            : null;
    }

    /// <summary>Opens the next part. What the sender did not sign, what was changed, cut out, or comes in another order
    /// does not open.</summary>
    public Parsed<CarryPart> Open(ReadOnlySpan<byte> box)
    {
        if (Ended)
            return new Rejected("bytes after the end");
        if (box.Length is < Hpke.Overhead + 1 or > CarrySeal.MaxBox)
            return new Rejected("a part of no possible length");
        var plain = new byte[box.Length - Hpke.Overhead];
        if (!context.TryOpen(box, [], plain))
            return new Rejected("a part does not open: it was changed, parts are missing, or it is for another key");
        ReadOnlyMemory<byte> content = plain;
        if (parts == 0)
        {
            if (plain.Length <= PublicKey.SignatureLength)
                return new Rejected("the first part is not signed");
            content = content[..^PublicKey.SignatureLength];
            if (!log.Verify(CarrySeal.Statement(context, Line, From, self, content.Span), plain.AsSpan(content.Length)))
                return new Rejected($"{From} did not sign it: somebody else who has the line's secret sealed it");
        }
        if (!CarryPart.Parse(content).TryGet(out var part, out var why))
            return new Rejected(why);
        if (parts == 0 != part is CarryPart.Opening)
            return new Rejected("the opening is not the first part");
        if (part is CarryPart.End end)
        {
            if (end.Parts != parts)
                return new Rejected("the end counts other parts than came");
            Ended = true;
        }
        parts++;
        return part;
    }

    public void Dispose() => context.Dispose();
}
