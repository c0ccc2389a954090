using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Parley.Deconfliction;

namespace Parley.Cli.Commands;

/// <summary>Numbers and positions as they are typed: read as what they say, or refused with the option's name. One
/// place for all commands.</summary>
internal static class Typed
{
    internal const string PositionForm = TypedPosition.Form;

    /// <summary>A finite number with a decimal point, in whatever language the computer is.</summary>
    internal static Option<double?> Number(string name, string description, string help, double? usually = null)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = help };
        option.CustomParser = result =>
        {
            if (Finite(result.Tokens[0].Value) is { } number)
                return number;
            result.AddError($"{name} takes a number such as 1500 or 0.5, not '{result.Tokens[0].Value}'");
            return null;
        };
        if (usually is { } value)
            option.DefaultValueFactory = _ => value;
        return option;
    }

    internal static double? Finite(string text) =>
        double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out var value
        ) && double.IsFinite(value)
            ? value
            : null;

    /// <summary>So many numbers with commas between them.</summary>
    internal static double[] Numbers(string option, string text, int count) =>
        text.Split(',').Select(part => Finite(part.Trim())).ToArray() is var numbers
        && numbers.Length == count
        && numbers.All(n => n is not null)
            ? [.. numbers.Select(n => n!.Value)]
            : throw new Failure(
                $"{option} takes {count} numbers with commas between them, not '{text}'",
                Program.Usage
            );

    /// <summary>Longitude and latitude in degrees.</summary>
    internal static double[] Degrees(string option, string text) =>
        TypedPosition.Read(text).TryGet(out var at, out var why)
            ? [at.Longitude, at.Latitude]
            : throw new Failure(
                $"{option} takes LON,LAT in degrees, not '{text}'{(why == TypedPosition.Unreadable ? "" : $": {why}")}",
                Program.Usage
            );

    internal static JsonArray Position(string option, string text) =>
        [.. Degrees(option, text).Select(d => (JsonNode)d)];
}
