using Parley.Record;
using Parley.Station.Officers;

namespace Parley.Station.Api;

/// <summary>What Identity has to know again when a passkey answers. Each is good once and for a while, so that an
/// answer cannot be played twice. In memory alone.</summary>
internal sealed class Challenges(TimeProvider clock)
{
    private readonly Dictionary<string, (string State, DateTimeOffset Until)> waiting = new(StringComparer.Ordinal);

    internal void Put(string key, string state)
    {
        lock (waiting)
        {
            while (waiting.Count >= OfficerLimits.MaxChallenges)
                waiting.Remove(waiting.MinBy(w => w.Value.Until).Key);
            waiting[key] = (state, clock.GetUtcNow().Plus(OfficerLimits.ChallengeLifetime));
        }
    }

    /// <summary>Takes it away; null where there is none, or it is too old.</summary>
    internal string? Take(string key)
    {
        lock (waiting)
            return waiting.Remove(key, out var found) && found.Until > clock.GetUtcNow() ? found.State : null;
    }
}
