using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Cli.Commands;

/// <summary>What is planned in space and time: activities, standing areas, humanitarian movements, and what of it
/// conflicts.</summary>
internal static class PlanCommands
{
    internal static IEnumerable<Command> Create(CommandContext context)
    {
        EntryCommand Make(string name, string description, string kind) => new(context, name, description, kind);
        EntryCommand Reasoned(string name, string description, string kind, string on) =>
            Make(name, description, kind).On(on).Text("--reason", "reason", "Why");

        yield return new Command("activity", "Plan and notify activities, answer others', see what conflicts")
        {
            Plan(
                    Make(
                        "plan",
                        "Plan an activity in this party's own journal, where no other party sees it, and activity check and blind checks compare it",
                        Kinds.ActivityPlanned
                    )
                )
                .InJournal()
                .Build(),
            Plan(Make("notify", "Notify an activity to the line", Kinds.ActivityNotified))
                .Naming("--knowing", "What it conflicts with and stands all the same")
                .Build(),
            Plan(
                    Make("change", "Change where and when; earlier answers do not count", Kinds.ActivityChanged)
                        .On("Your activity")
                )
                .Naming("--knowing", "What it conflicts with and stands all the same")
                .Build(),
            Reasoned("accept", "Accept an activity; it is no permission", Kinds.ActivityAccepted, "The activity")
                .Build(),
            Reasoned("object", "Object to an activity", Kinds.ActivityObjected, "The activity").Build(),
            Reasoned("start", "It begins", Kinds.ActivityStarted, "Your activity").Build(),
            Reasoned("end", "It is over", Kinds.ActivityEnded, "Your activity").Build(),
            Reasoned("cancel", "Cancel an activity", Kinds.ActivityCancelled, "Your activity").Build(),
            List(context),
            Conflicts(context),
            Check(context),
            Import(context),
        };
        yield return new Command("area", "Declare areas to be kept out of, and protected sites")
        {
            Area(Make("declare", "Declare a standing area; a protected site takes two officers", Kinds.AreaDeclared))
                .Build(),
            Area(Make("change", "State it anew", Kinds.AreaChanged).On("Your area")).Build(),
            Verified(Make("check", "It was looked at again", Kinds.AreaChecked).On("The area")).Build(),
            Reasoned("object", "Object to it", Kinds.AreaObjected, "The area").Build(),
            Reasoned("withdraw", "Withdraw it; copies that others hold remain", Kinds.AreaWithdrawn, "Your area")
                .Build(),
        };
        yield return new Command(
            "movement",
            "Humanitarian movements: submit, acknowledge, tell the echelons, raise the alarm"
        )
        {
            Movement(Make("submit", "Submit a movement", Kinds.MovementSubmitted)).Build(),
            Movement(
                    Make("change", "State it anew: earlier acknowledgements do not count", Kinds.MovementChanged)
                        .On("Your movement")
                )
                .Build(),
            Reasoned(
                    "acknowledge",
                    "Acknowledge a movement; it is no permission",
                    Kinds.MovementAcknowledged,
                    "The movement"
                )
                .Build(),
            Reasoned("object", "Object to a movement", Kinds.MovementObjected, "The movement").Build(),
            Make("inform", "A rung of the ladder: an echelon that was told", Kinds.MovementInformed)
                .On("The movement")
                .Said("ECHELON", "echelon", "Which")
                .Time("--at", "at", "When it was told; without, the rung is still empty")
                .Build(),
            Reasoned("depart", "It is under way", Kinds.MovementDeparted, "Your movement").Build(),
            Report(Make("deviate", "It left its route", Kinds.MovementDeviated)).Build(),
            Report(Make("under-fire", "It is under fire: send it with --precedence flash", Kinds.MovementUnderFire))
                .Build(),
            Make("answer-fire", "Answer the alarm", Kinds.MovementFireAnswered)
                .On("The movement")
                .Choice("--answer", "answer", "What is done", FireAnswer.Known, "checking")
                .Text("--note", "note", "What else")
                .Build(),
            Reasoned("resume", "It goes on", Kinds.MovementResumed, "Your movement").Build(),
            Reasoned("complete", "It arrived", Kinds.MovementCompleted, "Your movement").Build(),
            Reasoned("cancel", "Cancel a movement", Kinds.MovementCancelled, "Your movement").Build(),
        };
    }

    private static EntryCommand Plan(EntryCommand command) =>
        Where(
            command
                .Said("NAME", "name", "What it is called", optional: true)
                .Text("--type", "type", "What it is: flight, firing, manoeuvre, …", "WORD")
                .Number("--priority", "priority", "Higher goes first; it never hides a conflict", "N")
                .Text("--note", "note", "What else is to be known")
        );

    private static EntryCommand Area(EntryCommand command) =>
        Where(
            Verified(
                command
                    .Said("NAME", "name", "What it is called")
                    .Choice(
                        "--type",
                        "type",
                        "Which",
                        [StandingArea.KeepOut, StandingArea.Protected],
                        StandingArea.KeepOut
                    )
                    .Text("--local-name", "localName", "The name in the script of the place")
                    .Text("--organisation", "organisation", "Whose it is")
                    .Text("--function", "function", "hospital, shelter, school, water, …", "WORD")
                    .Flag("--consent", "consent", "Whether whoever runs it consented: true or false")
                    .Time("--expires", "expires", "When it lapses")
            )
        );

    private static EntryCommand Verified(EntryCommand command) =>
        command
            .Text("--verified-by", "verifiedBy", "Who verified it", "NAME")
            .Text("--verified-how", "verifiedHow", "On site, by image, by telephone, …")
            .Time("--verified-at", "verifiedAt", "When")
            .Text("--note", "note", "What else is known");

    private static EntryCommand Movement(EntryCommand command) =>
        Where(
            command
                .Said("PURPOSE", "purpose", "What for")
                .Each("--route", "route", "A point of the route, in order", "NAME[=LON,LAT][@TIME]", RoutePointOf)
                .Text("--vehicles", "vehicles", "How many of which")
                .Text("--markings", "markings", "How they are marked")
                .Number("--headcount", "headcount", "People", "N")
                .Flag("--armed-escort", "armedEscort", "Whether there is an armed escort: true or false")
                .Text("--escort-of", "escortOf", "Whose", "PARTY")
                .Text("--contact", "liveContact", "Who can be reached while it is under way", "WHO")
                .Time("--departure", "departure", "When it leaves")
                .Text("--note", "note", "What else is to be known")
        );

    private static EntryCommand Report(EntryCommand command) =>
        command.On("Your movement").Said("WHAT", "what", "What happens", optional: true).Place("place");

    private static EntryCommand Where(EntryCommand command)
    {
        var where = new VolumeOptions();
        return command
            .Options(where.All)
            .With(
                (parsed, body) =>
                {
                    if (where.Of(parsed) is { } volumes)
                        body["volumes"] = volumes;
                }
            );
    }

    private static JsonObject? RoutePointOf(string text)
    {
        var point = new JsonObject();
        if (text.LastIndexOf('@') is >= 0 and var at)
        {
            point["at"] = UtcText.Of(Instant.Read("--route", text[(at + 1)..]));
            text = text[..at];
        }
        if (text.LastIndexOf('=') is >= 0 and var equals)
        {
            point["position"] = Typed.Position("--route", text[(equals + 1)..]);
            text = text[..equals];
        }
        if (text.Length > 0)
            point["name"] = text;
        return point.Count == 0 ? null : point;
    }

    private static Command List(CommandContext context)
    {
        var line = CommandContext.Line();
        var geo = new Option<bool>("--geojson") { Description = "Every volume as a GeoJSON feature" };
        var cot = new Option<bool>("--cot")
        {
            Description = "Every volume in force as a Cursor-on-Target event; the station's settings must allow it",
        };
        var json = CommandContext.Json();
        var command = new Command("list", "Activities, areas and movements that stand on a line")
        {
            line,
            geo,
            cot,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                using var station = context.Client(parsed);
                var path = $"lines/{await station.LineAsync(parsed.GetValue(line), ct)}/activities";
                if (parsed.GetValue(geo))
                {
                    screen.Json(await GeoJsonAsync(station, $"{path}?format=geojson", ct));
                    return Program.Done;
                }
                if (parsed.GetValue(cot))
                {
                    screen.Output.Write(await CursorOnTargetAsync(station, $"{path}?format=cot", ct));
                    return Program.Done;
                }
                var report = new ReportPrinter(screen, parsed.GetValue(json));
                await foreach (var page in station.PagesAsync(path, ct))
                    report.TellEach(page, Print);
                return report.OrElse("Nothing is planned here that was notified.");
            }
        );
        return command;
    }

    /// <summary>All pages as one collection; one alone as it came.</summary>
    private static async Task<string> GeoJsonAsync(StationClient station, string path, CancellationToken ct)
    {
        string? first = null;
        JsonObject? all = null;
        await foreach (var page in station.PagesAsync(path, ct))
        {
            if (first is null)
            {
                first = page;
                continue;
            }
            all ??= JsonNode.Parse(first)!.AsObject();
            foreach (var feature in JsonNode.Parse(page)!["features"]!.AsArray())
                all["features"]!.AsArray().Add(feature!.DeepClone());
        }
        return all?.ToJsonString() ?? first!;
    }

    /// <inheritdoc cref="GeoJsonAsync"/>
    private static async Task<string> CursorOnTargetAsync(StationClient station, string path, CancellationToken ct)
    {
        const string end = "</events>";
        var all = "";
        await foreach (var page in station.PagesAsync(path, ct))
        {
            // As text: what an officer wrote stands in it escaped, and is not read here.
            var (at, from) = (
                all.LastIndexOf(end, StringComparison.Ordinal),
                page.IndexOf('>', StringComparison.Ordinal) + 1
            );
            if (at < 0)
                all = page;
            else if (page.Contains(end, StringComparison.Ordinal))
                all = all[..at].TrimEnd() + page[from..];
        }
        return all;
    }

    private static void Print(Screen screen, JsonElement plan)
    {
        var state = ItemPrinter.Text(plan, "state") ?? "";
        var shown =
            state is "incident" ? screen.Act(state.ToUpperInvariant())
            : state is "objected" or "check due" or "deviated" ? screen.Warn(state)
            : state;
        screen.Line(
            $"{screen.Bold(ItemPrinter.Text(plan, "entry") ?? "")}  {ItemPrinter.Text(plan, "role")}  {shown}  {SafeText.ShowLine(ItemPrinter.Text(plan, "name") ?? "")}  {(ItemPrinter.Time(plan, "due") is { } due ? $"until {Times.Group(due)}" : "")}"
        );
        if (plan.GetProperty("conflictsWith") is { ValueKind: JsonValueKind.Array } with && with.GetArrayLength() > 0)
            screen.Line(
                screen.Act($"    conflicts with {string.Join(' ', with.EnumerateArray().Select(e => e.GetString()))}")
            );
        if (ItemPrinter.Text(plan, "problem") is { } problem)
            foreach (var text in screen.Wrap(SafeText.ShowLine($"cannot be compared: {problem}"), 4))
                screen.Line(screen.Warn(text));
        if (ItemPrinter.Time(plan, "underFireSince") is { } since)
            screen.Line(screen.Act($"    UNDER FIRE since {Times.GroupAndAge(since, screen.Clock)}"));
        if (!plan.TryGetProperty("ladder", out var ladder) || ladder.ValueKind != JsonValueKind.Array)
            return;
        foreach (var rung in ladder.EnumerateArray())
            screen.Line(
                $"    {ItemPrinter.Text(rung, "party")} {SafeText.ShowLine(ItemPrinter.Text(rung, "echelon") ?? "")}: {(ItemPrinter.Time(rung, "at") is { } at ? screen.Good($"told {Times.Group(at)}") : screen.Warn("not told yet"))}"
            );
    }

    private static Command Import(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "Cursor-on-Target events (XML)" };
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        var command = new Command(
            "import",
            "Keep Cursor-on-Target events as drafts: nobody has signed them, and nothing of them leaves before an officer sends it"
        )
        {
            file,
            line,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                var path = parsed.GetValue(file)!;
                if (new FileInfo(path) is not { Exists: true, Length: <= Deconfliction.CursorOnTarget.MaxDocument })
                    throw new Failure(
                        $"{path}: no file of at most {Deconfliction.CursorOnTarget.MaxDocument} bytes is there"
                    );
                using var station = context.Client(parsed);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                var content = new ByteArrayContent(await File.ReadAllBytesAsync(path, ct))
                {
                    Headers = { ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/xml") },
                };
                var (answer, passedOver) = await station.PostAsync(
                    $"lines/{id}/activities/cursor-on-target",
                    content,
                    ApiWords.PassedOver,
                    ct
                );
                new ReportPrinter(screen, parsed.GetValue(json)).TellEach(
                    answer,
                    (_, draft) =>
                        screen.Line(
                            $"{screen.Bold(ItemPrinter.Text(draft, "draft") ?? "")}  {SafeText.ShowLine(ItemPrinter.Text(draft.GetProperty("content"), "name") ?? "")}"
                        )
                );
                if (passedOver is not null)
                    screen.ErrorPlain(SafeText.ShowLine(passedOver));
                if (!parsed.GetValue(json))
                    screen.Line(
                        "Kept as drafts. To notify one: parley drafts show DRAFT > plan.json, look at it, then parley activity notify NAME --volumes plan.json"
                    );
                return Program.Done;
            }
        );
        return command;
    }

    private const int ConflictsInAnAnswer = 256;

    private static Command Conflicts(CommandContext context)
    {
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        var command = new Command("conflicts", "What conflicts on a line: what, where, when, for how long")
        {
            line,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var report = new ReportPrinter(context.Screen, parsed.GetValue(json));
                var path = $"lines/{await station.LineAsync(parsed.GetValue(line), ct)}/conflicts";
                for (var page = path; ; )
                {
                    var (count, last) = report.TellEach(await station.GetAsync(page, ct), PrintConflict);
                    if (count < ConflictsInAnAnswer)
                        break;
                    var after = $"{ItemPrinter.Text(last, "first")}~{ItemPrinter.Text(last, "second")}";
                    page = $"{path}?after={Uri.EscapeDataString(after)}";
                }
                return report.OrElse("Nothing that was notified on this line conflicts.");
            }
        );
        return command;
    }

    private static Command Check(CommandContext context)
    {
        var where = new VolumeOptions();
        var line = CommandContext.Line();
        var separation = new Option<string?>("--separation")
        {
            Description = "What must lie between, such as 5km,300m,10min (default: each line's own)",
            HelpName = "DIST[,HEIGHT[,TIME]]",
        };
        var json = CommandContext.Json();
        var command = new Command(
            "check",
            "What volumes would conflict with; nothing is written, and nothing of it leaves the station"
        )
        {
            line,
            separation,
            json,
        };
        foreach (var option in where.All)
            command.Options.Add(option);
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                var volumes = where.Of(parsed) ?? throw new Failure("give --volumes or --circle", Program.Usage);
                if (
                    parsed.GetValue(separation) is { } apart
                    && !Deconfliction.Separation.Parse(apart).TryGet(out _, out var unfit)
                )
                    throw new Failure($"--separation: {unfit}", Program.Usage);
                using var station = context.Client(parsed);
                var request = new JsonObject { ["volumes"] = volumes };
                if (parsed.GetValue(separation) is { } least)
                    request["separation"] = least;
                if (parsed.GetValue(line) is { } given)
                    request["line"] = (await station.LineAsync(given, ct)).Value;
                var answer = await station.PostAsync(
                    "deconflict/check",
                    new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json"),
                    ct
                );
                using var found = JsonDocument.Parse(answer);
                var conflicts = found.RootElement.GetProperty("conflicts");
                if (parsed.GetValue(json))
                    screen.Json(answer);
                else
                {
                    foreach (var conflict in conflicts.EnumerateArray())
                    {
                        screen.Line(
                            $"{screen.Act("conflict")}  {ItemPrinter.Text(conflict, "entry")}  {ItemPrinter.Text(conflict, "role")} of {ItemPrinter.Text(conflict, "owner")}  {screen.Dim(ItemPrinter.Text(conflict, "line") ?? "")}"
                        );
                        PrintWhere(screen, conflict.GetProperty("where"));
                    }
                    screen.Line(
                        $"{conflicts.GetArrayLength()} conflicts among {found.RootElement.GetProperty("compared").GetInt32()} volumes; {ItemPrinter.Text(found.RootElement, "caution")}."
                    );
                }
                return conflicts.GetArrayLength() == 0 ? Program.Done : Program.Failed;
            }
        );
        return command;
    }

    private static void PrintConflict(Screen screen, JsonElement conflict)
    {
        screen.Line(screen.Act($"{ItemPrinter.Text(conflict, "first")} with {ItemPrinter.Text(conflict, "second")}"));
        PrintWhere(screen, conflict.GetProperty("where"));
    }

    private static void PrintWhere(Screen screen, JsonElement where)
    {
        string Number(string member, string format, string none) =>
            where.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number
                ? value.GetDouble().ToString(format, CultureInfo.InvariantCulture)
                : none;
        screen.Line(
            $"    {Number("south", "0.####", "")},{Number("west", "0.####", "")} to {Number("north", "0.####", "")},{Number("east", "0.####", "")} (lat,lon), {Number("lowerMetres", "0", "…")} to {Number("upperMetres", "0", "…")} m {ItemPrinter.Text(where, "reference")}"
        );
        screen.Line(
            $"    {(ItemPrinter.Time(where, "from") is { } from ? Times.Group(from) : "already")} to {(ItemPrinter.Time(where, "until") is { } until ? Times.Group(until) : "no end")}{(where.TryGetProperty("seconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number ? $", {Times.Length(TimeSpan.FromSeconds(seconds.GetDouble()))}" : "")}"
        );
    }
}
