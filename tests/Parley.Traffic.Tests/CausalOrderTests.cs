using Parley.Record;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>The order of an item's entries: the same as by its definition, at a cost that no author's times can
/// raise.</summary>
public sealed class CausalOrderTests
{
    [Fact] // TRAFFIC-1
    public void The_order_is_the_one_of_its_definition_whatever_authors_claim_to_have_seen()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var chance = new Random(seed);
            var entries = Entries(chance, parties: 2 + chance.Next(4), count: 1 + chance.Next(60), liars: seed % 3);
            for (var i = entries.Count - 1; i > 0; i--)
            {
                var j = chance.Next(i + 1);
                (entries[i], entries[j]) = (entries[j], entries[i]);
            }
            Assert.Equal(ByDefinition(entries).Select(e => e.Id), CausalOrder.Sort(entries).Select(e => e.Id));
        }
    }

    [Fact] // TRAFFIC-1
    public void Times_that_run_backwards_are_put_in_order_without_a_look_at_every_pair()
    {
        const int many = 20_000; // by the definition this would be 10^12 looks
        var entries = Enumerable
            .Range(0, many)
            .Select(i =>
                Entry("ru", (ulong)i, TestRecord.Noon - TimeSpan.FromSeconds(i), new Dictionary<PartyId, ulong>())
            )
            .ToList();
        entries.Reverse();
        Assert.Equal(
            Enumerable.Range(0, many).Select(i => (ulong)i),
            CausalOrder.Sort(entries).Select(e => e.Header.Seq)
        );
    }

    /// <summary>Of what is left the first by time, party and place that follows nothing else that is left; where each
    /// follows another, the first.</summary>
    private static List<TrafficEntry> ByDefinition(IEnumerable<TrafficEntry> entries)
    {
        var left = entries
            .OrderBy(e => e.Header.At)
            .ThenBy(e => e.Header.From.Value, StringComparer.Ordinal)
            .ThenBy(e => e.Header.Seq)
            .ToList();
        var sorted = new List<TrafficEntry>();
        while (left.Count > 0)
        {
            var next = left.FindIndex(e => !left.Exists(o => !ReferenceEquals(o, e) && e.Follows(o)));
            sorted.Add(left[Math.Max(0, next)]);
            left.RemoveAt(Math.Max(0, next));
        }
        return sorted;
    }

    private static List<TrafficEntry> Entries(Random chance, int parties, int count, int liars)
    {
        var sizes = new ulong[parties];
        var entries = new List<TrafficEntry>();
        for (var i = 0; i < count; i++)
        {
            var from = chance.Next(parties);
            var seen = new Dictionary<PartyId, ulong>();
            for (var p = 0; p < parties; p++)
            {
                if (p == from || chance.Next(5) == 0)
                    continue;
                // A liar claims to have seen what is not there yet, or nothing.
                seen[PartyId.Parse($"p{p}")] =
                    from < liars ? (ulong)chance.Next(2 * count) : (ulong)Math.Max(0, (long)sizes[p] - chance.Next(4));
            }
            sizes[from] += 1 + (ulong)chance.Next(2); // not every entry of a feed is of the item
            entries.Add(
                Entry($"p{from}", sizes[from] - 1, TestRecord.Noon + TimeSpan.FromMinutes(chance.Next(-20, 20)), seen)
            );
        }
        return entries;
    }

    private static TrafficEntry Entry(
        string from,
        ulong seq,
        DateTimeOffset at,
        IReadOnlyDictionary<PartyId, ulong> seen
    ) =>
        new(
            new EntryHeader
            {
                Line = Line,
                From = PartyId.Parse(from),
                Seq = seq,
                At = at,
                Kind = Kinds.TestFault,
                Mark = Mark.Test,
                Precedence = Precedence.Routine,
                By = new Officer("watch", "A"),
                Seen = seen,
            },
            null,
            null,
            default
        );

    private static readonly LineId Line = new TestRecord().Document.Id;
}
