using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Station.Telemetry;

namespace Parley.Station.Operations;

/// <summary>What a station is looked after by.</summary>
/// <param name="Pages">False for a station that only plays: it tells nobody outside.</param>
internal sealed record OperatorSetup(
    StationDesks Desks,
    DataDirectory Directory,
    StationSettings Settings,
    bool Pages,
    TimeProvider Clock,
    ILogger Log
);

/// <summary>Looks after the station for its operator: what is wrong, who is told of it, and the numbers for
/// collectors.</summary>
internal sealed class OperatorWatch : IAsyncDisposable
{
    /// <summary>The numbers, and who collects them.</summary>
    private readonly List<IDisposable> numbers = [];
    private MetricsPort? port;

    private OperatorWatch(Troubles troubles, Pager pager)
    {
        Troubles = troubles;
        Pager = pager;
    }

    internal Troubles Troubles { get; }

    internal Pager Pager { get; }

    /// <summary>Begins to look, or says which setting cannot be done.</summary>
    internal static async Task<Parsed<OperatorWatch>> BeginAsync(OperatorSetup setup, CancellationToken ct)
    {
        var station = setup.Desks.Station.Station();
        var troubles = new Troubles(setup.Desks, setup.Clock);
        var pages = new PagerSetup(
            station.Party,
            troubles,
            setup.Settings.Alerts?.Words ?? false,
            setup.Clock,
            setup.Log
        );
        var alerts = setup.Pages ? setup.Settings.Alerts : null;
        if (!Pager.Begin(pages, alerts, setup.Directory).TryGet(out var pager, out var why))
            return new Rejected(why);
        var watch = new OperatorWatch(troubles, pager);
        try
        {
            watch.numbers.Add(new StationGauges(setup.Desks, troubles, pager, setup.Directory, setup.Clock));
            watch.numbers.AddRange(StationTelemetry.Begin(station.Party.Value, station.Version));
            if (setup.Settings.MetricsEndpoint is { } metrics)
                watch.port = await MetricsPort.StartAsync(metrics, station.Party, station.Version, ct);
        }
        catch
        {
            await watch.DisposeAsync();
            throw;
        }
        return watch;
    }

    public async ValueTask DisposeAsync()
    {
        if (port is not null)
            await port.DisposeAsync();
        foreach (var number in Enumerable.Reverse(numbers))
            number.Dispose();
        await Pager.DisposeAsync();
    }
}
