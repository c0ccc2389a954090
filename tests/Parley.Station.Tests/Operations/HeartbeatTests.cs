using Microsoft.Extensions.Logging.Abstractions;
using Parley.Contract;
using Parley.Station.Data;
using Parley.Station.Operations;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Operations;

/// <summary>A station that does not work says nothing, and whoever hears nothing pages.</summary>
public sealed class HeartbeatTests
{
    [Fact]
    public async Task It_is_posted_while_the_station_works_and_stops_where_nothing_can_be_written_which_is_told_too()
    {
        using var alive = new WebReceiver();
        using var desk = new WebReceiver();
        await using var line = await FaultyLine.StartAsync();
        PagedLine.Secret(line.Us.Directory, PagedLine.SecretFile, WebReceiver.Secret);
        var settings = new StationSettings("us", "us")
        {
            Alerts = new AlertSettings(
                [PagedLine.Web("desk", desk)],
                Heartbeat: new HeartbeatSettings(alive.Address, 5, PagedLine.SecretFile)
            ),
        };
        var started = await OperatorWatch.BeginAsync(
            new OperatorSetup(
                line.Station.Desks,
                line.Us.Directory,
                settings,
                Pages: true,
                TimeProvider.System,
                NullLogger.Instance
            ),
            FaultyLine.Stop
        );
        Assert.True(started.TryGet(out var operators, out var why), why);
        await using (operators)
        {
            var beat = await alive.UntilAsync(p => p.Event == "alive", "that it works");
            Assert.True(beat.IsSigned);
            Assert.Equal("us", beat.Body.GetProperty("party").GetString());

            line.Store.Fails = _ => true;
            line.Store.IsAway = true;
            _ = line.Station.Desks.Sending.AppendAsync(line.Id, FaultyLine.Message("lost"), null, FaultyLine.Stop);
            await line.UntilAsync(StationState.Faulted);
            var raised = await desk.UntilAsync("raised", "store");
            Assert.Equal("flash", raised.Body.GetProperty("trouble").GetProperty("precedence").GetString());
            var before = alive.Took.Count;
            var paused = operators.Pager.Receivers.Single(r => r.Way == "heartbeat").Delivered;
            Assert.False(operators.Troubles.Works);

            line.Store.Fails = _ => false;
            line.Store.IsAway = false;
            await line.UntilAsync(StationState.Ready);
            await desk.UntilAsync("over", "store");
            await line.UntilAsync(() => Task.FromResult(alive.Took.Count > before));
            Assert.True(operators.Pager.Receivers.Single(r => r.Way == "heartbeat").Delivered > paused);
        }
    }
}
