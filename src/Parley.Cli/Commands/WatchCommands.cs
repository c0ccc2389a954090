using System.CommandLine;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Traffic;

namespace Parley.Cli.Commands;

/// <summary>The watch on a line and its handover (R6): the station lists in it what is open.</summary>
internal static class WatchCommands
{
    internal static Command Create(CommandContext context) =>
        new("watch", "Hand the watch over, take it, see who has it")
        {
            new EntryCommand(
                context,
                "offer",
                "Offer the watch to another officer, with everything that is open",
                Kinds.WatchOffered
            )
                .Said("COMMUNICATOR", "communicator", "Who is to take it")
                .Text("--translator", "translator", "The translator of the next watch", "NAME")
                .Time("--until", "until", "When the next watch ends")
                .Text("--note", "note", "What to know")
                .Build(),
            new EntryCommand(
                context,
                "take",
                "Take the watch: one that was offered, or one that nobody has",
                Kinds.WatchTaken
            )
                .On("The offer; none where nobody offered it", optional: true)
                .Text("--communicator", "communicator", "Who takes it (else --by)", "NAME")
                .Text("--translator", "translator", "The translator", "NAME")
                .Time("--until", "until", "When the watch ends")
                .Text("--note", "note", "What to know")
                .OrBy("communicator")
                .Build(),
            CreateShow(context),
        };

    private static Command CreateShow(CommandContext context)
    {
        var line = CommandContext.Line();
        return ListCommand.Of(
            context,
            new Command("show", "Who has the watch on a line, by party") { line },
            async (parsed, station, ct) => $"lines/{await station.LineAsync(parsed.GetValue(line), ct)}/watch",
            Print,
            none: null
        );
    }

    private static void Print(Screen screen, JsonElement watch)
    {
        var party = screen.Bold(ItemPrinter.Text(watch, "party") ?? "");
        if (ItemPrinter.Text(watch, "communicator") is not { } communicator)
            screen.Line($"{party}  {screen.Warn("nobody has taken the watch")}");
        else
        {
            var translator = ItemPrinter.Text(watch, "translator") is { } name
                ? $", translator {SafeText.ShowLine(name)}"
                : "";
            var until = ItemPrinter.Time(watch, "until") is { } end ? $", until {Times.Group(end)}" : "";
            screen.Line(
                $"{party}  {SafeText.ShowLine(communicator)}{translator}{(ItemPrinter.Time(watch, "since") is { } since ? $", since {ItemPrinter.Shown(screen, since)}" : "")}{until}"
            );
        }
        if (ItemPrinter.Text(watch, "offeredTo") is { } next)
            screen.Line($"      offered to {SafeText.ShowLine(next)}: {ItemPrinter.Text(watch, "offered")}");
    }
}
