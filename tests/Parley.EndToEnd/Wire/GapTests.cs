using System.Diagnostics;
using System.Security.Cryptography;
using Parley.EndToEnd.Kill;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Wire;

/// <summary>
/// The wire goes away without a word and comes back. <c>PARLEY_WIRE_GAP</c> sets for how many seconds packets vanish
/// (35); <c>bench/run wire</c> sets it to more.
/// </summary>
public sealed class GapTests(ITestOutputHelper output)
{
    private const int FileLength = 5_000_000,
        UntilCut = 1_500_000;
    private const int DefaultGap = 35;

    // LINK-71
    [Fact]
    public async Task An_interface_that_was_off_and_without_an_address_in_the_middle_of_a_file_costs_no_more_than_the_chunk_under_way()
    {
        await using var line = await WiredLine.OfAsync(1, "us", "ru");
        var wire = line.Wire("us", "ru");
        wire.BothWays = new WireCondition { Delay = TimeSpan.FromMilliseconds(20), BytesPerSecond = 500_000 };
        var bytes = RandomNumberGenerator.GetBytes(FileLength);
        var carried = wire.BytesThere;
        using (var content = new ByteArrayContent(bytes))
            await line["us"]
                .Api.PostAsync($"lines/{line.Open.Line}/attachments?name=large.bin&seat=watch&by=A.%20Tester", content);
        await Until.HoldsAsync(
            "a part of the file is over",
            () => Task.FromResult(wire.BytesThere - carried),
            there => there > UntilCut
        );
        var flash = Stopwatch.GetTimestamp();
        Assert.True(
            (
                await line["us"]
                    .Api.PostAsync(
                        $"lines/{line.Open.Line}/entries?wait=sealed&timeout=30",
                        StationApi.Message("before the file")
                    )
            ).IsSealed()
        );
        output.WriteLine($"a message passed the file within {Stopwatch.GetElapsedTime(flash).TotalSeconds:0.0} s");

        wire.First.Down();
        await Until.HoldsAsync(
            "us is told that there is no way",
            () => line.SeesAsync("us", "ru"),
            p => p["lastError"]?.GetValue<string>() == "no route to the peer"
        );
        await line["us"]
            .Api.PostAsync($"lines/{line.Open.Line}/entries", StationApi.Message("while the interface is off"));
        wire.First.Up();
        var back = Stopwatch.GetTimestamp();
        await line.Open.SealedAsync();
        output.WriteLine(
            $"all entries sealed {Stopwatch.GetElapsedTime(back).TotalSeconds:0.0} s after the interface was back"
        );
        await Until.HoldsAsync(
            "the file is whole at ru",
            async () =>
            {
                using var body = await line["ru"]
                    .Api.SendAsync(HttpMethod.Get, $"lines/{line.Open.Line}/entries/us/1/body");
                return body.IsSuccessStatusCode
                    && (await body.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(bytes);
            },
            whole => whole
        );
        var cost = (double)(wire.BytesThere - carried) / FileLength;
        output.WriteLine(
            $"the file was whole {Stopwatch.GetElapsedTime(back).TotalSeconds:0.0} s after that; the wire carried {cost:0.00} times its length"
        );
        Assert.True(cost < 1.5, $"the wire carried {cost} times the file: it began anew");
        await line.Open.SealedAsync();
        foreach (var station in line.Open.Stations)
            (await station.RunAsync("check")).Ended(0);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Connections_that_hang_between_two_of_three_stations_are_given_up_and_dialled_anew_and_who_can_be_reached_goes_on()
    {
        var gap = TimeSpan.FromSeconds(
            int.TryParse(Environment.GetEnvironmentVariable("PARLEY_WIRE_GAP"), out var seconds) ? seconds : DefaultGap
        );
        var seed = Environment.TickCount;
        await using var line = await WiredLine.OfAsync(seed, "us", "ru", "un");
        await using var load = new LineUnderLoad(line.Open, seed, pace: WiredLine.Pace);
        await load.MoreIsSealedAsync();
        line.Wire("us", "ru").BothWays = WireCondition.Cut;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(DownAsync("us", "ru"), DownAsync("ru", "us"));
        output.WriteLine(
            $"us and ru say down of each other after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"
        );
        foreach (var (party, peer) in new[] { ("us", "un"), ("ru", "un"), ("un", "us"), ("un", "ru") })
            Assert.NotEqual("down", (await line.SeesAsync(party, peer))["state"]!.GetValue<string>());
        load.OthersSent.UnionWith(["un to both", "us to nobody but un"]);
        // What un says, both hear; it is sealed. What us and ru say, un hears, and it is not called sealed.
        Assert.True(
            (
                await line["un"]
                    .Api.PostAsync(
                        $"lines/{line.Open.Line}/entries?wait=sealed&timeout=30",
                        StationApi.Message("un to both")
                    )
            ).IsSealed()
        );
        Assert.False(
            (
                await line["us"]
                    .Api.PostAsync(
                        $"lines/{line.Open.Line}/entries?wait=sealed&timeout=1",
                        StationApi.Message("us to nobody but un")
                    )
            ).IsSealed()
        );
        await Until.HoldsAsync(
            $"{gap.TotalSeconds} s have passed",
            () => Task.FromResult(Stopwatch.GetElapsedTime(began)),
            passed => passed >= gap
        );

        line.Wire("us", "ru").BothWays = WireCondition.Sound;
        var healed = Stopwatch.GetTimestamp();
        await Task.WhenAll(HeardAsync("us", "ru"), HeardAsync("ru", "us"));
        output.WriteLine(
            $"heard again {Stopwatch.GetElapsedTime(healed).TotalSeconds:0.0} s after the healing, {gap.TotalSeconds} s after the cut"
        );
        await load.MoreIsSealedAsync();
        output.WriteLine(
            $"more of everybody is sealed {Stopwatch.GetElapsedTime(healed).TotalSeconds:0.0} s after the healing"
        );
        await load.SettleAsync();
        await load.JudgeAsync(output);

        Task DownAsync(string party, string peer) =>
            Until.HoldsAsync(
                $"{party} says that {peer} is down",
                () => line.SeesAsync(party, peer),
                p => p["state"]!.GetValue<string>() == "down"
            );
        Task HeardAsync(string party, string peer) =>
            Until.HoldsAsync(
                $"{party} hears {peer} again",
                () => line.SeesAsync(party, peer),
                p => p["state"]!.GetValue<string>() != "down"
            );
    }
}
