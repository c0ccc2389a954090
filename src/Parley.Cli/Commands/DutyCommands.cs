using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Station.Api;
using Parley.Traffic;

namespace Parley.Cli.Commands;

/// <summary>What is at this station alone: the alarms that stand, and drafts that nobody has sent.</summary>
internal static class DutyCommands
{
    internal static Command CreateAlarms(CommandContext context)
    {
        var line = CommandContext.Line();
        var quiet = new Option<bool>("--quiet")
        {
            Description = "Also those that an officer took down and that have not come back: who, and when",
        };
        return ListCommand.Of(
            context,
            new Command("alarms", "Standing alarms: actual before exercise, most urgent first")
            {
                line,
                quiet,
                Quiet(context),
            },
            async (parsed, station, ct) =>
                $"alarms?quiet={(parsed.GetValue(quiet) ? "true" : "false")}{(parsed.GetValue(line) is { } given ? $"&line={await station.LineAsync(given, ct)}" : "")}",
            PrintAlarm,
            "No alarm stands."
        );
    }

    private static Command Quiet(CommandContext context)
    {
        var alarm = new Argument<string>("ALARM") { Description = "Its name, as the list shows it" };
        var officer = new OfficerOptions();
        var json = CommandContext.Json();
        var command = new Command("quiet", "Take an alarm down until its next level; what it is about stays open")
        {
            alarm,
            json,
        };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var body = new JsonObject { ["by"] = officer.Member(parsed) };
                var answer = await station.PostAsync(
                    $"alarms/{Uri.EscapeDataString(parsed.GetValue(alarm)!)}/acknowledge",
                    Content(body),
                    ct
                );
                return new ReportPrinter(context.Screen, parsed.GetValue(json)).Tell(
                    answer,
                    (screen, _) => screen.Line("The alarm is down; it comes back at its next level if nothing is done.")
                );
            }
        );
        return command;
    }

    internal static Command CreateDrafts(CommandContext context) =>
        ListCommand.Of(
            context,
            new Command("drafts", "What officers have written and not sent; none of it leaves by itself")
            {
                Keep(context),
                Show(context),
                Change(context),
                Send(context),
                Drop(context),
                ClearCommand.OfDrafts(context),
            },
            (_, _, _) => Task.FromResult("drafts"),
            PrintDraft,
            "There are no drafts."
        );

    private static Command Show(CommandContext context)
    {
        var id = new Argument<string>("DRAFT") { Description = "The draft, as parley drafts lists it" };
        // It gives JSON anyhow; programs that say so everywhere may say so here.
        var command = new Command("show", "The content of a draft, as JSON") { id, CommandContext.Json() };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                context.Screen.Json(
                    (await FindAsync(station, parsed.GetValue(id)!, ct)).GetProperty("content").GetRawText()
                );
                return Program.Done;
            }
        );
        return command;
    }

    private static async Task<JsonElement> FindAsync(StationClient station, string id, CancellationToken ct)
    {
        using var drafts = JsonDocument.Parse(await station.GetAsync("drafts", ct));
        var found = drafts.RootElement.EnumerateArray().FirstOrDefault(d => ItemPrinter.Text(d, "draft") == id);
        return found.ValueKind == JsonValueKind.Object ? found.Clone() : throw new Failure($"there is no draft '{id}'");
    }

    private static Command Change(CommandContext context)
    {
        var id = new Argument<string>("DRAFT") { Description = "The draft, as parley drafts lists it" };
        var text = new Argument<string>("TEXT") { Description = "What it says from now on: a text, or a body as JSON" };
        var officer = new OfficerOptions();
        var json = CommandContext.Json();
        var command = new Command("change", "Put another text in a draft's place") { id, text, json };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var found = await FindAsync(station, parsed.GetValue(id)!, ct);
                var draft = new JsonObject
                {
                    ["content"] = ContentOf(parsed.GetValue(text)!),
                    ["kind"] = ItemPrinter.Text(found, "kind"),
                    ["line"] = ItemPrinter.Text(found, "line"),
                    ["by"] = officer.Member(parsed),
                };
                var answer = await station.PutAsync(
                    $"drafts/{Uri.EscapeDataString(parsed.GetValue(id)!)}",
                    Content(draft),
                    ct
                );
                return new ReportPrinter(context.Screen, parsed.GetValue(json)).Tell(answer, PrintDraft);
            }
        );
        return command;
    }

    /// <summary>Hands a draft to the station as it stands. It is thrown away once it is on the record, or proposed;
    /// where it was refused it stays.</summary>
    private static Command Send(CommandContext context)
    {
        var id = new Argument<string>("DRAFT") { Description = "The draft, as parley drafts lists it" };
        var re = new Option<string?>("--re")
        {
            Description = "The entry it answers, such as ru/17",
            HelpName = "ENTRY",
        };
        var act = new ActOptions(Kinds.MessageSent);
        var command = new Command("send", "Put a draft on the record") { id, re };
        act.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var found = await FindAsync(station, parsed.GetValue(id)!, ct);
                var line = await station.LineAsync(parsed.GetValue(act.Line) ?? ItemPrinter.Text(found, "line"), ct);
                var kind = ItemPrinter.Text(found, "kind") ?? Kinds.MessageSent;
                if (JsonNode.Parse(found.GetProperty("content").GetRawText()) is not JsonObject body)
                    throw new Failure(
                        "the draft is no body that could be sent: change it first (parley drafts change)"
                    );
                var request = act.Request(
                    parsed,
                    kind,
                    body,
                    parsed.GetValue(re) is { } entry ? ActOptions.Entry(entry) : null
                );
                var code = await ActPoster.PostAsync(
                    context.Screen,
                    station,
                    line,
                    request,
                    SendCommand.Wait(parsed.GetValue(act.Wait)),
                    parsed.GetValue(act.Json),
                    ct
                );
                await station.DeleteAsync($"drafts/{Uri.EscapeDataString(parsed.GetValue(id)!)}", ct);
                return code;
            }
        );
        return command;
    }

    private static Command Keep(CommandContext context)
    {
        var text = new Argument<string>("TEXT")
        {
            Description = "The text, or a body as JSON; whatever is wrong with it is kept and said",
        };
        var line = CommandContext.Line();
        var kind = new Option<string?>("--kind")
        {
            Description = "What it is to become, such as clarification.requested (default: a message)",
            HelpName = "KIND",
        };
        var officer = new OfficerOptions();
        var json = CommandContext.Json();
        var command = new Command("keep", "Keep a draft") { text, line, kind, json };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var draft = new JsonObject
                {
                    ["content"] = ContentOf(parsed.GetValue(text)!),
                    ["kind"] = parsed.GetValue(kind) ?? Kinds.MessageSent,
                    ["by"] = officer.Member(parsed),
                };
                if (parsed.GetValue(line) is { } given)
                    draft["line"] = (await station.LineAsync(given, ct)).ToString();
                var answer = await station.PostAsync("drafts", Content(draft), ct);
                return new ReportPrinter(context.Screen, parsed.GetValue(json)).Tell(answer, PrintDraft);
            }
        );
        return command;
    }

    private static Command Drop(CommandContext context)
    {
        var draft = new Argument<string>("DRAFT") { Description = "Its name, such as d-1f0c" };
        var json = CommandContext.Json();
        var command = new Command("drop", "Throw a draft away") { draft, json };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                await station.DeleteAsync($"drafts/{Uri.EscapeDataString(parsed.GetValue(draft)!)}", ct);
                return new ReportPrinter(context.Screen, parsed.GetValue(json)).Done(
                    "discarded",
                    parsed.GetValue(draft)!,
                    $"{parsed.GetValue(draft)} is discarded; nothing was sent."
                );
            }
        );
        return command;
    }

    private static JsonNode ContentOf(string text)
    {
        if (!text.StartsWith('{'))
            return new JsonObject { ["text"] = text };
        try
        {
            return JsonNode.Parse(text)!;
        }
        catch (JsonException)
        {
            return new JsonObject { ["text"] = text };
        }
    }

    private static StringContent Content(JsonObject body) =>
        new(body.ToJsonString(ApiJson.Readable.Options), Encoding.UTF8, "application/json");

    private static void PrintAlarm(Screen screen, JsonElement alarm)
    {
        var level = ItemPrinter.Text(alarm, "level") ?? "";
        var shown = level is "due" or "deputy" ? screen.Act(level.ToUpperInvariant()) : screen.Warn(level);
        var due = ItemPrinter.Time(alarm, "due") is { } at ? $"due {ItemPrinter.Shown(screen, at)}" : "";
        screen.Line(
            $"{ItemPrinter.Marked(screen, alarm)}{shown}  {ItemPrinter.Text(alarm, "precedence")?.ToUpperInvariant()}  {ItemPrinter.Text(alarm, "about")}  {ItemPrinter.Text(alarm, "entry")} {ItemPrinter.Text(alarm, "kind")}  {due}"
        );
        var waits = alarm.TryGetProperty("waitingFor", out var parties)
            ? string.Join(" ", parties.EnumerateArray().Select(p => p.GetString()))
            : "";
        foreach (
            var text in screen.Wrap(
                $"{(waits.Length > 0 ? $"waits for {waits}; " : "")}{ItemPrinter.Text(alarm, "alarm")}",
                2
            )
        )
            screen.Line(screen.Dim(text));
        if (level == "deputy")
            screen.Line(screen.Act("  nobody did anything in time: the deputy (the principal) is alarmed too"));
        if (
            alarm.TryGetProperty("quieted", out var quieted)
            && quieted.ValueKind == JsonValueKind.Object
            && quieted.TryGetProperty("by", out var by)
        )
        {
            var down =
                alarm.TryGetProperty("isQuiet", out var quiet) && quiet.ValueKind == JsonValueKind.True
                    ? "taken down"
                    : "was taken down before";
            foreach (
                var text in screen.Wrap(
                    SafeText.ShowLine(
                        $"{down} at {ItemPrinter.Text(quieted, "level")} by {ItemPrinter.Text(by, "name")} ({ItemPrinter.Text(by, "seat")}) {(ItemPrinter.Time(quieted, "at") is { } when ? ItemPrinter.Shown(screen, when) : "")}"
                    ),
                    2
                )
            )
                screen.Line(text);
        }
    }

    private static void PrintDraft(Screen screen, JsonElement draft)
    {
        var by =
            draft.TryGetProperty("by", out var officer) && officer.ValueKind == JsonValueKind.Object
                ? $"by {ItemPrinter.Text(officer, "name")} ({ItemPrinter.Text(officer, "seat")})"
                : "";
        screen.Line(
            SafeText.ShowLine(
                $"{ItemPrinter.Text(draft, "draft")}  {ItemPrinter.Text(draft, "kind")}  {by}  {ItemPrinter.Text(draft, "line")}".TrimEnd()
            )
        );
        if (ItemPrinter.Text(draft, "problem") is { } problem)
            foreach (var text in screen.Wrap(SafeText.ShowLine($"not to be sent like this: {problem}"), 2))
                screen.Line(screen.Warn(text));
        foreach (var text in screen.Wrap(SafeText.Show(draft.GetProperty("content").GetRawText()), 4))
            screen.Line(text);
    }
}
