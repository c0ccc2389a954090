using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Tests.Api;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Link;
using Parley.Station.Traffic;
using Parley.Storage;
using Parley.Testing;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>A fold that does not go on: it is said, nobody waits for it, it is tried again, and the station can be
/// stopped.</summary>
public sealed class BrokenFoldTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact] // TRAFFIC-83
    public async Task A_fold_that_fails_by_a_mistake_is_said_refuses_acts_and_goes_on_when_it_can()
    {
        var folder = Directory.CreateTempSubdirectory("parley-b-").FullName;
        try
        {
            var document = LiveLine.DocumentFor([
                .. new[] { "us", "ru" }.Select(p => Testing.Lines.LineParty.Named(p).Card(dialable: true)),
            ]);
            await using var store = new FaultyStore(
                await StationStore.OpenAsync($"sqlite:{Path.Combine(folder, "b.db")}", TimeProvider.System, Stop)
            )
            {
                IsMistaken = true,
            };
            var broken = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            var mended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var traffic = new LineTraffic(document, store, TimeProvider.System, NullLogger.Instance)
            {
                Told = new TrafficListener
                {
                    Broken = why =>
                    {
                        if (why is null)
                            mended.TrySetResult();
                        else
                            broken.TrySetResult(why);
                    },
                },
            };
            traffic.Start();
            Assert.Contains("a mistake, says the test", await broken.Task.WaitAsync(Stop), StringComparison.Ordinal);
            await Assert.ThrowsAsync<BrokenFoldException>(() => traffic.WriteAsync(Stop));
            Assert.NotNull(traffic.Fault);
            Assert.Equal(2, traffic.Read(picture => picture.View.Sizes.Count)); // what is known is shown
            store.IsMistaken = false;
            await mended.Task.WaitAsync(Stop);
            (await traffic.WriteAsync(Stop)).Dispose();
            Assert.Null(traffic.Fault);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact] // TRAFFIC-83, TRAFFIC-109
    public async Task While_a_fold_is_broken_readiness_says_why_acts_are_refused_and_a_flash_rings_all_the_same()
    {
        await using var line = await FaultyLine.StartAsync();
        line.Station.BeginDuty(automaticTests: false);
        var folder = Directory.CreateTempSubdirectory("parley-b-").FullName;
        var socket = Path.Combine(folder, "s");
        var api = await ApiHost.StartAsync(
            line.Station.Desks,
            new ApiOptions(socket, null, "t"),
            null,
            TimeProvider.System,
            Stop
        );
        try
        {
            using var http = Of(socket);
            Assert.Equal(200, (await AskAsync(http.GetAsync("/health/ready", Stop))).Status);
            line.Store.IsMistakenOfEntries = true;
            var feed = new HandheldFeed(line.Ru, line.Document).Write();
            feed.WriteEntry("clarification.requested", """{"concern":"c"}""");
            feed.By = new Officer("watch", "Boris", new Officer("principal", "Olga"));
            feed.Precedence = Precedence.Flash;
            feed.WriteEntry("message.sent", """{"text":"under fire"}""");
            Assert.Equal(200, (await line.AskAsync(Parley.Link.Wire.LinkVerb.Push, feed.Push(0, 3))).Status);
            await line.UntilAsync(async () => (await AskAsync(http.GetAsync("/health/ready", Stop))).Status == 503);
            var (_, health) = await AskAsync(http.GetAsync("/health/ready", Stop));
            Assert.Contains(
                "cannot be told: a mistake, says the test",
                health.GetProperty("fault").GetString(),
                StringComparison.Ordinal
            );
            var call = new { by = new { seat = "watch", name = "Ada" }, topic = "t" };
            var (refused, why) = await AskAsync(
                http.PostAsJsonAsync($"/api/v1/lines/{line.Id}/entries", Act.Of("call.requested", call), Stop)
            );
            Assert.Equal((503, "station-faulted"), (refused, why.GetProperty("code").GetString()));
            Assert.Equal(200, (await AskAsync(http.GetAsync($"/api/v1/lines/{line.Id}/traffic", Stop))).Status); // what is known is shown
            // Neither it nor what stands before it was folded.
            await line.UntilAsync(async () => await RingsAsync(http, "ru/2"));
            await line.UntilAsync(async () =>
                (await AskAsync(http.GetAsync("/api/v1/alarms", Stop)))
                    .Json.EnumerateArray()
                    .Any(a => a.GetProperty("about").GetString()!.Contains("cannot be told", StringComparison.Ordinal))
            );
            line.Store.IsMistakenOfEntries = false;
            await line.UntilAsync(async () => (await AskAsync(http.GetAsync("/health/ready", Stop))).Status == 200);
            Assert.True(await RingsAsync(http, "ru/2"));
            Assert.Equal(
                201,
                (
                    await AskAsync(
                        http.PostAsJsonAsync($"/api/v1/lines/{line.Id}/entries", Act.Of("call.requested", call), Stop)
                    )
                ).Status
            );
            Assert.Equal(
                201,
                (
                    await AskAsync(
                        http.PostAsJsonAsync(
                            $"/api/v1/lines/{line.Id}/entries/ru/2/ack",
                            new { by = new { seat = "watch", name = "Ada" } },
                            Stop
                        )
                    )
                ).Status
            );
            await line.UntilAsync(async () => !await RingsAsync(http, "ru/2"));
        }
        finally
        {
            await api.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static HttpClient Of(string socket) =>
        new(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, ct) =>
                {
                    var end = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await end.ConnectAsync(new UnixDomainSocketEndPoint(socket), ct);
                    return new NetworkStream(end, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = new Uri("http://station/"),
        };

    private static Task<(int Status, JsonElement Json)> AskAsync(Task<HttpResponseMessage> sent) =>
        ApiFixture.ReadAsync(sent);

    private static async Task<bool> RingsAsync(HttpClient http, string entry) =>
        (await AskAsync(http.GetAsync("/api/v1/alarms", Stop)))
            .Json.EnumerateArray()
            .Any(a => a.TryGetProperty("entry", out var of) && of.GetString() == entry);

    [Fact] // TRAFFIC-83
    public async Task A_station_stops_cleanly_whatever_its_fold_met()
    {
        var folder = Directory.CreateTempSubdirectory("parley-b-").FullName;
        try
        {
            var document = LiveLine.DocumentFor([
                .. new[] { "us", "ru" }.Select(p => Testing.Lines.LineParty.Named(p).Card(dialable: true)),
            ]);
            await using var store = new FaultyStore(
                await StationStore.OpenAsync($"sqlite:{Path.Combine(folder, "b.db")}", TimeProvider.System, Stop)
            )
            {
                IsMistaken = true,
            };
            var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var traffic = new LineTraffic(document, store, TimeProvider.System, NullLogger.Instance)
            {
                Told = new TrafficListener { Broken = _ => broken.TrySetResult() },
            };
            traffic.Start();
            await broken.Task.WaitAsync(Stop);
            await traffic.DisposeAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
