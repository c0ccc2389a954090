using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>What leaves a station for a collector, when one is named.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Metrics_and_spans_reach_the_collector_that_the_environment_names_and_carry_no_content()
    {
        var port = FreePort();
        using var collector = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
        collector.Start();
        var received = new ConcurrentQueue<(string Path, string Text)>();
        var collecting = CollectAsync(collector, received);
        await using (
            var line = await OpenLine.OfAsync(
                ["us", "ru"],
                setUp: s =>
                {
                    if (s.Party != "us")
                        return;
                    s.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}";
                    s.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
                    s.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "200";
                    s.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
                }
            )
        )
        {
            (await line["us"].RunAsync("send", "--wait", "sealed", "--by", "Ms Unmistakable", "the-secret-text")).Ended(
                0
            );
            foreach (
                var wanted in (string[])["commit", "link request", "link ask", "POST /api/v1/lines/{line}/entries"]
            )
            {
                await Until.HoldsAsync(
                    $"the span '{wanted}' is at the collector",
                    () =>
                        Task.FromResult(
                            received.Count(r =>
                                r.Path == "/v1/traces" && r.Text.Contains(wanted, StringComparison.Ordinal)
                            )
                        ),
                    n => n > 0
                );
            }
            await Until.HoldsAsync(
                "metrics are at the collector",
                () =>
                    Task.FromResult(
                        received.Count(r =>
                            r.Path == "/v1/metrics"
                            && r.Text.Contains("parley.entries.stored", StringComparison.Ordinal)
                        )
                    ),
                n => n > 0
            );
        }
        collector.Stop();
        await collecting;
        Assert.All(received, r => Assert.DoesNotContain("the-secret-text", r.Text, StringComparison.Ordinal));
        Assert.All(received, r => Assert.DoesNotContain("Unmistakable", r.Text, StringComparison.Ordinal));
    }

    private static async Task CollectAsync(HttpListener collector, ConcurrentQueue<(string, string)> received)
    {
        while (true)
        {
            try
            {
                var context = await collector.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                received.Enqueue((context.Request.Url!.AbsolutePath, Encoding.Latin1.GetString(body.ToArray())));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
