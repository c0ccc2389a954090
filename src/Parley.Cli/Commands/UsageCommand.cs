using System.CommandLine;
using System.Globalization;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;

namespace Parley.Cli.Commands;

/// <summary>How a line is used: a row for each day on which anything is known, and all days together.</summary>
internal static class UsageCommand
{
    internal static Command Create(CommandContext context)
    {
        var line = CommandContext.Line();
        var from = Day("--from", $"First day, UTC (default: {UsageView.UsualDays} days up to the last)");
        var until = Day("--until", "Last day, UTC (default: today)");
        var json = CommandContext.Json();
        var command = new Command(
            "usage",
            "How a line is used: traffic by day, time to acknowledge, tests, links, watches"
        )
        {
            line,
            from,
            until,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                var answer = await station.GetAsync(
                    ChronologyCommand.Query(
                        $"lines/{id}/usage",
                        ("from", parsed.GetValue(from)),
                        ("until", parsed.GetValue(until))
                    ),
                    ct
                );
                if (parsed.GetValue(json))
                    context.Screen.Json(answer);
                else
                    Print(context.Screen, StationClient.Read(answer, TrafficApiJson.Default.UsageView));
                return Program.Done;
            }
        );
        return command;
    }

    private static Option<string?> Day(string name, string says) => new(name) { Description = says, HelpName = "DAY" };

    private static void Print(Screen screen, UsageView view)
    {
        screen.Line($"{screen.Bold(view.Line.Value)}  {view.From:yyyy-MM-dd} to {view.Until:yyyy-MM-dd}, days of UTC");
        if (view.Folding)
            screen.Line(screen.Warn("  The station still reads its record: the counts grow"));
        // A day on which a look at the link has begun, and nothing else, says nothing yet.
        string[] days =
        [
            .. view
                .Days.Select(day => (day.Day, Said: (string[])[.. Entries(day), .. Tests(day), .. Links(day)]))
                .Where(day => day.Said.Length > 0)
                .Select(day => $"{day.Day:yyyy-MM-dd}; {string.Join("; ", day.Said)}"),
        ];
        if (days.Length == 0)
            screen.Line("  Nothing in these days");
        foreach (var text in days.SelectMany(day => screen.Wrap(day, 2)))
            screen.Line(text);
        if (view.Acknowledged.Count > 0)
        {
            screen.Line();
            screen.Line(screen.Bold("Acknowledged"));
        }
        foreach (var one in view.Acknowledged)
        {
            var promised = view.Promised.First(p => p.Precedence == one.Precedence).Seconds;
            screen.Line(
                $"  {one.By}  {Word(one.Precedence)}{Marked(one.Mark)}  {one.Count}, {one.InTime} within {Seconds(promised)}; half within {Seconds(one.MedianSeconds)}, 19 of 20 within {Seconds(one.P95Seconds)}"
            );
        }
        if (view.Watches.Count == 0)
            return;
        screen.Line();
        screen.Line(screen.Bold("Watches"));
        foreach (var watch in view.Watches)
            screen.Line(
                $"  {Times.Group(watch.At)}  {watch.Party}  {SafeText.ShowLine(watch.Name)} ({watch.Seat}), {watch.Entry}"
            );
    }

    private static IEnumerable<string> Entries(UsageDayView day) =>
        day
            .Entries.GroupBy(e => e.Party)
            .Select(party =>
                $"{party.Key} wrote {party.Sum(e => e.Count)}{Urgent(party)}{Exercised(party.Where(e => e.Mark != Mark.Actual).Sum(e => e.Count))}"
            );

    private static string Urgent(IEnumerable<UsageEntries> party)
    {
        string[] urgent =
        [
            .. party
                .Where(e => e.Precedence >= Precedence.Immediate && e.Mark == Mark.Actual)
                .Select(e => $"{e.Count} {Word(e.Precedence)}"),
        ];
        return urgent.Length == 0 ? "" : $" ({string.Join(", ", urgent)})";
    }

    private static string Exercised(int count) => count == 0 ? "" : $", {count} of them not actual";

    private static IEnumerable<string> Tests(UsageDayView day) =>
        day.Tests.Select(t => $"tests of {t.By} {t.Answered} of {t.Sent} answered");

    private static IEnumerable<string> Links(UsageDayView day) =>
        day
            .Links.Select(l =>
                (l.Peer, l.Total, Known: l.Total.UpSeconds + l.Total.UnattendedSeconds + l.Total.DownSeconds)
            )
            .Where(l => l.Known > 0)
            .Select(l =>
                $"link to {l.Peer} up {(100.0 * (l.Total.UpSeconds + l.Total.UnattendedSeconds) / l.Known).ToString("0.#", CultureInfo.InvariantCulture)} % of {Seconds(l.Known)}{(l.Total.Drops == 0 ? "" : $", down {l.Total.Drops} times")}"
            );

    private static string Word(Precedence precedence) => precedence.ToString().ToUpperInvariant();

    private static string Marked(Mark mark) => mark == Mark.Actual ? "" : $" {mark.ToString().ToLowerInvariant()}";

    private static string Seconds(long? seconds) =>
        seconds is { } known ? Times.Length(TimeSpan.FromSeconds(known)) : "?";
}
