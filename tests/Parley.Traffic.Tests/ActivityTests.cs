using Parley.Record;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

public sealed class ActivityTests
{
    private readonly TestRecord record = new("us", "ru", "ua");

    private static string Plan(string end = "2022-03-25T12:00:00Z", string more = "") =>
        """{"title":"patrol","volumes":[{"volume":{},"time_end":{"value":"END","format":"RFC3339"}}MORE]}""".Replace("END", end, StringComparison.Ordinal).Replace("MORE", more, StringComparison.Ordinal);

    private Item Of(EntryId entry) => record.View().ItemOf(entry, record.Now)!;

    [Fact] // TRAFFIC-60 TRAFFIC-61
    public void It_is_accepted_when_everyone_has_and_an_objection_stands_until_it_is_taken_back()
    {
        var plan = record.Write("us", Kinds.ActivityNotified, Plan());
        Assert.Equal(ActivityFamily.Notified, Of(plan).State);
        record.Write("ru", Kinds.ActivityAccepted, "{}", plan);
        Assert.Equal(ActivityFamily.Notified, Of(plan).State);
        record.Write("ua", Kinds.ActivityObjected, """{"reason":"ours is there"}""", plan);
        Assert.Equal(ActivityFamily.Objected, Of(plan).State);
        record.Write("ru", Kinds.ActivityAccepted, "{}", plan);
        Assert.Equal(ActivityFamily.Objected, Of(plan).State);
        record.Write("ua", Kinds.ActivityAccepted, "{}", plan);
        Assert.Equal(ActivityFamily.Accepted, Of(plan).State);
        Assert.True(ActivityFamily.IsInForce(Of(plan)));
    }

    [Fact] // TRAFFIC-13 TRAFFIC-61
    public void A_change_is_a_new_text_that_nobody_has_answered_yet()
    {
        var plan = record.Write("us", Kinds.ActivityNotified, Plan());
        foreach (var party in (string[])["ru", "ua"]) record.Write(party, Kinds.ActivityAccepted, "{}", plan);
        Assert.Equal(ActivityFamily.Accepted, Of(plan).State);
        var changed = record.Write("us", Kinds.ActivityChanged, Plan("2022-03-26T12:00:00Z"), plan);
        Assert.Equal(ActivityFamily.Notified, Of(plan).State);
        Assert.Equal(changed, ActivityFamily.TextOf(Of(plan)));
        record.Write("ru", Kinds.ActivityAccepted, "{}", changed);
        Assert.Equal(ActivityFamily.Notified, Of(plan).State);
        Assert.DoesNotContain(record.View().Waiting, w => w.Id == plan);
        Assert.Contains(record.View().Waiting, w => w.Id == changed);
    }

    [Fact] // TRAFFIC-60 TRAFFIC-62
    public void It_ends_with_its_last_volume_and_one_without_an_end_stays()
    {
        var plan = record.Write("us", Kinds.ActivityNotified, Plan(more: """,{"volume":{},"time_end":{"value":"2022-03-27T00:00:00+03:00","format":"RFC3339"}}"""));
        var standing = record.Write("us", Kinds.ActivityNotified, """{"title":"hospital","role":"protected","volumes":[{"volume":{}}]}""");
        Assert.Equal(new DateTimeOffset(2022, 3, 26, 21, 0, 0, TimeSpan.Zero), Of(plan).Due);
        record.Write("us", Kinds.ActivityStarted, "{}", plan);
        Assert.Equal(ActivityFamily.Active, Of(plan).State);
        record.Now = new DateTimeOffset(2022, 3, 26, 21, 0, 0, TimeSpan.Zero);
        Assert.Equal(ActivityFamily.Ended, Of(plan).State);
        Assert.False(ActivityFamily.IsInForce(Of(plan)));
        Assert.Null(Of(standing).Due);
        record.Now += TimeSpan.FromDays(900);
        Assert.True(ActivityFamily.IsInForce(Of(standing)));
        record.Write("us", Kinds.ActivityCancelled, """{"reason":"moved"}""", standing);
        Assert.Equal(ActivityFamily.Cancelled, Of(standing).State);
    }

    [Fact] // TRAFFIC-2 TRAFFIC-60
    public void What_makes_no_activity_is_refused_at_its_author()
    {
        Assert.Equal("title is missing", Refused("""{"volumes":[{}]}"""));
        Assert.Equal("1 to 256 volumes are needed", Refused("""{"title":"t"}"""));
        Assert.Equal("a volume is not an object", Refused("""{"title":"t","volumes":[3]}"""));
        Assert.StartsWith("role is none of", Refused("""{"title":"t","role":"target","volumes":[{}]}"""), StringComparison.Ordinal);
        Assert.Equal("priority is 0 to 100", Refused("""{"title":"t","priority":101,"volumes":[{}]}"""));
        Assert.Null(Refused(Plan("\\ud800")));
        var plan = record.Write("us", Kinds.ActivityNotified, Plan("\\ud800"));
        Assert.Null(Of(plan).Due);
        var (own, body) = record.Draft("us", Kinds.ActivityAccepted, "{}", [plan]);
        Assert.Equal("the party that opened it may not write activity.accepted itself", record.View().Refuse(own, body));

        string? Refused(string json)
        {
            var (header, text) = record.Draft("us", Kinds.ActivityNotified, json, []);
            return record.View().Refuse(header, text);
        }
    }
}
