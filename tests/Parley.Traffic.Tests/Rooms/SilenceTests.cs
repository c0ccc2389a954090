using Parley.Record;
using Parley.Traffic.Families;
using Parley.Traffic.Rooms;
using Xunit;

namespace Parley.Traffic.Tests.Rooms;

/// <summary>Silence is consent only of who signed for delivery, was in reach, and said nothing; and only where the line has
/// it at all.</summary>
public sealed class SilenceTests
{
    private static readonly Officer Two = new("principal", "First", new Officer("principal", "Second"));
    private static readonly LinePolicy Allowing = LinePolicy.Default with
    {
        TwoPeople = [LinePolicy.Silence, LinePolicy.Suspension],
    };
    private readonly TestRecord record = new(Allowing, "m", "a", "b");

    private EntryId Write(string from, string kind, string? body, EntryId? re = null, DateTimeOffset? at = null)
    {
        record.Now = at ?? record.Now;
        return record.Write(from, kind, body, re is { } id ? [id] : [], null, Two);
    }

    private EntryId Begin() =>
        Write(
            "m",
            Kinds.SilenceBegan,
            """{"title":"Calendar","text":"We meet on Friday.","expires":"2022-03-24T12:00Z"}""",
            at: TestRecord.Noon
        );

    private static readonly DateTimeOffset Expiry = TestRecord.Noon.AddDays(1);

    private Item Of(EntryId silence) => record.View().ItemOf(silence, record.Now)!;

    private string[] Standing(EntryId silence) =>
        [.. SilenceStanding.Of(Of(silence), record.Document.Parties).Select(p => $"{p.Party}: {p.State}")];

    [Fact] // MEDIATION-14
    public void A_line_whose_document_does_not_name_silence_has_none()
    {
        var usual = new TestRecord("m", "a");
        var began = usual.Write(
            "m",
            Kinds.SilenceBegan,
            """{"title":"Calendar","text":"Friday","expires":"2022-03-24T12:00Z"}""",
            [],
            null,
            Two
        );
        Assert.Contains(
            "allows no procedure by silence",
            Assert.Single(usual.View().Flags, f => f.Entry == began).Reason,
            StringComparison.Ordinal
        );
    }

    [Fact] // MEDIATION-15
    public void Who_did_not_sign_for_delivery_or_was_out_of_reach_consented_to_nothing()
    {
        var silence = Begin();
        Write("a", Kinds.SilenceReceived, null, silence, TestRecord.Noon.AddHours(1));
        Assert.Equal(["a: silent so far", "b: not signed for"], Standing(silence));
        Write("b", Kinds.SilenceReceived, null, silence, TestRecord.Noon.AddHours(2));
        Write("m", Kinds.SilenceClosed, """{"outOfReach":["b"]}""", silence, Expiry.AddMinutes(1));
        Assert.Equal(SilenceFamily.Closed, Of(silence).State);
        Assert.Equal(["a: consented by silence", "b: not in reach"], Standing(silence));
    }

    [Fact] // MEDIATION-14
    public void An_objection_written_in_time_breaks_it_whenever_it_arrives()
    {
        var silence = Begin();
        var seen = record.SeenBy("b");
        Write("a", Kinds.SilenceReceived, null, silence, TestRecord.Noon.AddHours(1));
        Write("m", Kinds.SilenceClosed, null, silence, Expiry.AddMinutes(1));
        Assert.Equal(SilenceFamily.Closed, Of(silence).State);
        // b was cut off: it had objected, and knew of nothing that came after the beginning.
        record.Now = TestRecord.Noon.AddHours(3);
        record.Write("b", Kinds.SilenceBroken, """{"objection":"Not on Friday"}""", [silence], seen, Two);
        record.Now = Expiry.AddHours(1);
        Assert.Equal(SilenceFamily.Broken, Of(silence).State);
        Assert.Equal(["a: silent so far", "b: objected"], Standing(silence));
    }

    [Fact] // MEDIATION-14
    public void It_is_not_closed_before_its_hour_and_not_broken_after_it()
    {
        var silence = Begin();
        var early = Write("m", Kinds.SilenceClosed, null, silence, Expiry.AddMinutes(-1));
        var late = Write("a", Kinds.SilenceBroken, """{"objection":"No"}""", silence, Expiry.AddMinutes(1));
        Assert.Equal([early, late], record.View().Flags.Select(f => f.Entry));
        Assert.Equal(SilenceFamily.RunOut, Of(silence).State);
    }
}
