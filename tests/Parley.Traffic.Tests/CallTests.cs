using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

public sealed class CallTests
{
    private const string Request =
        """{"between":[{"party":"us","office":"secretary of defence"},{"party":"ru","office":"minister of defence"}],"topic":"deconfliction"}""";
    private readonly TestRecord record = new();

    private string StateOf(Record.EntryId call) => record.View().ItemOf(call, record.Now)!.State;

    [Fact] // TRAFFIC-20
    public void A_call_is_requested_accepted_started_and_logged()
    {
        var call = record.Write("us", Kinds.CallRequested, Request);
        Assert.Equal(CallFamily.Requested, StateOf(call));
        record.Write("ru", Kinds.CallAccepted, "{}", call);
        Assert.Equal(CallFamily.Accepted, StateOf(call));
        record.Write("us", Kinds.CallStarted, null, call);
        Assert.Equal(CallFamily.UnderWay, StateOf(call));
        record.Write("ru", Kinds.CallHeld, """{"minutes":60}""", call);
        Assert.Equal(CallFamily.Held, StateOf(call));
        Assert.Empty(record.View().Flags);
    }

    [Fact] // TRAFFIC-20: declined, subject refused and no answer are different outcomes
    public void Declined_subject_refused_withdrawn_and_no_answer_are_told_apart()
    {
        var declined = record.Write("us", Kinds.CallRequested, Request);
        record.Write("ru", Kinds.CallDeclined, null, declined);
        var refused = record.Write("us", Kinds.CallRequested, Request);
        record.Write("ru", Kinds.CallSubjectRefused, """{"subject":"ceasefire"}""", refused);
        var withdrawn = record.Write("us", Kinds.CallRequested, Request);
        record.Write("us", Kinds.CallWithdrawn, null, withdrawn);
        var silent = record.Write("us", Kinds.CallRequested, Request);
        record.Now += TimeSpan.FromHours(49);
        Assert.Equal(
            [CallFamily.Declined, CallFamily.SubjectRefused, CallFamily.Withdrawn, CallFamily.Expired],
            new[] { declined, refused, withdrawn, silent }.Select(StateOf)
        );
        Assert.Empty(record.View().Open(record.Now));
    }

    [Fact] // TRAFFIC-21
    public void An_answer_after_the_expiry_changes_nothing_and_is_flagged()
    {
        var call = record.Write("us", Kinds.CallRequested, Request);
        record.Now += TimeSpan.FromHours(48);
        var late = record.Write("ru", Kinds.CallAccepted, "{}", call);
        Assert.Equal(CallFamily.Expired, StateOf(call));
        Assert.Equal(
            (late, "it is settled: expired"),
            (record.View().Flags.Single().Entry, record.View().Flags.Single().Reason)
        );
    }

    [Fact] // TRAFFIC-22
    public void A_counter_proposal_is_for_the_other_side_to_answer()
    {
        var call = record.Write("us", Kinds.CallRequested, Request);
        var counter = record.Write(
            "ru",
            Kinds.CallCountered,
            """{"windows":[{"from":"2022-03-24T09:00:00Z","until":"2022-03-24T10:00:00Z"}]}""",
            call
        );
        record.Write("ru", Kinds.CallAccepted, "{}", counter);
        Assert.Equal(CallFamily.Countered, StateOf(call));
        Assert.Contains("other side", record.View().Flags.Single().Reason, StringComparison.Ordinal);
        record.Write("us", Kinds.CallAccepted, "{}", counter);
        Assert.Equal(CallFamily.Accepted, StateOf(call));
    }

    [Fact] // TRAFFIC-2
    public void Nobody_accepts_his_own_request()
    {
        var call = record.Write("us", Kinds.CallRequested, Request);
        var (header, body) = record.Draft("us", Kinds.CallAccepted, "{}", [call]);
        Assert.Contains("may not write", record.View().Refuse(header, body), StringComparison.Ordinal);
        record.Write("us", Kinds.CallAccepted, "{}", call);
        Assert.Equal(CallFamily.Requested, StateOf(call));
        Assert.Single(record.View().Flags);
    }

    [Fact]
    public void A_call_agreed_outside_the_record_can_have_its_subject_refused()
    {
        var call = record.Write("us", Kinds.CallAccepted, $$"""{"outside":{{Request}}}""");
        Assert.Equal(CallFamily.Accepted, StateOf(call));
        record.Write("us", Kinds.CallSubjectRefused, """{"subject":"ceasefire in Ukraine"}""", call);
        Assert.Equal(CallFamily.SubjectRefused, StateOf(call));
        Assert.Empty(record.View().Flags);
        var (header, body) = record.Draft("us", Kinds.CallAccepted, "{}", []);
        Assert.NotNull(record.View().Refuse(header, body));
    }

    [Fact]
    public void A_principal_who_is_not_on_the_line_is_refused()
    {
        var (header, body) = record.Draft(
            "us",
            Kinds.CallRequested,
            """{"between":[{"party":"ua","office":"minister"}]}""",
            []
        );
        Assert.Equal("ua is not on this line", record.View().Refuse(header, body));
    }

    private const string Join =
        """{"fingerprint":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","commitment":"sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}""";

    [Fact] // CALL-3
    public void One_watch_rings_the_other_and_the_others_joining_answers_it()
    {
        var call = record.Write("us", Kinds.CallOpened, "{}");
        Assert.Equal(CallFamily.Ringing, StateOf(call));
        record.Write("us", Kinds.CallJoined, Join, call);
        Assert.Equal(CallFamily.Ringing, StateOf(call));
        Assert.False(CallFamily.IsOpenToVoice(record.View().ItemOf(call, record.Now)!));
        record.Write("ru", Kinds.CallJoined, Join, call);
        Assert.Equal(CallFamily.Accepted, StateOf(call));
        Assert.True(CallFamily.IsOpenToVoice(record.View().ItemOf(call, record.Now)!));
        record.Write("us", Kinds.CallStarted, null, call);
        record.Write("us", Kinds.CallWordsMatched, """{"own":"us/2","other":"ru/1"}""", call);
        Assert.Equal(CallFamily.UnderWay, StateOf(call));
        record.Write("ru", Kinds.CallHeld, """{"minutes":60}""", call);
        Assert.Equal(CallFamily.Held, StateOf(call));
        Assert.False(CallFamily.IsOpenToVoice(record.View().ItemOf(call, record.Now)!));
        Assert.Empty(record.View().Flags);
    }

    [Fact] // CALL-3: each outcome is its own
    public void Busy_declined_given_up_and_no_answer_within_a_minute_are_told_apart()
    {
        var busy = record.Write("us", Kinds.CallOpened, "{}");
        record.Write("ru", Kinds.CallBusy, null, busy);
        var declined = record.Write("us", Kinds.CallOpened, "{}");
        record.Write("ru", Kinds.CallDeclined, null, declined);
        var given = record.Write("us", Kinds.CallOpened, "{}");
        record.Write("us", Kinds.CallWithdrawn, null, given);
        var silent = record.Write("us", Kinds.CallOpened, "{}");
        record.Now += TimeSpan.FromSeconds(61);
        Assert.Equal(
            [CallFamily.Busy, CallFamily.Declined, CallFamily.Withdrawn, CallFamily.Unanswered],
            new[] { busy, declined, given, silent }.Select(StateOf)
        );
        var late = record.Write("ru", Kinds.CallJoined, Join, silent);
        Assert.Equal(CallFamily.Unanswered, StateOf(silent));
        Assert.Equal(late, record.View().Flags.Single().Entry);
    }

    [Theory] // CALL-3: whoever comes after the invitation was taken back is not in the call
    [InlineData(Kinds.CallWithdrawn)]
    [InlineData(Kinds.CallWordsDiffered)]
    public void Nobody_joins_what_is_over(string ending)
    {
        var call = record.Write("us", Kinds.CallRequested, Request);
        record.Write("ru", Kinds.CallAccepted, "{}", call);
        record.Write(
            "us",
            ending,
            ending == Kinds.CallWordsDiffered ? """{"own":"us/2","other":"ru/1"}""" : null,
            call
        );
        record.Write("ru", Kinds.CallJoined, Join, call);
        var item = record.View().ItemOf(call, record.Now)!;
        Assert.False(CallFamily.IsOpenToVoice(item));
        Assert.Empty(CallFamily.JoinsOf(item));
        Assert.Single(record.View().Flags);
    }

    [Theory] // CALL-4
    [InlineData("{}")]
    [InlineData("""{"fingerprint":"sha256:aa","commitment":"sha256:bb"}""")]
    public void A_joining_without_a_key_is_none(string body)
    {
        var call = record.Write("us", Kinds.CallOpened, "{}");
        record.Write("ru", Kinds.CallJoined, body, call);
        Assert.Equal(CallFamily.Ringing, StateOf(call));
        Assert.Single(record.View().Flags);
    }
}
