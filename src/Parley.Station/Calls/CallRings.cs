using Parley.Record;
using Parley.Traffic;

namespace Parley.Station.Calls;

/// <summary>
/// How long a call rings at this station's consoles. What its author says of the time may end it sooner and never later:
/// it rings for a minute from when it came, and each peer has a share of rings, beyond which calls are listed and make no
/// sound. A peer that rings without end would have its watch turn the sound off, for every alarm there is. Safe from any
/// thread. CALL-18
/// </summary>
internal sealed class CallRings
{
    /// <summary>Rings of one peer on one line within <see cref="Within"/>.</summary>
    internal const int Share = 6;
    internal static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<(LineId Line, PartyId Peer), List<(EntryId Cause, DateTimeOffset At)>> granted = [];

    /// <summary>Until when it rings; null where it does not.</summary>
    /// <param name="line">The line.</param>
    /// <param name="cause">The entry that rings.</param>
    /// <param name="cameAt">When it came here.</param>
    /// <param name="due">When its own time is over, where it has one.</param>
    /// <param name="now">The time.</param>
    internal DateTimeOffset? Until(
        LineId line,
        EntryId cause,
        DateTimeOffset cameAt,
        DateTimeOffset? due,
        DateTimeOffset now
    )
    {
        if (now - cameAt >= TrafficDefaults.Ringing || due <= now)
            return null;
        lock (gate)
        {
            if (!granted.TryGetValue((line, cause.Party), out var rings))
                granted[(line, cause.Party)] = rings = [];
            rings.RemoveAll(r => r.At > now || now - r.At >= Within); // also where the clock was set back
            var known = rings.FindIndex(r => r.Cause == cause);
            if (known < 0 && rings.Count >= Share)
                return null;
            if (known < 0)
                rings.Add((cause, now));
            var began = known < 0 ? now : rings[known].At;
            var until = (cameAt < began ? cameAt : began).Plus(TrafficDefaults.Ringing);
            return due < until ? due : until;
        }
    }
}
