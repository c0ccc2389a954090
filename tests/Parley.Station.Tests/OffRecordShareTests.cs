using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Lines;
using Xunit;

namespace Parley.Station.Tests;

/// <summary>What one party says off the record pushes out nothing that another said.</summary>
public sealed class OffRecordShareTests
{
    private static readonly PartyId Ru = PartyId.Parse("ru"),
        Icrc = PartyId.Parse("icrc"),
        Us = PartyId.Parse("us");

    private static OffRecordMessage Message(string id, string text) =>
        new()
        {
            Id = id,
            At = DateTimeOffset.UnixEpoch,
            Seat = "watch",
            Name = "A. Officer",
            Precedence = Precedence.Routine,
            Mark = Mark.Actual,
            Text = text,
        };

    [Theory] // LINK-86
    [InlineData(1, LinkLimits.MaxOffRecordBytes)]
    [InlineData(3, 1)]
    public async Task Of_each_party_the_newest_are_kept_and_another_partys_message_and_our_own_stay_however_much_it_says(
        int times,
        int length
    )
    {
        var log = new OffRecordLog();
        log.Arrived(Icrc, Message("calm", "unread"));
        var sent = log.Sent(Us, Message("ours", "and ours"), [Ru]);
        var text = new string('x', length);
        for (var i = 0; i < times * LinkLimits.MaxOffRecordHeld; i++)
            log.Arrived(Ru, Message($"flood{i}", text));
        var kept = log.All();
        Assert.Equal(["unread"], kept.Where(m => m.From == Icrc).Select(m => m.Text));
        Assert.Equal(["and ours"], kept.Where(m => m.From == Us).Select(m => m.Text));
        Assert.InRange(kept.Count(m => m.From == Ru), 1, LinkLimits.MaxOffRecordHeld);
        Assert.InRange(kept.Where(m => m.From == Ru).Sum(m => (long)m.Text.Length), 1, OffRecordLog.MaxBytes);
        log.Delivered("ours", Ru);
        await sent;
        Assert.True(log.DeliveryOf("ours")[Ru]);
    }
}
