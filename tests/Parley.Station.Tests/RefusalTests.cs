using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Record;
using Parley.Station.Desks;
using Parley.Station.Tests.Api;
using Parley.Station.Tests.Faults;
using Parley.Storage;
using Xunit;

namespace Parley.Station.Tests;

/// <summary>What a peer that is refused without end can do to the counts and to the log: nothing to anybody
/// else's.</summary>
public sealed class RefusalTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("parley-r-").FullName;
    private readonly ListLog log = new();
    private FaultyStore store = null!;

    public async ValueTask InitializeAsync() =>
        store = new FaultyStore(
            await StationStore.OpenAsync(
                $"sqlite:{Path.Combine(folder, "r.db")}",
                TimeProvider.System,
                TestContext.Current.CancellationToken
            )
        );

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private RefusalBook Open(TimeProvider? clock = null) => new(store, clock ?? TimeProvider.System, log);

    private Dictionary<(string? Peer, string Reason), long> Rows() =>
        store.ReadRefusals(null, StoreLimits.MaxRefusalRows).ToDictionary(r => (r.Peer, r.Reason), r => r.Count);

    [Fact] // LINK-19
    public async Task Ten_thousand_reasons_of_one_peer_take_a_bounded_place_and_are_all_counted()
    {
        await using (var book = Open())
        {
            book.Count(FakeStation.TheLine, "eu", true, 422, "the one that matters", Now);
            for (var i = 0; i < 10_000; i++)
                book.Count(FakeStation.TheLine, "ru", true, 422, $"reason {i}", Now);
        }
        await using (var book = Open()) // nor does a restart give it more room
        {
            for (var i = 0; i < 1000; i++)
                book.Count(FakeStation.TheLine, "ru", true, 422, $"other reason {i}", Now);
        }
        var rows = Rows();
        Assert.Equal(1, rows[("eu", "the one that matters")]);
        Assert.Equal(RefusalBook.MaxReasonsOfParty + 1, rows.Keys.Count(k => k.Peer == "ru"));
        Assert.Equal(11_000, rows.Where(r => r.Key.Peer == "ru").Sum(r => r.Value));
        Assert.Equal(11_000 - RefusalBook.MaxReasonsOfParty, rows[("ru", RefusalBook.OtherReasons)]);
    }

    [Fact] // LINK-19
    public async Task Strangers_share_a_quota_however_many_keys_they_make()
    {
        await using (var book = Open())
        {
            for (var i = 0; i < 5000; i++)
                book.Count(null, $"key {i:x16}", false, 403, "unknown key", Now);
            book.Count(FakeStation.TheLine, "ru", true, 422, "a party's own", Now);
        }
        var rows = Rows();
        Assert.Equal(RefusalBook.MaxStrangers + 2, rows.Count);
        Assert.Equal(5000 - RefusalBook.MaxStrangers, rows[(RefusalBook.OtherKeys, "unknown key")]);
        Assert.Equal(1, rows[("ru", "a party's own")]);
    }

    [Fact] // LINK-19
    public async Task Refusals_counted_while_the_store_is_broken_are_written_when_it_is_back_though_no_further_one_comes()
    {
        await using var book = Open();
        store.Fails = _ => true;
        var failed = store.Failure;
        for (var i = 0; i < 100; i++)
            book.Count(FakeStation.TheLine, "ru", true, 422, "bad proof", Now);
        await failed;
        Assert.Empty(Rows());
        store.Fails = _ => false;
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Rows().GetValueOrDefault(("ru", "bad proof")) != 100)
            await poll.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_log_gets_a_few_lines_a_minute_of_each_peer_and_then_how_many_more_there_were()
    {
        var clock = new HandClock();
        await using (var book = Open(clock))
        {
            for (var i = 0; i < 1000; i++)
                book.Count(FakeStation.TheLine, "ru", true, 422, $"reason {i}", clock.GetUtcNow());
            book.Count(FakeStation.TheLine, "eu", true, 422, "another's", clock.GetUtcNow());
            Assert.Equal(RefusalLog.MaxPerMinute, log.Lines.Count(l => l.Contains(" ru ", StringComparison.Ordinal)));
            Assert.Contains(log.Lines, l => l.Contains("another's", StringComparison.Ordinal));
            book.Tick();
            Assert.DoesNotContain(log.Lines, l => l.Contains("more refusals", StringComparison.Ordinal));
            clock.Pass(TimeSpan.FromMinutes(1));
            book.Tick();
            Assert.Contains(
                log.Lines,
                l => l.Contains($"{1000 - RefusalLog.MaxPerMinute} more refusals of ru", StringComparison.Ordinal)
            );
            book.Count(FakeStation.TheLine, "ru", true, 422, "in the next minute", clock.GetUtcNow());
            Assert.Contains(log.Lines, l => l.Contains("in the next minute", StringComparison.Ordinal));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Moves when the test moves it.</summary>
    private sealed class HandClock : TimeProvider
    {
        private long ticks = new DateTimeOffset(2022, 3, 23, 12, 0, 0, TimeSpan.Zero).Ticks;

        internal void Pass(TimeSpan time) => Interlocked.Add(ref ticks, time.Ticks);

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

        public override long GetTimestamp() => Interlocked.Read(ref ticks);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }

    private sealed class ListLog : ILogger
    {
        internal ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Enqueue(formatter(state, exception));
    }
}
