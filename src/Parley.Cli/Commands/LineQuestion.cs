using System.CommandLine;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;

namespace Parley.Cli.Commands;

/// <summary>A command that asks something about a line, and tells the answer: as it is with <c>--json</c>, else in words.
/// It reads a stopped station's record as well.</summary>
internal static class LineQuestion
{
    /// <summary>What others than this command ask too: sizes of feeds, as of which a number comes out again.</summary>
    internal static Option<string?> AsOf() =>
        new("--as-of")
        {
            Description = "As of these sizes of the feeds (default: as they are now)",
            HelpName = "PARTY:SIZE,…",
        };

    /// <summary>A time as the station is asked it; null for none.</summary>
    internal static string? Time(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text ? UtcText.Of(Instant.Read(option.Name, text)) : null;

    /// <param name="context">Where to print, and which station.</param>
    /// <param name="command">The command, with what else it takes.</param>
    /// <param name="path">What is asked, below the line.</param>
    /// <param name="inWords">Tells people.</param>
    /// <param name="entry">What it is asked of, where that is an entry: the line is then that of the entry.</param>
    /// <param name="each">True where the answer is a list, of which each thing is told by itself.</param>
    internal static Command Of(
        CommandContext context,
        Command command,
        Func<ParseResult, string> path,
        Action<Screen, JsonElement> inWords,
        Argument<string>? entry = null,
        bool each = false
    )
    {
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        command.Options.Add(line);
        command.Options.Add(json);
        command.SetAction(
            async (parsed, ct) =>
            {
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = await LineAsync(station, parsed, line, entry, ct);
                var (answer, leftOut) = await station.GetAsync($"lines/{id}/{path(parsed)}", ApiWords.LeftOut, ct);
                using var told = JsonDocument.Parse(answer);
                foreach (var one in each ? told.RootElement.EnumerateArray().ToArray() : [told.RootElement])
                {
                    if (parsed.GetValue(json))
                        context.Screen.Json(each ? one.GetRawText() : answer);
                    else
                        inWords(context.Screen, one);
                }
                if (leftOut is not null)
                    context.Screen.ErrorPlain($"left out, beyond a party's share: {SafeText.Show(leftOut)}");
                return Program.Done;
            }
        );
        return command;
    }

    /// <summary>The line that is named; else that of the entry, or the one that there is.</summary>
    internal static async Task<LineId> LineAsync(
        StationClient station,
        ParseResult parsed,
        Option<string?> line,
        Argument<string>? entry,
        CancellationToken ct
    ) =>
        entry is null || parsed.GetValue(line) is not null
            ? await station.LineAsync(parsed.GetValue(line), ct)
            : await station.LineOfAsync(ActOptions.Entry(parsed.GetValue(entry)), ct);
}
