using Parley.Record;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>Activities, standing areas and movements as state machines; what conflicts is found elsewhere.</summary>
public sealed class ActivityTests
{
    private const string Volume =
        """[{"volume":{"outline_circle":{"center":{"lng":19.4,"lat":57.3},"radius":{"value":5000,"units":"M"}}},"time_end":{"value":"2022-03-24T12:00:00Z","format":"RFC3339"}}]""";
    private const string Site =
        """{"type":"protected","name":"Hospital No. 2","function":"hospital","verifiedBy":"OCHA","verifiedHow":"on site","verifiedAt":"2022-03-01T00:00:00Z","consent":true,"volumes":[{"volume":{}}]}""";
    private static readonly Officer Two = new("watch", "A. First", new Officer("watch", "B. Second"));

    private readonly TestRecord record = new();

    private Item Of(EntryId entry) => record.View().ItemOf(entry, record.Now)!;

    [Fact] // TRAFFIC-60
    public void A_notice_that_names_another_s_activity_as_known_is_about_itself()
    {
        var theirs = record.Write("ru", Kinds.ActivityNotified, $$"""{"name":"firing","volumes":{{Volume}}}""");
        var ours = record.Write("us", Kinds.ActivityNotified, $$"""{"name":"flight","volumes":{{Volume}}}""", theirs);
        Assert.Equal((ActivityFamily.Notified, ours), (Of(ours).State, Of(ours).Id));
        Assert.Equal((ActivityFamily.Notified, theirs), (Of(theirs).State, Of(theirs).Id));
        Assert.Equal(0, record.View().FlagCount);
        var change = record.Write(
            "us",
            Kinds.ActivityChanged,
            $$"""{"name":"flight","volumes":{{Volume}}}""",
            ours,
            theirs
        );
        Assert.Equal(ours, Of(change).Id);
        for (var seed = 0; seed < 20; seed++)
            Assert.Equal(ours, record.Shuffled(new Random(seed)).ItemOf(change, record.Now)!.Id);
    }

    [Fact] // TRAFFIC-62
    public void A_change_makes_an_acceptance_void_and_time_ends_what_nobody_ended()
    {
        var activity = record.Write("us", Kinds.ActivityNotified, $$"""{"volumes":{{Volume}}}""");
        record.Write("ru", Kinds.ActivityAccepted, null, activity);
        Assert.Equal(ActivityFamily.Accepted, Of(activity).State);
        record.Write("us", Kinds.ActivityChanged, $$"""{"volumes":{{Volume}}}""", activity);
        Assert.Equal(ActivityFamily.Notified, Of(activity).State);
        record.Write("ru", Kinds.ActivityObjected, """{"reason":"too near"}""", activity);
        Assert.Equal(
            (ActivityFamily.Objected, new DateTimeOffset(2022, 3, 24, 12, 0, 0, TimeSpan.Zero)),
            (Of(activity).State, Of(activity).Due)
        );
        record.Now = TestRecord.Noon.AddDays(1);
        Assert.Equal(ActivityFamily.Ended, Of(activity).State);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("2022-03-24T12:00:00\\u005a")]
    [InlineData("never")]
    public void A_peer_s_end_that_is_no_time_is_no_end_and_no_fault(string end)
    {
        var activity = record.Write(
            "ru",
            Kinds.ActivityNotified,
            $$$"""{"volumes":[{"time_end":{"value":"{{{end}}}","format":"RFC3339"}}]}"""
        );
        Assert.Equal((ActivityFamily.Notified, null), (Of(activity).State, Of(activity).Due));
    }

    [Fact]
    public void On_a_line_of_three_an_activity_is_accepted_when_all_that_were_told_accepted_it()
    {
        var three = new TestRecord("us", "ru", "ua");
        var activity = three.Write("us", Kinds.ActivityNotified, $$"""{"volumes":{{Volume}}}""");
        three.Write("ru", Kinds.ActivityAccepted, null, activity);
        Assert.Equal(ActivityFamily.Notified, three.View().ItemOf(activity, three.Now)!.State);
        three.Write("ua", Kinds.ActivityObjected, null, activity);
        three.Write("ru", Kinds.ActivityAccepted, null, activity);
        three.Write("ru", Kinds.ActivityObjected, null, activity);
        three.Write("ua", Kinds.ActivityAccepted, null, activity);
        Assert.Equal(ActivityFamily.Objected, three.View().ItemOf(activity, three.Now)!.State); // what counts is each one's last answer
        three.Write("ua", Kinds.ActivityObjected, null, activity);
        three.Write("ru", Kinds.ActivityAccepted, null, activity);
        Assert.Equal(ActivityFamily.Objected, three.View().ItemOf(activity, three.Now)!.State);
        three.Write("ua", Kinds.ActivityAccepted, null, activity);
        Assert.Equal(ActivityFamily.Accepted, three.View().ItemOf(activity, three.Now)!.State);
    }

    [Fact] // TRAFFIC-63
    public void A_protected_site_takes_two_officers_and_is_checked_again_every_ninety_days()
    {
        var (alone, body) = record.Draft("us", Kinds.AreaDeclared, Site, []);
        Assert.Contains("two officers", record.View().Refuse(alone, body), StringComparison.Ordinal);
        var site = record.Write("us", Kinds.AreaDeclared, Site, [], null, Two);
        Assert.Equal((AreaFamily.InForce, TestRecord.Noon.AddDays(90)), (Of(site).State, Of(site).Due));
        record.Now = TestRecord.Noon.AddDays(90);
        Assert.Equal(AreaFamily.CheckDue, Of(site).State);
        record.Write(
            "ru",
            Kinds.AreaChecked,
            """{"verifiedBy":"ICRC","verifiedHow":"by telephone"}""",
            [site],
            null,
            Two
        );
        Assert.Equal((AreaFamily.InForce, record.Now.AddDays(90)), (Of(site).State, Of(site).Due));
        var (keepOut, area) = record.Draft(
            "us",
            Kinds.AreaDeclared,
            """{"type":"keep-out","name":"wreck","volumes":[{"volume":{}}]}""",
            []
        );
        Assert.Null(record.View().Refuse(keepOut, area));
    }

    [Theory] // TRAFFIC-63, TRAFFIC-103
    [InlineData("A.  First")]
    [InlineData("A. Fir\u00ADst")]
    [InlineData("A.\u00A0First")]
    [InlineData("\uFF21. First")]
    public void Of_a_protected_site_one_officer_in_two_spellings_is_one_and_what_counted_by_the_first_rules_counts(
        string again
    )
    {
        var one = new Officer("watch", "A. First", new Officer("watch", again));
        foreach (var (fold, state, flags) in ((int, string, int)[])[(1, AreaFamily.InForce, 0), (2, "unreadable", 1)])
        {
            var line = new TestRecord(LinePolicy.Default with { Fold = fold });
            var site = line.Write("ru", Kinds.AreaDeclared, Site, [], null, one);
            Assert.Equal((state, flags), (line.View().ItemOf(site, line.Now)!.State, line.View().FlagCount));
            var (draft, body) = line.Draft("us", Kinds.AreaDeclared, Site, [], by: one); // our own officer's, whatever the line
            Assert.Contains("two officers", line.View().Refuse(draft, body), StringComparison.Ordinal);
            var ours = line.Write("us", Kinds.AreaDeclared, Site, [], null, Two);
            (draft, body) = line.Draft(
                "us",
                Kinds.AreaChecked,
                """{"verifiedBy":"ICRC","verifiedHow":"by telephone"}""",
                [ours],
                by: one
            );
            Assert.Contains("two officers", line.View().Refuse(draft, body), StringComparison.Ordinal);
        }
    }

    [Fact] // TRAFFIC-64, TRAFFIC-65
    public void A_movement_under_fire_is_flash_runs_until_it_goes_on_and_no_answer_is_a_permission()
    {
        var movement = record.Write(
            "us",
            Kinds.MovementSubmitted,
            """{"purpose":"food","liveContact":"radio 5","armedEscort":false}"""
        );
        record.Write("us", Kinds.MovementDeparted, null, movement); // nobody's leave is waited for
        Assert.Equal(MovementFamily.UnderWay, Of(movement).State);
        var (slow, body) = record.Draft("us", Kinds.MovementUnderFire, "{}", [movement]);
        Assert.Equal("under fire is FLASH", record.View().Refuse(slow, body));
        var alarm = record.Write(
            "us",
            Kinds.MovementUnderFire,
            """{"what":"mortar"}""",
            [movement],
            null,
            precedence: Precedence.Flash
        );
        Assert.Equal(
            (MovementFamily.Incident, TestRecord.Noon),
            (Of(movement).State, MovementFamily.UnderFireSince(Of(movement)))
        );
        Assert.Contains(record.View().Waiting, w => w.Id == alarm && w.Precedence == Precedence.Flash);
        record.Write("ru", Kinds.MovementFireAnswered, """{"answer":"checking"}""", movement);
        record.Now += TimeSpan.FromMinutes(3);
        Assert.Equal(TestRecord.Noon, MovementFamily.UnderFireSince(Of(movement)));
        record.Write("us", Kinds.MovementResumed, null, movement);
        Assert.Null(MovementFamily.UnderFireSince(Of(movement)));
    }

    [Fact] // TRAFFIC-62
    public void An_edit_of_a_movement_empties_every_rung_and_voids_the_receipts()
    {
        var movement = record.Write("us", Kinds.MovementSubmitted, """{"purpose":"food","liveContact":"radio 5"}""");
        record.Write("ru", Kinds.MovementAcknowledged, null, movement);
        record.Write(
            "ru",
            Kinds.MovementInformed,
            """{"echelon":"Brigade 14","at":"2022-03-23T12:00:00Z"}""",
            movement
        );
        record.Write("ru", Kinds.MovementInformed, """{"echelon":"checkpoint 3"}""", movement);
        Assert.Equal(
            [("Brigade 14", true), ("checkpoint 3", false)],
            MovementFamily.Ladder(Of(movement)).Select(r => (r.Echelon, r.At is not null))
        );
        record.Write("us", Kinds.MovementChanged, """{"purpose":"food and water","liveContact":"radio 5"}""", movement);
        Assert.Equal(MovementFamily.Submitted, Of(movement).State);
        Assert.All(MovementFamily.Ladder(Of(movement)), rung => Assert.Null(rung.At));
        Assert.NotNull(record.View().ReceiptsOf(movement)!.Replaced);
    }
}
