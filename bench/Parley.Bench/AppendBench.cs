using System.Diagnostics;
using System.Globalization;
using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Bench;

/// <summary>
/// What it costs to append one entry as the feed grows: header, leaf, tree, root, signed checkpoint and the durable
/// commit, in process with the real store
/// and without bodies. In groups of 256 (throughput) and one at a time (each with its own commit), around each power of
/// ten.
/// </summary>
internal static class AppendBench
{
    private const long DefaultEntries = 10_000_000;
    private const int Group = 256;
    private const int Singles = 500;

    /// <summary>Entries over which the cost in groups is taken, just below each size.</summary>
    private const long Window = 50_000;

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        var folder = BenchPair.NewFolder(options);
        try
        {
            await using var store = await StationStore.OpenAsync(
                $"sqlite:{Path.Combine(folder, "parley.db")}",
                TimeProvider.System,
                ct
            );
            await MeasureAsync(store, options.Entries ?? DefaultEntries, ct);
        }
        finally
        {
            BenchPair.Remove(folder, options.Keep);
        }
    }

    private static async Task MeasureAsync(IStationStore store, long entries, CancellationToken ct)
    {
        using var key = SigningKey.Generate();
        // The same work on another line first: what is measured is the feed's size, not the compiler.
        var warm = new GrowingFeed(store, key, 'b');
        await warm.OpenAsync(ct);
        while (warm.Size < Window)
            await warm.AppendAsync(Group, ct);
        for (var i = 0; i < Singles; i++)
            await warm.AppendAsync(1, ct);
        var feed = new GrowingFeed(store, key, 'a');
        await feed.OpenAsync(ct);
        Report.Title("append: header, tree, root, signed checkpoint and durable commit, no body");
        for (long size = 1_000; size <= entries; size *= 10)
        {
            // Up to the window in large commits: this part is not measured.
            while (feed.Size + Window + Group < size)
                await feed.AppendAsync(2048, ct);
            var measured = feed.Size;
            var began = Stopwatch.GetTimestamp();
            var inMemory = TimeSpan.Zero;
            while (feed.Size + Group <= size)
                inMemory += await feed.AppendAsync(Group, ct);
            var grouped = Stopwatch.GetElapsedTime(began);
            measured = feed.Size - measured;
            var singles = new List<double>();
            for (var i = 0; i < Singles; i++)
            {
                began = Stopwatch.GetTimestamp();
                await feed.AppendAsync(1, ct);
                singles.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            }
            singles.Sort();
            Report.Line(
                string.Create(CultureInfo.InvariantCulture, $"at {size:N0} entries"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{grouped.TotalMicroseconds / measured, 6:N1} µs/entry in groups of {Group} (tree and checkpoint {inMemory.TotalMicroseconds / measured:N2} µs); one alone p50 {Report.Percentile(singles, 0.5):N0} µs, p90 {Report.Percentile(singles, 0.9):N0} µs"
                )
            );
        }
    }

    /// <summary>A feed in the store, and its frontier.</summary>
    private sealed class GrowingFeed(IStationStore store, SigningKey key, char letter)
    {
        private static readonly DateTimeOffset At = new(2022, 3, 23, 14, 5, 11, 204, TimeSpan.Zero);
        private static readonly Officer By = new("watch", "Bench");

        private readonly LineId line = LineId.Parse("bench-" + new string(letter, LineId.HashDigits));
        private readonly TreeFrontier frontier = new();

        private Origin Feed => new(line, PartyId.Parse("us"));

        internal long Size => (long)frontier.Size;

        internal Task OpenAsync(CancellationToken ct) =>
            store.CommitAsync([new PutLine(line, [1], LineStanding.Accepted, At)], ct);

        /// <summary>Appends entries in one commit and gives the time that was not the store's.</summary>
        internal async Task<TimeSpan> AppendAsync(int count, CancellationToken ct)
        {
            var began = Stopwatch.GetTimestamp();
            var old = frontier.Size;
            var entries = new List<Entry>(count);
            var completed = new List<SubtreeHash>();
            for (var i = 0; i < count; i++)
            {
                var header = new EntryHeader
                {
                    Line = line,
                    From = Feed.Party,
                    Seq = frontier.Size,
                    At = At,
                    Kind = "message.sent",
                    Mark = Mark.Test,
                    Precedence = Precedence.Routine,
                    By = By,
                }.Encode();
                entries.Add(new Entry(header, null, null));
                frontier.Append(MerkleHash.Leaf(header), completed);
            }
            var root = frontier.Root();
            var checkpoint = SignedCheckpoint.Sign(new Checkpoint(Feed, frontier.Size, root), Feed, key).Encode();
            var time = Stopwatch.GetElapsedTime(began);
            await store.CommitAsync(
                [new AppendEntries(Feed, old, entries, completed, frontier.Size, root, checkpoint, At)],
                ct
            );
            return time;
        }
    }
}
