using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Bench;

/// <summary>
/// What a call by SIP takes from the answer to the first voice at both ends: two baresip (Debian) on this machine, Opus in
/// DTLS-SRTP, one calls the other without a server between them. Beside <c>bench/run call-audio</c>, which ends with it.
/// </summary>
internal static class BaresipBench
{
    private const string Program = "/usr/bin/baresip",
        Modules = "/usr/lib/baresip/modules";
    private const int Usual = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        if (!File.Exists(Program))
        {
            Report.Title(
                "baresip is not installed here: apt-get install baresip-core. Nothing was measured beside it."
            );
            return;
        }
        var folder = BenchPair.NewFolder(options);
        try
        {
            // Each takes the port after its own for TLS.
            var free = FreePort();
            await using var caller = await Phone.StartAsync(Path.Combine(folder, "a"), free, ct);
            await using var callee = await Phone.StartAsync(Path.Combine(folder, "b"), free + 4, ct);
            var took = new List<double>();
            for (var i = 0; i < (options.Rounds ?? Usual); i++)
                took.Add(await CallAsync(caller, callee, ct));
            took.Sort();
            Report.Title("baresip to baresip, SIP with DTLS-SRTP, loopback");
            Report.Line(
                "from the answer until voice came to both",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{took.Count} calls: p50 {Report.Percentile(took, 0.5):N0} ms, p95 {Report.Percentile(took, 0.95):N0} ms, longest {took[^1]:N0} ms"
                )
            );
        }
        finally
        {
            if (!options.Keep)
                Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> CallAsync(Phone caller, Phone callee, CancellationToken ct)
    {
        using var patient = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patient.CancelAfter(Patience);
        await caller.SayAsync("dial", callee.Address, patient.Token);
        await callee.HeardAsync("CALL_INCOMING", patient.Token);
        var began = Stopwatch.GetTimestamp();
        await callee.SayAsync("accept", "", patient.Token);
        await Task.WhenAll(
            caller.HeardAsync("CALL_RTPESTAB", patient.Token),
            callee.HeardAsync("CALL_RTPESTAB", patient.Token)
        );
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        await caller.SayAsync("hangup", "", patient.Token);
        await Task.WhenAll(
            caller.HeardAsync("CALL_CLOSED", patient.Token),
            callee.HeardAsync("CALL_CLOSED", patient.Token)
        );
        return took;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return Math.Min(((IPEndPoint)probe.LocalEndpoint).Port, 60_000);
    }

    /// <summary>One baresip, told what to do over its control port (netstrings of JSON).</summary>
    private sealed class Phone : IAsyncDisposable
    {
        private readonly Process process;
        private readonly TcpClient control;
        private readonly NetworkStream stream;
        private readonly byte[] buffer = new byte[65_536];
        private readonly Queue<string> heard = new();
        private int filled;

        private Phone(Process process, TcpClient control, string address)
        {
            this.process = process;
            this.control = control;
            stream = control.GetStream();
            Address = address;
        }

        internal string Address { get; }

        internal static async Task<Phone> StartAsync(string folder, int port, CancellationToken ct)
        {
            Directory.CreateDirectory(folder);
            var address = string.Create(CultureInfo.InvariantCulture, $"sip:x@127.0.0.1:{port};transport=tcp");
            await File.WriteAllTextAsync(
                Path.Combine(folder, "config"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    sip_listen 127.0.0.1:{port}
                    audio_player aubridge,nowhere
                    audio_source ausine,440
                    audio_alert aubridge,nowhere
                    module_path {Modules}
                    module opus.so
                    module aubridge.so
                    module ausine.so
                    module dtls_srtp.so
                    module_app account.so
                    module_app menu.so
                    module_app ctrl_tcp.so
                    ctrl_tcp_listen 127.0.0.1:{port + 2}

                    """
                ),
                ct
            );
            await File.WriteAllTextAsync(
                Path.Combine(folder, "accounts"),
                $"<{address}>;regint=0;mediaenc=dtls_srtp;audio_codecs=opus/48000/2\n",
                ct
            );
            await File.WriteAllTextAsync(Path.Combine(folder, "contacts"), "\n", ct);
            var started = Process.Start(
                new ProcessStartInfo(Program, ["-f", folder])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    RedirectStandardInput = true,
                    UseShellExecute = false,
                }
            )!;
            started.OutputDataReceived += (_, _) => { };
            started.ErrorDataReceived += (_, _) => { };
            started.BeginOutputReadLine();
            started.BeginErrorReadLine();
            var began = Stopwatch.GetTimestamp();
            while (true)
            {
                var dialled = new TcpClient();
                try
                {
                    await dialled.ConnectAsync(IPAddress.Loopback, port + 2, ct);
                    return new Phone(started, dialled, address);
                }
                catch (SocketException) when (!started.HasExited && Stopwatch.GetElapsedTime(began) < Patience)
                {
                    dialled.Dispose();
                    await Task.Delay(50, ct);
                }
            }
        }

        internal async Task SayAsync(string command, string of, CancellationToken ct)
        {
            var json = new JsonObject { ["command"] = command, ["params"] = of }.ToJsonString();
            await stream.WriteAsync(
                Encoding.UTF8.GetBytes(
                    string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(json)}:{json},")
                ),
                ct
            );
        }

        /// <summary>Waits for an event; others are passed over.</summary>
        internal async Task HeardAsync(string type, CancellationToken ct)
        {
            while (true)
            {
                while (heard.TryDequeue(out var next))
                {
                    if (next == type)
                        return;
                }
                var read = await stream.ReadAsync(buffer.AsMemory(filled), ct);
                if (read == 0)
                    throw new BenchFailure("baresip ended");
                filled += read;
                Split();
            }
        }

        private void Split()
        {
            while (buffer.AsSpan(0, filled).IndexOf((byte)':') is var colon and > 0)
            {
                var length = int.Parse(buffer.AsSpan(0, colon), CultureInfo.InvariantCulture);
                var whole = colon + 1 + length + 1;
                if (filled < whole)
                    return;
                using var json = JsonDocument.Parse(buffer.AsMemory(colon + 1, length));
                if (json.RootElement.TryGetProperty("type", out var type))
                    heard.Enqueue(type.GetString() ?? "");
                buffer.AsSpan(whole, filled - whole).CopyTo(buffer);
                filled -= whole;
            }
        }

        public async ValueTask DisposeAsync()
        {
            control.Dispose();
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
