using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>
/// The time by which an embargo is over. What was published cannot be taken back: where the wall clock goes ahead of how
/// long the station has run, an embargo ends by the latter; and what was public once in this run does not become secret
/// because a clock is set back.
/// </summary>
/// <param name="wall">The time that everything is judged by.</param>
/// <param name="run">Measures how long the station has run; null where the time is one that is set, as in a
/// scenario.</param>
internal sealed class EmbargoClock(TimeProvider wall, TimeProvider? run)
{
    /// <summary>Less than this is no jump: clocks are corrected all the time.</summary>
    private static readonly TimeSpan Jump = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset began = wall.GetUtcNow();
    private readonly long beganAt = run?.GetTimestamp() ?? 0;
    private readonly Lock gate = new();
    private DateTimeOffset latest = DateTimeOffset.MinValue;

    /// <summary>The time, which never goes back and jumps nowhere.</summary>
    internal DateTimeOffset Now
    {
        get
        {
            var now = wall.GetUtcNow();
            if (run is not null && Ran.Plus(Jump) < now)
                now = Ran;
            lock (gate)
                return latest = latest > now ? latest : now;
        }
    }

    /// <summary>How far the wall clock has gone ahead while the station ran; null where it has not.</summary>
    internal TimeSpan? Ahead => run is not null && wall.GetUtcNow() - Ran is var ahead && ahead > Jump ? ahead : null;

    private DateTimeOffset Ran => began.Plus(run!.GetElapsedTime(beganAt));
}
