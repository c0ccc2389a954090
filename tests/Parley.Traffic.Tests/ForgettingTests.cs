using Parley.Record;
using Parley.Traffic.Families;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>What is no longer kept whole must not make a difference: stations that hold the same entries come to one
/// view, whatever came first and however much.</summary>
public sealed class ForgettingTests
{
    private const string Movement = """{"purpose":"food","liveContact":"radio 5","armedEscort":false}""";
    private const int Few = 8;

    private static LineView Fold(
        TestRecord record,
        IEnumerable<(EntryHeader Header, byte[]? Body)> order,
        int kept = Few,
        int? open = null,
        Func<EntryId, bool>? canRead = null
    )
    {
        var entries = record.Entries.ToDictionary(e => e.Header.Id);
        var view = new LineView(
            record.Document,
            id => canRead?.Invoke(id) == false ? null : TrafficEntry.From(entries[id].Header, entries[id].Body)
        )
        {
            MaxSettledKept = kept,
            MaxReceiptsKept = kept,
            MaxOpenKept = open ?? kept,
        };
        foreach (var (header, body) in order)
            view.Fold(header, body is null ? null : body.AsMemory());
        return view;
    }

    private static IEnumerable<(EntryHeader Header, byte[]? Body)> Interleaved(TestRecord record, Random chance)
    {
        var feeds = record
            .Entries.GroupBy(e => e.Header.From)
            .Select(g => new Queue<(EntryHeader Header, byte[]? Body)>(g))
            .ToList();
        while (feeds.Count > 0)
        {
            var feed = feeds[chance.Next(feeds.Count)];
            for (var run = chance.Next(1, 40); run > 0 && feed.Count > 0; run--)
                yield return feed.Dequeue();
            if (feed.Count == 0)
                feeds.Remove(feed);
        }
    }

    private static string Describe(TestRecord record, LineView view) =>
        string.Join(
            '\n',
            [
                .. view.Headings(record.Now)
                    .Select(h =>
                        $"open {h.Id} {h.Family.Name} {h.State} since {h.Since:O} due {h.Due:O} {h.Kind} {h.Mark} {h.Precedence}"
                    )
                    .Order(StringComparer.Ordinal),
                $"next {view.NextDue(record.Now):O}",
                .. record.Entries.Select(e =>
                    view.ItemOf(e.Header.Id, record.Now) is { } item
                        ? $"{e.Header.Id} of {Of(item)}"
                        : $"{e.Header.Id} of none"
                ),
                .. view
                    .Waiting.Select(w =>
                        $"waits {w.Id} for {string.Join(' ', w.WaitingFor.Select(p => p.Value).Order(StringComparer.Ordinal))}"
                    )
                    .Order(StringComparer.Ordinal),
                .. view.Flags.Select(f => $"flag {f.Entry} {f.Reason}").Order(StringComparer.Ordinal),
                $"{view.FlagCount} flags",
            ]
        );

    private static string Of(Item item) =>
        $"{item.Id} {item.Family.Name} {item.State}: {string.Join(' ', item.Applied.Select(a => a.Id))} flagged {string.Join(' ', item.Flags.Select(f => f.Entry))}";

    [Fact] // TRAFFIC-6, TRAFFIC-1
    public void An_answer_that_did_not_know_of_the_end_counts_the_same_however_many_items_ended_since()
    {
        var record = new TestRecord("us", "ru", "un") { Mark = Mark.Actual };
        var movement = record.Write("un", Kinds.MovementSubmitted, Movement);
        var known = record.SeenBy("us");
        record.Now += TimeSpan.FromMinutes(5);
        record.Write("un", Kinds.MovementCancelled, """{"reason":"r"}""", movement);
        for (var i = 0; i < LineView.MaxSettled + 20; i++)
        {
            var call = record.Write("ru", Kinds.CallRequested, "{}");
            record.Write("ru", Kinds.CallWithdrawn, null, call);
        }
        record.Now -= TimeSpan.FromMinutes(3);
        record.Write("us", Kinds.MovementObjected, """{"reason":"r"}""", [movement], known);
        record.Now += TimeSpan.FromMinutes(3);
        var inOrder = Fold(record, record.Entries, LineView.MaxSettled);
        var usFirst = Fold(
            record,
            record.Entries.OrderBy(e => e.Header.From == TestRecord.Ru ? 1 : 0),
            LineView.MaxSettled
        );
        Assert.Equal(Describe(record, usFirst), Describe(record, inOrder));
        Assert.Contains(inOrder.ItemOf(movement, record.Now)!.Applied, e => e.Header.Kind == Kinds.MovementObjected);
        Assert.True(inOrder.RecentlySettled(record.Now).Count <= LineView.MaxSettled);
    }

    [Fact] // TRAFFIC-6, TRAFFIC-86, TRAFFIC-1
    public void Any_interleaving_of_honest_and_hostile_feeds_far_beyond_every_limit_leads_to_one_view()
    {
        for (var seed = 0; seed < 24; seed++)
        {
            var record = Chance(seed, 260);
            var expected = Describe(record, Fold(record, record.Entries, kept: int.MaxValue));
            for (var order = 0; order < 5; order++)
            {
                var view = Fold(record, Interleaved(record, new Random((seed * 100) + order)));
                while (view.FoldMore().Judged > 0) { }
                Assert.Equal(expected, Describe(record, view));
            }
        }
    }

    [Fact] // TRAFFIC-6
    public void What_cannot_be_read_again_for_now_is_judged_when_it_can()
    {
        var record = Chance(7, 200);
        var expected = Describe(record, Fold(record, record.Entries, kept: int.MaxValue));
        var asked = 0;
        var fails = true;
        var view = Fold(record, Interleaved(record, new Random(3)), canRead: _ => !fails || ++asked % 3 == 0);
        fails = false;
        while (view.FoldMore().Judged > 0) { }
        Assert.True(asked > 0);
        Assert.Equal(expected, Describe(record, view));
    }

    [Fact] // TRAFFIC-1
    public void Read_again_or_kept_whole_a_message_that_waited_is_the_same_answer()
    {
        var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
        var asked = Enumerable
            .Range(0, LineView.MaxEarly + 8)
            .Select(_ => record.Write("us", Kinds.MessageSent, """{"text":"t"}"""))
            .ToList();
        foreach (var one in asked)
            record.Write("ru", Kinds.MessageSent, """{"text":7}""", one);
        var ruFirst = Fold(record, record.Entries.OrderBy(e => e.Header.From == TestRecord.Ru ? 0 : 1));
        while (ruFirst.FoldMore().Judged > 0) { }
        Assert.DoesNotContain(ruFirst.Waiting, w => w.From == TestRecord.Us);
        Assert.Equal(Describe(record, Fold(record, record.Entries)), Describe(record, ruFirst));
    }

    [Fact] // TRAFFIC-80, TRAFFIC-86
    public void Why_an_entry_is_flagged_that_answers_what_was_not_seen_does_not_depend_on_what_else_is_here()
    {
        var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
        var shown = record.Write("us", Kinds.MessageSent, """{"text":"t"}""");
        var area = record.Write("ru", Kinds.MovementSubmitted, Movement, [shown], null, precedence: Precedence.Flash);
        record.Write("ru", Kinds.MovementCancelled, """{"reason":"r"}""", area, new EntryId(TestRecord.Us, 900_000));
        var ruFirst = Fold(record, record.Entries.OrderBy(e => e.Header.From == TestRecord.Ru ? 0 : 1));
        Assert.Contains(ruFirst.Flags, f => f.Reason.Contains("had not seen", StringComparison.Ordinal));
        Assert.Equal(Describe(record, Fold(record, record.Entries)), Describe(record, ruFirst));
    }

    [Fact] // TRAFFIC-6
    public void A_party_that_settles_very_many_items_puts_no_other_partys_out_of_sight()
    {
        var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
        var own = record.Write("us", Kinds.CallRequested, "{}");
        record.Write("us", Kinds.CallWithdrawn, null, own);
        for (var i = 0; i < LineView.MaxSettled + 500; i++)
        {
            var call = record.Write("ru", Kinds.CallRequested, "{}");
            record.Write("ru", Kinds.CallWithdrawn, null, call);
        }
        Assert.Contains(
            Fold(record, record.Entries, LineView.MaxSettled).RecentlySettled(record.Now),
            i => i.Id == own
        );
        Assert.Contains(record.View().RecentlySettled(record.Now), i => i.Id == own);
    }

    [Fact] // TRAFFIC-107, TRAFFIC-1
    public void What_a_party_leaves_open_is_told_and_answered_the_same_however_little_of_it_is_kept_whole()
    {
        const int many = (LineView.MaxOpenWhole / 2) + 400;
        var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
        var own = record.Write("us", Kinds.MovementSubmitted, Movement);
        var asked = Enumerable
            .Range(0, many)
            .Select(_ => record.Write("ru", Kinds.ClarificationRequested, """{"concern":"c"}"""))
            .ToList();
        var view = Fold(record, record.Entries, LineView.MaxSettled, LineView.MaxOpenWhole / 2);
        Assert.Equal(1 + (LineView.MaxOpenWhole / 2), view.OpenWhole);
        Assert.True(view.IsWhole(own));
        Assert.False(view.IsWhole(asked[0]));
        Assert.True(view.IsWhole(asked[^1]));
        Assert.Equal(many + 1, view.Headings(record.Now).Count());
        Assert.Equal(Describe(record, record.View()), Describe(record, view));
        foreach (var one in asked.Take(3))
            record.Write("us", Kinds.ClarificationAnswered, """{"note":"n"}""", one);
        record.Write("ru", Kinds.ClarificationClosed, null, asked[0]);
        record.Write("ru", Kinds.ClarificationWithdrawn, null, asked[1]);
        view = Fold(record, record.Entries, LineView.MaxSettled, LineView.MaxOpenWhole / 2);
        Assert.Equal(Describe(record, record.View()), Describe(record, view));
        record.Now += TrafficDefaults.ClarificationClock + TimeSpan.FromMinutes(1); // what time does to them it does to all
        Assert.Equal(many - 3, view.Headings(record.Now).Count(h => h.State == ClarificationFamily.Overdue));
        Assert.Equal(Describe(record, record.View()), Describe(record, view));
        view.Sweep(record.Now);
        Assert.Equal(Describe(record, record.View()), Describe(record, view));
    }

    [Fact] // TRAFFIC-107
    public void Of_what_is_open_the_bytes_that_are_kept_whole_are_bounded_too_and_a_flood_of_one_sort_puts_away_its_own()
    {
        var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
        var condition = record.Write("ru", Kinds.ConditionRaised, """{"scope":"line","level":"crisis","reason":"r"}""");
        var text = new string('x', 40_000);
        for (var i = 0; i < 300; i++)
            record.Write("ru", Kinds.ClarificationRequested, $$"""{"concern":"{{text}}"}""");
        var view = Fold(record, record.Entries, LineView.MaxSettled, LineView.MaxOpenWhole / 2);
        Assert.InRange(view.OpenWhole, 2, LineView.MaxOpenBytes / 2 / 40_000);
        Assert.Equal(301, view.Headings(record.Now).Count());
        Assert.True(view.IsWhole(condition));
        Assert.Contains(view.Open(record.Now), i => i.Id == condition);
    }

    [Fact] // TRAFFIC-107, TRAFFIC-8
    public void What_time_ends_is_open_no_more_though_it_was_put_away()
    {
        var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
        var calls = Enumerable.Range(0, 3 * Few).Select(_ => record.Write("ru", Kinds.CallRequested, "{}")).ToList();
        var view = Fold(record, record.Entries);
        Assert.Equal(Few, view.OpenWhole);
        record.Now += TrafficDefaults.CallExpiry + TimeSpan.FromMinutes(1);
        Assert.Empty(view.Headings(record.Now));
        view.Sweep(record.Now);
        Assert.Equal(0, view.OpenWhole);
        Assert.All(calls, c => Assert.Equal(CallFamily.Expired, view.ItemOf(c, record.Now)!.State));
        Assert.Empty(view.Headings(record.Now));
    }

    [Theory] // TRAFFIC-8, TRAFFIC-83
    [InlineData(true), InlineData(false)]
    public void An_answer_from_the_end_of_time_puts_no_item_away_that_is_open_by_the_clock_of_whoever_looks(
        bool hasClock
    )
    {
        var record = new TestRecord("us", "ru") { Mark = Mark.Actual };
        var call = record.Write(
            "us",
            Kinds.CallRequested,
            """{"windows":[{"from":"2022-03-23T13:00:00Z","until":"2022-03-23T14:00:00Z"}]}"""
        );
        var test = record.Write("us", Kinds.TestSent, """{"style":"automatic"}""");
        record.Now = new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);
        record.Write("ru", Kinds.CallCountered, "[]", call);
        record.Write("ru", Kinds.TestAnswered, "[]", test);
        record.Now = TestRecord.Noon;
        var view = new LineView(record.Document) { Clock = hasClock ? () => TestRecord.Noon : null };
        foreach (var (header, body) in record.Entries)
            view.Fold(header, body is null ? null : body.AsMemory());
        Assert.Contains(view.Open(TestRecord.Noon), i => i.Id == call);
        Assert.Contains(view.Open(TestRecord.Noon), i => i.Id == test);
    }

    /// <summary>A record by chance: what honest officers do, and answers to whatever there is by authors who had seen
    /// little.</summary>
    private static TestRecord Chance(int seed, int steps)
    {
        var chance = new Random(seed);
        var record = new TestRecord("us", "ru", "un") { Mark = Mark.Actual };
        var start = new List<EntryId>();
        var seen = new Dictionary<string, Dictionary<PartyId, ulong>>
        {
            ["us"] = [],
            ["ru"] = [],
            ["un"] = [],
        };
        (string Kind, string? Json)[] steppingKinds =
        [
            (Kinds.CallAccepted, "{}"),
            (Kinds.CallDeclined, null),
            (Kinds.CallWithdrawn, null),
            (Kinds.MovementDeparted, null),
            (Kinds.MovementCancelled, """{"reason":"r"}"""),
            (Kinds.MovementObjected, """{"reason":"r"}"""),
            (Kinds.MovementUnderFire, """{"what":"mortar"}"""),
            (Kinds.MovementCompleted, null),
            (Kinds.MovementChanged, Movement),
            (Kinds.MessageAcknowledged, null),
            (Kinds.MessageSuperseded, """{"text":"t"}"""),
            (Kinds.MessageCancelled, null),
            (Kinds.TestAnswered, null),
            (Kinds.CallDeclined, "[]"),
        ];
        for (var i = 0; i < steps; i++)
        {
            var author = new[] { "us", "ru", "ru", "un" }[chance.Next(4)];
            record.Now = TestRecord.Noon.AddSeconds(chance.Next(10) == 0 ? chance.Next(-10_000, 10_000) : i);
            // What an author says that it had seen grows, and seldom to everything.
            var of = seen[author];
            foreach (var (party, size) in record.SeenBy(author))
            {
                if (chance.Next(3) == 0)
                    of[party] = Math.Max(
                        of.GetValueOrDefault(party),
                        chance.Next(2) == 0 ? size : (ulong)chance.NextInt64((long)size + 1)
                    );
            }
            var precedence = (Precedence)chance.Next(4);
            if (start.Count == 0 || chance.Next(3) == 0)
            {
                var (kind, json) = new[]
                {
                    (Kinds.CallRequested, "{}"),
                    (Kinds.MovementSubmitted, Movement),
                    (Kinds.MessageSent, """{"text":"t"}"""),
                    (Kinds.TestSent, """{"style":"automatic"}"""),
                }[chance.Next(4)];
                start.Add(record.Write(author, kind, json, [], of.ToDictionary(), precedence: precedence));
                continue;
            }
            var known = start.Where(e => e.Party.Value == author || of.GetValueOrDefault(e.Party) > e.Seq).ToList();
            if (known.Count == 0)
                continue;
            var step = steppingKinds[chance.Next(steppingKinds.Length)];
            var re = known[chance.Next(2) == 0 ? chance.Next(known.Count) : known.Count - 1];
            start.Add(record.Write(author, step.Kind, step.Json, [re], of.ToDictionary(), precedence: precedence));
        }
        record.Now = TestRecord.Noon.AddSeconds(steps);
        return record;
    }
}
