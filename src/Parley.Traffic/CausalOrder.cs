using Parley.Record;

namespace Parley.Traffic;

/// <summary>
/// One order for the entries of an item that every party comes to, in whatever order they arrived: what an author had
/// seen comes before what it wrote;
/// of entries that did not know of each other, the one with the earlier time, then by party. Time alone decides nothing
/// that causes contradict.
/// An author's times and what it says that it had seen may be anything: the cost is n log n for each party, whatever
/// they are.
/// </summary>
internal static class CausalOrder
{
    internal static List<TrafficEntry> Sort(IReadOnlyCollection<TrafficEntry> entries)
    {
        var byTime = entries.ToArray();
        Array.Sort(byTime, Compare);
        return byTime.Length < 2 ? [.. byTime] : new Sorting(byTime).Sort();
    }

    private static int Compare(TrafficEntry a, TrafficEntry b)
    {
        var byTime = a.Header.At.CompareTo(b.Header.At);
        if (byTime != 0)
            return byTime;
        var byParty = string.CompareOrdinal(a.Header.From.Value, b.Header.From.Value);
        return byParty != 0 ? byParty : a.Header.Seq.CompareTo(b.Header.Seq);
    }

    /// <summary>What of one party's is not placed yet, and who waits for it.</summary>
    private sealed class Feed(PartyId party)
    {
        internal PartyId Party { get; } = party;

        /// <summary>Its entries in the order of its feed, by their place in time.</summary>
        internal List<int> Places { get; } = [];

        /// <summary>All before it are placed.</summary>
        internal int Next { get; set; }

        /// <summary>Entries that come after this party's up to a place in its feed.</summary>
        internal PriorityQueue<int, ulong> Waiting { get; } = new();
    }

    private sealed class Sorting
    {
        private readonly TrafficEntry[] entries;
        private readonly bool[] placed;
        private readonly Feed[] feeds;
        private readonly Dictionary<PartyId, Feed> byParty = [];
        private readonly PriorityQueue<int, int> ready = new();

        internal Sorting(TrafficEntry[] byTime)
        {
            entries = byTime;
            placed = new bool[byTime.Length];
            for (var i = 0; i < byTime.Length; i++)
            {
                var party = byTime[i].Header.From;
                if (!byParty.TryGetValue(party, out var feed))
                    byParty[party] = feed = new Feed(party);
                feed.Places.Add(i);
            }
            feeds = [.. byParty.Values];
            foreach (var feed in feeds)
                feed.Places.Sort((a, b) => entries[a].Header.Seq.CompareTo(entries[b].Header.Seq));
        }

        internal List<TrafficEntry> Sort()
        {
            var sorted = new List<TrafficEntry>(entries.Length);
            for (var i = 0; i < entries.Length; i++)
                Wait(i);
            var first = 0;
            while (sorted.Count < entries.Length)
            {
                if (!ready.TryDequeue(out var next, out _))
                {
                    // Two that each claim to have seen the other: one of them lies, and the order is the same for all.
                    while (placed[first])
                        first++;
                    next = first;
                }
                if (placed[next])
                    continue;
                placed[next] = true;
                sorted.Add(entries[next]);
                Advance(byParty[entries[next].Header.From]);
            }
            return sorted;
        }

        /// <summary>Lets an entry wait for the first party of which it had seen more than is placed; or it is
        /// ready.</summary>
        private void Wait(int entry)
        {
            foreach (var feed in feeds)
            {
                var bound = Bound(entries[entry].Header, feed.Party);
                if (bound <= First(feed))
                    continue;
                feed.Waiting.Enqueue(entry, bound);
                return;
            }
            ready.Enqueue(entry, entry);
        }

        private void Advance(Feed feed)
        {
            while (feed.Next < feed.Places.Count && placed[feed.Places[feed.Next]])
                feed.Next++;
            var first = First(feed);
            while (feed.Waiting.TryPeek(out var entry, out var bound) && bound <= first)
            {
                feed.Waiting.Dequeue();
                if (!placed[entry])
                    Wait(entry);
            }
        }

        /// <summary>The least place in the feed that is not placed in the order.</summary>
        private ulong First(Feed feed) =>
            feed.Next < feed.Places.Count ? entries[feed.Places[feed.Next]].Header.Seq : ulong.MaxValue;

        /// <summary>An entry follows those of the party below this place in its feed. As
        /// <see cref="TrafficEntry.Follows"/>.</summary>
        private static ulong Bound(EntryHeader header, PartyId party) =>
            party == header.From ? header.Seq : header.Seen.GetValueOrDefault(party);
    }
}
