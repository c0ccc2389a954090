using System.Globalization;
using Parley.EndToEnd.Stations;
using Parley.EndToEnd.Wire;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>How long it takes from the press on "Answer" until each side hears the other; <c>bench/run call-audio</c> runs it.
/// What is heard is the first sound above silence, in the browser of whoever hears it; both run on this machine and have its
/// clock.</summary>
public sealed class CallFigures(ITestOutputHelper output)
{
    /// <summary>Calls that are made in turn, unless PARLEY_CALLS says how many.</summary>
    private const int Usual = 20;

    private const string FirstSound = """
        (since) => new Promise((found) => {
          const context = (window.measuring ??= new AudioContext());
          const meters = new Map();
          const began = performance.now();
          const timer = setInterval(() => {
            for (const track of window.heardTracks.slice(since)) {
              if (meters.has(track)) continue;
              const meter = context.createAnalyser();
              meter.fftSize = 256;
              context.createMediaStreamSource(new MediaStream([track])).connect(meter);
              meters.set(track, meter);
            }
            const samples = new Float32Array(256);
            for (const meter of meters.values()) {
              meter.getFloatTimeDomainData(samples);
              if (samples.some((one) => Math.abs(one) > 0.02)) {
                clearInterval(timer);
                return found(performance.timeOrigin + performance.now());
              }
            }
            if (performance.now() - began > 30000) {
              clearInterval(timer);
              found(-1);
            }
          }, 5);
        })
        """;

    private const string Pressed = """
        () => addEventListener('click', () => { window.pressedAt = performance.timeOrigin + performance.now(); }, true)
        """;

    [Fact(Explicit = true)]
    public async Task From_the_answer_to_the_first_sound_on_loopback()
    {
        await using var call = await HeldCall.OpenAsync();
        await MeasureAsync(call, "loopback");
    }

    [Fact(Explicit = true)]
    public async Task From_the_answer_to_the_first_sound_over_150_ms_there_and_back()
    {
        Browser.SkipUnlessPossible();
        await using var line = await WiredLine.OfAsync(5, HeldCall.WithConsole, "us", "ru");
        line.Wire("us", "ru").BothWays = new WireCondition { Delay = TimeSpan.FromMilliseconds(75) };
        await using var call = await HeldCall.OnAsync(line.Open, p => line.NetworkOf(p).Prefixed);
        await MeasureAsync(call, "150 ms there and back");
    }

    /// <summary>What of the sound a browser had to make up, because no datagram and no correction brought it.</summary>
    [Theory(Explicit = true)]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(20)]
    public async Task Of_what_is_heard_this_much_is_made_up_where_of_every_hundred_datagrams_some_are_lost(int lost)
    {
        var wires = new List<DatagramProxy>();
        await using var call = await HeldCall.OpenAsync(station =>
        {
            var wire = new DatagramProxy(station.Link) { LostOfHundred = lost };
            wires.Add(wire);
            VoiceTests.Reached(station, wire.Address);
        });
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        foreach (var officer in (Officer[])[call.Us, call.Ru])
        {
            var share = await officer.Page.EvaluateAsync<double>(MadeUp, Listened.TotalMilliseconds);
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{lost} of a hundred lost each way, {officer.Name}: {share:P2} of the samples of {Listened.TotalSeconds:0} s made up"
                )
            );
        }
        wires.ForEach(wire => wire.Dispose());
    }

    private static readonly TimeSpan Listened = TimeSpan.FromSeconds(30);

    private const string MadeUp = """
        async (lasts) => {
          const look = async () => {
            const all = [...(await window.connections.at(-1).getStats()).values()];
            const sound = all.find((one) => one.type === 'inbound-rtp' && one.kind === 'audio');
            return [sound.concealedSamples - (sound.silentConcealedSamples ?? 0), sound.totalSamplesReceived];
          };
          const [concealed, all] = await look();
          await new Promise((done) => setTimeout(done, lasts));
          const [after, allAfter] = await look();
          return (after - concealed) / (allAfter - all);
        }
        """;

    private async Task MeasureAsync(HeldCall call, string over)
    {
        var calls = int.TryParse(
            Environment.GetEnvironmentVariable("PARLEY_CALLS"),
            CultureInfo.InvariantCulture,
            out var given
        )
            ? given
            : Usual;
        var took = new List<double>();
        Officer[] both = [call.Us, call.Ru];
        await call.Ru.Page.EvaluateAsync(Pressed);
        for (var i = 0; i < calls; i++)
        {
            if (i > 0)
            {
                await call.Us.Button("Call their watch").ClickAsync();
                await call.Us.SeesAsync(call.Us.Page.Locator("[data-in-call]"));
            }
            await call.Ru.SeesAsync(call.Ru.Page.GetByText("A call rings"));
            var heard = new List<Task<double>>();
            foreach (var officer in both)
            {
                var since = await officer.Page.EvaluateAsync<int>("() => window.heardTracks.length");
                heard.Add(officer.Page.EvaluateAsync<double>(FirstSound, since));
            }
            await call.Ru.Button("Answer").ClickAsync();
            var at = await Task.WhenAll(heard);
            Assert.All(at, one => Assert.True(one > 0, "nothing was heard"));
            var pressed = await call.Ru.Page.EvaluateAsync<double>("() => window.pressedAt");
            took.Add(at.Max() - pressed);
            foreach (var officer in both)
            {
                await officer.Button("Leave the call").ClickAsync();
                await officer.Button("Close").ClickAsync();
            }
        }
        took.Sort();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{over}: from the answer until both heard the other, {took.Count} calls: p50 {took[took.Count / 2]:0} ms, p95 {took[(int)(took.Count * 0.95)]:0} ms, longest {took[^1]:0} ms"
            )
        );
    }
}
