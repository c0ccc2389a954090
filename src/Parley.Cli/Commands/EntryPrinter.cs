using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>An entry for people: what it is on one line, then who, then what was said.</summary>
internal static class EntryPrinter
{
    internal static void Print(Screen screen, EntryView entry)
    {
        var parts = new List<string>
        {
            screen.Bold(entry.Id.ToString()),
            screen.IsTerminal ? Times.GroupAndAge(entry.At, screen.Clock) : Times.Group(entry.At),
        };
        if (entry.Precedence != Precedence.Routine)
            parts.Add(
                Word(entry.Precedence == Precedence.Flash ? screen.Act : screen.Warn, entry.Precedence.ToString())
            );
        if (entry.Mark != Mark.Actual)
            parts.Add(Word(screen.Warn, entry.Mark.ToString()));
        parts.Add(Standing(screen, entry));
        screen.Line(string.Join("  ", parts));

        var by = entry.By.ReleasedBy is { } second
            ? $"{entry.By.Name} ({entry.By.Seat}), released by {second.Name} ({second.Seat})"
            : $"{entry.By.Name} ({entry.By.Seat})";
        var details = new List<string> { entry.Kind, by };
        if (entry.Re.Count > 0)
            details.Add($"re {string.Join(' ', entry.Re)}");
        if (entry.To is { } to)
            details.Add($"to {string.Join(' ', to)} only");
        foreach (var line in screen.Wrap(SafeText.ShowLine(string.Join(", ", details)), 2))
            screen.Line(screen.Dim(line));
        if (entry.ClockAhead is { } ahead)
            screen.Line(
                screen.Warn(
                    $"  one clock is off: it came {Times.Length(TimeSpan.FromSeconds(ahead))} before the time that it states"
                )
            );
        foreach (var line in Content(entry).SelectMany(text => screen.Wrap(text, 4)))
            screen.Line(line);
    }

    private static string Word(Func<string, string> colour, string text) => colour(text.ToUpperInvariant());

    private static string Standing(Screen screen, EntryView entry) =>
        entry switch
        {
            { Sealed: true } => screen.Good("sealed"),
            { CosignedBy.Count: > 0 } => screen.Warn($"held by {string.Join(' ', entry.CosignedBy)}"),
            _ => screen.Warn("not sealed"),
        };

    private static IEnumerable<string> Content(EntryView entry)
    {
        switch (entry.BodyState)
        {
            case BodyState.None:
                yield break;
            case BodyState.Withheld:
                yield return $"({entry.Size} bytes, not for this party)";
                yield break;
            case BodyState.Missing:
                yield return $"({entry.Size} bytes, missing: their author has lost them)";
                yield break;
            case BodyState.Attachment:
                yield return $"({entry.Size} bytes attached)";
                yield break;
        }
        if (entry.Body is not { } body)
        {
            yield return $"({entry.Size} bytes, not JSON)";
            yield break;
        }
        using var json = JsonDocument.Parse(body);
        var rest = new List<JsonProperty>();
        if (json.RootElement.ValueKind != JsonValueKind.Object)
        {
            yield return SafeText.Show(json.RootElement.GetRawText());
            yield break;
        }
        foreach (var member in json.RootElement.EnumerateObject())
        {
            if (member.Name is "text" or "note" && member.Value.ValueKind == JsonValueKind.String)
                yield return SafeText.Show(TextOf(member.Value));
            else
                rest.Add(member);
        }
        foreach (var field in rest.Where(IsFields).SelectMany(m => m.Value.EnumerateArray()))
            yield return SafeText.ShowLine(Field(field));
        rest.RemoveAll(IsFields);
        foreach (var member in rest)
            yield return SafeText.Show($"{member.Name}: {member.Value.GetRawText()}");
    }

    private static bool IsFields(JsonProperty member) =>
        member.Name == "fields" && member.Value.ValueKind == JsonValueKind.Array;

    /// <summary>A coded field as it is, or what a newer peer made of it.</summary>
    private static string Field(JsonElement field)
    {
        if (
            field.ValueKind != JsonValueKind.Object
            || !field.TryGetProperty("name", out var name)
            || name.ValueKind != JsonValueKind.String
        )
            return field.GetRawText();
        var unit =
            field.TryGetProperty("unit", out var given) && given.ValueKind == JsonValueKind.String
                ? $" {TextOf(given)}"
                : "";
        var value =
            field.TryGetProperty("number", out var number) ? $"{number.GetRawText()}{unit}"
            : field.TryGetProperty("time", out var time) ? time.GetRawText().Trim('"')
            : field.TryGetProperty("position", out var position) ? $"{position.GetRawText()} (longitude, latitude)"
            : field.GetRawText();
        return $"{TextOf(name)}: {value}";
    }

    /// <summary>A string with a lone surrogate, which a peer can write as an escape, is shown as it is
    /// written.</summary>
    private static string TextOf(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return text.GetRawText();
        }
    }
}
