using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Parley.Station.Telemetry;

/// <summary>Sends numbers and traces to whoever operates a collector.</summary>
internal static class StationTelemetry
{
    /// <summary>OTLP is off unless the standard variable names a collector.</summary>
    /// <param name="party">Whose station it is.</param>
    /// <param name="version">The program's.</param>
    internal static IDisposable[] Begin(string party, string version)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
            return [];
        return
        [
            Meters(party, version).AddOtlpExporter().Build(),
            Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(r => Name(r, party, version))
                .AddSource(StationTraces.Name)
                .AddOtlpExporter()
                .Build(),
        ];
    }

    /// <summary>What every collector of numbers is given.</summary>
    internal static MeterProviderBuilder Meters(string party, string version) =>
        Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(r => Name(r, party, version))
            .AddMeter(
                StationMetrics.Name,
                "Microsoft.AspNetCore.Hosting",
                "Microsoft.AspNetCore.Server.Kestrel",
                "System.Runtime"
            );

    /// <summary>Which station speaks. An operator's own name for the service goes before, and their further attributes
    /// (<c>OTEL_RESOURCE_ATTRIBUTES</c>) stand beside.</summary>
    private static void Name(ResourceBuilder resource, string party, string version) =>
        resource.AddService(
            Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") is { Length: > 0 } own ? own : "parley",
            serviceVersion: version,
            serviceInstanceId: party
        );
}
