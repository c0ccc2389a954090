using System.Text;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// What all parties of a line accepted: who is on it, with which keys, under which policy. Its exact bytes are kept,
/// and their hash
/// ends the line's id, so parties that accepted different documents are not on one line (docs/protocol/line.md).
/// </summary>
public sealed class LineDocument
{
    /// <summary>Longest document, in bytes.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>A document with one card is that party's journal: what it writes for itself, on the same kind of
    /// feed.</summary>
    public const int MinParties = 1;
    public const int MaxParties = EntryHeader.MaxParties;
    public const int MaxTitleLength = 200;

    /// <summary>Longest readable part of a line id, before its hyphen and hash digits.</summary>
    public const int MaxSlugLength = LineId.MaxLength - 1 - LineId.HashDigits;

    /// <summary>Random bytes that make two documents of the same content different lines.</summary>
    public const int NonceLength = 16;

    private readonly Dictionary<PartyId, Card> cards;

    internal LineDocument(
        byte[] bytes,
        string slug,
        string title,
        DateTimeOffset created,
        IReadOnlyList<Card> cards,
        LinePolicy policy,
        LineId? continues
    )
    {
        Bytes = bytes;
        Hash = Sha256.Of(bytes);
        Id = LineId.Parse($"{slug}-{HashDigits(Hash)}");
        Title = title;
        Created = created;
        Cards = cards;
        Policy = policy;
        Continues = continues;
        this.cards = cards.ToDictionary(card => card.Party);
    }

    /// <summary>The slug, a hyphen, and the first 160 bits of <see cref="Hash"/> in base32. // LINE-7</summary>
    public LineId Id { get; }
    public string Title { get; }

    /// <summary>When the document was written, UTC, whole milliseconds.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>One card for each party, in ascending order of party ids.</summary>
    public IReadOnlyList<Card> Cards { get; }
    public LinePolicy Policy { get; }

    /// <summary>The line that this one continues, with all its parties and further ones: how a party is admitted
    /// (LINE-12). Null for a line that begins.</summary>
    public LineId? Continues { get; }

    /// <summary>True for a party's own journal, which no other party is on.</summary>
    public bool IsJournal => Cards.Count == 1;

    /// <summary>The document's exact bytes.</summary>
    public byte[] Bytes { get; }

    /// <summary>SHA-256 of <see cref="Bytes"/>.</summary>
    public Hash Hash { get; }
    public Fingerprint Fingerprint => Fingerprint.Of(Hash);
    public IEnumerable<PartyId> Parties => Cards.Select(card => card.Party);

    /// <summary>The party's card; null when it is not on the line.</summary>
    public Card? CardOf(PartyId party) => cards.GetValueOrDefault(party);

    /// <summary>The key that signs the checkpoints of the party's feed on this line. A party that is not on it is
    /// misuse and throws.</summary>
    public VerifierKey LogKey(PartyId party) => VerifierKey.ForLog(new Origin(Id, party), cards[party].Log);

    /// <summary>The key with which the party cosigns other feeds. A party that is not on the line is misuse and
    /// throws.</summary>
    public VerifierKey CosignKey(PartyId party) => VerifierKey.ForCosigner(party, cards[party].Cosign);

    /// <summary>Reads a document; every card in it is verified, and a document not in its one form is
    /// refused.</summary>
    public static Parsed<LineDocument> Parse(ReadOnlySpan<byte> bytes) => LineDocumentText.Read(bytes);

    /// <summary>Writes a document. Contents that <see cref="Parse"/> would refuse throw with its reason.</summary>
    /// <param name="nonce16">16 random bytes.</param>
    /// <param name="cards">In any order.</param>
    /// <param name="continues">The line that it continues, if any.</param>
    public static LineDocument Create(
        string slug,
        string title,
        DateTimeOffset created,
        byte[] nonce16,
        IReadOnlyList<Card> cards,
        LinePolicy policy,
        LineId? continues = null
    )
    {
        if (nonce16.Length != NonceLength)
            throw new ArgumentException($"{NonceLength} bytes are needed", nameof(nonce16));
        Card[] sorted = [.. cards.OrderBy(card => card.Party.Value, StringComparer.Ordinal)];
        var text = LineDocumentText.Write(
            slug,
            title,
            created,
            Convert.ToHexStringLower(nonce16),
            sorted,
            policy.Whole,
            continues
        );
        return Parse(Encoding.UTF8.GetBytes(text)).TryGet(out var document, out var reason)
            ? document
            : throw new ArgumentException(reason);
    }

    /// <summary>Why this document does not continue a line that it says it continues, or null: every party of that line
    /// stays, with its keys. // LINE-12</summary>
    public string? FaultAsSuccessorOf(LineDocument before)
    {
        foreach (var old in before.Cards)
        {
            if (CardOf(old.Party) is not { } now)
                return $"{old.Party}, which is on {before.Id}, is missing";
            if (now.Identity != old.Identity)
                return $"{old.Party} has another identity than on {before.Id}";
        }
        return before.IsJournal != IsJournal ? "a journal continues nothing, and nothing continues it" : null;
    }

    private static string HashDigits(Hash hash)
    {
        const string alphabet = "abcdefghijklmnopqrstuvwxyz234567"; // RFC 4648, section 6, in lower case
        const int bitsPerDigit = 5;
        var bytes = hash.ToArray();
        return string.Create(
            LineId.HashDigits,
            bytes,
            static (digits, bytes) =>
            {
                for (var i = 0; i < digits.Length; i++)
                {
                    var bit = i * bitsPerDigit;
                    var window = (bytes[bit / 8] << 8) | bytes[bit / 8 + 1];
                    digits[i] = alphabet[(window >> (16 - bitsPerDigit - bit % 8)) & 31];
                }
            }
        );
    }
}
