using Parley.Record;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>What waits for an entry that has not come is found when it comes, however much of it there is, and costs
/// little until then.</summary>
public sealed class EarlyEntriesTests
{
    private const int Many = 100_000;

    private static TrafficEntry Entry(ulong seq, string from = "ru") =>
        new(
            new TestRecord(from).Draft(from, Kinds.MessageSent, null, []).Header with
            {
                From = PartyId.Parse(from),
                Seq = seq,
            },
            null,
            null,
            default
        );

    [Fact] // TRAFFIC-108
    public void What_waits_is_given_out_once_when_what_it_waits_for_has_come_and_not_before()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var chance = new Random(seed);
            var sample = Entry(0);
            var byId = new Dictionary<EntryId, TrafficEntry>();
            var early = new EarlyEntries(id => byId[id], [TestRecord.Us, TestRecord.Ru]);
            // The first fill the room of those that are kept whole.
            var waits = new Dictionary<EntryId, EntryId>();
            var (next, given, due) = (0ul, new List<EntryId>(), new List<EntryId>());
            for (var step = 0; step < 6_000; step++)
            {
                if (chance.Next(3) > 0)
                {
                    var entry = sample with { Header = sample.Header with { Seq = next++ } };
                    byId[entry.Id] = entry;
                    var missing = new EntryId(TestRecord.Us, (ulong)chance.Next(500) * 1_000_003);
                    waits[entry.Id] = missing;
                    early.Keep(missing, entry);
                    Assert.True(early.Contains(entry.Id));
                }
                else if (chance.Next(8) == 0)
                {
                    var came = new EntryId(TestRecord.Us, (ulong)chance.Next(500) * 1_000_003);
                    foreach (var (one, _) in waits.Where(w => w.Value == came).ToList())
                    {
                        waits.Remove(one);
                        due.Add(one);
                    }
                    early.Release(came);
                }
                else if (early.TryNext(out var ready))
                    given.Add(ready.Id);
            }
            while (early.TryNext(out var ready))
                given.Add(ready.Id);
            Assert.Equal(due.OrderBy(e => e.Seq), given.OrderBy(e => e.Seq));
            Assert.All(given, e => Assert.False(early.Contains(e)));
            Assert.All(waits.Keys, e => Assert.True(early.Contains(e)));
            Assert.Equal(waits.Count == 0, early.IsEmpty);
        }
    }

    [Fact] // TRAFFIC-108
    public void A_hundred_thousand_that_wait_for_something_else_each_take_less_than_the_record_has_of_them()
    {
        var sample = Entry(0);
        var early = new EarlyEntries(_ => null, [TestRecord.Us, TestRecord.Ru]);
        for (var i = 0; i < LineView.MaxEarly; i++)
            early.Keep(new EntryId(TestRecord.Us, 5), sample with { Header = sample.Header with { Seq = (ulong)i } });
        var entries = Enumerable
            .Range(LineView.MaxEarly, Many)
            .Select(i => sample with { Header = sample.Header with { Seq = (ulong)i } })
            .ToList();
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var entry in entries)
            early.Keep(new EntryId(TestRecord.Us, 1_000_000 + (entry.Header.Seq * 7)), entry);
        // Everything that was ever allocated, the smaller tables among it that were outgrown.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 100L * Many);
    }

    [Fact] // TRAFFIC-108
    public void While_the_record_cannot_be_read_what_is_ready_stays_ready()
    {
        var sample = Entry(0);
        var fails = true;
        var early = new EarlyEntries(
            id => fails ? null : sample with { Header = sample.Header with { Seq = id.Seq } },
            [TestRecord.Us, TestRecord.Ru]
        );
        for (var i = 0; i < LineView.MaxEarly + 3; i++)
            early.Keep(new EntryId(TestRecord.Us, 5), sample with { Header = sample.Header with { Seq = (ulong)i } });
        early.Release(new EntryId(TestRecord.Us, 5));
        for (var i = 0; i < LineView.MaxEarly; i++)
            Assert.True(early.TryNext(out _));
        Assert.False(early.TryNext(out _));
        Assert.True(early.HasReady);
        fails = false;
        for (var i = 0; i < 3; i++)
        {
            Assert.True(early.TryNext(out var entry));
            Assert.Equal((ulong)(LineView.MaxEarly + i), entry.Header.Seq);
        }
        Assert.True(early.IsEmpty);
    }
}
