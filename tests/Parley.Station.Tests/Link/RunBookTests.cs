using Parley.Crypto;
using Parley.Station.Link;
using Xunit;

namespace Parley.Station.Tests.Link;

/// <summary>Two stations of one identity are told from one that was restarted.</summary>
public sealed class RunBookTests
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private const string First = "00000000000000aa",
        Second = "00000000000000bb",
        Third = "00000000000000cc";

    private readonly HandClock clock = new();
    private readonly PublicKey peer = SigningKey.Generate().PublicKey;
    private readonly RunBook book;

    public RunBookTests() => book = new RunBook(clock);

    private sealed class HandClock : TimeProvider
    {
        private TimeSpan now;

        internal void Advance(TimeSpan time) => now += time;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2022, 3, 1, 9, 0, 0, TimeSpan.Zero) + now;

        public override long GetTimestamp() => now.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }

    private bool Hear(string? run)
    {
        var met = book.Heard(peer, run);
        clock.Advance(Heartbeat);
        return met;
    }

    // LINK-106
    [Fact]
    public void A_run_that_comes_back_after_another_has_come_shows_two_stations_once()
    {
        Assert.False(Hear(First));
        Assert.False(Hear(Second));
        Assert.True(Hear(First));
        Assert.False(Hear(Second));
        Assert.False(Hear(First));
        Assert.NotNull(book.DoubledSince(peer));
        Assert.Null(book.DoubledSince(SigningKey.Generate().PublicKey));
    }

    // LINK-106
    [Fact]
    public void Restarts_are_no_two_stations_however_many()
    {
        for (var start = 0; start < 50; start++)
        {
            for (var again = 0; again < 3; again++)
                Assert.False(Hear($"{start + 1:x16}"));
        }
        Assert.Null(book.DoubledSince(peer));
    }

    // LINK-106
    [Fact]
    public void What_was_on_its_way_when_a_station_was_restarted_is_no_second_station()
    {
        book.Heard(peer, First);
        book.Heard(peer, Second);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(book.Heard(peer, First));
        Assert.Null(book.DoubledSince(peer));
    }

    // LINK-106
    [Fact]
    public void It_is_shown_until_both_have_not_been_heard_for_a_while_and_again_when_they_are()
    {
        Hear(First);
        Hear(Second);
        Hear(First);
        clock.Advance(RunBook.Shown);
        Assert.Null(book.DoubledSince(peer));
        Assert.True(Hear(First));
        Assert.NotNull(book.DoubledSince(peer));
    }

    // LINK-106: hostile bytes.
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00000000000000a")]
    [InlineData("00000000000000aaa")]
    [InlineData("0x000000000000aa")]
    [InlineData("zzzzzzzzzzzzzzzz")]
    [InlineData("﻿0000000000000aa")]
    public void What_is_no_number_says_nothing(string? run)
    {
        Hear(First);
        Hear(Third);
        Assert.False(Hear(run));
        Assert.Null(book.DoubledSince(peer));
    }

    // LINK-106: memory is bounded whatever a peer says, and a copy among many starts is still found.
    [Fact]
    public void A_peer_that_says_a_new_number_each_time_costs_no_memory()
    {
        for (var start = 0; start < 10_000; start++)
            Hear($"{start + 1:x16}");
        Assert.Null(book.DoubledSince(peer));
        Hear(First);
        Hear(Second);
        Assert.True(Hear(First));
    }
}
