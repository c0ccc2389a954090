using System.Text.Json;
using Parley.Station.Data;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Traffic;
using Xunit;

namespace Parley.Station.Tests.SignIn;

/// <summary>A whole station with its door: real store, real Kestrel, the test's clock; and browsers that come to
/// it.</summary>
internal sealed class Door : IAsyncDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("parley-d-").FullName;
    private readonly List<Browser> browsers = [];

    private Door(string? store, string? console, string? address)
    {
        var folder = StationFolder.Make(Path.Combine(root, "us"), "us", listens: false);
        File.WriteAllBytes(
            folder.Directory.Settings,
            new StationSettings(
                "us",
                folder.Card.Name,
                Console: address,
                WatchHours: address is null ? null : ShortWatch
            ).Encode()
        );
        Station = new LiveStation(folder)
        {
            Clock = Clock,
            Store = store,
            Console = console,
        };
    }

    internal DutyClock Clock { get; } = new(TimeProvider.System.GetUtcNow());
    internal LiveStation Station { get; }

    /// <summary>The line that the party writes to itself on.</summary>
    internal string Journal { get; private set; } = "";

    /// <summary>Hours of a watch where the settings are not left empty.</summary>
    internal const int ShortWatch = 8;

    /// <param name="store">Where it keeps everything; null for SQLite.</param>
    /// <param name="console">Folder of the console's files.</param>
    /// <param name="address">The console's origin by the settings; null for localhost.</param>
    internal static async Task<Door> OpenAsync(string? store = null, string? console = null, string? address = null)
    {
        var door = new Door(store, console, address);
        await door.Station.StartAsync();
        door.Journal = (await door.Station.GetAsync("station")).Json.GetProperty("journal").GetString()!;
        return door;
    }

    internal Browser NewBrowser()
    {
        var browser = new Browser(Station.Api);
        browsers.Add(browser);
        return browser;
    }

    /// <summary>The same browser after the station started anew, on the port that it has now.</summary>
    internal Browser Again(Browser browser)
    {
        var again = NewBrowser();
        (again.Cookie, again.Page) = (browser.Cookie, browser.Page);
        return again;
    }

    /// <summary>A link as <c>parley invite</c> makes it.</summary>
    internal async Task<string> InviteAsync(string name, params string[] seats)
    {
        var (status, json) = await Station.PostAsync($"users/{Uri.EscapeDataString(name)}/invite", new { seats });
        Assert.True(status == 200, $"{status} {json}");
        return json.GetProperty("url").GetString()!;
    }

    /// <summary>A browser in which an officer is signed in by a link.</summary>
    internal async Task<Browser> LetInAsync(string name, params string[] seats)
    {
        var browser = NewBrowser();
        Assert.Equal(200, await browser.OpenAsync(await InviteAsync(name, seats)));
        return browser;
    }

    /// <summary>What happened at the door, latest first, as "what user seat".</summary>
    internal async Task<List<string>> AuditAsync()
    {
        var (status, json) = await Station.GetAsync("session/audit");
        Assert.Equal(200, status);
        return
        [
            .. json.EnumerateArray()
                .Select(r =>
                    $"{r.GetProperty("what").GetString()} {r.GetProperty("user").GetString()} {r.GetProperty("seat").GetString()}".TrimEnd()
                ),
        ];
    }

    internal static void Refused(int status, string code, (int Status, JsonElement Json) answer)
    {
        Assert.True(
            answer.Json.ValueKind == JsonValueKind.Object && answer.Json.TryGetProperty("code", out _),
            $"{answer.Status} {answer.Json}"
        );
        Assert.Equal((status, code), (answer.Status, answer.Json.GetProperty("code").GetString()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in browsers)
            browser.Dispose();
        await Station.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }
}
