using Parley.Record;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>What one party may legally write, and what it must not be able to do to the others with it.</summary>
public sealed class HostileRecordTests
{
    private static readonly DateTimeOffset End = new(9999, 12, 31, 23, 59, 59, 999, TimeSpan.Zero);
    private const string Movement = """{"purpose":"food","liveContact":"radio 5","armedEscort":false}""";

    public static TheoryData<string> EveryKind => [.. Kinds.All.Select(k => k.Name)];

    [Theory] // TRAFFIC-83
    [MemberData(nameof(EveryKind))]
    public void An_entry_dated_to_the_end_or_the_beginning_of_time_takes_nothing_from_the_others(string kind)
    {
        foreach (var at in new[] { End, DateTimeOffset.MinValue })
        {
            var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
            var own = record.Write("us", Kinds.MovementSubmitted, Movement);
            record.Now = at;
            var hostile = record.Write("ru", kind, BodyOf, [], null, precedence: Precedence.Flash);
            record.Write("ru", kind, BodyOf, [hostile], null);
            record.Now = TestRecord.Noon;
            var flash = record.Write(
                "ru",
                Kinds.MessageSent,
                """{"text":"t"}""",
                [],
                null,
                precedence: Precedence.Flash
            );
            var mistakes = new List<Exception>();
            var view = new LineView(record.Document) { OnMistake = (_, e) => mistakes.Add(e) };
            foreach (var (header, body) in record.Entries)
                view.Fold(header, body);
            foreach (var now in new[] { TestRecord.Noon, End, DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
            {
                view.Open(now);
                view.NextDue(now);
                foreach (var waiting in view.Waiting)
                    Assert.True(Attention.DeputyDue(waiting, LinePolicy.Default) >= waiting.At);
                view.RecentlySettled(now);
            }
            view.Sweep(TestRecord.Noon);
            Assert.Empty(mistakes);
            Assert.NotNull(view.ItemOf(own, TestRecord.Noon));
            Assert.Contains(view.Waiting, w => w.Id == flash);
        }
    }

    [Fact] // TRAFFIC-80, TRAFFIC-81
    public void A_flash_that_answers_what_its_author_cannot_have_seen_rings_and_is_flagged_at_once()
    {
        var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
        EntryId never = new(TestRecord.Us, 900_000);
        var flash = record.Write(
            "ru",
            Kinds.MessageSent,
            """{"text":"t"}""",
            [never],
            null,
            precedence: Precedence.Flash
        );
        var view = record.View();
        Assert.Contains(view.Waiting, w => w.Id == flash && w.WaitingFor.Contains(TestRecord.Us));
        Assert.Contains(
            view.Flags,
            f => f.Entry == flash && f.Reason.Contains("had not seen", StringComparison.Ordinal)
        );
        record.Write("us", Kinds.MessageAcknowledged, null, flash);
        Assert.DoesNotContain(record.View().Waiting, w => w.Id == flash);
    }

    [Theory] // TRAFFIC-81
    [InlineData(1), InlineData(2)]
    public void What_waits_for_an_entry_that_never_comes_rings_all_the_same_and_can_be_acknowledged(int fold)
    {
        var record = new TestRecord(fold, "us", "ru") { Mark = Mark.Actual };
        EntryId never = new(TestRecord.Us, 900_000);
        // It claims to have seen it, which only the named party could deny.
        var flash = record.Write(
            "ru",
            Kinds.MovementUnderFire,
            """{"what":"mortar"}""",
            [never],
            new Dictionary<PartyId, ulong> { [TestRecord.Us] = 1_000_000 },
            precedence: Precedence.Flash
        );
        Assert.Contains(record.View().Waiting, w => w.Id == flash);
        record.Write("us", Kinds.MessageAcknowledged, null, flash);
        Assert.DoesNotContain(record.View().Waiting, w => w.Id == flash);
        for (var seed = 0; seed < 5; seed++)
            Assert.DoesNotContain(record.Shuffled(new Random(seed)).Waiting, w => w.Id == flash);
    }

    [Fact] // TRAFFIC-80
    public void What_answers_one_entry_that_was_not_seen_is_an_answer_to_none_in_whatever_order_all_arrive()
    {
        var record = new TestRecord("us", "ru", "ua") { Mark = Mark.Actual };
        var call = record.Write("us", Kinds.CallRequested, "{}");
        record.Write(
            "ru",
            Kinds.CallDeclined,
            null,
            [call, new EntryId(TestRecord.Ua, 900_000)],
            new Dictionary<PartyId, ulong> { [TestRecord.Us] = 1_000 }
        );
        Assert.Contains(record.View().Waiting, w => w.Id == call && w.WaitingFor.Contains(TestRecord.Ru));
        for (var seed = 0; seed < 8; seed++)
            Assert.Contains(
                record.Shuffled(new Random(seed)).Waiting,
                w => w.Id == call && w.WaitingFor.Contains(TestRecord.Ru)
            );
    }

    [Fact] // TRAFFIC-80
    public void On_a_line_of_the_first_fold_an_answer_to_what_was_not_seen_waits_as_it_always_did()
    {
        var record = new TestRecord(1, "us", "ru", "ua") { Mark = Mark.Actual };
        var call = record.Write("us", Kinds.CallRequested, "{}");
        record.Write("ru", Kinds.CallDeclined, null, [call], new Dictionary<PartyId, ulong>());
        Assert.Equal(CallFamily.Declined, record.View().ItemOf(call, record.Now)!.State);
        for (var seed = 0; seed < 5; seed++)
            Assert.Equal(CallFamily.Declined, record.Shuffled(new Random(seed)).ItemOf(call, record.Now)!.State);
    }

    [Fact] // TRAFFIC-1, TRAFFIC-80
    public void Thousands_that_wait_for_ever_take_no_place_from_an_answer_that_came_early()
    {
        var record = new TestRecord("us", "ru", "ua") { Mark = Mark.Actual };
        var lie = new Dictionary<PartyId, ulong> { [TestRecord.Ua] = 1_000_000 };
        for (var i = 0; i < LineView.MaxEarly + 3_200; i++)
            record.Write("ru", Kinds.CallDeclined, null, [new EntryId(TestRecord.Ua, 900_000)], lie);
        var call = record.Write("ru", Kinds.CallRequested, "{}", [], null);
        var accepted = record.Write("ua", Kinds.CallAccepted, "{}", [call], null);
        var flash = record.Write(
            "ua",
            Kinds.MessageSent,
            """{"text":"t"}""",
            [call],
            null,
            precedence: Precedence.Flash
        );
        var entries = record.Entries.ToDictionary(e => e.Header.Id);
        var views = new List<LineView>();
        foreach (var first in new[] { TestRecord.Ua, TestRecord.Ru })
        {
            var view = new LineView(record.Document, id => TrafficEntry.From(entries[id].Header, entries[id].Body));
            foreach (
                var (header, body) in record
                    .Entries.OrderBy(e => e.Header.From == first ? 0 : 1)
                    .ThenBy(e => e.Header.Seq)
            )
                view.Fold(header, body);
            views.Add(view);
            Assert.Equal(CallFamily.Accepted, view.ItemOf(call, record.Now)!.State);
            Assert.Equal(accepted, view.ItemOf(call, record.Now)!.Applied[^1].Id);
            Assert.Contains(view.Waiting, w => w.Id == flash);
            Assert.DoesNotContain(view.Flags, f => f.Entry.Party == TestRecord.Ua);
        }
    }

    [Fact] // TRAFFIC-80
    public void What_was_not_kept_whole_is_read_again_when_what_it_waited_for_comes()
    {
        const int early = LineView.MaxEarly + 600;
        var record = new TestRecord("us", "ru", "ua") { Mark = Mark.Actual };
        var call = record.Write("us", Kinds.CallRequested, "{}");
        for (var i = 0; i < early; i++)
            record.Write(
                "ru",
                Kinds.CallCountered,
                """{"windows":[{"from":"2022-03-24T09:00:00Z","until":"2022-03-24T10:00:00Z"}]}""",
                call
            );
        var entries = record.Entries.ToDictionary(e => e.Header.Id);
        var again = 0;
        var view = new LineView(
            record.Document,
            id =>
            {
                again++;
                return TrafficEntry.From(entries[id].Header, entries[id].Body);
            }
        );
        foreach (
            var (header, body) in record
                .Entries.OrderBy(e => e.Header.From == TestRecord.Us ? 1 : 0)
                .ThenBy(e => e.Header.Seq)
        )
            view.Fold(header, body);
        while (view.FoldMore(100).Judged > 0) { }
        Assert.Equal(600, again);
        Assert.False(view.HasMore);
        Assert.Equal(Applied(record.View(), call), Applied(view, call));

        static string Applied(LineView view, EntryId item) =>
            string.Join(',', view.ItemOf(item, TestRecord.Noon)!.Applied.Select(e => e.Id));
    }

    [Fact] // TRAFFIC-82
    public void A_flood_without_effect_closes_nobody_elses_item()
    {
        var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
        var movement = record.Write("us", Kinds.MovementSubmitted, Movement);
        for (var i = 0; i < 2 * LineView.MaxEntriesOfItem; i++)
            record.Write("ru", Kinds.MovementObjected, """{"reason":"r"}""", movement);
        record.Write("us", Kinds.MovementDeparted, null, movement);
        var (fire, body) = record.Draft(
            "us",
            Kinds.MovementUnderFire,
            """{"what":"mortar"}""",
            [movement],
            precedence: Precedence.Flash
        );
        var view = record.View();
        Assert.Null(view.Refuse(fire, body));
        record.Write(
            "us",
            Kinds.MovementUnderFire,
            """{"what":"mortar"}""",
            [movement],
            null,
            precedence: Precedence.Flash
        );
        Assert.Equal(MovementFamily.Incident, record.View().ItemOf(movement, record.Now)!.State);
        var (more, reason) = record.Draft("ru", Kinds.MovementObjected, """{"reason":"r"}""", [movement]);
        Assert.Contains("begin a new one", view.Refuse(more, reason), StringComparison.Ordinal);
    }

    [Fact] // TRAFFIC-82, TRAFFIC-1
    public void Which_entries_of_a_flood_count_does_not_depend_on_the_order_of_arrival()
    {
        var record = new TestRecord("us", "ru", "ua") { Mark = Mark.Actual };
        var share = LineView.MaxEntriesOfParty(3);
        var movement = record.Write("us", Kinds.MovementSubmitted, Movement);
        var other = record.Write("ua", Kinds.MovementSubmitted, Movement);
        for (var i = 0; i < share + 40; i++)
        {
            // Some of them wait for what another party has not brought yet.
            var note = record.Write("ua", Kinds.MessageSent, """{"text":"t"}""");
            record.Write(
                "ru",
                Kinds.MovementObjected,
                """{"reason":"r"}""",
                i % 7 == 0 ? [movement, note] : [movement]
            );
        }
        record.Write("us", Kinds.MovementDeparted, null, movement);
        record.Write("ua", Kinds.MovementObjected, """{"reason":"r"}""", movement);
        var expected = Applied(record.View());
        Assert.Equal(
            share,
            record.View().ItemOf(movement, record.Now)!.Applied.Count(e => e.Header.From == TestRecord.Ru)
        );
        for (var seed = 0; seed < 12; seed++)
            Assert.Equal(expected, Applied(record.Shuffled(new Random(seed))));
        Assert.NotNull(record.View().ItemOf(other, record.Now));

        string Applied(LineView view) => string.Join(',', view.ItemOf(movement, record.Now)!.Applied.Select(e => e.Id));
    }

    [Theory] // TRAFFIC-87, TRAFFIC-12
    [InlineData(-30_000_000_000, -10)] // about the year 1071
    [InlineData(-60, -10), InlineData(-7, -7), InlineData(0, 0), InlineData(9, 9), InlineData(3_600, 10)]
    [InlineData(250_000_000_000, 10)] // the end of time, or near it
    public void What_an_author_says_of_the_time_moves_when_an_answer_is_due_by_no_more_than_clocks_may_differ(
        long stated,
        int counts
    )
    {
        var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
        record.Now = TestRecord.Noon.AddSeconds(stated);
        var toAll = record.Write("ru", Kinds.MessageSent, """{"text":"t"}""", [], null, precedence: Precedence.Flash);
        var (draft, _) = record.Draft("ru", Kinds.MessageSent, null, []);
        var toOne = draft with { Precedence = Precedence.Flash, To = [TestRecord.Us], Body = null, Size = 0 };
        var policy = record.Document.Policy;
        Assert.Equal(10, policy.ClockFlag);
        var view = new LineView(record.Document);
        foreach (var (header, body) in record.Entries)
            view.Fold(header, body is null ? null : body.AsMemory(), TestRecord.Noon);
        view.Fold(toOne, null, TestRecord.Noon);
        foreach (var id in new[] { toAll, toOne.Id })
        {
            var waiting = Assert.Single(view.Waiting, w => w.Id == id);
            Assert.Equal(record.Now, waiting.At); // shown as it was stated
            Assert.Equal(
                TestRecord.Noon.AddSeconds(counts).Plus(policy.AcknowledgeWithin(Precedence.Flash)),
                Attention.Due(waiting, policy)
            );
            Assert.Equal(Attention.Due(waiting, policy), Attention.Due(view.ReceiptsOf(id)!, policy));
            Assert.Equal(Attention.DeputyDue(waiting, policy), Attention.DeputyDue(view.ReceiptsOf(id)!, policy));
            Assert.Equal(
                Attention.Due(waiting, policy).AddSeconds(policy.Deputy),
                Attention.DeputyDue(waiting, policy)
            );
        }
    }

    private const string BodyOf =
        """{"concern":"c","what":"w","text":"t","scope":"line","level":"crisis","reason":"r","style":"automatic","communicator":"A","subject":"s","windows":[{"from":"2022-03-24T09:00:00Z","until":"2022-03-24T10:00:00Z"}],"place":{"name":"p"},"purpose":"food","liveContact":"radio 5","armedEscort":false}""";
}
