namespace Parley.Station.Calls;

/// <summary>How many datagrams of one leg a peer may have our console take. Guarded by itself. CALL-14.</summary>
internal sealed class DatagramRate
{
    /// <summary>In a second: Opus has 50, and what STUN and RTCP add.</summary>
    private const int MaxPerSecond = 400;

    private readonly Lock gate = new();
    private double allowance = MaxPerSecond;
    private long filledAt;

    internal bool MayTake(TimeProvider clock)
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            var filled = filledAt == 0 ? 0 : clock.GetElapsedTime(filledAt, now).TotalSeconds * MaxPerSecond;
            allowance = Math.Min(MaxPerSecond, allowance + filled);
            filledAt = now;
            if (allowance < 1)
                return false;
            allowance--;
            return true;
        }
    }
}
