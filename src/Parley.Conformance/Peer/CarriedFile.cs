using System.Buffers.Binary;
using System.Text;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Conformance.Peer;

/// <summary>A file that people carry, written and read from carry.md with nothing of the station's own. A part is its
/// type and what follows it.</summary>
internal static class CarriedFile
{
    internal const byte Cosigned = 2,
        Push = 3;
    private const byte Opening = 1,
        End = 5;
    private const int MarkLength = 16,
        LengthBytes = 4,
        PaddedTo = 4096,
        IdLength = 16;
    private const int OpeningLength = 1 + IdLength + (3 * 8);

    /// <summary>Where the sealed bytes of the part after the opening begin.</summary>
    internal static int FirstPart =>
        FirstLine.Length
        + MarkLength
        + Hpke.EncapsulatedLength
        + LengthBytes
        + OpeningLength
        + PublicKey.SignatureLength
        + Hpke.Overhead
        + LengthBytes;

    private static ReadOnlySpan<byte> FirstLine => "parley-carry/v1\n"u8;

    /// <param name="line">On which line.</param>
    /// <param name="from">Who seals it.</param>
    /// <param name="to">Whose station opens it.</param>
    /// <param name="secret">The line's.</param>
    /// <param name="sizes">Of the sender's feed: the first and the last.</param>
    /// <param name="at">When it was made.</param>
    /// <param name="signer">Who signs the opening; the sender's log key where it is to hold. CARRY-10.</param>
    /// <param name="parts">Between the opening and the end.</param>
    internal static byte[] Seal(
        LineDocument line,
        TestingParty from,
        Card to,
        LineSecret secret,
        (int First, int Last) sizes,
        DateTimeOffset at,
        SigningKey signer,
        params byte[][] parts
    )
    {
        var info = Info(line, from.Id, to.Party);
        using var context =
            secret.SealFor(to.Hpke, info, SecretId(line))
            ?? throw new InvalidOperationException("the station's card has no key that anything can be sealed for");
        using var file = new MemoryStream();
        file.Write(FirstLine);
        file.Write(Mark(secret, context.Encapsulated, info));
        file.Write(context.Encapsulated);
        var opening = new byte[OpeningLength];
        opening[0] = Opening;
        Randomness.Bytes(IdLength).CopyTo(opening, 1);
        BinaryPrimitives.WriteInt64BigEndian(opening.AsSpan(1 + IdLength), at.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(opening.AsSpan(1 + IdLength + 8), sizes.First);
        BinaryPrimitives.WriteInt64BigEndian(opening.AsSpan(1 + IdLength + 16), sizes.Last);
        Add([.. opening, .. signer.Sign(Statement(context, info, opening))]);
        foreach (var part in parts)
            Add(part);
        var bare = (int)file.Length + LengthBytes + 1 + 4 + Hpke.Overhead;
        var end = new byte[1 + 4 + ((PaddedTo - (bare % PaddedTo)) % PaddedTo)];
        end[0] = End;
        BinaryPrimitives.WriteInt32BigEndian(end.AsSpan(1), parts.Length + 1);
        Add(end);
        return file.ToArray();

        void Add(byte[] plain)
        {
            var box = new byte[plain.Length + Hpke.Overhead];
            context.Seal(plain, [], box);
            file.Write(OwnFeed.Length(box.Length));
            file.Write(box);
        }
    }

    /// <summary>The parts between opening and end; or what is wrong with the file.</summary>
    internal static (IReadOnlyList<byte[]> Parts, string? Fault) Open(
        byte[] file,
        LineDocument line,
        Card from,
        TestingParty to,
        LineSecret secret
    )
    {
        var head = FirstLine.Length + MarkLength + Hpke.EncapsulatedLength;
        if (file.Length < head || !file.AsSpan().StartsWith(FirstLine))
            return ([], "it does not begin as CARRY-1 has it");
        if (file.Length % PaddedTo != 0)
            return ([], $"its {file.Length} bytes are no multiple of {PaddedTo} (CARRY-2)");
        var info = Info(line, from.Party, to.Id);
        var encapsulated = file[(FirstLine.Length + MarkLength)..head];
        if (!Mark(secret, encapsulated, info).AsSpan().SequenceEqual(file.AsSpan(FirstLine.Length, MarkLength)))
            return ([], "its mark is not that of the line's secret (CARRY-2)");
        using var context = secret.OpenWith(to.Hpke, encapsulated, info, SecretId(line));
        if (context is null)
            return ([], "its encapsulated key is none (CARRY-3)");
        var parts = new List<byte[]>();
        for (var at = head; at < file.Length; )
        {
            if (file.Length - at < LengthBytes)
                return ([], "bytes follow its last part (CARRY-1)");
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            at += LengthBytes;
            if (length <= Hpke.Overhead || length > file.Length - at)
                return ([], "a part runs past its end (CARRY-1)");
            var plain = new byte[length - Hpke.Overhead];
            if (!context.TryOpen(file.AsSpan(at, length), [], plain))
                return ([], $"its part {parts.Count} does not open (CARRY-3)");
            parts.Add(plain);
            at += length;
        }
        return (parts.Skip(1).SkipLast(1).ToList(), Fault(parts, context, info, from.Log));
    }

    private static string? Fault(List<byte[]> parts, HpkeContext context, byte[] info, PublicKey log)
    {
        if (parts.Count < 2 || parts[0].Length != OpeningLength + PublicKey.SignatureLength || parts[0][0] != Opening)
            return "its first part is no signed opening (CARRY-4)";
        if (!log.Verify(Statement(context, info, parts[0].AsSpan(0, OpeningLength)), parts[0].AsSpan(OpeningLength)))
            return "its opening is not signed by the sender's log key (CARRY-10)";
        var end = parts[^1];
        return end.Length < 5 || end[0] != End ? "its last part is no end (CARRY-4)"
            : BinaryPrimitives.ReadInt32BigEndian(end.AsSpan(1)) != parts.Count - 1
                ? "its end counts other parts (CARRY-4)"
            : end.AsSpan(5).ContainsAnyExcept((byte)0) ? "its end is not filled with zeros (CARRY-2)"
            : null;
    }

    private static byte[] Info(LineDocument line, PartyId from, PartyId to) =>
        Encoding.UTF8.GetBytes($"parley/carry/v1\n{line.Id}\n{from}\n{to}\n");

    private static byte[] SecretId(LineDocument line) => Encoding.UTF8.GetBytes($"parley/line-secret/v1\n{line.Id}\n");

    private static byte[] Mark(LineSecret secret, byte[] encapsulated, byte[] info)
    {
        var mark = new byte[MarkLength];
        secret.Derive(encapsulated, [.. "mark\n"u8, .. info], mark);
        return mark;
    }

    private static byte[] Statement(HpkeContext context, byte[] info, ReadOnlySpan<byte> opening)
    {
        var exported = new byte[Hash.Length];
        context.Export("parley/carried-by/v1"u8, exported);
        return [.. "parley/carried-by/v1\n"u8, .. info, .. exported, .. opening];
    }
}
