using System.Text.Json;
using Parley.Cli.Terminal;

namespace Parley.Cli.Commands;

/// <summary>
/// What the API says of traffic, for people. Read as JSON, not as types: a newer station may say more, and what it says
/// is shown all the same.
/// </summary>
internal static class ItemPrinter
{
    /// <summary>One item in two or three lines: what it is and how it stands; whom it concerns; its entries.</summary>
    internal static void Print(Screen screen, JsonElement item)
    {
        var overdue = item.TryGetProperty("overdue", out var late) && late.ValueKind == JsonValueKind.True;
        var state = Text(item, "state") ?? "";
        var parts = new List<string>
        {
            $"{Marked(screen, item)}{screen.Bold(Text(item, "entry") ?? "")}",
            Text(item, "family") ?? "",
            overdue
                ? screen.Act(
                    state.Contains("overdue", StringComparison.Ordinal) ? state.ToUpperInvariant() : $"{state}, OVERDUE"
                )
                : state,
        };
        if (Time(item, "since") is { } since)
            parts.Add($"since {Shown(screen, since)}");
        if (Time(item, "due") is { } due)
            parts.Add($"due {Times.Group(due)}");
        screen.Line(string.Join("  ", parts));
        foreach (var what in (string[])["topic", "concern", "what", "text", "reason"])
        {
            if (Text(item, what) is { } text)
                foreach (var line in screen.Wrap($"{what}: {SafeText.ShowLine(text)}", 4))
                    screen.Line(line);
        }
        if (
            item.TryGetProperty("lateSeconds", out var seconds)
            && seconds.ValueKind == JsonValueKind.Number
            && seconds.TryGetInt64(out var by)
            && by > 0
        )
            screen.Line(
                $"    {screen.Warn("LATE:")} given {Times.Length(TimeSpan.FromSeconds(by))} after its time for such a notice"
            );
        PrintPlace(screen, item);
        if (item.TryGetProperty("between", out var between) && Principals(between) is { Length: > 0 } who)
            foreach (var line in screen.Wrap(who, 4))
                screen.Line(line);
    }

    /// <summary>Where it is, and what does not agree about that: name against position, position against what was read
    /// back (R13).</summary>
    private static void PrintPlace(Screen screen, JsonElement item)
    {
        if (item.TryGetProperty("place", out var place) && place.ValueKind == JsonValueKind.Object)
        {
            var position = Each(place, "position").Select(p => p.GetDouble()).ToArray();
            var shown = string.Join(
                "  ",
                (
                    (string?[])
                        [
                            Text(place, "name") is { } name ? SafeText.ShowLine(name) : null,
                            position.Length == 2 ? PlaceCommand.Shown(position) : null,
                        ]
                ).OfType<string>()
            );
            if (shown.Length > 0)
                screen.Line($"    place: {shown}");
        }
        if (
            item.TryGetProperty("placeCheck", out var check)
            && check.ValueKind == JsonValueKind.Object
            && check.GetProperty("differs").GetBoolean()
        )
        {
            var nearest = check.GetProperty("nearest");
            screen.Line(
                $"    {screen.Warn("NAME AND POSITION DIFFER:")} the nearest {SafeText.ShowLine(Text(nearest, "name") ?? "")} ({Text(nearest, "country")}) is {PlaceCommand.Kilometres(check.GetProperty("metres").GetDouble())} away; have it read back"
            );
        }
        if (item.TryGetProperty("readBackDiffers", out var differs) && differs.ValueKind == JsonValueKind.True)
        {
            screen.Line(
                $"    {screen.Warn("READ BACK DIFFERENTLY:")} {PlaceCommand.Kilometres(item.GetProperty("readBackMetres").GetDouble())} from the place given"
            );
        }
    }

    /// <summary><c>us secretary of defence – ru minister of defence</c>.</summary>
    internal static string Principals(JsonElement between) =>
        between.ValueKind != JsonValueKind.Array
            ? ""
            : string.Join(
                " – ",
                between
                    .EnumerateArray()
                    .Select(p =>
                        SafeText.ShowLine(
                            $"{Text(p, "party")} {Text(p, "office")}{(Text(p, "rank") is { } rank ? $" ({rank})" : "")}"
                        )
                    )
            );

    /// <summary>EXERCISE or TEST before anything else; nothing where it is actual (R2).</summary>
    internal static string Marked(Screen screen, JsonElement what) =>
        Text(what, "mark") is { } mark and not "actual"
            ? $"{screen.Warn(SafeText.ShowLine(mark).ToUpperInvariant())}  "
            : "";

    internal static string? Text(JsonElement from, string member) =>
        from.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    internal static DateTimeOffset? Time(JsonElement from, string member) =>
        from.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.TryGetDateTimeOffset(out var at)
            ? at
            : null;

    internal static int? Number(JsonElement from, string member) =>
        from.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var number)
            ? number
            : null;

    internal static IEnumerable<JsonElement> Each(JsonElement from, string member) =>
        from.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    internal static string Shown(Screen screen, DateTimeOffset at) =>
        screen.IsTerminal ? Times.GroupAndAge(at, screen.Clock) : Times.Group(at);
}
