using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Replay;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Data;

namespace Parley.Cli.Commands;

internal static class ReplayCommand
{
    private const string DefaultData = "parley-replay";
    private const string StateFile = "replay.json";

    internal static Command Create(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "The scenario, as JSON" };
        var data = new Option<string[]>("--data")
        {
            Description =
                $"Where the stations go: one directory for a folder per party within it, or one for each party in the file's order (default: ./{DefaultData})",
            HelpName = "DIR",
            AllowMultipleArgumentsPerToken = true,
        };
        var json = CommandContext.Json();
        var command = new Command(
            "replay",
            "Play a scenario through real stations on a scenario clock, every entry marked exercise"
        )
        {
            file,
            data,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                var scenario = Read(parsed.GetValue(file)!);
                var (places, state) = Places(
                    scenario,
                    parsed.GetValue(data) is { Length: > 0 } given ? given : [context.GivenData(parsed) ?? DefaultData]
                );
                var began = screen.Clock.GetTimestamp();
                var transcript = new ReplayTranscript(screen, parsed.GetValue(json));
                if (await Replayer.PlayAsync(scenario, places, state, transcript.Opened, transcript.Happened, ct))
                    screen.ErrorPlain(
                        $"'{SafeText.ShowLine(scenario.Name)}' has been replayed here before: this is what stands in the records; nothing was written."
                    );
                else
                    screen.ErrorPlain(
                        $"{scenario.Events.Count} events of '{SafeText.ShowLine(scenario.Name)}', {transcript.Entries} entries, {places.Count} stations: {screen.Clock.GetElapsedTime(began).TotalSeconds:0.0} s"
                    );
                return Program.Done;
            }
        );
        return command;
    }

    /// <summary>Reads a scenario file; one that cannot be played ends the command, with the line and the
    /// reason.</summary>
    internal static Scenario Read(string path)
    {
        if (new FileInfo(path) is not { Exists: true } info)
            throw new Failure($"{path} is not there");
        if (info.Length > JsonAt.MaxLength)
            throw new Failure($"{path}: the file is larger than {JsonAt.MaxLength} bytes");
        if (!ScenarioReader.Read(File.ReadAllBytes(path)).TryGet(out var scenario, out var reason))
            throw new Failure($"{path}: {reason}");
        return Rehearsal.Fault(scenario) is { } fault ? throw new Failure($"{path}: {fault}") : scenario;
    }

    private static (IReadOnlyList<ReplayPlace> Places, string State) Places(Scenario scenario, string[] given)
    {
        if (given.Length == 1)
            return (
                [
                    .. scenario.Parties.Select(p => new ReplayPlace(
                        p,
                        new DataDirectory(Path.Combine(given[0], p.Id.Value))
                    )),
                ],
                Path.Combine(Path.GetFullPath(given[0]), StateFile)
            );
        if (given.Length != scenario.Parties.Count)
            throw new Failure(
                $"--data takes one directory, or {scenario.Parties.Count}: one for each of {string.Join(", ", scenario.Parties.Select(p => p.Id))}",
                Program.Usage
            );
        DataDirectory[] directories = [.. given.Select(d => new DataDirectory(d))];
        if (directories.DistinctBy(d => d.Path).Count() < directories.Length)
            throw new Failure("--data names a directory twice", Program.Usage);
        return (
            [.. scenario.Parties.Zip(directories, (p, d) => new ReplayPlace(p, d))],
            $"{directories[0].Path.TrimEnd(Path.DirectorySeparatorChar)}.{StateFile}"
        );
    }
}

/// <summary>What a replay prints: for people a line for each happening in order of time, for programs an object for
/// each event.</summary>
internal sealed class ReplayTranscript(Screen screen, bool json)
{
    private readonly Dictionary<string, List<Played>> happened = new(StringComparer.Ordinal);

    internal int Entries { get; private set; }

    internal void Opened(ScenarioLine line, LineId id, DateTimeOffset at)
    {
        if (!json)
            screen.Line(
                $"{Times.Group(at)}       {screen.Bold("line opened")}  {line.Id}  {string.Join(' ', line.Parties)}  {screen.Dim(id.Value)}"
            );
    }

    internal void Happened(Played played)
    {
        Entries += played.Entries.Count;
        if (!json)
        {
            Print(played);
            return;
        }
        if (!happened.TryGetValue(played.Event.Id, out var all))
            happened[played.Event.Id] = all = [];
        all.Add(played);
        if (all.Count == played.Event.Times)
            screen.Json(ToJson(played.Event, all).ToJsonString(ApiJson.Readable.Options));
    }

    private void Print(Played played)
    {
        var told = played.Event;
        var nth = told.Times > 1 ? $" {played.Nth}/{told.Times}" : "";
        var where = told.OffRecord
            ? $"{told.Line}, off the record; noted by each side"
            : told.Line ?? $"journal of {told.By}";
        screen.Line(
            $"{Times.Group(played.At)}  {told.Id + nth, -7}  {screen.Bold(told.What)}  {where}{(played.Line is { } line && told.What == Telling.LineOpened ? $"  {screen.Dim(line.Value)}" : "")}"
        );
        foreach (var entry in played.Entries)
        {
            var standing =
                entry.SealedBy.Count == 0 ? "in its own journal" : $"sealed by {string.Join(' ', entry.SealedBy)}";
            screen.Line(
                $"                        {entry.Entry}  {(entry.Kind == told.What ? "" : $"{entry.Kind}  ")}{standing}{(played.Already ? ", before" : "")}"
            );
        }
    }

    private static JsonObject ToJson(ScenarioEvent told, List<Played> all) =>
        new()
        {
            ["event"] = told.Id,
            ["what"] = told.What,
            ["at"] = UtcText.Of(all[0].At),
            ["line"] = all[^1].Line?.Value,
            ["slug"] = told.Line,
            ["by"] = told.By.Value,
            ["offRecord"] = told.OffRecord,
            ["times"] = told.Times,
            ["already"] = all.TrueForAll(p => p.Already),
            ["entries"] = new JsonArray([
                .. all.SelectMany(p => p.Entries)
                    .Select(e =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["entry"] = e.Entry.ToString(),
                                ["line"] = e.Line.Value,
                                ["kind"] = e.Kind,
                                ["at"] = UtcText.Of(e.At),
                                ["sealedBy"] = new JsonArray([.. e.SealedBy.Select(p => (JsonNode)p.Value)]),
                            }
                    ),
            ]),
        };
}
