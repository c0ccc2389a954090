using System.Text.Json.Nodes;
using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Rooms;
using Xunit;

namespace Parley.Traffic.Tests.Rooms;

/// <summary>What is said in a mediator's room, what may be carried into it, and what that is worth.</summary>
public sealed class RoomTests
{
    private static readonly Officer Two = new("principal", "First", new Officer("principal", "Second"));
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private readonly TestRecord record = new("m", "b") { Mark = Mark.Actual };
    private readonly EntryId room;

    public RoomTests()
    {
        room = Open(record, "m", "b");
        record.Now = TestRecord.Noon.AddHours(1);
    }

    private static EntryId Open(TestRecord on, params string[] parties)
    {
        var opened = on.Write(
            "m",
            Kinds.RoomOpened,
            """{"room":"geneva","title":"Talks","scope":"good offices","until":"2022-04-01T00:00Z","parties":["a","b","ua"]}"""
        );
        foreach (var party in parties.Where(p => p != "m"))
            on.Write(party, Kinds.RoomJoined, null, opened);
        return opened;
    }

    private Item Room => record.View().ItemOf(room, record.Now)!;

    private EntryId Say(string from, string kind, string body, Officer? by = null) =>
        record.Write(from, kind, body, [room], null, by);

    private EntryId Pass(SaidElsewhere said) => Pass(said.Proof);

    private EntryId Pass(string proof, string from = "m") =>
        Say(from, Kinds.RoomPassed, new JsonObject { ["proof"] = proof }.ToJsonString());

    private string? WhyNot(EntryId entry) => record.View().Flags.SingleOrDefault(f => f.Entry == entry)?.Reason;

    private PublicResult Trust(EntryId passed, params LineDocument[] others) =>
        Passage
            .Of(Room.Applied.Single(e => e.Id == passed))!
            .TrustIn(Room, PartyId.Parse("b"), record.Document, [record.Document, .. others]);

    [Fact] // MEDIATION-1
    public void A_room_says_who_is_in_it_and_is_over_at_its_hour()
    {
        Assert.Equal(RoomFamily.Open, Room.State);
        Assert.Equal(RoomFamily.Over, record.View().ItemOf(room, TestRecord.Noon.AddMonths(1))!.State);
        var without = record.Write(
            "m",
            Kinds.RoomOpened,
            """{"room":"x","title":"Talks","scope":"s","until":"2022-04-01T00:00Z","parties":["a"]}"""
        );
        Assert.Contains("is not among its parties", WhyNot(without), StringComparison.Ordinal);
        foreach (
            var body in (string[])
                [
                    """{"room":"x","title":"T","scope":"s","parties":["b"]}""",
                    """{"room":"x","title":"T","until":"2022-04-01T00:00Z","parties":["b"]}""",
                ]
        )
            Assert.False(
                TrafficBodies.ReadOwn(Kinds.RoomOpened, System.Text.Encoding.UTF8.GetBytes(body)).TryGet(out _, out _)
            );
    }

    [Fact] // MEDIATION-2
    public void Nothing_counts_before_all_have_admitted_the_mediator_and_after_one_has_left()
    {
        var line = new TestRecord("m", "a", "b") { Mark = Mark.Actual };
        var opened = line.Write(
            "m",
            Kinds.RoomOpened,
            """{"room":"geneva","title":"T","scope":"s","until":"2022-04-01T00:00Z","parties":["a","b"]}"""
        );
        line.Write("a", Kinds.RoomJoined, null, opened);
        var early = line.Write("m", Kinds.RoomSaid, """{"room":"geneva","text":"early"}""", opened);
        line.Write("b", Kinds.RoomJoined, null, opened);
        line.Write("a", Kinds.RoomSaid, """{"room":"geneva","text":"in time"}""", opened);
        line.Write("b", Kinds.RoomClosed, """{"reason":"no progress"}""", opened);
        var late = line.Write("m", Kinds.RoomSaid, """{"room":"geneva","text":"late"}""", opened);
        Assert.Equal([early, late], line.View().Flags.Select(f => f.Entry));
    }

    [Fact] // MEDIATION-3, MEDIATION-5
    public void What_its_author_did_not_mark_for_all_of_the_line_is_refused()
    {
        foreach (
            var passing in (string[])
                [
                    "",
                    ""","passing":{}""",
                    ""","passing":{"to":[]}""",
                    ""","passing":{"to":["ua"]}""",
                    ""","passing":{"anyone":false}""",
                ]
        )
        {
            var passed = Pass(new SaidElsewhere { Body = $$"""{"room":"geneva","text":"We stop"{{passing}}}""" });
            Assert.StartsWith("not marked for passing", WhyNot(passed), StringComparison.Ordinal);
        }
        var drill = Pass(new SaidElsewhere { Mark = Mark.Exercise });
        Assert.StartsWith("not marked for passing", WhyNot(drill), StringComparison.Ordinal);
        var message = Pass(new SaidElsewhere { Kind = Kinds.MessageSent });
        Assert.StartsWith("not marked for passing", WhyNot(message), StringComparison.Ordinal);
        var anyone = Pass(
            new SaidElsewhere { Body = """{"room":"geneva","text":"to all","passing":{"anyone":true}}""" }
        );
        Assert.Null(WhyNot(anyone));
    }

    [Fact] // MEDIATION-4, MEDIATION-5
    public void What_is_altered_stale_from_elsewhere_or_replayed_is_refused_by_that_name()
    {
        var good = new SaidElsewhere();
        var proof = good.Proof;
        Assert.Null(WhyNot(Pass(proof)));
        Assert.StartsWith("replayed", WhyNot(Pass(proof)), StringComparison.Ordinal);

        Assert.StartsWith("altered", WhyNot(Pass("no proof at all")), StringComparison.Ordinal);
        Assert.StartsWith("altered", WhyNot(Pass(good with { IsCosigned = false })), StringComparison.Ordinal);
        for (var at = 0; at < proof.Length; at += 37)
        {
            var changed = proof[..at] + (proof[at] == 'A' ? 'B' : 'A') + proof[(at + 1)..];
            Assert.StartsWith("altered", WhyNot(Pass(changed)), StringComparison.Ordinal);
        }

        var stale = Pass(
            good with
            {
                Body = """{"room":"geneva","text":"soon","passing":{"to":["b"],"until":"2022-03-23T12:30Z"}}""",
            }
        );
        Assert.StartsWith("stale", WhyNot(stale), StringComparison.Ordinal);
        var otherRoom = Pass(good with { Body = """{"room":"vienna","text":"there","passing":{"to":["b"]}}""" });
        Assert.StartsWith("from another line", WhyNot(otherRoom), StringComparison.Ordinal);
        var otherMediator = Pass(good with { Mediator = "x", Slug = "x-a" });
        Assert.StartsWith("from another line", WhyNot(otherMediator), StringComparison.Ordinal);
        var own = Pass(good with { Author = "m", Mediator = "a" });
        Assert.StartsWith("from another line", WhyNot(own), StringComparison.Ordinal);
        var later = good with { At = TestRecord.Noon.AddSeconds(9) };
        Assert.Contains(
            "only the party that opened it",
            WhyNot(Pass(later.Proof, from: "b")),
            StringComparison.Ordinal
        );
    }

    [Fact] // MEDIATION-5
    public void However_entries_arrive_all_stations_pass_and_refuse_the_same()
    {
        var good = new SaidElsewhere();
        Pass(good);
        Pass(good);
        Pass(good with { IsCosigned = false });
        Pass(good with { Body = """{"room":"geneva","text":"unmarked"}""" });
        var flags = record.View().Flags.Select(f => $"{f.Entry} {f.Reason}").Order(StringComparer.Ordinal).ToList();
        for (var seed = 0; seed < 20; seed++)
            Assert.Equal(
                flags,
                record
                    .Shuffled(new Random(seed))
                    .Flags.Select(f => $"{f.Entry} {f.Reason}")
                    .Order(StringComparer.Ordinal)
            );
    }

    [Fact] // MEDIATION-6
    public void A_paraphrase_stays_the_word_of_whoever_wrote_it()
    {
        var told = Say("m", Kinds.RoomSaid, """{"room":"geneva","text":"a would stop","reports":"a"}""");
        var entry = Room.Applied.Single(e => e.Id == told);
        Assert.Null(Passage.Of(entry));
        Assert.Equal("m", entry.Header.From.Value);
    }

    [Fact] // MEDIATION-7
    public void Keys_are_known_by_an_own_line_or_an_own_comparison_and_never_by_the_mediators_word()
    {
        var said = new SaidElsewhere();
        var passed = Pass(said);
        Assert.Equal(PublicAnswer.NotAsked, Trust(passed).Answer);
        var keys = PublicKeySheet.Of(said.Line).Fingerprint.Hash.ToHex();
        Say("m", Kinds.RoomRecognised, $$"""{"party":"a","keys":"{{keys}}"}""");
        Assert.Equal(PublicAnswer.NotAsked, Trust(passed).Answer);
        Say("b", Kinds.RoomRecognised, $$"""{"party":"a","keys":"{{new string('0', 64)}}"}""");
        Assert.Equal(PublicAnswer.No, Trust(passed).Answer);
        Say("b", Kinds.RoomRecognised, $$"""{"party":"a","keys":"{{keys}}"}""");
        Assert.Equal(PublicAnswer.Yes, Trust(passed).Answer);

        var another = Pass(said with { At = TestRecord.Noon.AddMinutes(1) });
        var common = new TestRecord("a", "b").Document;
        Assert.Equal(PublicAnswer.Yes, Trust(another, common).Answer);
    }

    [Fact] // MEDIATION-8
    public void A_condition_is_met_by_the_partys_own_signed_word_and_by_nobodys_claim()
    {
        string State(bool isTrusted) => RoomConditions.Of(Room, _ => isTrusted).Single().State;
        Say("b", Kinds.RoomConditioned, """{"room":"geneva","condition":"talks","party":"ua"}""");
        Assert.Equal(ConditionStanding.Waiting, State(true));
        Say("m", Kinds.RoomSaid, """{"room":"geneva","text":"ua consents","reports":"ua","condition":"talks"}""");
        Assert.Equal(ConditionStanding.Claimed, State(true));
        var notIts = Say("b", Kinds.RoomConsented, """{"room":"geneva","condition":"talks"}""", Two);
        Assert.Contains("asks for the consent of ua", WhyNot(notIts), StringComparison.Ordinal);
        Assert.Equal(ConditionStanding.Claimed, State(true));

        var consent = new SaidElsewhere
        {
            Author = "ua",
            Slug = "m-ua",
            Kind = Kinds.RoomConsented,
            Body = """{"room":"geneva","condition":"talks","passing":{"to":["b"]}}""",
        };
        var withdrawn = consent with { Kind = Kinds.RoomConsentWithdrawn, At = TestRecord.Noon.AddMinutes(5) };
        Assert.Null(WhyNot(Pass(consent)));
        Assert.Equal(ConditionStanding.KeysUnknown, State(false));
        Assert.Equal(ConditionStanding.Met, State(true));
        Pass(withdrawn);
        Assert.Equal(ConditionStanding.Withdrawn, State(true));
        // Passed on later, an older consent does not count again.
        Pass(consent with { At = TestRecord.Noon.AddMinutes(2) });
        Assert.Equal(ConditionStanding.Withdrawn, State(true));
        // One officer binds no party, wherever it was written.
        var alone = Pass(consent with { At = TestRecord.Noon.AddMinutes(9), IsByTwo = false });
        Assert.StartsWith("by one officer", WhyNot(alone), StringComparison.Ordinal);
        Assert.Equal(ConditionStanding.Withdrawn, State(true));
    }

    [Fact] // MEDIATION-18
    public void A_consent_to_other_words_under_the_same_name_meets_nothing()
    {
        string State() => RoomConditions.Of(Room, _ => true).Single().State;
        Say(
            "b",
            Kinds.RoomConditioned,
            """{"room":"geneva","condition":"talks","party":"ua","what":"Talks on the whole line"}"""
        );
        // On its line with ua the mediator has another condition of that name, or none.
        string Body(string? what) =>
            new JsonObject
            {
                ["room"] = "geneva",
                ["condition"] = "talks",
                ["what"] = what,
                ["passing"] = new JsonObject { ["to"] = new JsonArray("b") },
            }.ToJsonString();
        var consent = new SaidElsewhere
        {
            Author = "ua",
            Slug = "m-ua",
            Kind = Kinds.RoomConsented,
            Body = Body("Talks on fishing"),
        };
        Assert.Null(WhyNot(Pass(consent)));
        Assert.Equal(ConditionStanding.OtherWords, State());
        Pass(consent with { Body = Body(null), At = TestRecord.Noon.AddMinutes(1) });
        Assert.Equal(ConditionStanding.OtherWords, State());
        Pass(consent with { Body = Body("Talks on the whole line"), At = TestRecord.Noon.AddMinutes(2) });
        Assert.Equal(ConditionStanding.Met, State());
        // The newest counts, also where it is to something else.
        Pass(consent with { At = TestRecord.Noon.AddMinutes(3) });
        Assert.Equal(ConditionStanding.OtherWords, State());
        Pass(consent with { Kind = Kinds.RoomConsentWithdrawn, Body = Body(null), At = TestRecord.Noon.AddMinutes(4) });
        Assert.Equal(ConditionStanding.Withdrawn, State());
    }

    [Fact] // MEDIATION-8
    public void Nobody_fills_a_room_with_conditions()
    {
        for (var i = 0; i < RoomConditions.MaxOfParty; i++)
            Assert.Null(WhyNot(Say("b", Kinds.RoomConditioned, Condition($"c{i}"))));
        Assert.Contains("no more count", WhyNot(Say("b", Kinds.RoomConditioned, Condition("one more"))), Ordinal);
        Assert.Null(WhyNot(Say("m", Kinds.RoomConditioned, Condition("the mediator's"))));
        Assert.Equal(RoomConditions.MaxOfParty + 1, RoomConditions.Of(Room, _ => true).Count);

        static string Condition(string name) => $$"""{"room":"geneva","condition":"{{name}}","party":"ua"}""";
    }

    [Fact] // MEDIATION-17
    public void Where_the_line_says_so_nothing_crosses_by_one_officer()
    {
        var line = new TestRecord(LinePolicy.Default with { TwoPeople = [LinePolicy.Passing] }, "m", "b")
        {
            Mark = Mark.Actual,
        };
        var opened = Open(line, "m", "b");
        line.Now = record.Now;
        string? Why(string from, string kind, string body, Officer? by)
        {
            var entry = line.Write(from, kind, body, [opened], null, by);
            return line.View().Flags.SingleOrDefault(f => f.Entry == entry)?.Reason;
        }
        var passed = new JsonObject { ["proof"] = new SaidElsewhere().Proof }.ToJsonString();
        const string Marked = """{"room":"geneva","text":"We stop","passing":{"to":["a"]}}""",
            Kept = """{"room":"geneva","text":"For you alone","passing":{"to":[]}}""";
        Assert.Contains("two officers", Why("m", Kinds.RoomPassed, passed, null), Ordinal);
        Assert.Null(Why("m", Kinds.RoomPassed, passed, Two));
        Assert.Contains("two officers", Why("b", Kinds.RoomSaid, Marked, null), Ordinal);
        Assert.Null(Why("b", Kinds.RoomSaid, Marked, Two));
        Assert.Null(Why("b", Kinds.RoomSaid, Kept, null));
    }

    [Fact] // MEDIATION-8
    public void Consenting_takes_two_officers_whatever_the_policy_says()
    {
        var alone = Say("b", Kinds.RoomConsented, """{"room":"geneva","condition":"talks"}""");
        Assert.Contains("two officers", WhyNot(alone), StringComparison.Ordinal);
        Assert.Null(WhyNot(Say("b", Kinds.RoomConsented, """{"room":"geneva","condition":"talks"}""", Two)));
    }

    [Fact] // MEDIATION-9
    public void The_mediator_alone_drafts_and_a_comment_names_a_version_and_a_clause_that_it_has()
    {
        const string Text = """{"title":"Corridor","clauses":[{"id":"1","text":"It is open."}]}""";
        Assert.Contains(
            "only the party that opened it",
            WhyNot(Say("b", Kinds.RoomDrafted, Text)),
            StringComparison.Ordinal
        );
        Assert.Null(WhyNot(Say("m", Kinds.RoomDrafted, Text)));
        var draft = Assert.Single(RoomFamily.Drafts(Room));
        string Comment(string hash, string clause) =>
            $$"""{"hash":"{{hash}}","clause":"{{clause}}","text":"Too early"}""";
        Assert.Null(WhyNot(Say("b", Kinds.RoomCommented, Comment(draft.Hash, "1"))));
        Assert.Contains(
            "no clause 2",
            WhyNot(Say("b", Kinds.RoomCommented, Comment(draft.Hash, "2"))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "a version that is not here",
            WhyNot(Say("b", Kinds.RoomCommented, Comment($"sha256:{new string('0', 64)}", "1"))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "may not write",
            WhyNot(Say("m", Kinds.RoomCommented, Comment(draft.Hash, "1"))),
            StringComparison.Ordinal
        );
    }

    [Fact] // MEDIATION-10
    public void Versions_are_compared_clause_by_clause_wherever_a_clause_stands()
    {
        Say(
            "m",
            Kinds.RoomDrafted,
            """{"title":"T","clauses":[{"id":"1","text":"Open."},{"id":"2","text":"From six."},{"id":"3","text":"Gone."}]}"""
        );
        Say(
            "m",
            Kinds.RoomDrafted,
            """{"title":"T","clauses":[{"id":"2","brackets":[{"text":"From six."},{"text":"From noon.","by":"b"}]},{"id":"1","text":"Open."},{"id":"4","text":"New."}]}"""
        );
        var drafts = RoomFamily.Drafts(Room);
        Assert.False(drafts[0].IsBracketed);
        Assert.True(drafts[1].IsBracketed);
        Assert.Equal(
            [
                new ClauseChange("2", null, DraftChanges.Changed, "From six.", "[From six.] [b: From noon.]"),
                new ClauseChange("3", null, DraftChanges.Removed, "Gone.", null),
                new ClauseChange("4", null, DraftChanges.Added, null, "New."),
            ],
            DraftChanges.Between(drafts[0].Text, drafts[1].Text)
        );
    }

    [Fact] // MEDIATION-3
    public void Words_that_name_another_room_than_they_stand_in_do_not_count()
    {
        var said = Say("b", Kinds.RoomSaid, """{"room":"vienna","text":"there","passing":{"to":["a"]}}""");
        Assert.Contains("names the room vienna", WhyNot(said), StringComparison.Ordinal);
    }
}
