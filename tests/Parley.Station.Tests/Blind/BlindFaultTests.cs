using System.Buffers.Binary;
using System.Text.Json;
using Parley.Deconfliction;
using Parley.Station.Backup;
using Parley.Station.Blind;
using Parley.Station.Tests.Link;
using Parley.Traffic;
using Xunit;

namespace Parley.Station.Tests.Blind;

/// <summary>Blind checks with a station that lies at the wire, falls silent, stops or asks too much: an end with the
/// reason at both ends, and nothing resumed.</summary>
public sealed class BlindFaultTests
{
    private const int Header = 38,
        Commit = 1,
        Points = 2,
        Evaluated = 3,
        Result = 4;

    /// <summary>Soon enough to wait for, and long enough for a busy machine to stop a station in.</summary>
    private static readonly BlindTimes Quick = new() { Silence = TimeSpan.FromSeconds(10) };

    private static BlindRules Rules(
        Func<byte[], byte[]?>? says = null,
        BlindLimits? limits = null,
        BlindTimes? times = null
    ) => new(limits ?? new BlindLimits(), times ?? new BlindTimes()) { Says = says ?? (m => m) };

    /// <summary>A run that ru's station sabotages, as far as it goes.</summary>
    private static async Task<(BlindLine Line, string Check)> BeginAsync(BlindRules ru, BlindRules? us = null)
    {
        var blind = await BlindLine.StartAsync(party => party == "ru" ? ru : us);
        return (blind, await RunAsync(blind));
    }

    private static async Task<string> RunAsync(BlindLine blind)
    {
        var check = await blind.ProposeAsync("us", blind.Terms(blind.Circles((19.42, 57.31, 3_000, 1))));
        await blind.UntilAsync("ru", check, "proposed");
        await blind.AcceptAsync("ru", check, blind.Circles((19.44, 57.32, 3_000, 1.5)));
        return check;
    }

    private static byte[] Changed(byte[] message, Action<byte[]> change)
    {
        byte[] copy = [.. message];
        change(copy);
        return copy;
    }

    private static async Task<long> SpentAsync(BlindLine blind, string party) =>
        (await blind.Line.GetAsync(party, "blind")).GetProperty("budget").GetProperty("spent").GetInt64();

    [Theory] // BLIND-CHECK-8, BLIND-CHECK-10, BLIND-CHECK-18, BLIND-CHECK-20
    [InlineData("identity", "bad-point", 0)]
    [InlineData("not canonical", "bad-point", 0)]
    [InlineData("repeated", "repeated-point", 0)]
    [InlineData("swapped", "commitment-broken", 0)]
    [InlineData("proof", "bad-proof", 1024)]
    [InlineData("run", "other-run", 0)]
    [InlineData("short", "malformed", 0)]
    [InlineData("bucket", "suspicious-coverage", 0)]
    [InlineData("profile", "profile-differs", 0)]
    [InlineData("commitment", "commitment-broken", 0)]
    [InlineData("digest", "result-differs", 1024)]
    public async Task A_lie_at_the_wire_ends_the_run_with_the_reason_at_both_ends_and_no_result_at_either(
        string lie,
        string reason,
        long charged
    )
    {
        var (blind, check) = await BeginAsync(
            Rules(message =>
                (lie, (int)message[1], BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(34))) switch
                {
                    ("identity", Points, 0) => Changed(message, m => m.AsSpan(Header, 32).Clear()),
                    ("not canonical", Points, 0) => Changed(message, m => m.AsSpan(Header, 32).Fill(0xff)),
                    ("repeated", Points, 0) => Changed(
                        message,
                        m => m.AsSpan(Header, 32).CopyTo(m.AsSpan(Header + 32))
                    ),
                    ("swapped", Points, 0) => Changed(
                        message,
                        m =>
                        {
                            var first = m.AsSpan(Header, 32).ToArray();
                            m.AsSpan(Header + 32, 32).CopyTo(m.AsSpan(Header));
                            first.CopyTo(m.AsSpan(Header + 32));
                        }
                    ),
                    ("proof", Evaluated, 1) => Changed(message, m => m[^1] ^= 1),
                    ("run", Points, 0) => Changed(message, m => m[5] ^= 1),
                    ("short", Points, 0) => message[..^1],
                    ("bucket", Commit, _) => Changed(
                        message,
                        m => BinaryPrimitives.WriteInt32BigEndian(m.AsSpan(Header + 32), 65_536)
                    ),
                    ("profile", Commit, _) => Changed(message, m => m[Header] ^= 1),
                    ("commitment", Commit, _) => Changed(message, m => m[^1] ^= 1),
                    ("digest", Result, _) => Changed(message, m => m[^1] ^= 1),
                    _ => message,
                }
            )
        );
        await using var _ = blind;
        Assert.Equal(reason, await blind.EndAsync("us", check, "us"));
        // Who lies about the digest has been given the right one, and may be done before it hears that the other is
        // not; what it then holds is its own affair.
        if (lie == "digest")
            await blind.UntilAsync("ru", check, "aborted");
        else
            Assert.Equal(reason, await blind.EndAsync("us", check, "ru"));
        foreach (var party in lie == "digest" ? (string[])["us"] : ["us", "ru"])
        {
            var seen = await blind.UntilAsync(party, check, "aborted");
            Assert.Equal(JsonValueKind.Null, seen.GetProperty("result").ValueKind);
            var (status, json) = await blind.Line[party].GetAsync($"lines/{blind.Line.Id}/blind/{check}/cells");
            Assert.Equal((404, "no-result"), (status, json.GetProperty("code").GetString()));
        }
        // What was charged before points left stays charged (BLIND-CHECK-7); a run that ends before that may have cost
        // nothing yet.
        Assert.InRange(await SpentAsync(blind, "us"), charged, 1_024);
        // The next run is another one, and works where nobody lies in it: the line is not harmed.
        await blind.Line.WriteAsync("us", Kinds.MessageSent, new { text = "still here" });
    }

    [Fact] // BLIND-CHECK-3, BLIND-CHECK-17
    public async Task Messages_of_an_earlier_run_end_the_one_into_which_they_are_played()
    {
        var earlier = new List<byte[]>();
        var second = false;
        var (blind, check) = await BeginAsync(
            Rules(message =>
            {
                if (!second)
                    earlier.Add([.. message]);
                return second ? earlier.Find(m => m[1] == message[1]) ?? message : message;
            })
        );
        await using var _ = blind;
        await blind.UntilAsync("us", check, "agreed");
        await blind.UntilAsync("ru", check, "agreed");
        second = true;
        var again = await RunAsync(blind);
        Assert.Equal("other-run", await blind.EndAsync("us", again, "us"));
        await blind.UntilAsync("ru", again, "aborted");
        // What was found before stays.
        await blind.UntilAsync("us", check, "agreed");
    }

    [Theory] // BLIND-CHECK-18
    [InlineData("us")]
    [InlineData("ru")]
    public async Task An_officer_at_either_side_ends_a_run_under_way_and_both_ends_say_so(string party)
    {
        var (blind, check) = await BeginAsync(Rules(message => message[1] == Evaluated ? null : message));
        await using var _ = blind;
        JsonElement under = default;
        foreach (var side in (string[])["us", "ru"])
            await blind
                .Line[side]
                .UntilAsync(
                    async () =>
                        (under = (await blind.CheckAsync(side, check)).GetProperty("progress"))
                            is { ValueKind: JsonValueKind.Object }
                        && under.GetProperty("phase").GetString() == "comparing",
                    "progress"
                );
        Assert.InRange(under.GetProperty("done").GetInt32(), 0, under.GetProperty("total").GetInt32());
        var (status, json) = await blind
            .Line[party]
            .PostAsync($"lines/{blind.Line.Id}/blind/{check}/cancel", new { by = BlindLine.By("Ada", "interpreter") });
        Assert.Equal((403, "seat"), (status, json.GetProperty("code").GetString()));
        (status, json) = await blind
            .Line[party]
            .PostAsync($"lines/{blind.Line.Id}/blind/{check}/cancel", new { by = BlindLine.By("Ada") });
        Assert.True(status == 200, json.ToString());
        foreach (var by in (string[])["us", "ru"])
            Assert.Equal("cancelled", await blind.EndAsync("us", check, by));
        foreach (var at in (string[])["us", "ru"])
        {
            await blind.UntilAsync(at, check, "aborted");
            Assert.Equal(1_024, await SpentAsync(blind, at)); // it stays charged
        }
        (status, json) = await blind
            .Line[party]
            .PostAsync($"lines/{blind.Line.Id}/blind/{check}/cancel", new { by = BlindLine.By("Ada") });
        Assert.Equal((409, "illegal-step"), (status, json.GetProperty("code").GetString()));
    }

    [Fact] // BLIND-CHECK-18, BLIND-CHECK-19
    public async Task A_station_that_stops_half_way_counts_as_silent_and_records_that_it_is_over_when_it_is_back()
    {
        var comparing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (blind, check) = await BeginAsync(
            Rules(message =>
            {
                if (message[1] != Evaluated)
                    return message;
                comparing.TrySetResult();
                return null;
            }),
            Rules(times: Quick)
        );
        await using var _ = blind;
        await comparing.Task.WaitAsync(TestContext.Current.CancellationToken);
        await blind.Line["ru"].StopAsync();
        Assert.Equal("peer-silent", await blind.EndAsync("us", check, "us"));
        await blind.Line["ru"].StartAsync();
        Assert.Equal("station-stopped", await blind.EndAsync("ru", check, "ru"));
        await blind.UntilAsync("ru", check, "aborted");
        await blind.UntilAsync("us", check, "aborted");
        Assert.Equal(1_024, await SpentAsync(blind, "ru"));
        Assert.Equal(JsonValueKind.Null, (await blind.CheckAsync("ru", check)).GetProperty("progress").ValueKind);
    }

    [Fact] // BLIND-CHECK-7, BLIND-CHECK-21
    public async Task What_was_asked_in_a_day_is_counted_over_aborted_runs_restarts_and_a_restore()
    {
        var limits = new BlindLimits { CellsPerDay = 2_500 };
        await using var blind = await BlindLine.StartAsync(party => party == "ru" ? Rules(limits: limits) : null);
        var first = await RunAsync(blind);
        await blind.UntilAsync("ru", first, "agreed");
        await blind.UntilAsync("us", first, "agreed");
        await blind.Line["ru"].StopAsync();
        await blind.Line["ru"].StartAsync();
        Assert.Equal(1_024, await SpentAsync(blind, "ru"));
        await blind.UntilAsync("ru", first, "agreed");
        Assert.NotEmpty(await blind.CellsAsync("ru", first)); // what was found outlives a restart
        var backup = $"{blind.Line["ru"].Folder.Directory.Path}-backup";
        Assert.True(
            StationBackup
                .Make(
                    blind.Line["ru"].Folder.Directory,
                    null,
                    backup,
                    null,
                    blind.Line.Clock,
                    (_, _) => { },
                    TestContext.Current.CancellationToken
                )
                .TryGet(out var made, out var whyNot),
            whyNot
        );
        Assert.Single(made.Files, f => f.Name.StartsWith("blind/", StringComparison.Ordinal));
        await blind.UntilAsync("us", await RunAsync(blind), "agreed");
        var third = await RunAsync(blind);
        Assert.Equal("budget-spent", await blind.EndAsync("us", third, "ru"));
        Assert.Equal("budget-spent", await blind.EndAsync("us", third, "us"));
        Assert.Equal(2_048, await SpentAsync(blind, "ru"));
        await blind.UntilAsync("ru", third, "aborted");

        await blind.Line["ru"].StopAsync();
        await blind.Line["ru"].StartAsync(restored: true);
        Assert.Equal(2_500, await SpentAsync(blind, "ru")); // a backup may not know what was asked since
    }

    [Fact] // BLIND-CHECK-15, BLIND-CHECK-17
    public async Task Exchanges_of_no_run_of_a_past_one_or_of_no_shape_are_refused_and_counted()
    {
        await using var blind = await BlindLine.StartAsync();
        var check = await RunAsync(blind);
        await blind.UntilAsync("us", check, "agreed");
        await blind.UntilAsync("ru", check, "agreed");
        var us = blind.Line["us"];
        var path = $"/parley/v1/lines/{blind.Line.Id}/blind";
        using var ru = LinkCaller.As(blind.Line["ru"].Folder, us);
        Assert.Equal(404, (await ru.PostAsync(path, new byte[40])).Status);
        Assert.Equal(400, (await ru.PostAsync(path, [1, 2, 3])).Status);
        Assert.Equal(400, (await ru.PostAsync(path, [.. new byte[40], 0, 0, 0, 9, 1])).Status);
        Assert.Equal(
            413,
            (await ru.PostAsync(path, new byte[Parley.Link.LinkLimits.MaxBlindExchangeBytes + 1])).Status
        );
        var run = Convert.FromHexString((await blind.CheckAsync("us", check)).GetProperty("run").GetString()!);
        await us.UntilAsync(
            async () => (await ru.PostAsync(path, [.. run, .. new byte[8]])).Status == 410,
            "the run is over"
        );
        using var stranger = LinkCaller.AsStranger(us);
        Assert.Equal(403, (await stranger.PostAsync(path, [.. run, .. new byte[8]])).Status);
        await us.UntilRefusedAsync(404, "no such run", 1);
        await us.UntilAsync(async () => await us.RefusedAsync(410, "is over") >= 1, "410 counted");
        await us.UntilRefusedAsync(400, "exchange", 2);
    }
}
