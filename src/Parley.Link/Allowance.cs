namespace Parley.Link;

/// <summary>So many a second, and so many at once after a rest. What is over is refused, and costs nothing
/// later.</summary>
internal sealed class Allowance(double perSecond, int atOnce)
{
    private double left = atOnce;
    private DateTimeOffset? at;

    internal bool TryTake(DateTimeOffset now)
    {
        if (at is { } last)
            left = Math.Min(atOnce, left + (now - last).TotalSeconds * perSecond);
        at = now;
        if (left < 1)
            return false;
        left--;
        return true;
    }
}
