using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Parley.Cli.Commands;
using Parley.Cli.Terminal;
using Parley.Station.Data;

namespace Parley.Cli;

/// <summary>All commands. Nothing is set up here that a command may not need: it is built at every start.</summary>
internal static class CommandTree
{
    /// <summary>No response files: a message may begin with '@'.</summary>
    internal static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null };

    internal static InvocationConfiguration Invocation(Screen screen) =>
        new()
        {
            Output = screen.Output,
            Error = screen.ErrorOutput,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Interrupt does it
        };

    internal static RootCommand Build(Screen screen)
    {
        var root = new RootCommand(
            "A deconfliction hotline between stations that need not trust each other: signed, provable, and honest about silence."
        );
        var data = new Option<string?>("--data")
        {
            Description = "The station's data directory (default: PARLEY_DATA, or ./parley-data)",
            HelpName = "DIR",
            Recursive = true,
        };
        root.Options.Add(data);
        var once = new Option<string?>("--once")
        {
            Description =
                "A name for what this command does: under the same name it is done once, however often it is run (1 to 200 characters, for a day)",
            HelpName = "NAME",
            Recursive = true,
        };
        root.Options.Add(once);
        var context = new CommandContext(screen, data, once);
        root.Subcommands.Add(TryCommand.Create(context));
        root.Subcommands.Add(InitCommand.Create(context));
        root.Subcommands.Add(RunCommand.Create(context));
        root.Subcommands.Add(InviteCommand.Create(context));
        root.Subcommands.Add(CardCommand.Create(context));
        root.Subcommands.Add(LineCommands.Create(context));
        root.Subcommands.Add(StatusCommand.Create(context, "status", allLines: true));
        root.Subcommands.Add(SendCommand.Create(context));
        root.Subcommands.Add(AckCommand.Create(context));
        root.Subcommands.Add(RecordCommands.Create(context));
        root.Subcommands.Add(CallCommands.Create(context));
        root.Subcommands.Add(ReadoutCommands.Create(context));
        foreach (var command in MessageCommands.Create(context))
            root.Subcommands.Add(command);
        foreach (var command in PlanCommands.Create(context))
            root.Subcommands.Add(command);
        root.Subcommands.Add(BlindCommands.Create(context));
        root.Subcommands.Add(AgreementCommands.Create(context));
        root.Subcommands.Add(AgreementCommands.CreateOrder(context));
        foreach (var command in RoomCommands.Create(context))
            root.Subcommands.Add(command);
        root.Subcommands.Add(IncidentCommands.CreateCoverage(context));
        root.Subcommands.Add(IncidentCommands.Create(context));
        root.Subcommands.Add(MonitoringCommands.CreateSummary(context));
        root.Subcommands.Add(ReturnFireCommands.Create(context));
        foreach (var command in ProposalCommands.Create(context))
            root.Subcommands.Add(command);
        root.Subcommands.Add(DutyCommands.CreateAlarms(context));
        root.Subcommands.Add(TroubleCommands.CreateTroubles(context));
        root.Subcommands.Add(TroubleCommands.CreateAlerts(context));
        root.Subcommands.Add(DutyCommands.CreateDrafts(context));
        root.Subcommands.Add(WatchCommands.Create(context));
        root.Subcommands.Add(TrafficCommands.CreateTraffic(context));
        root.Subcommands.Add(TrafficCommands.CreateReceipts(context));
        root.Subcommands.Add(ChronologyCommand.Create(context));
        root.Subcommands.Add(VerifyCommand.Create(context));
        root.Subcommands.Add(PublishCommand.Create(context));
        root.Subcommands.Add(DeconflictCommand.Create(context));
        root.Subcommands.Add(CarryCommands.Create(context));
        root.Subcommands.Add(RelayCommands.Create(context));
        root.Subcommands.Add(PlaceCommand.Create(context));
        root.Subcommands.Add(BackupCommands.CreateBackup(context));
        root.Subcommands.Add(BackupCommands.CreateRestore(context));
        root.Subcommands.Add(CheckCommand.Create(context));
        root.Subcommands.Add(ReplayCommand.Create(context));
        root.Subcommands.Add(ConformCommand.Create(context));
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction standard } help)
                help.Action = new HelpWithExamples(standard, screen);
        }
        return root;
    }

    internal static bool AsksForHelp(ParseResult parsed) => parsed.Action is HelpWithExamples;

    private sealed class HelpWithExamples(HelpAction standard, Screen screen) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            if (screen.IsTerminal)
                standard.MaxWidth = screen.Width;
            var code = standard.Invoke(parseResult);
            var examples = Guide.ExamplesOf(parseResult.CommandResult.Command);
            if (examples.Count == 0)
                return code;
            screen.Line("Examples:");
            foreach (var example in examples)
                screen.Line($"  {example}");
            screen.Line();
            return code;
        }
    }
}

/// <summary>What every command gets: where to print, and the data directory that was asked for.</summary>
internal sealed class CommandContext(Screen screen, Option<string?> data, Option<string?> once)
{
    internal const string JsonName = "--json";

    internal const string DefaultDirectory = "parley-data";

    internal Screen Screen { get; } = screen;

    /// <summary>The directory as --data or PARLEY_DATA says; null when neither does.</summary>
    internal string? GivenData(ParseResult parsed) =>
        parsed.GetValue(data)
        ?? (Environment.GetEnvironmentVariable("PARLEY_DATA") is { Length: > 0 } path ? path : null);

    internal DataDirectory Directory(ParseResult parsed) => new(GivenData(parsed) ?? DefaultDirectory);

    internal StationClient Client(ParseResult parsed) =>
        new(Directory(parsed)) { Once = parsed.GetValue(once) is { } name ? new OnceName(name) : null };

    /// <summary>For commands that only read: they need no station to run.</summary>
    internal Task<StationClient> ReadingAsync(ParseResult parsed, CancellationToken ct) =>
        StationClient.ForReadingAsync(Directory(parsed), Screen, ct);

    internal static Option<bool> Json() => new(JsonName) { Description = "Print JSON: one object, or one per line" };

    internal static Option<string?> Line() =>
        new("--line")
        {
            Description =
                "The line: its id, the start of it, its slug, or journal; may be left out where there is one line",
            HelpName = "ID",
        };
}
