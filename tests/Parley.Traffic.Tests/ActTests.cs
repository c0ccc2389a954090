using Parley.Record;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>What a party is offered to do next is what would have an effect, and everything that could.</summary>
public sealed class ActTests
{
    private const string Request =
            """{"between":[{"party":"us","office":"o"},{"party":"ru","office":"o"}],"topic":"t"}""",
        Other = """{"windows":[{"from":"2022-03-24T09:00:00Z","until":"2022-03-24T10:00:00Z"}]}""";
    private readonly TestRecord record = new();

    private IReadOnlyList<string> ActsOf(string party, EntryId item) =>
        record.View().ItemOf(item, record.Now)!.ActsOf(PartyId.Parse(party));

    [Fact]
    public void Who_asked_for_a_call_may_take_it_back_and_who_was_asked_may_answer()
    {
        var call = record.Write("us", Kinds.CallRequested, Request);
        Assert.Equal([Kinds.CallWithdrawn, Kinds.CallHeld], ActsOf("us", call));
        Assert.Equal(
            [Kinds.CallAccepted, Kinds.CallCountered, Kinds.CallDeclined, Kinds.CallSubjectRefused, Kinds.CallHeld],
            ActsOf("ru", call)
        );
    }

    [Fact] // TRAFFIC-22
    public void Whoever_made_a_counter_proposal_is_not_offered_to_accept_it()
    {
        var call = record.Write("us", Kinds.CallRequested, Request);
        record.Write("ru", Kinds.CallCountered, Other, call);
        Assert.DoesNotContain(Kinds.CallAccepted, ActsOf("ru", call));
        Assert.Contains(Kinds.CallAccepted, ActsOf("us", call));
    }

    [Fact] // TRAFFIC-52
    public void A_call_that_was_held_is_for_the_other_side_to_log()
    {
        var call = record.Write("us", Kinds.CallHeld, """{"minutes":5}""");
        Assert.Empty(ActsOf("us", call));
        Assert.Equal([Kinds.CallHeld], ActsOf("ru", call));
    }

    [Fact]
    public void What_is_settled_for_good_offers_nothing()
    {
        var call = record.Write("us", Kinds.CallRequested, Request);
        record.Write("us", Kinds.CallWithdrawn, null, call);
        Assert.Empty(ActsOf("us", call));
        Assert.Empty(ActsOf("ru", call));
    }
}
