using System.Globalization;
using System.Text.Json;
using Parley.Record;

namespace Parley.Deconfliction.Tests;

/// <summary>Short ways to say volumes in tests.</summary>
internal static class Samples
{
    internal static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    internal static Outline Polygon(params (double Lng, double Lat)[] shell) => Outline.Polygon([.. shell.Select(v => Vertex.OfDegrees(v.Lng, v.Lat))]).Required();

    internal static string Refusal(params (double Lng, double Lat)[] shell) => Outline.Polygon([.. shell.Select(v => Vertex.OfDegrees(v.Lng, v.Lat))]).TryGet(out _, out var reason) ? "" : reason;

    internal static Outline Box(double west, double south, double east, double north) => Polygon((west, south), (east, south), (east, north), (west, north));

    internal static Outline Circle(double lng, double lat, double radius) => Outline.Circle(Vertex.OfDegrees(lng, lat), radius).Required();

    internal static Volume4D Volume(Outline outline, double low = 0, double high = 100, double fromMinute = 0, double toMinute = 60, AltitudeReference reference = AltitudeReference.W84) =>
        new(outline, new AltitudeBand((int)(low * 1000), (int)(high * 1000), reference), TimeWindow.Of(Noon.AddMinutes(fromMinute), Noon.AddMinutes(toMinute)));

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
}
