using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Contract;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Cli.Commands;

/// <summary>Coded fields of a message as they are typed: <c>range=12 km</c>, <c>at=2026-03-01T12:00:00Z</c>,
/// <c>place=36.58,50.59</c> (R9).</summary>
internal static class CodedFields
{
    internal static JsonObject Read(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw Wrong(text);
        var (name, value) = (text[..equals].Trim(), text[(equals + 1)..].Trim());
        var field = new JsonObject { ["name"] = name };
        if (TypedPosition.Read(value).TryGet(out var at, out var notThere))
            field["position"] = new JsonArray(at.Longitude, at.Latitude);
        else if (value.Contains(',', StringComparison.Ordinal))
            throw new Failure($"--field {name}: {notThere}", Program.Usage); // a decimal comma, or a place that is none
        else if (value.Contains('T', StringComparison.Ordinal) && char.IsAsciiDigit(value[0]))
            field["time"] = UtcText.Of(Instant.Read("--field", value));
        else
        {
            var digits = value.TakeWhile(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+').Count();
            if (Number(value[..digits]) is not { } number)
                throw Wrong(text);
            field["number"] = number;
            var unit = value[digits..].Trim();
            if (unit.Length > 0)
                field["unit"] = CodedField.Units.Contains(unit)
                    ? unit
                    : throw new Failure(
                        $"--field {name}: '{unit}' is no agreed unit; there are {string.Join(", ", CodedField.Units)}",
                        Program.Usage
                    );
        }
        return field;
    }

    internal static EntryRequest In(EntryRequest draft, IReadOnlyList<JsonObject> fields)
    {
        var body = new JsonObject();
        if (draft.Text is not null)
            body["text"] = draft.Text;
        body["fields"] = new JsonArray([.. fields]);
        using var document = JsonDocument.Parse(body.ToJsonString(ApiJson.Readable.Options));
        return draft with { Kind = Kinds.MessageSent, Text = null, Body = document.RootElement.Clone() };
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(
            text,
            NumberStyles.AllowLeadingSign
                | NumberStyles.AllowDecimalPoint
                | NumberStyles.AllowLeadingWhite
                | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;

    private static Failure Wrong(string text) =>
        new(
            $"--field takes NAME=VALUE with a number and its unit, a UTC time, or LON,LAT, not '{text}'",
            Program.Usage
        );
}
