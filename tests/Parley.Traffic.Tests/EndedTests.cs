using Parley.Record;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>Of an item: which entry has the place of which, and which one ended it. What has no effect does
/// neither.</summary>
public sealed class EndedTests
{
    private const string Notice = """{"template":"hazard","what":"firing","place":{"name":"Skerry"}}""",
        Accident = """{"what":"a flare fell"}""",
        Test = """{"style":"staffed","text":"Seven herons"}""";
    private readonly TestRecord record = new();

    private Item ItemOf(EntryId entry) => record.View().ItemOf(entry, record.Now)!;

    [Fact] // TRAFFIC-13
    public void What_is_stated_anew_has_the_place_of_everything_that_its_author_stated_before()
    {
        var given = record.Write("us", Kinds.NoticeGiven, Notice);
        var first = record.Write("us", Kinds.NoticeUpdated, Notice, given);
        Assert.Equal(first, Assert.Single(ItemOf(given).Replaced()).Value);
        var second = record.Write("us", Kinds.NoticeUpdated, Notice, given); // names the first text, and has the place of both
        Assert.Equal(
            [(given, second), (first, second)],
            ItemOf(given).Replaced().Select(r => (r.Key, r.Value)).OrderBy(r => r.Key.Seq)
        );
        Assert.Null(ItemOf(given).Ended);
    }

    [Fact]
    public void Nobody_s_text_is_replaced_by_another_party_s()
    {
        var reported = record.Write("us", Kinds.AccidentReported, Accident);
        record.Write("ru", Kinds.AccidentUpdated, Accident, reported);
        Assert.Empty(ItemOf(reported).Replaced());
        var own = record.Write("us", Kinds.AccidentUpdated, Accident, reported);
        Assert.Equal(own, ItemOf(reported).Replaced()[reported]);
    }

    [Fact] // TRAFFIC-13
    public void What_was_flagged_has_nobody_s_place_and_ends_nothing()
    {
        var given = record.Write("us", Kinds.NoticeGiven, Notice, [], null, precedence: Precedence.Priority);
        record.Write("us", Kinds.NoticeUpdated, Notice, given); // less urgent than what it would replace
        record.Write("us", Kinds.NoticeCancelled, null, given);
        record.Write("ru", Kinds.NoticeCancelled, null, [given], null, precedence: Precedence.Priority); // for its opener alone
        var item = ItemOf(given);
        Assert.Equal([given], item.Applied.Select(e => e.Id));
        Assert.Empty(item.Replaced());
        Assert.Null(item.Ended);
    }

    [Fact]
    public void The_entry_that_ended_it_is_told_and_what_comes_later_is_not_it()
    {
        var given = record.Write("us", Kinds.NoticeGiven, Notice);
        var cancelled = record.Write("us", Kinds.NoticeCancelled, null, given);
        record.Write("us", Kinds.NoticeUpdated, Notice, given);
        var item = ItemOf(given);
        Assert.Equal((cancelled, Kinds.NoticeCancelled), (item.Ended!.Id, item.Ended.Header.Kind));
        Assert.Empty(item.Replaced());

        var three = new TestRecord("us", "ru", "ua") { Mark = Mark.Test };
        var test = three.Write("us", Kinds.TestSent, Test);
        var answer = three.Write("ru", Kinds.TestAnswered, """{"text":"Seven herons"}""", test);
        three.Write("ua", Kinds.TestAnswered, """{"text":"Seven herons"}""", test);
        Assert.Equal(answer, three.View().ItemOf(test, three.Now)!.Ended!.Id);
    }

    [Fact]
    public void What_time_ended_no_entry_did_and_what_was_settled_as_it_was_opened_neither()
    {
        record.Mark = Mark.Test;
        var test = record.Write("us", Kinds.TestSent, Test);
        record.Now += TimeSpan.FromDays(1);
        var late = record.Write("ru", Kinds.TestAnswered, """{"text":"Seven herons"}""", test);
        Assert.Contains(late, ItemOf(test).Applied.Select(e => e.Id));
        Assert.True(ItemOf(test).IsSettled);
        Assert.Null(ItemOf(test).Ended);
        record.Mark = Mark.Actual;
        var claim = record.Write("us", Kinds.ClaimMade, """{"text":"t"}""");
        record.Write("ru", Kinds.ClaimDisputed, """{"text":"not so"}""", claim);
        Assert.True(ItemOf(claim).IsSettled);
        Assert.Null(ItemOf(claim).Ended);
    }
}
