using System.Text.Json;
using Parley.Record;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>What a station knows of who was heard, after it was started anew.</summary>
public sealed class LastHeardTests
{
    [Fact]
    public async Task A_peer_that_was_heard_before_a_restart_is_down_and_not_never_heard()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var ru = PartyId.Parse("ru");
        var before = await HeardAsync();
        Assert.NotNull(before);
        await line["ru"].StopAsync();
        await line["us"].StopAsync();
        await line["us"].StartAsync();
        var after = await line["us"].PeerAsync(line.Id, ru);
        Assert.Equal("down", after.GetProperty("state").GetString());
        Assert.InRange(
            after.GetProperty("lastHeard").GetDateTimeOffset(),
            before.Value.AddSeconds(-1),
            line.Clock.GetUtcNow()
        );
        await line["ru"].StartAsync();
        await line["us"]
            .UntilAsync(
                async () => await HeardAsync() > after.GetProperty("lastHeard").GetDateTimeOffset(),
                "the peer is heard anew"
            );

        async Task<DateTimeOffset?> HeardAsync() =>
            (await line["us"].PeerAsync(line.Id, ru)).GetProperty("lastHeard") is { ValueKind: JsonValueKind.String } at
                ? at.GetDateTimeOffset()
                : null;
    }
}
