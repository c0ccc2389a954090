using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>
/// Officers of one station in Debian's Chromium. All tests share one process of it, and each officer has a context of
/// their own in it, with cookies, storage and passkeys of its own.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    /// <summary>The same browser without a window first: it draws pages and nothing around them.</summary>
    private static readonly string[] Places =
    [
        "/usr/bin/chromium-headless-shell",
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
    ];
    private readonly SharedChromium shared;
    private readonly TestStation station;
    private readonly List<IBrowserContext> contexts = [];

    private Browser(SharedChromium shared, TestStation station)
    {
        this.shared = shared;
        this.station = station;
    }

    /// <summary>Where Chromium is; null where it is not installed.</summary>
    internal static string? Program => Places.FirstOrDefault(File.Exists);

    private const string AtOnce =
        "try { localStorage.getItem('parley.undo') ?? localStorage.setItem('parley.undo', '0') } catch {}";

    /// <summary>The folder of the built console.</summary>
    internal static string Built => Path.Combine(VectorFolder.ProjectRoot(), "console", "dist");

    /// <summary>Where screenshots go, for people to look at.</summary>
    internal static string Shots { get; } =
        Directory.CreateDirectory(Path.Combine(VectorFolder.ProjectRoot(), "artifacts", "screenshots")).FullName;

    internal static void SkipUnlessPossible()
    {
        if (Program is null)
            Assert.Skip("Chromium is not installed: apt-get install chromium");
        if (!File.Exists(Path.Combine(Built, "index.html")))
            Assert.Skip("the console is not built: npm ci && npm run build in console/");
    }

    internal static async Task<Browser> StartAsync(TestStation station)
    {
        Assertions.SetDefaultExpectTimeout((float)Until.Limit.TotalMilliseconds); // as long as anything may take on a machine that does ten other things
        return new Browser(await SharedChromium.OfThisRunAsync(), station);
    }

    private bool owns;

    /// <summary>Officers who speak: their microphone plays a tone of so many hertz.</summary>
    /// <param name="station">Their station.</param>
    /// <param name="hertz">What their microphone plays.</param>
    /// <param name="before">Words before the browser's command line.</param>
    /// <param name="options">Of that command line, beside the usual.</param>
    internal static async Task<Browser> SpeakingAsync(
        TestStation station,
        int hertz,
        string[]? before = null,
        params string[] options
    )
    {
        Assertions.SetDefaultExpectTimeout((float)Until.Limit.TotalMilliseconds);
        return new Browser(await SharedChromium.SpeakingAsync(Tone.FileOf(hertz), before ?? [], options), station)
        {
            owns = true,
        };
    }

    /// <summary>Makes a link for an officer, opens it and presses its button, in a context of its own with a passkey
    /// device of its own.</summary>
    /// <param name="seat">His seats, separated by spaces; the link's session begins in the first.</param>
    /// <param name="name">His name.</param>
    /// <param name="width">Of his window, in pixels.</param>
    /// <param name="height">Of his window, in pixels.</param>
    /// <param name="kept">The context that he sits in; null for a new one, which leaves nothing on any disk.</param>
    /// <param name="script">What runs in each of his pages before the console does.</param>
    internal async Task<Officer> InviteAsync(
        string name,
        string seat,
        int width = 1280,
        int height = 800,
        IBrowserContext? kept = null,
        string? script = null
    )
    {
        var url = (
            await station.RunAsync([
                "invite",
                "--name",
                name,
                .. seat.Split(' ').SelectMany(one => new[] { "--seat", one }),
                "--json",
            ])
        )
            .Ended(0)
            .Json["url"]!.GetValue<string>();
        var context =
            kept
            ?? await NewContextAsync(
                new BrowserNewContextOptions
                {
                    ViewportSize = new ViewportSize { Width = width, Height = height },
                    Locale = "en-GB",
                    TimezoneId = "UTC",
                }
            );
        // What is signed at once is what most tests are about; the time to take it back has a test of its own.
        await context.AddInitScriptAsync(AtOnce);
        if (script is not null)
            await context.AddInitScriptAsync(script);
        if (owns)
            await context.GrantPermissionsAsync(["microphone"]);
        context.SetDefaultTimeout((float)Until.Limit.TotalMilliseconds);
        var page = await context.NewPageAsync();
        var officer = new Officer(page, station, name);
        var devtools = await context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await officer.DeviceAsync(devtools);
        await officer.TakeLinkAsync(url);
        await page.GetByRole(AriaRole.Heading, new() { Name = "A line for a test" }).WaitForAsync();
        return officer;
    }

    private async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options)
    {
        var context = await shared.Chromium.NewContextAsync(options);
        contexts.Add(context);
        return context;
    }

    /// <summary>A browser whose profile stays in a folder, as an officer's does. Closing it ends its process.</summary>
    internal Task<IBrowserContext> KeptAsync(string profile) =>
        shared.Playwright.Chromium.LaunchPersistentContextAsync(
            profile,
            new BrowserTypeLaunchPersistentContextOptions
            {
                ExecutablePath = Program,
                Args = SharedChromium.Options,
                Locale = "en-GB",
                TimezoneId = "UTC",
                ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
            }
        );

    public async ValueTask DisposeAsync()
    {
        foreach (var context in contexts)
            await context.CloseAsync();
        if (owns)
            await shared.EndAsync();
    }
}

/// <summary>An officer at his screen: what he looks for, by the words and roles that he (or his screen reader) finds it
/// by.</summary>
internal sealed class Officer
{
    private static readonly string[] Grave = ["serious", "critical"];
    private static readonly Lazy<string> Axe = new(() =>
        File.ReadAllText(Path.Combine(VectorFolder.ProjectRoot(), "console", "node_modules", "axe-core", "axe.min.js"))
    );

    internal Officer(IPage page, TestStation station, string name)
    {
        Page = page;
        Station = station;
        Name = name;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                Errors.Add($"{message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => Errors.Add(error);
    }

    /// <summary>Of the test that they sit in: what the shared browser tells runs in no test of its own.</summary>
    private readonly CancellationToken stop = TestContext.Current.CancellationToken;

    internal IPage Page { get; }
    internal TestStation Station { get; }
    internal string Name { get; }

    /// <summary>What the browser complained about, its content security policy included.</summary>
    internal List<string> Errors { get; } = [];

    internal ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    internal ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    internal ILocator Message(string text) => Page.Locator("article[data-entry]").Filter(new() { HasText = text });

    /// <summary>Carries a request of his page to the station, and gives the answer to the test instead of the
    /// page.</summary>
    internal async Task<(int Status, string Text)> ForwardAsync(IRequest asked)
    {
        using var http = new HttpClient(
            new SocketsHttpHandler
            {
                UseCookies = false,
                UseProxy = false,
                AllowAutoRedirect = false,
            }
        );
        using var request = new HttpRequestMessage(
            new HttpMethod(asked.Method),
            new Uri(Station.Api.Address, new Uri(asked.Url).PathAndQuery)
        );
        if (asked.PostDataBuffer is { } body)
            request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in await asked.AllHeadersAsync())
        {
            if (name.StartsWith(':') || name is "content-length" or "accept-encoding" or "connection")
                continue;
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        request.Headers.Host = new Uri(asked.Url).Authority; // by the name that the page knows it by
        using var answer = await http.SendAsync(request, stop);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(stop));
    }

    internal Task GoAsync(string path) => Page.GotoAsync($"http://localhost:{Station.Api.Address.Port}{path}");

    /// <summary>Opens a one-time link, which says whom it is for, and signs in with it.</summary>
    internal async Task TakeLinkAsync(string url)
    {
        var link = new Uri(url);
        await GoAsync($"{link.PathAndQuery}{link.Fragment}");
        await Button($"Sign in as {Name}").ClickAsync();
    }

    /// <summary>Chooses how pressing the message is that he writes.</summary>
    internal Task ChoosesPrecedenceAsync(string word) =>
        Page.Locator("form[data-tour=write]").GetByText(word, new() { Exact = true }).ClickAsync();

    /// <summary>Another tab of his browser.</summary>
    internal async Task<Officer> OtherTabAsync() => new(await Page.Context.NewPageAsync(), Station, Name);

    internal Task SeesAsync(ILocator what) =>
        Assertions.Expect(what.First).ToBeVisibleAsync(new() { Timeout = (float)Until.Limit.TotalMilliseconds });

    /// <summary>Presses a button that is held to confirm until <paramref name="done"/> can be seen.</summary>
    internal async Task HoldAsync(ILocator button, ILocator done)
    {
        await button.HoverAsync();
        await Page.Mouse.DownAsync();
        await SeesAsync(done);
        await Page.Mouse.UpAsync();
    }

    /// <summary>Moves the focus with the tabulator alone, as who has no mouse does.</summary>
    internal Task TabToAsync(ILocator what) => PressToAsync("Tab", what);

    /// <summary>Moves the focus with one key alone.</summary>
    internal async Task PressToAsync(string key, ILocator what)
    {
        for (var i = 0; i < 150; i++)
        {
            if (
                await what.First.EvaluateAsync<bool>(
                    "e => e === document.activeElement || e.contains(document.activeElement)"
                )
            )
                return;
            await Page.Keyboard.PressAsync(key);
        }
        Assert.Fail($"150 presses of {key} did not reach {what}");
    }

    private ICDPSession? passkeys;
    private string? device;

    /// <summary>Gives the page a passkey device of its own.</summary>
    internal async Task DeviceAsync(ICDPSession devtools)
    {
        passkeys = devtools;
        var added = await devtools.SendAsync(
            "WebAuthn.addVirtualAuthenticator",
            new Dictionary<string, object>
            {
                ["options"] = new Dictionary<string, object>
                {
                    ["protocol"] = "ctap2",
                    ["transport"] = "internal",
                    ["hasResidentKey"] = true,
                    ["hasUserVerification"] = true,
                    ["isUserVerified"] = true,
                    ["automaticPresenceSimulation"] = true,
                },
            }
        );
        device = added!.Value.GetProperty("authenticatorId").GetString();
    }

    /// <summary>Takes his passkey device away, and puts an empty one in its place.</summary>
    internal async Task OtherDeviceAsync()
    {
        await passkeys!.SendAsync(
            "WebAuthn.removeVirtualAuthenticator",
            new Dictionary<string, object> { ["authenticatorId"] = device! }
        );
        await DeviceAsync(passkeys);
    }

    internal Task ShootAsync(string name) =>
        Page.ScreenshotAsync(new() { Path = Path.Combine(Browser.Shots, $"{name}.png") });

    /// <summary>No finding of axe-core that is serious or worse.</summary>
    internal Task IsAccessibleAsync(string screen) => IsAccessibleAsync(Page, screen);

    internal static async Task IsAccessibleAsync(IPage page, string screen)
    {
        await page.EvaluateAsync(Axe.Value);
        var found = JsonNode
            .Parse(
                await page.EvaluateAsync<string>(
                    "async () => JSON.stringify((await axe.run(document, { resultTypes: ['violations'] })).violations.map(v => ({ id: v.id, impact: v.impact, where: v.nodes.slice(0, 4).map(n => n.target.join(' ') + ' | ' + (n.any[0]?.message ?? n.failureSummary)) })))"
                )
            )!
            .AsArray();
        var grave = found
            .Where(v => Grave.Contains(v!["impact"]?.GetValue<string>()))
            .Select(v => v!.ToJsonString())
            .ToList();
        Assert.True(grave.Count == 0, $"{screen}: {string.Join('\n', grave)}");
    }
}
