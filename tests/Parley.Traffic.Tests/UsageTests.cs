using Parley.Record;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>How a line is used: counted by the day on which this station stored what came, and bounded by days and
/// parties.</summary>
public sealed class UsageTests
{
    private static readonly DateTimeOffset Noon = TestRecord.Noon;
    private static readonly DateOnly Day = DateOnly.FromDateTime(TestRecord.Noon.UtcDateTime);

    /// <summary>Folds a record as a station does that stores each entry when <paramref name="stored"/> says.</summary>
    private static UsageBook Fold(TestRecord record, Func<EntryHeader, DateTimeOffset>? stored = null)
    {
        var book = new UsageBook(record.Document.Policy);
        var view = new LineView(record.Document) { OnAcknowledged = book.Acknowledged };
        foreach (var (header, body) in record.Entries)
        {
            var at = stored?.Invoke(header) ?? header.At;
            book.Begin(at);
            book.Fold(header, view.Fold(header, body is null ? (ReadOnlyMemory<byte>?)null : body, at));
        }
        return book;
    }

    private static EntryId Flash(TestRecord record, string from) =>
        record.Write(from, Kinds.MessageSent, """{"text":"Aircraft"}""", [], null, precedence: Precedence.Flash);

    [Fact]
    public void An_acknowledgement_is_measured_from_when_the_message_came_and_against_what_the_line_promises()
    {
        var record = new TestRecord { Mark = Mark.Actual };
        var first = Flash(record, "us");
        record.Now += TimeSpan.FromSeconds(90);
        record.Write("ru", Kinds.MessageAcknowledged, null, first);
        var second = Flash(record, "us");
        record.Now += record.Document.Policy.AcknowledgeWithin(Precedence.Flash) + TimeSpan.FromSeconds(1);
        record.Write("ru", Kinds.MessageAcknowledged, null, second);
        record.Write("ru", Kinds.MessageAcknowledged, null, second); // said twice, it counts once

        var (key, times) = Assert.Single(Fold(record).Days[Day].Acknowledged);
        Assert.Equal(new UsageKey(TestRecord.Ru, Precedence.Flash, Mark.Actual), key);
        Assert.Equal((2, 1), (times.Count, times.InTime));
        Assert.InRange(times.Within(0.5)!.Value.TotalSeconds, 81, 99);
    }

    [Fact]
    public void A_time_within_a_tenth_is_told_of_any_share_and_of_many_days_together()
    {
        var times = new WaitTimes();
        for (var second = 1; second <= 1_000; second++)
            times.Add(TimeSpan.FromSeconds(second), second <= 600);
        var others = new WaitTimes();
        Assert.Null(others.Within(0.5));
        others.Add(times);
        Assert.Equal((1_000, 600), (others.Count, others.InTime));
        Assert.InRange(others.Within(0.5)!.Value.TotalSeconds, 450, 550);
        Assert.InRange(others.Within(0.95)!.Value.TotalSeconds, 855, 1_045);
        others.Add(TimeSpan.MaxValue, false);
        Assert.True(others.Within(1)!.Value > TimeSpan.FromDays(180));
    }

    [Fact]
    public void Entries_count_on_the_day_on_which_they_were_stored_whatever_their_author_claims()
    {
        var record = new TestRecord { Mark = Mark.Actual };
        record.Now = new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);
        Flash(record, "ru");
        record.Mark = Mark.Exercise;
        record.Now = DateTimeOffset.UnixEpoch;
        Flash(record, "ru");
        var (date, day) = Assert.Single(Fold(record, _ => Noon).Days);
        Assert.Equal(Day, date);
        Assert.Equal(1, day.Entries[new UsageKey(TestRecord.Ru, Precedence.Flash, Mark.Actual)]);
        Assert.Equal(1, day.Entries[new UsageKey(TestRecord.Ru, Precedence.Flash, Mark.Exercise)]);
    }

    [Fact]
    public void Tests_of_the_line_count_for_who_sent_them_and_once_when_they_are_answered()
    {
        var record = new TestRecord();
        var test = record.Write("us", Kinds.TestSent, """{"style":"automatic"}""");
        record.Write("us", Kinds.TestSent, """{"style":"automatic"}""");
        record.Write("ru", Kinds.TestAnswered, null, test);
        record.Write("ru", Kinds.TestAnswered, null, test);
        Assert.Equal((2, 1), Fold(record).Days[Day].Tests[TestRecord.Us]);
    }

    [Fact]
    public void Who_had_the_watch_is_told_and_of_very_many_takings_the_newest()
    {
        var record = new TestRecord();
        for (var i = 0; i < UsageBook.MaxWatches + 5; i++)
            record.Write("us", Kinds.WatchTaken, """{"communicator":"A. Officer"}""");
        var watches = Fold(record).Watches[TestRecord.Us];
        Assert.Equal(UsageBook.MaxWatches, watches.Count);
        Assert.Equal(record.Entries[^1].Header.Id, watches.Last().Entry);
    }

    [Fact]
    public void What_is_kept_follows_from_the_days_and_not_from_how_much_was_written()
    {
        var record = new TestRecord();
        for (var i = 0; i < 40; i++)
            Flash(record, i % 2 == 0 ? "us" : "ru");
        var day = 0;
        var book = Fold(record, _ => Noon.AddDays(day++ * 365));
        Assert.Equal(record.Entries.Count, book.Days.Count);
        day = 0;
        var many = new UsageBook(record.Document.Policy);
        for (var i = 0; i < UsageBook.MaxDays + 10; i++)
        {
            many.Begin(Noon.AddDays(i));
            many.Fold(record.Entries[0].Header, default);
        }
        Assert.Equal(UsageBook.MaxDays, many.Days.Count);
        Assert.Equal(Day.AddDays(10), many.Days.Keys.First());
    }
}
