using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using Parley.Cli.Terminal;
using Parley.Conformance;
using Parley.Crypto;

namespace Parley.Cli.Commands;

/// <summary>Plays the other party against a station of any make. Exit code 0: it kept to every clause that was tried;
/// 1: it did not, or nothing could be tried.</summary>
internal static class ConformCommand
{
    private const string DocumentFile = "conformance.line";

    internal static Command Create(CommandContext context)
    {
        var card = new Option<string>("--card")
        {
            Description = "The card of the party whose station is tested",
            HelpName = "FILE",
            Required = true,
        };
        var address = new Option<string?>("--address")
        {
            Description = "Where its link listens (default: the first address on the card)",
            HelpName = "HOST:PORT",
        };
        var listen = new Option<string>("--listen")
        {
            Description = "Where the station can reach this command; port 0 takes any",
            HelpName = "IP:PORT",
            DefaultValueFactory = _ => "127.0.0.1:0",
        };
        var host = new Option<string?>("--host")
        {
            Description = "By which name the station dials it, where that is not the address it listens at",
            HelpName = "HOST",
        };
        var document = new Option<string>("--line-out")
        {
            Description = "Where the line document goes that the station's officer accepts",
            HelpName = "FILE",
            DefaultValueFactory = _ => DocumentFile,
        };
        var wait = new Option<int>("--wait")
        {
            Description = "Seconds that the officer may take to accept it",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 1_800,
        };
        var junit = new Option<string?>("--junit")
        {
            Description = "Write the report as JUnit XML too",
            HelpName = "FILE",
        };
        var only = new Option<string?>("--only")
        {
            Description = "Only checks of this clause, or whose name holds these words",
            HelpName = "CLAUSE",
        };
        var long_ = new Option<bool>("--long") { Description = "Also what takes minutes or thousands of requests" };
        var officer = new Option<bool>("--officer")
        {
            Description =
                "Somebody at the station does what is asked for: messages, carried files, a restore, a line of three",
        };
        var json = CommandContext.Json();
        var command = new Command("conform", "Test a station of any make against the protocol, on a line of its own")
        {
            card,
            address,
            listen,
            host,
            document,
            wait,
            junit,
            only,
            long_,
            officer,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                var station = CardCommand.Load(parsed.GetValue(card)!);
                if (station.Addresses.Count == 0 && parsed.GetValue(address) is null)
                    throw new Failure("the card names no address: say where the station listens with --address");
                if (!IPEndPoint.TryParse(parsed.GetValue(listen)!, out var endpoint))
                    throw new Failure($"--listen takes IP:PORT, not '{parsed.GetValue(listen)}'", Program.Usage);
                await using var run = await ConformanceRun.BeginAsync(
                    new ConformanceOptions(station, parsed.GetValue(address), endpoint)
                    {
                        Host = parsed.GetValue(host),
                        Acceptance = TimeSpan.FromSeconds(parsed.GetValue(wait)),
                        Only = parsed.GetValue(only),
                        Long = parsed.GetValue(long_),
                        Officer = parsed.GetValue(officer) ? (task, stop) => AskAsync(screen, task, stop) : null,
                        Folder = Path.GetDirectoryName(Path.GetFullPath(parsed.GetValue(document)!)) ?? ".",
                    },
                    screen.Clock,
                    ct
                );
                AskForAcceptance(screen, run, parsed.GetValue(document)!);
                if (!await run.AcceptedAsync(ct))
                    throw new Failure("nobody accepted the line at the station, or the station cannot be reached");
                var report = await run.RunAsync(result => Tell(screen, result), ct);
                if (parsed.GetValue(junit) is { } file)
                    UnfinishedFile.Replace(file, Encoding.UTF8.GetBytes(report.JUnit()), UnfinishedFile.Public);
                if (parsed.GetValue(json))
                    screen.Json(report.Json().ToJsonString());
                else
                    screen.Line(SafeText.Show(report.Text()).TrimEnd('\n'));
                return report.Passed ? Program.Done : Program.Failed;
            }
        );
        return command;
    }

    private static void AskForAcceptance(Screen screen, ConformanceRun run, string file)
    {
        UnfinishedFile.Replace(file, run.Line.Bytes, UnfinishedFile.Public);
        screen.ErrorPlain(
            $"The line is in {file}. At the station: parley line accept {file} --fingerprint {run.Card.Party}={run.Card.Fingerprint.Hash.ToHex()}"
        );
    }

    /// <summary>True where whoever is at the station says that it did what it was asked for.</summary>
    private static async Task<bool> AskAsync(Screen screen, OfficerTask task, CancellationToken ct)
    {
        screen.ErrorPlain(
            $"At the station, on {task.Line.Id}: {SafeText.ShowLine(task.Words)} Then answer: yes where the station did it, no where it refused."
        );
        return string.Equals((await Console.In.ReadLineAsync(ct))?.Trim(), "yes", StringComparison.OrdinalIgnoreCase);
    }

    private static void Tell(Screen screen, CheckResult result)
    {
        if (result.Outcome == CheckOutcome.Failed)
            screen.ErrorPlain(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{result.Clause}: {result.Name}: {SafeText.ShowLine(result.Detail ?? "")}"
                )
            );
    }
}
