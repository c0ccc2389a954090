using System.Text.Json.Nodes;
using Parley.Record;
using Parley.Testing.Vectors;
using Parley.Traffic.Tests.Rooms;
using Xunit;

namespace Parley.Traffic.Tests.Vectors;

/// <summary>docs/protocol/vectors/rooms.json: a mediator's room, what is carried into it, and silence.</summary>
public sealed class RoomVectorTests
{
    private const string Group = "rooms";
    private static readonly Officer Two = new("principal", "First", new Officer("principal", "Second"));
    private static readonly DateTimeOffset Noon = TestRecord.Noon,
        Hour = TestRecord.Noon.AddHours(1);

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // MEDIATION-1 MEDIATION-2 MEDIATION-3 MEDIATION-4 MEDIATION-5 MEDIATION-8 MEDIATION-9 MEDIATION-14 MEDIATION-15
    // MEDIATION-17
    [Fact]
    public void A_room_stands_as_the_vector_says() => FoldVectors.Hold(Group);

    private static EntryId Open(TestRecord on, params string[] joined)
    {
        var opened = on.Write(
            "m",
            Kinds.RoomOpened,
            """{"room":"geneva","title":"Talks","scope":"good offices","until":"2022-04-01T00:00Z","parties":["a","b","ua"]}"""
        );
        foreach (var party in joined)
            on.Write(party, Kinds.RoomJoined, null, opened);
        return opened;
    }

    private static TestRecord New(out EntryId room)
    {
        var record = new TestRecord("m", "b") { Mark = Mark.Actual };
        room = Open(record, "b");
        record.Now = Hour;
        return record;
    }

    private static string Passed(string proof) => new JsonObject { ["proof"] = proof }.ToJsonString();

    private static OwnVectors Made()
    {
        var vectors = new FoldVectors(Group);
        var record = New(out var room);
        var without = record.Write(
            "m",
            Kinds.RoomOpened,
            """{"room":"x","title":"Talks","scope":"s","until":"2022-04-01T00:00Z","parties":["a"]}"""
        );
        vectors.Add(
            "a room until its hour, and one that does not name a party of the line",
            "MEDIATION-1",
            record,
            [new Expected(room, Hour, "open"), new Expected(room, Noon.AddMonths(1), "over")],
            [without]
        );

        record = new TestRecord("m", "a", "b") { Mark = Mark.Actual };
        room = Open(record, "a");
        var early = record.Write("m", Kinds.RoomSaid, """{"room":"geneva","text":"early"}""", room);
        record.Write("b", Kinds.RoomJoined, null, room);
        record.Write("a", Kinds.RoomSaid, """{"room":"geneva","text":"in time"}""", room);
        record.Write("b", Kinds.RoomClosed, """{"reason":"no progress"}""", room);
        var late = record.Write("m", Kinds.RoomSaid, """{"room":"geneva","text":"late"}""", room);
        vectors.Add(
            "before all have joined, and after one has left",
            "MEDIATION-2",
            record,
            [new Expected(room, Noon, "closed")],
            [early, late]
        );

        AddPassages(vectors);
        AddConsent(vectors);
        AddSilence(vectors);
        return vectors.Vectors;
    }

    private static void AddPassages(FoldVectors vectors)
    {
        var good = new SaidElsewhere();
        (string Name, string Clauses, string Proof, bool IsFlagged)[] passages =
        [
            ("words that are marked for all of the line", "MEDIATION-3 MEDIATION-4 MEDIATION-5", good.Proof, false),
            (
                "words that anybody may be shown",
                "MEDIATION-3",
                (good with { Body = """{"room":"geneva","text":"to all","passing":{"anyone":true}}""" }).Proof,
                false
            ),
            (
                "words that are marked for nobody",
                "MEDIATION-3 MEDIATION-5",
                (good with { Body = """{"room":"geneva","text":"for you alone"}""" }).Proof,
                true
            ),
            (
                "words that are marked for somebody else",
                "MEDIATION-3 MEDIATION-5",
                (good with { Body = """{"room":"geneva","text":"x","passing":{"to":["ua"]}}""" }).Proof,
                true
            ),
            ("words of an exercise", "MEDIATION-5", (good with { Mark = Mark.Exercise }).Proof, true),
            (
                "a message, which is no word in a room",
                "MEDIATION-5",
                (good with { Kind = Kinds.MessageSent }).Proof,
                true
            ),
            ("no proof at all", "MEDIATION-5", "no proof at all", true),
            ("a proof without a cosignature", "MEDIATION-5", (good with { IsCosigned = false }).Proof, true),
            (
                "a proof with another letter",
                "MEDIATION-5",
                good.Proof.Replace("\nbody e", "\nbody f", StringComparison.Ordinal),
                true
            ),
            (
                "words whose time is over",
                "MEDIATION-5",
                (
                    good with
                    {
                        Body = """{"room":"geneva","text":"soon","passing":{"to":["b"],"until":"2022-03-23T12:30Z"}}""",
                    }
                ).Proof,
                true
            ),
            (
                "words of another room",
                "MEDIATION-5",
                (good with { Body = """{"room":"vienna","text":"there","passing":{"to":["b"]}}""" }).Proof,
                true
            ),
            (
                "words of a line of another mediator",
                "MEDIATION-5",
                (good with { Mediator = "x", Slug = "x-a" }).Proof,
                true
            ),
        ];
        foreach (var (name, clauses, proof, isFlagged) in passages)
        {
            var record = New(out var room);
            var passed = record.Write("m", Kinds.RoomPassed, Passed(proof), room);
            vectors.Add(name, clauses, record, [new Expected(room, Hour, "open")], isFlagged ? [passed] : []);
        }
        var twice = New(out var again);
        twice.Write("m", Kinds.RoomPassed, Passed(good.Proof), again);
        var replayed = twice.Write("m", Kinds.RoomPassed, Passed(good.Proof), again);
        vectors.Add("the same words twice", "MEDIATION-5", twice, [new Expected(again, Hour, "open")], [replayed]);
        var theirs = New(out var by);
        var other = theirs.Write("b", Kinds.RoomPassed, Passed(good.Proof), by);
        vectors.Add(
            "passed by another than the mediator",
            "MEDIATION-4",
            theirs,
            [new Expected(by, Hour, "open")],
            [other]
        );

        var line = new TestRecord(LinePolicy.Default with { TwoPeople = [LinePolicy.Passing] }, "m", "b")
        {
            Mark = Mark.Actual,
        };
        var opened = Open(line, "b");
        line.Now = Hour;
        var alone = line.Write("m", Kinds.RoomPassed, Passed(good.Proof), opened);
        line.Write("m", Kinds.RoomPassed, Passed(good.Proof), [opened], null, Two);
        var marked = line.Write(
            "b",
            Kinds.RoomSaid,
            """{"room":"geneva","text":"We stop","passing":{"to":["a"]}}""",
            opened
        );
        line.Write("b", Kinds.RoomSaid, """{"room":"geneva","text":"For you alone"}""", opened);
        vectors.Add(
            "a line on which nothing crosses by one officer",
            "MEDIATION-17",
            line,
            [new Expected(opened, Hour, "open")],
            [alone, marked]
        );
    }

    private static void AddConsent(FoldVectors vectors)
    {
        var record = New(out var room);
        record.Write("b", Kinds.RoomConditioned, """{"room":"geneva","condition":"talks","party":"ua"}""", room);
        var notIts = record.Write(
            "b",
            Kinds.RoomConsented,
            """{"room":"geneva","condition":"talks"}""",
            [room],
            null,
            Two
        );
        var consent = new SaidElsewhere
        {
            Author = "ua",
            Slug = "m-ua",
            Kind = Kinds.RoomConsented,
            Body = """{"room":"geneva","condition":"talks","passing":{"to":["b"]}}""",
        };
        record.Write("m", Kinds.RoomPassed, Passed(consent.Proof), room);
        var alone = record.Write(
            "m",
            Kinds.RoomPassed,
            Passed((consent with { At = Noon.AddMinutes(9), IsByTwo = false }).Proof),
            room
        );
        vectors.Add(
            "a consent that another gives, one that the party gave elsewhere, and one of a single officer",
            "MEDIATION-8",
            record,
            [new Expected(room, Hour, "open")],
            [notIts, alone]
        );

        record = New(out room);
        const string Text = """{"title":"Corridor","clauses":[{"id":"1","text":"It is open."}]}""";
        var theirs = record.Write("b", Kinds.RoomDrafted, Text, room);
        record.Write("m", Kinds.RoomDrafted, Text, room);
        var hash = $"sha256:{Crypto.Sha256.Of(System.Text.Encoding.UTF8.GetBytes(Text)).ToHex()}";
        string Comment(string on, string clause) => $$"""{"hash":"{{on}}","clause":"{{clause}}","text":"Too early"}""";
        record.Write("b", Kinds.RoomCommented, Comment(hash, "1"), room);
        var clause = record.Write("b", Kinds.RoomCommented, Comment(hash, "2"), room);
        var version = record.Write("b", Kinds.RoomCommented, Comment($"sha256:{new string('0', 64)}", "1"), room);
        vectors.Add(
            "a text by another than the mediator, and comments on what it has and has not",
            "MEDIATION-9",
            record,
            [new Expected(room, Hour, "open")],
            [theirs, clause, version]
        );
    }

    private static void AddSilence(FoldVectors vectors)
    {
        const string Text = """{"title":"Calendar","text":"We meet on Friday.","expires":"2022-03-24T12:00Z"}""";
        var expiry = Noon.AddDays(1);
        var usual = new TestRecord("m", "a") { Mark = Mark.Actual };
        var began = usual.Write("m", Kinds.SilenceBegan, Text, [], null, Two);
        vectors.Add("a line that has no silence procedure", "MEDIATION-14", usual, [], [began]);

        TestRecord Allowing() =>
            new(LinePolicy.Default with { TwoPeople = [LinePolicy.Silence, LinePolicy.Suspension] }, "m", "a", "b")
            {
                Mark = Mark.Actual,
            };
        var record = Allowing();
        EntryId Write(string from, string kind, string? body, DateTimeOffset at, params EntryId[] re)
        {
            record.Now = at;
            return record.Write(from, kind, body, re, null, Two);
        }
        var silence = Write("m", Kinds.SilenceBegan, Text, Noon);
        Write("a", Kinds.SilenceReceived, null, Noon.AddHours(1), silence);
        Write("b", Kinds.SilenceReceived, null, Noon.AddHours(2), silence);
        Write("m", Kinds.SilenceClosed, """{"outOfReach":["b"]}""", expiry.AddMinutes(1), silence);
        vectors.Add(
            "closed, with one party out of reach",
            "MEDIATION-15",
            record,
            [
                new Expected(silence, expiry.AddMinutes(1), "closed")
                {
                    Silence = "a: consented by silence, b: not in reach",
                },
            ],
            []
        );

        record = Allowing();
        silence = Write("m", Kinds.SilenceBegan, Text, Noon);
        var seen = record.SeenBy("b");
        Write("a", Kinds.SilenceReceived, null, Noon.AddHours(1), silence);
        var closed = Write("m", Kinds.SilenceClosed, null, expiry.AddMinutes(1), silence);
        record.Now = Noon.AddHours(3);
        record.Write("b", Kinds.SilenceBroken, """{"objection":"Not on Friday"}""", [silence], seen, Two);
        vectors.Add(
            "broken in time by who knew of nothing that came later",
            "MEDIATION-14 MEDIATION-15",
            record,
            [new Expected(silence, expiry.AddHours(1), "broken") { Silence = "a: silent so far, b: objected" }],
            [closed]
        );

        record = Allowing();
        silence = Write("m", Kinds.SilenceBegan, Text, Noon);
        var early = Write("m", Kinds.SilenceClosed, null, expiry.AddMinutes(-1), silence);
        var late = Write("a", Kinds.SilenceBroken, """{"objection":"No"}""", expiry.AddMinutes(1), silence);
        vectors.Add(
            "closed too early, and broken too late",
            "MEDIATION-14",
            record,
            [new Expected(silence, expiry.AddMinutes(1), "run out")],
            [early, late]
        );
    }
}
