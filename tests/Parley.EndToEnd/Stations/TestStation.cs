using System.Text.Json.Nodes;
using Xunit;

namespace Parley.EndToEnd.Stations;

/// <summary>Where a station runs that is not to stand on the test's own network: its address there, and the words
/// before its command line.</summary>
internal sealed record StationPlace(string Address, string[] Before);

/// <summary>
/// One party's station: its directory, and the process while it runs. Every station of a test run has a loopback
/// address of its own
/// (127.0.0.0/8 is one host), so that its ports are the same after a restart and nobody else's in between. One that
/// stands in a network of its own
/// has an address there, and is asked over its Unix socket, which is a matter of the file system and of no network.
/// </summary>
internal sealed class TestStation : IAsyncDisposable
{
    internal const int LinkPort = 7100;
    private const int FirstApiPort = 7180;

    /// <summary>Stations that one run makes at most: each has an address of its own, 250 in a block of them.</summary>
    internal const int Most = 4 * InBlock;
    private const int InBlock = 250;
    private static int stations;

    private readonly TestFolder folder;
    private readonly bool dialsOnly;
    private readonly StationPlace? place;
    private readonly string address,
        apiAddress;
    private readonly int apiPort;
    private ParleyProcess? process;
    private StationApi? api;

    private TestStation(TestFolder folder, string party, bool dialsOnly, StationPlace? place)
    {
        this.folder = folder;
        this.dialsOnly = dialsOnly;
        this.place = place;
        var number = place is null ? Interlocked.Increment(ref stations) : 0;
        address = place?.Address ?? AddressOf(number);
        apiPort = FirstApiPort + number;
        apiAddress = place is null or { Before: [] } ? address : "127.0.0.1";
        ListensAt = Link;
        Party = party;
    }

    internal string Party { get; }
    internal string Data => folder[Party];
    internal string Card => folder[$"{Party}.card"];

    /// <summary>Further options of <c>parley run</c>.</summary>
    internal string[] Options { get; set; } = [];
    internal Dictionary<string, string> Environment { get; } = [];
    internal string Link => $"{address}:{LinkPort}";

    /// <summary>Where its link port listens: there, or behind something that a test puts in between.</summary>
    internal string ListensAt { get; private set; }

    /// <summary>From its next start on its link port is another than the one that its card names.</summary>
    internal void Behind(int port) => ListensAt = $"{address}:{port}";

    /// <summary>The running station's API over TCP; of one in a network of its own, over its Unix socket.</summary>
    internal StationApi Api =>
        api ??= new StationApi(
            new Uri($"http://{apiAddress}:{apiPort}"),
            File.ReadAllText(Path.Combine(Data, "api.token")).Trim(),
            place is null ? null : Path.Combine(Data, "parley.sock")
        );

    /// <summary>Makes a station with <c>parley init</c>, and its card file with <c>parley card</c>.</summary>
    /// <param name="alone">True where each command is to be a process of its own.</param>
    internal static async Task<TestStation> InitAsync(
        TestFolder folder,
        string party,
        bool dialsOnly = false,
        StationPlace? place = null,
        bool alone = false
    )
    {
        var station = new TestStation(folder, party, dialsOnly, place);
        string[] reached = dialsOnly ? [] : ["--address", station.Link];
        Func<string[], Task<Said>> run = alone ? station.RunAloneAsync : station.RunAsync;
        (await run(["init", "--party", party, "--name", $"Party {party}", "--language", "en", .. reached])).Ended(0);
        (await run(["card", "--out", station.Card])).Ended(0);
        return station;
    }

    /// <summary>A station that was made elsewhere: its directory is in the folder already, and its card names this
    /// address.</summary>
    internal static TestStation Found(TestFolder folder, string party, string address) =>
        new(folder, party, dialsOnly: false, new StationPlace(address, []));

    /// <summary>For a test that counts entries: from its next start on the station tests no line by itself.</summary>
    internal void TestsNoLine()
    {
        var settings = Path.Combine(Data, "station.json");
        var said = JsonNode.Parse(File.ReadAllText(settings))!;
        said["lineTests"] = false;
        File.WriteAllText(settings, said.ToJsonString());
    }

    /// <summary>Starts it, and returns when it says that it is ready.</summary>
    internal async Task StartAsync()
    {
        await BeginAsync();
        await process!.LineWithAsync("ready: ");
    }

    /// <summary>Starts its process and waits for nothing.</summary>
    internal async Task BeginAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        string[] link = dialsOnly ? [] : ["--link", ListensAt];
        process = ParleyProcess.Start(
            folder[$"{Party}.log"],
            [
                "run",
                "--data",
                Data,
                "--listen",
                $"http://{apiAddress}:{apiPort}",
                "--stop-with-stdin",
                .. link,
                .. Options,
            ],
            Environment,
            place?.Before
        );
    }

    internal async Task StopAsync() => Assert.Equal(0, await process!.StopAsync());

    internal Task KillAsync() => process!.KillAsync();

    internal void Pause() => process!.Pause();

    internal void Continue() => process!.Continue();

    /// <summary>Runs a command on this station's directory: the whole command line, without the half second that a
    /// process of its own takes to begin.</summary>
    internal Task<Said> RunAsync(params string[] arguments) => ParleyCommand.HereAsync([.. arguments, "--data", Data]);

    /// <summary>The same as a process of its own: what reads standard input or writes bytes to standard output, and what is
    /// to be seen once as officers see it.</summary>
    internal Task<Said> RunAloneAsync(params string[] arguments) =>
        ParleyCommand.RunAsync([.. arguments, "--data", Data], input: "");

    /// <summary><c>line status --json</c> of its only line.</summary>
    internal async Task<JsonNode> StatusAsync() => (await RunAsync("line", "status", "--json")).Ended(0).Json;

    /// <summary>The end of its log, for a test that has to say more than that it failed.</summary>
    internal string LogEnd() => process?.LogEnd() ?? "";

    /// <summary>Where the API of every station of this run is, or will be: in a browser all of them go by the name
    /// localhost, which passkeys are bound to, and by their ports.</summary>
    internal static IEnumerable<(int Port, string Address)> ApiPlaces =>
        Enumerable.Range(1, Most).Select(number => (FirstApiPort + number, AddressOf(number)));

    private static string AddressOf(int station)
    {
        var block = System.Environment.ProcessId + station / InBlock * 8191; // far from the blocks of runs beside this one
        return $"127.{1 + (block >> 8) % 254}.{block & 255}.{1 + station % InBlock}";
    }

    public async ValueTask DisposeAsync()
    {
        api?.Dispose();
        if (Interlocked.Exchange(ref process, null) is { } running)
            await running.DisposeAsync();
    }
}
