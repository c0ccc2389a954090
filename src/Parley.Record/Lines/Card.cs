using System.Text;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>What a party says in its card, before its identity key signs it.</summary>
/// <param name="Party">The short name it uses on every line.</param>
/// <param name="Name">Its full name, at most <see cref="Card.MaxNameLength"/> UTF-16 units.</param>
/// <param name="Languages">BCP 47 tags of the languages its officers work in; at most
/// <see cref="Card.MaxLanguages"/>.</param>
/// <param name="Addresses"><c>host:port</c> of its link; none when it cannot accept connections; at most
/// <see cref="Card.MaxAddresses"/>.</param>
/// <param name="Issued">When it was signed, UTC, whole milliseconds.</param>
/// <param name="Log">Signs the checkpoints of its feeds.</param>
/// <param name="Cosign">Cosigns the checkpoints of other parties' feeds.</param>
/// <param name="LinkTls">Subject public key info, DER, of the P-256 key of its link certificates: 91 bytes.</param>
/// <param name="Hpke">X25519 key for what a relay carries without reading it: 32 bytes.</param>
public sealed record CardContents(
    PartyId Party,
    string Name,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string> Addresses,
    DateTimeOffset Issued,
    PublicKey Log,
    PublicKey Cosign,
    byte[] LinkTls,
    byte[] Hpke
);

/// <summary>
/// A party's public identity: a C2SP signed note whose text is <c>parley/card/v1</c> and one line of JSON, signed by
/// the identity key
/// (type 0x01, named by the party). An accepted card's signature has been verified under the key that the card itself
/// names; that
/// this key is the party's own is for officers to establish by <see cref="Fingerprint"/>. See docs/protocol/line.md.
/// </summary>
public sealed class Card
{
    /// <summary>Longest card, in bytes, so that 32 of them fit into a line document.</summary>
    public const int MaxLength = 7 * 1024;
    public const int MaxNameLength = 200;
    public const int MaxLanguages = 16;
    public const int MaxAddresses = 8;

    /// <summary>Longest <c>host:port</c>: a DNS name of 253 characters, a colon, five digits.</summary>
    public const int MaxAddressLength = 259;

    /// <summary>First line of the signed text.</summary>
    public const string FirstLine = "parley/card/v1\n";

    private readonly byte[] bytes;

    private Card(CardContents contents, PublicKey identity, byte[] bytes)
    {
        Contents = contents;
        Identity = identity;
        this.bytes = bytes;
    }

    public CardContents Contents { get; }
    public PartyId Party => Contents.Party;
    public string Name => Contents.Name;
    public IReadOnlyList<string> Languages => Contents.Languages;
    public IReadOnlyList<string> Addresses => Contents.Addresses;
    public DateTimeOffset Issued => Contents.Issued;

    /// <summary>The key that everything else of the party hangs on.</summary>
    public PublicKey Identity { get; }
    public PublicKey Log => Contents.Log;
    public PublicKey Cosign => Contents.Cosign;
    public byte[] LinkTls => Contents.LinkTls;
    public byte[] Hpke => Contents.Hpke;
    public Fingerprint Fingerprint => Fingerprint.Of(Identity);

    /// <summary>Reads a card; a text in another than its one form, a key in two roles, or a bad signature is
    /// refused.</summary>
    public static Parsed<Card> Parse(ReadOnlySpan<byte> note)
    {
        if (note.Length > MaxLength)
            return new Rejected($"the card is longer than {MaxLength} bytes");
        if (!SignedNote.Parse(note).TryGet(out var signed, out var reason))
            return new Rejected($"the card is not a signed note: {reason}");
        if (!signed.Text.StartsWith(FirstLine, StringComparison.Ordinal) || signed.Text.Length == FirstLine.Length)
            return new Rejected("the card does not start as one");
        if (!CardText.Read(Encoding.UTF8.GetBytes(signed.Text[FirstLine.Length..^1])).TryGet(out var read, out reason))
            return new Rejected(reason);
        var (contents, identity) = read;
        if (CardText.Write(contents, identity) != signed.Text)
            return new Rejected("the card is not written in the one form that cards have"); // LINE-2
        // LINE-3: exactly the owner's signature, so that a card has one set of bytes.
        if (signed.Signatures.Count != 1 || signed.Check(KeyOf(contents.Party, identity)) != SignatureCheck.Valid)
            return new Rejected("the card is not signed by its own identity key, or not by it alone");
        return new Card(contents, identity, note.ToArray());
    }

    /// <summary>Signs a card. Contents that <see cref="Parse"/> would refuse throw.</summary>
    public static Card Sign(CardContents contents, SigningKey identity)
    {
        var text = CardText.Write(contents, identity.PublicKey);
        var note = new SignedNote(text, NoteSignature.Sign(text, contents.Party.Value, identity)).Encode();
        return Parse(note).TryGet(out var card, out var reason)
            ? card
            : throw new ArgumentException(reason, nameof(contents));
    }

    /// <summary>The card's exact bytes, as signed.</summary>
    public byte[] Encode() => [.. bytes];

    /// <summary>The card's exact text, as line documents carry it.</summary>
    internal string NoteText => Encoding.UTF8.GetString(bytes);

    private static VerifierKey KeyOf(PartyId party, PublicKey identity) =>
        VerifierKey.Create(party.Value, SignatureType.Ed25519, identity);
}
