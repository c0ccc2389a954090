using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

public sealed class ClarificationTests
{
    private readonly TestRecord record = new();

    private Item Of(Record.EntryId entry) => record.View().ItemOf(entry, record.Now)!;

    [Fact] // TRAFFIC-8, TRAFFIC-30
    public void Forty_eight_hours_without_an_answer_make_it_overdue_and_then_a_meeting_can_be_asked_for()
    {
        var asked = record.Write("us", Kinds.ClarificationRequested, """{"concern":"build-up of forces"}""");
        var due = TestRecord.Noon + TimeSpan.FromHours(48);
        Assert.Equal((ClarificationFamily.Open, due), (Of(asked).State, Of(asked).Due));
        record.Now = due - TimeSpan.FromMilliseconds(1);
        Assert.Equal(ClarificationFamily.Open, Of(asked).State);
        var (early, body) = record.Draft("us", Kinds.ClarificationMeetingAsked, "{}", [asked]);
        Assert.NotNull(record.View().Refuse(early, body));
        record.Now = due;
        Assert.Equal((ClarificationFamily.Overdue, due), (Of(asked).State, Of(asked).Since));
        record.Write("us", Kinds.ClarificationMeetingAsked, """{"where":"Vienna"}""", asked);
        Assert.Equal(
            (ClarificationFamily.MeetingAsked, due + TimeSpan.FromHours(48)),
            (Of(asked).State, Of(asked).Due)
        );
        record.Now = due + TimeSpan.FromHours(48);
        Assert.Equal(ClarificationFamily.MeetingOverdue, Of(asked).State);
        record.Write(
            "ru",
            Kinds.ClarificationAnswered,
            """{"purpose":"exercise","endDate":"2022-04-01T00:00:00Z"}""",
            asked
        );
        Assert.Equal(ClarificationFamily.Answered, Of(asked).State);
    }

    [Fact]
    public void An_insufficient_answer_starts_the_clock_again()
    {
        var asked = record.Write("us", Kinds.ClarificationRequested, """{"concern":"build-up"}""");
        var answer = record.Write("ru", Kinds.ClarificationAnswered, """{"note":"routine"}""", asked);
        record.Now += TimeSpan.FromHours(1);
        record.Write("us", Kinds.ClarificationInsufficient, """{"reason":"which formations?"}""", answer);
        Assert.Equal(
            (ClarificationFamily.Insufficient, record.Now + TimeSpan.FromHours(48)),
            (Of(asked).State, Of(asked).Due)
        );
    }

    [Fact]
    public void An_answer_that_says_nothing_is_refused_at_its_author()
    {
        var asked = record.Write("us", Kinds.ClarificationRequested, """{"concern":"build-up"}""");
        var (header, body) = record.Draft("ru", Kinds.ClarificationAnswered, "{}", [asked]);
        Assert.Equal("the answer says nothing", record.View().Refuse(header, body));
    }
}
