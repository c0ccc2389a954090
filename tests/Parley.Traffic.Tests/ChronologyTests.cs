using Parley.Record;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

public sealed class ChronologyTests
{
    private const string Ministers =
        """[{"party":"us","office":"secretary of defence"},{"party":"ru","office":"minister of defence"}]""";
    private const string Chiefs =
        """[{"party":"us","office":"chairman of the joint chiefs"},{"party":"ru","office":"chief of the general staff"}]""";
    private readonly TestRecord record = new() { Now = Day(2022, 2, 18) };

    private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);

    private Chronology At(
        DateTimeOffset at,
        string? with = null,
        Func<EntryId, Delivery?>? delivered = null,
        bool exercise = true
    )
    {
        var fold = new ChronologyFold();
        fold.AddLine(record.Document);
        foreach (var (header, body) in record.Entries)
            fold.Add(TrafficEntry.From(header, body));
        return fold.Of(record.Document.Id, at, with, exercise, (_, entry, _) => delivered?.Invoke(entry));
    }

    private void MonthOfSilence()
    {
        record.Write("us", Kinds.CallHeld, $$"""{"between":{{Ministers}}}""");
        for (var i = 0; i < 4; i++)
        {
            record.Now = Day(2022, 2, 28).AddDays(7 * i);
            record.Write("us", Kinds.CallRequested, $$"""{"between":{{Ministers}}}""");
            if (i < 3)
                record.Write("us", Kinds.CallRequested, $$"""{"between":{{Chiefs}}}""");
        }
    }

    [Fact] // TRAFFIC-50 CALL-3
    public void A_watch_that_did_not_answer_is_told_from_one_to_which_the_call_came_too_late_and_from_one_that_was_reached()
    {
        var late = record.Write("us", Kinds.CallOpened, """{"topic":"a drone over the strait"}""");
        var brokenOff = record.Write("us", Kinds.CallOpened, "{}");
        const string Join =
            """{"fingerprint":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","commitment":"sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}""";
        record.Write("ru", Kinds.CallJoined, Join, brokenOff);
        var ours = record.Write(
            "us",
            Kinds.CallJoined,
            Join.Replace("sha256:aa", "sha256:cc", StringComparison.Ordinal),
            brokenOff
        );
        record.Write("ru", Kinds.CallWordsDiffered, $$"""{"own":"ru/1","other":"{{ours}}"}""", brokenOff);
        Chronology After(int seconds) =>
            At(
                record.Now.AddHours(1),
                delivered: entry => new Delivery(
                    record.Entries.First(e => e.Header.Id == entry).Header.At.AddSeconds(seconds),
                    TestRecord.Ru,
                    entry.Seq + 1,
                    "— ru …"
                )
            );
        var attempt = Assert.Single(After(90).Attempts, a => a.Entry == late);
        Assert.Equal((CallFamily.Unanswered, "a drone over the strait"), (attempt.Outcome, attempt.Topic));
        Assert.False(attempt.CouldBeAnswered);
        Assert.True(Assert.Single(After(5).Attempts, a => a.Entry == late).CouldBeAnswered);
        Assert.Equal(1, After(5).StandingRequests);
    }

    [Fact] // TRAFFIC-50
    public void A_month_of_unanswered_requests_is_counted_and_told_from_a_broken_wire()
    {
        MonthOfSilence();
        var history = At(
            Day(2022, 3, 23),
            delivered: entry => new Delivery(
                record.Entries.First(e => e.Header.Id == entry).Header.At.AddSeconds(1),
                TestRecord.Ru,
                entry.Seq + 1,
                "— ru …"
            )
        );
        Assert.Equal((7, 33), (history.StandingRequests, history.DaysSinceLastContact));
        Assert.Equal(7, history.Silences.Count());
        Assert.All(history.Attempts, a => Assert.Equal(TestRecord.Ru, Assert.Single(a.Delivered).By));
        Assert.Equal(
            (7, 6),
            (
                history.Attempts.Count(a => a.Outcome == Chronology.NoAnswer),
                At(Day(2022, 3, 22)).Attempts.Count(a => a.Outcome == Chronology.NoAnswer)
            )
        );
        Assert.Empty(At(Day(2022, 3, 23)).Silences); // nothing was delivered: that is no silence of theirs
    }

    [Theory] // TRAFFIC-110
    [InlineData(-60, 0, 0)] // it had expired before it came: dated back, or too short to be answered
    [InlineData(0, 0, 0)]
    [InlineData(60, 0, 1)]
    [InlineData(-60, 120, 1)] // who got it says a later time than his word came
    public void A_request_that_had_expired_before_it_was_delivered_is_nobodys_silence(
        int secondsLeft,
        int claimsLater,
        int silences
    )
    {
        var request = record.Write(
            "ru",
            Kinds.CallRequested,
            $$"""{"between":{{Ministers}},"expires":"2022-02-18T01:00:00Z"}"""
        );
        var came = Day(2022, 2, 18).AddHours(1).AddSeconds(-secondsLeft);
        var history = At(
            Day(2022, 2, 19),
            delivered: entry => new Delivery(came, TestRecord.Us, entry.Seq + 1, null)
            {
                Arrived = came.AddSeconds(-claimsLater),
            }
        );
        Assert.Equal(
            (request, Chronology.NoAnswer),
            (Assert.Single(history.Attempts).Entry, history.Attempts[0].Outcome)
        );
        Assert.Equal(silences, history.Silences.Count());
    }

    [Fact] // TRAFFIC-50
    public void A_request_that_a_fast_clock_dated_ahead_is_in_the_chronology_of_now_and_of_when_it_was_delivered()
    {
        var now = Day(2022, 3, 1);
        record.Now = now.AddHours(3);
        var ahead = record.Write("us", Kinds.CallRequested, $$"""{"between":{{Ministers}}}""");
        Assert.Empty(At(now).Attempts); // nobody says that it was there by then
        var fold = new ChronologyFold();
        fold.AddLine(record.Document);
        foreach (var (header, body) in record.Entries)
            fold.Add(TrafficEntry.From(header, body));
        var today = fold.Of(record.Document.Id, now, null, exercise: true, (_, _, _) => null, isNow: true);
        Assert.Equal(
            (ahead, true, 1),
            (Assert.Single(today.Attempts).Entry, today.Attempts[0].IsDatedAhead, today.StandingRequests)
        );
        var then = At(now, delivered: entry => new Delivery(now.AddMinutes(-1), TestRecord.Ru, entry.Seq + 1, null));
        Assert.True(Assert.Single(then.Attempts).IsDatedAhead);
    }

    [Fact] // TRAFFIC-50
    public void The_time_between_two_contacts_is_that_between_the_same_offices()
    {
        MonthOfSilence();
        record.Now = Day(2022, 4, 1);
        record.Write("us", Kinds.CallHeld, $$"""{"between":{{Chiefs}}}""");
        record.Now = Day(2022, 5, 13);
        record.Write("us", Kinds.CallHeld, $$"""{"between":{{Ministers}},"minutes":60}""");
        var history = At(Day(2022, 5, 13).AddHours(23));
        Assert.Equal(
            (Day(2022, 2, 18), 84, 0),
            (history.Previous!.At, history.DaysBetweenContacts, history.StandingRequests)
        );
        Assert.Equal(Day(2022, 4, 1), At(Day(2022, 5, 13), with: "joint chiefs").Last!.At);
    }

    [Fact]
    public void What_was_written_later_does_not_change_what_is_said_of_a_time()
    {
        MonthOfSilence();
        var before = At(Day(2022, 3, 10)).StandingRequests;
        record.Now = Day(2022, 4, 1);
        record.Write("ru", Kinds.CallHeld, $$"""{"between":{{Ministers}}}""");
        Assert.Equal((4, 4), (before, At(Day(2022, 3, 10)).StandingRequests));
        Assert.Equal(0, At(Day(2022, 4, 1)).StandingRequests);
    }

    [Fact]
    public void Declined_stands_accepted_and_withdrawn_do_not()
    {
        EntryId Ask() => record.Write("us", Kinds.CallRequested, $$"""{"between":{{Ministers}}}""");
        record.Write("ru", Kinds.CallDeclined, null, Ask());
        record.Write("ru", Kinds.CallAccepted, null, Ask());
        record.Write("us", Kinds.CallWithdrawn, null, Ask());
        var history = At(record.Now);
        Assert.Equal(1, history.StandingRequests);
        Assert.Equal(
            [CallFamily.Declined, CallFamily.Accepted, CallFamily.Withdrawn],
            history.Attempts.Select(a => a.Outcome)
        );
    }

    [Fact]
    public void A_call_on_another_line_counts_when_those_who_spoke_are_on_this_one()
    {
        var other = new TestRecord("us", "ru", "ua") { Now = Day(2022, 5, 13) };
        other.Write("us", Kinds.CallHeld, $$"""{"between":{{Ministers}}}""");
        other.Write("us", Kinds.CallHeld, """{"between":[{"party":"us","office":"x"},{"party":"ua","office":"y"}]}""");
        var fold = new ChronologyFold();
        fold.AddLine(record.Document);
        fold.AddLine(other.Document);
        foreach (var (header, body) in record.Entries.Concat(other.Entries))
            fold.Add(TrafficEntry.From(header, body));
        Assert.Equal(
            other.Document.Id,
            Assert
                .Single(fold.Of(record.Document.Id, Day(2022, 6, 1), null, exercise: true, (_, _, _) => null).Contacts)
                .Line
        );
    }

    [Fact] // TRAFFIC-51
    public void What_an_exercise_played_is_not_in_the_actual_history_and_the_reverse()
    {
        record.Mark = Mark.Actual;
        record.Write("us", Kinds.CallHeld, $$"""{"between":{{Ministers}}}""");
        record.Now = Day(2022, 2, 19);
        var asked = record.Write("us", Kinds.CallRequested, $$"""{"between":{{Ministers}}}""");
        record.Now = Day(2022, 2, 20);
        record.Mark = Mark.Exercise;
        record.Write("us", Kinds.CallRequested, $$"""{"between":{{Ministers}}}""");
        record.Write("us", Kinds.CallHeld, $$"""{"between":{{Ministers}}}""");
        record.Write("ru", Kinds.ReadoutIssued, """{"text":"we played"}""");
        record.Mark = Mark.Test;
        record.Write("us", Kinds.CallRequested, $$"""{"between":{{Ministers}}}""");
        record.Mark = Mark.Exercise;
        record.Write("ru", Kinds.CallAccepted, null, asked); // accepts nothing: the request is actual
        var actual = At(Day(2022, 2, 28), exercise: false);
        Assert.Equal(
            (1, 10, 4, false),
            (actual.StandingRequests, actual.DaysSinceLastContact, actual.LeftOut, actual.Exercise)
        );
        Assert.All(
            actual.Attempts.Select(a => a.Mark).Concat(actual.Contacts.Select(c => c.Mark)),
            mark => Assert.Equal(Mark.Actual, mark)
        );
        Assert.Empty(actual.Readouts);
        var played = At(Day(2022, 2, 28), exercise: true);
        Assert.Equal((8, 2, true), (played.DaysSinceLastContact, played.LeftOut, played.Exercise));
        Assert.Equal([Mark.Exercise, Mark.Test], played.Attempts.Select(a => a.Mark));
        Assert.Single(played.Contacts);
        Assert.Single(played.Readouts);
    }

    [Fact] // TRAFFIC-9
    public void A_step_that_is_marked_an_exercise_changes_nothing_that_is_actual()
    {
        record.Mark = Mark.Actual;
        var raised = record.Write("us", Kinds.ConditionRaised, """{"scope":"line","level":"crisis","reason":"fire"}""");
        record.Mark = Mark.Exercise;
        record.Write("us", Kinds.ConditionLowered, null, raised);
        Assert.Equal(ConditionFamily.InForce, record.View().ItemOf(raised, record.Now)!.State);
        Assert.Contains("marked an exercise", Assert.Single(record.View().Flags).Reason, StringComparison.Ordinal);
        var (header, body) = record.Draft("us", Kinds.ConditionLowered, null, [raised]);
        Assert.NotNull(record.View().Refuse(header, body));
    }

    [Fact] // TRAFFIC-50, TRAFFIC-60
    public void A_request_that_names_an_earlier_one_is_counted_beside_it()
    {
        var first = record.Write("us", Kinds.CallRequested, $$"""{"between":{{Ministers}}}""");
        record.Write("us", Kinds.CallRequested, $$"""{"between":{{Ministers}},"topic":"again"}""", first);
        Assert.Equal((2, 2), (At(record.Now).StandingRequests, record.View().Open(record.Now).Count));
    }

    [Fact] // TRAFFIC-5, TRAFFIC-50
    public void What_one_officer_alone_agreed_to_is_no_more_agreed_in_the_history_than_on_the_line()
    {
        var draft = record.Write("us", Kinds.ReadoutDrafted, """{"text":"we spoke"}""");
        var hash = ReadoutFamily.HashOf(ReadoutFamily.Newest(record.View().ItemOf(draft, record.Now)!)!);
        record.Write("ru", Kinds.ReadoutAgreed, $$"""{"hash":"{{hash}}"}""", draft);
        Assert.Equal(ReadoutFamily.Drafting, Assert.Single(At(record.Now).Readouts).State);
        Assert.Equal(ReadoutFamily.Drafting, record.View().ItemOf(draft, record.Now)!.State);
    }

    [Fact] // TRAFFIC-52
    public void A_call_is_one_side_s_word_until_the_other_logs_it_or_writes_of_it()
    {
        var held = record.Write("us", Kinds.CallHeld, $$"""{"between":{{Ministers}},"minutes":60}""");
        var said = Assert.Single(At(record.Now).Contacts);
        Assert.False(said.Confirmed);
        Assert.Equal([TestRecord.Us], said.SaidBy);
        var (again, body) = record.Draft("us", Kinds.CallHeld, "{}", [held]);
        Assert.Contains("logged this call already", record.View().Refuse(again, body), StringComparison.Ordinal);
        record.Now = Day(2022, 2, 19);
        record.Write("ru", Kinds.CallHeld, $$"""{"between":{{Ministers}},"minutes":58}""", held);
        Assert.False(Assert.Single(At(Day(2022, 2, 18)).Contacts).Confirmed); // it was not yet then
        var both = Assert.Single(At(record.Now).Contacts);
        Assert.Equal((held, Day(2022, 2, 18), 60, true), (both.Entry, both.At, both.Minutes, both.Confirmed));
        Assert.Empty(record.View().Flags);

        var second = record.Write("ru", Kinds.CallHeld, $$"""{"between":{{Ministers}}}""");
        record.Write("ru", Kinds.ReadoutIssued, """{"text":"we spoke"}""", second);
        Assert.False(At(record.Now).Contacts[^1].Confirmed); // its own readout is the same side's word
        record.Write("us", Kinds.ReadoutIssued, """{"text":"so we did"}""", second);
        Assert.True(At(record.Now).Contacts[^1].Confirmed);
    }

    [Fact] // TRAFFIC-102
    public void An_office_is_one_whether_its_letters_are_written_as_one_character_or_as_two()
    {
        record.Write(
            "us",
            Kinds.CallHeld,
            """{"between":[{"party":"us","office":"ambassador"},{"party":"ru","office":"Đà Nẵng district"}]}"""
        );
        record.Now = Day(2022, 3, 1);
        record.Write(
            "us",
            Kinds.CallHeld,
            """{"between":[{"party":"us","office":"ambassador"},{"party":"ru","office":"Đa\u0300 Na\u0306\u0303ng district"}]}"""
        );
        var history = At(Day(2022, 3, 23), with: "nẵng");
        Assert.Equal((2, 11), (history.Contacts.Count, history.DaysBetweenContacts));
        Assert.Equal(2, At(Day(2022, 3, 23), with: "na\u0306\u0303ng").Contacts.Count);
    }
}
