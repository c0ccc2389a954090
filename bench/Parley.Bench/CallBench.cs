using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Crypto;

namespace Parley.Bench;

/// <summary>
/// Many calls at once between two stations, each a process of its own: every console sends 50 datagrams of 120 bytes a
/// second, as Opus does, and what is measured is what comes out at the other console: how much, and how late. First by
/// datagrams, then by the link alone. Before that, how long an entry takes to be sealed without a call and during one.
/// </summary>
internal static class CallBench
{
    private const int Calls = 200;
    private const int PerSecond = 50;
    private const int Length = 120;
    private const int SealTurns = 9;
    private const int SealsInTurn = 60;
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var pair = await BenchPair.StartAsync(options, ct);
        var count = (int)(options.Entries ?? Calls);
        await SealAsync(pair, ct);
        await MeasureAsync(pair, count, "by datagrams", ct);
        await pair.StopUsAsync();
        await pair.StopRuAsync();
        foreach (var party in (string[])["us", "ru"])
        {
            var path = Path.Combine(pair.Folder, party, "station.json");
            var settings = JsonNode.Parse(await File.ReadAllTextAsync(path, ct))!;
            settings["calls"] = new JsonObject { ["peers"] = new JsonArray() };
            await File.WriteAllTextAsync(path, settings.ToJsonString(), ct);
        }
        await pair.StartUsAsync(ct);
        await pair.StartRuAsync(ct);
        await MeasureAsync(pair, count, "by the link alone", ct);
    }

    /// <summary>The order of things: a call in progress must not slow what is on the record. Turns of both, one after the
    /// other, so that a busy machine slows both alike.</summary>
    private static async Task SealAsync(BenchPair pair, CancellationToken ct)
    {
        using var call = await BenchCall.OpenAsync(pair, ct);
        await call.MeetAsync(ct);
        var took = new Dictionary<bool, List<double>> { [false] = [], [true] = [] };
        for (var turn = 0; turn < 2 * SealTurns; turn++)
        {
            var speaks = turn % 4 is 1 or 2; // without, with, with, without
            using var quiet = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var speaking = speaks ? Task.Run(() => SpeakAsync(call, quiet.Token), ct) : Task.CompletedTask;
            for (var i = 0; i < SealsInTurn; i++)
            {
                var began = Stopwatch.GetTimestamp();
                await pair.Us.Api.PostAsync(
                    $"lines/{pair.Line}/entries?wait=sealed",
                    new JsonObject { ["text"] = $"turn {turn}, {i}", ["by"] = BenchCall.By("Ada") }.ToJsonString(),
                    ct
                );
                if (turn >= 2) // the first of each warm up
                    took[speaks].Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            await quiet.CancelAsync();
            await speaking;
        }
        Report.Title("An entry until it is sealed, one after the other");
        var middle = new Dictionary<bool, double>();
        foreach (var (speaks, times) in took)
        {
            times.Sort();
            middle[speaks] = Report.Percentile(times, 0.5);
            Report.Line(
                speaks ? "during a call" : "without a call",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"p50 {middle[speaks]:N1} ms, p95 {Report.Percentile(times, 0.95):N1} ms, of {times.Count:N0}"
                )
            );
        }
        Report.Line(
            "slower by",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * (middle[true] / middle[false] - 1):N0} % in the middle"
            )
        );
    }

    private static async Task SpeakAsync(BenchCall call, CancellationToken ct)
    {
        var hearing = call.Consoles.Select(c => c.ReceiveAsync(ct)).ToList();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond));
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                foreach (var console in call.Consoles)
                    console.Speak();
            }
        }
        catch (OperationCanceledException)
        {
            // The turn is over.
        }
        await Task.WhenAll(hearing);
    }

    private static async Task MeasureAsync(BenchPair pair, int count, string how, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        var calls = new List<BenchCall>();
        for (var i = 0; i < count; i++)
            calls.Add(await BenchCall.OpenAsync(pair, ct));
        Report.Title(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count:N0} calls at once {how}, {PerSecond} datagrams of {Length} bytes a second each way"
            )
        );
        Report.Line(
            "opened, joined and described",
            string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds:N1} s")
        );
        foreach (var call in calls)
            await call.MeetAsync(ct);
        await Task.Delay(TimeSpan.FromSeconds(2), ct); // the way is chosen by what came
        using var use = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var receiving = calls
            .SelectMany(c => c.Consoles)
            .Select(c => Task.Run(() => c.ReceiveAsync(use.Token), ct))
            .ToList();
        var start = Stopwatch.GetTimestamp();
        var rounds = (int)(Lasts.TotalSeconds * PerSecond);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var console in calls.SelectMany(c => c.Consoles))
                console.Speak();
            var due = TimeSpan.FromSeconds((round + 1) / (double)PerSecond) - Stopwatch.GetElapsedTime(start);
            if (due > TimeSpan.Zero)
                await Task.Delay(due, ct);
        }
        var took = Stopwatch.GetElapsedTime(start);
        await Task.Delay(500, ct);
        await use.CancelAsync();
        await Task.WhenAll(receiving);
        var late = calls.SelectMany(c => c.Consoles).SelectMany(c => c.Late).Order().ToList();
        var sent = (long)rounds * count * 2;
        Report.Line(
            "sent",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{sent / took.TotalSeconds:N0} datagrams/s for {took.TotalSeconds:N1} s"
            )
        );
        Report.Line(
            "came",
            string.Create(CultureInfo.InvariantCulture, $"{100.0 * late.Count / sent:N2} % of {sent:N0}")
        );
        if (late.Count > 0)
            Report.Line(
                "console to console through both stations",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"p50 {late[late.Count / 2]:N2} ms, p95 {late[(int)(late.Count * 0.95)]:N2} ms, p99 {late[(int)(late.Count * 0.99)]:N2} ms"
                )
            );
        foreach (var call in calls)
            call.Dispose();
    }

    /// <summary>One console's socket.</summary>
    private sealed class BenchConsole : IDisposable
    {
        private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly byte[] datagram = new byte[Length];
        private int numbered;

        internal BenchConsole()
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            datagram[0] = 0x80;
            datagram[1] = 111;
        }

        internal string Ufrag { get; } = Convert.ToHexStringLower(Randomness.Bytes(4));
        internal string Password { get; } = Convert.ToHexStringLower(Randomness.Bytes(16));
        internal byte[] Key { get; } = Randomness.Bytes(32);
        internal string Joined { get; set; } = "";
        internal string Seat { get; set; } = "";
        internal SocketAddress Relay { get; set; } = new IPEndPoint(IPAddress.Loopback, 0).Serialize();
        internal List<double> Late { get; } = [];

        internal void Speak()
        {
            BinaryPrimitives.WriteInt32BigEndian(datagram.AsSpan(4), ++numbered);
            BinaryPrimitives.WriteInt64BigEndian(datagram.AsSpan(12), Stopwatch.GetTimestamp());
            socket.SendTo(datagram, SocketFlags.None, Relay);
        }

        internal async Task ReceiveAsync(CancellationToken ct)
        {
            var buffer = new byte[2_048];
            var seen = new HashSet<int>();
            try
            {
                while (true)
                {
                    var length = await socket.ReceiveAsync(buffer, SocketFlags.None, ct);
                    if (
                        length != Length
                        || buffer[0] != 0x80
                        || !seen.Add(BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(4)))
                    )
                        continue;
                    Late.Add(
                        Stopwatch
                            .GetElapsedTime(BinaryPrimitives.ReadInt64BigEndian(buffer.AsSpan(12)))
                            .TotalMilliseconds
                    );
                }
            }
            catch (OperationCanceledException)
            {
                // Measured.
            }
        }

        /// <summary>Asks its relay as a browser would.</summary>
        internal void Ask(BenchConsole other)
        {
            var name = Encoding.ASCII.GetBytes($"{other.Ufrag}:{Ufrag}");
            var padded = (name.Length + 3) & ~3;
            var message = new byte[20 + 4 + padded + 24];
            BinaryPrimitives.WriteUInt16BigEndian(message, 1);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(message.Length - 20));
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), 0x2112A442);
            Randomness.Bytes(12).CopyTo(message, 8);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(20), 6);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(22), (ushort)name.Length);
            name.CopyTo(message, 24);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(24 + padded), 8);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(26 + padded), 20);
            Hmac.Sha1(
                Encoding.ASCII.GetBytes(other.Password),
                message.AsSpan(0, 24 + padded),
                message.AsSpan(28 + padded)
            );
            socket.SendTo(message, SocketFlags.None, Relay);
        }

        /// <summary>True where something has come.</summary>
        internal bool HasHeard()
        {
            var heard = socket.Available > 0;
            var buffer = new byte[2_048];
            while (socket.Available > 0)
                socket.Receive(buffer);
            return heard;
        }

        internal string Sdp() =>
            "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
            + $"a=ice-ufrag:{Ufrag}\r\na=ice-pwd:{Password}\r\n"
            + $"a=fingerprint:sha-256 {string.Join(':', Key.Select(b => b.ToString("X2", CultureInfo.InvariantCulture)))}\r\n"
            + "a=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n";

        public void Dispose() => socket.Dispose();
    }

    /// <summary>One call, and both consoles.</summary>
    private sealed class BenchCall(BenchPair pair, string call) : IDisposable
    {
        private readonly BenchConsole us = new(),
            ru = new();

        internal IReadOnlyList<BenchConsole> Consoles => [us, ru];

        internal static async Task<BenchCall> OpenAsync(BenchPair pair, CancellationToken ct)
        {
            var opened = await pair.Us.Api.PostAsync(
                $"lines/{pair.Line}/entries?wait=sealed",
                new JsonObject
                {
                    ["kind"] = "call.opened",
                    ["body"] = new JsonObject(),
                    ["by"] = By("Ada"),
                }.ToJsonString(),
                ct
            );
            var one = new BenchCall(pair, opened.GetProperty("id").GetString()!);
            await one.JoinAsync(pair.Us.Api, one.us, "Ada", ct);
            await one.JoinAsync(pair.Ru.Api, one.ru, "Yuri", ct);
            await one.SayAsync(pair.Ru.Api, one.ru, one.us, "Yuri", "offer", ct);
            one.us.Relay = await one.ToldAsync(pair.Us.Api, one.us, "offer", ct);
            await one.SayAsync(pair.Us.Api, one.us, one.ru, "Ada", "answer", ct);
            one.ru.Relay = await one.ToldAsync(pair.Ru.Api, one.ru, "answer", ct);
            return one;
        }

        internal async Task MeetAsync(CancellationToken ct)
        {
            var began = Stopwatch.GetTimestamp();
            bool usHeard = false,
                ruHeard = false;
            while (!usHeard || !ruHeard)
            {
                us.Ask(ru);
                ru.Ask(us);
                await Task.Delay(Look, ct);
                usHeard |= us.HasHeard();
                ruHeard |= ru.HasHeard();
                if (Stopwatch.GetElapsedTime(began) > Patience)
                    throw new BenchFailure($"the consoles of {call} do not find each other");
            }
        }

        private async Task JoinAsync(StationApi api, BenchConsole console, string name, CancellationToken ct)
        {
            var asked = new JsonObject
            {
                ["fingerprint"] = $"sha256:{Convert.ToHexStringLower(console.Key)}",
                ["commitment"] = $"sha256:{Convert.ToHexStringLower(console.Key)}",
                ["by"] = By(name),
            }.ToJsonString();
            var began = Stopwatch.GetTimestamp();
            while (true)
            {
                try
                {
                    var seat = await api.PostAsync($"lines/{pair.Line}/calls/{call}/join", asked, ct);
                    console.Joined = seat.GetProperty("joined").GetString()!;
                    console.Seat = seat.GetProperty("seat").GetString()!;
                    return;
                }
                catch (BenchFailure) when (Stopwatch.GetElapsedTime(began) < Patience)
                {
                    await Task.Delay(Look, ct); // the other station has not said yet that it holds calls
                }
            }
        }

        private async Task SayAsync(
            StationApi api,
            BenchConsole from,
            BenchConsole to,
            string name,
            string kind,
            CancellationToken ct
        )
        {
            while (
                !(await ViewAsync(api, from, ct))
                    .GetProperty("members")
                    .EnumerateArray()
                    .Any(m => m.GetProperty("joined").GetString() == to.Joined)
            )
                await Task.Delay(Look, ct);
            await api.PostAsync(
                $"lines/{pair.Line}/calls/{call}/signal",
                new JsonObject
                {
                    ["seat"] = from.Seat,
                    ["to"] = to.Joined,
                    ["kind"] = kind,
                    ["sdp"] = from.Sdp(),
                    ["by"] = By(name),
                }.ToJsonString(),
                ct
            );
        }

        private async Task<SocketAddress> ToldAsync(
            StationApi api,
            BenchConsole console,
            string kind,
            CancellationToken ct
        )
        {
            while (true)
            {
                var said = (await ViewAsync(api, console, ct))
                    .GetProperty("signals")
                    .EnumerateArray()
                    .FirstOrDefault(s => s.GetProperty("kind").GetString() == kind);
                if (said.ValueKind == JsonValueKind.Object)
                {
                    var words = said.GetProperty("sdp")
                        .GetString()!
                        .Split("\r\n")
                        .First(l => l.StartsWith("a=candidate:", StringComparison.Ordinal))
                        .Split(' ');
                    return new IPEndPoint(
                        IPAddress.Parse(words[4]),
                        int.Parse(words[5], CultureInfo.InvariantCulture)
                    ).Serialize();
                }
                await Task.Delay(Look, ct);
            }
        }

        private Task<JsonElement> ViewAsync(StationApi api, BenchConsole console, CancellationToken ct) =>
            api.GetAsync($"lines/{pair.Line}/calls/{call}?seat={console.Seat}", ct);

        internal static JsonObject By(string name) => new() { ["seat"] = "watch", ["name"] = name };

        public void Dispose()
        {
            us.Dispose();
            ru.Dispose();
        }
    }
}
