using System.CommandLine;
using System.Text.Json;
using Parley.Cli.Terminal;

namespace Parley.Cli;

/// <summary>
/// The <c>parley</c> command. Exit codes: 0 done, 1 refused or failed with a reason on standard error and nothing
/// recorded, 2 wrong usage, 3 recorded and not sealed in the time that was given, or not known whether it was done (the
/// answer was lost): look before doing it again, or do it again under the same <c>--once</c>; 130 interrupted.
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

    /// <summary>It is on the record, and not by every party as far as is known: to do it again would be to say it
    /// twice.</summary>
    internal const int NotSealed = NotKnown;

    /// <summary>Names a mistake of the program itself, with where it was made.</summary>
    private const string TraceVariable = "PARLEY_TRACE";

    private static Task<int> Main(string[] args) => RunAsync(args, Screen.OfProcess());

    /// <summary>Runs one command line against the given streams; everything a command prints goes through
    /// <paramref name="screen"/>.</summary>
    internal static async Task<int> RunAsync(string[] args, Screen screen)
    {
        using var interrupt = new Interrupt();
        try
        {
            return await RunAsync(args, screen, interrupt.Token);
        }
        catch (Failure failure)
        {
            screen.Error(failure.Message, failure.Code, failure.ExitCode);
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
        catch (Exception e) when (Missing(e) is { } missing)
        {
            screen.Error(missing);
            return Failed;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A mistake of ours. It may have been made after the station did what was asked.
            screen.Error(
                $"the program made a mistake and ended{Reason(e)}; look whether it was done before you do it again. {TraceVariable}=1 shows where",
                "mistake",
                NotKnown
            );
            if (Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 })
                screen.ErrorPlain(e.ToString());
            return NotKnown;
        }
    }

    private static async Task<int> RunAsync(string[] args, Screen screen, CancellationToken interrupt)
    {
        var root = CommandTree.Build(screen);
        if (args.Length == 0)
        {
            screen.Line(Guide.Text);
            return Done;
        }
        screen.ErrorsAsJson = args.TakeWhile(a => a != "--").Contains(CommandContext.JsonName, StringComparer.Ordinal);
        var parsed = root.Parse(args, CommandTree.Parsing);
        if (!CommandTree.AsksForHelp(parsed) && Usages.Of(parsed) is { Count: > 0 } errors)
        {
            foreach (var error in errors)
                screen.Error(error, "usage", Usage);
            screen.ErrorPlain($"Help: {Guide.PathOf(parsed.CommandResult.Command)} --help");
            return Usage;
        }
        return await parsed.InvokeAsync(CommandTree.Invocation(screen), interrupt);
    }

    /// <summary>A library that the machine lacks is no mistake of the program.</summary>
    private static string? Missing(Exception e)
    {
        for (Exception? at = e; at is not null; at = at.InnerException)
        {
            if (at is DllNotFoundException)
                return at.Message.Contains("sodium", StringComparison.OrdinalIgnoreCase)
                    ? "libsodium is not installed (Debian: apt-get install libsodium23)"
                    : $"a library is not installed: {at.Message.ReplaceLineEndings(" ")}";
        }
        return null;
    }

    private static string Reason(Exception e) =>
        e is JsonException json ? $": JSON that it cannot read, {Parley.Contract.JsonReason.At(json)}" : "";
}

/// <summary>Ends a command with a reason for the person at the terminal: refused or failed (1), or wrongly used
/// (2).</summary>
internal class Failure(string message, int exitCode = Program.Failed, string? code = null) : Exception(message)
{
    internal int ExitCode { get; } = exitCode;

    /// <summary>For programs: a refusal's own, else what kind of failure it is.</summary>
    internal string Code { get; } =
        code
        ?? exitCode switch
        {
            Program.Usage => "usage",
            Program.NotKnown => "not-known",
            Program.Interrupted => "interrupted",
            _ => "failed",
        };
}
