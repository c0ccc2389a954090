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

namespace Parley.Cli.Commands;

/// <summary>The blind check: which cells of space and time two parties both plan to use, and nothing else of their
/// plans.</summary>
internal static class BlindCommands
{
    private const int CellsShown = 40;

    internal static Command Create(CommandContext context) =>
        new("blind", "Check with another party, blindly, which cells of space and time both plan to use")
        {
            Propose(context),
            Accept(context),
            new EntryCommand(context, "decline", "Decline a blind check", Kinds.BlindDeclined)
                .On("The check")
                .Text("--reason", "reason", "Why")
                .Build(),
            new EntryCommand(context, "withdraw", "Take a proposal back", Kinds.BlindWithdrawn)
                .On("Your check")
                .Text("--reason", "reason", "Why")
                .Build(),
            Cancel(context),
            List(context),
            Show(context),
            Result(context),
        };

    private static Command Propose(CommandContext context)
    {
        var area = new Option<string>("--area")
        {
            Description = "The area in degrees; east lies below west across the antimeridian",
            HelpName = "WEST,SOUTH,EAST,NORTH",
            Required = true,
        };
        var window = new Option<string>("--window")
        {
            Description = "The time that is compared",
            HelpName = "FROM/UNTIL",
            Required = true,
        };
        var cell = Typed.Number("--cell", "Side of a cell in metres", "METRES", usually: 1_000);
        var band = new Option<string>("--band")
        {
            Description = "Floor and ceiling in metres above the WGS 84 ellipsoid",
            HelpName = "FLOOR,CEILING",
            DefaultValueFactory = static _ => "0,12000",
        };
        var layer = Typed.Number("--layer", "Height of a layer in metres", "METRES", usually: 600);
        var slot = new Option<int>("--slot")
        {
            Description = "Length of a slot of time in seconds",
            HelpName = "SECONDS",
            DefaultValueFactory = static _ => 900,
        };
        var with = new Option<string?>("--with")
        {
            Description = "The party that is asked; may be left out on a line of two",
            HelpName = "PARTY",
        };
        var note = new Option<string?>("--note")
        {
            Description = "What else the other side is told",
            HelpName = "TEXT",
        };
        var expires = new Option<string?>("--expires")
        {
            Description = "How long an answer is of use (default: a day)",
            HelpName = "TIME",
        };
        var own = new OwnOptions();
        var line = CommandContext.Line();
        var command = new Command("propose", "Prepare a blind check; another officer releases it")
        {
            line,
            area,
            window,
            cell,
            band,
            layer,
            slot,
            with,
            note,
            expires,
        };
        own.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var times = parsed.GetValue(window)!.Split('/');
                if (times.Length != 2)
                    throw new Failure("--window takes FROM/UNTIL", Program.Usage);
                var heights = Typed.Numbers("--band", parsed.GetValue(band)!, 2);
                var request = new JsonObject
                {
                    ["area"] = new JsonArray([
                        .. Typed.Numbers("--area", parsed.GetValue(area)!, 4).Select(n => (JsonNode)n),
                    ]),
                    ["from"] = UtcText.Of(Instant.Read("--window", times[0])),
                    ["until"] = UtcText.Of(Instant.Read("--window", times[1], endOfDay: true)),
                    ["cellMetres"] = parsed.GetValue(cell),
                    ["floorMetres"] = heights[0],
                    ["ceilingMetres"] = heights[1],
                    ["layerMetres"] = parsed.GetValue(layer),
                    ["slotSeconds"] = parsed.GetValue(slot),
                };
                if (parsed.GetValue(with) is { } party)
                    request["with"] = party;
                if (parsed.GetValue(note) is { } text)
                    request["note"] = text;
                if (parsed.GetValue(expires) is { } end)
                    request["expires"] = UtcText.Of(Instant.Read("--expires", end));
                using var station = context.Client(parsed);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                return await PrepareAsync(context, parsed, station, own, id, $"lines/{id}/blind", request, ct);
            }
        );
        return command;
    }

    private static Command Accept(CommandContext context)
    {
        var check = Check();
        var own = new OwnOptions();
        var line = CommandContext.Line();
        var command = new Command(
            "accept",
            "Prepare to take part in a blind check; another officer releases it, and it begins"
        )
        {
            check,
            line,
        };
        own.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var entry = ActOptions.Entry(parsed.GetValue(check));
                using var station = context.Client(parsed);
                var id = await LineOfAsync(station, parsed.GetValue(line), entry, ct);
                return await PrepareAsync(
                    context,
                    parsed,
                    station,
                    own,
                    id,
                    $"lines/{id}/blind/{entry}/accept",
                    [],
                    ct
                );
            }
        );
        return command;
    }

    private static async Task<int> PrepareAsync(
        CommandContext context,
        ParseResult parsed,
        StationClient station,
        OwnOptions own,
        LineId line,
        string path,
        JsonObject request,
        CancellationToken ct
    )
    {
        var screen = context.Screen;
        await own.WriteAsync(parsed, station, line, request, ct);
        var answer = await station.PostAsync(path, Content(request), ct);
        if (parsed.GetValue(own.Json))
        {
            screen.Json(answer);
            return Program.Done;
        }
        using var prepared = JsonDocument.Parse(answer);
        PrintPrepared(screen, prepared.RootElement);
        return Program.Done;
    }

    private static void PrintPrepared(Screen screen, JsonElement root)
    {
        PrintProfile(screen, root.GetProperty("profile"));
        PrintCompared(screen, root, shared: false);
        screen.Line(
            $"{ItemPrinter.Number(root, "cells")} cells of ours; the other side learns that they are at most {ItemPrinter.Number(root, "bucket")}."
        );
        screen.Line(
            $"{screen.Bold(ItemPrinter.Text(root.GetProperty("proposal"), "proposal") ?? "")} waits for another officer: parley release {ItemPrinter.Text(root.GetProperty("proposal"), "proposal")} --by NAME"
        );
    }

    private static Command Cancel(CommandContext context)
    {
        var check = Check();
        var line = CommandContext.Line();
        var officer = new OfficerOptions();
        var json = CommandContext.Json();
        var command = new Command("cancel", "End a run under way, at both sides; it is not resumed, and stays charged")
        {
            check,
            line,
        };
        officer.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            async (parsed, ct) =>
            {
                var entry = ActOptions.Entry(parsed.GetValue(check));
                using var station = context.Client(parsed);
                var request = new JsonObject { ["by"] = officer.Member(parsed) };
                var answer = await station.PostAsync(
                    $"lines/{await LineOfAsync(station, parsed.GetValue(line), entry, ct)}/blind/{entry}/cancel",
                    Content(request),
                    ct
                );
                if (parsed.GetValue(json))
                    context.Screen.Json(answer);
                else
                    context.Screen.Line($"{entry} is being ended.");
                return Program.Done;
            }
        );
        return command;
    }

    private static Command List(CommandContext context)
    {
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        var command = new Command("list", "The blind checks of a line, and what others asked of us today")
        {
            line,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var answer = await station.GetAsync(
                    $"lines/{await station.LineAsync(parsed.GetValue(line), ct)}/blind",
                    ct
                );
                return new ReportPrinter(context.Screen, parsed.GetValue(json)).Tell(answer, PrintList);
            }
        );
        return command;
    }

    private static void PrintList(Screen screen, JsonElement list)
    {
        foreach (var one in ItemPrinter.Each(list, "checks"))
            PrintHead(screen, one);
        var budget = list.GetProperty("budget");
        screen.Line(
            screen.Dim(
                $"asked of us on {ItemPrinter.Text(budget, "day")} (UTC): {budget.GetProperty("spent").GetInt64()} of {budget.GetProperty("perDay").GetInt64()} cells"
            )
        );
    }

    private static Command Show(CommandContext context)
    {
        var check = new Argument<string>("CHECK")
        {
            Description = "The entry that proposed it, such as us/3, or a proposal that waits, such as p-1f0c",
        };
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        var command = new Command(
            "show",
            "A blind check as it stands, or what one that waits for its second officer would compare"
        )
        {
            check,
            line,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var report = new ReportPrinter(context.Screen, parsed.GetValue(json));
                if (parsed.GetValue(check) is { } waiting && waiting.StartsWith("p-", StringComparison.Ordinal))
                {
                    var prepared = await station.GetAsync($"proposals/{Uri.EscapeDataString(waiting)}/blind", ct);
                    return report.Tell(prepared, PrintPrepared);
                }
                var entry = ActOptions.Entry(parsed.GetValue(check));
                var answer = await station.GetAsync(
                    $"lines/{await LineOfAsync(station, parsed.GetValue(line), entry, ct)}/blind/{entry}",
                    ct
                );
                return report.Tell(answer, PrintWhole);
            }
        );
        return command;
    }

    private static void PrintWhole(Screen screen, JsonElement root)
    {
        PrintHead(screen, root);
        if (root.TryGetProperty("profile", out var profile) && profile.ValueKind == JsonValueKind.Object)
            PrintProfile(screen, profile);
        if (ItemPrinter.Text(root, "problem") is { } problem)
            screen.Line(screen.Warn($"  cannot be compared here: {SafeText.ShowLine(problem)}"));
        foreach (var commitment in ItemPrinter.Each(root, "commitments"))
            screen.Line(
                $"  {ItemPrinter.Text(commitment, "party")} committed to a set of {ItemPrinter.Number(commitment, "bucket")} points  {screen.Dim(ItemPrinter.Text(commitment, "entry") ?? "")}"
            );
        foreach (var finding in ItemPrinter.Each(root, "findings"))
            screen.Line(
                $"  {ItemPrinter.Text(finding, "party")} found {ItemPrinter.Number(finding, "shared")} shared cells, digest {ItemPrinter.Text(finding, "digest")?[..16]}…  {screen.Dim(ItemPrinter.Text(finding, "entry") ?? "")}"
            );
        PrintResult(screen, root);
    }

    private static Command Result(CommandContext context)
    {
        var check = Check();
        var line = CommandContext.Line();
        var geo = new Option<bool>("--geojson") { Description = "Every shared cell as a GeoJSON feature" };
        var json = CommandContext.Json();
        var command = new Command(
            "result",
            "What a blind check found; known to this station's officers and not in the record"
        )
        {
            check,
            line,
            geo,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                using var station = context.Client(parsed);
                var entry = ActOptions.Entry(parsed.GetValue(check));
                var path = $"lines/{await LineOfAsync(station, parsed.GetValue(line), entry, ct)}/blind/{entry}";
                if (parsed.GetValue(geo))
                {
                    screen.Json(await station.GetAsync($"{path}/cells", ct));
                    return Program.Done;
                }
                using var shown = JsonDocument.Parse(await station.GetAsync(path, ct));
                if (shown.RootElement.GetProperty("result") is not { ValueKind: JsonValueKind.Object } result)
                    throw new Failure(
                        $"{entry} is {ItemPrinter.Text(shown.RootElement, "state")}: there is no agreed result at this station"
                    );
                if (parsed.GetValue(json))
                    screen.Json(result.GetRawText());
                else
                    PrintResult(screen, shown.RootElement);
                return Program.Done;
            }
        );
        return command;
    }

    private static void PrintHead(Screen screen, JsonElement check)
    {
        var state = ItemPrinter.Text(check, "state") ?? "";
        var progress =
            check.TryGetProperty("progress", out var far) && far.ValueKind == JsonValueKind.Object
                ? $"  {ItemPrinter.Text(far, "phase")} {ItemPrinter.Number(far, "done")}/{ItemPrinter.Number(far, "total")}"
                : "";
        screen.Line(
            $"{screen.Bold(ItemPrinter.Text(check, "entry") ?? "")}  {ItemPrinter.Text(check, "opener")} asks {ItemPrinter.Text(check, "with") ?? "another party"}  {(state is "differs" or "aborted" ? screen.Warn(state) : state)}{progress}{(ItemPrinter.Time(check, "due") is { } due ? $"  until {Times.Group(due)}" : "")}"
        );
        if (ItemPrinter.Text(check, "note") is { } note)
            foreach (var text in screen.Wrap(SafeText.ShowLine(note), 4))
                screen.Line(text);
        foreach (var end in ItemPrinter.Each(check, "ends"))
        {
            var why = ItemPrinter.Text(end, "note") is { } more ? $": {more}" : "";
            screen.Line(
                screen.Warn(
                    $"    {ItemPrinter.Text(end, "party")} ended it: {SafeText.ShowLine($"{ItemPrinter.Text(end, "reason")}{(end.GetProperty("byPeer").GetBoolean() ? ", as the other side said" : "")}{why}")}"
                )
            );
        }
    }

    private static void PrintProfile(Screen screen, JsonElement profile)
    {
        string N(string member, string format = "0.######") =>
            profile.GetProperty(member).GetDouble().ToString(format, CultureInfo.InvariantCulture);
        screen.Line(
            $"  area     {N("south")},{N("west")} to {N("north")},{N("east")} (lat,lon), cells of {profile.GetProperty("cellMetres")[0].GetDouble().ToString("0", CultureInfo.InvariantCulture)} m"
        );
        screen.Line(
            $"  band     {N("floorMetres", "0")} to {N("ceilingMetres", "0")} m above the ellipsoid, layers of {N("layerMetres", "0")} m; the outermost have no outer end"
        );
        screen.Line(
            $"  window   {Times.Group(profile.GetProperty("from").GetDateTimeOffset())} to {Times.Group(profile.GetProperty("until").GetDateTimeOffset())}, slots of {Times.Length(TimeSpan.FromSeconds(profile.GetProperty("slotSeconds").GetInt64()))}"
        );
        screen.Line(
            $"  apart    {N("separationMetres", "0")} m, {N("separationHeightMetres", "0")} m, {N("separationSeconds", "0")} s"
        );
    }

    private static void PrintCompared(Screen screen, JsonElement from, bool shared)
    {
        foreach (var one in ItemPrinter.Each(from, "compared"))
        {
            var what = SafeText.ShowLine(
                $"{ItemPrinter.Text(one, "entry") ?? "volumes given for this check"} {ItemPrinter.Text(one, "name")}".TrimEnd()
            );
            var text =
                $"  {what}: {ItemPrinter.Number(one, "cells")} cells{(shared ? $", {ItemPrinter.Number(one, "shared")} shared" : "")}";
            screen.Line(
                one.GetProperty("whole").GetBoolean()
                    ? text
                    : screen.Warn($"{text}, NOT WHOLLY COMPARED: a part lies outside the area or the window")
            );
        }
    }

    private static void PrintResult(Screen screen, JsonElement check)
    {
        if (!check.TryGetProperty("result", out var result) || result.ValueKind != JsonValueKind.Object)
            return;
        PrintCompared(screen, result, shared: true);
        var shared = ItemPrinter.Number(result, "shared");
        screen.Line(
            shared > 0 ? screen.Act($"  {shared} cells that both brought") : "  no cell that both brought was found"
        );
        if (result.GetProperty("suspicious").GetBoolean())
            screen.Line(screen.Act("  SUSPICIOUS: more of our cells matched than an honest plan would match"));
        foreach (var cell in ItemPrinter.Each(result, "cells").Take(CellsShown))
        {
            string N(string member, string none = "") =>
                cell.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number
                    ? value.GetDouble().ToString("0.####", CultureInfo.InvariantCulture)
                    : none;
            screen.Line(
                $"    {N("south")},{N("west")} to {N("north")},{N("east")}  {N("lowerMetres", "…")} to {N("upperMetres", "…")} m  {Times.Group(cell.GetProperty("from").GetDateTimeOffset())} to {Times.Group(cell.GetProperty("until").GetDateTimeOffset())}"
            );
        }
        if (shared > CellsShown)
            screen.Line(
                screen.Dim(
                    $"    and {shared - CellsShown} more: parley blind result {ItemPrinter.Text(check, "entry")} --geojson"
                )
            );
        foreach (var text in screen.Wrap($"{ItemPrinter.Text(result, "caution")}.", 2))
            screen.Line(text);
    }

    private static Argument<string> Check() =>
        new("CHECK") { Description = "The entry that proposed it, such as us/3" };

    private static async Task<LineId> LineOfAsync(
        StationClient station,
        string? given,
        EntryId entry,
        CancellationToken ct
    ) => given is not null ? await station.LineAsync(given, ct) : await station.LineOfAsync(entry, ct);

    private static StringContent Content(JsonObject request) =>
        new(request.ToJsonString(ApiJson.Readable.Options), Encoding.UTF8, "application/json");

    /// <summary>What of our own is compared, and who says so. Nothing of it leaves the station but as blinded
    /// points.</summary>
    private sealed class OwnOptions
    {
        private readonly Option<string[]> activities = new("--activity")
        {
            Description =
                "Compare only this activity of ours, on the line or as journal:ENTRY (default: all that are planned there)",
            HelpName = "[LINE:]ENTRY",
        };
        private readonly VolumeOptions volumes = new();
        private readonly OfficerOptions officer = new(Seats.That(Kinds.BlindProposed)[0]);

        internal Option<bool> Json { get; } = CommandContext.Json();

        internal void AddTo(Command command)
        {
            foreach (var option in (Option[])[activities, .. volumes.All, .. officer.All, Json])
                command.Options.Add(option);
        }

        internal async Task WriteAsync(
            ParseResult parsed,
            StationClient station,
            LineId line,
            JsonObject request,
            CancellationToken ct
        )
        {
            request["by"] = officer.Member(parsed);
            var given = volumes.Of(parsed);
            if (given is not null)
                request["volumes"] = given;
            var picks = new JsonArray();
            foreach (var pick in parsed.GetValue(activities) ?? [])
            {
                var colon = pick.LastIndexOf(':');
                var on = colon < 0 ? line : await station.LineAsync(pick[..colon], ct);
                picks.Add(
                    new JsonObject { ["line"] = on.Value, ["entry"] = ActOptions.Entry(pick[(colon + 1)..]).ToString() }
                );
            }
            if (picks.Count > 0 || given is not null)
                request["activities"] = picks;
        }
    }
}
