using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Link;
using Parley.Station.Traffic;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>When an entry was delivered is what its cosigner says: a time that cannot be true is not shown
/// bare.</summary>
public sealed class DeliveryTimeTests
{
    private static readonly DateTimeOffset Written = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Written.AddHours(1);
    private static readonly PartyId Ru = PartyId.Parse("ru");

    [Theory] // LINK-90
    [InlineData(0, null)]
    [InlineData(1800, null)]
    [InlineData(-10, null)] // clocks may differ by as much
    [InlineData(3610, null)]
    [InlineData(-11, -11.0)]
    [InlineData(3611, 11.0)]
    [InlineData(864_000, 860_400.0)] // ten days ahead
    public void What_lies_before_the_entry_or_beyond_now_is_shown_with_how_far_it_is_off(int after, double? off)
    {
        var shown = ReceiptShapes.Off(
            Written,
            new Dictionary<PartyId, DeliveryTime> { [Ru] = new(Written.AddSeconds(after), null) },
            LinePolicy.Default,
            Now
        );
        Assert.Equal(off, shown?[Ru]);
    }

    [Fact] // LINK-90
    public void However_far_off_a_time_is_it_is_told()
    {
        foreach (var at in new[] { DateTimeOffset.UnixEpoch.AddSeconds(1), DateTimeOffset.MaxValue })
            Assert.NotNull(
                ReceiptShapes.Off(
                    Written,
                    new Dictionary<PartyId, DeliveryTime> { [Ru] = new(at, null) },
                    LinePolicy.Default,
                    Now
                )
            );
    }

    [Theory] // LINK-90: years later, ten days ahead is in the past
    [InlineData(60, null)]
    [InlineData(70, null)]
    [InlineData(71, 11.0)]
    [InlineData(1800, 1740.0)]
    [InlineData(-11, -11.0)]
    public void What_lies_beyond_when_the_cosignature_came_is_shown_with_how_far_it_is_off(int after, double? off)
    {
        var time = new DeliveryTime(Written.AddSeconds(after), Arrived: Written.AddSeconds(60));
        Assert.Equal(
            off,
            ReceiptShapes
                .Off(Written, new Dictionary<PartyId, DeliveryTime> { [Ru] = time }, LinePolicy.Default, Now)
                ?[Ru]
        );
    }

    [Fact] // LINK-90: from the wire to what officers see
    public async Task A_cosigner_that_dates_its_word_ahead_is_shown_so_for_ever_with_the_entry_and_in_the_waiting_list()
    {
        await using var line = LiveLine.Make("us", "ru");
        var us = line["us"];
        await using var peer = new ReferencePeer(line["ru"].Folder, line.Document, us)
        {
            DatesAhead = TimeSpan.FromDays(10),
        };
        await peer.ListenAsync();
        await line.OpenAsync("us");
        await us.UntilSealedAsync(line.Id, 1);
        Assert.Equal(200, await peer.PushAsync());
        await us.SealAsync(line.Id, "when did you have this?");
        var (_, shown) = await us.GetAsync($"lines/{line.Id}/entries/us/1/receipts");
        Assert.InRange(shown.GetProperty("deliveredOff").GetProperty("ru").GetDouble(), 863_000, 864_000);
        var (_, traffic) = await us.GetAsync($"lines/{line.Id}/traffic");
        Assert.True(
            traffic
                .GetProperty("waiting")
                .EnumerateArray()
                .Single()
                .GetProperty("deliveredOff")
                .TryGetProperty("ru", out _)
        );
    }
}
