using System.Text;
using System.Text.Json;
using Xunit;

namespace Parley.Deconfliction.Tests;

/// <summary>Cursor-on-Target events out and in. DECONFLICTION-13, DECONFLICTION-14.</summary>
public sealed class CursorOnTargetTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_goes_out_comes_in_as_the_same_volume()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var (lon, lat, start) = (random.NextDouble() * 340 - 170, random.NextDouble() * 120 - 60, Now.AddMinutes(random.Next(100_000)));
            var outline = i % 2 == 0 ? Samples.Circle(Math.Round(lon, 6), Math.Round(lat, 6), random.Next(10, 50_000)) : Samples.Polygon(Corners(lon, lat));
            var volume = new Volume4D(outline, new AltitudeBand(random.Next(0, 5_000) * 1000, random.Next(5_000, 20_000) * 1000, AltitudeReference.W84), TimeWindow.Of(start, start.AddHours(2)));
            var xml = CursorOnTarget.Write([($"line/us/{i}/0", $"Flight <{i}> & \"co\"", "two\nlines", volume)], Now);
            var read = Assert.Single(CursorOnTarget.Read(xml).Required());
            Assert.Equal(($"line/us/{i}/0", $"Flight <{i}> & \"co\"", "two\nlines"), (read.Uid, read.Callsign, read.Remarks));
            using var json = JsonDocument.Parse(read.Volume.ToJsonString());
            var again = VolumeReader.Read(json.RootElement, "again").Required();
            Assert.Equal((volume.Altitude, volume.Time), (again.Altitude, again.Time));
            Assert.Equal(volume.Outline.IsCircle, again.Outline.IsCircle);
            if (outline.IsCircle) Assert.Equal((outline.Centre, outline.Radius), (again.Outline.Centre, again.Outline.Radius));
            else Assert.Equal(outline.Shell.OrderBy(v => v.X).ThenBy(v => v.Y), again.Outline.Shell.OrderBy(v => v.X).ThenBy(v => v.Y));
        }
    }

    [Fact]
    public void A_height_that_is_not_above_the_ellipsoid_goes_out_as_not_known()
    {
        var circle = Samples.Circle(10, 50, 100);
        var xml = CursorOnTarget.Write([("u", "c", "0–100 m AGL", new Volume4D(circle, new AltitudeBand(0, 100_000, AltitudeReference.Agl), TimeWindow.All))], Now);
        Assert.Contains("hae=\"9999999.0\"", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("<height", xml, StringComparison.Ordinal);
        Assert.Contains("start=\"2026-03-01T12:00:00.000Z\" stale=\"2026-03-02T12:00:00.000Z\"", xml, StringComparison.Ordinal);
        Assert.False(Assert.Single(CursorOnTarget.Read(xml).Required()).Volume["volume"]!.AsObject().ContainsKey("altitude_lower"));
    }

    [Fact]
    public void An_event_with_a_circular_error_is_a_circle_and_one_without_any_extent_is_refused()
    {
        Assert.Equal(250, Assert.Single(CursorOnTarget.Read(Event("""<point lat="50" lon="10" hae="0" ce="250" le="10"/>""")).Required()).Volume["volume"]!["outline_circle"]!["radius"]!["value"]!.GetValue<double>());
        Refused(Event("""<point lat="50" lon="10" hae="0" ce="9999999.0" le="9999999.0"/>"""), "a point is no volume");
    }

    [Theory]
    [InlineData("", "no XML"), InlineData("<events/>", "holds no event"), InlineData("<event", "no XML"), InlineData("{}", "no XML")]
    [InlineData("<event uid='u' start='x' stale='y'><point lat='0' lon='0' ce='1'/></event>", "start and stale")]
    [InlineData("<event start='2026-03-01T12:00:00Z' stale='2026-03-01T13:00:00Z'/>", "no uid")]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'b'>]><event uid='&a;'/>", "no XML")]
    public void What_is_no_event_is_refused_with_the_reason(string document, string reason) => Refused(document, reason);

    [Fact]
    public void A_shape_that_is_no_volume_is_refused_with_the_reason()
    {
        const string at = """<point lat="50" lon="10" hae="0" ce="1" le="1"/>""";
        Refused(Event($"{at}<detail><shape><ellipse major='10' minor='5'/></shape></detail>"), "an ellipse");
        Refused(Event($"{at}<detail><link point='1,1'/><link point='1,2'/></detail>"), "vert");
        Refused(Event($"{at}<detail><link point='0,0'/><link point='1,1'/><link point='1,0'/><link point='0,1'/></detail>"), "cross");
        Refused(Event($"{at}<detail><link point='here'/></detail>"), "corner 1");
        Refused(Event($"{at}<detail>{string.Concat(Enumerable.Repeat("<link point='1,1'/>", 5_000))}</detail>"), "corners");
        Refused($"<events>{string.Concat(Enumerable.Repeat(Event(at), CursorOnTarget.MaxEvents + 1))}</events>", "more than");
        Refused(new string(' ', CursorOnTarget.MaxDocument + 1), "characters");
    }

    [Fact]
    public void Hostile_documents_are_refused_and_never_throw()
    {
        var sample = CursorOnTarget.Write([("u", "c", "r", new Volume4D(Samples.Polygon(Corners(10, 50)), AltitudeBand.All, TimeWindow.All))], Now);
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var bent = new StringBuilder(sample);
            for (var n = random.Next(1, 5); n > 0; n--) bent[random.Next(bent.Length)] = (char)random.Next(random.Next(2) == 0 ? 128 : 0x10000);
            CursorOnTarget.Read(bent.ToString()).TryGet(out _, out _);
        }
        Refused(string.Concat(Enumerable.Repeat("<a>", 100_000)), "no XML");
    }

    private static (double Lng, double Lat)[] Corners(double lon, double lat) =>
        [.. new (double X, double Y)[] { (0, 0), (0.3, 0.05), (0.25, 0.4), (-0.1, 0.2) }.Select(c => (Math.Round(lon + c.X, 6), Math.Round(lat + c.Y, 6)))];

    private static string Event(string inside) => $"<event version='2.0' uid='u' type='a-f-G' how='m-g' time='2026-03-01T12:00:00Z' start='2026-03-01T12:00:00Z' stale='2026-03-01T13:00:00Z'>{inside}</event>";

    private static void Refused(string document, string reason)
    {
        Assert.False(CursorOnTarget.Read(document).TryGet(out _, out var why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }
}
