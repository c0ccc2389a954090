using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>A line of two, an officer at each end who speaks, and a call that one opens.</summary>
internal sealed class HeldCall : IAsyncDisposable
{
    private readonly List<Browser> browsers;
    private bool ownsLine;

    private HeldCall(OpenLine line, Browser[] browsers, Officer us, Officer ru)
    {
        Line = line;
        this.browsers = [.. browsers];
        (Us, Ru) = (us, ru);
    }

    internal OpenLine Line { get; }
    internal Officer Us { get; }
    internal Officer Ru { get; }
    internal string Call { get; private set; } = "";

    /// <summary>Opens a line, and a call on it.</summary>
    /// <param name="setUp">What is to be done to a station before it starts.</param>
    /// <param name="script">What runs in each page before the console does, beside what measures.</param>
    /// <param name="options">Of the browsers.</param>
    internal static async Task<HeldCall> OpenAsync(
        Action<TestStation>? setUp = null,
        string script = "",
        params string[] options
    )
    {
        Browser.SkipUnlessPossible();
        var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s =>
            {
                WithConsole(s);
                setUp?.Invoke(s);
            }
        );
        try
        {
            var call = await OnAsync(line, _ => [], script, options);
            call.ownsLine = true;
            return call;
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets a station give the console that was built.</summary>
    internal static void WithConsole(TestStation station) => station.Environment["PARLEY_CONSOLE"] = Browser.Built;

    /// <summary>Opens a call on a line that is there, and that stays there.</summary>
    /// <param name="before">Words before the command line of a party's browser: in which network it runs.</param>
    internal static async Task<HeldCall> OnAsync(
        OpenLine line,
        Func<string, string[]> before,
        string script = "",
        params string[] options
    )
    {
        var call = await BesideAsync(line, before, script, options);
        await call.Us.GoAsync($"/contacts/{line.Line}?tab=calls");
        await call.Us.Button("Call their watch").ClickAsync();
        await call.IsInAsync();
        return call;
    }

    /// <summary>A call that was asked for and agreed to on a line that is there, and that stays there: one side has joined it.</summary>
    internal static async Task<HeldCall> AgreedAsync(OpenLine line, string request)
    {
        var call = await BesideAsync(line, _ => [], "", []);
        await call.Us.GoAsync($"/contacts/{line.Line}?tab=calls");
        await call.Us.Page.Locator($"[data-item='{request}']").GetByText("Join the call").ClickAsync();
        await call.IsInAsync();
        return call;
    }

    private static async Task<HeldCall> BesideAsync(
        OpenLine line,
        Func<string, string[]> before,
        string script,
        string[] options
    )
    {
        var speaking = await Task.WhenAll(
            Browser.SpeakingAsync(line["us"], VoiceTests.American, before("us"), options),
            Browser.SpeakingAsync(line["ru"], VoiceTests.Russian, before("ru"), options)
        );
        var officers = await Task.WhenAll(
            speaking[0].InviteAsync("A. Kovács", "watch", script: Tone.Script + script),
            speaking[1].InviteAsync("Orlov", "watch", script: Tone.Script + script)
        );
        return new HeldCall(line, speaking, officers[0], officers[1]);
    }

    private async Task IsInAsync()
    {
        await Us.SeesAsync(Us.Page.Locator("[data-in-call]"));
        Call = (await Us.Page.Locator("[data-in-call]").GetAttributeAsync("data-in-call"))!;
    }

    internal async Task AnswerAsync()
    {
        await Ru.SeesAsync(Ru.Page.GetByText("A call rings"));
        await Ru.ShootAsync("call-rings");
        await Ru.Button("Answer").ClickAsync();
    }

    internal async Task HearEachOtherAsync(int milliseconds = 20_000)
    {
        var heard = await Task.WhenAll(
            Ru.Page.EvaluateAsync<double>(Tone.Measure(VoiceTests.American, milliseconds)),
            Us.Page.EvaluateAsync<double>(Tone.Measure(VoiceTests.Russian, milliseconds))
        );
        Assert.True(heard[0] >= 0, $"Moscow does not hear Washington\n{await StateAsync()}");
        Assert.True(heard[1] >= 0, $"Washington does not hear Moscow\n{await StateAsync()}");
    }

    /// <summary>What is still in the jitter buffer may be heard for a moment; then there is nothing.</summary>
    internal static async Task HearsNothingAsync(Officer officer, int hertz) =>
        await Until.HoldsAsync(
            $"{officer.Name} hears nothing of {hertz} Hz",
            () => officer.Page.EvaluateAsync<double>(Tone.Measure(hertz, 1_200)),
            heard => heard < 0
        );

    /// <summary>Another officer of ours.</summary>
    internal Task<Officer> SecondAsync(string name) => browsers[0].InviteAsync(name, "watch", script: Tone.Script);

    /// <summary>An officer at a browser of their own, whose voice is another tone.</summary>
    internal async Task<Officer> ThirdAsync(string party, string name, string seat, int hertz)
    {
        var browser = await Browser.SpeakingAsync(Line[party], hertz);
        browsers.Add(browser);
        return await browser.InviteAsync(name, seat, script: Tone.Script);
    }

    internal static async Task<bool> HearsAsync(Officer officer, int hertz, int milliseconds = 20_000) =>
        await officer.Page.EvaluateAsync<double>(Tone.Measure(hertz, milliseconds)) >= 0;

    /// <summary>What a party's station drafts of the log, what was signed, and where they differ.</summary>
    internal Task<JsonNode> LogsAsync(string party) => Line[party].Api.GetAsync($"lines/{Line.Line}/calls/{Call}/log");

    internal Task<JsonNode> ItemAsync(string party) => Line[party].Api.GetAsync($"lines/{Line.Line}/items/{Call}");

    internal async Task<string> StateAsync()
    {
        var said = new List<string>();
        foreach (var officer in (Officer[])[Us, Ru])
        {
            said.Add(await officer.Page.Locator("body").InnerTextAsync());
            said.Add(
                await officer.Page.EvaluateAsync<string>(
                    """
                    async () => JSON.stringify(await Promise.all((window.connections ?? []).map(async (c) => ({
                      connection: c.connectionState, ice: c.iceConnectionState, signaling: c.signalingState,
                      stats: [...(await c.getStats()).values()].filter((s) => ['candidate-pair', 'local-candidate', 'remote-candidate', 'inbound-rtp', 'outbound-rtp', 'transport', 'media-source'].includes(s.type)),
                    }))))
                    """
                )
            );
            said.AddRange(officer.Errors);
            said.Add((await officer.Station.Api.GetAsync($"lines/{Line.Line}/calls")).ToJsonString());
            said.Add(officer.Station.LogEnd());
        }
        return string.Join('\n', said);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in browsers)
            await browser.DisposeAsync();
        if (ownsLine)
            await Line.DisposeAsync();
    }
}
