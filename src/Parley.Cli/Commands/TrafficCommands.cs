using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;

namespace Parley.Cli.Commands;

/// <summary>What is open on a line, and what became of one entry.</summary>
internal static class TrafficCommands
{
    internal static Command CreateTraffic(CommandContext context)
    {
        var line = CommandContext.Line();
        var at = new Option<string?>("--at")
        {
            Description = "As of this time, or of the end of this day, UTC (else now)",
            HelpName = "TIME",
        };
        var json = CommandContext.Json();
        var command = new Command("traffic", "What is open on a line, what waits for whom, what is overdue")
        {
            line,
            at,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                if (parsed.GetValue(at) is { } text)
                    Instant.Read("--at", text);
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                var answer = await TrafficAsync(after =>
                    station.GetAsync(
                        ChronologyCommand.Query($"lines/{id}/traffic", ("at", parsed.GetValue(at)), ("after", after)),
                        ct
                    )
                );
                return new ReportPrinter(context.Screen, parsed.GetValue(json)).Tell(answer, PrintTraffic);
            }
        );
        return command;
    }

    internal static Command CreateReceipts(CommandContext context)
    {
        var entry = new Argument<string>("ENTRY") { Description = "The entry, such as us/3" };
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        var command = new Command(
            "receipts",
            "What became of an entry: delivered, read, translated, passed on, answered"
        )
        {
            entry,
            line,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var wanted = ActOptions.Entry(parsed.GetValue(entry));
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = parsed.GetValue(line) is { } given
                    ? await station.LineAsync(given, ct)
                    : await station.LineOfAsync(wanted, ct);
                var answer = await station.GetAsync($"lines/{id}/entries/{wanted}/receipts", ct);
                return new ReportPrinter(context.Screen, parsed.GetValue(json)).Tell(answer, PrintReceipts);
            }
        );
        return command;
    }

    /// <summary>Every page of what is open, as one answer.</summary>
    private static async Task<string> TrafficAsync(Func<string?, Task<string>> get)
    {
        var answer = await get(null);
        if (JsonNode.Parse(answer) is not JsonObject whole || whole["next"]?.GetValue<string>() is not { } next)
            return answer;
        for (string? after = next; after is not null; )
        {
            var page = JsonNode.Parse(await get(after))!.AsObject();
            foreach (var item in page["open"]!.AsArray())
                whole["open"]!.AsArray().Add(item!.DeepClone());
            after = page["next"]?.GetValue<string>();
        }
        whole["next"] = null;
        return whole.ToJsonString();
    }

    private static void PrintTraffic(Screen screen, JsonElement traffic)
    {
        screen.Line(
            $"{screen.Bold(ItemPrinter.Text(traffic, "line") ?? "")}  as of {(ItemPrinter.Time(traffic, "at") is { } at ? Times.Group(at) : "now")}"
        );
        if (traffic.TryGetProperty("folding", out var folding) && folding.ValueKind == JsonValueKind.True)
            screen.Line(screen.Warn("  the station is still reading its record: this is a part"));
        foreach (var condition in ItemPrinter.Each(traffic, "conditions"))
        {
            var level = ItemPrinter.Text(condition, "level") ?? "";
            foreach (
                var text in screen.Wrap(
                    $"{ItemPrinter.Marked(screen, condition)}{ItemPrinter.Text(condition, "scope")} condition {level} of {ItemPrinter.Text(condition, "party")}: {SafeText.ShowLine(ItemPrinter.Text(condition, "reason") ?? "")}",
                    2
                )
            )
                screen.Line(level == "crisis" ? screen.Act(text) : screen.Warn(text));
        }
        if (ItemPrinter.Number(traffic, "overdue") is > 0 and var overdue)
            screen.Line(screen.Act($"  {overdue} overdue"));
        var open = ItemPrinter.Each(traffic, "open").ToList();
        screen.Line();
        screen.Line(screen.Bold(open.Count == 0 ? "Nothing is open." : "Open"));
        foreach (var item in open)
            ItemPrinter.Print(screen, item);
        var waiting = ItemPrinter.Each(traffic, "waiting").ToList();
        if (waiting.Count > 0)
        {
            screen.Line();
            screen.Line(screen.Bold("Waiting for an acknowledgement"));
            foreach (var receipt in waiting)
            {
                var late = receipt.TryGetProperty("overdue", out var is_) && is_.ValueKind == JsonValueKind.True;
                var text =
                    $"{ItemPrinter.Marked(screen, receipt)}{ItemPrinter.Text(receipt, "entry")}  {ItemPrinter.Text(receipt, "kind")}  of {Parties(receipt, "waitingFor")}{(ItemPrinter.Time(receipt, "due") is { } due ? $", due {Times.Group(due)}" : "")}";
                screen.Line(late ? screen.Act($"{text}, OVERDUE") : text);
            }
        }
        foreach (var flag in ItemPrinter.Each(traffic, "flags"))
        {
            foreach (
                var text in screen.Wrap(
                    $"flagged: {ItemPrinter.Text(flag, "entry")} {SafeText.ShowLine(ItemPrinter.Text(flag, "kind") ?? "")}: {SafeText.ShowLine(ItemPrinter.Text(flag, "reason") ?? "")}",
                    0
                )
            )
                screen.Line(screen.Warn(text));
        }
    }

    private static void PrintReceipts(Screen screen, JsonElement receipts)
    {
        screen.Line(
            $"{screen.Bold(ItemPrinter.Text(receipts, "entry") ?? "")}  {ItemPrinter.Text(receipts, "kind")}  {(ItemPrinter.Time(receipts, "at") is { } at ? ItemPrinter.Shown(screen, at) : "")}"
        );
        var delivered =
            receipts.TryGetProperty("delivered", out var by) && by.ValueKind == JsonValueKind.Object
                ? string.Join(
                    ", ",
                    by.EnumerateObject()
                        .Select(p =>
                            $"{p.Name} {(p.Value.TryGetDateTimeOffset(out var held) ? Times.Group(held) : "")}"
                        )
                )
                : "";
        screen.Line($"  delivered   {(delivered.Length == 0 ? screen.Warn("not yet") : screen.Good(delivered))}");
        if (receipts.TryGetProperty("deliveredOff", out var off) && off.ValueKind == JsonValueKind.Object)
        {
            foreach (var party in off.EnumerateObject())
            {
                var seconds = party.Value.GetDouble();
                var words =
                    $"{party.Name} states a time {Times.Length(TimeSpan.FromSeconds(Math.Min(Math.Abs(seconds), TimeSpan.MaxValue.TotalSeconds / 2)))} {(seconds < 0 ? "before the entry was written" : "in the future")}: that it holds the entry is proven, when is not";
                foreach (var text in screen.Wrap(SafeText.ShowLine(words), 14))
                    screen.Line(screen.Warn(text));
            }
        }
        foreach (
            var (title, member) in ((string, string)[])
                [("read", "read"), ("translated", "translated"), ("passed on", "passedOn"), ("answered", "answered")]
        )
        {
            var facts = ItemPrinter.Each(receipts, member).ToList();
            if (facts.Count == 0)
                screen.Line(screen.Dim($"  {title, -11} no"));
            foreach (var fact in facts)
            {
                var officer = fact.TryGetProperty("by", out var person)
                    ? $"{ItemPrinter.Text(person, "name")} ({ItemPrinter.Text(person, "seat")})"
                    : "";
                var words =
                    $"{title, -11} {ItemPrinter.Text(fact, "party")} {(ItemPrinter.Time(fact, "at") is { } done ? Times.Group(done) : "")}, {SafeText.ShowLine(officer)}, {ItemPrinter.Text(fact, "entry")}";
                foreach (
                    var text in screen.Wrap(
                        ItemPrinter.Text(fact, "note") is { } note ? $"{words}: {SafeText.ShowLine(note)}" : words,
                        2
                    )
                )
                    screen.Line(text);
            }
        }
        screen.Line(screen.Dim("  Received is not agreed."));
        var waits = Parties(receipts, "waitingFor");
        var late = receipts.TryGetProperty("overdue", out var overdue) && overdue.ValueKind == JsonValueKind.True;
        if (waits.Length > 0)
            screen.Line(
                late
                    ? screen.Act($"  waits for {waits}, OVERDUE")
                    : screen.Warn(
                        $"  waits for {waits}{(ItemPrinter.Time(receipts, "due") is { } due ? $", due {Times.Group(due)}" : "")}"
                    )
            );
        if (receipts.TryGetProperty("replaced", out var replaced) && replaced.ValueKind == JsonValueKind.Object)
            screen.Line(
                screen.Warn(
                    $"  {(replaced.GetProperty("cancelled").ValueKind == JsonValueKind.True ? "cancelled" : "superseded")} by {ItemPrinter.Text(replaced, "entry")}"
                )
            );
    }

    private static string Parties(JsonElement from, string member) =>
        string.Join(", ", ItemPrinter.Each(from, member).Select(p => p.GetString()));
}
