using Parley.Record;
using Parley.Station.Desks;

namespace Parley.Station.Operations;

/// <summary>
/// What is wrong at this moment, as far as the station knows it: the officers' alarms that stand, and what only an
/// operator can mend. One list for whoever asks, for the command's check and for those who are paged.
/// </summary>
internal sealed class Troubles(StationDesks desks, TimeProvider clock)
{
    /// <summary>Those who ask every second are told what stood this long ago: there may be many of them, and many
    /// lines.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();

    // Under the gate, as what follows is.
    private (long At, IReadOnlyList<TroubleView> All)? lately;

    /// <summary>Since when each stands: an alarm that rises begins anew, and whoever is told of what nobody took counts
    /// from its beginning.</summary>
    private readonly Dictionary<string, DateTimeOffset> since = new(StringComparer.Ordinal);

    /// <summary>What whoever pages has to say of itself.</summary>
    internal Func<IEnumerable<TroubleView>> OfPaging { get; set; } = () => [];

    /// <summary>False while the station cannot do what it is there for.</summary>
    internal bool Works => desks.Station.Station().State == StationState.Ready;

    /// <summary>All that stand, the most urgent first, what is played last.</summary>
    internal IReadOnlyList<TroubleView> Now()
    {
        lock (gate)
        {
            TroubleView[] all =
            [
                .. OfStation()
                    .Concat(desks.Lines.Lines().SelectMany(OfLine))
                    .Concat(desks.Alarms?.Standing(null, quiet: false).Select(OfAlarm) ?? [])
                    .Concat(OfPaging())
                    .OrderBy(t => t.Mark != Mark.Actual)
                    .ThenByDescending(t => t.Precedence)
                    .ThenBy(t => t.Since),
            ];
            foreach (var over in since.Keys.Except(all.Select(t => t.Trouble), StringComparer.Ordinal).ToList())
                since.Remove(over);
            return all;
        }
    }

    /// <summary>As <see cref="Now"/>, at most half a second old.</summary>
    internal IReadOnlyList<TroubleView> Lately()
    {
        lock (gate)
        {
            if (lately is not { } known || clock.GetElapsedTime(known.At) >= Fresh)
                lately = known = (clock.GetTimestamp(), Now());
            return known.All;
        }
    }

    /// <summary>Alarms that an officer took down and whose cause is there still.</summary>
    internal IReadOnlySet<string> Taken() =>
        (desks.Alarms?.Standing(null, quiet: true) ?? [])
            .Where(a => a.IsQuiet)
            .Select(a => a.Alarm)
            .ToHashSet(StringComparer.Ordinal);

    private IEnumerable<TroubleView> OfStation()
    {
        var station = desks.Station.Station();
        if (station.State == StationState.Faulted)
            yield return Standing("store", null, Precedence.Flash, $"nothing can be written: {station.Fault}");
        if (station.State == StationState.Restored)
            yield return Standing(
                "catching-up",
                null,
                Precedence.Immediate,
                "the station was put back from a backup and signs nothing on some lines until their peers have shown what they hold of us"
            );
    }

    private IEnumerable<TroubleView> OfLine(LineSummary line)
    {
        if (!desks.Lines.Line(line.Line).TryGet(out var detail, out _))
            yield break; // the store cannot be read, which is said of the station
        var status = detail.Status;
        if (status.Forks > 0)
            yield return Standing(
                "fork",
                line.Line,
                Precedence.Flash,
                $"{line.Line}: FORK: {status.Forks} contradictory checkpoints are kept as evidence; nothing more is written to this line"
            );
        foreach (var peer in status.Peers)
        {
            var key = $"clock.{peer.Party}";
            if (peer.ClockOffsetMs is { } offset && Math.Abs(offset) > detail.Policy.ClockFlag * 1000L)
                yield return Standing(
                    key,
                    line.Line,
                    Precedence.Priority,
                    $"{line.Line}: the clock of {peer.Party} differs from ours by at least {Math.Abs(offset) / 1000} s; one of the two is wrong"
                );
        }
    }

    private TroubleView Standing(string key, LineId? line, Precedence precedence, string sentence)
    {
        var id = IdOf(key, line);
        return new TroubleView(
            id,
            key.Split('.')[0],
            precedence,
            Mark.Actual,
            "arrived",
            line,
            null,
            FirstKnown(id, clock.GetUtcNow()),
            sentence
        );
    }

    private DateTimeOffset FirstKnown(string trouble, DateTimeOffset at)
    {
        if (since.TryGetValue(trouble, out var before) && before <= at)
            return before;
        return since[trouble] = at; // also where the clock was set back
    }

    private static string IdOf(string key, LineId? line) => line is { } of ? $"{of}:{key}" : $"station:{key}";

    private TroubleView OfAlarm(AlarmView alarm) =>
        new(
            alarm.Alarm,
            alarm.Class,
            alarm.Precedence,
            alarm.Mark,
            alarm.Level,
            alarm.Line,
            alarm.Entry,
            FirstKnown(alarm.Alarm, alarm.Raised),
            SentenceOf(alarm)
        )
        {
            Text = alarm.Text,
        };

    /// <summary>What an alarm is about, in the station's words: a text of an entry is an officer's, and stays
    /// here.</summary>
    private static string SentenceOf(AlarmView alarm)
    {
        var what = alarm.Entry is { } entry ? $"{alarm.Kind ?? "entry"} {entry}" : alarm.Kind;
        var who = alarm.WaitingFor.Count == 0 ? "" : $", waiting for {string.Join(", ", alarm.WaitingFor)}";
        var mark = alarm.Mark == Mark.Actual ? "" : $"{alarm.Mark.ToString().ToUpperInvariant()}: ";
        return $"{mark}{alarm.Line}: {alarm.About}{(what is null ? "" : $" ({what})")}{who}";
    }
}
