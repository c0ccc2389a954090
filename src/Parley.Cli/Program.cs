using System.CommandLine;
using Parley.Cli.Terminal;

namespace Parley.Cli;

/// <summary>
/// The <c>parley</c> command. Exit codes: 0 done, 1 refused or failed with a reason on standard error, 2 wrong usage,
/// 3 not known whether it was done (the answer was lost: look before doing it again), 130 interrupted.
/// A command that talks to a station does so through the Unix socket in its data directory; only <c>run</c> is a
/// station.
/// </summary>
internal static class Program
{
    internal const int Done = 0,
        Failed = 1,
        Usage = 2,
        NotKnown = 3,
        Interrupted = 130;

    private static Task<int> Main(string[] args) => RunAsync(args, Screen.OfProcess());

    /// <summary>Runs one command line against the given streams; everything a command prints goes through
    /// <paramref name="screen"/>.</summary>
    internal static async Task<int> RunAsync(string[] args, Screen screen)
    {
        var root = CommandTree.Build(screen);
        if (args.Length == 0)
        {
            screen.Line(Guide.Text);
            return Done;
        }
        var parsed = root.Parse(args, CommandTree.Parsing);
        if (!CommandTree.AsksForHelp(parsed) && Usages.Of(parsed) is { Count: > 0 } errors)
        {
            foreach (var error in errors)
                screen.Error(error);
            screen.ErrorPlain($"Help: {Guide.PathOf(parsed.CommandResult.Command)} --help");
            return Usage;
        }
        using var interrupt = new Interrupt();
        try
        {
            return await parsed.InvokeAsync(CommandTree.Invocation(screen), interrupt.Token);
        }
        catch (Failure failure)
        {
            screen.Error(failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (IOException e) when (Screen.IsBrokenPipe(e))
        {
            return Done; // the reader has seen enough: `parley record list | head`
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            screen.Error(e.Message);
            return Failed;
        }
    }
}

/// <summary>Ends a command with a reason for the person at the terminal: refused or failed (1), or wrongly used
/// (2).</summary>
internal class Failure(string message, int exitCode = Program.Failed) : Exception(message)
{
    internal int ExitCode { get; } = exitCode;
}
