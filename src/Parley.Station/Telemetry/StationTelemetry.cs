using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Parley.Station.Telemetry;

/// <summary>Sends numbers and traces to whoever operates a collector.</summary>
internal static class StationTelemetry
{
    /// <summary>OTLP is off unless the standard variable names a collector.</summary>
    internal static IDisposable[] Begin()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
            return [];
        return
        [
            Sdk.CreateMeterProviderBuilder()
                .AddMeter(StationMetrics.Name, "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddOtlpExporter()
                .Build(),
            Sdk.CreateTracerProviderBuilder().AddSource(StationTraces.Name).AddOtlpExporter().Build(),
        ];
    }
}
