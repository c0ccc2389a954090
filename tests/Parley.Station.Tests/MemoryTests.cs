using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Tests.Api;
using Xunit;

namespace Parley.Station.Tests;

/// <summary>What a station holds in memory for its officers has an end.</summary>
public sealed class MemoryTests
{
    private static OffRecordMessage Message(int length) =>
        new()
        {
            Id = Convert.ToHexStringLower(Randomness.Bytes(16)),
            At = FakeStation.Noon,
            Seat = "watch",
            Name = "Ada",
            Precedence = Precedence.Routine,
            Mark = Mark.Actual,
            Text = new string('x', length),
        };

    [Fact]
    public void What_was_said_off_the_record_is_kept_up_to_a_number_of_bytes_newest_first()
    {
        var log = new OffRecordLog();
        var messages = Enumerable
            .Range(0, LinkLimits.MaxOffRecordHeld)
            .Select(_ => Message(LinkLimits.MaxOffRecordBytes))
            .ToList();
        foreach (var message in messages)
            log.Arrived(FakeStation.Ru, message);
        var kept = log.All();
        Assert.InRange(kept.Sum(m => (long)m.Text.Length), LinkLimits.MaxOffRecordBytes, OffRecordLog.MaxBytes);
        for (var i = 0; i < 2 * LinkLimits.MaxOffRecordHeld; i++)
            log.Arrived(FakeStation.Ru, Message(10));
        Assert.Equal(LinkLimits.MaxOffRecordHeld, log.All().Count);
        Assert.All(log.All(), m => Assert.Equal(10, m.Text.Length));
    }

    [Fact]
    public async Task Who_waits_for_a_seal_and_gives_up_leaves_nothing_behind()
    {
        var waiters = new SealedWaiters();
        var stop = TestContext.Current.CancellationToken;
        Assert.False(await waiters.ReachAsync(5, TimeSpan.Zero, TimeProvider.System, stop));
        using var gone = new CancellationTokenSource();
        var waiting = waiters.ReachAsync(5, TimeSpan.FromHours(1), TimeProvider.System, gone.Token);
        var patient = waiters.ReachAsync(5, TimeSpan.FromHours(1), TimeProvider.System, stop);
        var farther = waiters.ReachAsync(6, TimeSpan.FromHours(1), TimeProvider.System, stop);
        Assert.Equal(3, waiters.Count);
        await gone.CancelAsync();
        Assert.False(await waiting);
        Assert.Equal(2, waiters.Count);
        waiters.Advance(5);
        Assert.True(await patient);
        Assert.False(farther.IsCompleted);
        waiters.Advance(7);
        Assert.True(await farther);
        Assert.Equal(0, waiters.Count);
        Assert.True(await waiters.ReachAsync(7, TimeSpan.Zero, TimeProvider.System, stop));
    }
}
