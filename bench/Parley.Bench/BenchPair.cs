using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Bench;

/// <summary>Two stations, us and ru, made and opened to each other as officers would, over TLS on loopback.</summary>
internal sealed class BenchPair : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly string folder;
    private readonly bool keep;
    private readonly bool profile;
    private readonly int[] ports;

    private BenchPair(string folder, bool keep, bool profile, int[] ports)
    {
        this.folder = folder;
        this.keep = keep;
        this.profile = profile;
        this.ports = ports;
    }

    internal string Folder => folder;
    internal string Line { get; private set; } = "";
    internal StationProcess Us { get; private set; } = null!;
    internal StationProcess Ru { get; private set; } = null!;

    internal static async Task<BenchPair> StartAsync(BenchOptions options, CancellationToken ct)
    {
        var pair = new BenchPair(NewFolder(options), options.Keep, options.Profile, FreePorts(2));
        for (var i = 0; i < 2; i++)
            await StationProcess.RunAsync(
                ct,
                "init",
                "--party",
                Party(i),
                "--name",
                $"Station {Party(i)}",
                "--data",
                pair.DirectoryOf(i),
                "--address",
                $"127.0.0.1:{pair.ports[i]}"
            );
        pair.Us = await pair.RunAsync(0, ct);
        pair.Ru = await pair.RunAsync(1, ct);
        var us = await pair.Us.Api.GetAsync("station", ct);
        var ru = await pair.Ru.Api.GetAsync("station", ct);
        var opening = new JsonObject
        {
            ["cards"] = new JsonArray(await pair.Ru.Api.TextAsync("card", ct)),
            ["fingerprints"] = new JsonObject { ["ru"] = Fingerprint(ru) },
            ["slug"] = "bench",
        };
        var opened = await pair.Us.Api.PostAsync("lines/open", opening.ToJsonString(), ct);
        pair.Line = opened.GetProperty("line").GetString()!;
        var accepting = new JsonObject
        {
            ["document"] = opened.GetProperty("document").GetString(),
            ["fingerprints"] = new JsonObject { ["us"] = Fingerprint(us) },
        };
        await pair.Ru.Api.PostAsync("lines/accept", accepting.ToJsonString(), ct);
        await pair.SealedAsync(ct);
        return pair;
    }

    /// <summary>An empty folder on the disk that is measured.</summary>
    internal static string NewFolder(BenchOptions options)
    {
        var made = Path.GetFullPath(
            options.Data
                ?? Path.Combine(AppContext.BaseDirectory, "../../../bench", $"{options.What}-{Environment.ProcessId}")
        );
        if (Directory.Exists(made) && Directory.EnumerateFileSystemEntries(made).Any())
            throw new BenchFailure($"{made} is not empty");
        Directory.CreateDirectory(made);
        return made;
    }

    internal async Task StopRuAsync() => await Ru.DisposeAsync();

    internal async Task StopUsAsync() => await Us.DisposeAsync();

    internal async Task StartRuAsync(CancellationToken ct) => Ru = await RunAsync(1, ct);

    internal async Task StartUsAsync(CancellationToken ct) => Us = await RunAsync(0, ct);

    /// <summary>Completes when all that both stations have written is cosigned by the other.</summary>
    internal async Task SealedAsync(CancellationToken ct)
    {
        foreach (var station in (StationProcess[])[Us, Ru])
        {
            while (await station.Api.SizesAsync(Line, ct) is var sizes && (sizes.Own == 0 || sizes.Sealed < sizes.Own))
                await Task.Delay(Look, ct);
        }
    }

    private Task<StationProcess> RunAsync(int which, CancellationToken ct) =>
        StationProcess.StartAsync(DirectoryOf(which), ports[which], profile, ct);

    private string DirectoryOf(int which) => Path.Combine(folder, Party(which));

    private static string Party(int which) => which == 0 ? "us" : "ru";

    private static string Fingerprint(JsonElement station) =>
        station.GetProperty("fingerprint").GetProperty("hex").GetString()!;

    internal static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        int[] free = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (var listener in listeners)
            listener.Stop();
        return free;
    }

    public async ValueTask DisposeAsync()
    {
        await Us.DisposeAsync();
        await Ru.DisposeAsync();
        Remove(folder, keep);
    }

    internal static void Remove(string data, bool keepIt)
    {
        if (keepIt)
            Report.Line("kept", data);
        else
            Directory.Delete(data, recursive: true);
    }
}
