using System.CommandLine;
using System.Globalization;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>What the parties of a line agree (LINE-8): asked for where a line is opened, shown before one is
/// accepted.</summary>
internal sealed class LinePolicyOptions
{
    private const string None = "none";
    private static readonly string[] Precedences = ["routine", "priority", "immediate", "flash"];
    private static readonly (string Unit, int Seconds)[] Units = [("min", 60), ("s", 1), ("h", 3600), ("d", 86_400)];

    private readonly Option<string[]> twoPeople = new("--two-people")
    {
        Description =
            $"An act that takes two officers: {string.Join(", ", LinePolicy.Acts)}; {None} for none (default: {string.Join(", ", LinePolicy.Default.TwoPeople)})",
        HelpName = "ACT",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string?> separation = new("--separation")
    {
        Description =
            "The least between what two parties plan, such as 5km,300m,10min (default: nothing, they must not touch)",
        HelpName = "DIST[,HEIGHT[,TIME]]",
    };
    private readonly Option<string[]> acknowledge = new("--acknowledge")
    {
        Description =
            $"Acknowledgement deadline for a precedence, such as flash=5min (default: {string.Join(", ", Precedences.Select(p => $"{p}={Duration((int)LinePolicy.Default.AcknowledgeWithin(SendCommand.Word<Precedence>(p)).TotalSeconds)}"))})",
        HelpName = "PRECEDENCE=TIME",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string[]> staffed = new("--staffed-tests")
    {
        Description =
            $"Times of day, local to each party, at which officers test the line; {None} for none (default: {string.Join(' ', LinePolicy.Default.StaffedTests)})",
        HelpName = "HH:MM",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<string?> deputy = Time(
        "--deputy",
        "After how long without an acknowledgement the deputy is alerted too",
        LinePolicy.Default.Deputy
    );
    private readonly Option<string?> lineTest = Time(
        "--line-test",
        "Between two automatic line tests",
        LinePolicy.Default.LineTest
    );
    private readonly Option<string?> heartbeat = Time(
        "--heartbeat",
        "Between two signs of life of a station",
        LinePolicy.Default.Heartbeat
    );
    private readonly Option<string?> clockWarn = Time(
        "--clock-warn",
        "Difference of the parties' clocks that is shown",
        LinePolicy.Default.ClockWarn
    );
    private readonly Option<string?> clockFlag = Time(
        "--clock-flag",
        "Difference of the parties' clocks that is flagged on entries",
        LinePolicy.Default.ClockFlag
    );

    private readonly Option<int?> fold = new("--fold")
    {
        Description =
            $"Rules for what counts and what is flagged: {LinePolicy.FirstFold} where a party's program is older and refuses the line document (default: {LinePolicy.NewestFold})",
        HelpName = "N",
    };

    internal void AddTo(Command command)
    {
        foreach (
            var option in (Option[])
                [twoPeople, separation, acknowledge, deputy, lineTest, staffed, heartbeat, clockWarn, clockFlag, fold]
        )
            command.Options.Add(option);
    }

    internal OpenLine In(OpenLine request, ParseResult parsed) =>
        request with
        {
            Fold = parsed.GetValue(fold),
            TwoPeople = Listed(parsed.GetValue(twoPeople)),
            Separation = SeparationOf(parsed.GetValue(separation)),
            Times = new LineTimes(
                Acknowledged(parsed.GetValue(acknowledge) ?? []),
                Seconds(deputy, parsed),
                Seconds(heartbeat, parsed),
                Seconds(clockWarn, parsed),
                Seconds(clockFlag, parsed),
                Seconds(lineTest, parsed),
                Listed(parsed.GetValue(staffed))
            ),
        };

    /// <summary>What an officer who accepts the line agrees to.</summary>
    internal static void Print(Screen screen, LinePolicyView policy)
    {
        var due = policy.Acknowledge;
        Say(
            $"acknowledged within: routine {Duration(due.Routine)}, priority {Duration(due.Priority)}, immediate {Duration(due.Immediate)}, flash {Duration(due.Flash)}; the deputy is alerted {Duration(policy.Deputy)} later"
        );
        Say(
            $"two officers for: {(policy.TwoPeople.Count == 0 ? "nothing but a blind check" : string.Join(", ", policy.TwoPeople))}"
        );
        Say(
            $"tested: by itself every {Duration(policy.LineTest)}; by officers {(policy.StaffedTests.Count == 0 ? "never" : $"at {string.Join(", ", policy.StaffedTests)}, each party's own time")}"
        );
        Say(
            $"clocks: a difference of {Duration(policy.ClockWarn)} is shown, of {Duration(policy.ClockFlag)} flagged; a sign of life every {Duration(policy.Heartbeat)}"
        );
        var least = policy.Separation;
        Say(
            $"plans of two parties: {(least == default ? "must not touch" : $"at least {least.Metres} m, {least.Height} m of height or {Duration(least.Seconds)} apart")}"
        );
        Say(
            $"what counts is judged by fold {policy.Fold}{(policy.Fold < LinePolicy.NewestFold ? $", as older programs judge it; this one knows fold {LinePolicy.NewestFold}: a line that continues this one takes it up" : "")}"
        );

        void Say(string text)
        {
            foreach (var wrapped in screen.Wrap(text, 2))
                screen.Line(wrapped);
        }
    }

    /// <summary>Such as <c>5min</c> or <c>90s</c>: the largest unit that leaves no rest.</summary>
    internal static string Duration(int? seconds)
    {
        var given = seconds ?? 0;
        var (unit, length) = Units
            .OrderByDescending(u => u.Seconds)
            .First(u => u.Seconds == 1 || (given >= u.Seconds && given % u.Seconds == 0));
        return $"{given / length}{unit}";
    }

    private static Option<string?> Time(string name, string description, int usual) =>
        new(name) { Description = $"{description} (default: {Duration(usual)})", HelpName = "TIME" };

    private static int? Seconds(Option<string?> option, ParseResult parsed) =>
        parsed.GetValue(option) is { } text ? Seconds(option.Name, text) : null;

    private static int Seconds(string option, string text)
    {
        foreach (var (unit, seconds) in Units)
        {
            if (
                text.EndsWith(unit, StringComparison.Ordinal)
                && int.TryParse(
                    text.AsSpan(0, text.Length - unit.Length),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var count
                )
                && count <= LinePolicy.MaxSeconds / seconds
            )
                return count * seconds;
        }
        throw new Failure(
            $"{option} takes a time such as 90s, 5min, 12h or 1d, of 31 days at most, not '{text}'",
            Program.Usage
        );
    }

    private static AcknowledgeTimes? Acknowledged(string[] given)
    {
        if (given.Length == 0)
            return null;
        var times = new Dictionary<string, int?>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !Precedences.Contains(text[..equals]))
                throw new Failure(
                    $"--acknowledge takes PRECEDENCE=TIME such as flash=5min, not '{text}'",
                    Program.Usage
                );
            if (!times.TryAdd(text[..equals], Seconds("--acknowledge", text[(equals + 1)..])))
                throw new Failure($"--acknowledge names {text[..equals]} twice", Program.Usage);
        }
        return new AcknowledgeTimes(
            times.GetValueOrDefault("routine"),
            times.GetValueOrDefault("priority"),
            times.GetValueOrDefault("immediate"),
            times.GetValueOrDefault("flash")
        );
    }

    private static IReadOnlyList<string>? Listed(string[]? given) =>
        given is null or [] ? null
        : given is [None] ? []
        : [.. given.SelectMany(g => g.Split(',')).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static LineSeparation? SeparationOf(string? text)
    {
        if (text is null)
            return null;
        if (!Deconfliction.Separation.Parse(text).TryGet(out var least, out var why))
            throw new Failure($"--separation: {why}", Program.Usage);
        return new LineSeparation(
            (int)Math.Ceiling(least.Horizontal),
            (int)Math.Ceiling(least.Vertical / 1000.0),
            (int)Math.Ceiling(least.Ticks / (double)TimeSpan.TicksPerSecond)
        );
    }
}
