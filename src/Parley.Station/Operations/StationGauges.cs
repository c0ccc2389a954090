using System.Diagnostics.Metrics;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Station.Telemetry;

namespace Parley.Station.Operations;

/// <summary>How the station stands, for collectors: numbers that are read when they are asked for. They name classes,
/// states and precedences; no line, no party but our own, no officer and no text.</summary>
internal sealed class StationGauges : IDisposable
{
    private readonly Meter meter;

    internal StationGauges(
        StationDesks desks,
        Troubles troubles,
        Pager pager,
        DataDirectory directory,
        TimeProvider clock
    )
    {
        var party = desks.Station.Station().Party.Value;
        meter = new Meter(
            StationMetrics.Name,
            version: null,
            [new KeyValuePair<string, object?>("parley.party", party)]
        );

        meter.CreateObservableGauge(
            "parley.ready",
            () => troubles.Works ? 1 : 0,
            "{station}",
            "1 while the station takes and signs entries, else 0"
        );
        meter.CreateObservableGauge(
            "parley.troubles",
            () =>
                troubles
                    .Lately()
                    .GroupBy(t => (t.Class, t.Precedence))
                    .Select(of => new Measurement<int>(
                        of.Count(),
                        new("class", of.Key.Class),
                        new("precedence", of.Key.Precedence.ToString().ToLowerInvariant())
                    )),
            "{trouble}",
            "What is wrong or waits for somebody, by class and precedence"
        );
        meter.CreateObservableGauge(
            "parley.links",
            () =>
                Enum.GetValues<LinkState>()
                    .Select(state => new Measurement<int>(
                        Peers(desks).Count(p => p.State == state),
                        new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant())
                    )),
            "{link}",
            "Links to peers, over all lines, by how they are"
        );
        meter.CreateObservableGauge(
            "parley.undelivered.age",
            () =>
                Peers(desks)
                    .Select(p => p.OldestUndelivered)
                    .Where(o => o is not null)
                    .Select(o => (clock.GetUtcNow() - o!.Since).TotalSeconds)
                    .DefaultIfEmpty(0)
                    .Max(),
            "s",
            "How long the oldest entry of ours has been under way to a peer"
        );
        meter.CreateObservableGauge(
            "parley.clock.offset",
            () => Peers(desks).Select(p => Math.Abs(p.ClockOffsetMs ?? 0) / 1000.0).DefaultIfEmpty(0).Max(),
            "s",
            "The most by which a peer's clock must differ from ours"
        );
        meter.CreateObservableGauge(
            "parley.forks",
            () => Statuses(desks).Sum(s => s.Forks),
            "{fork}",
            "Contradictory checkpoints that are kept as evidence"
        );
        meter.CreateObservableGauge(
            "parley.alerts.failing",
            () => pager.Receivers.Count(r => r.FailingSince is not null),
            "{receiver}",
            "Receivers of alerts that cannot be told"
        );
        var disk = new DriveInfo(Path.GetFullPath(directory.Path));
        meter.CreateObservableGauge(
            "parley.disk.free",
            () => disk.AvailableFreeSpace,
            "By",
            "Room that is left where the data directory is"
        );
    }

    private static IEnumerable<LineStatus> Statuses(StationDesks desks) =>
        desks
            .Lines.Lines()
            .Select(line => desks.Lines.LineStatus(line.Line).TryGet(out var status, out _) ? status : null)
            .OfType<LineStatus>();

    private static IEnumerable<PeerStatus> Peers(StationDesks desks) => Statuses(desks).SelectMany(s => s.Peers);

    public void Dispose() => meter.Dispose();
}
