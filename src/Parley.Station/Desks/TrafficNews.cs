using Parley.Record;
using Parley.Station.Traffic;
using Parley.Traffic;
using Parley.Traffic.Families;

namespace Parley.Station.Desks;

/// <summary>What the fold of each line says as it goes: to those who follow, to the alarms, to the blind checks, and to
/// the watch over the clock.</summary>
internal sealed class TrafficNews(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    EventHub hub,
    AlarmDesk alarms,
    BlindBook blind
)
{
    /// <summary>Told when the record says something new of a call where there are calls.</summary>
    internal CallFloor? Calls { private get; init; }

    /// <summary>Begins the fold of a line.</summary>
    internal LineTraffic Begin(LineDocument document)
    {
        var traffic = new LineTraffic(document, premises.Store, premises.Clock, premises.Log)
        {
            Told = new TrafficListener
            {
                Changed = change => Tell(document, change),
                Arrived = header => alarms.Ring(document, header),
                Ready = () => lines.Ring(document.Id),
                Damaged = integrity.Halt,
                Broken = why => SetFoldFault(document.Id, why),
            },
        };
        traffic.Start();
        return traffic;
    }

    /// <summary>The time of some items ran out.</summary>
    internal void RanOut(LineId line, IEnumerable<(string Was, Heading Item)> items)
    {
        foreach (var (was, item) in items)
            Publish(new TrafficData(line, item.Id, item.Kind, item.Id, item.Family.Name, was, item.State, null));
    }

    private void SetFoldFault(LineId line, string? why)
    {
        integrity.SetFoldFault(line, why);
        lines.Ring(line);
    }

    private void Tell(LineDocument document, TrafficChange change)
    {
        var line = document.Id;
        if (change.Flag is null)
            alarms.Ring(document, change.Header); // where it did not ring before, because it came without its header
        if (change.Flag is { } flag)
            Publish(
                new TrafficData(
                    line,
                    flag.Entry,
                    flag.Kind,
                    change.Item?.Id,
                    change.Item?.Family.Name,
                    null,
                    null,
                    flag.Reason
                )
            );
        else if (change.Item is { } item && item.State != change.Before)
            Publish(
                new TrafficData(
                    line,
                    change.Header.Id,
                    change.Header.Kind,
                    item.Id,
                    item.Family.Name,
                    change.Before,
                    item.State,
                    null
                )
            );
        if (change.Item?.Family is BlindFamily)
            blind.Touch(line);
        else if (change.Item?.Family is CallFamily)
            Calls?.Touch(line);
        lines.Ring(line);
    }

    private void Publish(TrafficData data) => hub.Publish(new StationEvent.Traffic(data));
}
