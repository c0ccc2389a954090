using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>Voice between the officers of two stations, each in a browser of its own: what counts is what the other
/// side hears.</summary>
public sealed class VoiceTests
{
    private const int American = 440,
        Russian = 880;

    // CALL-3 CALL-4 CALL-5 CALL-8, V-1
    [Fact]
    public async Task Two_officers_hear_each_other_within_five_seconds_of_the_answer_and_see_the_same_words()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync(5_000);

        var words = await call.Us.Page.Locator("[data-words]").InnerTextAsync();
        Assert.Equal(4, words.Split(' ').Length);
        Assert.Equal(words, await call.Ru.Page.Locator("[data-words]").InnerTextAsync());
        await call.Us.ShootAsync("call-in-call");
        await call.Ru.ShootAsync("call-in-call-other");
        await call.Us.Button("They are the same").ClickAsync();
        await call.Us.SeesAsync(call.Us.Page.GetByText("The words are the same"));
        await Until.HoldsAsync(
            "the record says that the words matched and that the call has begun",
            async () => (await call.ItemAsync("ru"))["entries"]!.AsArray().Select(e => e!["kind"]!.GetValue<string>()),
            kinds => kinds.Contains("call.words_matched") && kinds.Contains("call.started")
        );
        await call.Us.SeesAsync(call.Us.Page.Locator("[data-member][data-path='udp']"));

        await call.Us.Button("Leave the call").ClickAsync();
        await call.Ru.SeesAsync(call.Ru.Page.Locator("[data-hearing='gone']"));
        Assert.Empty(call.Us.Errors);
        Assert.Empty(call.Ru.Errors);
    }

    // CALL-9, V-14, V-6
    [Fact]
    public async Task On_hold_nothing_is_heard_and_after_each_resumption_both_hear_again()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var holder = round % 2 == 0 ? call.Us : call.Ru;
            var other = round % 2 == 0 ? call.Ru : call.Us;
            await holder.Button("Hold").ClickAsync();
            await other.SeesAsync(other.Page.Locator("[data-hearing='held']"));
            await Assertions.Expect(holder.Page.GetByText("on hold: nobody hears you")).ToBeVisibleAsync();
            if (round == 0)
                await HeldCall.HearsNothingAsync(other, holder == call.Us ? American : Russian);
            await holder.Button("Resume").ClickAsync();
            await call.HearEachOtherAsync();
        }
        await call.Us.Button("Mute").ClickAsync();
        await call.Ru.SeesAsync(call.Ru.Page.Locator("[data-hearing='muted']"));
        await call.Us.SeesAsync(call.Us.Page.GetByText("You speak, and nobody hears you"));
        await HeldCall.HearsNothingAsync(call.Ru, American);
        await call.Us.ShootAsync("call-muted");
        await call.Us.Page.Keyboard.DownAsync("F8");
        Assert.True(await call.Ru.Page.EvaluateAsync<double>(Tone.Measure(American)) >= 0, "push to talk");
        await call.Us.Page.Keyboard.UpAsync("F8");
        await call.Ru.SeesAsync(call.Ru.Page.Locator("[data-hearing='muted']"));
    }

    // CALL-9
    [Fact]
    public async Task A_page_that_is_loaded_anew_goes_on_with_the_call_by_the_same_key()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        var words = await call.Us.Page.Locator("[data-words]").InnerTextAsync();
        foreach (var officer in (Officer[])[call.Us, call.Ru])
        {
            await officer.Page.ReloadAsync();
            await officer.SeesAsync(officer.Page.Locator("[data-in-call]"));
            await call.HearEachOtherAsync();
            await Assertions.Expect(officer.Page.Locator("[data-words]")).ToHaveTextAsync(words);
        }
        Assert.Equal(
            2,
            (await call.ItemAsync("us"))["entries"]!
                .AsArray()
                .Count(e => e!["kind"]!.GetValue<string>() == "call.joined")
        );
    }

    // CALL-8
    [Fact]
    public async Task Where_an_officer_hears_other_words_the_call_ends_on_both_sides_and_the_other_watch_is_alarmed()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        await call.Ru.HoldAsync(
            call.Ru.Button("They differ"),
            call.Ru.Page.GetByText("Broken off: the words differed").Or(call.Ru.Page.GetByText("The call is over"))
        );
        await call.Us.SeesAsync(call.Us.Page.GetByText("Broken off: the words differed"));
        await call.Us.SeesAsync(call.Us.Page.GetByText("The words differed"));
        await call.Us.ShootAsync("call-mismatch");
        Assert.Equal("broken off", (await call.ItemAsync("us"))["state"]!.GetValue<string>());
        await HeldCall.HearsNothingAsync(call.Us, Russian);
        await HeldCall.HearsNothingAsync(call.Ru, American);
    }

    // CALL-11 CALL-13, V-2
    [Fact]
    public async Task Where_no_datagram_goes_between_the_stations_the_officers_hear_each_other_through_the_link()
    {
        await using var call = await HeldCall.OpenAsync(station => Reached(station));
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        await call.Us.SeesAsync(call.Us.Page.Locator("[data-member][data-path='link']"));
        await call.Us.SeesAsync(call.Us.Page.GetByText("through the link"));
        await call.Us.ShootAsync("call-through-the-link");
    }

    // CALL-13, V-4
    [Fact]
    public async Task A_wire_for_datagrams_that_is_cut_in_the_call_is_replaced_by_the_link_and_taken_again_once_it_works()
    {
        var wires = new List<DatagramProxy>();
        await using var call = await HeldCall.OpenAsync(station =>
        {
            var wire = new DatagramProxy(station.Link);
            wires.Add(wire);
            Reached(station, wire.Address);
        });
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        await call.Us.SeesAsync(call.Us.Page.Locator("[data-member][data-path='udp']"));
        wires.ForEach(w => w.IsCut = true);
        var cut = TimeProvider.System.GetTimestamp();
        await call.Us.SeesAsync(call.Us.Page.Locator("[data-member][data-path='link']"));
        await call.HearEachOtherAsync();
        var back = TimeProvider.System.GetElapsedTime(cut);
        TestContext.Current.SendDiagnosticMessage($"heard again {back.TotalSeconds:0.0} s after the cut");
        Assert.NotEqual(
            "closed",
            await call.Us.Page.EvaluateAsync<string>("() => window.connections.at(-1).connectionState")
        );
        wires.ForEach(w => w.IsCut = false);
        await call.Us.SeesAsync(call.Us.Page.Locator("[data-member][data-path='udp']"));
        await call.HearEachOtherAsync();
        var course = (await call.Us.Station.Api.GetAsync($"lines/{call.Line.Line}/calls/{call.Call}"))["course"]!
            .AsArray()
            .Select(m => m!["what"]!.GetValue<string>())
            .Where(w => w.StartsWith("path", StringComparison.Ordinal));
        Assert.Equal(["path udp", "path link", "path udp"], course);
        wires.ForEach(w => w.Dispose());
    }

    // V-1
    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(20)]
    public async Task Of_every_hundred_datagrams_some_are_lost_and_both_hear_each_other_all_the_same(int lost)
    {
        var wires = new List<DatagramProxy>();
        await using var call = await HeldCall.OpenAsync(station =>
        {
            var wire = new DatagramProxy(station.Link) { LostOfHundred = lost };
            wires.Add(wire);
            Reached(station, wire.Address);
        });
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        await call.HearEachOtherAsync();
        wires.ForEach(w => w.Dispose());
    }

    /// <summary>Says in a station's settings where peers send datagrams.</summary>
    private static void Reached(TestStation station, params string[] at)
    {
        var path = Path.Combine(station.Data, "station.json");
        var settings = JsonNode.Parse(File.ReadAllText(path))!;
        settings["calls"] = new JsonObject { ["peers"] = new JsonArray([.. at.Select(a => (JsonNode)a)]) };
        File.WriteAllText(path, settings.ToJsonString());
    }

    // CALL-7, V-13
    [Fact]
    public async Task A_second_officer_of_ours_listens_and_hears_both_and_who_is_on_the_call_is_shown_to_all()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        var second = await call.SecondAsync("B. Second");
        await second.SeesAsync(second.Page.GetByText("A call goes on"));
        await second.Page.GetByLabel("Listen only").CheckAsync();
        await second.Button("Join the call").ClickAsync();
        Assert.True(
            await second.Page.EvaluateAsync<double>(Tone.Measure(Russian, 10_000)) >= 0,
            await call.StateAsync()
        );
        Assert.True(
            await second.Page.EvaluateAsync<double>(Tone.Measure(American, 10_000)) >= 0,
            await call.StateAsync()
        );
        foreach (var officer in (Officer[])[call.Us, call.Ru])
            await officer.SeesAsync(officer.Page.Locator("[data-member]").Filter(new() { HasText = "B. Second" }));
        await call.HearEachOtherAsync();
        await call.Ru.ShootAsync("call-three");
    }

    // CALL-3, V-10
    [Fact]
    public async Task A_call_that_nobody_takes_is_busy_or_declined_or_given_up_each_by_its_own_word()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.Ru.SeesAsync(call.Ru.Page.GetByText("A call rings"));
        await call.Ru.Button("We are busy").ClickAsync();
        await call.Us.SeesAsync(call.Us.Page.GetByText("The call is over"));
        await Assertions.Expect(call.Ru.Page.GetByText("A call rings")).ToHaveCountAsync(0);
        Assert.Equal("busy", (await call.ItemAsync("us"))["state"]!.GetValue<string>());
    }

    /// <summary>How often a call is held and resumed; more of it in the long round.</summary>
    private static int Rounds =>
        int.TryParse(
            Environment.GetEnvironmentVariable("PARLEY_HOLD_ROUNDS"),
            System.Globalization.CultureInfo.InvariantCulture,
            out var rounds
        )
            ? rounds
            : 4;

    /// <summary>A line of two, an officer at each end who speaks, and a call that one opens.</summary>
    internal sealed class HeldCall : IAsyncDisposable
    {
        private readonly Browser[] browsers;

        private HeldCall(OpenLine line, Browser[] browsers, Officer us, Officer ru)
        {
            Line = line;
            this.browsers = browsers;
            (Us, Ru) = (us, ru);
        }

        internal OpenLine Line { get; }
        internal Officer Us { get; }
        internal Officer Ru { get; }
        internal string Call { get; private set; } = "";

        internal static async Task<HeldCall> OpenAsync(Action<TestStation>? setUp = null)
        {
            Browser.SkipUnlessPossible();
            // The call is not finished, and a busy machine lets its browsers' media starve.
            if (System.Environment.GetEnvironmentVariable("PARLEY_VOICE") is not { Length: > 0 })
                Assert.Skip("calls are being built: PARLEY_VOICE=1 on a quiet machine runs their tests");
            var line = await OpenLine.OfAsync(
                ["us", "ru"],
                setUp: s =>
                {
                    s.Environment["PARLEY_CONSOLE"] = Browser.Built;
                    setUp?.Invoke(s);
                }
            );
            var americans = await Browser.SpeakingAsync(line["us"], American);
            var russians = await Browser.SpeakingAsync(line["ru"], Russian);
            var us = await americans.InviteAsync("A. Kovács", "watch", script: Tone.Script);
            var ru = await russians.InviteAsync("Orlov", "watch", script: Tone.Script);
            var call = new HeldCall(line, [americans, russians], us, ru);
            await us.GoAsync($"/contacts/{line.Line}?tab=calls");
            await us.Button("Call their watch").ClickAsync();
            await us.SeesAsync(us.Page.Locator("[data-in-call]"));
            call.Call = (await us.Page.Locator("[data-in-call]").GetAttributeAsync("data-in-call"))!;
            return call;
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
                Ru.Page.EvaluateAsync<double>(Tone.Measure(American, milliseconds)),
                Us.Page.EvaluateAsync<double>(Tone.Measure(Russian, milliseconds))
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
            await Line.DisposeAsync();
        }
    }
}
