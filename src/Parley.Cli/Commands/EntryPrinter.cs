using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>An entry for people: what it is on one line, then who, then what was said.</summary>
internal static class EntryPrinter
{
    internal static void Print(Screen screen, EntryView entry)
    {
        var parts = new List<string> { screen.Bold(entry.Id.ToString()), screen.IsTerminal ? Times.GroupAndAge(entry.At, screen.Clock) : Times.Group(entry.At) };
        if (entry.Precedence != Precedence.Routine) parts.Add(Word(entry.Precedence == Precedence.Flash ? screen.Act : screen.Warn, entry.Precedence.ToString()));
        if (entry.Mark != Mark.Actual) parts.Add(Word(screen.Warn, entry.Mark.ToString()));
        parts.Add(Standing(screen, entry));
        screen.Line(string.Join("  ", parts));

        var by = entry.By.ReleasedBy is { } second
            ? $"{entry.By.Name} ({entry.By.Seat}), released by {second.Name} ({second.Seat})" : $"{entry.By.Name} ({entry.By.Seat})";
        var details = new List<string> { entry.Kind, by };
        if (entry.Re.Count > 0) details.Add($"re {string.Join(' ', entry.Re)}");
        if (entry.To is { } to) details.Add($"to {string.Join(' ', to)} only");
        foreach (var line in screen.Wrap(SafeText.ShowLine(string.Join(", ", details)), 2)) screen.Line(screen.Dim(line));
        foreach (var line in Content(entry).SelectMany(text => screen.Wrap(text, 4))) screen.Line(line);
    }

    private static string Word(Func<string, string> colour, string text) => colour(text.ToUpperInvariant());

    private static string Standing(Screen screen, EntryView entry) => entry switch
    {
        { Sealed: true } => screen.Good("sealed"),
        { CosignedBy.Count: > 0 } => screen.Warn($"held by {string.Join(' ', entry.CosignedBy)}"),
        _ => screen.Warn("not sealed"),
    };

    private static IEnumerable<string> Content(EntryView entry)
    {
        switch (entry.BodyState)
        {
            case BodyState.None: yield break;
            case BodyState.Withheld: yield return $"({entry.Size} bytes, not for this party)"; yield break;
            case BodyState.Missing: yield return $"({entry.Size} bytes, missing: their author has lost them)"; yield break;
            case BodyState.Attachment: yield return $"({entry.Size} bytes attached)"; yield break;
        }
        if (entry.Body is not { } body)
        {
            yield return $"({entry.Size} bytes that are no JSON)";
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
            if (member.Name is "text" or "note" && member.Value.ValueKind == JsonValueKind.String) yield return SafeText.Show(TextOf(member.Value));
            else rest.Add(member);
        }
        foreach (var member in rest) yield return SafeText.Show($"{member.Name}: {member.Value.GetRawText()}");
    }

    /// <summary>A string with a lone surrogate, which a peer can write as an escape, is shown as it is written.</summary>
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
