using Parley.Record;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>A blind check as the record has it.</summary>
public sealed class BlindTests
{
    private const string Grid =
        """{"south":57000000000,"west":19000000000,"north":58000000000,"east":20000000000,"cellHeight":10000000,"cellWidth":20000000,"floor":0,"ceiling":3000000,"layerHeight":500000,"start":"2022-03-24T00:00:00Z","end":"2022-03-24T06:00:00Z","slotSeconds":900,"separation":{"horizontal":0,"vertical":0,"seconds":0}}""";
    private static readonly string Profile = $"sha256:{new string('a', 64)}",
        One = new('1', 64),
        Two = new('2', 64),
        Run = new('c', 64),
        Digest = new('d', 64);
    private static readonly Officer Both = new("planner", "A. First", new Officer("watch", "B. Second"));
    private static readonly string Proposal =
            $$"""{"with":"ru","profile":{{Grid}},"profileHash":"{{Profile}}","nonce":"{{One}}"}""",
        Acceptance = $$"""{"profileHash":"{{Profile}}","nonce":"{{Two}}","run":"{{Run}}"}""";
    private static readonly string Commitment =
        $$"""{"run":"{{Run}}","commitment":"{{One}}","bucket":256,"publicKey":"{{Two}}"}""";

    private readonly TestRecord record = new();

    private string State(EntryId entry) => record.View().ItemOf(entry, record.Now)!.State;

    private EntryId Start()
    {
        var check = record.Write("us", Kinds.BlindProposed, Proposal, [], null, Both);
        record.Write("ru", Kinds.BlindAccepted, Acceptance, [check], null, Both);
        return check;
    }

    [Fact] // TRAFFIC-71, TRAFFIC-73
    public void What_stations_write_as_a_run_goes_is_offered_to_no_officer_and_nothing_to_whom_the_check_is_not_between()
    {
        var three = new TestRecord("us", "ru", "ua");
        var check = three.Write("us", Kinds.BlindProposed, Proposal, [], null, Both);
        IReadOnlyList<string> Acts(string party) => three.View().ItemOf(check, three.Now)!.ActsOf(PartyId.Parse(party));
        Assert.Equal([Kinds.BlindWithdrawn], Acts("us"));
        Assert.Equal([Kinds.BlindAccepted, Kinds.BlindDeclined], Acts("ru"));
        Assert.Empty(Acts("ua"));
        three.Write("ru", Kinds.BlindAccepted, Acceptance, [check], null, Both);
        Assert.Empty(Acts("us"));
    }

    private static string Finding(string digest, int shared = 3) =>
        $$"""{"run":"{{Run}}","digest":"{{digest}}","shared":{{shared}},"suspicious":false}""";

    [Fact] // TRAFFIC-70
    public void Nobody_starts_a_blind_check_alone_at_either_side_whatever_the_policy_says()
    {
        Assert.DoesNotContain(TwoPeople.BlindCheck, record.Document.Policy.TwoPeople);
        record.Write("us", Kinds.BlindProposed, Proposal);
        Assert.Empty(record.View().Open(record.Now));
        Assert.Contains("two officers", Assert.Single(record.View().Flags).Reason, StringComparison.Ordinal);
        var check = record.Write("us", Kinds.BlindProposed, Proposal, [], null, Both);
        record.Write("ru", Kinds.BlindAccepted, Acceptance, check);
        Assert.Equal(BlindFamily.Proposed, State(check));
        record.Write(
            "ru",
            Kinds.BlindAccepted,
            Acceptance,
            [check],
            null,
            new Officer("planner", "A. First", new Officer("watch", "a. first"))
        );
        Assert.Equal(BlindFamily.Proposed, State(check));
        record.Write("ru", Kinds.BlindAccepted, Acceptance, [check], null, Both);
        Assert.Equal(BlindFamily.Accepted, State(check));
    }

    [Fact] // TRAFFIC-72
    public void It_is_agreed_only_when_both_committed_and_both_found_the_same()
    {
        var check = Start();
        record.Write("us", Kinds.BlindCommitted, Commitment, check);
        Assert.Equal(BlindFamily.Accepted, State(check));
        record.Write("us", Kinds.BlindCompared, Finding(Digest), check);
        Assert.Equal(BlindFamily.Accepted, State(check)); // not before both are bound
        record.Write("ru", Kinds.BlindCommitted, Commitment, check);
        Assert.Equal(BlindFamily.Committed, State(check));
        record.Write("ru", Kinds.BlindCompared, Finding(Digest), check);
        Assert.Equal(BlindFamily.Committed, State(check));
        record.Write("us", Kinds.BlindCompared, Finding(Digest), check);
        Assert.Equal(BlindFamily.Agreed, State(check));
        for (var seed = 0; seed < 20; seed++)
            Assert.Equal(BlindFamily.Agreed, record.Shuffled(new Random(seed)).ItemOf(check, record.Now)!.State);
    }

    [Theory] // TRAFFIC-72
    [InlineData("e", 3)]
    [InlineData("d", 4)]
    public void Where_the_two_say_different_things_nothing_is_agreed(string digit, int shared)
    {
        var check = Start();
        foreach (var party in (string[])["us", "ru"])
            record.Write(party, Kinds.BlindCommitted, Commitment, check);
        record.Write("us", Kinds.BlindCompared, Finding(Digest), check);
        record.Write("ru", Kinds.BlindCompared, Finding(new string(digit[0], 64), shared), check);
        Assert.Equal(BlindFamily.Differs, State(check));
    }

    [Fact] // TRAFFIC-71
    public void Steps_of_another_run_twice_or_by_a_third_party_change_nothing()
    {
        var three = new TestRecord("us", "ru", "ua");
        string StateOf(EntryId entry) => three.View().ItemOf(entry, three.Now)!.State;
        var check = three.Write("us", Kinds.BlindProposed, Proposal, [], null, Both);
        three.Write("ua", Kinds.BlindAccepted, Acceptance, [check], null, Both);
        Assert.Equal(BlindFamily.Proposed, StateOf(check));
        three.Write(
            "ru",
            Kinds.BlindAccepted,
            Acceptance.Replace(Two, One, StringComparison.Ordinal),
            [check],
            null,
            Both
        );
        Assert.Equal(BlindFamily.Proposed, StateOf(check)); // the same nonce again
        three.Write("ru", Kinds.BlindAccepted, Acceptance, [check], null, Both);
        three.Write("us", Kinds.BlindCommitted, Commitment.Replace(Run, Digest, StringComparison.Ordinal), check);
        three.Write("ru", Kinds.BlindCommitted, Commitment, check);
        three.Write("ru", Kinds.BlindCommitted, Commitment, check);
        three.Write("ua", Kinds.BlindAborted, $$"""{"run":"{{Run}}","reason":"cancelled"}""", check);
        Assert.Equal(BlindFamily.Accepted, StateOf(check));
        Assert.Equal(5, three.View().FlagCount);
    }

    [Fact]
    public void Either_side_ends_it_with_a_reason_and_so_does_time()
    {
        var check = Start();
        record.Write("ru", Kinds.BlindAborted, $$"""{"run":"{{Run}}","reason":"bad-proof"}""", check);
        record.Write("us", Kinds.BlindAborted, $$"""{"run":"{{Run}}","reason":"bad-proof","byPeer":true}""", check);
        Assert.Equal((BlindFamily.Aborted, 0L), (State(check), record.View().FlagCount));
        record.Write("us", Kinds.BlindCompared, Finding(Digest), check);
        Assert.Equal(BlindFamily.Aborted, State(check));
        var second = Start();
        record.Now = TestRecord.Noon + TrafficDefaults.BlindRun;
        Assert.Equal(BlindFamily.Expired, State(second));
        var third = record.Write("us", Kinds.BlindProposed, Proposal, [], null, Both);
        record.Write("ru", Kinds.BlindDeclined, """{"reason":"not today"}""", third);
        Assert.Equal(BlindFamily.Declined, State(third));
    }
}
