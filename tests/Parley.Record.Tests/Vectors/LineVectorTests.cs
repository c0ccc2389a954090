using System.Text;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Vectors;

/// <summary>docs/protocol/vectors/cards.json and lines.json: keys, cards, fingerprints, line documents.</summary>
public sealed class LineVectorTests
{
    private const string Cards = "cards",
        Lines = "lines";

    private static readonly VectorParty Us = VectorParty.Us,
        Ru = VectorParty.Ru,
        Icrc = VectorParty.Icrc;

    [Fact]
    public void The_vectors_of_cards_are_those_of_the_protocol() => MadeCards().AreThoseOfTheProtocol();

    [Fact]
    public void The_vectors_of_lines_are_those_of_the_protocol() => MadeLines().AreThoseOfTheProtocol();

    // LINE-1 LINE-2 LINE-3 LINE-4 LINE-18 LINE-19 LOG-8
    [Fact]
    public void A_card_is_taken_or_refused_as_the_vector_says() =>
        OwnVectors.Each(
            Cards,
            vector =>
            {
                var taken = Card.Parse(OwnVectors.Bytes(vector["card"])).TryGet(out var card, out var why);
                Assert.True(taken == (bool)vector["taken"]!, why ?? "it was taken");
                if (!taken)
                    return;
                Assert.Equal((string?)vector["party"], card!.Party.Value);
                Assert.Equal((string?)vector["fingerprint"], card.Fingerprint.Hash.ToHex());
                Assert.Equal((string?)vector["words"], card.Fingerprint.Words);
                if (vector["secrets"] is JsonObject secrets)
                    Assert.Equal(
                        card.Identity,
                        SigningKey.FromSeed(Convert.FromHexString((string)secrets["identity"]!)).PublicKey
                    );
            }
        );

    // LINE-4 LINE-6 LINE-7 LINE-8 LINE-9 LINE-10 LINE-11 LINE-13 LOG-3 LOG-4 LOG-5
    [Fact]
    public void A_line_document_is_taken_or_refused_as_the_vector_says() =>
        OwnVectors.Each(
            Lines,
            vector =>
            {
                var taken = LineDocument.Parse(OwnVectors.Bytes(vector["document"])).TryGet(out var line, out var why);
                Assert.True(taken == (bool)vector["taken"]!, why ?? "it was taken");
                if (!taken)
                    return;
                Assert.Equal((string?)vector["line"], line!.Id.Value);
                Assert.Equal((string?)vector["fingerprint"], line.Fingerprint.Hash.ToHex());
                Assert.Equal((string?)vector["opening"], Encoding.UTF8.GetString(LineOpened.BodyFor(line.Hash)));
                foreach (var feed in (JsonArray)vector["feeds"]!)
                {
                    var party = PartyId.Parse((string)feed!["party"]!);
                    Assert.Equal((string?)feed["origin"], new Origin(line.Id, party).ToString());
                    Assert.Equal((string?)feed["logKey"], line.LogKey(party).ToString());
                    Assert.Equal((string?)feed["cosignKey"], line.CosignKey(party).ToString());
                }
            }
        );

    // LINE-4: the published file is the list that fingerprints are read out from.
    [Fact]
    public void The_published_list_of_words_is_the_one_that_is_used()
    {
        var folder = Path.Combine(VectorFolder.ProjectRoot(), "docs", "protocol");
        var bytes = File.ReadAllBytes(Path.Combine(folder, "words.txt"));
        var words = Encoding.ASCII.GetString(bytes).Split('\n')[..^1];
        Assert.Equal(256, words.Length);
        for (var i = 0; i < words.Length; i += Fingerprint.WordBytes)
        {
            var hash = new Hash([
                .. Enumerable.Range(i, Fingerprint.WordBytes).Select(b => (byte)b),
                .. new byte[Hash.Length - Fingerprint.WordBytes],
            ]);
            Assert.Equal(string.Join(' ', words[i..(i + Fingerprint.WordBytes)]), Fingerprint.Of(hash).Words);
        }
        Assert.Contains(
            $"`{Sha256.Of(bytes).ToHex()}`",
            File.ReadAllText(Path.Combine(folder, "line.md")),
            StringComparison.Ordinal
        );
    }

    private static OwnVectors MadeCards()
    {
        var vectors = new OwnVectors(
            Cards,
            "A card as a signed note; whether a reader takes it; and of one that is taken its party, its fingerprint (the SHA-256 of the identity key) and that in words. Secrets are 32 bytes each: Ed25519 seeds, the scalar of P-256, the X25519 key."
        );
        foreach (var party in (VectorParty[])[Us, Ru, Icrc])
        {
            var good = Good(party.Card);
            good["secrets"] = party.Secrets;
            vectors.Add($"the card of {party.Id}", "LINE-1 LINE-3 LINE-4 LINE-18", good);
        }
        foreach (
            var (name, contents) in new (string, CardContents)[]
            {
                ("two languages that differ by case", Us.Contents with { Languages = ["en", "EN"] }),
                ("sixteen languages", Us.Contents with { Languages = [.. Tags(16)] }),
                ("eight addresses", Us.Contents with { Addresses = [.. Hosts(8)] }),
                ("port 65535", Us.Contents with { Addresses = ["us.example:65535"] }),
                ("an address of 259 characters", Us.Contents with { Addresses = [$"{new string('a', 253)}:65535"] }),
            }
        )
            vectors.Add(name, "LINE-1 LINE-18", Good(Card.Sign(contents, Us.Identity)));

        var text = SignedNote.Parse(Us.Card.Encode()).Required().Text;
        foreach (
            var (name, clauses, found, put) in new (string, string, string, string)[]
            {
                ("another first line", "LINE-1", "parley/card/v1", "parley/card/v2"),
                ("a space in the JSON", "LINE-2", "{\"party\"", "{ \"party\""),
                ("an escape that is not needed", "LINE-2", "\"us\"", "\"u\\u0073\""),
                ("a member that is unknown", "LINE-2", "\"languages\"", "\"tongues\""),
                ("a member missing", "LINE-1", "\"languages\":[\"en\"],", ""),
                ("a member twice", "LINE-2", "\"name\"", "\"party\":\"us\",\"name\""),
                ("a language twice", "LINE-1", "[\"en\"]", "[\"en\",\"en\"]"),
                ("seventeen languages", "LINE-1", "[\"en\"]", $"[{Quoted(Tags(17))}]"),
                ("nine addresses", "LINE-1", "[\"hotline.us.example:7474\"]", $"[{Quoted(Hosts(9))}]"),
                ("an address twice", "LINE-1", "[\"hotline.us.example:7474\"]", "[\"a:1\",\"a:1\"]"),
                ("an address without a port", "LINE-18", "hotline.us.example:7474", "hotline.us.example"),
                ("port 0", "LINE-18", ":7474", ":0"),
                ("port 65536", "LINE-18", ":7474", ":65536"),
                ("a port with a leading zero", "LINE-18", ":7474", ":07474"),
                ("a URL as an address", "LINE-18", "hotline.us.example", "https://hotline.us.example"),
                ("a host in another script", "LINE-18", "hotline.us.example", "горячая.пример"),
                ("a host that begins with a hyphen", "LINE-18", "hotline.us.example", "-us.example"),
                ("an IPv6 address without brackets", "LINE-18", "hotline.us.example", "2001:db8::7"),
                ("an IPv6 address with a zone", "LINE-18", "hotline.us.example", "[fe80::1%25eth0]"),
                ("an empty name", "LINE-1", "Northern Command", ""),
                ("an override of direction in the name", "LINE-1", "Northern Command", "Northern \\u202e"),
                ("a time to the second", "LINE-1", "09:00:00.000Z", "09:00:00Z"),
                (
                    "a key of low order",
                    "LINE-3",
                    Base64(Us.Log.PublicKey),
                    Convert.ToBase64String([1, .. new byte[31]])
                ),
                ("one key in two roles", "LINE-3", Base64(Us.Log.PublicKey), Base64(Us.Cosign.PublicKey)),
                (
                    "Base64 with bits that no byte uses",
                    "LOG-8 LINE-1",
                    Base64(Us.Log.PublicKey),
                    Stray(Base64(Us.Log.PublicKey))
                ),
                (
                    "an hpke key of zeros",
                    "LINE-19",
                    Convert.ToBase64String(Us.Contents.Hpke),
                    Convert.ToBase64String(new byte[32])
                ),
                (
                    "a compressed link key",
                    "LINE-1",
                    Convert.ToBase64String(Us.Contents.LinkTls),
                    Convert.ToBase64String([
                        .. Convert.FromHexString("3039301306072a8648ce3d020106082a8648ce3d03010703220002"),
                        .. Us.Contents.LinkTls[27..59],
                    ])
                ),
            }
        )
        {
            var bent = text.Replace(found, put, StringComparison.Ordinal);
            Assert.NotEqual(text, bent);
            vectors.Add(name, clauses, Bad(Noted(bent, NoteSignature.Sign(bent, "us", Us.Identity))));
        }
        var own = NoteSignature.Sign(text, "us", Us.Identity);
        vectors.Add("signed by another key", "LINE-3", Bad(Noted(text, NoteSignature.Sign(text, "us", Ru.Identity))));
        vectors.Add("named by another party", "LINE-3", Bad(Noted(text, NoteSignature.Sign(text, "ru", Us.Identity))));
        vectors.Add("a second signature", "LINE-3", Bad(Noted(text, own, NoteSignature.Sign(text, "ru", Ru.Identity))));
        vectors.Add("the signature twice", "LINE-3", Bad(Noted(text, own, own)));
        vectors.Add("no signature", "LINE-3", Bad(Encoding.UTF8.GetBytes($"{text}\n")));
        return vectors;
    }

    private static OwnVectors MadeLines()
    {
        var vectors = new OwnVectors(
            Lines,
            "A line document; whether a reader takes it; and of one that is taken the line's id and fingerprint, the body of every entry 0, and each feed's origin and keys."
        );
        var document = VectorParty.Line(Us, Ru);
        vectors.Add("two parties", "LINE-6 LINE-7 LINE-8 LINE-10 LINE-11", Good(document));
        vectors.Add("three parties", "LINE-9", Good(VectorParty.Line(Us, Ru, Icrc)));
        vectors.Add("a journal", "LINE-9", Good(VectorParty.Line(Us)));
        vectors.Add(
            "a line that continues another",
            "LINE-6 LINE-12",
            Good(
                LineDocument.Create(
                    "north",
                    "Northern line",
                    VectorParty.Issued,
                    new byte[LineDocument.NonceLength],
                    [Us.Card, Ru.Card, Icrc.Card],
                    LinePolicy.Default,
                    document.Id
                )
            )
        );
        var text = Encoding.UTF8.GetString(document.Bytes);
        var policyAt = text.IndexOf(",\"fold\":", StringComparison.Ordinal);
        var fold = text[policyAt..text.IndexOf('}', policyAt)];
        var separation = text[text.IndexOf(",\"separation\":", StringComparison.Ordinal)..policyAt];
        var two = text[
            text.IndexOf(",\"twoPeople\":", StringComparison.Ordinal)..text.IndexOf(
                ",\"separation\":",
                StringComparison.Ordinal
            )
        ];
        foreach (
            var (name, clauses, without) in new (string, string, string[])[]
            {
                ("of fold 1, which is not said", "LINE-13", [fold]),
                ("from before there was separation", "LINE-8", [fold, separation]),
                ("from before there was twoPeople", "LINE-8", [fold, separation, two]),
            }
        )
        {
            var older = without.Aggregate(text, (t, part) => t.Replace(part, "", StringComparison.Ordinal));
            vectors.Add(name, clauses, Good(LineDocument.Parse(Encoding.UTF8.GetBytes(older)).Required()));
        }
        foreach (
            var (name, clauses, found, put) in new (string, string, string, string)[]
            {
                ("without its newline", "LINE-6", "}\n", "}"),
                ("two newlines", "LINE-6", "}\n", "}\n\n"),
                ("white space", "LINE-6", "{\"parley\"", "{ \"parley\""),
                (
                    "members in another order",
                    "LINE-6",
                    "\"parley\":1,\"slug\":\"north\"",
                    "\"slug\":\"north\",\"parley\":1"
                ),
                ("another version", "LINE-6", "\"parley\":1", "\"parley\":2"),
                ("a slug with a capital", "LINE-7", "\"slug\":\"north\"", "\"slug\":\"North\""),
                ("a slug of 68 characters", "LINE-7", "\"slug\":\"north\"", $"\"slug\":\"{new string('n', 68)}\""),
                ("a title with a newline", "LINE-6", "Northern line", "Northern\\nline"),
                ("a nonce in capitals", "LINE-6", "000102030405060708090a", "000102030405060708090A"),
                ("a short nonce", "LINE-6", "000102", "0001"),
                (
                    "a document that continues what is no line",
                    "LINE-6",
                    ",\"policy\"",
                    ",\"continues\":\"north\",\"policy\""
                ),
                ("more time for what is more urgent", "LINE-8", "\"priority\":10800", "\"priority\":90000"),
                ("clockWarn above clockFlag", "LINE-8", "\"clockWarn\":2", "\"clockWarn\":11"),
                ("a period of no time", "LINE-8", "\"heartbeat\":10", "\"heartbeat\":0"),
                ("a period above 31 days", "LINE-8", "\"lineTest\":3600", "\"lineTest\":2678401"),
                ("staffed tests in another order", "LINE-8", "[\"09:00\",\"17:00\"]", "[\"17:00\",\"09:00\"]"),
                ("a time of day that is none", "LINE-8", "\"17:00\"", "\"24:00\""),
                ("an act that is none", "LINE-8", "\"suspension\"]", "\"weather\"]"),
                ("a separation above its limit", "LINE-8", "\"metres\":0", "\"metres\":100001"),
                ("fold 1, which is not to be said", "LINE-13", fold, ",\"fold\":1"),
                ("a fold that nobody knows", "LINE-13", fold, ",\"fold\":999999"),
                ("a card that is refused", "LINE-9 LINE-2", "Northern Command", "Southern Command"),
            }
        )
        {
            var bent = text.Replace(found, put, StringComparison.Ordinal);
            Assert.NotEqual(text, bent);
            vectors.Add(name, clauses, Bad("document", Encoding.UTF8.GetBytes(bent)));
        }
        string NoteOf(VectorParty party) =>
            new JsonArray(Encoding.UTF8.GetString(party.Card.Encode())).ToJsonString(Relaxed)[1..^1];
        var cards = $"[{NoteOf(Ru)},{NoteOf(Us)}]";
        Assert.Contains(cards, text, StringComparison.Ordinal);
        foreach (
            var (name, put) in new (string, string)[]
            {
                ("parties in another order", $"[{NoteOf(Us)},{NoteOf(Ru)}]"),
                ("a party twice", $"[{NoteOf(Us)},{NoteOf(Us)}]"),
                ("no party", "[]"),
            }
        )
            vectors.Add(
                name,
                "LINE-9",
                Bad("document", Encoding.UTF8.GetBytes(text.Replace(cards, put, StringComparison.Ordinal)))
            );
        return vectors;
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static JsonObject Good(Card card) =>
        new()
        {
            ["card"] = OwnVectors.Of(card.Encode()),
            ["taken"] = true,
            ["party"] = card.Party.Value,
            ["fingerprint"] = card.Fingerprint.Hash.ToHex(),
            ["words"] = card.Fingerprint.Words,
        };

    private static JsonObject Good(LineDocument line) =>
        new()
        {
            ["document"] = OwnVectors.Of(line.Bytes),
            ["taken"] = true,
            ["line"] = line.Id.Value,
            ["fingerprint"] = line.Fingerprint.Hash.ToHex(),
            ["opening"] = Encoding.UTF8.GetString(LineOpened.BodyFor(line.Hash)),
            ["feeds"] = new JsonArray([
                .. line.Parties.Select(p =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["party"] = p.Value,
                            ["origin"] = new Origin(line.Id, p).ToString(),
                            ["logKey"] = line.LogKey(p).ToString(),
                            ["cosignKey"] = line.CosignKey(p).ToString(),
                        }
                ),
            ]),
        };

    private static JsonObject Bad(byte[] card) => Bad("card", card);

    private static JsonObject Bad(string member, byte[] bytes) =>
        new() { [member] = OwnVectors.Of(bytes), ["taken"] = false };

    private static byte[] Noted(string text, params NoteSignature[] signatures) =>
        Encoding.UTF8.GetBytes($"{text}\n{string.Concat(signatures.Select(s => s.ToLine()))}");

    private static string Base64(PublicKey key) => Convert.ToBase64String(key.ToArray());

    /// <summary>The last digit before the padding with a bit that belongs to no byte.</summary>
    private static string Stray(string base64)
    {
        const string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        return $"{base64[..^2]}{digits[digits.IndexOf(base64[^2], StringComparison.Ordinal) | 1]}=";
    }

    private static IEnumerable<string> Tags(int count) =>
        Enumerable.Range(0, count).Select(i => $"{(char)('a' + i)}{(char)('a' + i)}");

    private static IEnumerable<string> Hosts(int count) =>
        Enumerable.Range(1, count).Select(i => $"h{i}.us.example:7474");

    private static string Quoted(IEnumerable<string> items) => string.Join(',', items.Select(i => $"\"{i}\""));
}
