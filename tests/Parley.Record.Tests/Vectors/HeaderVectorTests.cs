using System.Text;
using System.Text.Json.Nodes;
using Parley.Record.Tests.Entries;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Vectors;

/// <summary>docs/protocol/vectors/headers.json: entry headers that every reader takes, and those that every reader
/// refuses.</summary>
public sealed class HeaderVectorTests
{
    private const string Group = "headers";

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // ENTRY-1 ENTRY-2 ENTRY-3 ENTRY-4 ENTRY-5 ENTRY-6 ENTRY-7 ENTRY-8 ENTRY-9 ENTRY-10 ENTRY-11 ENTRY-12
    [Fact]
    public void A_header_is_taken_or_refused_as_the_vector_says() =>
        OwnVectors.Each(
            Group,
            vector =>
            {
                var bytes = OwnVectors.Bytes(vector["header"]);
                var taken = EntryHeader.Parse(bytes).TryGet(out var header, out var why);
                Assert.True(taken == (bool)vector["taken"]!, why ?? "it was taken");
                if (!taken)
                    return;
                Assert.Equal((string?)vector["leaf"], MerkleHash.Leaf(bytes).ToHex());
                Assert.Equal((string?)vector["id"], header!.Id.ToString());
                if (vector["salt"] is { } salt)
                    Assert.Equal(
                        header.Body,
                        Body.Commit(Convert.FromHexString((string)salt!), OwnVectors.Bytes(vector["body"]))
                    );
            }
        );

    private static OwnVectors Made()
    {
        var vectors = new OwnVectors(
            Group,
            "An entry header's bytes; whether a reader takes it; and of one that is taken its id, its leaf hash (LOG-1) and, where it is given, the salt and body that it commits to."
        );
        foreach (var (name, clauses, header) in Taken())
            vectors.Add(name, clauses, Good(header));
        var (salted, salt, body) = Committed();
        var committed = Good(salted);
        committed["salt"] = Convert.ToHexStringLower(salt);
        committed["body"] = OwnVectors.Of(body);
        vectors.Add("the commitment is SHA-256 of salt and body", "ENTRY-11 ENTRY-12", committed);
        foreach (var (name, clauses, header) in Refused())
            vectors.Add(name, clauses, new JsonObject { ["header"] = OwnVectors.Of(header), ["taken"] = false });
        return vectors;
    }

    private static JsonObject Good(byte[] header) =>
        new()
        {
            ["header"] = OwnVectors.Of(header),
            ["taken"] = true,
            ["id"] = EntryHeader.Parse(header).Required().Id.ToString(),
            ["leaf"] = MerkleHash.Leaf(header).ToHex(),
        };

    private static (byte[] Header, byte[] Salt, byte[] Body) Committed()
    {
        byte[] salt = [.. Enumerable.Range(0, Body.SaltLength).Select(i => (byte)i)],
            body = """{"text":"The corridor is open"}"""u8.ToArray();
        var header = Headers.Sample with { Body = Body.Commit(salt, body), Size = body.Length };
        return (header.Encode(), salt, body);
    }

    private static byte[] With(string found, string put, string header = Headers.Full)
    {
        var at = header.IndexOf(found, StringComparison.Ordinal);
        Assert.True(at >= 0, found);
        return Headers.Utf8(header[..at] + put + header[(at + found.Length)..]);
    }

    private static byte[] LongAs(int length)
    {
        // White space is the one thing of which there may be any amount.
        var text = Headers.Least;
        return Headers.Utf8("{" + new string(' ', length - text.Length) + text[1..]);
    }

    private static IEnumerable<(string Name, string Clauses, byte[] Header)> Taken() =>
        [
            ("every member", "ENTRY-3", Headers.Utf8(Headers.Full)),
            ("the members that are required", "ENTRY-3", Headers.Utf8(Headers.Least)),
            ("16,384 bytes", "ENTRY-1 ENTRY-2", LongAs(EntryHeader.MaxLength)),
            (
                "white space between tokens",
                "ENTRY-2",
                Headers.Utf8(Headers.Least.Replace(",", " ,\n\t\r", StringComparison.Ordinal))
            ),
            (
                "the members in another order",
                "ENTRY-2",
                Headers.Utf8(
                    $$"""{"seen":{},"re":[],"by":{"name":"A","seat":"watch"},"precedence":"routine","mark":"actual","kind":"line.opened","at":"2022-03-23T14:05:11.204Z","seq":0,"from":"us","line":"{{Headers.LineText}}","parley":1}"""
                )
            ),
            ("an escape in a name", "ENTRY-2 ENTRY-9", With("Maj. A. Doe", """\u004daj. A. \"Doe\" \\ \/""")),
            ("a surrogate pair as escapes in a name", "ENTRY-2 ENTRY-9", With("Maj. A. Doe", """Doe \ud83d\ude00""")),
            ("the largest seq", "ENTRY-5", With("\"seq\":41", "\"seq\":9007199254740991")),
            ("the largest size of a body", "ENTRY-5", With("1234", "268435456")),
            ("the first of years", "ENTRY-6", With("2022-03-23", "0001-01-01")),
            ("the last of years", "ENTRY-6", With("2022-03-23", "9999-12-31")),
            ("a leap day", "ENTRY-6", With("2022-03-23", "2024-02-29")),
            ("a kind of three words with underscores", "ENTRY-7", With("call.requested", "a.b_1_.c2")),
            ("a kind of 64 characters", "ENTRY-7", With("call.requested", $"a.{new string('b', 62)}")),
            ("a kind that nobody knows", "ENTRY-7", With("call.requested", "weather.reported")),
            ("mark exercise", "ENTRY-7", With("actual", "exercise")),
            ("mark test", "ENTRY-7", With("actual", "test")),
            ("precedence priority", "ENTRY-7", With("flash", "priority")),
            ("precedence immediate", "ENTRY-7", With("flash", "immediate")),
            ("to the author itself", "ENTRY-8", With("[\"ru\"]", "[\"us\"]")),
            ("to a party that is on no line", "ENTRY-8", With("[\"ru\"]", "[\"nobody\"]")),
            ("seen nothing of a party, said so", "ENTRY-8", With("\"ru\":18", "\"ru\":0")),
            ("an answer to one's own earlier entry", "ENTRY-8", With("ru/17", "us/40")),
            (
                "64 entries answered",
                "ENTRY-8",
                With("\"ru/17\"", string.Join(',', Enumerable.Range(0, 64).Select(i => $"\"ru/{i}\"")))
            ),
            ("a party id of 32 characters", "ENTRY-8", With("ru/17", $"{new string('r', 32)}/17")),
            ("a seat that this specification does not name", "ENTRY-9", With("\"watch\"", "\"cook\"")),
            ("a name of 200 UTF-16 units", "ENTRY-9", With("Maj. A. Doe", new string('D', 200))),
            ("a name in another script", "ENTRY-9", With("Maj. A. Doe", "مقدم احمد")),
            ("a mark of direction in a name", "ENTRY-9", With("Maj. A. Doe", "Doe\u200e A.")),
            ("a byte order mark as a name", "ENTRY-9", With("Maj. A. Doe", "\uFEFF")),
            ("a language with a region", "ENTRY-10", With("\"en\"", "\"zh-Hant-TW\"")),
            ("an empty body", "ENTRY-11", With("\"size\":1234", "\"size\":0")),
        ];

    private static IEnumerable<(string Name, string Clauses, byte[] Header)> Refused() =>
        [
            ("16,385 bytes", "ENTRY-1", LongAs(EntryHeader.MaxLength + 1)),
            ("no bytes", "ENTRY-2", []),
            ("a byte order mark", "ENTRY-2", [0xEF, 0xBB, 0xBF, .. Headers.Utf8(Headers.Least)]),
            ("a newline behind", "ENTRY-2", Headers.Utf8(Headers.Least + "\n")),
            ("a space before", "ENTRY-2", Headers.Utf8(" " + Headers.Least)),
            ("two objects", "ENTRY-2", Headers.Utf8(Headers.Least + Headers.Least)),
            ("an array around", "ENTRY-2", Headers.Utf8($"[{Headers.Least}]")),
            ("a comment", "ENTRY-2", With("\"seq\"", "/**/\"seq\"")),
            ("a comma too many", "ENTRY-2", Headers.Utf8(Headers.Least[..^1] + ",}")),
            ("an unknown member", "ENTRY-2", With("\"seq\"", "\"extra\":1,\"seq\"")),
            ("a member twice", "ENTRY-2", With("\"seq\":41", "\"seq\":41,\"seq\":41")),
            ("a member twice in by", "ENTRY-2", With("\"name\":\"Maj. A. Doe\"", "\"name\":\"A\",\"name\":\"A\"")),
            ("a party twice in seen", "ENTRY-2", With("\"ru\":18", "\"ru\":18,\"ru\":18")),
            ("a name of a member with an escape", "ENTRY-2", With("\"seq\"", "\"\\u0073eq\"")),
            ("an escape in mark", "ENTRY-2", With("actual", "\\u0061ctual")),
            ("an escaped solidus in re", "ENTRY-2", With("ru/17", "ru\\/17")),
            ("an escape in kind", "ENTRY-2", With("call.requested", "call.re\\u0071uested")),
            ("invalid UTF-8 in a name", "ENTRY-2", Bent("Maj. A. Doe", [0xFF, 0xFE])),
            ("an overlong form in a name", "ENTRY-2", Bent("Maj. A. Doe", [0xC0, 0xAF])),
            ("a surrogate in UTF-8", "ENTRY-2", Bent("Maj. A. Doe", [0xED, 0xA0, 0x80])),
            ("an escaped surrogate without its partner", "ENTRY-2", With("Maj. A. Doe", "D\\ud800oe")),
            ("cut off before its end", "ENTRY-2", Headers.Utf8(Headers.Full[..^1])),
            ("without parley", "ENTRY-3", With("\"parley\":1,", "")),
            ("without line", "ENTRY-3", With($"\"line\":\"{Headers.LineText}\",", "")),
            ("without from", "ENTRY-3", With("\"from\":\"us\",", "")),
            ("without seq", "ENTRY-3", With("\"seq\":41,", "")),
            ("without at", "ENTRY-3", With("\"at\":\"2022-03-23T14:05:11.204Z\",", "")),
            ("without kind", "ENTRY-3", With("\"kind\":\"call.requested\",", "")),
            ("without mark", "ENTRY-3", With("\"mark\":\"actual\",", "")),
            ("without precedence", "ENTRY-3", With("\"precedence\":\"flash\",", "")),
            ("without re", "ENTRY-3", With("\"re\":[\"ru/17\"],", "")),
            ("without seen", "ENTRY-3", With("\"seen\":{\"ru\":18},", "")),
            ("a language of null", "ENTRY-3", With("\"en\"", "null")),
            ("to of null", "ENTRY-3", With("[\"ru\"]", "null")),
            ("another version", "ENTRY-4", With("\"parley\":1", "\"parley\":2")),
            ("a version as a string", "ENTRY-4", With("\"parley\":1", "\"parley\":\"1\"")),
            ("a sign before a number", "ENTRY-5", With(":41", ":-41")),
            ("a fraction", "ENTRY-5", With(":41", ":41.0")),
            ("an exponent", "ENTRY-5", With(":41", ":4e1")),
            ("a leading zero", "ENTRY-5", With(":41", ":041")),
            ("a seq of 2^53", "ENTRY-5", With(":41", ":9007199254740992")),
            ("a seen of 2^53", "ENTRY-5", With(":18", ":9007199254740992")),
            ("a size above its limit", "ENTRY-5", With("1234", "268435457")),
            ("a time to the second", "ENTRY-6", With("11.204Z", "11Z")),
            ("a time in microseconds", "ENTRY-6", With("204Z", "204000Z")),
            ("a time with an offset", "ENTRY-6", With("204Z", "204+00:00")),
            ("a time in lower case", "ENTRY-6", With("T14:05:11.204Z", "t14:05:11.204z")),
            ("a leap second", "ENTRY-6", With("23T14:05:11", "23T23:59:60")),
            ("hour 24", "ENTRY-6", With("23T14:05", "23T24:00")),
            ("29 February of a common year", "ENTRY-6", With("2022-03-23", "2022-02-29")),
            ("the year 0", "ENTRY-6", With("2022-03-23", "0000-01-01")),
            ("a kind of one word", "ENTRY-7", With("call.requested", "call")),
            ("a kind with an empty word", "ENTRY-7", With("call.requested", "call..requested")),
            ("a kind that ends in a dot", "ENTRY-7", With("call.requested", "call.")),
            ("a word of a kind that begins with a digit", "ENTRY-7", With("call.requested", "call.1st")),
            ("an underscore in the first word", "ENTRY-7", With("call.requested", "ca_ll.requested")),
            ("a capital in a kind", "ENTRY-7", With("call.requested", "call.Requested")),
            ("a kind of 65 characters", "ENTRY-7", With("call.requested", $"a.{new string('b', 63)}")),
            ("another mark", "ENTRY-7", With("actual", "drill")),
            ("a mark with a capital", "ENTRY-7", With("actual", "Actual")),
            ("another precedence", "ENTRY-7", With("flash", "urgent")),
            ("a line id without its hash", "ENTRY-8", With(Headers.LineText, "north")),
            ("a party id with a capital", "ENTRY-8", With("\"us\"", "\"US\"")),
            ("a party id that begins with a hyphen", "ENTRY-8", With("\"us\"", "\"-us\"")),
            ("a party id of 33 characters", "ENTRY-8", With("ru/17", $"{new string('r', 33)}/17")),
            ("an entry id with a leading zero", "ENTRY-8", With("ru/17", "ru/017")),
            ("an entry answered twice", "ENTRY-8", With("\"ru/17\"", "\"ru/17\",\"ru/17\"")),
            ("an answer to itself", "ENTRY-8", With("ru/17", "us/41")),
            ("an answer to one's own later entry", "ENTRY-8", With("ru/17", "us/42")),
            (
                "65 entries answered",
                "ENTRY-8",
                With("\"ru/17\"", string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"ru/{i}\"")))
            ),
            ("seen of one's own feed", "ENTRY-8", With("\"ru\":18", "\"us\":18")),
            (
                "33 parties seen",
                "ENTRY-8",
                With("\"ru\":18", string.Join(',', Enumerable.Range(0, 33).Select(i => $"\"p{i}\":1")))
            ),
            ("to nobody", "ENTRY-8", With("[\"ru\"]", "[]")),
            ("to a party twice", "ENTRY-8", With("[\"ru\"]", "[\"ru\",\"ru\"]")),
            ("by without a seat", "ENTRY-9", With("\"seat\":\"watch\",", "")),
            ("a seat with a space", "ENTRY-9", With("\"watch\"", "\"the watch\"")),
            (
                "a release inside a release",
                "ENTRY-9",
                With(
                    "\"name\":\"Gen. B. Roe\"",
                    "\"name\":\"Gen. B. Roe\",\"released_by\":{\"seat\":\"principal\",\"name\":\"X\"}"
                )
            ),
            ("an empty name", "ENTRY-9", With("Maj. A. Doe", "")),
            ("a name of 201 UTF-16 units", "ENTRY-9", With("Maj. A. Doe", new string('D', 201))),
            ("a space before a name", "ENTRY-9", With("Maj. A. Doe", " Doe")),
            ("an ideographic space behind a name", "ENTRY-9", With("Maj. A. Doe", "Doe\u3000")),
            ("a newline in a name", "ENTRY-9", With("Maj. A. Doe", "D\\noe")),
            ("a C1 control in a name", "ENTRY-9", With("Maj. A. Doe", "D\u0085oe")),
            ("DEL in a name", "ENTRY-9", With("Maj. A. Doe", "D\u007foe")),
            ("a line separator in a name", "ENTRY-9", With("Maj. A. Doe", "D\u2028oe")),
            ("an override of direction in a name", "ENTRY-9", With("Maj. A. Doe", "D\u202eoe")),
            ("an isolate of direction in a name", "ENTRY-9", With("Maj. A. Doe", "D\u2066oe")),
            ("a language with an underscore", "ENTRY-10", With("\"en\"", "\"en_GB\"")),
            ("a language that begins with a digit", "ENTRY-10", With("\"en\"", "\"1\"")),
            ("two hyphens in a language", "ENTRY-10", With("\"en\"", "\"en--gb\"")),
            ("a language of 36 characters", "ENTRY-10", With("\"en\"", $"\"{new string('e', 36)}\"")),
            ("a body without a size", "ENTRY-11", With(",\"size\":1234", "")),
            ("a size without a body", "ENTRY-11", With($"\"body\":\"{Headers.BodyText}\",", "")),
            ("another hash", "ENTRY-11", With("sha256:", "sha512:")),
            ("a commitment in capitals", "ENTRY-11", With("0a0b0c", "0A0B0C")),
        ];

    private static byte[] Bent(string found, byte[] put)
    {
        var at = Headers.Full.IndexOf(found, StringComparison.Ordinal);
        return
        [
            .. Encoding.UTF8.GetBytes(Headers.Full[..at]),
            .. put,
            .. Encoding.UTF8.GetBytes(Headers.Full[(at + found.Length)..]),
        ];
    }
}
