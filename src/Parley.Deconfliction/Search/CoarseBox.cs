namespace Parley.Deconfliction;

/// <summary>
/// A closed box in longitude, latitude, altitude above the ellipsoid and time, rounded outwards to 32-bit steps: the
/// coarse pass. It may
/// say "perhaps" too often, never "no" wrongly. What does not fit is held at the ends of the range.
/// </summary>
internal readonly record struct CoarseBox(
    int MinX,
    int MinY,
    int MinZ,
    int MinT,
    int MaxX,
    int MaxY,
    int MaxZ,
    int MaxT
)
{
    /// <summary>Bits dropped of a position: steps of 2.6·10⁻⁷ degree, so that one and a half turns fit.</summary>
    internal const int Shift = 8;

    /// <summary>Steps in a turn; exact.</summary>
    internal const int Turn = (int)(Vertex.Turn >> Shift);

    /// <summary>Time is in whole seconds from 2000, which 32 bits hold from 1931 to 2068; other times are held at those
    /// ends.</summary>
    private static readonly long Epoch = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    internal static CoarseBox Of(Volume4D volume, Separation separation = default)
    {
        var plan = Globe.Around(volume.Outline.Box, separation.Horizontal);
        // At a pole all longitudes meet.
        if (plan.MaxY >= Vertex.Pole || plan.MinY <= -Vertex.Pole)
            plan = plan with { MinX = -Vertex.Turn / 2, MaxX = 3 * Vertex.Turn / 2 };
        var band = volume.Altitude.OnEllipsoid().Widened(separation.Vertical);
        var time = volume.Time.Widened(separation.Ticks);
        return new CoarseBox(
            Floor(plan.MinX),
            Floor(plan.MinY),
            band.Lower,
            Seconds(time.Start, roundUp: false),
            Ceiling(plan.MaxX),
            Ceiling(plan.MaxY),
            band.Upper,
            Seconds(time.End, roundUp: true)
        );
    }

    internal CoarseBox East(int steps) =>
        this with
        {
            MinX = Hold((long)MinX + steps),
            MaxX = Hold((long)MaxX + steps),
        };

    internal bool Meets(in CoarseBox o) =>
        MinX <= o.MaxX
        && o.MinX <= MaxX
        && MinY <= o.MaxY
        && o.MinY <= MaxY
        && MinZ <= o.MaxZ
        && o.MinZ <= MaxZ
        && MinT <= o.MaxT
        && o.MinT <= MaxT;

    private static int Floor(long units) => Hold(units >> Shift);

    private static int Ceiling(long units) => Hold(-(-units >> Shift));

    private static int Hold(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);

    private static int Seconds(long ticks, bool roundUp)
    {
        if (ticks == TimeWindow.Always)
            return int.MinValue;
        if (ticks == TimeWindow.Ever)
            return int.MaxValue;
        var (seconds, rest) = Math.DivRem(ticks - Epoch, TimeSpan.TicksPerSecond);
        return Hold(
            rest > 0 && roundUp ? seconds + 1
            : rest < 0 && !roundUp ? seconds - 1
            : seconds
        );
    }
}
