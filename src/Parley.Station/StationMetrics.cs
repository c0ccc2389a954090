using System.Diagnostics.Metrics;

namespace Parley.Station;

/// <summary>Counters for OpenTelemetry. They tell how much and how often, never what or who.</summary>
internal static class StationMetrics
{
    /// <summary>The meter's name, for collectors.</summary>
    internal const string Name = "Parley.Station";

    private static readonly Meter Meter = new(Name);

    internal static readonly Counter<long> EntriesStored = Meter.CreateCounter<long>("parley.entries.stored", "{entry}", "Entries made durable here, own and mirrored");
    internal static readonly Counter<long> Refused = Meter.CreateCounter<long>("parley.requests.refused", "{request}", "Requests of peers that were refused");
    internal static readonly Histogram<double> SealTime = Meter.CreateHistogram<double>("parley.seal.duration", "s", "From recording an entry to its seal, where somebody waited for it");
}
