using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Incidents;

namespace Parley.Cli.Commands;

/// <summary>Incidents under their numbers, observers' logs, and how they are counted (R26, R27).</summary>
internal static class IncidentCommands
{
    /// <summary>By the rung that is reached: the kind of entry that reaches it.</summary>
    private static readonly Dictionary<string, string> Steps = new(StringComparer.Ordinal)
    {
        ["preliminary"] = Kinds.IncidentExamined,
        ["field-inquiry"] = Kinds.IncidentInquired,
        ["report"] = Kinds.IncidentFound,
        ["board"] = Kinds.IncidentBoardConvened,
        ["response"] = Kinds.IncidentResponded,
        ["closed"] = Kinds.IncidentClosed,
        ["dissent"] = Kinds.IncidentDissented,
    };

    internal static Command Create(CommandContext context) =>
        new("incident", "Report incidents, follow them to the board, count observations")
        {
            Account(
                    new EntryCommand(
                        context,
                        "report",
                        "Allege a violation, under a number that stays",
                        Kinds.IncidentReported
                    ).Said("TEXT", "what", "What happened")
                )
                .Build(),
            Account(
                    new EntryCommand(
                        context,
                        "account",
                        "Put this party's or an observer's account beside the others",
                        Kinds.IncidentAccountGiven
                    )
                        .On("The incident")
                        .Said("TEXT", "what", "What happened")
                )
                .Build(),
            CreateVerify(context),
            new EntryCommand(context, "merge", "Say that it is another incident's event", Kinds.IncidentMerged)
                .On("The incident")
                .Said("INTO", "into", "The incident under whose number it goes on, such as us/3")
                .Text("--reason", "reason", "Why")
                .Build(),
            new EntryCommand(
                context,
                "split",
                "Give a merged incident its number back, or name accounts that belong elsewhere",
                Kinds.IncidentSplit
            )
                .On("The incident")
                .Text("--reason", "reason", "Why")
                .Texts("--account", "accounts", "An account that belongs elsewhere", "ENTRY")
                .Text("--into", "into", "The incident to which it belongs", "ENTRY")
                .Build(),
            CreateList(context),
            CreateShow(context),
            CreateImport(context),
            CreateTally(context),
            CreateExport(context),
        };

    internal static Command CreateCoverage(CommandContext context) =>
        new("coverage", "Say who watched where, and when")
        {
            new EntryCommand(context, "log", "Log who watched where, from when until when", Kinds.CoverageLogged)
                .Text("--reporter", "reporter", "Who watched", "NAME")
                .Place("place")
                .Number("--radius", "radiusMetres", "How far was watched, in metres", "METRES")
                .Time("--from", "from", "From when")
                .Time("--until", "until", "Until when")
                .Text("--means", "means", "patrol, post, camera, uav, …", "HOW")
                .Text("--agreement", "agreement", "The agreement that is observed", "ENTRY")
                .Text("--note", "note", "What to say with it")
                .Build(),
            MonitoringCommands.CreateGaps(context),
        };

    private static EntryCommand Account(EntryCommand command) =>
        command
            .Time("--from", "from", "When it began")
            .Time("--until", "until", "When it was over")
            .Place("place")
            .Text("--accused", "accused", "Whom this account accuses", "NAME")
            .Text("--reporter", "reporter", "Whose account it is, where it is not our own", "NAME")
            .Number("--killed", "killed", "How many were killed", "N")
            .Number("--injured", "injured", "How many were injured", "N")
            .Texts("--observation", "observations", "An observation that belongs to it, such as us/3#o017", "ENTRY")
            .Text("--agreement", "agreement", "The agreement that it would violate", "ENTRY")
            .Material();

    /// <summary>One command for the rungs; which kind is written the step says.</summary>
    private static Command CreateVerify(CommandContext context)
    {
        var command = new Command("verify", "Take an incident up the ladder: alleged, preliminary, … closed");
        foreach (var (step, kind) in Steps)
            command.Subcommands.Add(Step(context, step, kind));
        return command;
    }

    private static Command Step(CommandContext context, string step, string kind)
    {
        var command = new EntryCommand(context, step, Kinds.Find(kind)!.Says.TrimEnd('.'), kind).On("The incident");
        switch (kind)
        {
            case Kinds.IncidentFound or Kinds.IncidentClosed or Kinds.IncidentDissented:
                command
                    .Choice(
                        "--finding",
                        "result",
                        "Whether it happened, and was a violation",
                        [Finding.Violation, Finding.NoViolation, Finding.Inconclusive]
                    )
                    .Text(
                        "--attribution",
                        "attribution",
                        "Who did it; left out where it is attributed to nobody",
                        "NAME"
                    )
                    .Text("--text", "text", "In words");
                break;
            case Kinds.IncidentBoardConvened:
                command.Text("--reason", "reason", "Why");
                break;
            default:
                command
                    .Text("--what", "what", "What was done and seen")
                    .Text("--team", "team", "Who looked into it")
                    .Time("--at", "at", "When")
                    .Place("place")
                    .Material();
                break;
        }
        return command.Build();
    }

    private static Command CreateList(CommandContext context) =>
        LineQuestion.Of(context, new Command("list", "The incidents of a line"), _ => "incidents", Head, each: true);

    private static Command CreateShow(CommandContext context)
    {
        var entry = new Argument<string>("ENTRY") { Description = "The incident's number, such as us/3" };
        return LineQuestion.Of(
            context,
            new Command("show", "An incident, with every account of it side by side") { entry },
            parsed => $"incidents/{ActOptions.Entry(parsed.GetValue(entry))}",
            (screen, incident) =>
            {
                Head(screen, incident);
                foreach (var account in ItemPrinter.Each(incident, "accounts"))
                    Said(screen, account);
                if (incident.TryGetProperty("report", out var report) && report.ValueKind == JsonValueKind.Object)
                    Said(screen, report);
                foreach (var dissent in ItemPrinter.Each(incident, "dissents"))
                    Said(screen, dissent);
            },
            entry
        );
    }

    private static void Head(Screen screen, JsonElement incident)
    {
        var number = ItemPrinter.Text(incident, "number");
        var under = ItemPrinter.Text(incident, "goesOnUnder");
        screen.Line(
            $"{screen.Bold(number ?? "")}  {ItemPrinter.Text(incident, "title")}  {ItemPrinter.Text(incident, "state")}{(under == number ? "" : $", goes on under {under}")}"
        );
    }

    private static void Said(Screen screen, JsonElement account)
    {
        var body = account.GetProperty("body");
        var words =
            body.ValueKind != JsonValueKind.Object
                ? "(not here)"
                : ItemPrinter.Text(body, "what")
                    ?? $"{ItemPrinter.Text(body, "result")} {ItemPrinter.Text(body, "text")}";
        foreach (
            var text in screen.Wrap(
                $"{ItemPrinter.Text(account, "party")} {ItemPrinter.Text(account, "entry")}: {SafeText.ShowLine(words)}",
                4
            )
        )
            screen.Line(text);
    }

    private static Command CreateImport(CommandContext context)
    {
        var file = new Argument<FileInfo>("FILE") { Description = "An observers' log as CSV, UTF-8" };
        var agreement = new Option<string?>("--agreement")
        {
            Description = "The agreement that was observed",
            HelpName = "ENTRY",
        };
        var officer = new OfficerOptions(Parley.Traffic.Seats.That(Kinds.ObservationReported)[0]);
        var mark = Mark();
        var wait = SendCommand.WaitOption();
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        var command = new Command(
            "import",
            "Put the observations of a file on the record; the same file twice doubles nothing"
        )
        {
            file,
            agreement,
            mark,
            wait,
            line,
            json,
        };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var from = parsed.GetValue(file)!;
                using var station = context.Client(parsed);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                var seconds = SendCommand.Wait(parsed.GetValue(wait));
                string answer;
                try
                {
                    await using var stream = from.OpenRead();
                    answer = await station.PostAsync(
                        ChronologyCommand.Query(
                            $"lines/{id}/observations",
                            ("seat", officer.Of(parsed).Seat),
                            ("by", officer.Of(parsed).Name),
                            ("agreement", parsed.GetValue(agreement)),
                            ("mark", parsed.GetValue(mark)),
                            ("name", from.Name),
                            ("wait", seconds is null ? null : "sealed"),
                            ("timeout", seconds?.ToString(System.Globalization.CultureInfo.InvariantCulture))
                        ),
                        new StreamContent(stream) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } },
                        ct
                    );
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    throw new Failure($"{from} cannot be read: {e.Message}");
                }
                if (parsed.GetValue(json))
                {
                    context.Screen.Json(answer);
                    return Program.Done;
                }
                using var done = JsonDocument.Parse(answer);
                context.Screen.Line(
                    $"{done.RootElement.GetProperty("imported")} observations on the record, {done.RootElement.GetProperty("doubled")} stood there already"
                );
                foreach (var row in ItemPrinter.Each(done.RootElement, "refused"))
                    context.Screen.Line(
                        context.Screen.Warn(
                            $"row {row.GetProperty("row")}: {SafeText.ShowLine(ItemPrinter.Text(row, "reason") ?? "")}"
                        )
                    );
                return Program.Done;
            }
        );
        return command;
    }

    private static Command CreateTally(CommandContext context)
    {
        var rule = new Option<string?>("--rule")
        {
            Description = "A rule by its name, or a file with one (default: the rule of the agreement in force)",
            HelpName = "NAME|FILE.json",
        };
        var from = new Option<string?>("--from") { Description = "From when", HelpName = "TIME" };
        var until = new Option<string?>("--until") { Description = "Until when", HelpName = "TIME" };
        var asOf = LineQuestion.AsOf();
        var daily = new Option<bool>("--daily")
        {
            Description = "One reporting day after the other, from closing to closing",
        };
        var day = new ReportingDayOptions();
        var mark = Mark();
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        var command = new Command("tally", "Count observations by a rule: reporter by accused, never one number")
        {
            rule,
            from,
            until,
            asOf,
            daily,
            mark,
            line,
            json,
        };
        day.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                var named = parsed.GetValue(rule);
                var file =
                    named is not null && (named.EndsWith(".json", StringComparison.Ordinal) || File.Exists(named));
                string? Time(Option<string?> option) => LineQuestion.Time(parsed, option);
                if (parsed.GetValue(daily))
                {
                    if (file)
                        throw new Failure("--daily takes a rule by its name", Program.Usage);
                    return await MonitoringCommands.PrintDaysAsync(
                        context.Screen,
                        await station.GetAsync(
                            ChronologyCommand.Query(
                                $"lines/{id}/tally/days",
                                [
                                    ("rule", named),
                                    ("from", Time(from)),
                                    ("until", Time(until)),
                                    ("asOf", parsed.GetValue(asOf)),
                                    ("mark", parsed.GetValue(mark)),
                                    .. day.Of(parsed),
                                ]
                            ),
                            ct
                        ),
                        parsed.GetValue(json)
                    );
                }
                var path = ChronologyCommand.Query(
                    $"lines/{id}/tally",
                    ("rule", file ? null : named),
                    ("from", Time(from)),
                    ("until", Time(until)),
                    ("asOf", parsed.GetValue(asOf)),
                    ("mark", parsed.GetValue(mark))
                );
                var answer = file
                    ? await station.PostAsync(path, RuleIn(named!), ct)
                    : await station.GetAsync(path, ct);
                if (parsed.GetValue(json))
                    context.Screen.Json(answer);
                else
                    Print(context.Screen, answer);
                return Program.Done;
            }
        );
        return command;
    }

    private static ByteArrayContent RuleIn(string path)
    {
        try
        {
            return new ByteArrayContent(File.ReadAllBytes(path))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure($"{path} cannot be read: {e.Message}");
        }
    }

    private static void Print(Screen screen, string answer)
    {
        using var json = JsonDocument.Parse(answer);
        Print(screen, json.RootElement);
    }

    internal static void Print(Screen screen, JsonElement tally)
    {
        var rule = tally.GetProperty("rule");
        screen.Line(
            $"by the rule {screen.Bold(SafeText.ShowLine(ItemPrinter.Text(rule, "name") ?? ItemPrinter.Text(rule, "unit") ?? ""))}, as of {string.Join(", ", tally.GetProperty("asOf").EnumerateObject().Select(s => $"{s.Name}:{s.Value}"))}"
        );
        if (tally.GetProperty("rows").GetArrayLength() == 0)
            screen.Line("  nothing that is so marked; what is played is counted with --mark exercise");
        foreach (var row in ItemPrinter.Each(tally, "rows"))
            screen.Line(
                $"{SafeText.ShowLine(ItemPrinter.Text(row, "reporter") ?? ""), -16} of {SafeText.ShowLine(ItemPrinter.Text(row, "accused") is { Length: > 0 } named ? named : "nobody named"), -16} {row.GetProperty("n"), 8}  from {row.GetProperty("observations")} observations in the feeds of {string.Join(", ", row.GetProperty("feeds").EnumerateArray().Select(f => f.GetString()))}"
            );
        foreach (var author in tally.GetProperty("notCounted").EnumerateObject())
            screen.Line(screen.Warn($"not counted of {author.Name}: {author.Value}"));
    }

    private static Command CreateExport(CommandContext context)
    {
        var form = new Option<string>("--as")
        {
            Description = "The form",
            HelpName = string.Join('|', ObservationExport.Forms),
            DefaultValueFactory = _ => ObservationExport.Forms[0],
        };
        form.AcceptOnlyFromAmong([.. ObservationExport.Forms]);
        var mark = Mark();
        var line = CommandContext.Line();
        var command = new Command("export", "The observations that count, on standard output") { form, mark, line };
        command.SetAction(
            async (parsed, ct) =>
            {
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                using var answer = await station.OpenAsync(
                    new HttpRequestMessage(
                        HttpMethod.Get,
                        ChronologyCommand.Query(
                            $"lines/{id}/observations",
                            ("form", parsed.GetValue(form)),
                            ("mark", parsed.GetValue(mark))
                        )
                    ),
                    ct
                );
                await using var content = await answer.Content.ReadAsStreamAsync(ct);
                using var reader = new StreamReader(content);
                var block = new char[16 * 1024];
                for (int read; (read = await reader.ReadAsync(block, ct)) > 0; )
                    await context.Screen.Output.WriteAsync(block.AsMemory(0, read), ct);
                return Program.Done;
            }
        );
        return command;
    }

    internal static Option<string?> Mark()
    {
        var mark = new Option<string?>("--mark") { Description = "What it is for (default: actual)" };
        mark.AcceptOnlyFromAmong("actual", "exercise", "test");
        return mark;
    }
}
