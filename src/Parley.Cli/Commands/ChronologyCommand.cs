using System.CommandLine;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>The contact history of a line: who asked for a call and what became of it, what was held, and how long the
/// silence has lasted.</summary>
internal static class ChronologyCommand
{
    internal static Command Create(CommandContext context)
    {
        var line = CommandContext.Line();
        var at = new Option<string?>("--at")
        {
            Description = "As of this time, or of the end of this day, UTC (default: now)",
            HelpName = "TIME",
        };
        var with = new Option<string?>("--with")
        {
            Description = "Only contacts with this office, or a part of its name",
            HelpName = "OFFICE",
        };
        var exercise = new Option<bool>("--exercise")
        {
            Description =
                "What is marked exercise or test, instead of what is actual (usual where there is nothing else)",
        };
        var json = CommandContext.Json();
        var command = new Command(
            "chronology",
            "Attempts, answers, silences, calls and readouts of a line, with proof of delivery"
        )
        {
            line,
            at,
            with,
            exercise,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                if (parsed.GetValue(at) is { } text)
                    Instant.Read("--at", text);
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                var answer = await station.GetAsync(
                    Query(
                        $"lines/{id}/chronology",
                        ("at", parsed.GetValue(at)),
                        ("with", parsed.GetValue(with)),
                        ("exercise", parsed.GetValue(exercise) ? "true" : null)
                    ),
                    ct
                );
                if (parsed.GetValue(json))
                    context.Screen.Json(answer);
                else
                    Print(context.Screen, StationClient.Read(answer, TrafficApiJson.Default.ChronologyView));
                return Program.Done;
            }
        );
        return command;
    }

    internal static string Query(string path, params (string Name, string? Value)[] members)
    {
        var given = members
            .Where(m => m.Value is not null)
            .Select(m => $"{m.Name}={Uri.EscapeDataString(m.Value!)}")
            .ToList();
        return given.Count == 0 ? path : $"{path}?{string.Join('&', given)}";
    }

    private static void Print(Screen screen, ChronologyView view)
    {
        screen.Line(
            $"{screen.Bold(view.Line.Value)}  as of {Times.Group(view.At)}{(view.With is { } office ? $", with {SafeText.ShowLine(office)}" : "")}"
        );
        if (view.Exercise)
            screen.Line(screen.Warn("  EXERCISE: none of this is actual traffic"));
        if (view.LeftOut > 0)
            foreach (
                var text in screen.Wrap(
                    view.Exercise
                        ? $"{view.LeftOut} of actual traffic left out"
                        : $"{view.LeftOut} of an exercise left out: --exercise shows them",
                    2
                )
            )
                screen.Line(text);
        Summary(screen, view);
        if (view.Attempts.Count > 0)
        {
            screen.Line();
            screen.Line(screen.Bold("Asked for"));
            foreach (var attempt in view.Attempts)
                Print(screen, view, attempt);
        }
        if (view.Contacts.Count > 0)
        {
            screen.Line();
            screen.Line(screen.Bold("Held"));
            foreach (var contact in view.Contacts)
            {
                screen.Line(
                    $"  {Times.Group(contact.At)}  {contact.Entry}{On(view, contact.Line)}{Marked(contact.Mark)}{(contact.Minutes is { } minutes ? $"  {minutes} min" : "")}{(contact.Confirmed ? "" : $"  {screen.Warn(OneSide(contact))}")}"
                );
                foreach (
                    var text in screen.Wrap(
                        string.Join(
                            "; ",
                            (
                                (string?[])
                                    [
                                        Between(contact.Between),
                                        contact.Outcome is { } outcome ? SafeText.ShowLine(outcome) : null,
                                    ]
                            ).Where(t => !string.IsNullOrEmpty(t))
                        ),
                        6
                    )
                )
                    screen.Line(text);
            }
        }
        if (view.Readouts.Count == 0)
            return;
        screen.Line();
        screen.Line(screen.Bold("Readouts"));
        foreach (var readout in view.Readouts)
            screen.Line(
                $"  {Times.Group(readout.At)}  {readout.Entry}{On(view, readout.Line)}{Marked(readout.Mark)}  {readout.State}, by {readout.By}{(readout.About.Count > 0 ? $", of {string.Join(' ', readout.About)}" : "")}"
            );
    }

    private static void Summary(Screen screen, ChronologyView view)
    {
        if (view.LastContact is not { } last)
            screen.Line("  no call was held yet");
        else
        {
            screen.Line(
                $"  last contact {Times.Group(last)}, {Days(view.DaysSinceLastContact)} before{(view.Contacts is [.., { Confirmed: false } unconfirmed] ? $", {OneSide(unconfirmed)}" : "")}"
            );
            if (view.FirstSince is { } since)
                screen.Line(
                    $"  the first between these offices since {Times.Group(since)}, after {Days(view.DaysBetweenContacts)}"
                );
        }
        if (view.StandingRequests == 0)
            return;
        var by = string.Join(", ", view.StandingByParty.Where(p => p.Value > 0).Select(p => $"{p.Value} of {p.Key}"));
        screen.Line(
            screen.Warn(
                $"  {view.StandingRequests} {(view.StandingRequests == 1 ? "request stands" : "requests stand")} since then without an acceptance: {by}"
            )
        );
        if (view.Silences.Count > 0)
            screen.Line(
                screen.Warn(
                    $"  silence on {view.Silences.Count} that were delivered: {string.Join(' ', view.Silences.Select(s => s.Entry))}"
                )
            );
    }

    private static void Print(Screen screen, ChronologyView view, AttemptView attempt)
    {
        var outcome = attempt.Outcome switch
        {
            "accepted" or "held" or "under way" => screen.Good(attempt.Outcome),
            var other => screen.Warn(other),
        };
        screen.Line(
            $"  {Times.Group(attempt.At)}  {attempt.Entry}{On(view, attempt.Line)}{Marked(attempt.Mark)}{(attempt.DatedAhead ? "  dated ahead" : "")}  {outcome}{(attempt.Answer is { } answer ? $" by {answer}, {Times.Group(attempt.AnsweredAt ?? attempt.At)}" : "")}"
        );
        var delivered =
            attempt.DeliveredAt is { } at
                ? $"delivered {Times.Group(at)}, as {string.Join(", ", attempt.DeliveredProof.Select(p => p.By))} signed"
            : attempt.DeliveredProof.Count > 0
                ? $"delivered to {string.Join(", ", attempt.DeliveredProof.Select(p => p.By))} only"
            : "not delivered";
        foreach (
            var text in screen.Wrap(
                string.Join(
                    "; ",
                    (
                        (string?[])
                            [
                                Between(attempt.Between),
                                attempt.Topic is { } topic ? SafeText.ShowLine(topic) : null,
                                delivered,
                                Expired(attempt),
                            ]
                    ).Where(t => !string.IsNullOrEmpty(t))
                ),
                6
            )
        )
            screen.Line(text);
    }

    /// <summary>How long there was to answer what nobody answered: its author chose the time. TRAFFIC-110</summary>
    private static string? Expired(AttemptView attempt)
    {
        if (attempt.Outcome != Traffic.Chronology.NoAnswer || attempt.DeliveredProof.Count == 0)
            return null;
        var left = attempt.Expires - attempt.DeliveredProof.Min(p => p.At);
        return $"expired {Times.Group(attempt.Expires)}, {(left > TimeSpan.Zero ? $"{Times.Length(left)} after" : "before")} it was delivered";
    }

    /// <summary>What a header's mark says where it is not actual traffic.</summary>
    private static string Marked(Record.Mark mark) =>
        mark switch
        {
            Record.Mark.Exercise => "  EXERCISE",
            Record.Mark.Test => "  TEST",
            _ => "",
        };

    /// <summary>That a call was held, and only some of those who spoke say so.</summary>
    private static string OneSide(ContactView contact) =>
        $"as {string.Join(" and ", contact.SaidBy)} {(contact.SaidBy.Count == 1 ? "says" : "say")}, not confirmed";

    /// <summary>The slug of another line than the one that is asked about.</summary>
    private static string On(ChronologyView view, Record.LineId line) =>
        line == view.Line ? "" : $" on {StationClient.SlugOf(line)}";

    private static string Between(IReadOnlyList<Traffic.Bodies.Principal> between) =>
        string.Join(" – ", between.Select(p => SafeText.ShowLine($"{p.Party} {p.Office}")));

    private static string Days(int? days) => days == 1 ? "1 day" : $"{days ?? 0} days";
}
