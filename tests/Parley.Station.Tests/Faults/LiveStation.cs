using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Link;
using Parley.Station.Officers;
using Parley.Station.Relay;
using Parley.Station.Tests.Api;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>A whole station in this process: real store, real link port, real API, asked through its Unix
/// socket.</summary>
internal sealed class LiveStation : IAsyncDisposable
{
    /// <summary>How long anything may take on a busy machine before the test fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(25);

    private StationHost? host;

    internal LiveStation(StationFolder folder)
    {
        Folder = folder;
        Http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, ct) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(folder.Directory.Socket!), ct);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = new Uri("http://station/api/v1/"),
            Timeout = Patience,
        };
    }

    internal StationFolder Folder { get; }
    internal PartyId Party => Folder.Party;
    internal HttpClient Http { get; }
    internal string? Store { get; init; }
    internal TimeProvider Clock { get; set; } = TimeProvider.System;
    internal bool LineTests { get; init; }
    internal LinkPortLimits PortLimits { get; set; } = new();

    /// <summary>How often it looks at a relay: far more often than stations do.</summary>
    internal RelayPace RelayPace { get; init; } =
        RelayPace.Usual with
        {
            WhileCut = TimeSpan.FromMilliseconds(200),
            WhileHeard = TimeSpan.FromMilliseconds(200),
            FirstAgain = TimeSpan.FromSeconds(1),
        };

    /// <summary>Whether this machine's disk is full is no part of a test.</summary>
    internal DiskReserve Reserve { get; set; } = DiskReserve.None(TimeProvider.System);

    /// <summary>What it lets others ask by blind checks, where a test needs it smaller.</summary>
    internal Parley.Station.Blind.BlindRules? Blind { get; set; }

    /// <summary>Folder of the console's files; null for a station without one.</summary>
    internal string? Console { get; init; }

    /// <summary>Where its HTTP API listens.</summary>
    internal Uri Api => host!.Ready.Api!;

    /// <summary>What it logged, over all its runs.</summary>
    internal TestLog Log { get; } = new();
    internal bool Runs => host is not null;
    internal bool IsAttended => host!.IsAttended;

    /// <summary>The session that a browser's two halves open; null where there is none.</summary>
    internal SignedIn? Session(string cookie, string page) =>
        host!.Officers.Find(cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..], page);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal async Task<Parsed<StationHost>> TryStartAsync(bool restored = false) =>
        await StationHost.StartAsync(
            Folder.Options with
            {
                Restored = restored,
                Store = Store,
                LineTests = LineTests,
                PortLimits = PortLimits,
                RelayPace = RelayPace,
                Reserve = Reserve,
                Console = Console ?? "",
                Blind = Blind,
            },
            Log,
            Clock,
            Stop
        );

    internal async Task StartAsync(bool restored = false)
    {
        Assert.True((await TryStartAsync(restored)).TryGet(out host, out var why), why);
    }

    internal async Task StopAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        host = null;
    }

    internal Task<(int Status, JsonElement Json)> GetAsync(string path) =>
        ApiFixture.ReadAsync(Http.GetAsync(path, Stop));

    /// <summary>A page of a list, and what asks for the one after it.</summary>
    internal async Task<(int Status, JsonElement Json, string? Next)> PageAsync(string path)
    {
        using var answer = await Http.GetAsync(path, Stop);
        var (status, json) = await ApiFixture.ReadAsync(Task.FromResult(answer));
        return (status, json, answer.Headers.TryGetValues("Parley-Next", out var next) ? string.Concat(next) : null);
    }

    internal Task<(int Status, JsonElement Json)> PostAsync(string path, object body) =>
        ApiFixture.ReadAsync(Http.PostAsJsonAsync(path, body, Stop));

    /// <summary>Sends one message; with <paramref name="wait"/>, answers when it is sealed or after so many
    /// seconds.</summary>
    internal Task<(int Status, JsonElement Json)> SendAsync(
        LineId line,
        string text,
        int? wait = null,
        string[]? to = null
    ) =>
        PostAsync(
            $"lines/{line}/entries{(wait is null ? "" : $"?wait=sealed&timeout={wait}")}",
            new
            {
                text,
                to,
                by = new { seat = "watch", name = "Ada" },
            }
        );

    /// <summary>Sends a message that must be sealed.</summary>
    internal async Task<string> SealAsync(LineId line, string text)
    {
        var (status, json) = await SendAsync(line, text, wait: 60);
        Assert.Equal(201, status);
        Assert.True(json.GetProperty("sealed").GetBoolean(), json.ToString());
        return json.GetProperty("id").GetString()!;
    }

    /// <summary>Sends many messages in one batch, all of which must be sealed.</summary>
    internal async Task SealManyAsync(LineId line, IEnumerable<string> texts)
    {
        var body = string.Join(
            '\n',
            texts.Select(text => JsonSerializer.Serialize(new { text, by = new { seat = "watch", name = "Ada" } }))
        );
        var (status, json) = await ApiFixture.ReadAsync(
            Http.PostAsync(
                $"lines/{line}/entries/batch?wait=sealed&timeout=60",
                new StringContent(body, Encoding.UTF8, "application/x-ndjson"),
                Stop
            )
        );
        Assert.Equal(200, status);
        Assert.True(json.GetProperty("sealed").GetBoolean(), json.ToString());
    }

    internal async Task<JsonElement> StatusAsync(LineId line)
    {
        var (status, json) = await GetAsync($"lines/{line}/status");
        Assert.True(status == 200, $"{status} {json}");
        return json;
    }

    /// <summary>What the station says of one peer on a line.</summary>
    internal async Task<JsonElement> PeerAsync(LineId line, PartyId peer) =>
        (await StatusAsync(line))
            .GetProperty("peers")
            .EnumerateArray()
            .Single(p => p.GetProperty("party").GetString() == peer.Value);

    /// <summary>How often a request was refused with this status, over all reasons that contain the text.</summary>
    internal async Task<long> RefusedAsync(int status, string reason)
    {
        var (_, json) = await GetAsync("refusals?limit=1000");
        return json.EnumerateArray()
            .Where(r =>
                r.GetProperty("status").GetInt32() == status
                && r.GetProperty("reason").GetString()!.Contains(reason, StringComparison.Ordinal)
            )
            .Sum(r => r.GetProperty("count").GetInt64());
    }

    internal Task UntilRefusedAsync(int status, string reason, long times) =>
        UntilAsync(async () => await RefusedAsync(status, reason) == times, $"{times} × {status} {reason}");

    /// <summary>Ready: the health check says so, and the station too.</summary>
    internal async Task<bool> IsReadyAsync()
    {
        var (health, _) = await ApiFixture.ReadAsync(Http.GetAsync("/health/ready", Stop));
        var (_, json) = await GetAsync("station");
        return health == 200 && json.GetProperty("state").GetString() == "ready";
    }

    /// <summary>The fault that the station tells its operator, or null; the health check must agree.</summary>
    internal async Task<string?> FaultAsync()
    {
        var (_, json) = await GetAsync("station");
        if (json.GetProperty("state").GetString() != "faulted")
            return null;
        var (health, shown) = await ApiFixture.ReadAsync(Http.GetAsync("/health/ready", Stop));
        return health == 503 ? shown.GetProperty("fault").GetString() : null;
    }

    internal async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(Patience);
        using var poll = new PeriodicTimer(PollEvery);
        try
        {
            while (!await holds())
                await poll.WaitForNextTickAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
        {
            var (_, station) = await GetAsync("station");
            Assert.Fail($"{Party} never reached: {what}. It says {station}");
        }
    }

    /// <summary>Waits until the station has cosigned nothing less of the author's feed than this.</summary>
    internal Task UntilHeldAsync(LineId line, PartyId author, ulong size) =>
        UntilAsync(
            async () => (await PeerAsync(line, author)).GetProperty("theirSizeHeld").GetUInt64() >= size,
            $"{size} entries of {author}"
        );

    internal Task UntilSealedAsync(LineId line, ulong size) =>
        UntilAsync(
            async () => (await StatusAsync(line)).GetProperty("ownSealed").GetUInt64() >= size,
            $"{size} of its own entries sealed"
        );

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Http.Dispose();
        Folder.Dispose();
    }
}
