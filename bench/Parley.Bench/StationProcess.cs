using System.Diagnostics;

namespace Parley.Bench;

/// <summary>One real station: <c>parley run</c> on a directory of its own. Its log goes to a file beside that
/// directory.</summary>
internal sealed class StationProcess : IAsyncDisposable
{
    /// <summary>As it is installed: compiled ahead, by <c>bench/run</c>.</summary>
    private static readonly string Parley = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../parley/parley.dll")
    );
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly Task log;

    private StationProcess(Process process, string directory, TimeSpan readyAfter, Task log)
    {
        this.process = process;
        this.log = log;
        Directory = directory;
        ReadyAfter = readyAfter;
        Api = new StationApi(Path.Combine(directory, "parley.sock"));
    }

    internal string Directory { get; }
    internal StationApi Api { get; }

    /// <summary>From the start of the process until it said that it is ready.</summary>
    internal TimeSpan ReadyAfter { get; }
    internal int Id => process.Id;
    internal ProcessUse Use => ProcessUse.Of(process.Id);

    internal static async Task<StationProcess> StartAsync(
        string directory,
        int linkPort,
        bool profile,
        CancellationToken ct
    )
    {
        var start = Command("run", "--data", directory, "--link", $"127.0.0.1:{linkPort}", "--stop-with-stdin");
        if (profile)
        {
            start.Environment["DOTNET_PerfMapEnabled"] = "1";
            start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // else compiled code lies where perf finds no names for it
        }
        var began = Stopwatch.GetTimestamp();
        var started = Process.Start(start)!;
        var logged = KeepLogAsync(started, $"{directory}.log");
        while (await started.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            if (line.StartsWith("ready: ", StringComparison.Ordinal))
                return new StationProcess(started, directory, Stopwatch.GetElapsedTime(began), logged);
        }
        throw new BenchFailure($"the station on {directory} did not start; see {directory}.log");
    }

    /// <summary>Runs one parley command to its end and gives its output.</summary>
    internal static async Task<string> RunAsync(CancellationToken ct, params string[] arguments)
    {
        using var command = Process.Start(Command(arguments))!;
        command.StandardInput.Close();
        var errors = command.StandardError.ReadToEndAsync(ct);
        var output = await command.StandardOutput.ReadToEndAsync(ct);
        await command.WaitForExitAsync(ct);
        return command.ExitCode == 0
            ? output
            : throw new BenchFailure($"parley {string.Join(' ', arguments)}: {await errors}{output}");
    }

    private static ProcessStartInfo Command(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Parley);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    private static async Task KeepLogAsync(Process station, string path)
    {
        await using var file = new StreamWriter(path, append: true);
        while (await station.StandardError.ReadLineAsync() is { } line)
            await file.WriteLineAsync(line);
    }

    /// <summary>SIGKILL; returns when it has ended.</summary>
    internal async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        await log;
    }

    /// <summary>Stops it as an operator would, and waits until it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopWithin);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
        await log;
        process.Dispose();
    }
}
