using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Stations;

/// <summary>
/// One process of the real command, built from this tree. Its standard output is read a line at a time; its standard
/// error goes to a log.
/// It is stopped by its own process id only, and ends with this process: <c>--stop-with-stdin</c> where it would stay
/// otherwise.
/// </summary>
internal sealed partial class ParleyProcess : IAsyncDisposable
{
    internal const int SigInt = 2,
        SigTerm = 15;
    private const int SigContinue = 18,
        SigStop = 19;
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(60);
    private static readonly string Command = FindCommand();

    /// <summary>The program as it is compiled ahead, which starts much faster; as it was built where that is
    /// newer.</summary>
    private static string FindCommand()
    {
        var artifacts = Path.Combine(VectorFolder.ProjectRoot(), "artifacts");
        var (built, ahead) = (
            Path.Combine(artifacts, "bin", "Parley.Cli", "release"),
            Path.Combine(artifacts, "parley")
        );
        return Path.Combine(Newest(ahead) >= Newest(built) ? ahead : built, "parley.dll");

        static DateTime Newest(string folder) =>
            Directory.Exists(folder)
                ? Directory
                    .EnumerateFiles(folder, "*arley*.dll")
                    .Select(File.GetLastWriteTimeUtc)
                    .DefaultIfEmpty()
                    .Max()
                : default;
    }

    private readonly Process process;
    private readonly Channel<string> output = Channel.CreateUnbounded<string>();
    private readonly StreamWriter log;
    private readonly Task reading;

    private ParleyProcess(Process process, string logPath)
    {
        this.process = process;
        LogPath = logPath;
        log = new StreamWriter(logPath, append: true) { AutoFlush = true };
        reading = Task.WhenAll(ReadOutputAsync(), ReadErrorsAsync());
    }

    internal string LogPath { get; }
    internal bool HasExited => process.HasExited;

    internal static ParleyProcess Start(
        string logPath,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string[]? before = null
    ) => new(Process.Start(Describe(arguments, environment, before))!, logPath);

    /// <summary>The program and its first argument, for a test that starts it by way of another program.</summary>
    internal static string InShell => $"dotnet '{Command}'";

    /// <param name="arguments">Of the command.</param>
    /// <param name="environment">Variables that are set for it.</param>
    /// <param name="before">A program that becomes the command, and its own arguments; null for none.</param>
    internal static ProcessStartInfo Describe(
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string[]? before = null
    )
    {
        Assert.True(File.Exists(Command), $"the command is not built: {Command}");
        string[] program = [.. before ?? [], "dotnet"];
        var start = new ProcessStartInfo(program[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in program.Skip(1))
            start.ArgumentList.Add(word);
        start.ArgumentList.Add(Command);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Remove("PARLEY_DATA");
        start.Environment["PARLEY_OFFICER"] = "A. Tester";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return start;
    }

    /// <summary>The next line of standard output; fails with the log's end when the process ends or the time is up
    /// instead.</summary>
    internal async Task<string> NextLineAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Until.Limit);
        try
        {
            return await output.Reader.ReadAsync(limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException(
                $"no further line from {string.Join(' ', process.StartInfo.ArgumentList.Skip(1))}; its log ends\n{LogEnd()}",
                e
            );
        }
    }

    internal async Task<string> LineWithAsync(string text)
    {
        while (true)
        {
            if (await NextLineAsync() is var line && line.Contains(text, StringComparison.Ordinal))
                return line;
        }
    }

    /// <summary>kill -9: nothing in the process gets to run any more.</summary>
    internal async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        await reading;
    }

    /// <summary>SIGSTOP: it stands still, with its connections open, until <see cref="Continue"/>.</summary>
    internal void Pause() => Assert.Equal(0, Signal(process.Id, SigStop));

    /// <summary>SIGCONT.</summary>
    internal void Continue() => Assert.Equal(0, Signal(process.Id, SigContinue));

    /// <summary>Ends its standard input, as the end of whoever started it does, and gives its exit code.</summary>
    internal Task<int> EndInputAsync()
    {
        process.StandardInput.Close();
        return EndedAsync();
    }

    /// <summary>Asks it to stop, and gives its exit code.</summary>
    internal async Task<int> StopAsync(int signal = SigTerm)
    {
        if (!process.HasExited)
            _ = Signal(process.Id, signal);
        return await EndedAsync();
    }

    private async Task<int> EndedAsync()
    {
        using var limit = new CancellationTokenSource(StopsWithin);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"did not stop within {StopsWithin.TotalSeconds} s; its log ends\n{LogEnd()}");
        }
        await reading;
        return process.ExitCode;
    }

    internal string LogEnd()
    {
        using var file = new StreamReader(new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return string.Join('\n', file.ReadToEnd().Split('\n').TakeLast(20));
    }

    private async Task ReadOutputAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            output.Writer.TryWrite(line);
        output.Writer.Complete();
    }

    private async Task ReadErrorsAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
            await log.WriteLineAsync(line);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int pid, int signal);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await StopAsync();
        await reading;
        await log.DisposeAsync();
        process.Dispose();
    }
}
