using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Link.Carry;

/// <summary>
/// The outside of what is carried: <c>parley-carry/v1\n</c>, a mark by which only the receiver knows the line and the sender, the encapsulated key of
/// HPKE, then parts, each sealed and with its length before it. To anybody else all but the first line is random bytes. CARRY-1 to CARRY-3.
/// </summary>
public static class CarrySeal
{
    /// <summary>Bytes before the first part.</summary>
    public static int HeadLength => Magic.Length + MarkLength + Hpke.EncapsulatedLength;
    /// <summary>Largest sealed part, in bytes, without the length before it.</summary>
    public const int MaxBox = CarryPart.MaxLength + Hpke.Overhead;
    /// <summary>Bytes of the length before each sealed part.</summary>
    public const int LengthBytes = sizeof(uint);

    internal const int MarkLength = 16;
    internal static ReadOnlySpan<byte> Magic => "parley-carry/v1\n"u8;

    /// <summary>True for the first line of something carried.</summary>
    public static bool IsHead(ReadOnlySpan<byte> head) => head.Length == HeadLength && head.StartsWith(Magic);

    internal static byte[] Info(LineId line, PartyId from, PartyId to) => Encoding.UTF8.GetBytes($"parley/carry/v1\n{line}\n{from}\n{to}\n");

    internal static byte[] SecretId(LineId line) => Encoding.UTF8.GetBytes($"parley/line-secret/v1\n{line}\n");

    /// <summary>Only who holds the line's secret can make it or know it again.</summary>
    internal static byte[] Mark(LineSecret secret, ReadOnlySpan<byte> encapsulated, LineId line, PartyId from, PartyId to)
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
    private uint parts;
    private long length;

    private CarrySealer(HpkeSender context, byte[] head) => (this.context, this.head, length) = (context, head, head.Length);

    /// <summary>Ready to seal for the holder of this card; null where its HPKE key is none that anything can be sealed for.</summary>
    public static CarrySealer? Create(LineId line, PartyId from, Card to, LineSecret secret)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.SealFor(to.Hpke, CarrySeal.Info(line, from, to.Party), CarrySeal.SecretId(line)) is not { } context) return null;
        return new CarrySealer(context, [.. CarrySeal.Magic, .. CarrySeal.Mark(secret, context.Encapsulated, line, from, to.Party), .. context.Encapsulated]);
    }

    /// <summary>What stands before the first part.</summary>
    public ReadOnlyMemory<byte> Head => head;

    /// <summary>The next part with its length before it.</summary>
    public byte[] Seal(CarryPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var plain = part.Encode();
        if (plain.Length > CarryPart.MaxLength) throw new ArgumentException("a part is larger than a push", nameof(part));
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
        return Seal(new CarryPart.End(parts) { Padding = (int)((CarryPart.PaddedTo - (bare % CarryPart.PaddedTo)) % CarryPart.PaddedTo) });
    }

    public void Dispose() => context.Dispose();
}

/// <summary>Opens what a <see cref="CarrySealer"/> sealed, part by part. Owns the context; disposing zeroes it.</summary>
public sealed class CarryOpener : IDisposable
{
    private readonly HpkeReceiver context;
    private uint parts;

    private CarryOpener(HpkeReceiver context, LineId line, PartyId from) => (this.context, Line, From) = (context, line, from);

    public LineId Line { get; }

    /// <summary>Who sealed it, as the line's secret shows; what it says is judged by the sender's signatures within.</summary>
    public PartyId From { get; }

    /// <summary>True once the last part was opened: nothing is missing.</summary>
    public bool Ended { get; private set; }

    /// <summary>Ready to open, where the head is one for <paramref name="self"/> on this line by this sender; else null.</summary>
    public static CarryOpener? Create(ReadOnlySpan<byte> head, LineId line, PartyId from, PartyId self, AgreementKey key, LineSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (!CarrySeal.IsHead(head)) return null;
        var mark = head.Slice(CarrySeal.Magic.Length, CarrySeal.MarkLength);
        var encapsulated = head[^Hpke.EncapsulatedLength..];
        if (!CryptographicOperations.FixedTimeEquals(mark, CarrySeal.Mark(secret, encapsulated, line, from, self))) return null;
        return secret.OpenWith(key, encapsulated, CarrySeal.Info(line, from, self), CarrySeal.SecretId(line)) is { } context ? new CarryOpener(context, line, from) : null;
    }

    /// <summary>Opens the next part. What was changed, cut out, or comes in another order does not open.</summary>
    public Parsed<CarryPart> Open(ReadOnlySpan<byte> box)
    {
        if (Ended) return new Rejected("bytes after the end");
        if (box.Length is < Hpke.Overhead + 1 or > CarrySeal.MaxBox) return new Rejected("a part of no possible length");
        var plain = new byte[box.Length - Hpke.Overhead];
        if (!context.TryOpen(box, [], plain)) return new Rejected("a part does not open: it was changed, parts are missing, or it is for another key");
        if (!CarryPart.Parse(plain).TryGet(out var part, out var why)) return new Rejected(why);
        if (parts == 0 != part is CarryPart.Opening) return new Rejected("the opening is not the first part");
        if (part is CarryPart.End end)
        {
            if (end.Parts != parts) return new Rejected("the end counts other parts than came");
            Ended = true;
        }
        parts++;
        return part;
    }

    public void Dispose() => context.Dispose();
}
