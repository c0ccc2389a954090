using System.Globalization;
using System.Text.Json.Nodes;
using Parley.Record;
using Parley.Testing.Vectors;
using Parley.Traffic.Bodies;
using Parley.Traffic.Incidents;
using Xunit;

namespace Parley.Traffic.Tests.Vectors;

/// <summary>docs/protocol/vectors/incidents.json and tallies.json: what became of an incident's number, and what is counted
/// of what was observed.</summary>
public sealed class IncidentVectorTests
{
    private const string Group = "incidents",
        Tallies = "tallies";
    private static readonly Officer Two = new("principal", "First", new Officer("principal", "Second"));
    private static readonly DateTimeOffset Noon = TestRecord.Noon;

    [Fact]
    public void The_vectors_are_those_of_the_protocol()
    {
        Made().AreThoseOfTheProtocol();
        MadeTallies().AreThoseOfTheProtocol();
    }

    // CEASEFIRE-15 CEASEFIRE-22 CEASEFIRE-24 CEASEFIRE-25 CEASEFIRE-26 CEASEFIRE-27 CEASEFIRE-28
    [Fact]
    public void An_incident_stands_as_the_vector_says() => FoldVectors.Hold(Group);

    // CEASEFIRE-30 CEASEFIRE-31 CEASEFIRE-34
    [Fact]
    public void A_tally_comes_out_as_the_vector_says_in_whatever_order_feeds_arrive() =>
        OwnVectors.Each(
            Tallies,
            vector =>
            {
                var parties = ((JsonArray)vector["parties"]!).Select(p => PartyId.Parse((string)p!)).ToList();
                var feeds = ((JsonArray)vector["entries"]!)
                    .Select(e =>
                        (
                            Header: EntryHeader.Parse(Bytes(e!["header"]!)).Required(),
                            Body: e["body"] is { } body ? Bytes(body) : null
                        )
                    )
                    .GroupBy(e => e.Header.From)
                    .ToList();
                var asOf = (vector["asOf"] as JsonObject)?.ToDictionary(
                    s => PartyId.Parse(s.Key),
                    s => (ulong)s.Value!
                );
                for (var seed = 0; seed < 10; seed++)
                {
                    var chance = new Random(seed);
                    var ledger = new ObservationLedger(parties);
                    var left = feeds.Select(f => new Queue<(EntryHeader Header, byte[]? Body)>(f)).ToList();
                    while (left.Count > 0)
                    {
                        var (header, body) = left[chance.Next(left.Count)].Dequeue();
                        ledger.Fold(header, body);
                        left.RemoveAll(f => f.Count == 0);
                    }
                    var tally = Tally.Of(
                        ledger,
                        CountingRules.Read(Bytes(vector["rule"]!.ToJsonString())).Required(),
                        Time(vector["from"]),
                        Time(vector["until"]),
                        asOf: asOf
                    );
                    Assert.Equal(
                        ((JsonArray)vector["rows"]!).Select(r => (string?)r),
                        tally.Rows.Select(r => $"{r.Reporter}>{r.Accused} {r.N}")
                    );
                }
            }
        );

    private static byte[] Bytes(JsonNode text) => Bytes((string)text!);

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static DateTimeOffset? Time(JsonNode? at) =>
        at is null ? null : DateTimeOffset.Parse((string)at!, CultureInfo.InvariantCulture);

    private sealed class Case(params string[] parties)
    {
        internal TestRecord Record { get; } = new(parties) { Mark = Mark.Actual };

        internal EntryId Report(string from = "us") =>
            Record.Write(from, Kinds.IncidentReported, """{"what":"Shelling at the bridge.","accused":"ru"}""");

        internal EntryId Act(string from, string kind, EntryId incident, string json, Officer? by = null) =>
            Record.Write(from, kind, json, [incident], null, by ?? Two);

        internal EntryId BeforeTheBoard()
        {
            var incident = Report();
            Act("osce", Kinds.IncidentExamined, incident, """{"what":"craters"}""");
            Act("osce", Kinds.IncidentInquired, incident, """{"what":"two craters from the east"}""");
            Act("osce", Kinds.IncidentFound, incident, """{"result":"violation","attribution":"ru"}""");
            Act("osce", Kinds.IncidentBoardConvened, incident, "{}");
            return incident;
        }
    }

    private const string Found = """{"result":"violation","attribution":"ru"}""";

    private static OwnVectors Made()
    {
        var vectors = new FoldVectors(Group);
        var on = new Case("us", "ru", "osce");
        var incident = on.Report();
        var theirs = on.Act("ru", Kinds.IncidentAccountGiven, incident, """{"what":"Nothing was fired."}""");
        on.Act("osce", Kinds.IncidentAccountGiven, theirs, """{"what":"Two explosions."}""");
        vectors.Add(
            "three accounts under one number",
            "CEASEFIRE-22 CEASEFIRE-24",
            on.Record,
            [new Expected(theirs, Noon, "alleged") { LeadsTo = incident }],
            []
        );

        on = new Case("us", "ru", "osce");
        incident = on.BeforeTheBoard();
        vectors.Add(
            "from the first word to the board",
            "CEASEFIRE-24",
            on.Record,
            [new Expected(incident, Noon, "board")],
            []
        );

        on = new Case("us", "ru", "osce");
        incident = on.Report();
        var passed = new[]
        {
            on.Act("us", Kinds.IncidentFound, incident, Found),
            on.Act("us", Kinds.IncidentClosed, incident, Found),
            on.Act("us", Kinds.IncidentBoardConvened, incident, "{}"),
        };
        vectors.Add(
            "rungs that are passed over",
            "CEASEFIRE-24",
            on.Record,
            [new Expected(incident, Noon, "alleged")],
            passed
        );

        on = new Case("us", "ru", "osce");
        incident = on.BeforeTheBoard();
        var other = on.Act("us", Kinds.IncidentClosed, incident, """{"result":"violation","attribution":"us"}""");
        on.Act("us", Kinds.IncidentClosed, incident, Found);
        var twice = on.Act("us", Kinds.IncidentClosed, incident, Found);
        var alone = on.Record.Write("ru", Kinds.IncidentClosed, Found, incident);
        on.Act("ru", Kinds.IncidentDissented, incident, """{"result":"no violation"}""");
        vectors.Add(
            "closed by one of three, against another's dissent",
            "CEASEFIRE-26 CEASEFIRE-25 CEASEFIRE-9",
            on.Record,
            [new Expected(incident, Noon, "board")],
            [other, twice, alone]
        );
        on.Act("osce", Kinds.IncidentClosed, incident, Found);
        vectors.Add(
            "closed by two",
            "CEASEFIRE-26",
            on.Record,
            [new Expected(incident, Noon, "closed")],
            [other, twice, alone]
        );

        on = new Case("us", "osce");
        incident = on.BeforeTheBoard();
        on.Act("us", Kinds.IncidentClosed, incident, Found);
        on.Act("osce", Kinds.IncidentDissented, incident, """{"result":"inconclusive"}""");
        vectors.Add(
            "closed on a line of two by one, with the other's dissent",
            "CEASEFIRE-26",
            on.Record,
            [new Expected(incident, Noon, "closed")],
            []
        );

        AddNumbers(vectors);
        return vectors.Vectors;
    }

    private static void AddNumbers(FoldVectors vectors)
    {
        var on = new Case("us", "ru", "osce");
        var (a, b, c) = (on.Report(), on.Report("ru"), on.Report("osce"));
        on.Act("us", Kinds.IncidentMerged, a, $$"""{"into":"{{b}}","reason":"one event"}""");
        on.Act("us", Kinds.IncidentMerged, b, $$"""{"into":"{{c}}"}""");
        vectors.Add(
            "a number that was merged, and merged again",
            "CEASEFIRE-27",
            on.Record,
            [
                new Expected(a, Noon, "merged") { LeadsTo = c },
                new Expected(b, Noon, "merged") { LeadsTo = c },
                new Expected(c, Noon, "alleged") { LeadsTo = c },
            ],
            []
        );
        on.Act("us", Kinds.IncidentSplit, a, """{"reason":"another night"}""");
        vectors.Add(
            "a number that has its own back",
            "CEASEFIRE-27",
            on.Record,
            [new Expected(a, Noon, "alleged") { LeadsTo = a }, new Expected(b, Noon, "merged") { LeadsTo = c }],
            []
        );

        on = new Case("us", "ru", "osce");
        (a, b) = (on.Report(), on.Report("ru"));
        var seen = on.Record.SeenBy("ru");
        on.Act("us", Kinds.IncidentMerged, a, $$"""{"into":"{{b}}"}""");
        on.Record.Write("ru", Kinds.IncidentMerged, $$"""{"into":"{{a}}"}""", [b], seen, Two);
        vectors.Add(
            "two merges that crossed: the least number stays",
            "CEASEFIRE-27",
            on.Record,
            [new Expected(a, Noon, "merged") { LeadsTo = b }, new Expected(b, Noon, "merged") { LeadsTo = b }],
            []
        );

        on = new Case("us", "ru");
        var order = on.Record.Write(
            "us",
            Kinds.OrderAnnounced,
            """{"what":"Cease fire.","effect":"2022-03-23T18:00:00Z","echelons":["corps","guns"]}"""
        );
        on.Record.Write("us", Kinds.OrderReported, """{"echelon":"corps","at":"2022-03-23T12:30:00Z"}""", order);
        vectors.Add(
            "an order whose hour comes",
            "CEASEFIRE-15",
            on.Record,
            [new Expected(order, Noon, "announced"), new Expected(order, Noon.AddHours(6), "in effect")],
            []
        );

        const string Notice =
            """{"tried":"hotline, twice","failure":"no answer","authority":"Chief of staff","notice":"We answer at 14:00."}""";
        on = new Case("us", "ru");
        var alone = on.Record.Write("us", Kinds.ReturnFireNotified, Notice, [], null, null, Precedence.Flash);
        var slow = on.Record.Write("us", Kinds.ReturnFireNotified, Notice, [], null, Two);
        var notice = on.Record.Write("us", Kinds.ReturnFireNotified, Notice, [], null, Two, Precedence.Flash);
        on.Record.Write("ru", Kinds.ReturnFireAnswered, """{"answer":"checking"}""", notice);
        vectors.Add(
            "notice of return fire: by one officer, without FLASH, and as it must be",
            "CEASEFIRE-28",
            on.Record,
            [new Expected(notice, Noon, "answered")],
            [alone, slow]
        );
        on.Record.Write("us", Kinds.ReturnFireEnded, "{}", notice);
        vectors.Add(
            "return fire that its author ends",
            "CEASEFIRE-28",
            on.Record,
            [new Expected(notice, Noon, "ended")],
            [alone, slow]
        );
    }

    private static string One(
        string id,
        int count,
        int minutes = 0,
        string reporter = "jmc",
        int lasts = 0,
        string what = "explosion"
    ) =>
        $$"""{"id":"{{id}}","reporter":"{{reporter}}","accused":"north","what":"{{what}}","count":{{count}},"start":"{{Noon.AddMinutes(minutes):yyyy-MM-ddTHH:mm:ssZ}}","end":"{{Noon.AddMinutes(minutes + lasts):yyyy-MM-ddTHH:mm:ssZ}}"}""";

    private static OwnVectors MadeTallies()
    {
        var vectors = new OwnVectors(
            Tallies,
            "Entries of a line with what was observed, a rule, perhaps a period ('from', 'until') and sizes of the feeds ('asOf'): the rows that are counted, each 'reporter>accused n', whatever order the feeds arrived in."
        );
        const string discharges = """{"name":"discharges","unit":"discharge"}""",
            shellings = """{"name":"shellings","unit":"incident","gap":"PT1H","least":30,"exclude":["flare"]}""";
        void Add(
            string name,
            string clauses,
            TestRecord record,
            string rule,
            string[] rows,
            (string Member, JsonNode Value)[]? more = null
        )
        {
            var vector = new JsonObject
            {
                ["parties"] = new JsonArray([.. record.Document.Parties.Select(p => (JsonNode)p.Value)]),
                ["entries"] = new JsonArray([
                    .. record.Entries.Select(e =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["header"] = System.Text.Encoding.UTF8.GetString(e.Header.Encode()),
                                ["body"] = e.Body is null ? null : System.Text.Encoding.UTF8.GetString(e.Body),
                            }
                    ),
                ]),
                ["rule"] = JsonNode.Parse(rule),
            };
            foreach (var (member, value) in more ?? [])
                vector[member] = value;
            vector["rows"] = new JsonArray([.. rows.Select(r => (JsonNode)r)]);
            vectors.Add(name, clauses, vector);
        }
        TestRecord New() => new("us", "ru", "ua") { Mark = Mark.Actual };
        EntryId Report(TestRecord record, string from, params string[] observations) =>
            record.Write(
                from,
                Kinds.ObservationReported,
                $$"""{"observations":[{{string.Join(',', observations)}}]}"""
            );

        var record = New();
        Report(
            record,
            "us",
            One("a", 10, lasts: 120),
            One("b", 10, 30, lasts: 5),
            One("c", 10, 180),
            One("d", 30, 241)
        );
        Add("two incidents, an hour and a minute apart", "CEASEFIRE-30", record, shellings, ["jmc>north 2"]);
        Add("the same, as discharges", "CEASEFIRE-30", record, discharges, ["jmc>north 60"]);
        Report(record, "us", One("e", 0, 240, what: "flare"));
        Add("what the rule excludes joins no chain", "CEASEFIRE-30", record, shellings, ["jmc>north 2"]);
        Report(record, "us", One("f", 1, 240));
        Add("what joins the two", "CEASEFIRE-30", record, shellings, ["jmc>north 1"]);

        record = New();
        Report(record, "us", One("a", 7, 59, lasts: 10));
        Add(
            "an observation belongs to the period in which it starts",
            "CEASEFIRE-30",
            record,
            discharges,
            ["jmc>north 7"],
            [("from", UtcText.Of(Noon)), ("until", UtcText.Of(Noon.AddHours(1)))]
        );
        Add(
            "and to no later one",
            "CEASEFIRE-30",
            record,
            discharges,
            [],
            [("from", UtcText.Of(Noon.AddHours(1))), ("until", UtcText.Of(Noon.AddHours(2)))]
        );

        record = New();
        var first = Report(record, "us", One("a", 5), One("b", 6));
        record.Write("us", Kinds.ObservationCorrected, $$"""{"observations":[{{One("a", 50)}}]}""", first);
        record.Write("us", Kinds.ObservationWithdrawn, """{"reason":"twice","ids":["b"]}""", first);
        Add("corrected, and taken back", "CEASEFIRE-34", record, discharges, ["jmc>north 50"]);
        Add(
            "as of before",
            "CEASEFIRE-31",
            record,
            discharges,
            ["jmc>north 11"],
            [
                (
                    "asOf",
                    new JsonObject
                    {
                        ["us"] = 2,
                        ["ru"] = 1,
                        ["ua"] = 1,
                    }
                ),
            ]
        );

        record = New();
        Report(record, "us", One("a", 5));
        Report(record, "us", One("a", 5));
        Report(record, "ru", One("a", 5));
        Add("word for word the same in two feeds", "CEASEFIRE-34", record, discharges, ["jmc>north 5"]);

        record = New();
        Report(record, "ua", One("a", 900, reporter: "ru"));
        Report(record, "ru", One("a", 3, reporter: "ru"));
        Add("a party's own word on what it reported", "CEASEFIRE-34", record, discharges, ["ru>north 3"]);
        record.Write(
            "ru",
            Kinds.ObservationWithdrawn,
            """{"reason":"an echo"}""",
            [record.Entries[^1].Header.Id],
            null
        );
        Add("which it takes back, and nobody's copy counts", "CEASEFIRE-34", record, discharges, []);
        return vectors;
    }
}
