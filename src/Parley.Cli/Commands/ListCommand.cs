using System.CommandLine;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;

namespace Parley.Cli.Commands;

/// <summary>A command that lists what the station has of something.</summary>
internal static class ListCommand
{
    /// <summary>Asks the station for the list and tells each thing of it; with <c>--json</c> as it is.</summary>
    /// <param name="context">Where to print, and which station.</param>
    /// <param name="command">The command, with what else it takes.</param>
    /// <param name="path">What is asked of the station.</param>
    /// <param name="inWords">Tells people one thing.</param>
    /// <param name="none">Tells them that there is nothing; null where that cannot be.</param>
    internal static Command Of(
        CommandContext context,
        Command command,
        Func<ParseResult, StationClient, CancellationToken, Task<string>> path,
        Action<Screen, JsonElement> inWords,
        string? none
    )
    {
        var json = CommandContext.Json();
        command.Options.Add(json);
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var report = new ReportPrinter(context.Screen, parsed.GetValue(json));
                var (list, leftOut) = await station.GetAsync(await path(parsed, station, ct), ApiWords.LeftOut, ct);
                report.TellEach(list, inWords);
                if (leftOut is not null)
                    context.Screen.ErrorPlain($"left out, beyond a party's share: {SafeText.Show(leftOut)}");
                return none is null ? Program.Done : report.OrElse(none);
            }
        );
        return command;
    }
}
