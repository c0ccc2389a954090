using System.Globalization;
using System.Text.Json;
using Parley.Record;

namespace Parley.Deconfliction.Tests;

/// <summary>Short ways to say volumes in tests.</summary>
internal static class Samples
{
    internal static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    internal static Outline Polygon(params (double Lng, double Lat)[] shell) =>
        Outline.Polygon([.. shell.Select(v => Vertex.OfDegrees(v.Lng, v.Lat))]).Required();

    internal static string Refusal(params (double Lng, double Lat)[] shell) =>
        Outline.Polygon([.. shell.Select(v => Vertex.OfDegrees(v.Lng, v.Lat))]).TryGet(out _, out var reason)
            ? ""
            : reason;

    internal static Outline Box(double west, double south, double east, double north) =>
        Polygon((west, south), (east, south), (east, north), (west, north));

    internal static Outline Circle(double lng, double lat, double radius) =>
        Outline.Circle(Vertex.OfDegrees(lng, lat), radius).Required();

    internal static Volume4D Volume(
        Outline outline,
        double low = 0,
        double high = 100,
        double fromMinute = 0,
        double toMinute = 60,
        AltitudeReference reference = AltitudeReference.W84
    ) =>
        new(
            outline,
            new AltitudeBand((int)(low * 1000), (int)(high * 1000), reference),
            TimeWindow.Of(Noon.AddMinutes(fromMinute), Noon.AddMinutes(toMinute))
        );

    internal static Separation Apart(string text) => Separation.Parse(text).Required();

    internal static EntryId Entry(string party, ulong seq) => new(PartyId.Parse(party), seq);

    internal static IndexedVolume Indexed(Volume4D volume, ulong seq, int number = 0) =>
        new(new VolumeKey(Entry("us", seq), number), PartyId.Parse("us"), VolumeRole.Activity, Disclosure.Line, volume);

    /// <summary>Reads one volume; the text has single quotes for double ones.</summary>
    internal static Parsed<Volume4D> Read(string json)
    {
        using var document = JsonDocument.Parse(json.Replace('\'', '"'));
        return VolumeReader.Read(document.RootElement, "v");
    }

    internal static string ReasonFor(string json) => Read(json).TryGet(out _, out var reason) ? "" : reason;

    internal static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Areas where a writer and a reader may miss each other: over the date line, at and round the poles, with
    /// holes.</summary>
    internal static IEnumerable<Outline> Awkward()
    {
        yield return Polygon((179.5, 10), (-179.5, 10), (-179.5, 11), (179.5, 11));
        yield return Polygon((179, -10), (180, -10), (180, -9), (179, -9));
        yield return Polygon((-180, -10), (-179, -10), (-179, -9), (-180, -9));
        yield return Polygon((0, 80), (90, 81.123456789), (180, 82), (-90, 80));
        yield return Polygon((-90, -80), (180, -82), (90, -81), (0, -80), (-45, -70));
        yield return Polygon((10, 89), (20, 90), (30, 89));
        yield return WithHoles(
            [(170, 0), (-170, 0), (-170, 10), (170, 10)],
            [
                [(175, 2), (-178, 2), (-178, 5), (175, 5)],
                [(-176, 7), (-174, 7), (-175, 8)],
            ]
        );
        yield return WithHoles(
            [(0, 60), (120, 60), (-120, 60)],
            [
                [(10, 70), (20, 70), (15, 75)],
                [(-100, 70), (-90, 70), (-95, 72)],
            ]
        );
        yield return Circle(179.999, 0, 5_000);
        yield return Circle(20, 89.9, 50_000);
        yield return Circle(-150, -89.99, 0.123456789);
    }

    internal static Outline WithHoles((double Lng, double Lat)[] shell, (double Lng, double Lat)[][] holes) =>
        Outline
            .Polygon(
                [.. shell.Select(v => Vertex.OfDegrees(v.Lng, v.Lat))],
                [.. holes.Select(h => h.Select(v => Vertex.OfDegrees(v.Lng, v.Lat)).ToArray())]
            )
            .Required();

    /// <summary>A ring whatever vertex it begins at, whichever way it goes round, and on whichever turn.</summary>
    internal static string Turned(Vertex[] ring)
    {
        string[] one = [.. ring.Select(v => $"{((v.X % Vertex.Turn) + Vertex.Turn) % Vertex.Turn},{v.Y}")];
        return (
            from way in (string[][])[one, [.. one.Reverse()]]
            from start in Enumerable.Range(0, one.Length)
            select string.Join(' ', way[start..].Concat(way[..start]))
        ).Min(StringComparer.Ordinal)!;
    }
}
