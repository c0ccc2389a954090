using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Cli.Commands;

/// <summary>When a reporting day closes, by whose clock; left out, as the agreement in force has it.</summary>
internal sealed class ReportingDayOptions
{
    private readonly Option<string?> zone = new("--zone")
    {
        Description = "Time zone of the reporting day (default: the agreement's)",
        HelpName = "ZONE",
    };
    private readonly Option<string?> closes = new("--closes")
    {
        Description = "When the reporting day closes there (default: as the agreement has it)",
        HelpName = "HH:MM",
    };

    internal Option[] All => [zone, closes];

    internal void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    internal (string, string?)[] Of(ParseResult parsed) =>
        [("zone", parsed.GetValue(zone)), ("closes", parsed.GetValue(closes))];
}

/// <summary>Where nobody watched, day after day, and the daily summary.</summary>
internal static class MonitoringCommands
{
    internal static Command CreateGaps(CommandContext context)
    {
        var from = new Option<string?>("--from") { Description = "From when", HelpName = "TIME" };
        var until = new Option<string?>("--until") { Description = "Until when", HelpName = "TIME" };
        var place = new Option<string?>("--place") { Description = "One place by its name", HelpName = "NAME" };
        var reporter = new Option<string?>("--reporter")
        {
            Description = "What one reporter watched",
            HelpName = "NAME",
        };
        var asOf = LineQuestion.AsOf();
        var mark = IncidentCommands.Mark();
        var command = new Command("gaps", "Where and when nobody watched: no report from there means nothing")
        {
            from,
            until,
            place,
            reporter,
            asOf,
            mark,
        };
        return LineQuestion.Of(
            context,
            command,
            parsed =>
                ChronologyCommand.Query(
                    "coverage",
                    ("from", LineQuestion.Time(parsed, from)),
                    ("until", LineQuestion.Time(parsed, until)),
                    ("place", parsed.GetValue(place)),
                    ("reporter", parsed.GetValue(reporter)),
                    ("asOf", parsed.GetValue(asOf)),
                    ("mark", parsed.GetValue(mark))
                ),
            PrintCoverage
        );
    }

    private static void PrintCoverage(Screen screen, JsonElement coverage)
    {
        var places = ItemPrinter.Each(coverage, "places").ToList();
        if (places.Count == 0)
            screen.Line(screen.Warn("nobody is known to have watched anything on this line"));
        foreach (var place in places)
        {
            screen.Line(screen.Bold(SafeText.ShowLine(ItemPrinter.Text(place, "place") ?? "")));
            foreach (var watched in ItemPrinter.Each(place, "watched"))
                screen.Line(
                    SafeText.ShowLine(
                        $"    {Span(watched)}  {ItemPrinter.Text(watched, "reporter")} {ItemPrinter.Text(watched, "means")} {ItemPrinter.Text(watched, "entry")}{(watched.GetProperty("counts").GetBoolean() ? "" : "  (another's word: closes no gap)")}"
                    )
                );
            foreach (var gap in ItemPrinter.Each(place, "gaps"))
                screen.Line(screen.Warn($"    {Span(gap)}  nobody watched"));
            if (place.GetProperty("gapsMore").GetInt32() is > 0 and var more)
                screen.Line(screen.Warn($"    and {more} shorter stretches in which nobody watched"));
        }
        foreach (var author in coverage.GetProperty("leftOut").EnumerateObject())
            screen.Line(screen.Warn($"not listed of {author.Name}, beyond its share: {author.Value}"));
        foreach (var author in coverage.GetProperty("notCounted").EnumerateObject())
            screen.Line(screen.Warn($"not counted of {author.Name}: {author.Value}"));
    }

    private static string Span(JsonElement of) =>
        $"{(ItemPrinter.Time(of, "from") is { } from ? Times.Group(from) : "")} to {(ItemPrinter.Time(of, "until") is { } until ? Times.Group(until) : "")}";

    internal static Task<int> PrintDaysAsync(Screen screen, string answer, bool asJson)
    {
        using var json = JsonDocument.Parse(answer);
        foreach (var day in ItemPrinter.Each(json.RootElement, "days"))
        {
            if (asJson)
            {
                screen.Json(day.GetRawText());
                continue;
            }
            screen.Line($"{Span(day)}  ({ItemPrinter.Text(json.RootElement, "zone")})");
            IncidentCommands.Print(screen, day);
        }
        return Task.FromResult(Program.Done);
    }

    internal static Command CreateSummary(CommandContext context) =>
        new("summary", "The summary of a reporting day: the station drafts it, an officer releases it")
        {
            CreateDraft(context),
            CreateRelease(context),
            new EntryCommand(context, "withdraw", "Take a summary back; it stays readable", Kinds.SummaryWithdrawn)
                .On("The summary")
                .Text("--reason", "reason", "Why")
                .Build(),
        };

    private static Command CreateDraft(CommandContext context)
    {
        var terms = new SummaryOptions();
        var mark = IncidentCommands.Mark();
        var command = new Command("draft", "What the record gives for a reporting day; nothing is sent") { mark };
        terms.AddTo(command);
        return LineQuestion.Of(
            context,
            command,
            parsed => ChronologyCommand.Query("summary", [.. terms.Of(parsed), ("mark", parsed.GetValue(mark))]),
            PrintDraft
        );
    }

    private static void PrintDraft(Screen screen, JsonElement draft)
    {
        if (!draft.GetProperty("isOver").GetBoolean())
            screen.Line(screen.Warn("this day is not over"));
        foreach (var entry in ItemPrinter.Each(draft, "released"))
            screen.Line($"released already: {entry.GetString()}");
        foreach (var text in (ItemPrinter.Text(draft.GetProperty("body"), "text") ?? "").Split('\n'))
            screen.Line(SafeText.ShowLine(text));
    }

    private static Command CreateRelease(CommandContext context)
    {
        var terms = new SummaryOptions();
        var text = new Option<FileInfo?>("--text")
        {
            Description = "A file with the words to release in the place of the draft's",
            HelpName = "FILE",
        };
        ParseResult? given = null;
        var command = new EntryCommand(
            context,
            "release",
            "Put the summary of a reporting day on the record, as drafted or in your own words",
            Kinds.SummaryReleased
        )
        {
            Finish = async (station, line, _, body, ct) =>
            {
                var answer = await station.GetAsync(
                    ChronologyCommand.Query(
                        $"lines/{line}/summary",
                        [.. terms.Of(given!), ("mark", given!.GetValue<string?>("--mark"))]
                    ),
                    ct
                );
                var draft = JsonNode.Parse(answer)!;
                if (!draft["isOver"]!.GetValue<bool>())
                    throw new Failure("this reporting day is not over: its summary would be of a part of it");
                foreach (var (member, value) in draft["body"]!.AsObject())
                    body.TryAdd(member, value?.DeepClone());
            },
        }
            .Options(terms.All)
            .Options([text])
            .With(
                (parsed, body) =>
                {
                    given = parsed;
                    if (parsed.GetValue(text) is { } file)
                        body["text"] = Words(file);
                }
            );
        return command.Build();
    }

    private static string Words(FileInfo file)
    {
        try
        {
            return File.ReadAllText(file.FullName).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure($"{file} cannot be read: {e.Message}");
        }
    }

    /// <summary>Which day, and by which rule.</summary>
    private sealed class SummaryOptions
    {
        private readonly Option<string?> day = new("--day")
        {
            Description = "The date on which the day closes (default: the last that is over)",
            HelpName = "DATE",
        };
        private readonly Option<string?> rule = new("--rule")
        {
            Description = "A rule by its name (default: the rule of the agreement in force)",
            HelpName = "NAME",
        };
        private readonly ReportingDayOptions closing = new();

        internal Option[] All => [day, rule, .. closing.All];

        internal void AddTo(Command command)
        {
            foreach (var option in All)
                command.Options.Add(option);
        }

        internal (string, string?)[] Of(ParseResult parsed) =>
            [("day", parsed.GetValue(day)), ("rule", parsed.GetValue(rule)), .. closing.Of(parsed)];
    }
}
