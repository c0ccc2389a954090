using System.Buffers.Binary;
using System.Globalization;

namespace Parley.EndToEnd.Console;

/// <summary>A voice that a test can tell from another: a tone in syllables, for the browser takes what never pauses for
/// noise.</summary>
internal static class Tone
{
    private const int Rate = 48_000;
    private const int Seconds = 8;

    /// <summary>The wave file of a tone, which the browser plays over and over as its microphone.</summary>
    internal static string FileOf(int hertz)
    {
        var path = Path.Combine(Path.GetTempPath(), $"parley-tone-{hertz}-{Environment.ProcessId}.wav");
        if (File.Exists(path))
            return path;
        var samples = Rate * Seconds;
        var file = new byte[44 + samples * 2];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), Rate);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), Rate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), 16);
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), samples * 2);
        for (var i = 0; i < samples; i++)
        {
            var within = i % (Rate / 2) / (double)(Rate / 2);
            var syllable = within < 0.7 ? Math.Sin(Math.PI * within / 0.7) : 0;
            var value = Math.Sin(2 * Math.PI * hertz * i / Rate) * syllable * 0.6;
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(44 + i * 2), (short)(value * short.MaxValue));
        }
        File.WriteAllBytes(path, file);
        return path;
    }

    /// <summary>Keeps every voice that comes to the page, for <see cref="Measure"/>.</summary>
    internal const string Script = """
        window.heardTracks = [];
        const RealConnection = window.RTCPeerConnection;
        window.connections = [];
        window.RTCPeerConnection = class extends RealConnection {
          constructor(settings) {
            super(settings);
            window.connections.push(this);
            this.addEventListener('track', (e) => window.heardTracks.push(e.track));
          }
        };
        window.hears = async (hertz, milliseconds) => {
          const context = (window.measuring ??= new AudioContext());
          await context.resume();
          const until = performance.now() + milliseconds;
          const meters = new Map();
          while (performance.now() < until) {
            for (const track of window.heardTracks) {
              if (track.readyState !== 'live' || meters.has(track)) continue;
              const meter = context.createAnalyser();
              meter.fftSize = 8192;
              meter.smoothingTimeConstant = 0;
              context.createMediaStreamSource(new MediaStream([track])).connect(meter);
              meters.set(track, meter);
            }
            for (const meter of meters.values()) {
              const power = new Float32Array(meter.frequencyBinCount);
              meter.getFloatFrequencyData(power);
              let best = 1;
              for (let i = 1; i < power.length; i++) if (power[i] > power[best]) best = i;
              const found = (best * context.sampleRate) / meter.fftSize;
              if (power[best] > -60 && Math.abs(found - hertz) < 15) return performance.now();
            }
            await new Promise((done) => setTimeout(done, 20));
          }
          return -1;
        };
        """;

    /// <summary>Listens in the page until the tone is there; false where it does not come in time.</summary>
    internal static string Measure(int hertz, int milliseconds = 5_000) =>
        string.Create(CultureInfo.InvariantCulture, $"() => window.hears({hertz}, {milliseconds})");
}
