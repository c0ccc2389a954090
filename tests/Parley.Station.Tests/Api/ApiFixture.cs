using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Parley.Contract;
using Parley.Station.Api;
using Parley.Station.Officers;
using Parley.Storage;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>The real HTTP host on a real socket and a real port, in front of a fake station.</summary>
internal sealed class ApiFixture : IAsyncDisposable
{
    internal const string Token = "the-bearer-token-of-this-test";
    private readonly string folder;
    private readonly OfficerBook officers;
    private readonly IStationStore store;
    private readonly ApiHost host;

    private ApiFixture(string folder, IStationStore store, OfficerBook officers, ApiHost host, FakeStation station)
    {
        this.folder = folder;
        this.store = store;
        this.officers = officers;
        this.host = host;
        Station = station;
        Local = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, ct) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), ct);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = new Uri("http://station/api/v1/"),
        };
        Tcp = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(host.Address!, "api/v1/"),
        };
    }

    internal FakeStation Station { get; }

    /// <summary>Through the Unix socket.</summary>
    internal HttpClient Local { get; }

    /// <summary>Through TCP, with no credentials of its own.</summary>
    internal HttpClient Tcp { get; }
    internal string SocketPath => Path.Combine(folder, "parley.sock");
    internal string Line => $"lines/{FakeStation.TheLine}";

    internal static async Task<ApiFixture> StartAsync(BaseMap? map = null)
    {
        var made = Directory.CreateTempSubdirectory("parley-api-").FullName;
        var station = new FakeStation();
        var database = await StationStore.OpenAsync(
            $"sqlite:{Path.Combine(made, "parley.db")}",
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        var book = new OfficerBook(database, OfficerLimits.Watch, TimeProvider.System, new TestLog());
        var options = new ApiOptions(
            Path.Combine(made, "parley.sock"),
            new Uri("http://127.0.0.1:0"),
            Token,
            Officers: book,
            Map: map
        );
        return new ApiFixture(
            made,
            database,
            book,
            await ApiHost.StartAsync(
                station.Desks,
                options,
                new TestLog(),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            ),
            station
        );
    }

    internal static HttpContent Json(string json) => new StringContent(json, Encoding.UTF8, "application/json");

    internal static HttpRequestMessage WithBearer(HttpMethod method, string path, string token) =>
        new(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    /// <summary>The answer's status, and its JSON.</summary>
    internal static async Task<(int Status, JsonElement Json)> ReadAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }

    public async ValueTask DisposeAsync()
    {
        Local.Dispose();
        Tcp.Dispose();
        await host.DisposeAsync();
        await officers.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
