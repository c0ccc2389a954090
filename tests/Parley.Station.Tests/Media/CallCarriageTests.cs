using System.Text.Json;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Media;

/// <summary>What two stations carry between two consoles, and what they do not.</summary>
public sealed class CallCarriageTests
{
    // CALL-1 CALL-2 CALL-5 CALL-9 CALL-11 CALL-12
    [Fact]
    public async Task What_one_console_says_comes_to_the_other_and_neither_learns_the_others_address()
    {
        await using var call = await CarriedCall.StartAsync();
        await call.BeginAsync();
        call.Meet();
        Assert.True(CarriedCall.Hears(call.Ru, call.Us));
        Assert.True(CarriedCall.Hears(call.Us, call.Ru));
        Assert.NotEqual(call.Us.Relay, call.Ru.Relay);
        foreach (var side in (CarriedCall.Side[])[call.Us, call.Ru])
        {
            var other = side == call.Us ? call.Ru : call.Us;
            var told = (await call.ViewAsync(side)).ToString();
            Assert.DoesNotContain($" {other.Console.Address.Port} ", told, StringComparison.Ordinal);
            Assert.DoesNotContain($" {other.Relay.Port} ", told, StringComparison.Ordinal);
        }
        await call.UntilAsync(call.Us, view => PathOf(view) == "udp");

        // What consoles say to each other on the way is nobody's record.
        foreach (var station in (LiveStation[])[call.Line["us"], call.Line["ru"]])
        {
            var record = (await station.GetAsync($"lines/{call.Line.Id}/entries?limit=1000")).Json.ToString();
            Assert.Contains("call.joined", record, StringComparison.Ordinal);
            Assert.DoesNotContain("a=ice-", record, StringComparison.Ordinal);
            Assert.DoesNotContain(call.Us.Password, record, StringComparison.Ordinal);
            Assert.DoesNotContain(call.Ru.Password, record, StringComparison.Ordinal);
        }
    }

    // CALL-4 CALL-8
    [Fact]
    public async Task Own_consoles_key_or_number_that_is_not_the_joinings_is_refused_where_it_is_said()
    {
        await using var call = await CarriedCall.StartAsync();
        await call.JoinAsync(call.Us);
        await call.JoinAsync(call.Ru);
        await call.UntilAsync(call.Ru, view => CarriedCall.HasMember(view, call.Us.Joined));
        var other = Parley.Crypto.Randomness.Bytes(32);
        var (status, why) = await call.SignalAsync(call.Ru, call.Us.Joined, "offer", call.Ru.Sdp(other));
        Assert.Equal((409, "call-key"), (status, why.GetProperty("code").GetString()));
        (status, why) = await call.SignalAsync(call.Ru, call.Us.Joined, "offer", call.Ru.Sdp(), CarriedCall.Hex(other));
        Assert.Equal((409, "call-key"), (status, why.GetProperty("code").GetString()));
        Assert.Empty(CarriedCall.Said(await call.ViewAsync(call.Us), "offer"));
    }

    // CALL-5, V-15
    [Theory]
    [InlineData("call.words_differed", "ended")]
    [InlineData("call.held", "ended")]
    [InlineData("line.suspended", "suspended")]
    public async Task Once_the_call_may_not_go_on_both_stations_stop_carrying_within_two_seconds(
        string ending,
        string why
    )
    {
        await using var call = await CarriedCall.StartAsync();
        await call.BeginAsync();
        call.Meet();
        Assert.True(CarriedCall.Hears(call.Ru, call.Us));
        if (ending == "line.suspended")
        {
            var (status, json) = await call.Line["ru"]
                .PostAsync(
                    $"lines/{call.Line.Id}/entries?wait=sealed&timeout=60",
                    new
                    {
                        kind = ending,
                        body = new { reason = "maintenance" },
                        by = new
                        {
                            seat = "principal",
                            name = "Boris",
                            releasedBy = new { seat = "principal", name = "Olga" },
                        },
                    }
                );
            Assert.True(status == 201, $"{status} {json}");
        }
        else
            await call.WriteAsync(
                call.Ru,
                ending,
                ending == "call.held" ? new { minutes = 1 } : new { own = call.Ru.Joined, other = call.Us.Joined },
                call.Call
            );
        var began = TimeProvider.System.GetTimestamp();
        await call.UntilAsync(call.Us, view => CarriedCall.WhyOf(view) == why);
        await call.UntilAsync(call.Ru, view => CarriedCall.WhyOf(view) == why);
        Assert.True(
            TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2),
            TimeProvider.System.GetElapsedTime(began).ToString()
        );
        CarriedCall.Drain(call.Ru);
        CarriedCall.Drain(call.Us);
        Assert.False(CarriedCall.Hears(call.Ru, call.Us, 500));
        Assert.False(CarriedCall.Hears(call.Us, call.Ru, 500));
    }

    // CALL-7
    [Fact]
    public async Task A_listener_hears_and_is_not_let_speak()
    {
        await using var call = await CarriedCall.StartAsync();
        await call.JoinAsync(call.Us);
        await call.JoinAsync(call.Ru, "listener");
        await call.UntilAsync(call.Ru, view => CarriedCall.HasMember(view, call.Us.Joined));
        var (status, why) = await call.SignalAsync(call.Ru, call.Us.Joined, "offer", call.Ru.Sdp());
        Assert.Equal((409, "call-key"), (status, why.GetProperty("code").GetString()));
        Assert.Equal(
            200,
            (await call.SignalAsync(call.Ru, call.Us.Joined, "offer", call.Ru.Sdp(direction: "recvonly"))).Status
        );
    }

    // CALL-15
    [Fact]
    public async Task Somebody_else_who_joins_is_heard_by_a_party_once_it_has_admitted_them_and_not_any_more_once_it_sent_them_out()
    {
        await using var call = await CarriedCall.StartAsync();
        await call.BeginAsync();
        call.Meet();
        using var third = new CarriedCall.Side("ru", "I. Tolmach", "interpreter");
        await call.JoinAsync(third, "interpreter");
        using var ours = call.Us.Beside();
        await call.DescribeAsync(ours, third);
        await call.UntilAsync(third, v => CarriedCall.WhyOf(v) == "unadmitted");
        third.Ask(ours);
        Assert.False(CarriedCall.Hears(ours, third, 500));

        await call.WriteAsync(call.Us, "call.admitted", new { joined = third.Joined }, call.Call);
        await call.UntilAsync(third, v => CarriedCall.IsOpenTo(v, ours.Joined));
        await call.UntilAsync(ours, v => CarriedCall.IsOpenTo(v, third.Joined));
        Assert.False(CarriedCall.IsOpenTo(await call.ViewAsync(third), call.Ru.Joined)); // their own party has a word of its own
        CarriedCall.Meet(ours, third);
        Assert.True(CarriedCall.Hears(ours, third));

        await call.WriteAsync(call.Us, "call.admitted", new { joined = third.Joined, @out = true }, call.Call);
        await call.UntilAsync(ours, v => !CarriedCall.IsOpenTo(v, third.Joined));
        CarriedCall.Drain(ours);
        Assert.False(CarriedCall.Hears(ours, third, 500));
        Assert.True(CarriedCall.Hears(call.Us, call.Ru));
    }

    // CALL-9
    [Fact]
    public async Task Another_console_that_takes_the_seat_puts_the_first_one_out()
    {
        await using var call = await CarriedCall.StartAsync();
        await call.BeginAsync();
        var first = call.Us.Seat;
        await call.JoinAsync(call.Us, joined: call.Us.Joined);
        Assert.NotEqual(first, call.Us.Seat);
        var (status, why) = await call.Line["us"].GetAsync($"lines/{call.Line.Id}/calls/{call.Call}?seat={first}");
        Assert.Equal((409, "no-seat"), (status, why.GetProperty("code").GetString()));
        await call.DescribeAsync();
        call.Meet();
        Assert.True(CarriedCall.Hears(call.Ru, call.Us));
    }

    // CALL-10
    [Fact]
    public async Task With_a_station_that_holds_no_calls_none_is_joined_and_it_is_asked_for_nothing()
    {
        var line = LiveLine.Make("us", "ru");
        await File.WriteAllTextAsync(
            line["ru"].Folder.Directory.Settings,
            (await File.ReadAllTextAsync(line["ru"].Folder.Directory.Settings, TestContext.Current.CancellationToken))
                .TrimEnd()
                .TrimEnd('}') + """, "calls": { "listen": "none" } }""",
            TestContext.Current.CancellationToken
        );
        await line.OpenAsync("us", "ru");
        await using var call = await CarriedCall.StartAsync(line);
        var (status, why) = await line["us"]
            .PostAsync(
                $"lines/{line.Id}/calls/{call.Call}/join",
                new
                {
                    fingerprint = call.Us.Fingerprint,
                    commitment = call.Us.Fingerprint,
                    by = call.Us.By,
                }
            );
        Assert.Equal((409, "peer-cannot-call"), (status, why.GetProperty("code").GetString()));
        Assert.Equal("ru", (await call.ViewAsync(call.Us)).GetProperty("unable").EnumerateArray().Single().GetString());
        var (_, refusals) = await line["ru"].GetAsync("refusals?limit=100");
        Assert.DoesNotContain("no such request", refusals.ToString(), StringComparison.Ordinal);
    }

    // CALL-11, V-2
    [Fact]
    public async Task Where_no_datagram_gets_through_between_the_stations_the_link_carries_the_voice()
    {
        var line = LiveLine.Make("us", "ru");
        foreach (var party in (string[])["us", "ru"])
            await File.WriteAllTextAsync(
                line[party].Folder.Directory.Settings,
                (
                    await File.ReadAllTextAsync(
                        line[party].Folder.Directory.Settings,
                        TestContext.Current.CancellationToken
                    )
                )
                    .TrimEnd()
                    .TrimEnd('}') + """, "calls": { "peers": [] } }""",
                TestContext.Current.CancellationToken
            );
        await line.OpenAsync("us", "ru");
        await using var call = await CarriedCall.StartAsync(line);
        await call.BeginAsync();
        call.Meet();
        Assert.True(CarriedCall.Hears(call.Ru, call.Us));
        Assert.True(CarriedCall.Hears(call.Us, call.Ru));
        await call.UntilAsync(call.Us, view => PathOf(view) == "link");
        Assert.True(CarriedCall.Hears(call.Ru, call.Us));
        Assert.True(CarriedCall.Hears(call.Us, call.Ru));
    }

    // CALL-9
    [Fact]
    public async Task After_a_station_began_anew_its_console_takes_its_seat_again_by_the_same_key()
    {
        await using var call = await CarriedCall.StartAsync();
        await call.BeginAsync();
        call.Meet();
        await call.Line["ru"].StopAsync();
        await call.Line["ru"].StartAsync();
        await call.JoinAsync(call.Ru, joined: call.Ru.Joined);
        await call.DescribeAsync();
        call.Meet();
        Assert.True(CarriedCall.Hears(call.Ru, call.Us));
        Assert.True(CarriedCall.Hears(call.Us, call.Ru));
    }

    private static string? PathOf(JsonElement view) =>
        view.GetProperty("legs").EnumerateArray().Select(l => l.GetProperty("path").GetString()).FirstOrDefault();
}
