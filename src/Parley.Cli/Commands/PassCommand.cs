using System.CommandLine;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Cli.Commands;

/// <summary>Carries what a party said on one line of a room to another, with its proof. The station refuses what its author
/// did not mark for passing. MEDIATION-4.</summary>
internal static class PassCommand
{
    internal static Command Create(CommandContext context)
    {
        var entry = new Argument<string>("ENTRY") { Description = "What is to be passed on, such as a/7" };
        var to = new Option<string>("--to")
        {
            Description = "The line that it is to go to",
            HelpName = "LINE",
            Required = true,
        };
        var note = new Option<string?>("--note") { Description = "What to say with it", HelpName = "TEXT" };
        var act = new ActOptions(Kinds.RoomPassed);
        var command = new Command(
            "pass",
            "Carry an entry to another line of the room, word for word and with its proof"
        )
        {
            entry,
            to,
            note,
        };
        act.AddTo(command, toSome: false);
        command.SetAction(
            async (parsed, ct) =>
            {
                var said = ActOptions.Entry(parsed.GetValue(entry));
                using var station = context.Client(parsed);
                var from = parsed.GetValue(act.Line) is { } given
                    ? await station.LineAsync(given, ct)
                    : await station.LineOfAsync(said, ct);
                var target = await station.LineAsync(parsed.GetValue(to), ct);
                var proof = await station.GetAsync($"lines/{from}/entries/{said}/proof-file", ct);
                var body = new JsonObject { ["proof"] = proof };
                if (parsed.GetValue(note) is { } words)
                    body["note"] = words;
                return await ActPoster.PostAsync(
                    context.Screen,
                    station,
                    target,
                    act.Request(parsed, Kinds.RoomPassed, body, await RoomAsync(station, from, said, target, ct)),
                    SendCommand.Wait(parsed.GetValue(act.Wait)),
                    parsed.GetValue(act.Json),
                    ct
                );
            }
        );
        return command;
    }

    /// <summary>The room on the other line that has the name of the one in which it was said.</summary>
    private static async Task<EntryId> RoomAsync(
        StationClient station,
        LineId from,
        EntryId said,
        LineId target,
        CancellationToken ct
    )
    {
        using var rooms = System.Text.Json.JsonDocument.Parse(await station.GetAsync("rooms", ct));
        foreach (var listed in rooms.RootElement.EnumerateArray())
        {
            var there = ItemPrinter.Each(listed, "lines").Select(on => ItemPrinter.Text(on, "line")).ToList();
            if (!there.Contains(from.Value) || !there.Contains(target.Value))
                continue;
            var room = await RoomCommands.WholeAsync(station, listed, ct);
            var lines = ItemPrinter.Each(room, "lines").ToList();
            var holds = lines.Any(on =>
                ItemPrinter.Text(on, "line") == from.Value
                && ItemPrinter.Each(on, "words").Any(word => ItemPrinter.Text(word, "entry") == said.ToString())
            );
            // Where it was ended there and opened anew, the one that is open.
            foreach (
                var on in lines
                    .Where(on => holds && ItemPrinter.Text(on, "line") == target.Value)
                    .OrderByDescending(on => ItemPrinter.Text(on, "state") == "open")
            )
                return ActOptions.Entry(ItemPrinter.Text(on, "item"));
        }
        throw new Failure($"{said} was said in no room that stands on {target} as well");
    }
}
