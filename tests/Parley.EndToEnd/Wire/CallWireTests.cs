using Microsoft.Playwright;
using Parley.EndToEnd.Console;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Wire;

/// <summary>Two stations and their officers' browsers, each party in a network of its own: what a call is over a wire such
/// as officers have.</summary>
public sealed class CallWireTests(ITestOutputHelper output)
{
    private const string Concealed = """
        async () => {
          const count = async () => {
            let [concealed, all] = [0, 0];
            for (const one of window.connections.filter((c) => c.connectionState === 'connected'))
              for (const s of (await one.getStats()).values())
                if (s.type === 'inbound-rtp') {
                  concealed += s.concealedSamples - s.silentConcealedSamples;
                  all += s.totalSamplesReceived;
                }
            return [concealed, all];
          };
          const before = await count();
          await new Promise((done) => setTimeout(done, 4000));
          const after = await count();
          return after[1] === before[1] ? 1 : (after[0] - before[0]) / (after[1] - before[1]);
        }
        """;

    private static async Task<WiredLine> LineAsync(int seed)
    {
        Browser.SkipUnlessPossible();
        return await WiredLine.OfAsync(seed, HeldCall.WithConsole, "us", "ru");
    }

    private static async Task<HeldCall> AnsweredAsync(WiredLine line)
    {
        var call = await HeldCall.OnAsync(line.Open, p => line.NetworkOf(p).Prefixed);
        await call.AnswerAsync();
        return call;
    }

    // V-1
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Over_a_wire_that_loses_2_10_and_20_of_a_hundred_packets_and_takes_300_ms_both_hear_each_other()
    {
        await using var line = await LineAsync(17);
        await using var call = await AnsweredAsync(line);
        await call.HearEachOtherAsync();
        foreach (var lost in (double[])[0.02, 0.10, 0.20])
        {
            line.Wire("us", "ru").BothWays = new WireCondition { Loss = lost };
            await call.HearEachOtherAsync();
            var concealed = await call.Ru.Page.EvaluateAsync<double>(Concealed);
            output.WriteLine($"{lost:P0} lost: {concealed:P1} of what is heard is made up");
            Assert.True(concealed <= lost + 0.10, $"{concealed:P1} is made up at {lost:P0} lost");
        }
        line.Wire("us", "ru").BothWays = new WireCondition { Delay = TimeSpan.FromMilliseconds(300) };
        await call.HearEachOtherAsync();
        await call.Us.SeesAsync(call.Us.Page.Locator("[data-member]").GetByText("ms there and back"));
        output.WriteLine(await call.Us.Page.Locator("[data-member]").First.InnerTextAsync());
    }

    // CALL-13, V-2 V-4
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Where_a_firewall_begins_to_eat_datagrams_the_link_carries_the_voice_within_three_seconds_until_it_lets_them_through()
    {
        await using var line = await LineAsync(18);
        await using var call = await AnsweredAsync(line);
        await call.HearEachOtherAsync();
        await call.Us.SeesAsync(call.Us.Page.Locator("[data-member][data-path='udp']"));
        line.Wire("us", "ru").BothWays = new WireCondition { IsClosedToDatagrams = true };
        var began = TimeProvider.System.GetTimestamp();
        foreach (var party in (string[])["us", "ru"])
            await Until.HoldsAsync(
                $"{party} sends through the link",
                () => PathsAsync(call, party),
                paths => paths[^1] == "path link"
            );
        var took = TimeProvider.System.GetElapsedTime(began);
        output.WriteLine($"through the link after {took.TotalSeconds:0.0} s");
        Assert.True(took <= TimeSpan.FromSeconds(3), $"{took.TotalSeconds:0.0} s");
        await call.HearEachOtherAsync(5_000);
        await call.Us.SeesAsync(call.Us.Page.GetByText("through the link"));
        line.Wire("us", "ru").BothWays = WireCondition.Sound;
        await call.Us.SeesAsync(call.Us.Page.Locator("[data-member][data-path='udp']"));
        await call.Ru.SeesAsync(call.Ru.Page.Locator("[data-member][data-path='udp']"));
        await call.HearEachOtherAsync();
        Assert.Equal(["path udp", "path link", "path udp"], await PathsAsync(call, "us"));
    }

    // CALL-9, V-5
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_console_that_does_not_reach_its_station_for_ten_seconds_says_that_nothing_arrives_and_goes_on_with_the_call()
    {
        await using var line = await LineAsync(19);
        await using var call = await AnsweredAsync(line);
        await call.HearEachOtherAsync();
        var network = line.NetworkOf("ru");
        network.Set("link", "set", "lo", "down");
        var began = TimeProvider.System.GetTimestamp();
        await call.Ru.SeesAsync(call.Ru.Page.Locator("[data-hearing='no-packets']"));
        await call.Us.SeesAsync(call.Us.Page.Locator("[data-hearing='no-packets']"));
        await Until.HoldsAsync(
            "ten seconds are over",
            () => Task.FromResult(TimeProvider.System.GetElapsedTime(began)),
            passed => passed >= TimeSpan.FromSeconds(10)
        );
        network.Set("link", "set", "lo", "up");
        await call.HearEachOtherAsync();
        var course = (await call.LogsAsync("us"))["draft"]!["course"]!.AsArray();
        Assert.Contains(course, m => m!["what"]!.GetValue<string>() == "no-packets");
        Assert.Contains(course, m => m!["what"]!.GetValue<string>() == "heard again");
    }

    private static async Task<IReadOnlyList<string>> PathsAsync(HeldCall call, string party) =>
        [
            .. (await call.Line[party].Api.GetAsync($"lines/{call.Line.Line}/calls/{call.Call}"))["course"]!
                .AsArray()
                .Select(m => m!["what"]!.GetValue<string>())
                .Where(w => w.StartsWith("path", StringComparison.Ordinal)),
        ];
}
