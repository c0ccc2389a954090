using System.Text.Json;

namespace Parley.Deconfliction;

/// <summary>Ends the reading of one document from wherever the fault is; never leaves this project.</summary>
internal sealed class UnreadableException(string reason) : Exception(reason);

/// <summary>A JSON value and where it stands, for reasons that name the place.</summary>
internal readonly struct JsonPlace(JsonElement element, string place)
{
    internal JsonElement Element => element;

    internal UnreadableException Fault(string reason) => new($"{place}: {reason}");

    /// <summary>The value is an object with no members but these. That none comes twice was seen when the document was
    /// parsed.</summary>
    internal void Only(params ReadOnlySpan<string> names)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Fault("is not an object");
        foreach (var member in element.EnumerateObject())
        {
            if (!names.Contains(member.Name))
                throw Fault($"has a member that is not known; known are {string.Join(", ", names.ToArray())}");
        }
    }

    internal JsonPlace? Optional(string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Fault("is not an object");
        return element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? new JsonPlace(member, $"{place}.{name}")
            : null;
    }

    internal JsonPlace Required(string name) => Optional(name) ?? throw Fault($"'{name}' is missing");

    internal IEnumerable<(string Name, JsonPlace Value)> Members()
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Fault("is not an object");
        var at = place;
        return element.EnumerateObject().Select(m => (m.Name, new JsonPlace(m.Value, $"{at}.{m.Name}")));
    }

    internal IEnumerable<JsonPlace> Items(int most)
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw Fault("is not a list");
        if (element.GetArrayLength() > most)
            throw Fault($"has more than {most} items");
        var at = place;
        return element.EnumerateArray().Select((item, i) => new JsonPlace(item, $"{at}[{i}]"));
    }

    internal double Number(double least, double most)
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetDouble(out var value))
            throw Fault("is not a number");
        return value >= least && value <= most
            ? value
            : throw Fault(FormattableString.Invariant($"is outside {least} to {most}"));
    }

    internal string Text() =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Fault("is not a string");
}
