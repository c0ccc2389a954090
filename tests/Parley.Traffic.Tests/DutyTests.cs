using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>What the watch is to do by the clock: line tests, their outcomes, the watch itself, who suspends the
/// line.</summary>
public sealed class DutyTests
{
    private const string Automatic = """{"style":"automatic"}""";

    [Fact]
    public void A_test_that_nobody_answers_counts_as_missed_and_an_answer_ends_the_count()
    {
        var record = new TestRecord();
        record.Write("us", Kinds.TestSent, Automatic);
        record.Now += TrafficDefaults.TestGivenUp + TimeSpan.FromMinutes(1);
        var (view, tests, _) = Fold(record);
        Assert.Equal(0, tests.Of(TestRecord.Us).ConsecutiveMisses);
        tests.Resolve(view, record.Now);
        Assert.Equal(
            (1, LineTestFamily.Unanswered),
            (tests.Of(TestRecord.Us).ConsecutiveMisses, tests.Of(TestRecord.Us).LastOutcome)
        );

        var test = record.Write("us", Kinds.TestSent, Automatic);
        record.Now += TimeSpan.FromSeconds(20);
        record.Write("ru", Kinds.TestAnswered, null, test);
        (view, tests, _) = Fold(record);
        tests.Resolve(view, record.Now);
        var outcomes = tests.Of(TestRecord.Us);
        Assert.Equal((0, LineTestFamily.Answered), (outcomes.ConsecutiveMisses, outcomes.LastOutcome));
        Assert.Equal(record.Now, outcomes.LastSuccess);
        Assert.Equal(test, tests.Newest(TestRecord.Us));
        Assert.Null(tests.Of(TestRecord.Ru).LastSent);
    }

    [Fact]
    public void The_watch_is_with_whoever_took_it_last_until_what_was_agreed_with_it_or_the_usual_length()
    {
        var record = new TestRecord();
        record.Write("us", Kinds.WatchTaken, """{"communicator":"A. Officer"}""");
        var taken = record.Now;
        Assert.Equal(taken + TrafficDefaults.Watch, Fold(record).Watches.All[TestRecord.Us].Until);

        record.Now += TimeSpan.FromHours(4);
        record.Write("us", Kinds.WatchTaken, """{"communicator":"B. Officer","until":"2022-03-23T18:00:00.000Z"}""");
        var watch = Fold(record).Watches.All[TestRecord.Us];
        Assert.Equal("B. Officer", watch.Handover!.Communicator);
        Assert.Equal(TestRecord.Noon.AddHours(6), watch.Until);
        Assert.False(Fold(record).Watches.All.ContainsKey(TestRecord.Ru));
    }

    [Fact]
    public void One_test_goes_out_in_each_interval_and_more_of_them_the_graver_the_condition()
    {
        var now = TestRecord.Noon;
        var tester = new LineTester(TimeSpan.FromHours(1), now);
        Assert.False(tester.IsDue(now));
        Assert.True(tester.IsDue(now.AddHours(1)));
        Assert.False(tester.IsDue(now.AddHours(1.9)));
        tester.SetCondition("crisis", now.AddHours(1));
        Assert.Equal(now.AddHours(1.25), tester.Next);
        Assert.True(tester.IsDue(now.AddHours(5))); // once, however long it was away
        Assert.False(tester.IsDue(now.AddHours(5)));
        Assert.False(tester.IsDue(now)); // the clock was set back by hours
        Assert.Equal(now.AddHours(0.25), tester.Next);
    }

    [Fact]
    public void Of_a_peers_tests_only_the_newest_is_answered_and_not_again_at_once()
    {
        var record = new TestRecord();
        record.Write("ru", Kinds.TestSent, Automatic);
        var newest = record.Write("ru", Kinds.TestSent, Automatic);
        var (view, tests, _) = Fold(record);
        var tester = new LineTester(TimeSpan.FromHours(1), record.Now);
        Assert.Equal(newest, Assert.Single(Answer(1)).Id);
        Assert.Empty(Answer(2));
        Assert.Single(Answer(12)); // it is not on the record yet
        Assert.Empty(Answer((int)TrafficDefaults.TestGivenUp.TotalSeconds + 30));

        IReadOnlyList<EntryHeader> Answer(int seconds) =>
            tester.ToAnswer(TestRecord.Us, record.Document, view, tests, record.Now.AddSeconds(seconds));
    }

    [Fact]
    public void A_staffed_test_in_the_hour_that_a_change_of_the_clocks_leaves_out_comes_due_an_hour_later()
    {
        var calendar = new TestCalendar(
            LinePolicy.Default with
            {
                StaffedTests = ["02:30"],
            },
            TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")
        );
        var before = new DateTimeOffset(2022, 3, 26, 12, 0, 0, TimeSpan.Zero);
        var due = new DateTimeOffset(2022, 3, 27, 1, 30, 0, TimeSpan.Zero); // 03:30, two hours ahead of UTC
        Assert.Equal(due, calendar.Next(before));
        Assert.Equal(due, calendar.Last(due));
        Assert.Equal(due.AddDays(1).AddHours(-1), calendar.Next(due));
    }

    [Fact]
    public void Two_readouts_differ_where_a_point_is_missing_or_stands_otherwise_and_not_by_blanks_or_case()
    {
        var ours = new Readout { Points = [new("The bridge  is open", "agreed"), new("Patrols", "discussed")] };
        var theirs = new Readout { Points = [new("the bridge is open", "disagreed"), new("Prisoners", "discussed")] };
        Assert.Equal(
            [("tag", "The bridge  is open"), ("point", "Patrols"), ("point", "Prisoners")],
            ReadoutDifferences.Between(ours, theirs).Select(d => (d.What, d.Point!))
        );
        Assert.Empty(ReadoutDifferences.Between(ours, ours));
    }

    // LINK-32, TRAFFIC-17
    [Fact]
    public void Who_suspends_the_line_stands_with_the_reason_until_that_party_resumes_it()
    {
        var record = new TestRecord();
        var two = new Officer("principal", "First", new Officer("principal", "Second"));
        record.Write("ru", Kinds.LineSuspended, """{"reason":"The bridge was hit"}""", [], null, two);
        record.Now += TimeSpan.FromMinutes(5);
        record.Write("us", Kinds.LineSuspended, null, [], null, two);
        record.Write("ru", Kinds.LineSuspended, """{"reason":"Once more"}""", [], null, two); // of no effect
        Assert.Equal(
            [(TestRecord.Ru, "The bridge was hit"), (TestRecord.Us, null)],
            record.View().Suspensions.Select(s => (s.Step.From, s.Reason))
        );
        record.Write("ru", Kinds.LineResumed, null, [], null, two);
        Assert.Equal(TestRecord.Us, Assert.Single(record.View().Suspensions).Step.From);
    }

    private static (LineView View, TestBook Tests, WatchBook Watches) Fold(TestRecord record)
    {
        var view = new LineView(record.Document);
        var (tests, watches) = (new TestBook(record.Document.Parties), new WatchBook());
        foreach (var (header, body) in record.Entries)
        {
            view.Fold(header, body is null ? (ReadOnlyMemory<byte>?)null : body);
            var item = view.ItemOf(header.Id, header.At);
            tests.Fold(header, item, view);
            watches.Fold(header, item);
        }
        return (view, tests, watches);
    }
}
