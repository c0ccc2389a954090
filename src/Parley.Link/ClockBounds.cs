namespace Parley.Link;

/// <summary>
/// Between what the peer's clock minus ours must lie. An answer was written after its question left and before it came,
/// so it bounds both sides; a request was
/// written before it came, and not longer ago than a heartbeat may take. Only what lies outside of every doubt is
/// called a difference: a peer that is slow to
/// answer has no wrong clock. LINK-83.
/// </summary>
/// <param name="Least">The smallest that it can be.</param>
/// <param name="Most">The largest.</param>
/// <param name="From">When the oldest of the words that say so came, on the steady clock.</param>
/// <param name="Last">When the newest did.</param>
internal readonly record struct ClockBounds(TimeSpan Least, TimeSpan Most, DateTimeOffset From, DateTimeOffset Last)
{
    /// <summary>The least difference that there must be; zero where there need be none.</summary>
    internal TimeSpan Certain =>
        Least > TimeSpan.Zero ? Least
        : Most < TimeSpan.Zero ? Most
        : TimeSpan.Zero;

    /// <summary>A clock is told in whole milliseconds, of which the rest was left out: it may have been that much later.
    /// MESSAGES-5.</summary>
    private static readonly TimeSpan Resolution = TimeSpan.FromMilliseconds(1);

    /// <param name="said">The peer's clock, as an answer says it.</param>
    /// <param name="askedAt">When the question left, by our clock.</param>
    /// <param name="answeredAt">When the answer came, by the same.</param>
    /// <param name="now">The steady clock.</param>
    internal static ClockBounds OfAnswer(
        DateTimeOffset said,
        DateTimeOffset askedAt,
        DateTimeOffset answeredAt,
        DateTimeOffset now
    ) => new(said - answeredAt, said - askedAt + Resolution, now, now);

    internal static ClockBounds OfRequest(DateTimeOffset said, DateTimeOffset cameAt, DateTimeOffset now) =>
        new(said - cameAt, said - cameAt + Resolution + LinkLimits.HeartbeatTimeout, now, now);

    /// <summary>Both together, as long as the older one is no older than that and the two agree; else the newer, for a
    /// clock may have been set.</summary>
    internal static ClockBounds Joined(ClockBounds? before, ClockBounds newer, TimeSpan notOlderThan)
    {
        if (before is not { } older || newer.Last - older.From > notOlderThan)
            return newer;
        var (least, most) = (
            older.Least > newer.Least ? older.Least : newer.Least,
            older.Most < newer.Most ? older.Most : newer.Most
        );
        return least <= most ? new(least, most, older.From, newer.Last) : newer;
    }
}
