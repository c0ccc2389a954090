using Parley.Record;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

public sealed class ChronologyTests
{
    private const string Ministers = """[{"party":"us","office":"secretary of defence"},{"party":"ru","office":"minister of defence"}]""";
    private const string Chiefs = """[{"party":"us","office":"chairman of the joint chiefs"},{"party":"ru","office":"chief of the general staff"}]""";
    private readonly TestRecord record = new() { Now = Day(2022, 2, 18) };

    private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);

    private Chronology At(DateTimeOffset at, string? with = null, Func<EntryId, Delivery?>? delivered = null)
    {
        var fold = new ChronologyFold();
        fold.AddLine(record.Document.Id, [.. record.Document.Parties]);
        foreach (var (header, body) in record.Entries) fold.Add(TrafficEntry.From(header, body));
        return fold.Of(record.Document.Id, at, with, (_, entry, _) => delivered?.Invoke(entry));
    }

    private void MonthOfSilence()
    {
        record.Write("us", Kinds.CallHeld, $$"""{"between":{{Ministers}}}""");
        for (var i = 0; i < 4; i++)
        {
            record.Now = Day(2022, 2, 28).AddDays(7 * i);
            record.Write("us", Kinds.CallRequested, $$"""{"between":{{Ministers}}}""");
            if (i < 3) record.Write("us", Kinds.CallRequested, $$"""{"between":{{Chiefs}}}""");
        }
    }

    [Fact] // TRAFFIC-50
    public void A_month_of_unanswered_requests_is_counted_and_told_from_a_broken_wire()
    {
        MonthOfSilence();
        var history = At(Day(2022, 3, 23), delivered: entry => new Delivery(record.Entries.First(e => e.Header.Id == entry).Header.At.AddSeconds(1), TestRecord.Ru, entry.Seq + 1, "— ru …"));
        Assert.Equal((7, 33), (history.StandingRequests, history.DaysSinceLastContact));
        Assert.Equal(7, history.Silences.Count());
        Assert.All(history.Attempts, a => Assert.Equal(TestRecord.Ru, Assert.Single(a.Delivered).By));
        Assert.Equal((7, 6), (history.Attempts.Count(a => a.Outcome == Chronology.NoAnswer), At(Day(2022, 3, 22)).Attempts.Count(a => a.Outcome == Chronology.NoAnswer)));
        Assert.Empty(At(Day(2022, 3, 23)).Silences); // nothing was delivered: that is no silence of theirs
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
        Assert.Equal((Day(2022, 2, 18), 84, 0), (history.Previous!.At, history.DaysBetweenContacts, history.StandingRequests));
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
        Assert.Equal([CallFamily.Declined, CallFamily.Accepted, CallFamily.Withdrawn], history.Attempts.Select(a => a.Outcome));
    }

    [Fact]
    public void A_call_on_another_line_counts_when_those_who_spoke_are_on_this_one()
    {
        var other = new TestRecord("us", "ru", "ua") { Now = Day(2022, 5, 13) };
        other.Write("us", Kinds.CallHeld, $$"""{"between":{{Ministers}}}""");
        other.Write("us", Kinds.CallHeld, """{"between":[{"party":"us","office":"x"},{"party":"ua","office":"y"}]}""");
        var fold = new ChronologyFold();
        fold.AddLine(record.Document.Id, [.. record.Document.Parties]);
        fold.AddLine(other.Document.Id, [.. other.Document.Parties]);
        foreach (var (header, body) in record.Entries.Concat(other.Entries)) fold.Add(TrafficEntry.From(header, body));
        Assert.Equal(other.Document.Id, Assert.Single(fold.Of(record.Document.Id, Day(2022, 6, 1), null, (_, _, _) => null).Contacts).Line);
    }
}
