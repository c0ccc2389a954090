using Parley.Deconfliction;
using Parley.Record;

namespace Parley.Bench;

/// <summary>
/// Planned volumes of one region in one day, from a seed: two in three around twenty places where much happens, the
/// rest anywhere in 20° by 10°.
/// A third are circles, the others polygons of 4 to 12 vertices; 100 m to 10 km across, 30 to 600 m high, 10 minutes to
/// 6 hours long.
/// </summary>
internal sealed class PlanSample(int seed)
{
    private const double West = 20,
        South = 44,
        Width = 20,
        Height = 10;
    private const int Places = 20;
    private static readonly DateTimeOffset Monday = new(2030, 1, 7, 0, 0, 0, TimeSpan.Zero);
    private static readonly (double X, double Y)[] Hot = MakePlaces();

    private readonly Random random = new(seed);

    internal Volume4D Next()
    {
        var (x, y) =
            random.Next(3) < 2
                ? Near(Hot[random.Next(Places)])
                : (West + random.NextDouble() * Width, South + random.NextDouble() * Height);
        var metres = 50 * Math.Pow(100, random.NextDouble());
        var low = random.Next(0, 4_000_000);
        var start = Monday.AddSeconds(random.Next(0, 86400)).UtcTicks;
        var minutes = 10 * Math.Pow(36, random.NextDouble());
        return new Volume4D(
            Shape(x, y, metres),
            new AltitudeBand(low, low + random.Next(30_000, 600_000), AltitudeReference.W84),
            new TimeWindow(start, start + (long)(minutes * TimeSpan.TicksPerMinute))
        );
    }

    internal IndexedVolume[] Many(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new IndexedVolume(
                    new VolumeKey(new EntryId(PartyId.Parse("us"), (ulong)i), 0),
                    PartyId.Parse("us"),
                    VolumeRole.Activity,
                    Disclosure.Line,
                    Next()
                )),
        ];

    private Outline Shape(double x, double y, double metres)
    {
        if (random.Next(3) == 0)
            return Outline.Circle(Vertex.OfDegrees(x, y), metres).Required();
        var count = random.Next(4, 13);
        var (north, east) = (metres / 111_000, metres / 111_000 / Math.Cos(y * Math.PI / 180));
        while (true)
        {
            var turn = random.NextDouble();
            var vertices = Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    var (sin, cos) = Math.SinCos((i + turn + random.NextDouble() * 0.8) * 2 * Math.PI / count);
                    var r = 0.4 + 0.6 * random.NextDouble();
                    return Vertex.OfDegrees(x + r * cos * east, y + r * sin * north);
                })
                .ToArray();
            if (Outline.Polygon(vertices).TryGet(out var outline, out _))
                return outline;
        }
    }

    private (double, double) Near((double X, double Y) place)
    {
        // Twelve uniform draws make a normal one, near enough.
        double Bell() => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
        return (place.X + 0.4 * Bell(), place.Y + 0.25 * Bell());
    }

    private static (double, double)[] MakePlaces()
    {
        var places = new Random(50);
        return
        [
            .. Enumerable
                .Range(0, Places)
                .Select(_ => (West + places.NextDouble() * Width, South + places.NextDouble() * Height)),
        ];
    }
}
