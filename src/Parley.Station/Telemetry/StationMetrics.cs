using System.Diagnostics.Metrics;

namespace Parley.Station.Telemetry;

/// <summary>Counters for OpenTelemetry. They tell how much and how often, never what or who.</summary>
internal static class StationMetrics
{
    /// <summary>The meter's name, for collectors.</summary>
    internal const string Name = "Parley.Station";

    private static readonly Meter Meter = new(Name);

    internal static readonly Counter<long> EntriesStored = Meter.CreateCounter<long>(
        "parley.entries.stored",
        "{entry}",
        "Entries made durable here, own and mirrored"
    );
    internal static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "parley.requests.refused",
        "{request}",
        "Requests of peers that were refused"
    );
    internal static readonly Counter<long> FoldMistakes = Meter.CreateCounter<long>(
        "parley.fold.mistakes",
        "{entry}",
        "Entries that this station could not judge by a mistake of its own"
    );
    internal static readonly UpDownCounter<long> Foreign = Meter.CreateUpDownCounter<long>(
        "parley.own_feed.foreign",
        "{line}",
        "Lines with entries signed with our key that were not written here, on which nothing is signed until two officers decide"
    );
    internal static readonly Counter<long> Doubled = Meter.CreateCounter<long>(
        "parley.peers.doubled",
        "{peer}",
        "Times that two stations with a peer's identity were heard at once"
    );
    internal static readonly Histogram<double> SealTime = Meter.CreateHistogram<double>(
        "parley.seal.duration",
        "s",
        "From recording an entry to its seal, where somebody waited for it"
    );
}
