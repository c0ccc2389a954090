using System.CommandLine;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Cli.Trial;
using Parley.Contract;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

internal static class TryCommand
{
    private const string DefaultData = "parley-try";

    /// <summary>Set by the script that runs the command from the source tree: how it was called.</summary>
    private const string CalledAs = "PARLEY_CALLED_AS";

    internal static Command Create(CommandContext context)
    {
        var port = new Option<int>("--port")
        {
            Description = "Ports of the stations' APIs: N and N+1 (default: free ones, kept for the next time)",
            HelpName = "N",
        };
        var file = new Option<string?>("--scenario")
        {
            Description = "Try the parties and lines of this scenario, which is played first",
            HelpName = "FILE",
        };
        var bare = new Option<bool>("--no-scenario")
        {
            Description =
                "Without the made-up day that is else played on a line of its own, the first time on a directory",
        };
        var mediated = new Option<bool>("--mediator")
        {
            Description =
                $"A third station, which mediates: a line to each of the two, and the room “{TrialRoom.Name}” on both",
        };
        var json = CommandContext.Json();
        var stopWithInput = StopWithInput.Option();
        var command = new Command(
            "try",
            "Two stations on this machine, a line between them, until Ctrl-C; the same directory goes on where it was"
        )
        {
            port,
            file,
            bare,
            mediated,
            json,
            stopWithInput,
        };
        command.SetAction(
            async (parsed, interrupted) =>
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
                if (parsed.GetValue(stopWithInput))
                    _ = StopWithInput.WatchAsync(stop);
                var ct = stop.Token;
                var first = parsed.GetValue(port);
                if (first is < 0 or > 65534)
                    throw new Failure("--port is 1 to 65534", Program.Usage);
                var scenario = parsed.GetValue(file) is { } path ? ReplayCommand.Read(path) : null;
                if (scenario is not null && parsed.GetValue(bare))
                    throw new Failure("--scenario and --no-scenario exclude each other", Program.Usage);
                if (scenario is not null && parsed.GetValue(mediated))
                    throw new Failure("a scenario has parties of its own: --mediator is without one", Program.Usage);
                TrialRun started;
                try
                {
                    started = await TrialRun.StartAsync(
                        new TrialRequest(
                            context.GivenData(parsed) ?? DefaultData,
                            first,
                            scenario,
                            !parsed.GetValue(bare),
                            parsed.GetValue(mediated)
                        ),
                        context.Screen,
                        ct
                    );
                }
                catch (OperationCanceledException) when (ct.IsCancellationRequested)
                {
                    return Program.Interrupted; // before it was up; what is in the directory goes on the next time
                }
                await using var run = started;
                if (parsed.GetValue(json))
                    context.Screen.Json(JsonSerializer.Serialize(run.Report, TrialJson.Default.TrialReport));
                else
                    Print(context, run);
                try
                {
                    await run.StayAsync(ct);
                }
                catch (OperationCanceledException) when (ct.IsCancellationRequested)
                {
                    // Ctrl-C is how a trial ends well
                }
                return Program.Done;
            }
        );
        return command;
    }

    private static void Print(CommandContext context, TrialRun run)
    {
        var (report, hasOwnDay) = (run.Report, run.HasOwnDay);
        var screen = context.Screen;
        var count = report.Stations.Count == 2 ? "Two" : $"{report.Stations.Count}";
        screen.Line($"{count} stations are up and linked, on line {screen.Bold(report.Line)}.");
        foreach (var station in report.Stations)
        {
            screen.Line();
            screen.Line($"  {screen.Bold(station.Party)}  data {station.Data}");
            foreach (var officer in station.Officers)
                screen.Line($"      sign in as {officer.Name, -9}  {officer.SignIn}");
        }
        var parley = Environment.GetEnvironmentVariable(CalledAs) is { Length: > 0 } called ? called : "parley";
        var us = report.Stations[0].Data;
        var ru = report.Stations[1].Data;
        screen.Line();
        screen.Line("In a second terminal:");
        var on = run.IsMediated ? $" --line {report.Line}" : ""; // else it is the only one that is no exercise
        screen.Line($"  {parley} record follow --data {ru}{on}");
        screen.Line($"  {parley} send --data {us}{on} --wait sealed \"Line test, how do you read?\"");
        if (run.IsMediated)
            PrintRoom(screen, parley, report);
        screen.Line(
            $"  {parley} chronology --data {us}{(hasOwnDay ? $" --line {StationClient.ExerciseSlug}        a made-up day, played on a line of its own" : on)}"
        );
        screen.Line($"  {parley} record export --data {us}{on} --out record.zip && {parley} verify record.zip");
        screen.Line();
        screen.Line(
            $"Ctrl-C stops {(report.Stations.Count == 2 ? "both" : "all")}; `{parley} try` on the same directory goes on."
        );
    }

    /// <summary>A shuttle in three commands.</summary>
    private static void PrintRoom(Screen screen, string parley, TrialReport report)
    {
        var (us, ru, tr) = (report.Stations[0], report.Stations[1], report.Stations[2]);
        var (first, second) = ($"{tr.Party}-{us.Party}", $"{tr.Party}-{ru.Party}");
        screen.Line(
            $"  {parley} room say {tr.Party}/1 --data {us.Data} --line {first} --pass-to {ru.Party} \"We stop at six if they do\""
        );
        screen.Line(
            $"  {parley} pass ENTRY --data {tr.Data} --line {first} --to {second}        the entry that this printed"
        );
        screen.Line($"  {parley} room show {TrialRoom.Name} --data {ru.Data}");
    }
}
