using System.Collections.Concurrent;

namespace Parley.Station.Link;

/// <summary>How many requests a second are answered: of each peer, and of all strangers together. Safe from any
/// thread.</summary>
internal sealed class RequestRates(LinkPortLimits limits, TimeProvider clock)
{
    /// <summary>Identities on lines only: as many as there are peers.</summary>
    private readonly ConcurrentDictionary<PublicKey, Bucket> peers = new();
    private readonly Bucket strangers = new(limits.StrangersRequestsPerSecond, clock);

    /// <summary>Null, or why this request is one too many.</summary>
    internal string? Refusal(PublicKey identity, bool known)
    {
        if (!known)
            return strangers.Take()
                ? null
                : $"more than {limits.StrangersRequestsPerSecond} requests a second of identities on no line";
        return peers
            .GetOrAdd(identity, static (_, of) => new Bucket(of.limits.RequestsPerSecond, of.clock), (limits, clock))
            .Take()
            ? null
            : $"more than {limits.RequestsPerSecond} requests a second";
    }

    /// <summary>Holds a second's worth, and fills at its rate.</summary>
    private sealed class Bucket(int perSecond, TimeProvider clock)
    {
        private readonly Lock gate = new();
        private double held = perSecond;
        private long filledAt = clock.GetTimestamp();

        internal bool Take()
        {
            lock (gate)
            {
                var now = clock.GetTimestamp();
                held = Math.Min(perSecond, held + clock.GetElapsedTime(filledAt, now).TotalSeconds * perSecond);
                filledAt = now;
                if (held < 1)
                    return false;
                held--;
                return true;
            }
        }
    }
}
