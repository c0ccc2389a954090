using Parley.Record;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

public sealed class ReadoutTests
{
    private static readonly Officer Two = new("principal", "First", new Officer("principal", "Second"));
    private readonly TestRecord record = new();

    private Item Of(EntryId entry) => record.View().ItemOf(entry, record.Now)!;

    private EntryId Draft(string from, string text, params EntryId[] re) =>
        record.Write(from, Kinds.ReadoutDrafted, $$"""{"points":[{"text":"{{text}}","tag":"agreed"}]}""", re);

    private EntryId Agree(string from, EntryId root, string? hash = null, Officer? by = null) =>
        record.Write(
            from,
            Kinds.ReadoutAgreed,
            $$"""{"hash":"{{hash ?? ReadoutFamily.HashOf(ReadoutFamily.Newest(Of(root))!)}}"}""",
            [root],
            null,
            by ?? Two
        );

    [Fact] // TRAFFIC-40
    public void A_joint_readout_is_agreed_after_two_counter_drafts_when_both_have_signed_one_text()
    {
        var readout = Draft("us", "one");
        Draft("ru", "two", readout);
        Draft("us", "three", readout);
        Assert.Equal(ReadoutFamily.Drafting, Of(readout).State);
        Agree("ru", readout);
        Assert.Equal(ReadoutFamily.Agreed, Of(readout).State);
        Assert.Empty(record.View().Flags);
    }

    [Fact] // TRAFFIC-40
    public void An_agreement_to_an_older_draft_or_to_ones_own_changes_nothing()
    {
        var readout = Draft("us", "one");
        var old = ReadoutFamily.HashOf(ReadoutFamily.Newest(Of(readout))!);
        Draft("ru", "two", readout);
        Agree("us", readout, old);
        Agree("ru", readout);
        Assert.Equal(ReadoutFamily.Drafting, Of(readout).State);
        Assert.Equal(2, record.View().Flags.Count);
    }

    [Fact] // TRAFFIC-40: an agreement that crosses a new draft on its way agreed to the draft before
    public void A_draft_that_crosses_an_agreement_leaves_one_outcome_for_both()
    {
        var readout = Draft("us", "one");
        var seen = record.SeenBy("ru");
        var hash = ReadoutFamily.HashOf(ReadoutFamily.Newest(Of(readout))!);
        record.Now += TimeSpan.FromSeconds(1);
        Draft("us", "two", readout);
        record.Now += TimeSpan.FromSeconds(1);
        record.Write("ru", Kinds.ReadoutAgreed, $$"""{"hash":"{{hash}}"}""", [readout], seen, Two);
        var outcomes = Enumerable
            .Range(0, 50)
            .Select(seed => record.Shuffled(new Random(seed)).ItemOf(readout, record.Now)!.State)
            .Distinct();
        Assert.Equal([ReadoutFamily.Drafting], outcomes);
    }

    [Fact]
    public void On_a_line_of_three_all_others_agree()
    {
        var three = new TestRecord("us", "ru", "ua");
        var readout = three.Write("us", Kinds.ReadoutDrafted, """{"text":"we spoke"}""");
        var hash = ReadoutFamily.HashOf(ReadoutFamily.Newest(three.View().ItemOf(readout, three.Now)!)!);
        three.Write("ru", Kinds.ReadoutAgreed, $$"""{"hash":"{{hash}}"}""", [readout], null, Two);
        Assert.Equal(ReadoutFamily.Drafting, three.View().ItemOf(readout, three.Now)!.State);
        three.Write("ua", Kinds.ReadoutAgreed, $$"""{"hash":"{{hash}}"}""", [readout], null, Two);
        Assert.Equal(ReadoutFamily.Agreed, three.View().ItemOf(readout, three.Now)!.State);
    }

    [Fact] // TRAFFIC-5
    public void One_officer_alone_agrees_to_nothing()
    {
        var readout = Draft("us", "one");
        Agree("ru", readout, by: new Officer("principal", "First"));
        Agree("ru", readout, by: new Officer("principal", "First", new Officer("watch", "first")));
        Assert.Equal(ReadoutFamily.Drafting, Of(readout).State);
        Assert.All(record.View().Flags, flag => Assert.Contains("two officers", flag.Reason, StringComparison.Ordinal));
    }

    [Fact] // TRAFFIC-41
    public void A_release_goes_up_by_levels_and_not_before_the_embargo()
    {
        var readout = record.Write(
            "us",
            Kinds.ReadoutIssued,
            """{"text":"we spoke","embargo":"2022-03-24T00:00:00Z"}"""
        );
        EntryId Release(string level) =>
            record.Write("us", Kinds.ReadoutReleased, $$"""{"level":"{{level}}"}""", [readout], null, Two);
        Release("allies");
        Release("internal");
        Release("public");
        Assert.Equal(2, record.View().Flags.Count);
        record.Now += TimeSpan.FromDays(1);
        Release("public");
        Assert.Equal("public", ReadoutFamily.ReleasedTo(Of(readout), TestRecord.Us));
    }

    [Fact] // TRAFFIC-40
    public void Nothing_is_agreed_where_the_draft_or_the_agreement_was_withheld()
    {
        var hidden = record.Withhold(Draft("ru", "something else"));
        Agree("us", hidden, $"sha256:{Crypto.Sha256.Of([]).ToHex()}"); // the hash of what is here of it
        Assert.Equal(ReadoutFamily.Drafting, Of(hidden).State);
        Assert.Contains("withheld", Assert.Single(record.View().Flags).Reason, StringComparison.Ordinal);
        var draft = Draft("us", "one");
        record.Withhold(Agree("ru", draft));
        Assert.Equal(ReadoutFamily.Drafting, Of(draft).State);
        Assert.Equal(2, record.View().Flags.Count);
    }

    [Fact] // TRAFFIC-4
    public void A_body_that_was_withheld_lacks_no_member_whether_nothing_or_no_byte_of_it_is_here()
    {
        var (header, _) = record.Draft(
            "ru",
            Kinds.ReturnFireNotified,
            """{"tried":"a call","failure":"none","authority":"brigade","notice":"n"}""",
            []
        );
        foreach (var body in new ReadOnlyMemory<byte>?[] { null, ReadOnlyMemory<byte>.Empty })
        {
            var entry = TrafficEntry.From(header, body);
            Assert.True(entry.IsWithheld);
            Assert.Null(entry.Fault);
        }
        var (bare, _) = record.Draft("ru", Kinds.ReturnFireNotified, null, []);
        Assert.Contains("missing", TrafficEntry.From(bare, null).Fault, StringComparison.Ordinal);
    }

    [Fact] // TRAFFIC-5, TRAFFIC-40
    public void A_release_whose_level_was_withheld_takes_two_and_releases_nothing()
    {
        var readout = record.Write("ru", Kinds.ReadoutIssued, """{"text":"we spoke"}""");
        record.Withhold(record.Write("ru", Kinds.ReadoutReleased, """{"level":"public"}""", readout));
        record.Withhold(record.Write("ru", Kinds.StatementReleased, """{"level":"public","text":"we spoke"}"""));
        record.Withhold(record.Write("ru", Kinds.ReadoutReleased, """{"level":"public"}""", [readout], null, Two));
        Assert.Equal(
            ["two officers", "two officers", "withheld"],
            record
                .View()
                .Flags.Select(f =>
                    f.Reason.Contains("two officers", StringComparison.Ordinal) ? "two officers"
                    : f.Reason.Contains("withheld", StringComparison.Ordinal) ? "withheld"
                    : f.Reason
                )
        );
        Assert.Null(ReadoutFamily.ReleasedTo(Of(readout), TestRecord.Ru));
    }
}
