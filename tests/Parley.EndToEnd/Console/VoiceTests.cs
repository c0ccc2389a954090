using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>Voice between the officers of two stations, each in a browser of its own: what counts is what the other
/// side hears.</summary>
public sealed class VoiceTests
{
    internal const int American = 440,
        Russian = 880,
        Interpreting = 1_320;

    // CALL-3 CALL-4 CALL-5 CALL-8 CALL-20, V-1
    [Fact]
    public async Task Two_officers_hear_each_other_within_five_seconds_of_the_answer_and_see_the_same_words()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync(5_000);

        const string Said = "() => window.connections.at(-1).localDescription.type";
        Assert.Equal("answer", await call.Us.Page.EvaluateAsync<string>(Said)); // they called, and joined first
        Assert.Equal("offer", await call.Ru.Page.EvaluateAsync<string>(Said));

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
        Assert.True(call.Us.Errors.Count == 0, string.Join("\n", call.Us.Errors));
        Assert.True(call.Ru.Errors.Count == 0, string.Join("\n", call.Ru.Errors));
    }

    // CALL-9, V-14
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public Task On_hold_nothing_is_heard_and_after_each_resumption_both_hear_again() => HoldAsync(3);

    // CALL-9, V-14
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public Task After_twenty_times_on_hold_both_hear_each_other_as_after_the_first() => HoldAsync(20);

    private static async Task HoldAsync(int times)
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        for (var round = 0; round < times; round++)
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
        var course = (await call.LogsAsync("us"))["draft"]!["course"]!.AsArray();
        Assert.Equal(times, course.Count(m => m!["what"]!.GetValue<string>() == "held"));
        Assert.Equal(times, course.Count(m => m!["what"]!.GetValue<string>() == "resumed"));
    }

    // V-6, V-7
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Whoever_is_muted_is_heard_by_nobody_is_told_so_when_they_speak_and_speaks_while_a_key_is_held()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        await call.Us.Button("Mute").ClickAsync();
        await call.Ru.SeesAsync(call.Ru.Page.Locator("[data-hearing='muted']"));
        await call.Us.SeesAsync(call.Us.Page.GetByText("You speak, and nobody hears you"));
        await HeldCall.HearsNothingAsync(call.Ru, American);
        await call.Us.ShootAsync("call-muted");
        await call.Us.Page.Keyboard.DownAsync("F8");
        Assert.True(await HeldCall.HearsAsync(call.Ru, American), $"push to talk\n{await call.StateAsync()}");
        await call.Us.Page.Keyboard.UpAsync("F8");
        await call.Ru.SeesAsync(call.Ru.Page.Locator("[data-hearing='muted']"));

        // A page that is loaded anew lets nobody hear who was muted.
        await call.Us.Page.ReloadAsync();
        await call.Us.SeesAsync(call.Us.Page.GetByText("muted: nobody hears you"));
        await call.Ru.SeesAsync(call.Ru.Page.Locator("[data-hearing='muted']"));
        await HeldCall.HearsNothingAsync(call.Ru, American);
    }

    // CALL-9
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
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
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Where_an_officer_hears_other_words_the_call_ends_on_both_sides_and_the_other_watch_is_alarmed()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        await call.Ru.HoldAsync(
            call.Ru.Page.GetByRole(AriaRole.Button, new() { Name = "They differ" }),
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
    [Trait(Rounds.Name, Rounds.Long)]
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
    [Trait(Rounds.Name, Rounds.Long)]
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
    [Trait(Rounds.Name, Rounds.Long)]
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
    internal static void Reached(TestStation station, params string[] at)
    {
        var path = Path.Combine(station.Data, "station.json");
        var settings = JsonNode.Parse(File.ReadAllText(path))!;
        settings["calls"] = new JsonObject { ["peers"] = new JsonArray([.. at.Select(a => (JsonNode)a)]) };
        File.WriteAllText(path, settings.ToJsonString());
    }

    // CALL-7, V-13
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
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
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_call_that_nobody_takes_is_busy_or_declined_or_given_up_each_by_its_own_word()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.Ru.SeesAsync(call.Ru.Page.GetByText("A call rings"));
        await call.Ru.Button("We are busy").ClickAsync();
        var over = call.Us.Page.Locator("[data-ended]");
        await call.Us.SeesAsync(over.GetByText("The call is over"));
        await call.Us.SeesAsync(over.GetByText("busy"));
        await Assertions.Expect(call.Ru.Page.GetByText("A call rings")).ToHaveCountAsync(0);
        Assert.Equal("busy", (await call.ItemAsync("us"))["state"]!.GetValue<string>());
    }

    // CALL-15, V-10
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task An_interpreter_is_heard_by_the_side_that_admits_them_and_a_call_that_is_answered_rings_nowhere_else()
    {
        await using var call = await HeldCall.OpenAsync();
        var interpreter = await call.ThirdAsync("ru", "I. Tolmach", "interpreter", Interpreting);
        await interpreter.SeesAsync(interpreter.Page.GetByText("A call rings"));
        await call.AnswerAsync();
        await Assertions.Expect(interpreter.Page.GetByText("A call rings")).ToHaveCountAsync(0);
        await call.HearEachOtherAsync();
        await interpreter.Button("Join the call").ClickAsync();
        await interpreter.SeesAsync(interpreter.Page.GetByText("waits to be admitted by the other side"));
        await call.Us.SeesAsync(call.Us.Page.GetByText("not admitted by us: they hear nobody of ours"));
        Assert.False(await HeldCall.HearsAsync(call.Us, Interpreting, 1_200));

        await call.Us.Button("Admit").ClickAsync();
        Assert.True(await HeldCall.HearsAsync(call.Us, Interpreting), await call.StateAsync());
        Assert.True(await HeldCall.HearsAsync(interpreter, American), await call.StateAsync());
        Assert.False(await HeldCall.HearsAsync(call.Ru, Interpreting, 1_200)); // their own side has its own word
        await call.Ru.Button("Admit").ClickAsync();
        Assert.True(await HeldCall.HearsAsync(call.Ru, Interpreting), await call.StateAsync());
        Assert.True(await HeldCall.HearsAsync(interpreter, Russian), await call.StateAsync());
        await call.HearEachOtherAsync();
        await call.Us.ShootAsync("call-interpreter");

        await call.Us.Button("Send out").ClickAsync();
        await HeldCall.HearsNothingAsync(call.Us, Interpreting);
        await call.HearEachOtherAsync();
    }

    // CALL-16
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_call_is_recorded_once_all_consent_until_one_takes_it_back_and_the_hash_of_the_file_is_on_the_record()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        await call.Us.Button("Ask to record").ClickAsync();
        await call.Us.SeesAsync(call.Us.Page.GetByText("this still needs the consent of: Party ru"));
        Assert.Equal(0, await call.Us.Button("Record").CountAsync());
        await call.Ru.SeesAsync(call.Ru.Page.GetByText("Party us would like this call to be recorded"));
        await call.Ru.Button("Consent to the recording").ClickAsync();
        await call.Us.Button("Record").ClickAsync();
        foreach (var officer in (Officer[])[call.Us, call.Ru])
            await officer.SeesAsync(officer.Page.GetByText("Recorded by"));
        Assert.True(await HeldCall.HearsAsync(call.Us, Russian), await call.StateAsync());
        await call.Us.ShootAsync("call-recorded");

        var download = await call.Us.Page.RunAndWaitForDownloadAsync(() =>
            call.Ru.Button("Take the consent back").ClickAsync()
        );
        var file = await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.True(file.Length > 1_000, $"{file.Length} bytes");
        var hash = $"sha256:{Parley.Crypto.Sha256.Of(file).ToHex()}";
        await Until.HoldsAsync(
            "the hash is on the record of both",
            async () =>
                $"{(await call.LogsAsync("us"))["draft"]!["recordingHash"]} {(await call.LogsAsync("ru"))["draft"]!["recordingHash"]}",
            found => found == $"{hash} {hash}"
        );
        await Assertions.Expect(call.Ru.Page.GetByText("Recorded by")).ToHaveCountAsync(0);
        await call.HearEachOtherAsync();
    }

    // V-8
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_headset_that_goes_is_replaced_audibly_and_taken_again_when_it_is_back()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        var chosen = await call
            .Us.Page.GetByLabel("Microphone")
            .EvaluateAsync<string>(
                "select => [...select.options].map(o => o.value).filter(v => v !== '' && v !== 'default').at(-1)"
            );
        await call.Us.Page.GetByLabel("Microphone").SelectOptionAsync(chosen);
        await call.HearEachOtherAsync();
        await call.Us.Page.EvaluateAsync(Unplug, chosen);
        await call.Us.SeesAsync(call.Us.Page.GetByText("The device went: another one is used"));
        Assert.NotEqual(chosen, await call.Us.Page.GetByLabel("Microphone").InputValueAsync());
        await call.HearEachOtherAsync();
        await call.Us.Page.EvaluateAsync("() => window.plugIn()");
        await call.Us.SeesAsync(call.Us.Page.GetByText("The device is back and is used again"));
        await Assertions.Expect(call.Us.Page.GetByLabel("Microphone")).ToHaveValueAsync(chosen);
        await call.HearEachOtherAsync();
    }

    /// <summary>The browser has a device less, as when a headset is pulled out; nobody can pull the one that it pretends to
    /// have.</summary>
    private const string Unplug = """
        (gone) => {
          const media = navigator.mediaDevices;
          const [list, get] = [media.enumerateDevices.bind(media), media.getUserMedia.bind(media)];
          let isGone = true;
          media.enumerateDevices = async () => (await list()).filter((one) => !isGone || one.deviceId !== gone);
          media.getUserMedia = async (wish) => {
            if (isGone && wish?.audio?.deviceId?.exact === gone) throw new DOMException('gone', 'OverconstrainedError');
            return await get(wish);
          };
          window.plugIn = () => { isGone = false; media.dispatchEvent(new Event('devicechange')); };
          media.dispatchEvent(new Event('devicechange'));
        }
        """;

    /// <summary>What the check before a call plays.</summary>
    private const int CheckTone = 1_000;

    // V-11
    [Theory]
    [Trait(Rounds.Name, Rounds.Long)]
    [InlineData(CheckTone, "echo")]
    [InlineData(American, "clear")]
    public async Task Before_a_call_an_officer_is_told_whether_what_they_hear_goes_back_by_their_microphone(
        int heard,
        string found
    )
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(["us", "ru"], setUp: HeldCall.WithConsole);
        await using var browser = await Browser.SpeakingAsync(line["us"], heard);
        // The room is quiet until the tone is played: then its microphone hears what the test lets it hear.
        var officer = await browser.InviteAsync("A. Kovács", "watch", script: QuietUntilPlayed);
        await officer.GoAsync($"/contacts/{line.Line}?tab=calls");
        await officer.Button("Check the headset").ClickAsync();
        await officer.SeesAsync(officer.Page.Locator($"[data-check='{found}']"));
    }

    private const string QuietUntilPlayed = """
        const take = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wish) => {
          const stream = await take(wish);
          for (const track of stream.getAudioTracks()) {
            track.enabled = false;
            const play = HTMLMediaElement.prototype.play;
            HTMLMediaElement.prototype.play = function () { track.enabled = true; return play.call(this); };
          }
          return stream;
        };
        """;

    // V-16
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task An_officer_without_a_microphone_hears_is_told_so_and_goes_on_by_text()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.Ru.SeesAsync(call.Ru.Page.GetByText("A call rings"));
        await call.Ru.Page.EvaluateAsync(
            "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }; }"
        );
        await call.Ru.Button("Answer").ClickAsync();
        await call.Ru.SeesAsync(
            call.Ru.Page.GetByText("The browser keeps the microphone from this page: nobody hears you")
        );
        Assert.True(await HeldCall.HearsAsync(call.Ru, American), await call.StateAsync());
        await call.Us.SeesAsync(call.Us.Page.GetByText("They have no microphone"));
        await call
            .Ru.Page.GetByRole(AriaRole.Textbox, new() { Name = "Text beside the call" })
            .FillAsync("We hear you.");
        await call.Ru.Button("Send on the record").ClickAsync();
        await call.Us.SeesAsync(call.Us.Page.Locator("[data-in-call]").GetByText("We hear you."));
        await call
            .Us.Page.GetByRole(AriaRole.Textbox, new() { Name = "Text beside the call" })
            .FillAsync("Take your time.");
        await call.Us.Button("Say off the record").ClickAsync();
        await call.Ru.SeesAsync(call.Ru.Page.Locator("[data-in-call]").GetByText("Take your time."));
        var record = (await call.Line["us"].Api.GetAsync($"lines/{call.Line.Line}/entries?limit=1000")).ToJsonString();
        Assert.Contains("We hear you.", record, StringComparison.Ordinal);
        Assert.DoesNotContain("Take your time.", record, StringComparison.Ordinal);
        await call.Ru.ShootAsync("call-without-microphone");
    }

    // CALL-9
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Stations_that_start_anew_in_the_call_are_joined_again_by_the_same_keys()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        var words = await call.Us.Page.Locator("[data-words]").InnerTextAsync();
        foreach (var party in (string[])["us", "ru"])
        {
            await call.Line[party].StopAsync();
            await call.Line[party].StartAsync();
            await call.HearEachOtherAsync(60_000);
        }
        await Assertions.Expect(call.Us.Page.Locator("[data-words]")).ToHaveTextAsync(words);
        Assert.Equal(
            2,
            (await call.ItemAsync("us"))["entries"]!
                .AsArray()
                .Count(e => e!["kind"]!.GetValue<string>() == "call.joined")
        );
    }

    // TRAFFIC-52
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Both_stations_draft_the_log_from_what_they_saw_the_drafts_agree_and_what_differs_is_shown_before_it_is_signed()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        await call.Us.Button("Hold").ClickAsync();
        await call.Ru.SeesAsync(call.Ru.Page.Locator("[data-hearing='held']"));
        await call.Us.Button("Resume").ClickAsync();
        await call.HearEachOtherAsync();
        await call.Us.Button("They are the same").ClickAsync();
        await call.Us.SeesAsync(call.Us.Page.GetByText("The words are the same"));
        await Until.HoldsAsync(
            "the call has begun on the record",
            () => call.ItemAsync("ru"),
            item => item["state"]!.GetValue<string>() == "under way"
        );
        await call.Us.Button("Leave the call").ClickAsync();
        await call.Ru.SeesAsync(call.Ru.Page.Locator("[data-hearing='gone']"));
        await call.Ru.Button("Leave the call").ClickAsync();

        await call.Us.Button("Log the call…").ClickAsync();
        await call.Us.Field("Outcome *").FillAsync("Both keep clear of the strait tonight.");
        await call.Us.Button("Put on the record").ClickAsync();
        var logs = await Until.HoldsAsync(
            "their log has come",
            () => call.LogsAsync("ru"),
            found => found["logged"]!.AsArray().Count == 1
        );
        Assert.Empty(logs["differences"]!.AsArray());
        Assert.Equal(2, logs["logged"]![0]!["log"]!["between"]!.AsArray().Count);
        foreach (var what in (string[])["rang", "joined", "held", "resumed", "words matched", "left"])
            Assert.Contains(
                logs["logged"]![0]!["log"]!["course"]!.AsArray(),
                m => m!["what"]!.GetValue<string>() == what
            );
        await call.Ru.GoAsync($"/contacts/{call.Line.Line}?tab=calls");
        await call.Ru.Button("Log the call…").ClickAsync();
        await call.Ru.SeesAsync(call.Ru.Page.GetByText("Their log and ours say the same"));
        await call.Ru.ShootAsync("call-logs-compared");
        await call.Ru.Field("Outcome *").FillAsync("Both keep clear of the strait tonight.");
        await call.Ru.Button("Put on the record").ClickAsync();
        await Until.HoldsAsync(
            "both have signed",
            () => call.LogsAsync("us"),
            found => found["logged"]!.AsArray().Count == 2
        );
        var contacts = (await call.Line["us"].RunAsync("chronology", "--json")).Ended(0).Json["contacts"]!.AsArray();
        Assert.Contains(contacts, contact => contact!["confirmed"]!.GetValue<bool>());
    }
}
