using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Incidents;
using Xunit;

namespace Parley.Traffic.Tests.Incidents;

public sealed class IncidentTests
{
    private static readonly Officer Two = new("principal", "First", new Officer("principal", "Second"));
    private static readonly DateTimeOffset Noon = TestRecord.Noon;
    private TestRecord record = new("us", "ru", "osce");

    private EntryId Report(string from = "us", string what = "Shelling at the bridge.") =>
        record.Write(from, Kinds.IncidentReported, $$"""{"what":"{{what}}","accused":"ru"}""");

    private EntryId Act(string from, string kind, EntryId incident, string json) =>
        record.Write(from, kind, json, [incident], null, Two);

    private Item Of(EntryId entry) => record.View().ItemOf(entry, record.Now)!;

    private string? Reason() => record.View().Flags.LastOrDefault()?.Reason;

    private EntryId BeforeTheBoard(string finding = """{"result":"violation","attribution":"ru"}""")
    {
        var incident = Report();
        Act("osce", Kinds.IncidentExamined, incident, """{"what":"craters"}""");
        Act("osce", Kinds.IncidentInquired, incident, """{"what":"two craters from the east"}""");
        Act("osce", Kinds.IncidentFound, incident, finding);
        Act("osce", Kinds.IncidentBoardConvened, incident, "{}");
        return incident;
    }

    [Fact] // CEASEFIRE-22
    public void Every_account_stands_beside_the_others_under_one_number()
    {
        var incident = Report();
        var theirs = Act(
            "ru",
            Kinds.IncidentAccountGiven,
            incident,
            """{"what":"Nothing was fired.","accused":"us"}"""
        );
        var observer = Act(
            "osce",
            Kinds.IncidentAccountGiven,
            incident,
            """{"what":"Two explosions.","reporter":"camera"}"""
        );
        var newer = Act("ru", Kinds.IncidentAccountGiven, theirs, """{"what":"Two mines went off."}""");
        Assert.Equal([incident, theirs, observer, newer], IncidentFamily.Accounts(Of(newer)).Select(e => e.Id));
        Assert.Equal(incident, Of(observer).Id);
        Assert.Equal(IncidentFamily.Alleged, Of(incident).State);
    }

    [Fact] // CEASEFIRE-24, CEASEFIRE-25, CEASEFIRE-26
    public void It_is_alleged_until_the_board_closes_and_a_dissent_stays()
    {
        var incident = Report();
        string[] states =
        [
            Of(incident).State,
            After("osce", Kinds.IncidentExamined, """{"what":"craters"}"""),
            After("osce", Kinds.IncidentInquired, """{"what":"two craters"}"""),
            After("osce", Kinds.IncidentFound, """{"result":"violation"}"""),
            After("osce", Kinds.IncidentBoardConvened, "{}"),
            After("ru", Kinds.IncidentResponded, """{"what":"The battery was withdrawn."}"""),
            After("ru", Kinds.IncidentDissented, """{"result":"no violation","text":"An accident."}"""),
            After("us", Kinds.IncidentClosed, """{"result":"violation"}"""),
        ];
        Assert.Equal(
            ["alleged", "preliminary", "field inquiry", "report", "board", "response", "response", "response"],
            states
        );
        Assert.Equal("Alleged violation", IncidentFamily.TitleOf(Of(incident)));
        Assert.Equal("closed", After("osce", Kinds.IncidentClosed, """{"result":"violation"}"""));
        Assert.Equal("violation", IncidentFamily.TitleOf(Of(incident)));
        Assert.Null(((Finding)IncidentFamily.ReportOf(Of(incident))!.Body!).Attribution);
        Assert.Equal("An accident.", ((Finding)Assert.Single(IncidentFamily.Dissents(Of(incident))).Body!).Text);
        After("us", Kinds.IncidentDissented, """{"result":"violation","attribution":"ru"}""");
        Assert.Equal(2, IncidentFamily.Dissents(Of(incident)).Count);
        Assert.Empty(record.View().Flags);

        string After(string from, string kind, string json)
        {
            Act(from, kind, incident, json);
            return Of(incident).State;
        }
    }

    [Fact] // CEASEFIRE-26
    public void No_party_closes_alone_and_none_with_another_finding_than_the_report_has()
    {
        var incident = BeforeTheBoard();
        Act("us", Kinds.IncidentClosed, incident, """{"result":"violation","attribution":"us"}""");
        Assert.Contains("another finding", Reason(), StringComparison.Ordinal);
        Act("us", Kinds.IncidentClosed, incident, """{"result":"violation","attribution":"ru"}""");
        Act("us", Kinds.IncidentClosed, incident, """{"result":"violation","attribution":"ru"}""");
        Assert.Contains("closed it already", Reason(), StringComparison.Ordinal);
        Assert.Equal(IncidentFamily.Board, Of(incident).State);
        record.Write("ru", Kinds.IncidentClosed, """{"result":"violation","attribution":"ru"}""", incident);
        Assert.Contains("two officers", Reason(), StringComparison.Ordinal);
        Act("ru", Kinds.IncidentDissented, incident, """{"result":"no violation"}""");
        Assert.Equal(IncidentFamily.Board, Of(incident).State); // on a line of three a dissent closes nothing
    }

    [Fact] // CEASEFIRE-26
    public void On_a_line_of_two_the_other_s_dissent_is_its_word_in_the_board_and_its_silence_is_none()
    {
        record = new TestRecord("us", "osce");
        var incident = BeforeTheBoard();
        Act("us", Kinds.IncidentClosed, incident, """{"result":"violation","attribution":"ru"}""");
        Assert.Equal(IncidentFamily.Board, Of(incident).State);
        Act("osce", Kinds.IncidentDissented, incident, """{"result":"inconclusive"}""");
        Assert.Equal(IncidentFamily.Closed, Of(incident).State);
    }

    [Fact] // CEASEFIRE-24
    public void No_rung_is_passed_over()
    {
        var incident = Report();
        Act("us", Kinds.IncidentFound, incident, """{"result":"violation"}""");
        Act("us", Kinds.IncidentClosed, incident, """{"result":"violation"}""");
        Act("us", Kinds.IncidentBoardConvened, incident, "{}");
        Assert.Equal(3, record.View().Flags.Count);
        Assert.Equal(IncidentFamily.Alleged, Of(incident).State);
    }

    [Fact] // CEASEFIRE-27
    public void A_number_that_was_merged_leads_to_the_other_for_ever_and_can_have_its_own_back()
    {
        var (a, b, c) = (Report(), Report("ru"), Report("osce"));
        Act("us", Kinds.IncidentExamined, a, """{"what":"craters"}""");
        Act("us", Kinds.IncidentMerged, a, $$"""{"into":"{{b}}","reason":"one event"}""");
        Act("ru", Kinds.IncidentMerged, b, $$"""{"into":"{{c}}"}""");
        Assert.Equal([c, c, c], new[] { a, b, c }.Select(Resolve));
        Assert.Equal(("merged", "Merged"), (Of(a).State, IncidentFamily.TitleOf(Of(a))));
        Act("ru", Kinds.IncidentAccountGiven, a, """{"what":"by its old number"}""");
        Act("us", Kinds.IncidentSplit, a, """{"reason":"another night"}""");
        Assert.Equal((a, IncidentFamily.Preliminary), (Resolve(a), Of(a).State));
        Assert.Empty(record.View().Flags);
    }

    [Fact] // CEASEFIRE-27
    public void Who_is_accused_takes_no_allegation_off_the_list_by_merging_it()
    {
        var (theirs, noise) = (Report(), Report("ru"));
        Act("ru", Kinds.IncidentMerged, theirs, $$"""{"into":"{{noise}}"}""");
        Assert.Contains("opened", Reason(), StringComparison.Ordinal);
        Assert.Equal((theirs, IncidentFamily.Alleged), (Resolve(theirs), Of(theirs).State));
    }

    private EntryId Resolve(EntryId number)
    {
        var view = record.View();
        return IncidentNumbers.Resolve(number, view.IncidentOf);
    }

    [Fact] // CEASEFIRE-27
    public void Merges_in_a_circle_are_refused_and_where_they_crossed_the_least_number_stays()
    {
        var (a, b) = (Report(), Report("ru"));
        Act("us", Kinds.IncidentMerged, a, $$"""{"into":"{{a}}"}""");
        Assert.Contains("into itself", Reason(), StringComparison.Ordinal);
        Act("us", Kinds.IncidentMerged, a, """{"into":"ru/999"}""");
        Assert.Contains("had not seen", Reason(), StringComparison.Ordinal);
        var seen = record.SeenBy("ru");
        Act("us", Kinds.IncidentMerged, a, $$"""{"into":"{{b}}"}""");
        var view = record.View();
        Assert.Contains("circle", IncidentNumbers.Refuse(b, a, view.IncidentOf), StringComparison.Ordinal);
        Assert.Null(IncidentNumbers.Refuse(b, Report("osce"), record.View().IncidentOf));
        record.Write("ru", Kinds.IncidentMerged, $$"""{"into":"{{a}}"}""", [b], seen, Two);
        Assert.Equal([b, b], new[] { a, b }.Select(Resolve)); // ru/… before us/…
        Act("ru", Kinds.IncidentSplit, b, """{"reason":"crossed"}""");
        Assert.Equal((b, IncidentFamily.Alleged), (Resolve(a), Of(b).State));
    }

    [Fact] // CEASEFIRE-27: whoever merges thousands one into the other makes nobody walk the chain for each row
    public void A_chain_of_merges_is_walked_once_for_a_page_and_nothing_is_read_again_for_it()
    {
        const int Long = 5_000;
        var chain = new List<EntryId>(Long);
        for (var i = 0; i < Long; i++)
            chain.Add(record.Write("us", Kinds.IncidentReported, """{"what":"x"}"""));
        for (var i = 0; i + 1 < Long; i++)
            record.Write("us", Kinds.IncidentMerged, $$"""{"into":"{{chain[i + 1]}}"}""", chain[i]);
        var entries = record.Entries.ToDictionary(e => e.Header.Id);
        var read = 0;
        var view = new LineView(
            record.Document,
            id =>
            {
                read++;
                return TrafficEntry.From(entries[id].Header, entries[id].Body);
            }
        )
        {
            MaxOpenKept = 10,
            MaxSettledKept = 10,
        };
        foreach (var (header, body) in record.Entries)
            view.Fold(header, body);
        var (before, looks) = (read, 0);
        var known = new Dictionary<EntryId, EntryId>();
        Assert.All(
            chain,
            one =>
                Assert.Equal(
                    chain[^1],
                    IncidentNumbers.Resolve(
                        one,
                        id =>
                        {
                            looks++;
                            return view.IncidentOf(id);
                        },
                        known
                    )
                )
        );
        Assert.Equal(before, read);
        Assert.True(looks <= 2 * Long, $"{looks} looks");
        Assert.Contains(
            "circle",
            IncidentNumbers.Refuse(chain[^1], chain[0], view.IncidentOf),
            StringComparison.Ordinal
        );
    }

    [Fact] // CEASEFIRE-27
    public void Numbers_that_lead_into_a_circle_lead_to_its_least_whichever_is_asked_first()
    {
        EntryId[] ids = [.. Enumerable.Range(1, 5).Select(i => new EntryId(TestRecord.Us, (ulong)i))];
        // 1 → 2 → 3 → 4 → 3, and 5 stands by itself.
        Lead? Find(EntryId id) =>
            id.Seq switch
            {
                4 => new Lead(id, ids[2]),
                5 => new Lead(id, null),
                < 4 => new Lead(id, ids[(int)id.Seq]),
                _ => null,
            };
        foreach (
            var order in (int[][])
                [
                    [0, 1, 2, 3, 4],
                    [3, 2, 1, 0, 4],
                    [1, 4, 0, 3, 2],
                ]
        )
        {
            var known = new Dictionary<EntryId, EntryId>();
            foreach (var at in order)
                Assert.Equal(at == 4 ? ids[4] : ids[2], IncidentNumbers.Resolve(ids[at], Find, known));
        }
    }

    [Fact] // CEASEFIRE-27
    public void Accounts_that_belong_elsewhere_are_named_and_no_others()
    {
        var (a, b) = (Report(), Report("ru"));
        var account = Act("osce", Kinds.IncidentAccountGiven, a, """{"what":"another place"}""");
        Act("us", Kinds.IncidentSplit, a, """{"reason":"nothing"}""");
        Assert.Contains("not merged", Reason(), StringComparison.Ordinal);
        Act("us", Kinds.IncidentSplit, a, $$"""{"reason":"x","accounts":["{{b}}"]}""");
        Assert.Contains("no account", Reason(), StringComparison.Ordinal);
        Act("us", Kinds.IncidentSplit, a, $$"""{"reason":"x","accounts":["{{account}}"],"into":"{{b}}"}""");
        Assert.Equal(2, record.View().Flags.Count);
        Assert.Equal(IncidentFamily.Alleged, Of(a).State);
    }

    [Fact] // CEASEFIRE-20
    public void Nothing_is_inferred_from_where_or_how_something_was_fired()
    {
        Assert.True(
            TrafficBodies
                .Read(
                    Kinds.ObservationReported,
                    """{"observations":[{"id":"1","reporter":"north","what":"impact","count":1,"phase":"incoming","start":"2026-03-02T18:00:00Z","bearingFrom":350,"bearingTo":10}]}"""u8.ToArray()
                )
                .TryGet(out var body, out _)
        );
        Assert.Null(((ObservationReport)body).Observations[0].Accused);
    }

    [Theory] // CEASEFIRE-20
    [InlineData("\"bearingFrom\":10", "two sides")]
    [InlineData("\"bearingFrom\":10,\"bearingTo\":361", "bearingTo is 0 to 360")]
    [InlineData("\"distanceMin\":10,\"distanceMax\":5", "at most less than at least")]
    [InlineData("\"qualifier\":\"some\"", "qualifier is")]
    [InlineData("\"timePrecision\":4", "timePrecision is 1 to 3")]
    [InlineData("\"end\":\"2026-03-02T17:00:00Z\"", "ends before it begins")]
    [InlineData("\"place\":{\"position\":[200,10]}", "longitude, latitude")]
    public void An_observation_that_contradicts_itself_is_refused_by_its_place(string member, string why)
    {
        var json =
            $$"""{"observations":[{"id":"1","reporter":"n","what":"shot","count":1,"start":"2026-03-02T18:00:00Z"},{"id":"2","reporter":"n","what":"shot","count":1,"start":"2026-03-02T18:00:00Z",{{member}}}]}""";
        Assert.False(
            TrafficBodies
                .Read(Kinds.ObservationReported, System.Text.Encoding.UTF8.GetBytes(json))
                .TryGet(out _, out var reason)
        );
        Assert.StartsWith("observations 2: ", reason, StringComparison.Ordinal);
        Assert.Contains(why, reason, StringComparison.Ordinal);
    }

    [Fact] // CEASEFIRE-23
    public void Where_nobody_watched_is_told_from_where_nothing_happened()
    {
        Coverage Watched(int from, int until) =>
            new()
            {
                Reporter = "jmc",
                Place = new Place("Bridge"),
                From = Noon.AddHours(from),
                Until = Noon.AddHours(until),
            };
        Assert.Equal(
            [(Noon, Noon.AddHours(1)), (Noon.AddHours(6), Noon.AddHours(8))],
            CoverageGaps.In(Noon, Noon.AddHours(8), [Watched(3, 6), Watched(1, 4), Watched(2, 3), Watched(8, 9)])
        );
        Assert.Empty(CoverageGaps.In(Noon, Noon.AddHours(1), [Watched(-1, 2)]));
        var logged = record.Write(
            "us",
            Kinds.CoverageLogged,
            """{"reporter":"jmc","place":{"name":"Bridge"},"from":"2026-03-02T18:00:00Z","until":"2026-03-02T19:00:00Z"}"""
        );
        Assert.NotNull(CoverageFamily.Current(Of(logged)));
        record.Write("us", Kinds.CoverageWithdrawn, """{"reason":"fog"}""", logged);
        Assert.Null(CoverageFamily.Current(Of(logged)));
    }

    [Fact] // CEASEFIRE-15
    public void A_rung_stays_empty_until_its_party_reports_it_and_the_hour_fills_none()
    {
        var order = record.Write(
            "us",
            Kinds.OrderAnnounced,
            """{"what":"Cease fire.","effect":"2022-03-23T18:00:00Z","echelons":["corps","brigades","guns"]}"""
        );
        record.Write("us", Kinds.OrderReported, """{"echelon":"corps","at":"2022-03-23T12:30:00Z"}""", order);
        record.Write("us", Kinds.OrderReported, """{"echelon":"brigades"}""", order);
        record.Write("ru", Kinds.OrderReported, """{"echelon":"corps","at":"2022-03-23T13:00:00Z"}""", order);
        Assert.Equal(OrderFamily.Announced, Of(order).State);
        Assert.Equal(new DateTimeOffset(2022, 3, 23, 18, 0, 0, default), Of(order).Due);
        record.Now = Noon.AddHours(7);
        Assert.Equal(OrderFamily.InEffect, Of(order).State);
        Assert.Equal(
            ["us corps True", "us brigades False", "us guns False", "ru corps True"],
            OrderFamily.Ladder(Of(order)).Select(r => $"{r.Party} {r.Echelon} {r.At is not null}")
        );
        record.Write("us", Kinds.OrderReported, """{"echelon":"guns","at":"2022-03-23T18:30:00Z"}""", order);
        Assert.NotNull(OrderFamily.Ladder(Of(order)).Single(r => r.Echelon == "guns").At);
        Assert.Empty(record.View().Flags);
    }

    [Fact] // CEASEFIRE-28
    public void Notice_of_return_fire_is_flash_takes_two_says_what_failed_and_its_time_runs()
    {
        const string Body =
            """{"tried":"hotline, twice","failure":"no answer","authority":"Chief of staff","notice":"We answer at 14:00."}""";
        var alone = record.Write("us", Kinds.ReturnFireNotified, Body, [], null, null, Precedence.Flash);
        Assert.Contains("two officers", Reason(), StringComparison.Ordinal);
        record.Write("us", Kinds.ReturnFireNotified, Body, [], null, Two);
        Assert.Contains("FLASH", Reason(), StringComparison.Ordinal);
        foreach (var member in (string[])["tried", "failure", "authority", "notice"])
            Assert.Contains(
                $"{member} is missing",
                TrafficBodies
                    .Read(
                        Kinds.ReturnFireNotified,
                        System.Text.Encoding.UTF8.GetBytes(Body.Replace(member, "x", StringComparison.Ordinal))
                    )
                    .TryGet(out _, out var why)
                    ? ""
                    : why,
                StringComparison.Ordinal
            );
        var notice = record.Write("us", Kinds.ReturnFireNotified, Body, [], null, Two, Precedence.Flash);
        Assert.Equal(record.Now, ReturnFireFamily.RunningSince(Of(notice)));
        record.Write("ru", Kinds.ReturnFireAnswered, """{"answer":"checking"}""", notice);
        Assert.Equal(record.Now, ReturnFireFamily.RunningSince(Of(notice)));
        record.Write("us", Kinds.ReturnFireEnded, "{}", notice);
        Assert.Null(ReturnFireFamily.RunningSince(Of(notice)));
        Assert.NotEqual(alone, notice);
    }
}
