using System.Text;
using Parley.Crypto;
using Xunit;

namespace Parley.Record.Tests.Lines;

public sealed class CardTests
{
    private static readonly TestParty Us = TestParty.Us;

    [Fact] // LINE-1
    public void A_card_is_a_signed_note_that_says_who_the_party_is()
    {
        var card = Card.Parse(Us.Card.Encode()).Required();
        Assert.Equal(Us.Id, card.Party);
        Assert.Equal("Ministry of us", card.Name);
        Assert.Equal(["en", "uk"], card.Languages);
        Assert.Equal(["us.example:4433"], card.Addresses);
        Assert.Equal(TestLines.Created, card.Issued);
        Assert.Equal(
            (Us.Identity.PublicKey, Us.Log.PublicKey, Us.Cosign.PublicKey),
            (card.Identity, card.Log, card.Cosign)
        );
        Assert.Equal((91, 32), (card.LinkTls.Length, card.Hpke.Length));
        Assert.StartsWith(
            "parley/card/v1\n{\"party\":\"us\",\"name\":",
            Encoding.UTF8.GetString(card.Encode()),
            StringComparison.Ordinal
        );
        var note = SignedNote.Parse(card.Encode()).Required();
        Assert.Equal(SignatureCheck.Valid, note.Check(VerifierKey.Create("us", SignatureType.Ed25519, card.Identity)));
    }

    [Fact] // LINE-3
    public void A_flipped_bit_anywhere_in_a_card_is_refused()
    {
        var bytes = Us.Card.Encode();
        for (var i = 0; i < bytes.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                bytes[i] ^= (byte)(1 << bit);
                Assert.False(Card.Parse(bytes).TryGet(out _, out var reason), $"byte {i} bit {bit}");
                Assert.NotEmpty(reason);
                bytes[i] ^= (byte)(1 << bit);
            }
        }
    }

    [Fact]
    public void A_card_cut_short_or_extended_is_refused()
    {
        var bytes = Us.Card.Encode();
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(Card.Parse(bytes.AsSpan(0, length)).TryGet(out _, out _));
        Assert.False(Card.Parse([.. bytes, (byte)'\n']).TryGet(out _, out _));
        Assert.False(Card.Parse([.. bytes, .. new byte[Card.MaxLength]]).TryGet(out _, out _));
    }

    [Fact] // LINE-3
    public void A_card_signed_by_another_or_by_a_second_key_is_refused()
    {
        var text = SignedNote.Parse(Us.Card.Encode()).Required().Text;
        var own = NoteSignature.Sign(text, "us", Us.Identity);
        var other = NoteSignature.Sign(text, "us", TestParty.Ru.Identity);
        var stranger = NoteSignature.Sign(text, "ru", TestParty.Ru.Identity);
        Assert.True(Card.Parse(new SignedNote(text, own).Encode()).TryGet(out _, out _));
        Assert.False(Card.Parse(new SignedNote(text, other).Encode()).TryGet(out _, out _));
        Assert.False(Card.Parse(new SignedNote(text, stranger).Encode()).TryGet(out _, out _));
        Assert.False(Card.Parse(new SignedNote(text, own, stranger).Encode()).TryGet(out _, out _));
        Assert.False(Card.Parse(new SignedNote(text, own, own).Encode()).TryGet(out _, out _));
    }

    [Theory] // LINE-2
    [
        InlineData("parley/card/v1", "parley/card/v2"),
        InlineData("{\"party\"", "{ \"party\""),
        InlineData("\"us\"", "\"u\\u0073\"")
    ]
    [
        InlineData("\"languages\":[\"en\",\"uk\"]", "\"languages\":[\"en\",\"en\"]"),
        InlineData("\"languages\":[\"en\",\"uk\"],", "")
    ]
    [
        InlineData("\"languages\"", "\"tongues\""),
        InlineData("us.example:4433", "us.example"),
        InlineData("us.example:4433", "us.example:0")
    ]
    [
        InlineData("us.example:4433", "us.example:65536"),
        InlineData("us.example:4433", "http://us.example:4433"),
        InlineData("us.example:4433", ":4433")
    ]
    [
        InlineData("us.example:4433", "us example:4433"),
        InlineData("Ministry of us", ""),
        InlineData("Ministry of us", "Ministry\\u202e of us")
    ]
    [
        InlineData("2022-03-01T09:00:00.000Z", "2022-03-01T09:00:00Z"),
        InlineData("\"name\"", "\"party\":\"us\",\"name\"")
    ]
    public void A_card_that_its_owner_signed_in_another_form_is_refused(string found, string put)
    {
        var text = SignedNote.Parse(Us.Card.Encode()).Required().Text;
        var bent = text.Replace(found, put, StringComparison.Ordinal);
        Assert.NotEqual(text, bent);
        Assert.False(
            Card.Parse(new SignedNote(bent, NoteSignature.Sign(bent, "us", Us.Identity)).Encode()).TryGet(out _, out _)
        );
    }

    [Fact]
    public void A_signed_first_line_alone_is_no_card()
    {
        Assert.False(
            Card.Parse(new SignedNote(Card.FirstLine, NoteSignature.Sign(Card.FirstLine, "us", Us.Identity)).Encode())
                .TryGet(out _, out _)
        );
    }

    [Fact] // LINE-3
    public void One_key_cannot_serve_two_roles()
    {
        Assert.Throws<ArgumentException>(() =>
            Card.Sign(Us.Contents with { Log = Us.Identity.PublicKey }, Us.Identity)
        );
        Assert.Throws<ArgumentException>(() => Card.Sign(Us.Contents with { Cosign = Us.Log.PublicKey }, Us.Identity));
    }

    [Fact]
    public void Contents_beyond_the_limits_cannot_be_signed()
    {
        CardContents[] wrong =
        [
            Us.Contents with
            {
                Name = new string('a', Card.MaxNameLength + 1),
            },
            Us.Contents with
            {
                Hpke = new byte[32],
            },
            Us.Contents with
            {
                Hpke = [1],
            },
            Us.Contents with
            {
                LinkTls = new byte[91],
            },
            Us.Contents with
            {
                Addresses = [.. Enumerable.Range(1, Card.MaxAddresses + 1).Select(i => $"h:{i}")],
            },
            Us.Contents with
            {
                Languages = ["english language"],
            },
            Us.Contents with
            {
                Addresses = [$"{new string('a', Card.MaxAddressLength)}:1"],
            },
            Us.Contents with
            {
                Log = default,
            },
        ];
        foreach (var contents in wrong)
            Assert.Throws<ArgumentException>(() => Card.Sign(contents, Us.Identity));
    }

    [Theory]
    [InlineData("10.0.0.1:1"), InlineData("[::1]:65535"), InlineData("a-b.example:443"), InlineData("localhost:4433")]
    public void Addresses_are_names_IPv4_or_bracketed_IPv6(string address) =>
        Assert.Equal([address], Card.Sign(Us.Contents with { Addresses = [address] }, Us.Identity).Addresses);

    [Fact]
    public void A_party_that_cannot_accept_connections_has_a_card_without_addresses() =>
        Assert.Empty(Card.Sign(Us.Contents with { Addresses = [], Languages = [] }, Us.Identity).Addresses);
}
