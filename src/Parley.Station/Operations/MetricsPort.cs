using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Metrics;
using Parley.Record;
using Parley.Station.Telemetry;

namespace Parley.Station.Operations;

/// <summary>A port of its own that gives the station's numbers to Prometheus (<c>/metrics</c>) and nothing else: whoever
/// may read them needs no token of the API.</summary>
internal sealed class MetricsPort : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly MeterProvider provider;

    private MetricsPort(WebApplication server, MeterProvider provider)
    {
        this.server = server;
        this.provider = provider;
    }

    /// <summary>Connections at a time: a few collectors, and a hand with curl.</summary>
    private const int MaxConnections = 16;

    /// <param name="listen">IP address and port.</param>
    /// <param name="party">Whose station it is.</param>
    /// <param name="version">The program's.</param>
    internal static async Task<MetricsPort> StartAsync(
        IPEndPoint listen,
        PartyId party,
        string version,
        CancellationToken ct
    )
    {
        var numbers = StationTelemetry.Meters(party.Value, version).AddPrometheusExporter().Build();
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = "Parley.Station" }
        );
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxConcurrentConnections = MaxConnections;
                kestrel.Limits.MaxRequestBodySize = 0;
                kestrel.Listen(listen, port => port.Protocols = HttpProtocols.Http1);
            });
        var port = builder.Build();
        port.UseOpenTelemetryPrometheusScrapingEndpoint(
            numbers,
            predicate: null,
            path: "/metrics",
            configureBranchedPipeline: null,
            optionsName: null
        );
        port.Run(http =>
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        try
        {
            await Link.Listening.StartAsync(port, $"the metrics' address {listen}", ct);
        }
        catch
        {
            await port.DisposeAsync();
            numbers.Dispose();
            throw;
        }
        return new MetricsPort(port, numbers);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        provider.Dispose();
    }
}
