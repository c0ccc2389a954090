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

    /// <summary>Each party's console has a key of its own.</summary>
    private static string JoinOf(string party) =>
        Join.Replace(
            "sha256:aa",
            $"sha256:{(party == "us" ? "aa" : party == "ru" ? "cc" : "dd")}",
            StringComparison.Ordinal
        );

    [Fact] // CALL-3
    public void One_watch_rings_the_other_and_the_others_joining_answers_it()
    {
        var call = record.Write("us", Kinds.CallOpened, "{}");
        Assert.Equal(CallFamily.Ringing, StateOf(call));
        record.Write("us", Kinds.CallJoined, Join, call);
        Assert.Equal(CallFamily.Ringing, StateOf(call));
        Assert.False(CallFamily.IsOpenToVoice(record.View().ItemOf(call, record.Now)!));
        record.Write("ru", Kinds.CallJoined, JoinOf("ru"), call);
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
        var late = record.Write("ru", Kinds.CallJoined, JoinOf("ru"), silent);
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
        var joined =
            ending == Kinds.CallWordsDiffered ? record.Write("ru", Kinds.CallJoined, JoinOf("ru"), call) : default;
        record.Write(
            "us",
            ending,
            ending == Kinds.CallWordsDiffered ? $$"""{"own":"us/2","other":"{{joined}}"}""" : null,
            call
        );
        var late = record.Write("ru", Kinds.CallJoined, JoinOf("ru"), call);
        var item = record.View().ItemOf(call, record.Now)!;
        Assert.False(CallFamily.IsOpenToVoice(item));
        Assert.DoesNotContain(CallFamily.JoinsOf(item), e => e.Id == late);
        Assert.Equal(late, Assert.Single(record.View().Flags).Entry);
    }

    [Theory] // CALL-8 LINE-13: what a program of an older fold passes over changes no state there, and nobody is heard
    [InlineData(2, CallFamily.Accepted, CallFamily.Declined)]
    [InlineData(3, CallFamily.BrokenOff, CallFamily.BrokenOff)]
    public void Other_words_end_the_voice_on_every_line_and_the_state_on_lines_whose_programs_all_know_them(
        int fold,
        string after,
        string declined
    )
    {
        var line = new TestRecord(fold, "us", "ru");
        var call = line.Write("us", Kinds.CallRequested, Request);
        line.Write("ru", Kinds.CallAccepted, "{}", call);
        var joined = line.Write("us", Kinds.CallJoined, Join, call);
        line.Write("ru", Kinds.CallWordsDiffered, $$"""{"own":"ru/1","other":"{{joined}}"}""", call);
        var item = line.View().ItemOf(call, line.Now)!;
        Assert.Equal(after, item.State);
        Assert.False(CallFamily.IsOpenToVoice(item));
        line.Write("ru", Kinds.CallJoined, JoinOf("ru"), call);
        Assert.Single(CallFamily.JoinsOf(line.View().ItemOf(call, line.Now)!));
        line.Write("ru", Kinds.CallDeclined, null, call);
        Assert.Equal(declined, line.View().ItemOf(call, line.Now)!.State);
    }

    [Theory] // CALL-8
    [InlineData("ru/9")]
    [InlineData("us/1")]
    [InlineData("own")]
    public void Words_that_were_compared_with_nobody_end_no_call_and_are_flagged(string other)
    {
        var call = record.Write("us", Kinds.CallRequested, Request);
        record.Write("ru", Kinds.CallAccepted, "{}", call);
        record.Write("us", Kinds.CallJoined, Join, call);
        var own = record.Write("ru", Kinds.CallJoined, JoinOf("ru"), call);
        var named = other == "own" ? own.ToString() : other;
        record.Write("ru", Kinds.CallWordsDiffered, $$"""{"own":"{{own}}","other":"{{named}}"}""", call);
        Assert.True(CallFamily.IsOpenToVoice(record.View().ItemOf(call, record.Now)!));
        Assert.Equal($"{named} is no joining of this call by another party", Assert.Single(record.View().Flags).Reason);
    }

    [Fact] // CALL-1
    public void A_joining_with_the_key_of_another_partys_console_is_flagged_and_ones_own_key_may_come_again()
    {
        var call = record.Write("us", Kinds.CallOpened, "{}");
        var ours = record.Write("us", Kinds.CallJoined, Join, call);
        var copied = record.Write("ru", Kinds.CallJoined, Join, call);
        Assert.Equal(CallFamily.Ringing, StateOf(call));
        Assert.Equal(
            (copied, $"{ours} has joined this call with that key"),
            record.View().Flags.Select(f => (f.Entry, f.Reason)).Single()
        );
        record.Write("us", Kinds.CallJoined, Join, call);
        record.Write("ru", Kinds.CallJoined, JoinOf("ru"), call);
        Assert.Equal(CallFamily.Accepted, StateOf(call));
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

    /// <summary>A call of two parties that is under way, each with an officer of the watch.</summary>
    private Record.EntryId Begun(out Record.EntryId us, out Record.EntryId ru)
    {
        var call = record.Write("us", Kinds.CallOpened, "{}");
        us = record.Write("us", Kinds.CallJoined, Join, call);
        ru = record.Write("ru", Kinds.CallJoined, JoinOf("ru"), call);
        record.Write("us", Kinds.CallStarted, null, call);
        return call;
    }

    private Record.EntryId By(string party, string seat, string name, string kind, string body, Record.EntryId call) =>
        record.Write(party, kind, body, [call], null, new Record.Officer(seat, name));

    private static string As(string part) =>
        JoinOf("ru").Replace("{\"f", $$"""{"part":"{{part}}","f""", StringComparison.Ordinal);

    private bool IsAdmitted(Record.EntryId call, Record.EntryId joined, string by)
    {
        var item = record.View().ItemOf(call, record.Now)!;
        return CallFamily.IsAdmitted(
            item,
            CallFamily.JoinsOf(item).Single(e => e.Id == joined),
            Record.PartyId.Parse(by)
        );
    }

    [Fact] // CALL-15
    public void Who_holds_the_call_and_who_listens_need_nobodys_word_and_others_are_heard_by_the_parties_that_admit_them()
    {
        var call = Begun(out var us, out var ru);
        var interpreter = By("ru", "interpreter", "I. Tolmach", Kinds.CallJoined, As("interpreter"), call);
        var listener = By("ru", "watch", "Second", Kinds.CallJoined, As("listener"), call);
        foreach (var party in (string[])["us", "ru"])
        {
            Assert.True(IsAdmitted(call, us, party));
            Assert.True(IsAdmitted(call, ru, party));
            Assert.True(IsAdmitted(call, listener, party));
            Assert.False(IsAdmitted(call, interpreter, party));
        }
        record.Write("us", Kinds.CallAdmitted, $$"""{"joined":"{{interpreter}}"}""", call);
        Assert.True(IsAdmitted(call, interpreter, "us"));
        Assert.False(IsAdmitted(call, interpreter, "ru"));

        // Whoever comes back is not asked for again, and what was said last counts.
        var again = By("ru", "interpreter", "I. Tolmach", Kinds.CallJoined, As("interpreter"), call);
        Assert.True(IsAdmitted(call, again, "us"));
        record.Write("us", Kinds.CallAdmitted, $$"""{"joined":"{{interpreter}}","out":true}""", call);
        Assert.False(IsAdmitted(call, again, "us"));
        Assert.Empty(record.View().Flags);
    }

    [Fact] // CALL-15
    public void Where_a_principal_is_on_the_call_the_watch_does_not_admit_for_them_and_nobody_admits_what_is_no_joining()
    {
        var call = Begun(out _, out _);
        By("us", "principal", "The General", Kinds.CallJoined, Join, call);
        var interpreter = By("ru", "interpreter", "I. Tolmach", Kinds.CallJoined, As("interpreter"), call);
        record.Write("us", Kinds.CallAdmitted, $$"""{"joined":"{{interpreter}}"}""", call);
        Assert.False(IsAdmitted(call, interpreter, "us"));
        Assert.Contains("principal", record.View().Flags.Single().Reason, StringComparison.Ordinal);
        By("us", "principal", "The General", Kinds.CallAdmitted, $$"""{"joined":"{{interpreter}}"}""", call);
        Assert.True(IsAdmitted(call, interpreter, "us"));
        record.Write("ru", Kinds.CallAdmitted, $$"""{"joined":"{{call}}"}""", call);
        Assert.Contains("no joining", record.View().Flags.Last().Reason, StringComparison.Ordinal);
    }

    [Fact] // CALL-16
    public void Nothing_is_recorded_without_the_consent_of_every_party_on_the_call_or_after_one_has_taken_it_back()
    {
        var call = Begun(out var us, out _);
        void Flagged(string reason, int flags)
        {
            Assert.Equal(flags, record.View().Flags.Count);
            Assert.Contains(reason, record.View().Flags.Last().Reason, StringComparison.Ordinal);
        }
        var begins = $$"""{"joined":"{{us}}"}""";
        record.Write("us", Kinds.CallRecordingStarted, begins, call);
        Flagged("us and ru have not consented", 1);
        record.Write("us", Kinds.CallRecordingConsented, null, call);
        record.Write("us", Kinds.CallRecordingStarted, begins, call);
        Flagged("ru has not consented", 2);
        record.Write("ru", Kinds.CallRecordingConsented, null, call);
        record.Write("us", Kinds.CallRecordingStarted, begins, call);
        Assert.Equal(2, record.View().Flags.Count);
        Assert.Equal("us", CallFamily.RecordingsOf(record.View().ItemOf(call, record.Now)!).Single().Header.From.Value);
        record.Write("ru", Kinds.CallRecordingRefused, null, call);
        Assert.Equal(["ru"], CallFamily.WithoutConsent(record.View().ItemOf(call, record.Now)!).Select(p => p.Value));

        // What was recorded until then is said by its hash, also when the call is over.
        record.Write("ru", Kinds.CallHeld, """{"minutes":60}""", call);
        record.Write(
            "us",
            Kinds.CallRecordingEnded,
            """{"recordingHash":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","bytes":4000}""",
            call
        );
        Assert.Equal(CallFamily.Held, StateOf(call));
        Assert.Empty(CallFamily.RecordingsOf(record.View().ItemOf(call, record.Now)!));
        Assert.Equal(2, record.View().Flags.Count);
        record.Write("ru", Kinds.CallRecordingEnded, "{}", call);
        Flagged("ru is recording nothing", 3);
    }

    [Fact] // CALL-16
    public void A_party_that_comes_later_has_not_consented()
    {
        var three = new TestRecord("us", "ru", "ua");
        IReadOnlyList<Record.PartyId> Missing(Record.EntryId call) =>
            CallFamily.WithoutConsent(three.View().ItemOf(call, three.Now)!);
        var call = three.Write("us", Kinds.CallOpened, "{}");
        foreach (var party in (string[])["us", "ru"])
            three.Write(party, Kinds.CallJoined, JoinOf(party), call);
        foreach (var party in (string[])["us", "ru"])
            three.Write(party, Kinds.CallRecordingConsented, null, call);
        Assert.Empty(Missing(call));
        three.Write("ua", Kinds.CallJoined, JoinOf("ua"), call);
        Assert.Equal(["ua"], Missing(call).Select(p => p.Value));
    }

    [Fact]
    public void Of_two_logs_what_both_could_see_is_compared_and_what_one_alone_sees_is_not()
    {
        var at = new DateTimeOffset(2022, 3, 24, 9, 0, 0, TimeSpan.Zero);
        var ours = new Bodies.CallLog
        {
            Started = at,
            Minutes = 60,
            Participants = ["Ada", "Yuri"],
            Course =
            [
                new(at, "joined", "Ada (us)"),
                new(at.AddSeconds(3), "path udp", "Yuri (ru)"),
                new(at.AddMinutes(5), "held", "Yuri (ru)"),
            ],
        };
        var theirs = ours with
        {
            Course = [new(at.AddSeconds(2), "joined", "Ada (us)"), new(at.AddMinutes(7), "held", "Yuri (ru)")],
        };
        Assert.Empty(CallComparison.Of(ours, ours));
        Assert.Equal(
            [
                new CallDifference("held", "Yuri (ru)", "2022-03-24T09:05:00Z", null),
                new CallDifference("held", "Yuri (ru)", null, "2022-03-24T09:07:00Z"),
            ],
            CallComparison.Of(ours, theirs)
        );
        Assert.Equal(
            [new CallDifference("minutes", null, "60", "40"), new CallDifference("participants", "Yuri", "Yuri", null)],
            CallComparison.Of(ours, ours with { Minutes = 40, Participants = ["Ada"] })
        );
    }
}
