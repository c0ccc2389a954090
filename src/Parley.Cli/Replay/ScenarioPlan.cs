using Parley.Record;

namespace Parley.Cli.Replay;

/// <summary>One thing to do when its time comes: open a line, or let an event happen for the n-th time.</summary>
internal abstract record ScenarioStep(DateTimeOffset At)
{
    internal sealed record Open(DateTimeOffset At, ScenarioLine Line) : ScenarioStep(At);

    /// <param name="Nth">1 for the first time.</param>
    internal sealed record Happen(DateTimeOffset At, ScenarioEvent Event, int Nth) : ScenarioStep(At);
}

/// <summary>
/// When everything happens. An event that is dated by its day happens at midnight UTC, and each further one of that
/// moment a second later, in the
/// file's order; so no two happen at one time, and every entry can be found again by its time. An event of several
/// times is spread evenly.
/// </summary>
internal static class ScenarioPlan
{
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);

    internal static IReadOnlyList<ScenarioStep> Of(Scenario scenario)
    {
        var happenings = scenario.Events.SelectMany(Occurrences).OrderBy(h => h.At).ToList(); // stable: the file's order at one time
        var steps = new List<ScenarioStep>(happenings.Count + scenario.Lines.Count);
        var last = DateTimeOffset.MinValue;
        foreach (var happening in happenings)
        {
            last = happening.At > last ? happening.At : last.Plus(Apart);
            steps.Add(happening with { At = last });
        }
        var byEvent = scenario
            .Events.Where(e => e.What == Telling.LineOpened)
            .Select(e => e.Line)
            .ToHashSet(StringComparer.Ordinal);
        steps.AddRange(
            scenario.Lines.Where(l => !byEvent.Contains(l.Id)).Select(l => new ScenarioStep.Open(l.Opened, l))
        );
        return [.. steps.OrderBy(s => s.At).ThenBy(s => s is ScenarioStep.Open ? 0 : 1)];
    }

    private static IEnumerable<ScenarioStep.Happen> Occurrences(ScenarioEvent what)
    {
        for (var i = 0; i < what.Times; i++)
        {
            var at = what.Times == 1 ? what.At : what.At.Plus((what.Until - what.At) * i / (what.Times - 1));
            yield return new ScenarioStep.Happen(
                DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()),
                what,
                i + 1
            );
        }
    }
}
