using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parley.Contract;

/// <summary>Why JSON was refused, in words that name members and values and no type of the program: whoever wrote it
/// knows none of them.</summary>
public static partial class JsonReason
{
    private const string AsDocumented = "it is not as documented";

    /// <summary>The reason alone; where it is stands in the exception's path.</summary>
    public static string Of(JsonException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        var text = e.Message;
        return Unknown().Match(text) is { Success: true } unknown ? $"'{unknown.Groups[1].Value}' is no member of it"
            : Missing().Match(text) is { Success: true } missing ? $"it lacks {missing.Groups[1].Value}"
            : Null().Match(text) is { Success: true } empty ? $"'{Member(empty.Groups[1].Value)}' may not be null"
            : Twice().Match(text) is { Success: true } twice ? $"'{twice.Groups[1].Value}' is there twice"
            : text.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)
                ? "that value does not fit there"
            : Foreign().IsMatch(text) ? AsDocumented
            : Place().Replace(text, "").TrimEnd('.', ' ');
    }

    /// <summary>A member as JSON writes it: the platform names the program's own.</summary>
    private static string Member(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    /// <summary>The reason, and where it is.</summary>
    public static string At(JsonException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        var line = e.LineNumber is { } number ? $"line {number + 1}: " : "";
        return line + (e.Path is { Length: > 2 } path ? $"{path[2..]}: {Of(e)}" : Of(e));
    }

    [GeneratedRegex("^The JSON property '([^']*)' could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex(@"missing required properties including: (.*?)\.( Path:|$)")]
    private static partial Regex Missing();

    [GeneratedRegex("'([^']*)' on type '[^']*' doesn't allow")]
    private static partial Regex Null();

    [GeneratedRegex("^Duplicate property '([^']*)'")]
    private static partial Regex Twice();

    /// <summary>What only whoever wrote the program understands.</summary>
    [GeneratedRegex(@"type '|\.NET|System\.|Parley\.[A-Z]|serializ")]
    private static partial Regex Foreign();

    [GeneratedRegex(@"( Path: .*?)?( \|)? LineNumber: \d+ \| BytePositionInLine: \d+\.?$")]
    private static partial Regex Place();
}
