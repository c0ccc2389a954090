using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>A part of space for a window of time, in the terms of ASTM F3548's Volume4D. Closed: what touches,
/// overlaps. Immutable.</summary>
public sealed class Volume4D(Outline outline, AltitudeBand altitude, TimeWindow time)
{
    /// <summary>The plan view.</summary>
    public Outline Outline { get; } = outline;

    public AltitudeBand Altitude { get; } = altitude;

    public TimeWindow Time { get; } = time;

    /// <summary>Whether the two are closer than the separation in every dimension at once: time, altitude, plan view.
    /// Symmetric.</summary>
    public bool ConflictsWith(Volume4D other, Separation separation) =>
        MayConflictWith(other, separation) && Outline.IsWithin(other.Outline, separation.Horizontal);

    /// <summary>Whether time and altitude are too close: what the plan view is asked for at all.</summary>
    internal bool MayConflictWith(Volume4D other, Separation separation) =>
        Time.Meets(other.Time, separation.Ticks) && Altitude.Meets(other.Altitude, separation.Vertical);
}

/// <summary>The least that must lie between two volumes, in one dimension at least. All zero: they must not
/// touch.</summary>
/// <param name="Horizontal">Metres along the surface, from 0 to <see cref="MaxHorizontal"/>.</param>
/// <param name="Vertical">Millimetres, from 0 to <see cref="MaxVertical"/>.</param>
/// <param name="Ticks">100 ns each, from 0 to <see cref="MaxTicks"/>.</param>
public readonly record struct Separation(double Horizontal, int Vertical, long Ticks)
{
    /// <summary>Metres: 100 km.</summary>
    public const double MaxHorizontal = 100_000;

    /// <summary>Millimetres: 20 km.</summary>
    public const int MaxVertical = 20_000_000;

    /// <summary>A week.</summary>
    public const long MaxTicks = 7 * TimeSpan.TicksPerDay;

    public static Separation None { get; } = default;

    /// <summary>
    /// Reads <c>HORIZONTAL[,VERTICAL[,TIME]]</c>: metres (<c>500m</c>, <c>1.5km</c>, <c>3nm</c>), metres or feet
    /// (<c>100m</c>, <c>500ft</c>), seconds, minutes or hours
    /// (<c>60s</c>, <c>5min</c>, <c>1h</c>). A number without a unit is in metres or seconds.
    /// </summary>
    public static Parsed<Separation> Parse(string text)
    {
        var parts = text.Split(',');
        if (parts.Length > 3)
            return new Rejected("a separation is HORIZONTAL[,VERTICAL[,TIME]]");
        double[] values = [0, 0, 0];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!Quantity.TryRead(parts[i].Trim(), i, out values[i]))
                return new Rejected($"'{parts[i].Trim()}' is not {Quantity.Example(i)}");
        }
        if (values[0] > MaxHorizontal)
            return new Rejected($"the horizontal separation is at most {MaxHorizontal} m");
        if (values[1] * 1000 > MaxVertical)
            return new Rejected($"the vertical separation is at most {MaxVertical / 1000} m");
        if (values[2] * TimeSpan.TicksPerSecond > MaxTicks)
            return new Rejected($"the separation in time is at most {MaxTicks / TimeSpan.TicksPerHour} h");
        return new Separation(
            values[0],
            (int)Math.Ceiling(values[1] * 1000),
            (long)Math.Ceiling(values[2] * TimeSpan.TicksPerSecond)
        );
    }

    private static class Quantity
    {
        private static readonly (string Unit, double Factor)[][] Units =
        [
            [("km", 1000), ("nm", 1852), ("m", 1), ("", 1)],
            [("ft", 0.3048), ("m", 1), ("", 1)],
            [("min", 60), ("s", 1), ("h", 3600), ("", 1)],
        ];

        internal static string Example(int dimension) =>
            dimension switch
            {
                0 => "a distance such as 500m, 1.5km or 3nm",
                1 => "a height such as 100m or 500ft",
                _ => "a time such as 60s, 5min or 1h",
            };

        internal static bool TryRead(string text, int dimension, out double value)
        {
            var (unit, factor) = Units[dimension].First(u => text.EndsWith(u.Unit, StringComparison.Ordinal));
            var isNumber = double.TryParse(
                text[..^unit.Length],
                System.Globalization.NumberStyles.AllowDecimalPoint,
                System.Globalization.CultureInfo.InvariantCulture,
                out value
            );
            value *= factor;
            return isNumber && double.IsFinite(value);
        }
    }
}
