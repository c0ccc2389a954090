using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Parley.Station.Operations;

/// <summary>Starts a program for each alert and hands it over as one line of JSON on its standard input. Exit code 0
/// says that it was taken. Of the station's environment it is given what programs need to find their way, and no more:
/// a passphrase may stand there.</summary>
internal sealed class CommandWay(IReadOnlyList<string> command, TimeProvider clock) : IAlertWay
{
    /// <summary>How long it may run; then it is killed with all that it started.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Characters of what it said that are told to the operator.</summary>
    private const int MaxSaid = 200;

    /// <summary>What it is given of the environment.</summary>
    private static readonly string[] Given = ["PATH", "HOME", "LANG", "LC_ALL", "TZ"];

    public string Name => "command";

    public async Task<string?> SendAsync(AlertView alert, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        Process? process = null;
        try
        {
            process = Process.Start(Start());
            if (process is null)
                return $"{command[0]} cannot be started";
            var said = LastAsync(process.StandardError, either.Token);
            var dropped = LastAsync(process.StandardOutput, either.Token);
            await WriteAsync(process, alert, either.Token);
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode == 0)
                return null; // what it left running may hold its outputs open, and is not waited for
            await Task.WhenAll(said, dropped);
            return $"it ended with {process.ExitCode}: {await said}";
        }
        catch (Win32Exception e)
        {
            return $"{command[0]} cannot be started: {e.Message}";
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"it ran longer than {Patience.TotalSeconds:0} s and was ended";
        }
        finally
        {
            if (process is { HasExited: false })
                process.Kill(entireProcessTree: true);
            process?.Dispose();
        }
    }

    private ProcessStartInfo Start()
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (var name in start.Environment.Keys.Except(Given, StringComparer.Ordinal).ToList())
            start.Environment.Remove(name);
        return start;
    }

    private static async Task WriteAsync(Process process, AlertView alert, CancellationToken ct)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(
                JsonSerializer.Serialize(alert, ApiJson.Default.AlertView).AsMemory(),
                ct
            );
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it reads none of it, or ended already: what it ends with is what counts
        }
    }

    /// <summary>Reads to the end, however much it is, and keeps the last of it.</summary>
    private static async Task<string> LastAsync(StreamReader from, CancellationToken ct)
    {
        var last = "";
        var buffer = new char[1024];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer, ct)) > 0; )
            {
                last = string.Concat(last, buffer.AsSpan(0, read));
                if (last.Length > MaxSaid)
                    last = last[^MaxSaid..];
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // nobody waits for more of it
        }
        return last.ReplaceLineEndings(" ").Trim();
    }

    public void Dispose() { }
}
