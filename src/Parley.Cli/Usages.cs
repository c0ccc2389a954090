using System.CommandLine;
using System.CommandLine.Parsing;

namespace Parley.Cli;

/// <summary>What is wrong with a command line, and what was probably meant.</summary>
internal static class Usages
{
    private const int MaxMistakes = 2;

    internal static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var strays = Strays(parsed);
        if (strays.Count > 0)
            return [.. strays.Select(token => Unknown(command, token))];
        if (parsed.UnmatchedTokens.Count == 0)
            return
            [
                .. parsed.Errors.Select(e =>
                    e.Message.Replace("\r", "", StringComparison.Ordinal).Replace("\t", "  ", StringComparison.Ordinal)
                ),
            ];
        return
        [
            .. parsed
                .UnmatchedTokens.Select(token => Unknown(command, token))
                .Concat(
                    parsed.Errors.Select(e => e.Message).Where(m => m.StartsWith("Option ", StringComparison.Ordinal))
                ),
        ];
    }

    /// <summary>
    /// What looks like an option and is none. It must not pass as an argument: a misspelt <c>--off-record</c> would go
    /// out as the
    /// message itself. After <c>--</c> anything is text.
    /// </summary>
    private static List<string> Strays(ParseResult parsed) =>
        [
            .. parsed
                .Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash)
                .Where(t => t.Type == TokenType.Argument && LooksLikeOption(t.Value))
                .Select(t => t.Value),
        ];

    private static bool LooksLikeOption(string text) =>
        text.Length > 1
        && text[0] == '-'
        && char.IsAsciiLetter(text.TrimStart('-').FirstOrDefault())
        && !text.Contains(' ', StringComparison.Ordinal);

    private static string Unknown(Command command, string token) =>
        Nearest(command, token) is { } meant
            ? meant == token
                ? $"'{token}' stands where the option before it wants its value"
                : $"'{token}' is not known here; did you mean '{meant}'?"
            : $"'{token}' is not known here";

    private static string? Nearest(Command command, string token)
    {
        var names = token.StartsWith('-')
            ? command
                .Options.Concat(command.Parents.OfType<Command>().SelectMany(p => p.Options).Where(o => o.Recursive))
                .Where(o => !o.Hidden)
                .Select(o => o.Name)
            : command.Subcommands.Select(c => c.Name);
        var near = names
            .Select(name => (Name: name, Mistakes: Mistakes(name, token)))
            .Where(n => n.Mistakes <= MaxMistakes)
            .ToList();
        return near.Count == 0 ? null : near.MinBy(n => n.Mistakes).Name;
    }

    /// <summary>Letters to add, take away, change or swap with a neighbour (optimal string alignment).</summary>
    private static int Mistakes(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > MaxMistakes)
            return int.MaxValue;
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
