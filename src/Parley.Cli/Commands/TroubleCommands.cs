using System.CommandLine;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;

namespace Parley.Cli.Commands;

/// <summary>What is wrong, and who is told of it.</summary>
internal static class TroubleCommands
{
    /// <summary>Exit codes of <c>parley status --check</c>: those of a Nagios plugin.</summary>
    internal const int Well = 0,
        Warning = 1,
        Critical = 2,
        Unknown = 3;

    internal static Command CreateTroubles(CommandContext context) =>
        ListCommand.Of(
            context,
            new Command("troubles", "What is wrong now or waits for somebody, the most urgent first"),
            (_, _, _) => Task.FromResult("troubles"),
            Print,
            "Nothing is wrong."
        );

    internal static Command CreateAlerts(CommandContext context) =>
        ListCommand.Of(
            context,
            new Command("alerts", "Who is told of what is wrong (alerts in station.json), and whether that works")
            {
                Test(context),
            },
            (_, _, _) => Task.FromResult("alerts"),
            PrintReceiver,
            "station.json names no receiver of alerts."
        );

    private static Command Test(CommandContext context)
    {
        var name = new Argument<string>("RECEIVER") { Description = "Its name in station.json" };
        var json = CommandContext.Json();
        var command = new Command("test", "Send a test to one receiver: exit code 1 where it did not take it")
        {
            name,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var answer = await station.PostAsync(
                    $"alerts/{Uri.EscapeDataString(parsed.GetValue(name)!)}/test",
                    content: null,
                    ct
                );
                new ReportPrinter(context.Screen, parsed.GetValue(json)).Tell(answer, PrintReceiver);
                using var told = JsonDocument.Parse(answer);
                return ItemPrinter.Text(told.RootElement, "failingSince") is null ? Program.Done : Program.Failed;
            }
        );
        return command;
    }

    /// <summary>How long a station may take to answer a monitor.</summary>
    private static readonly TimeSpan CheckPatience = TimeSpan.FromSeconds(10);

    /// <summary>One line for a monitor, and a line for each further trouble; the exit code says the gravest. What is only
    /// played counts for nothing.</summary>
    internal static async Task<int> CheckAsync(Screen screen, StationClient station, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(CheckPatience, screen.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        IReadOnlyList<TroubleView> troubles;
        try
        {
            troubles = await station.GetAsync("troubles", ApiJson.Default.IReadOnlyListTroubleView, either.Token);
        }
        catch (CannotLook e)
        {
            return Say("UNKNOWN", e.Message, Unknown);
        }
        catch (StationRefusal e) when (e.Status == 404)
        {
            return Say("UNKNOWN", "the station runs an older program, which cannot be asked: start it anew", Unknown);
        }
        catch (Failure e)
        {
            return Say("CRITICAL", e.Message, Critical);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Say("CRITICAL", $"no answer within {CheckPatience.TotalSeconds:0} s", Critical);
        }
        IReadOnlyList<TroubleView> actual = [.. troubles.Where(t => t.Mark == Mark.Actual)];
        var critical = actual.Count(t => t.Precedence >= Precedence.Immediate);
        var (word, code) =
            critical > 0 ? ("CRITICAL", Critical)
            : actual.Count > 0 ? ("WARNING", Warning)
            : ("OK", Well);
        Say(
            word,
            actual.Count == 0 ? "nothing is wrong" : actual[0].Sentence,
            code,
            $" | critical={critical} warning={actual.Count - critical}"
        );
        foreach (var trouble in actual.Skip(1))
            screen.Line(Plain(trouble.Sentence));
        return code;

        int Say(string state, string words, int exit, string numbers = "")
        {
            screen.Line($"PARLEY {state} - {Plain(words)}{numbers}");
            return exit;
        }

        // A monitor takes what follows a bar for numbers.
        static string Plain(string text) => SafeText.ShowLine(text).Replace('|', '/');
    }

    private static void Print(Screen screen, JsonElement trouble)
    {
        var precedence = ItemPrinter.Text(trouble, "precedence") ?? "";
        var word = precedence is "flash" or "immediate"
            ? screen.Act(precedence.ToUpperInvariant())
            : screen.Warn(precedence);
        var since = Times.GroupAndAge(trouble.GetProperty("since").GetDateTimeOffset(), screen.Clock);
        foreach (
            var text in screen.Wrap(
                $"{word}  {SafeText.ShowLine(ItemPrinter.Text(trouble, "sentence") ?? "")}, since {since}",
                2
            )
        )
            screen.Line(text);
    }

    private static void PrintReceiver(Screen screen, JsonElement receiver)
    {
        var name = screen.Bold(SafeText.ShowLine(ItemPrinter.Text(receiver, "name") ?? ""));
        var way = ItemPrinter.Text(receiver, "way");
        var delivered = receiver.GetProperty("delivered").GetInt64();
        if (ItemPrinter.Text(receiver, "failingSince") is not null)
        {
            var since = Times.GroupAndAge(receiver.GetProperty("failingSince").GetDateTimeOffset(), screen.Clock);
            foreach (
                var text in screen.Wrap(
                    $"{name}  {way}  {screen.Act("cannot be told")} since {since}: {SafeText.ShowLine(ItemPrinter.Text(receiver, "lastError") ?? "")}",
                    2
                )
            )
                screen.Line(text);
            return;
        }
        var last = ItemPrinter.Text(receiver, "lastDelivered") is null
            ? "told of nothing yet"
            : $"told {delivered} times, last {Times.GroupAndAge(receiver.GetProperty("lastDelivered").GetDateTimeOffset(), screen.Clock)}";
        screen.Line($"{name}  {way}  {last}");
    }
}
