namespace Parley.Deconfliction.Tests;

/// <summary>Volumes from a seed: crowded into a few places, among them the antimeridian and a pole, so that many
/// conflict.</summary>
internal sealed class RandomVolumes(int seed)
{
    private static readonly (double Lng, double Lat, double Spread)[] Places =
    [
        (37, 49, 1),
        (179.9, 10, 1),
        (-179.9, 11, 1),
        (20, 89.5, 0.6),
        (0, 0, 0.5),
        (-60, -89.9, 0.1),
    ];

    private readonly Random random = new(seed);

    internal Volume4D Next()
    {
        var low = random.Next(0, 3_000_000);
        var start = Samples.Noon.AddSeconds(random.Next(0, 6 * 3600)).UtcTicks;
        var altitude =
            random.Next(20) == 0
                ? AltitudeBand.All
                : new AltitudeBand(
                    low,
                    low + random.Next(0, 500_000),
                    (AltitudeReference)(random.Next(10) == 0 ? 1 : 0)
                );
        var time =
            random.Next(20) == 0
                ? new TimeWindow(start, TimeWindow.Ever)
                : new TimeWindow(start, start + random.NextInt64(0, 2 * TimeSpan.TicksPerHour));
        return new Volume4D(Outline(), altitude, time);
    }

    internal Outline Outline()
    {
        var (lng, lat, spread) = Places[random.Next(Places.Length)];
        var (x, y) = (
            Wrapped(lng + (random.NextDouble() * 2 - 1) * spread * (Math.Abs(lat) > 85 ? 100 : 1)),
            Math.Clamp(lat + (random.NextDouble() * 2 - 1) * spread, -89.95, 89.95)
        );
        return random.Next(3) == 0
            ? Samples.Circle(x, y, 50 + random.NextDouble() * 20_000)
            : Star(x, y, 0.001 + random.NextDouble() * 0.2);
    }

    /// <summary>A simple polygon around a point: vertices in order of their direction.</summary>
    internal Outline Star(double x, double y, double size)
    {
        var count = random.Next(3, 12);
        var squeeze = Math.Min(1 / Math.Cos(y * Math.PI / 180), 20);
        while (true)
        {
            var turn = random.NextDouble();
            var vertices = Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    var (sin, cos) = Math.SinCos((i + turn + random.NextDouble() * 0.8) * 2 * Math.PI / count);
                    var r = size * (0.3 + 0.7 * random.NextDouble());
                    return Vertex.OfDegrees(Wrapped(x + r * cos * squeeze), Math.Clamp(y + r * sin, -90, 90));
                })
                .ToArray();
            if (Deconfliction.Outline.Polygon(vertices).TryGet(out var outline, out _))
                return outline;
        }
    }

    private static double Wrapped(double x) =>
        x > 180 ? x - 360
        : x < -180 ? x + 360
        : x;
}
