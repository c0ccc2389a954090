using System.Text.RegularExpressions;
using Parley.Record;

namespace Parley.Station.Traffic;

/// <summary>A template of this station, as it is kept.</summary>
internal sealed partial record KeptTemplate(
    DateTimeOffset At,
    Officer? By,
    string Label,
    IReadOnlyList<TemplateText> Texts,
    IReadOnlyList<TemplateField> Fields,
    Precedence? Precedence
)
{
    internal const string Prefix = "template/";

    /// <summary>Templates of the station; beyond what all share there is room for those of whom few are kept.</summary>
    internal const int Max = 400;
    internal const int MaxShared = 200;

    /// <summary>Templates of one officer, and those that it may keep whatever others have made.</summary>
    internal const int MaxOfOne = 100;
    internal const int LeastOfOne = 10;
    internal const int MaxTexts = 8;
    internal const int MaxFields = 12;

    /// <summary>Characters of a label, a text, a field's name and a unit.</summary>
    internal const int MaxLabel = 80;
    internal const int MaxText = 4_096;
    internal const int MaxName = 40;
    internal const int MaxUnit = 12;
    private static readonly string[] Types = ["number", "time", "position", "text"];

    [GeneratedRegex(
        "^[a-z][a-z0-9-]*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 100
    )]
    private static partial Regex FieldName { get; }

    [GeneratedRegex(
        "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 100
    )]
    private static partial Regex Language { get; }

    internal static string? NoRoom(IReadOnlyCollection<KeptTemplate> kept, KeptTemplate one)
    {
        var own = one.By is { } by ? kept.Count(t => t.By?.IsNamed(by.Name) == true) : LeastOfOne;
        return own >= MaxOfOne ? $"{one.By!.Name} made {MaxOfOne} templates: delete one first"
            : kept.Count >= MaxShared && own >= LeastOfOne
                ? $"this station keeps {MaxShared} templates, and {LeastOfOne} of each officer beside them: delete one first"
            : null;
    }

    /// <summary>Why a template cannot be kept; null where it can.</summary>
    internal static string? Problem(TemplateRequest asked)
    {
        if (asked.Label.Trim() is not { Length: > 0 and <= MaxLabel })
            return $"label is 1 to {MaxLabel} characters";
        if (asked.Texts.Count is 0 or > MaxTexts)
            return $"texts are 1 to {MaxTexts}";
        if (asked.Texts.Any(t => t is null) || asked.Fields?.Any(f => f is null) == true)
            return "neither a text nor a field is null";
        foreach (var (lang, text) in asked.Texts)
        {
            if (lang.Length > MaxName || !Language.IsMatch(lang))
                return "lang is a language tag such as en or uk";
            if (string.IsNullOrWhiteSpace(text) || text.Length > MaxText)
                return $"a text is 1 to {MaxText} characters";
        }
        if (asked.Texts.DistinctBy(t => t.Lang, StringComparer.OrdinalIgnoreCase).Count() < asked.Texts.Count)
            return "each text is in another language";
        var fields = asked.Fields ?? [];
        if (fields.Count > MaxFields)
            return $"fields are at most {MaxFields}";
        foreach (var (name, type, unit) in fields)
        {
            if (name.Length > MaxName || !FieldName.IsMatch(name))
                return $"a field's name is 1 to {MaxName} small letters, digits and hyphens";
            if (!Types.Contains(type, StringComparer.Ordinal))
                return $"a field's type is one of {string.Join(", ", Types)}";
            if (unit is not null && (type != "number" || unit.Trim() is not { Length: > 0 and <= MaxUnit }))
                return $"a unit is of a number, 1 to {MaxUnit} characters";
        }
        return fields.DistinctBy(f => f.Name, StringComparer.Ordinal).Count() < fields.Count
            ? "each field has another name"
            : null;
    }
}
