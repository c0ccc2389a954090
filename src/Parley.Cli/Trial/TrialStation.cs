using System.Diagnostics;
using Parley.Crypto;
using Parley.Station.Data;

namespace Parley.Cli.Trial;

/// <summary>
/// One station of a trial, as a child process (<c>parley run</c>). It ends when its standard input does, so that it
/// cannot outlive
/// this process, however that ends. Its log goes to a file beside its directory.
/// </summary>
internal sealed class TrialStation : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);
    private const int LogLinesShown = 5;

    private readonly Process process;
    private readonly Task log;
    private readonly string logPath;
    private readonly Queue<string> lastLines = new();

    private TrialStation(DataDirectory directory, string party, Process process, string logPath)
    {
        Directory = directory;
        Party = party;
        this.process = process;
        this.logPath = logPath;
        log = KeepLogAsync();
    }

    internal DataDirectory Directory { get; }
    internal string Party { get; }

    /// <summary>Completes when the station has ended by itself.</summary>
    internal Task EndedAsync(CancellationToken ct) => process.WaitForExitAsync(ct);

    internal static TrialStation Start(DataDirectory directory, TrialState.Ports ports)
    {
        var start = new ProcessStartInfo
        {
            FileName = Environment.ProcessPath ?? throw new Failure("this program's own path is not known"),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "parley.dll"));
        foreach (
            var argument in (string[])
                [
                    "run",
                    "--data",
                    directory.Path,
                    "--listen",
                    $"http://127.0.0.1:{ports.Api}",
                    "--link",
                    $"127.0.0.1:{ports.Link}",
                    StopWithInput.Name,
                ]
        )
        {
            start.ArgumentList.Add(argument);
        }
        var child = Process.Start(start) ?? throw new Failure($"station {ports.Party} could not be started");
        return new TrialStation(directory, ports.Party, child, $"{directory.Path}.log");
    }

    /// <summary>Waits for the station's own word that it is ready; a station that ends instead is a failure with its
    /// last log lines.</summary>
    internal async Task ReadyAsync(CancellationToken ct)
    {
        while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            if (line.StartsWith("ready: ", StringComparison.Ordinal))
                return;
        }
        throw await EndedFailureAsync();
    }

    internal async Task<Failure> EndedFailureAsync()
    {
        await process.WaitForExitAsync(CancellationToken.None);
        await log;
        string[] lines;
        lock (lastLines)
            lines = [.. lastLines];
        return new Failure(
            $"station {Party} ended with code {process.ExitCode} (log: {logPath})\n  {string.Join("\n  ", lines)}"
        );
    }

    private async Task KeepLogAsync()
    {
        await using var file = new StreamWriter(UnfinishedFile.OpenToAppend(logPath)) { AutoFlush = true };
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            await file.WriteLineAsync(line);
            lock (lastLines)
            {
                lastLines.Enqueue(line);
                if (lastLines.Count > LogLinesShown)
                    lastLines.Dequeue();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopWithin);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(); // nothing acknowledged is lost by it
            await process.WaitForExitAsync(CancellationToken.None);
        }
        await log;
        process.Dispose();
    }
}
