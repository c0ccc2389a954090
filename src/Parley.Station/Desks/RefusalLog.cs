using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Telemetry;

namespace Parley.Station.Desks;

/// <summary>
/// Refusals in the operator's log: a few lines a minute for each peer, then how many more there were. The peers are
/// those of
/// <see cref="RefusalBook"/>, whose quotas bound how many there are. Safe from any thread.
/// </summary>
internal sealed class RefusalLog(TimeProvider clock, ILogger log)
{
    /// <summary>Lines of one peer in one minute.</summary>
    internal const int MaxPerMinute = 10;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(LineId? Line, string Peer), Spell> spells = [];

    private sealed class Spell(long began)
    {
        internal long Began { get; } = began;
        internal int Written { get; set; }
        internal long Spared { get; set; }
    }

    internal void Write(LineId? line, string peer, int status, string reason)
    {
        long spared = 0;
        lock (gate)
        {
            if (spells.TryGetValue((line, peer), out var spell) && clock.GetElapsedTime(spell.Began) >= Minute)
            {
                spared = spell.Spared;
                spell = null;
            }
            if (spell is null)
                spells[(line, peer)] = spell = new Spell(clock.GetTimestamp());
            if (spell.Written >= MaxPerMinute)
            {
                spell.Spared++;
                return;
            }
            spell.Written++;
        }
        if (spared > 0)
            Tell(line, peer, spared);
        if (line is { } on)
            LineLog.Refused(log, on.Value, peer, status, reason);
        else
            StationLog.Refused(log, status, reason, peer);
    }

    /// <summary>Tells of what was spared in minutes that are over, and forgets them.</summary>
    internal void Tick() => End(spell => clock.GetElapsedTime(spell.Began) >= Minute);

    /// <summary>Tells of all that was spared.</summary>
    internal void Close() => End(_ => true);

    private void End(Predicate<Spell> over)
    {
        List<((LineId? Line, string Peer) Key, Spell Spell)> ended;
        lock (gate)
        {
            ended = [.. spells.Where(s => over(s.Value)).Select(s => (s.Key, s.Value))];
            foreach (var (key, _) in ended)
                spells.Remove(key);
        }
        foreach (var (key, spell) in ended)
        {
            if (spell.Spared > 0)
                Tell(key.Line, key.Peer, spell.Spared);
        }
    }

    private void Tell(LineId? line, string peer, long spared) =>
        StationLog.RefusalsSpared(log, spared, peer, line?.Value ?? "no line");
}
