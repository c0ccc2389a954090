using Parley.Record;

namespace Parley.Station.Calls;

/// <summary>What this station saw of calls that are over, for the officers who log them. In memory: a log is the
/// officers' word. Safe from any thread. CALL-2.</summary>
internal sealed class CallLogs
{
    /// <summary>Of more calls the oldest is forgotten.</summary>
    private const int Max = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<(LineId Line, EntryId Call), IReadOnlyList<SeenMoment>> kept = [];
    private readonly Queue<(LineId Line, EntryId Call)> order = new();

    /// <summary>Keeps what was seen, after what was seen of the call before.</summary>
    internal void Keep(LineId line, EntryId call, IReadOnlyList<SeenMoment> course)
    {
        lock (gate)
        {
            var before = kept.GetValueOrDefault((line, call));
            if (before is null)
            {
                order.Enqueue((line, call));
                if (order.Count > Max)
                    kept.Remove(order.Dequeue());
            }
            kept[(line, call)] = CallCourse.Cut((before ?? []).Concat(course));
        }
    }

    internal IReadOnlyList<SeenMoment> Of(LineId line, EntryId call)
    {
        lock (gate)
            return kept.GetValueOrDefault((line, call)) ?? [];
    }
}
