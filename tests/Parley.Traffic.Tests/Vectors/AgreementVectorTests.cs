using System.Text;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Record;
using Parley.Testing.Vectors;
using Parley.Traffic.Agreements;
using Xunit;

namespace Parley.Traffic.Tests.Vectors;

/// <summary>docs/protocol/vectors/agreements.json and manifests.json: what was signed, by which hash, and whether it is in
/// force.</summary>
public sealed class AgreementVectorTests
{
    private const string Group = "agreements",
        Manifests = "manifests";
    private const string Tabled = "tabled",
        Open = "open",
        Partly = "partly signed",
        Signed = "signed",
        InForce = "in force";
    private static readonly Officer Two = new("principal", "First", new Officer("principal", "Second"));
    private static readonly DateTimeOffset Noon = TestRecord.Noon;

    [Fact]
    public void The_vectors_are_those_of_the_protocol()
    {
        Made().AreThoseOfTheProtocol();
        MadeManifests().AreThoseOfTheProtocol();
    }

    // CEASEFIRE-3 CEASEFIRE-4 CEASEFIRE-6 CEASEFIRE-7 CEASEFIRE-8 CEASEFIRE-9 CEASEFIRE-10 CEASEFIRE-11 CEASEFIRE-12
    // CEASEFIRE-13 CEASEFIRE-16 CEASEFIRE-18 CEASEFIRE-41
    [Fact]
    public void An_agreement_stands_as_the_vector_says() => FoldVectors.Hold(Group);

    // CEASEFIRE-1 CEASEFIRE-2
    [Fact]
    public void A_text_has_the_canonical_form_and_the_hash_that_the_vector_says() =>
        OwnVectors.Each(
            Manifests,
            vector =>
            {
                var text = OwnVectors.Bytes(vector["text"]);
                var isOne = CanonicalForm.Of(text).TryGet(out var canonical, out _);
                Assert.Equal(vector["canonical"] is not null, isOne);
                if (!isOne)
                    return;
                Assert.Equal(OwnVectors.Bytes(vector["canonical"]), canonical);
                Assert.Equal((string?)vector["hash"], AgreementVersion.HashOf(text).Required());
            }
        );

    private static OwnVectors MadeManifests()
    {
        var vectors = new OwnVectors(
            Manifests,
            "A JSON object, its canonical form (RFC 8785), and the manifest hash that a body of these bytes has; without 'canonical' it has none and is refused."
        );
        void Of(string name, string text, string canonical) =>
            vectors.Add(
                name,
                "CEASEFIRE-1 CEASEFIRE-2",
                new JsonObject
                {
                    ["text"] = OwnVectors.Of(Encoding.UTF8.GetBytes(text)),
                    ["canonical"] = OwnVectors.Of(Encoding.UTF8.GetBytes(canonical)),
                    ["hash"] = $"sha256:{Sha256.Of(Encoding.UTF8.GetBytes(canonical)).ToHex()}",
                }
            );
        void None(string name, byte[] text) =>
            vectors.Add(name, "CEASEFIRE-1", new JsonObject { ["text"] = OwnVectors.Of(text) });
        Of(
            "white space and order",
            "{ \"title\" : \"Stop\",\n\t\"noticeDays\":3 }",
            """{"noticeDays":3,"title":"Stop"}"""
        );
        Of(
            "escapes and a number with a point",
            """{"title":"\u0053top","noticeDays":3.0}""",
            """{"noticeDays":3,"title":"Stop"}"""
        );
        Of(
            "a member that nobody knows",
            """{"title":"Stop","zebra":[true,null]}""",
            """{"title":"Stop","zebra":[true,null]}"""
        );
        Of(
            "another byte of a map",
            """{"maps":[{"id":"m","hash":"sha256:b"}]}""",
            """{"maps":[{"hash":"sha256:b","id":"m"}]}"""
        );
        Of(
            "names by their UTF-16 units",
            """{"\ufb33":7,"\ud83d\ude00":6,"\u20ac":5,"\u00f6":4,"\u0080":3,"1":2,"\r":1}""",
            "{\"\\r\":1,\"1\":2,\"\u0080\":3,\"\u00f6\":4,\"\u20ac\":5,\"\ud83d\ude00\":6,\"\ufb33\":7}"
        );
        Of(
            "numbers",
            """{"n":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,-0,1e21,999999999999999900000]}""",
            """{"n":[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21,999999999999999900000]}"""
        );
        Of("controls in a text", """{"t":"\u000f\u000a\u0008\u005c\u0022\/"}""", """{"t":"\u000f\n\b\\\"/"}""");
        None("a member twice", """{"a":1,"a":2}"""u8.ToArray());
        None("a member twice, once escaped", """{"a":{"b":1,"\u0062":2}}"""u8.ToArray());
        None("half of a character", """{"a":"\ud83d"}"""u8.ToArray());
        None("a number too large to be held", """{"a":1e400}"""u8.ToArray());
        None("no JSON", "{\"a\":"u8.ToArray());
        None("no UTF-8", [.. "{\"a\":\""u8, 0xFF, .. "\"}"u8]);
        None("nested deeper than 16", Encoding.ASCII.GetBytes($"{{\"a\":{new string('[', 17)}{new string(']', 17)}}}"));
        return vectors;
    }

    private static JsonObject Text(string clause, DateTimeOffset? start = null, DateTimeOffset? ends = null) =>
        new()
        {
            ["title"] = "Ceasefire at the river",
            ["signatories"] = new JsonArray(
                Signatory("us", "party"),
                Signatory("ru", "party"),
                Signatory("osce", "guarantor")
            ),
            ["clauses"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = "1",
                    ["kind"] = "prohibited act",
                    ["text"] = clause,
                }
            ),
            ["annexes"] = new JsonArray(new JsonObject { ["id"] = "A", ["hash"] = $"sha256:{new string('b', 64)}" }),
            ["start"] = Time(start ?? Noon),
            ["ends"] = Time(ends ?? Noon.AddDays(30)),
            ["noticeDays"] = 3,
        };

    private static JsonObject Signatory(string party, string capacity) =>
        new() { ["party"] = party, ["capacity"] = capacity };

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ssZ", null);

    private static string HashOf(JsonObject text) =>
        AgreementVersion.HashOf(Encoding.UTF8.GetBytes(text.ToJsonString())).Required();

    /// <summary>A line of four with a text, opened or not.</summary>
    private sealed class Table
    {
        internal Table(JsonObject text, bool isOpen = true, int fold = LinePolicy.NewestFold)
        {
            Record = new TestRecord(fold, "us", "ru", "ua", "osce") { Mark = Mark.Actual };
            Hash = HashOf(text);
            Item = Record.Write("us", Kinds.AgreementTabled, text.ToJsonString());
            if (isOpen)
                Opened("us");
        }

        internal TestRecord Record { get; }
        internal string Hash { get; set; }
        internal EntryId Item { get; }

        internal EntryId Opened(string by) =>
            Record.Write(by, Kinds.AgreementOpened, $$"""{"hash":"{{Hash}}"}""", Item);

        internal EntryId Sign(string by, string capacity = "party", string more = "", Officer? officer = null) =>
            Act(by, Kinds.AgreementSigned, $$"""{"hash":"{{Hash}}","capacity":"{{capacity}}"{{more}}}""", officer);

        internal EntryId Act(string by, string kind, string body = "{}", Officer? officer = null) =>
            Record.Write(by, kind, body, [Item], null, officer ?? Two);

        internal EntryId Bring(string by, string kind, JsonObject text)
        {
            var entry = Record.Write(by, kind, text.ToJsonString(), Item);
            Hash = HashOf(text);
            return entry;
        }

        internal Table BySigning(params string[] parties)
        {
            foreach (var party in parties)
                Sign(party);
            return this;
        }

        internal Expected At(DateTimeOffset at, string state, string standing) =>
            new(Item, at, state) { Standing = standing };
    }

    private static OwnVectors Made()
    {
        var vectors = new FoldVectors(Group);
        var later = Noon.AddHours(6);

        var table = new Table(Text("No fire.", later), isOpen: false);
        vectors.Add("a text on the table", "CEASEFIRE-7", table.Record, [table.At(Noon, Tabled, Tabled)], []);

        table = new Table(Text("No fire.", later));
        table.Sign("us");
        table.Sign("osce", "guarantor");
        vectors.Add(
            "signed by a party and the guarantor",
            "CEASEFIRE-6",
            table.Record,
            [table.At(later, Partly, Partly)],
            []
        );

        table = new Table(Text("No fire.", later)).BySigning("us", "ru");
        vectors.Add(
            "signed by all, from its start to its end",
            "CEASEFIRE-6 CEASEFIRE-7",
            table.Record,
            [
                table.At(later.AddMilliseconds(-1), Signed, Partly),
                table.At(later, Signed, InForce),
                table.At(Noon.AddDays(30).AddMilliseconds(-1), Signed, InForce),
                table.At(Noon.AddDays(30), "ended", "ended"),
            ],
            []
        );

        table = new Table(Text("No fire.", Noon.AddHours(-1))).BySigning("us");
        table.Record.Now = Noon.AddHours(2);
        table.Sign("ru");
        vectors.Add(
            "signed after its start",
            "CEASEFIRE-7 CEASEFIRE-18",
            table.Record,
            [table.At(Noon.AddHours(1), Signed, Partly), table.At(Noon.AddHours(2), Signed, InForce)],
            []
        );

        table = new Table(Text("No fire."));
        var vain = table.Sign("ru", officer: new Officer("principal", "First"));
        var same = table.Sign("ru", officer: new Officer("principal", "First", new Officer("watch", "FIRST")));
        vectors.Add(
            "one officer signs nothing, nor twice the same",
            "CEASEFIRE-9",
            table.Record,
            [table.At(Noon, Open, Open)],
            [vain, same]
        );

        table = new Table(Text("No fire.")).BySigning("us");
        var annex = table.Sign("ru", more: ""","scope":"A" """);
        var none = table.Sign("ru", more: ""","scope":"B" """);
        var capacity = table.Sign("osce");
        var stranger = table.Sign("ua");
        Assert.NotEqual(annex, none);
        vectors.Add(
            "an annex that there is, one that there is not, another capacity, and none",
            "CEASEFIRE-3 CEASEFIRE-6",
            table.Record,
            [table.At(Noon, Partly, Partly)],
            [none, capacity, stranger]
        );

        table = new Table(Text("No fire.")).BySigning("us");
        var old = table.Hash;
        table.Bring("ru", Kinds.AgreementCountered, Text("No fire at night."));
        var newest = table.Hash;
        table.Hash = old;
        var onOld = table.Sign("ru");
        table.Hash = newest;
        table.Opened("ru");
        vectors.Add(
            "a signature on a text that was replaced",
            "CEASEFIRE-3",
            table.Record,
            [table.At(Noon, Open, Open)],
            [onOld]
        );

        table = new Table(Text("No fire.", ends: Noon.AddHours(7))).BySigning("us");
        table.Record.Now = Noon.AddHours(7);
        var late = table.Sign("ru");
        vectors.Add(
            "a signature after the end",
            "CEASEFIRE-3",
            table.Record,
            [table.At(Noon.AddHours(7), "ended", "ended")],
            [late]
        );

        var contrary = new Table(Text("No fire.", ends: Noon.AddHours(-1)), isOpen: false);
        vectors.Add(
            "a text that ends before it starts",
            "CEASEFIRE-4",
            contrary.Record,
            [new Expected(contrary.Item, Noon, "unreadable")],
            [contrary.Item]
        );

        table = new Table(Text("No fire.")).BySigning("us");
        table.Sign("ru", more: ""","conditionalOn":["ua"]""");
        table.Act("us", Kinds.AgreementConsented, $$"""{"hash":"{{table.Hash}}","note":"ua agrees"}""");
        table.Record.Now = Noon.AddHours(1);
        vectors.Add(
            "a condition that another says is met",
            "CEASEFIRE-8",
            table.Record,
            [table.At(Noon.AddHours(1), Partly, Partly)],
            null
        );
        table.Act("ua", Kinds.AgreementConsented, $$"""{"hash":"{{table.Hash}}"}""");
        vectors.Add(
            "a condition that the third party itself met",
            "CEASEFIRE-8 CEASEFIRE-7",
            table.Record,
            [table.At(Noon.AddHours(1), Signed, InForce)],
            null
        );

        table = new Table(Text("No fire."));
        table.Act("osce", Kinds.AgreementDeclined, $$"""{"hash":"{{table.Hash}}","reason":"no mandate"}""");
        vectors.Add("a guarantor declines", "CEASEFIRE-10", table.Record, [table.At(Noon, Open, Open)], []);
        table.Act("ru", Kinds.AgreementDeclined, $$"""{"hash":"{{table.Hash}}","reason":"the line"}""");
        vectors.Add("a party declines", "CEASEFIRE-10", table.Record, [table.At(Noon, "declined", "declined")], []);

        AddEnds(vectors);
        AddCrossings(vectors);
        return vectors.Vectors;
    }

    private static void AddEnds(FoldVectors vectors)
    {
        var table = new Table(Text("No fire.")).BySigning("us", "ru");
        table.Record.Now = Noon.AddHours(1);
        var outsider = table.Act("osce", Kinds.AgreementSuspended, """{"reason":"x"}""");
        table.Act("ru", Kinds.AgreementSuspended, $$"""{"reason":"shelling","until":"{{Time(Noon.AddHours(5))}}"}""");
        var others = table.Act("us", Kinds.AgreementResumed);
        vectors.Add(
            "suspended by one, for a time, and resumed by another in vain",
            "CEASEFIRE-11",
            table.Record,
            [table.At(Noon.AddHours(2), "suspended", "suspended"), table.At(Noon.AddHours(5), Signed, InForce)],
            [outsider, others]
        );

        table = new Table(Text("No fire.")).BySigning("us", "ru");
        table.Act("ru", Kinds.AgreementDenounced, """{"reason":"broken daily"}""");
        vectors.Add(
            "denounced with three days of notice",
            "CEASEFIRE-12",
            table.Record,
            [
                table.At(Noon.AddDays(3).AddMilliseconds(-1), "under notice", InForce),
                table.At(Noon.AddDays(3), "denounced", "denounced"),
            ],
            []
        );

        table = new Table(Text("No fire.")).BySigning("us", "ru");
        table.Act("us", Kinds.AgreementEnded);
        table.Record.Now = Noon.AddHours(1);
        table.Act("ru", Kinds.AgreementEnded);
        vectors.Add(
            "over once every party has said so",
            "CEASEFIRE-12 CEASEFIRE-18",
            table.Record,
            [
                new Expected(table.Item, Noon.AddHours(1), "ended") { Standing = "ended" },
                new Expected(table.Item, Noon.AddMinutes(30), "ended") { Standing = InForce },
            ],
            []
        );

        table = new Table(Text("No fire.")).BySigning("us", "ru");
        table.Record.Now = Noon.AddDays(1);
        table.Bring("ru", Kinds.AgreementAmended, Text("No fire, no flights.", Noon.AddDays(2), Noon.AddDays(60)));
        table.BySigning("us", "ru");
        vectors.Add(
            "an amendment, which has another end",
            "CEASEFIRE-13",
            table.Record,
            [
                table.At(Noon.AddDays(2), Signed, InForce),
                table.At(Noon.AddDays(45), Signed, InForce),
                table.At(Noon.AddDays(60), "ended", "ended"),
            ],
            []
        );

        foreach (var (fold, standing) in new[] { (2, "denounced"), (3, InForce) })
        {
            table = new Table(Text("No fire."), fold: fold).BySigning("us", "ru");
            table.Record.Now = Noon.AddDays(10);
            table.Record.Write("ru", Kinds.MessageSent, """{"text":"x"}""");
            table.Record.Now = Noon.AddDays(1);
            table.Act("ru", Kinds.AgreementDenounced, """{"reason":"broken daily"}""");
            vectors.Add(
                $"a denunciation that is dated back, on a line of fold {fold}",
                "CEASEFIRE-41 CEASEFIRE-12",
                table.Record,
                [
                    new Expected(table.Item, Noon.AddDays(9), fold == 2 ? "denounced" : "under notice")
                    {
                        Standing = standing,
                    },
                ],
                []
            );
        }
    }

    private static void AddCrossings(FoldVectors vectors)
    {
        foreach (var (fold, state, standing) in new[] { (2, Tabled, Tabled), (3, Signed, InForce) })
        {
            var table = new Table(Text("No fire."), fold: fold).BySigning("us");
            var seen = table.Record.SeenBy("osce");
            table.Record.Now = Noon.AddMinutes(1);
            var last = table.Sign("ru");
            table.Record.Now = Noon.AddMinutes(-5);
            table.Record.Write(
                "osce",
                Kinds.AgreementCountered,
                Text("Another.").ToJsonString(),
                [table.Item],
                seen,
                Two
            );
            vectors.Add(
                $"another text that crosses the last signature, on a line of fold {fold}",
                "CEASEFIRE-16",
                table.Record,
                [new Expected(table.Item, Noon.AddHours(1), state) { Standing = standing }],
                fold == 2 ? [last] : []
            );
        }
    }
}
