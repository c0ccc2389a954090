using Parley.Record;
using Parley.Traffic.Families;
using Parley.Traffic.Public;
using Xunit;

namespace Parley.Traffic.Tests;

public sealed class PublicWordTests
{
    private static readonly Officer Two = new("spokesperson", "First", new Officer("principal", "Second"));
    private readonly TestRecord record = new();

    private IReadOnlyList<PublicText> Word =>
        PublicWord.Of(
            [
                .. record
                    .Entries.Where(e => PublicWord.Wants(e.Header))
                    .Select(e => TrafficEntry.From(e.Header, e.Body is null ? (ReadOnlyMemory<byte>?)null : e.Body)),
            ],
            record.Document,
            record.Now
        );

    private EntryId Write(string from, string kind, string body, EntryId? re = null, Officer? by = null) =>
        record.Write(from, kind, body, re is { } id ? [id] : [], null, by ?? Two);

    private EntryId Statement(string text, string level = "public", Officer? by = null) =>
        Write("us", Kinds.StatementReleased, $$"""{"level":"{{level}}","text":"{{text}}"}""", null, by);

    private EntryId JointlyAgreed(out EntryId agreed)
    {
        var draft = Write("us", Kinds.ReadoutDrafted, """{"text":"we spoke"}""");
        agreed = Write("ru", Kinds.ReadoutAgreed, $$"""{"hash":"{{HashOf(draft)}}"}""", draft);
        return draft;
    }

    private string HashOf(EntryId readout) =>
        ReadoutFamily.HashOf(ReadoutFamily.Newest(record.View().ItemOf(readout, record.Now)!)!);

    [Fact] // PUBLIC-9
    public void Only_what_two_officers_released_to_the_public_is_public()
    {
        Statement("to allies", "allies");
        Statement("inside", "internal");
        Statement("by one", by: new Officer("spokesperson", "First"));
        Statement("by one twice", by: new Officer("spokesperson", "First", new Officer("principal", "first")));
        var issued = Write("ru", Kinds.ReadoutIssued, """{"text":"not yet"}""");
        Write("ru", Kinds.ReadoutReleased, """{"level":"allies"}""", issued);
        Assert.Empty(Word);
        var said = Statement("to all");
        Assert.Equal(said, Assert.Single(Word).Text.Id);
    }

    [Fact] // PUBLIC-10
    public void Of_a_joint_readout_the_text_the_signatures_on_it_and_the_release_are_shown_and_no_earlier_draft()
    {
        var first = Write("us", Kinds.ReadoutDrafted, """{"text":"our first thought"}""");
        var second = Write("ru", Kinds.ReadoutDrafted, """{"text":"we spoke"}""", first);
        var agreed = Write("us", Kinds.ReadoutAgreed, $$"""{"hash":"{{HashOf(first)}}"}""", first);
        Assert.Empty(Word);
        var released = Write("ru", Kinds.ReadoutReleased, """{"level":"public"}""", first);
        var word = Assert.Single(Word);
        Assert.True(word.IsJoint);
        Assert.Equal([second, released, agreed], word.Shown.Select(e => e.Id));
    }

    [Fact] // PUBLIC-11
    public void A_text_is_joint_only_where_every_party_signed_its_hash()
    {
        var draft = Write("us", Kinds.ReadoutDrafted, """{"text":"one"}""");
        Write("ru", Kinds.ReadoutAgreed, $$"""{"hash":"{{HashOf(draft)}}"}""", draft);
        var other = Write("us", Kinds.ReadoutDrafted, """{"text":"two"}""");
        Write("us", Kinds.ReadoutReleased, """{"level":"public"}""", draft);
        Write("us", Kinds.ReadoutReleased, """{"level":"public"}""", other); // nobody has agreed to it
        Assert.Equal(draft, Assert.Single(Word).Text.Id);
    }

    [Fact] // PUBLIC-12
    public void Under_embargo_nothing_is_public_and_the_embargo_is_not_changed_afterwards()
    {
        var readout = Write("us", Kinds.ReadoutIssued, """{"text":"we spoke","embargo":"2022-03-24T00:00:00Z"}""");
        Write("us", Kinds.ReadoutReleased, """{"level":"public"}""", readout);
        Assert.Empty(Word);
        Write("us", Kinds.ReadoutCorrected, """{"text":"we spoke"}""", readout);
        Assert.Contains("embargo", record.View().Flags.Last().Reason, StringComparison.Ordinal);
        record.Now += TimeSpan.FromDays(1);
        Write("us", Kinds.ReadoutReleased, """{"level":"public"}""", readout);
        Assert.Equal(readout, Assert.Single(Word).Text.Id);
        record.Now -= TimeSpan.FromDays(1); // a clock that jumps back
        Assert.Empty(Word);
    }

    [Fact] // PUBLIC-13
    public void A_correction_takes_the_place_of_the_earlier_text_and_both_stay()
    {
        var said = Statement("ten");
        var corrected = Write("us", Kinds.StatementCorrected, """{"level":"public","text":"nine"}""", said);
        var issued = Write("ru", Kinds.ReadoutIssued, """{"text":"we spoke"}""");
        Write("ru", Kinds.ReadoutReleased, """{"level":"public"}""", issued);
        var again = Write("ru", Kinds.ReadoutCorrected, """{"text":"we spoke at noon"}""", issued);
        Assert.Equal(4, Word.Count);
        Assert.Equal(corrected, Word.Single(w => w.Text.Id == said).CorrectedBy);
        Assert.Equal(again, Word.Single(w => w.Text.Id == issued).CorrectedBy);
        Assert.Empty(record.View().Flags);
    }

    [Fact] // PUBLIC-13
    public void What_was_withdrawn_shows_who_took_it_back_and_why_and_its_text_no_more()
    {
        var said = Statement("ten");
        var corrected = Write("us", Kinds.StatementCorrected, """{"level":"public","text":"nine"}""", said);
        var withdrawn = Write("us", Kinds.StatementWithdrawn, """{"reason":"it was seven"}""", corrected);
        var draft = JointlyAgreed(out _);
        Write("us", Kinds.ReadoutReleased, """{"level":"public"}""", draft);
        Write("ru", Kinds.ReadoutReleased, """{"level":"public"}""", draft);
        var recalled = Write("ru", Kinds.ReadoutRecalled, """{"reason":"by mistake"}""", draft);
        Assert.All(
            Word.Where(w => w.Text.Id == said || w.Text.Id == corrected),
            w => Assert.Equal([withdrawn], w.Shown.Select(e => e.Id))
        );
        Assert.Equal([recalled], Word.Single(w => w.Text.Id == draft && w.By == TestRecord.Ru).Shown.Select(e => e.Id));
        Assert.Null(Word.Single(w => w.Text.Id == draft && w.By == TestRecord.Us).Withdrawal);
        Assert.Empty(record.View().Flags);
    }

    [Fact] // PUBLIC-13
    public void Nobody_withdraws_what_is_not_public_or_is_anothers_or_alone()
    {
        var issued = Write("us", Kinds.ReadoutIssued, """{"text":"we spoke"}""");
        Write("us", Kinds.ReadoutRecalled, """{"reason":"r"}""", issued);
        var said = Statement("ten");
        Write("ru", Kinds.StatementWithdrawn, """{"reason":"r"}""", said);
        Write("us", Kinds.StatementWithdrawn, """{"reason":"r"}""", said, new Officer("spokesperson", "First"));
        Assert.Equal(3, record.View().Flags.Count);
        Assert.Null(Assert.Single(Word).Withdrawal);
    }

    [Fact] // PUBLIC-20
    public void A_claim_and_the_dissent_from_it_are_public_each_as_far_as_its_own_party_released_it()
    {
        Write("us", Kinds.ClaimMade, """{"text":"not for the public","source":"s"}""");
        Write(
            "us",
            Kinds.ClaimMade,
            """{"text":"by one","level":"public"}""",
            null,
            new Officer("spokesperson", "First")
        );
        var claim = Write("us", Kinds.ClaimMade, """{"text":"Two convoys","source":"a ministry","level":"public"}""");
        Write("ru", Kinds.ClaimDisputed, """{"text":"inside","level":"internal"}""", claim);
        Assert.Equal(claim, Assert.Single(Word).Text.Id);
        var dissent = Write("ru", Kinds.ClaimDisputed, """{"text":"One","level":"public"}""", claim);
        Assert.Equal(claim, Word.Single(w => w.Text.Id == dissent).Call);
        Assert.Equal(claim, Word.Single(w => w.Text.Id == claim).Call);
        Assert.Empty(record.View().Flags);
    }
}
