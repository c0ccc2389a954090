using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>
/// The first words of what alarms are about, and where it is: whoever is rung at reads them without opening anything.
/// They are read from the entries themselves, so that a restart has them too.
/// </summary>
internal sealed class AlarmWords(IStationStore store)
{
    /// <summary>Characters (Unicode scalar values) of the text that are told; a longer one ends in an ellipsis.</summary>
    internal const int MaxText = 120;

    /// <summary>Characters of a place's name that are told.</summary>
    internal const int MaxPlace = 80;

    /// <summary>Entries that one answer reads at most: of further ones the next answer tells.</summary>
    private const int MaxRead = 100;

    /// <summary>Entries whose words are kept at hand.</summary>
    private const int MaxKept = 4_000;

    /// <summary>Members that say what an entry is about, the first that has any text.</summary>
    private static readonly string[] Texts =
    [
        "text",
        "what",
        "notice",
        "concern",
        "topic",
        "subject",
        "reason",
        "purpose",
        "name",
        "note",
        "use",
    ];

    private static readonly string[] Places = ["place", "where"];

    private readonly ConcurrentDictionary<(LineId, EntryId), Words> kept = new();

    private sealed record Words(string? Text, string? Lang, string? Place, IReadOnlyList<double>? Position);

    /// <summary>The alarms with the words of what they are about, as far as these are here.</summary>
    internal IReadOnlyList<AlarmView> With(IReadOnlyList<AlarmView> alarms)
    {
        var read = 0;
        return [.. alarms.Select(alarm => Of(alarm, ref read) is { } words ? With(alarm, words) : alarm)];
    }

    private static AlarmView With(AlarmView alarm, Words words) =>
        alarm with
        {
            Text = words.Text,
            Lang = words.Lang,
            Place = words.Place,
            Position = words.Position,
        };

    private Words? Of(AlarmView alarm, ref int read)
    {
        if (alarm.Entry is not { } entry)
            return null;
        if (kept.TryGetValue((alarm.Line, entry), out var known))
            return known;
        if (read++ >= MaxRead)
            return null;
        try
        {
            if (
                store.ReadEntry(new Origin(alarm.Line, entry.Party), entry.Seq) is not { Body: { } body } stored
                || !EntryHeader.Parse(stored.Header).TryGet(out var header, out _)
            )
                return null; // it may come later
            if (kept.Count >= MaxKept)
                kept.Clear();
            return kept[(alarm.Line, entry)] = Read(body, header.Lang);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever is wrong with the store, or with what it holds: the alarm stands all the same. What is wrong is
            // said by whoever needs the entry for more than its words.
            return null;
        }
    }

    private static Words Read(byte[] body, string? lang)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return new Words(null, lang, null, null);
            var text = Texts.Select(name => TextOf(root, name)).FirstOrDefault(found => found is not null);
            foreach (var member in Places)
            {
                if (!root.TryGetProperty(member, out var place))
                    continue;
                if (place.ValueKind == JsonValueKind.String)
                    return new Words(Cut(text, MaxText), lang, Cut(place.GetString(), MaxPlace), null);
                if (place.ValueKind == JsonValueKind.Object)
                    return new Words(
                        Cut(text, MaxText),
                        lang,
                        Cut(TextOf(place, "name"), MaxPlace),
                        PositionOf(place, "position")
                    );
            }
            return new Words(Cut(text, MaxText), lang, null, PositionOf(root, "position") ?? FieldOf(root));
        }
        catch (JsonException)
        {
            return new Words(null, lang, null, null); // a body that is no JSON has no words
        }
    }

    /// <summary>The position of the first coded field that has one.</summary>
    private static IReadOnlyList<double>? FieldOf(JsonElement root) =>
        root.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Array
            ? fields
                .EnumerateArray()
                .Where(field => field.ValueKind == JsonValueKind.Object)
                .Select(field => PositionOf(field, "position"))
                .FirstOrDefault(position => position is not null)
            : null;

    private static string? TextOf(JsonElement of, string member) =>
        of.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { } text
        && !string.IsNullOrWhiteSpace(text)
            ? text.Trim()
            : null;

    /// <summary>Longitude and latitude in degrees; null for anything else.</summary>
    private static double[]? PositionOf(JsonElement of, string member) =>
        of.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.Array
        && value.GetArrayLength() == 2
        && value[0].ValueKind == JsonValueKind.Number
        && value[1].ValueKind == JsonValueKind.Number
        && value[0].TryGetDouble(out var longitude)
        && value[1].TryGetDouble(out var latitude)
        && Math.Abs(longitude) <= 180
        && Math.Abs(latitude) <= 90
            ? [longitude, latitude]
            : null;

    private static string? Cut(string? text, int most)
    {
        if (text is null)
            return null;
        var cut = new StringBuilder();
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (count++ == most)
                return cut.Append('…').ToString();
            cut.Append(Rune.IsWhiteSpace(rune) ? " " : rune.ToString());
        }
        return cut.ToString();
    }
}
