using System.Globalization;

namespace Parley.Bench.SideBySide;

/// <summary>The figures of a round in a line, and the medians of all rounds as a table that documents can take as it
/// is.</summary>
internal static class SideBySideTable
{
    internal static string Line(Tally t) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"accepted {t.Accepted:N0} of {t.Sent:N0}, sealed {Or(t.Sealed)}; once {t.Once:N0}, doubled {t.Doubled:N0}, out of order {t.OutOfOrder:N0}, lost and told {t.LostAndTold:N0}, lost in silence {t.LostInSilence:N0}; {t.SteadySeen:N0}/s before the kill, all there {t.CaughtUp.TotalSeconds:N1} s after the return"
        );

    internal static void Print(IReadOnlyList<(string Name, IReadOnlyList<Tally> Rounds)> columns)
    {
        void Row(string what, Func<IReadOnlyList<Tally>, string> cell) =>
            Console.WriteLine($"| {what} | {string.Join(" | ", columns.Select(c => cell(c.Rounds)))} |");
        void Count(string what, Func<Tally, int> of) => Row(what, rounds => Counts(rounds, of));
        void Rate(string what, Func<Tally, double> of) =>
            Row(what, rounds => string.Create(CultureInfo.InvariantCulture, $"{Median(rounds, of):N0}/s"));
        void Time(string what, Func<Tally, Spread> of) =>
            Row(
                what,
                rounds =>
                    double.IsNaN(of(rounds[0]).Median)
                        ? "—"
                        : string.Create(
                            CultureInfo.InvariantCulture,
                            $"{Median(rounds, t => of(t).Median):N1} / {Median(rounds, t => of(t).High):N1} ms"
                        )
            );

        Console.WriteLine(
            $"| | {string.Join(" | ", columns.Select(c => c.Name))} |\n|---|{string.Concat(columns.Select(_ => "---|"))}"
        );
        Count("sent", t => t.Sent);
        Count("accepted: its author was told", t => t.Accepted);
        Row(
            "sealed: its author was told that the other side answers for it",
            rounds => rounds[0].Sealed is null ? "—" : Counts(rounds, t => t.Sealed ?? 0)
        );
        Count("delivered exactly once", t => t.Once);
        Count("lost, though accepted; its author got it back as an error", t => t.LostAndTold);
        Count("lost, though accepted; its author was told nothing", t => t.LostInSilence);
        Count("doubled", t => t.Doubled);
        Count("out of order", t => t.OutOfOrder);
        Count("came back as an error at least once, and is there", t => t.ReturnedAndThere);
        Rate("accepted, before the kill", t => t.SteadyAccepted);
        Rate("delivered, before the kill", t => t.SteadySeen);
        Rate("from the first sent to the last delivered, the outage in it", t => t.OverAll);
        Row(
            "from the return to the last delivered",
            rounds =>
                string.Create(CultureInfo.InvariantCulture, $"{Median(rounds, t => t.CaughtUp.TotalSeconds):N1} s")
        );
        Time("one in flight, p50 / p99: accepted", t => t.SingleAccepted);
        Time("one in flight: sealed", t => t.SingleSealed);
        Time("one in flight: at the recipient's client", t => t.SingleSeen);
        Time("at load, p50 / p99: accepted", t => t.LoadAccepted);
        Time("at load: sealed", t => t.LoadSealed);
        Time("at load: at the recipient's client", t => t.LoadSeen);
    }

    private static string Or(int? count) =>
        count is { } told ? string.Create(CultureInfo.InvariantCulture, $"{told:N0}") : "—";

    /// <summary>The median, and all rounds where they differ.</summary>
    private static string Counts(IReadOnlyList<Tally> rounds, Func<Tally, int> of)
    {
        var all = rounds.Select(of).Order().ToList();
        var median = Report.Percentile(all, 0.5);
        return all[0] == all[^1]
            ? string.Create(CultureInfo.InvariantCulture, $"{median:N0}")
            : string.Create(CultureInfo.InvariantCulture, $"{median:N0} ({all[0]:N0} to {all[^1]:N0})");
    }

    private static double Median(IReadOnlyList<Tally> rounds, Func<Tally, double> of) =>
        Report.Percentile(rounds.Select(of).Order().ToList(), 0.5);
}
