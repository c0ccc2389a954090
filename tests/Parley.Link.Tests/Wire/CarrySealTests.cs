using System.Buffers.Binary;
using Parley.Crypto;
using Parley.Link.Carry;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests.Wire;

/// <summary>The outside of what is carried: who can open it, and what shows that it was changed.</summary>
public sealed class CarrySealTests
{
    private const int FirstLine = 16;
    private static readonly LineId Line = LineId.Parse("north-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    private static readonly LineParty Us = LineParty.Named("us"),
        Ru = LineParty.Named("ru"),
        Eu = LineParty.Named("eu");
    private static readonly Card UsCard = Us.Card(dialable: true);

    // CARRY-1, CARRY-4
    [Fact]
    public void What_was_sealed_opens_for_its_receiver_part_by_part()
    {
        using var secret = LineSecret.Generate();
        var file = Seal(secret, out var parts);
        var opened = OpenAll(file, secret, UsCard, Ru).ToList();
        Assert.Equal(parts.Count + 1, opened.Count);
        Assert.Equal(parts[0], opened[0]);
        Assert.Equal(
            ((CarryPart.Attachment)parts[1]).Bytes.ToArray(),
            ((CarryPart.Attachment)opened[1]).Bytes.ToArray()
        );
        Assert.Equal((uint)parts.Count, ((CarryPart.End)opened[^1]).Parts);
    }

    // CARRY-2
    [Fact]
    public void Nobody_but_its_receiver_with_the_lines_secret_learns_whose_it_is()
    {
        using var secret = LineSecret.Generate();
        using var another = LineSecret.Generate();
        var head = Seal(secret, out _).AsSpan(0, CarrySeal.HeadLength);
        Assert.Null(CarryOpener.Create(head, Line, UsCard, Ru.Id, Ru.Agreement, another));
        Assert.Null(CarryOpener.Create(head, Line, Eu.Card(dialable: true), Ru.Id, Ru.Agreement, secret));
        Assert.Null(CarryOpener.Create(head, Line, UsCard, Eu.Id, Eu.Agreement, secret));
        Assert.Null(
            CarryOpener.Create(
                head,
                LineId.Parse("south-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
                UsCard,
                Ru.Id,
                Ru.Agreement,
                secret
            )
        );
        using var wrongKey = CarryOpener.Create(head, Line, UsCard, Ru.Id, Eu.Agreement, secret); // the mark fits, the key does not
        Assert.False(
            wrongKey!
                .Open(Seal(secret, out _).AsSpan(CarrySeal.HeadLength + CarrySeal.LengthBytes, 100))
                .TryGet(out _, out _)
        );
    }

    // CARRY-3
    [Fact]
    public void A_flipped_bit_anywhere_a_cut_and_another_order_do_not_open()
    {
        using var secret = LineSecret.Generate();
        var file = Seal(secret, out _);
        for (var i = 0; i < file.Length; i++)
        {
            var bent = (byte[])file.Clone();
            bent[i] ^= (byte)(1 << (i % 8));
            Assert.False(IsWhole(bent, secret), $"byte {i}");
        }
        for (var cut = 0; cut < file.Length; cut += 7)
            Assert.False(IsWhole(file[..cut], secret), $"cut at {cut}");
        Assert.False(IsWhole([.. file, 0], secret));

        var boxes = Boxes(file).ToList();
        (boxes[1], boxes[2]) = (boxes[2], boxes[1]);
        Assert.False(IsWhole([.. file[..CarrySeal.HeadLength], .. boxes.SelectMany(b => b)], secret));
        boxes = [.. Boxes(file)];
        boxes.RemoveAt(1);
        Assert.False(IsWhole([.. file[..CarrySeal.HeadLength], .. boxes.SelectMany(b => b)], secret));
        Assert.True(IsWhole(file, secret));
    }

    // CARRY-10: every party of the line has its secret; that makes none of them another.
    [Fact]
    public void A_party_of_the_line_cannot_seal_a_file_in_the_name_of_another()
    {
        using var secret = LineSecret.Generate();
        foreach (var (log, signed) in new[] { (Eu.Log, false), (Us.Log, true) })
        {
            using var sealer = CarrySealer.Create(Line, Us.Id, Ru.Card(dialable: true), secret, log)!;
            var first = sealer.Seal(
                new CarryPart.Opening(new string('a', 2 * CarryPart.IdLength), LineNetwork.Epoch, 3, 5)
            );
            using var opener = CarryOpener.Create(sealer.Head.Span, Line, UsCard, Ru.Id, Ru.Agreement, secret)!;
            Assert.Equal(signed, opener.Open(first.AsSpan(CarrySeal.LengthBytes)).TryGet(out _, out var why));
            if (!signed)
                Assert.Contains("us did not sign it", why, StringComparison.Ordinal);
        }
    }

    // CARRY-2: two files of one content have nothing in common but the first line, and a round length.
    [Fact]
    public void A_file_tells_a_stranger_nothing_but_that_it_is_one_and_about_how_long()
    {
        using var secret = LineSecret.Generate();
        byte[] a = Seal(secret, out _),
            b = Seal(secret, out _);
        Assert.Equal(a.Length, b.Length);
        Assert.Equal(0, a.Length % CarryPart.PaddedTo);
        var same = Enumerable.Range(FirstLine, a.Length - FirstLine).Count(i => a[i] == b[i]);
        Assert.InRange(same, 0, a.Length / 50); // one in 256 by chance, and the lengths of the parts
    }

    private static byte[] Seal(LineSecret secret, out IReadOnlyList<CarryPart> parts)
    {
        using var sealer = CarrySealer.Create(Line, Us.Id, Ru.Card(dialable: true), secret, Us.Log)!;
        parts =
        [
            new CarryPart.Opening(new string('a', 2 * CarryPart.IdLength), LineNetwork.Epoch, 3, 5),
            new CarryPart.Attachment(4, 17, "some bytes"u8.ToArray()),
            new CarryPart.Push("no push, but who looks"u8.ToArray()),
        ];
        return [.. sealer.Head.Span, .. parts.SelectMany(sealer.Seal), .. sealer.SealEnd()];
    }

    private static IEnumerable<byte[]> Boxes(byte[] file)
    {
        for (var at = CarrySeal.HeadLength; at < file.Length; )
        {
            var length = CarrySeal.LengthBytes + (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            yield return file[at..(at + length)];
            at += length;
        }
    }

    private static bool IsWhole(byte[] file, LineSecret secret)
    {
        if (file.Length < CarrySeal.HeadLength)
            return false;
        using var opener = CarryOpener.Create(
            file.AsSpan(0, CarrySeal.HeadLength),
            Line,
            UsCard,
            Ru.Id,
            Ru.Agreement,
            secret
        );
        if (opener is null)
            return false;
        for (var at = CarrySeal.HeadLength; at < file.Length; )
        {
            if (file.Length - at < CarrySeal.LengthBytes)
                return false;
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            at += CarrySeal.LengthBytes;
            if (length > file.Length - at || !opener.Open(file.AsSpan(at, (int)length)).TryGet(out _, out _))
                return false;
            at += (int)length;
        }
        return opener.Ended;
    }

    private static IEnumerable<CarryPart> OpenAll(byte[] file, LineSecret secret, Card from, LineParty to)
    {
        using var opener = CarryOpener.Create(
            file.AsSpan(0, CarrySeal.HeadLength),
            Line,
            from,
            to.Id,
            to.Agreement,
            secret
        );
        Assert.NotNull(opener);
        foreach (var box in Boxes(file))
            yield return opener.Open(box.AsSpan(CarrySeal.LengthBytes)).Required();
    }
}
