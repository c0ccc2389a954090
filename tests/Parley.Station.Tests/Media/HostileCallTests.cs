using System.Text.Json;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Link;
using Parley.Station.Tests.Link;
using Xunit;

namespace Parley.Station.Tests.Media;

/// <summary>A peer's station that tries to be heard as somebody else.</summary>
public sealed class HostileCallTests
{
    /// <summary>Frames of ru's identity to us, by hand, over a stream of its own.</summary>
    private sealed class Forger : IAsyncDisposable
    {
        private readonly LinkCaller caller;
        private readonly CallStream stream;
        private readonly Task heard;
        private readonly CarriedCall call;
        private long number;
        private int reports;

        internal Forger(CarriedCall call)
        {
            this.call = call;
            stream = new CallStream { Taker = (_, kind, _) => reports += kind == MediaFrameKind.Report ? 1 : 0 };
            caller = LinkCaller.As(call.Line["ru"].Folder, call.Line["us"]);
            heard = HearAsync();
        }

        /// <summary>Reports that us said to it.</summary>
        internal int Reports => Volatile.Read(ref reports);

        private async Task HearAsync()
        {
            using var answer = await caller.OpenAsync(
                HttpMethod.Post,
                $"/parley/v1/lines/{call.Line.Id}/call",
                stream.AsContent()
            );
            await using var body = await answer.Content.ReadAsStreamAsync();
            await stream.ReadAsync(System.IO.Pipelines.PipeReader.Create(body), CancellationToken.None);
        }

        internal string Epoch { get; } = "00112233445566aa";

        internal void Say(string from, string to, string kind, string? sdp = null, long? numbered = null)
        {
            var signal = new CallSignal
            {
                Call = Id(call.Call),
                From = Id(from),
                To = Id(to),
                Epoch = Epoch,
                Number = numbered ?? ++number,
                Kind = kind,
                Session = "forged",
                Sdp = sdp,
            };
            Assert.True(stream.Send(MediaFrameKind.Signal, default, signal.Encode()));
        }

        internal void Flood(int frames)
        {
            var junk = new byte[700];
            var random = new Random(frames);
            for (var i = 0; i < frames; i++)
            {
                random.NextBytes(junk);
                stream.Send((MediaFrameKind)(i % 9), default, junk);
            }
        }

        private static EntryId Id(string text) => EntryId.TryParse(text, out var id) ? id : default;

        public async ValueTask DisposeAsync()
        {
            stream.End();
            await Xunit.Record.ExceptionAsync(() => heard);
            stream.Dispose();
            caller.Dispose();
        }
    }

    // CALL-4 CALL-6
    [Fact]
    public async Task A_key_that_nobody_signed_for_reaches_no_console_and_is_named_and_the_watch_is_alarmed()
    {
        await using var call = await CarriedCall.StartAsync();
        await call.JoinAsync(call.Us);
        await call.JoinAsync(call.Ru);
        await call.UntilAsync(call.Us, view => CarriedCall.HasMember(view, call.Ru.Joined));
        await using (var forger = new Forger(call))
        {
            forger.Say(call.Ru.Joined, call.Us.Joined, "offer", call.Ru.Sdp(Parley.Crypto.Randomness.Bytes(32)));
            await call.Line["us"].UntilRefusedAsync(400, "names another key", 1);
        }
        var view = await call.ViewAsync(call.Us);
        Assert.Empty(CarriedCall.Said(view, "offer"));
        Assert.False(CarriedCall.IsOpen(view));
        JsonElement alarms = default;
        await call.Line["us"]
            .UntilAsync(
                async () =>
                    (alarms = (await call.Line["us"].GetAsync("alarms")).Json)
                        .EnumerateArray()
                        .Any(a => a.GetProperty("class").GetString() == "call-key"),
                "the alarm of another key"
            );
        // The honest console is heard all the same.
        await call.DescribeAsync();
        call.Meet();
        Assert.True(CarriedCall.Hears(call.Us, call.Ru));
    }

    // CALL-9
    [Fact]
    public async Task What_is_said_for_another_party_or_comes_again_counts_for_nothing()
    {
        await using var call = await CarriedCall.StartAsync();
        await call.JoinAsync(call.Us);
        await call.JoinAsync(call.Ru);
        await call.UntilAsync(call.Us, view => CarriedCall.HasMember(view, call.Ru.Joined));
        await using var forger = new Forger(call);
        forger.Say(call.Us.Joined, call.Ru.Joined, "bye");
        await call.Line["us"].UntilRefusedAsync(400, "speaks on a call for", 1);
        forger.Say(call.Ru.Joined, call.Us.Joined, "offer", call.Ru.Sdp(), numbered: 5);
        forger.Say(call.Ru.Joined, call.Us.Joined, "offer", call.Ru.Sdp(), numbered: 5);
        forger.Say(call.Ru.Joined, call.Us.Joined, "ready", numbered: 4);
        forger.Say(call.Ru.Joined, call.Us.Joined, "ready", numbered: 6);
        var view = await call.UntilAsync(call.Us, seen => CarriedCall.Said(seen, "ready").Any());
        Assert.Single(CarriedCall.Said(view, "offer"));
        Assert.Single(CarriedCall.Said(view, "ready"));
    }

    // CALL-3 CALL-5
    [Fact]
    public async Task What_was_withdrawn_or_is_over_takes_nobody_in_whatever_is_said_again()
    {
        await using var call = await CarriedCall.StartAsync();
        await call.BeginAsync();
        call.Meet();
        Assert.True(CarriedCall.Hears(call.Us, call.Ru));
        await call.WriteAsync(call.Us, "call.held", new { minutes = 1 }, call.Call);
        await call.UntilAsync(call.Us, view => CarriedCall.WhyOf(view) == "ended");
        await using var forger = new Forger(call);
        forger.Say(call.Ru.Joined, call.Us.Joined, "offer", call.Ru.Sdp());
        forger.Say(call.Ru.Joined, call.Us.Joined, "ready");
        await call.UntilAsync(call.Us, view => CarriedCall.Said(view, "ready").Any()); // it came, and opens nothing
        CarriedCall.Drain(call.Us);
        call.Ru.Ask(call.Us);
        Assert.False(CarriedCall.IsOpen(await call.ViewAsync(call.Us)));
        Assert.False(CarriedCall.Hears(call.Us, call.Ru, 500));
        var (status, _) = await call.TryJoinAsync(call.Ru);
        Assert.InRange(status, 400, 499);

        var withdrawn = await call.WriteAsync(call.Us, "call.opened", new { });
        await call.WriteAsync(call.Us, "call.withdrawn", new { }, withdrawn);
        (status, _) = await call.TryJoinAsync(call.Ru, withdrawn);
        Assert.InRange(status, 400, 499);
        await call.Line["us"].SealAsync(call.Line.Id, "the record goes on");
    }

    // CALL-11 CALL-14
    [Fact]
    public async Task A_peer_that_floods_the_call_harms_neither_the_call_nor_the_line()
    {
        await using var call = await CarriedCall.StartAsync();
        await call.BeginAsync();
        call.Meet();
        await using var forger = new Forger(call);
        for (var round = 0; round < 20; round++)
            forger.Flood(400);
        await call.Line["us"].SealAsync(call.Line.Id, "the record goes on");
        Assert.True(CarriedCall.Hears(call.Us, call.Ru));
        Assert.True(CarriedCall.Hears(call.Ru, call.Us));
        Assert.Equal(
            "alive",
            (await call.Line["us"].PeerAsync(call.Line.Id, call.Line["ru"].Party)).GetProperty("state").GetString()
                is "alive"
                    or "unattended"
                ? "alive"
                : "down"
        );
    }

    // CALL-13
    [Fact]
    public async Task A_station_at_which_nobody_has_joined_tells_the_peer_what_comes_all_the_same()
    {
        await using var call = await CarriedCall.StartAsync();
        await using var forger = new Forger(call);
        await call.Line["us"].UntilAsync(() => Task.FromResult(forger.Reports > 3), "reports of the path");
    }

    // CALL-10
    [Fact]
    public async Task What_a_station_can_do_is_said_with_a_refusal_too()
    {
        await using var line = await Faults.LiveLine.StartAsync("us", "ru");
        using var stranger = LinkCaller.AsStranger(line["us"]);
        using var peer = LinkCaller.As(line["ru"].Folder, line["us"]);
        foreach (var caller in (LinkCaller[])[stranger, peer])
        {
            using var answer = await caller.OpenAsync(HttpMethod.Get, $"/parley/v1/lines/{line.Id}/nothing");
            Assert.InRange((int)answer.StatusCode, 400, 499);
            Assert.Equal("call-1", answer.Headers.GetValues("parley-can").Single());
        }
    }

    // CALL-18
    [Fact]
    public async Task A_call_of_a_peer_whose_clock_is_ahead_rings_for_a_minute_and_is_listed_as_what_it_is_marked()
    {
        var line = Faults.LiveLine.Make("us", "ru");
        line["ru"] = new Faults.LiveStation(line["ru"].Folder) { Clock = new AheadClock(TimeSpan.FromMinutes(30)) };
        await line.OpenAsync("us", "ru");
        await using var call = new CarriedCall(line);
        var (status, json) = await line["ru"]
            .PostAsync(
                $"lines/{line.Id}/entries?wait=sealed&timeout=60",
                new
                {
                    kind = "call.opened",
                    body = new { },
                    mark = "exercise",
                    by = call.Ru.By,
                    re = (string[])[],
                }
            );
        Assert.True(status == 201, $"{status} {json}");
        JsonElement rings = default;
        await line["us"]
            .UntilAsync(
                async () => (rings = (await line["us"].GetAsync($"lines/{line.Id}/calls")).Json).GetArrayLength() == 1,
                "the call is listed"
            );
        var one = rings[0];
        Assert.Equal(
            ("ringing", "exercise"),
            (one.GetProperty("state").GetString(), one.GetProperty("mark").GetString())
        );
        Assert.InRange(
            one.GetProperty("ringsUntil").GetDateTimeOffset(),
            TimeProvider.System.GetUtcNow(),
            TimeProvider.System.GetUtcNow().AddSeconds(61)
        );
        var own = (await line["ru"].GetAsync($"lines/{line.Id}/calls")).Json[0];
        Assert.Equal(JsonValueKind.Null, own.GetProperty("ringsUntil").ValueKind);
    }

    private sealed class AheadClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
