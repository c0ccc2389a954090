using System.Text;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>The bytes of a line document: one line of JSON, read and written (docs/protocol/line.md).</summary>
internal static class LineDocumentText
{
    private const int Version = 1;
    private static readonly MemberNames Members = new(
        "parley",
        "slug",
        "title",
        "created",
        "nonce",
        "policy",
        "cards",
        "continues"
    );

    /// <summary>Without the last, which only a line that continues another one has.</summary>
    private const int MemberCount = 7;

    internal static string Write(
        string slug,
        string title,
        DateTimeOffset created,
        string nonce,
        IReadOnlyList<Card> cards,
        LinePolicy policy,
        LineId? continues
    )
    {
        var json = new CanonicalJson()
            .Open('{')
            .Member("parley", Version)
            .Member("slug", slug)
            .Member("title", title)
            .Member("created", UtcText.Of(created))
            .Member("nonce", nonce);
        if (continues is { } before)
            json.Member("continues", before.Value);
        json.Name("policy");
        policy.Write(json).Member("cards", cards.Select(card => card.NoteText)).Close('}');
        return $"{json}\n";
    }

    internal static Parsed<LineDocument> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LineDocument.MaxLength)
            return new Rejected($"the line document is longer than {LineDocument.MaxLength} bytes");
        if (bytes.IsEmpty || bytes[^1] != '\n')
            return new Rejected("the line document does not end in a newline");
        var json = new StrictJson(bytes[..^1]);
        string? slug = null,
            title = null,
            nonce = null;
        DateTimeOffset created = default;
        LinePolicy policy = LinePolicy.Default;
        List<Card> cards = [];
        LineId? continues = null;

        json.ReadRootObject();
        MemberState state = default;
        while (json.NextMember(Members, ref state, out var member))
        {
            switch (member)
            {
                case 0:
                    if (json.Integer("parley", EntryHeader.MaxSeq, out var version) && version != Version)
                        json.Fail("is of another version");
                    break;
                case 1:
                    if (
                        json.Text("slug", LineDocument.MaxSlugLength, out slug)
                        && !Slug.IsValid(slug, LineDocument.MaxSlugLength)
                    )
                        json.Fail("'slug' is not a–z, 0–9 and inner hyphens");
                    break;
                case 2:
                    if (
                        json.Text("title", LineDocument.MaxTitleLength, out title)
                        && !EntryGrammar.TryName(title, out _)
                    )
                        json.Fail("'title' is empty or cannot be shown");
                    break;
                case 3:
                    if (json.Plain("created", out var time) && !UtcText.TryRead(time, out created))
                        json.Fail("'created' is not a UTC time in milliseconds");
                    break;
                case 4:
                    if (json.Text("nonce", 2 * LineDocument.NonceLength, out nonce) && !IsNonce(nonce))
                        json.Fail($"'nonce' is not {2 * LineDocument.NonceLength} lower-case hex digits");
                    break;
                case 5:
                    policy = LinePolicy.Read(ref json);
                    break;
                case 6:
                    ReadCards(ref json, cards);
                    break;
                default:
                    if (json.Text("continues", LineId.MaxLength, out var text) && !LineId.TryParse(text, out _))
                        json.Fail("'continues' is not a line id");
                    else if (text is not null)
                        continues = LineId.Parse(text);
                    break;
            }
        }
        if (json.End() && state.FirstMissing(MemberCount) is >= 0 and var missing)
            json.Fail($"lacks '{Members[missing]}'");
        if (json.Fault is null && FaultOf(cards) is { } fault)
            json.Fail(fault);
        if (json.Fault is not null)
            return new Rejected($"the line document {json.Fault}");
        // LINE-6: one content, one form, one hash.
        if (
            !Encoding
                .UTF8.GetBytes(Write(slug!, title!, created, nonce!, cards, policy, continues))
                .AsSpan()
                .SequenceEqual(bytes)
        )
            return new Rejected("the line document is not written in the one form that line documents have");
        return new LineDocument(bytes.ToArray(), slug!, title!, created, cards, policy, continues);
    }

    private static void ReadCards(ref StrictJson json, List<Card> cards)
    {
        if (!json.IsArray("cards"))
            return;
        while (json.NextItem() && json.Text("cards", Card.MaxLength, out var note))
        {
            if (cards.Count == LineDocument.MaxParties)
                json.Fail($"has more than {LineDocument.MaxParties} parties");
            else if (Card.Parse(Encoding.UTF8.GetBytes(note)).TryGet(out var card, out var reason))
                cards.Add(card);
            else
                json.Fail($"has a card that is refused: {reason}");
        }
    }

    // LINE-9: two parties never share a name or a key; ascending order leaves one way to write the same parties.
    private static string? FaultOf(List<Card> cards)
    {
        if (cards.Count < LineDocument.MinParties)
            return $"has fewer than {LineDocument.MinParties} parties";
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < cards.Count; i++)
        {
            if (i > 0 && string.CompareOrdinal(cards[i - 1].Party.Value, cards[i].Party.Value) >= 0)
                return "has its parties not in ascending order, or one twice";
            var card = cards[i];
            string[] own =
            [
                card.Identity.ToHex(),
                card.Log.ToHex(),
                card.Cosign.ToHex(),
                Convert.ToHexStringLower(card.LinkTls),
                Convert.ToHexStringLower(card.Hpke),
            ];
            if (!own.All(keys.Add))
                return "has one key twice";
        }
        return null;
    }

    private static bool IsNonce(string text) =>
        text.Length == 2 * LineDocument.NonceLength && text.All(char.IsAsciiHexDigitLower);
}
