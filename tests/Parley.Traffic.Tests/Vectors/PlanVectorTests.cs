using System.Text.Json.Nodes;
using Parley.Record;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Traffic.Tests.Vectors;

/// <summary>docs/protocol/vectors/plans.json: activities, areas, movements, blind checks and what else is folded.</summary>
public sealed class PlanVectorTests
{
    private const string Group = "plans";
    private const string Volume =
        """[{"volume":{"outline_circle":{"center":{"lng":19.4,"lat":57.3},"radius":{"value":5000,"units":"M"}}},"time_end":{"value":"2022-03-24T12:00:00Z","format":"RFC3339"}}]""";
    private const string Site =
        """{"type":"protected","name":"Hospital No. 2","function":"hospital","verifiedBy":"OCHA","verifiedHow":"on site","verifiedAt":"2022-03-01T00:00:00Z","consent":true,"volumes":[{"volume":{}}]}""";
    private static readonly Officer Two = new("watch", "A. First", new Officer("watch", "B. Second"));
    private static readonly DateTimeOffset Noon = TestRecord.Noon;

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // TRAFFIC-7 TRAFFIC-9 TRAFFIC-13 TRAFFIC-17 TRAFFIC-18 TRAFFIC-19 TRAFFIC-22 TRAFFIC-41 TRAFFIC-60 TRAFFIC-62
    // TRAFFIC-63 TRAFFIC-64 TRAFFIC-70 TRAFFIC-71 TRAFFIC-72 TRAFFIC-82 TRAFFIC-103
    [Fact]
    public void A_plan_stands_as_the_vector_says() => FoldVectors.Hold(Group);

    private static TestRecord New(params string[] parties) =>
        new(parties.Length == 0 ? ["us", "ru"] : parties) { Mark = Mark.Actual };

    private static OwnVectors Made()
    {
        var vectors = new FoldVectors(Group);
        var record = New();
        var theirs = record.Write("ru", Kinds.ActivityNotified, $$"""{"name":"firing","volumes":{{Volume}}}""");
        var ours = record.Write("us", Kinds.ActivityNotified, $$"""{"name":"flight","volumes":{{Volume}}}""", theirs);
        var change = record.Write(
            "us",
            Kinds.ActivityChanged,
            $$"""{"name":"flight","volumes":{{Volume}}}""",
            ours,
            theirs
        );
        record.Write("ru", Kinds.ActivityAccepted, null, change);
        vectors.Add(
            "a notice that names another's activity is about itself",
            "TRAFFIC-60 TRAFFIC-7",
            record,
            [new Expected(ours, Noon, "accepted"), new Expected(theirs, Noon, "notified")],
            []
        );

        record = New();
        var activity = record.Write("us", Kinds.ActivityNotified, $$"""{"volumes":{{Volume}}}""");
        record.Write("ru", Kinds.ActivityAccepted, null, activity);
        record.Write("us", Kinds.ActivityChanged, $$"""{"volumes":{{Volume}}}""", activity);
        vectors.Add(
            "a change makes an acceptance void, and time ends it",
            "TRAFFIC-62",
            record,
            [new Expected(activity, Noon, "notified"), new Expected(activity, Noon.AddDays(1), "ended")],
            []
        );

        record = New();
        var alone = record.Write("us", Kinds.AreaDeclared, Site);
        var site = record.Write("us", Kinds.AreaDeclared, Site, [], null, Two);
        vectors.Add(
            "a protected site, by one officer and by two, and the check that falls due",
            "TRAFFIC-63",
            record,
            [
                new Expected(alone, Noon, "unreadable"),
                new Expected(site, Noon.AddDays(90).AddMilliseconds(-1), "in force"),
                new Expected(site, Noon.AddDays(90), "check due"),
            ],
            [alone]
        );

        foreach (var (fold, state) in new[] { (1, "in force"), (2, "unreadable") })
        {
            record = new TestRecord(fold, "us", "ru") { Mark = Mark.Actual };
            var one = new Officer("watch", "A. First", new Officer("watch", "\uFF21. Fir\u00ADst"));
            site = record.Write("us", Kinds.AreaDeclared, Site, [], null, one);
            vectors.Add(
                $"one officer in two spellings, on a line of fold {fold}",
                "TRAFFIC-103",
                record,
                [new Expected(site, Noon, state)],
                fold == 1 ? [] : [site]
            );
        }

        record = New();
        var movement = record.Write("us", Kinds.MovementSubmitted, """{"purpose":"food","liveContact":"radio 5"}""");
        record.Write("us", Kinds.MovementDeparted, null, movement);
        var slow = record.Write("us", Kinds.MovementUnderFire, "{}", movement);
        record.Write("us", Kinds.MovementUnderFire, """{"what":"mortar"}""", [movement], null, null, Precedence.Flash);
        vectors.Add(
            "a movement under fire, which is FLASH",
            "TRAFFIC-64",
            record,
            [new Expected(movement, Noon, "incident")],
            [slow]
        );

        record = New();
        movement = record.Write("us", Kinds.MovementSubmitted, """{"purpose":"food","liveContact":"radio 5"}""");
        record.Write("ru", Kinds.MovementAcknowledged, null, movement);
        record.Write("us", Kinds.MovementChanged, """{"purpose":"food and water","liveContact":"radio 5"}""", movement);
        vectors.Add(
            "an edit of a movement makes its acknowledgement void",
            "TRAFFIC-62 TRAFFIC-13",
            record,
            [new Expected(movement, Noon, "submitted")],
            []
        );

        AddCalls(vectors);
        AddReleases(vectors);
        AddSuspensions(vectors);
        AddBlind(vectors);
        return vectors.Vectors;
    }

    private static void AddCalls(FoldVectors vectors)
    {
        const string topic = """{"topic":"the corridor"}""";
        var record = New();
        var call = record.Write("us", Kinds.CallRequested, topic);
        var counter = record.Write(
            "ru",
            Kinds.CallCountered,
            """{"windows":[{"from":"2022-03-24T09:00:00Z","until":"2022-03-24T10:00:00Z"}]}""",
            call
        );
        var own = record.Write("ru", Kinds.CallAccepted, "{}", counter);
        vectors.Add(
            "a counter-proposal that its author accepts",
            "TRAFFIC-22",
            record,
            [new Expected(call, Noon, "countered")],
            [own]
        );
        record.Write("us", Kinds.CallAccepted, "{}", counter);
        vectors.Add(
            "and that the other side accepts",
            "TRAFFIC-22 TRAFFIC-7",
            record,
            [new Expected(call, Noon, "accepted")],
            [own]
        );

        record = New();
        call = record.Write("us", Kinds.CallRequested, topic);
        record.Mark = Mark.Exercise;
        record.Write("ru", Kinds.CallDeclined, "{}", call);
        vectors.Add(
            "an exercise answers nothing that is actual",
            "TRAFFIC-9",
            record,
            [new Expected(call, Noon, "requested")],
            null
        );

        record = New();
        var test = record.Write("us", Kinds.TestSent, """{"style":"staffed","text":"Blue  heron"}""");
        record.Write("ru", Kinds.TestAnswered, """{"text":"red heron"}""", test);
        vectors.Add("a staffed test with another echo", "TRAFFIC-19", record, [new Expected(test, Noon, "sent")], null);
        record.Write("ru", Kinds.TestAnswered, """{"text":"BLUE heron"}""", test);
        vectors.Add(
            "a staffed test with its echo, in another case",
            "TRAFFIC-19",
            record,
            [new Expected(test, Noon, "answered")],
            null
        );

        record = New();
        call = record.Write("us", Kinds.CallRequested, topic);
        var most = LineView.MaxEntriesOfParty(2);
        EntryId? beyond = null;
        for (var i = 0; i <= most; i++)
            beyond = record.Write("us", Kinds.CallWithdrawn, "[]", call);
        record.Write("ru", Kinds.CallAccepted, "{}", call);
        vectors.Add(
            "more entries of one party than count do not keep the other's from counting",
            "TRAFFIC-82",
            record,
            [new Expected(call, Noon, "accepted")],
            null
        );
        Assert.NotNull(beyond);
    }

    private static void AddReleases(FoldVectors vectors)
    {
        var record = New();
        var readout = record.Write(
            "us",
            Kinds.ReadoutIssued,
            """{"text":"we spoke","embargo":"2022-03-24T00:00:00Z"}"""
        );
        EntryId Release(string level) =>
            record.Write("us", Kinds.ReadoutReleased, $$"""{"level":"{{level}}"}""", [readout], null, Two);
        Release("allies");
        var down = Release("internal");
        var early = Release("public");
        record.Now = Noon.AddDays(1);
        Release("public");
        vectors.Add(
            "a release goes up by levels, and to the public not before the embargo is over",
            "TRAFFIC-41",
            record,
            [new Expected(readout, record.Now, "issued")],
            [down, early]
        );
    }

    private static void AddSuspensions(FoldVectors vectors)
    {
        var record = New();
        var alone = record.Write("us", Kinds.LineSuspended, """{"reason":"one"}""");
        record.Write("us", Kinds.LineSuspended, """{"reason":"two"}""", [], null, Two);
        var again = record.Write("us", Kinds.LineSuspended, """{"reason":"again"}""", [], null, Two);
        var inSpite = record.Write("ru", Kinds.MessageSent, """{"text":"in spite of it"}""");
        record.Write("ru", Kinds.MessageSent, """{"text":"urgent"}""", [], null, null, Precedence.Flash);
        record.Write("ru", Kinds.TestSent, """{"style":"automatic"}""");
        var others = record.Write("ru", Kinds.LineResumed, null, [], null, Two);
        record.Write("us", Kinds.LineResumed, null, [], null, Two);
        record.Write("ru", Kinds.MessageSent, """{"text":"afterwards"}""");
        vectors.Add(
            "a suspension by one officer, by two, twice, what is written in spite of it, and who resumes",
            "TRAFFIC-17 TRAFFIC-18 LINK-32",
            record,
            [],
            [alone, again, inSpite, others]
        );
    }

    private static void AddBlind(FoldVectors vectors)
    {
        const string grid =
            """{"south":57000000000,"west":19000000000,"north":58000000000,"east":20000000000,"cellHeight":10000000,"cellWidth":20000000,"floor":0,"ceiling":3000000,"layerHeight":500000,"start":"2022-03-24T00:00:00Z","end":"2022-03-24T06:00:00Z","slotSeconds":900,"separation":{"horizontal":0,"vertical":0,"seconds":0}}""";
        string profile = $"sha256:{new string('a', 64)}",
            one = new('1', 64),
            two = new('2', 64),
            run = new('c', 64),
            digest = new('d', 64);
        var both = new Officer("planner", "A. First", new Officer("watch", "B. Second"));
        string proposal = $$"""{"with":"ru","profile":{{grid}},"profileHash":"{{profile}}","nonce":"{{one}}"}""",
            acceptance = $$"""{"profileHash":"{{profile}}","nonce":"{{two}}","run":"{{run}}"}""",
            commitment = $$"""{"run":"{{run}}","commitment":"{{one}}","bucket":256,"publicKey":"{{two}}"}""";
        string Finding(string said, int shared = 3) =>
            $$"""{"run":"{{run}}","digest":"{{said}}","shared":{{shared}},"suspicious":false}""";

        var record = New();
        var alone = record.Write("us", Kinds.BlindProposed, proposal);
        var check = record.Write("us", Kinds.BlindProposed, proposal, [], null, both);
        var single = record.Write("ru", Kinds.BlindAccepted, acceptance, check);
        vectors.Add(
            "nobody starts a blind check alone",
            "TRAFFIC-70",
            record,
            [new Expected(check, Noon, "proposed")],
            [alone, single]
        );
        record.Write("ru", Kinds.BlindAccepted, acceptance, [check], null, both);
        record.Write("us", Kinds.BlindCommitted, commitment, check);
        var early = record.Write("us", Kinds.BlindCompared, Finding(digest), check);
        record.Write("ru", Kinds.BlindCommitted, commitment, check);
        record.Write("ru", Kinds.BlindCompared, Finding(digest), check);
        record.Write("us", Kinds.BlindCompared, Finding(digest), check);
        vectors.Add(
            "agreed once both committed and both found the same, and not before",
            "TRAFFIC-72",
            record,
            [new Expected(check, Noon, "agreed")],
            [alone, single, early]
        );

        record = New();
        check = record.Write("us", Kinds.BlindProposed, proposal, [], null, both);
        record.Write("ru", Kinds.BlindAccepted, acceptance, [check], null, both);
        foreach (var party in (string[])["us", "ru"])
            record.Write(party, Kinds.BlindCommitted, commitment, check);
        record.Write("us", Kinds.BlindCompared, Finding(digest), check);
        record.Write("ru", Kinds.BlindCompared, Finding(digest, 4), check);
        vectors.Add(
            "two that found different things",
            "TRAFFIC-72",
            record,
            [new Expected(check, Noon, "differs")],
            []
        );

        record = New("us", "ru", "ua");
        check = record.Write("us", Kinds.BlindProposed, proposal, [], null, both);
        var third = record.Write("ua", Kinds.BlindAccepted, acceptance, [check], null, both);
        var nonce = record.Write(
            "ru",
            Kinds.BlindAccepted,
            acceptance.Replace(two, one, StringComparison.Ordinal),
            [check],
            null,
            both
        );
        record.Write("ru", Kinds.BlindAccepted, acceptance, [check], null, both);
        var other = record.Write(
            "us",
            Kinds.BlindCommitted,
            commitment.Replace(run, digest, StringComparison.Ordinal),
            check
        );
        vectors.Add(
            "a third party, the same nonce again, and another run",
            "TRAFFIC-71",
            record,
            [new Expected(check, Noon, "accepted")],
            [third, nonce, other]
        );
    }
}
