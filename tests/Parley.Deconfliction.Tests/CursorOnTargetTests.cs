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
            var (lon, lat, start) = (
                random.NextDouble() * 340 - 170,
                random.NextDouble() * 120 - 60,
                Now.AddMinutes(random.Next(100_000))
            );
            var outline =
                i % 2 == 0
                    ? Samples.Circle(Math.Round(lon, 6), Math.Round(lat, 6), random.Next(10, 50_000))
                    : Samples.Polygon(Corners(lon, lat));
            var volume = new Volume4D(
                outline,
                new AltitudeBand(
                    random.Next(0, 5_000) * 1000,
                    random.Next(5_000, 20_000) * 1000,
                    AltitudeReference.W84
                ),
                TimeWindow.Of(start, start.AddHours(2))
            );
            var xml = CursorOnTarget.Write([($"line/us/{i}/0", $"Flight <{i}> & \"co\"", "two\nlines", volume)], Now);
            var read = Assert.Single(CursorOnTarget.Read(xml).Required().Events);
            Assert.Equal(
                ($"line/us/{i}/0", $"Flight <{i}> & \"co\"", "two\nlines"),
                (read.Uid, read.Callsign, read.Remarks)
            );
            using var json = JsonDocument.Parse(read.Volume.ToJsonString());
            var again = VolumeReader.Read(json.RootElement, "again").Required();
            Assert.Equal((volume.Altitude, volume.Time), (again.Altitude, again.Time));
            Assert.Equal(volume.Outline.IsCircle, again.Outline.IsCircle);
            if (outline.IsCircle)
                Assert.Equal((outline.Centre, outline.Radius), (again.Outline.Centre, again.Outline.Radius));
            else
                Assert.Equal(
                    outline.Shell.OrderBy(v => v.X).ThenBy(v => v.Y),
                    again.Outline.Shell.OrderBy(v => v.X).ThenBy(v => v.Y)
                );
        }
    }

    [Fact]
    public void A_height_that_is_not_above_the_ellipsoid_goes_out_as_not_known()
    {
        var circle = Samples.Circle(10, 50, 100);
        var xml = CursorOnTarget.Write(
            [
                (
                    "u",
                    "c",
                    "0–100 m AGL",
                    new Volume4D(circle, new AltitudeBand(0, 100_000, AltitudeReference.Agl), TimeWindow.All)
                ),
            ],
            Now
        );
        Assert.Contains("hae=\"9999999.0\"", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("<height", xml, StringComparison.Ordinal);
        Assert.Contains(
            "start=\"2026-03-01T12:00:00.000Z\" stale=\"2026-03-02T12:00:00.000Z\"",
            xml,
            StringComparison.Ordinal
        );
        Assert.False(
            Assert.Single(CursorOnTarget.Read(xml).Required().Events).Volume["volume"]!
                .AsObject()
                .ContainsKey("altitude_lower")
        );
    }

    [Fact]
    public void An_event_with_a_circular_error_is_a_circle_and_one_without_any_extent_is_refused()
    {
        Assert.Equal(
            250,
            Assert
                .Single(
                    CursorOnTarget
                        .Read(Event("""<point lat="50" lon="10" hae="0" ce="250" le="10"/>"""))
                        .Required()
                        .Events
                )
                .Volume["volume"]!["outline_circle"]!["radius"]!["value"]!.GetValue<double>()
        );
        Refused(Event("""<point lat="50" lon="10" hae="0" ce="9999999.0" le="9999999.0"/>"""), "is no area");
    }

    [Theory]
    [
        InlineData("", "no XML"),
        InlineData("<events/>", "holds no event"),
        InlineData("<event", "no XML"),
        InlineData("{}", "no XML")
    ]
    [InlineData("<event uid='u' start='x' stale='y'><point lat='0' lon='0' ce='1'/></event>", "start and stale")]
    [InlineData("<event start='2026-03-01T12:00:00Z' stale='2026-03-01T13:00:00Z'/>", "no uid")]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'b'>]><event uid='&a;'/>", "document type")]
    public void What_is_no_event_is_refused_with_the_reason(string document, string reason) =>
        Refused(document, reason);

    [Fact]
    public void A_shape_that_is_no_volume_is_refused_with_the_reason()
    {
        const string at = """<point lat="50" lon="10" hae="0" ce="1" le="1"/>""";
        Refused(Event($"{at}<detail><shape><ellipse major='10' minor='5'/></shape></detail>"), "an ellipse");
        Refused(Event($"{at}<detail><link point='1,1'/><link point='1,2'/><link point='1,1'/></detail>"), "vert");
        Refused(
            Event(
                $"{at}<detail><link point='0,0'/><link point='1,1'/><link point='1,0'/><link point='0,1'/><link point='0,0'/></detail>"
            ),
            "cross"
        );
        Refused(Event($"{at}<detail><link point='here'/></detail>"), "corner 1");
        Refused(
            Event($"{at}<detail>{string.Concat(Enumerable.Repeat("<link point='1,1'/>", 5_000))}</detail>"),
            "corners"
        );
        Refused(
            $"<events>{string.Concat(Enumerable.Repeat(Event(at), CursorOnTarget.MaxEvents + 1))}</events>",
            "more than"
        );
        Refused(new string(' ', CursorOnTarget.MaxDocument + 1), "characters");
    }

    [Fact]
    public void Hostile_documents_are_refused_and_never_throw()
    {
        var sample = CursorOnTarget.Write(
            [("u", "c", "r", new Volume4D(Samples.Polygon(Corners(10, 50)), AltitudeBand.All, TimeWindow.All))],
            Now
        );
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var bent = new StringBuilder(sample);
            for (var n = random.Next(1, 5); n > 0; n--)
                bent[random.Next(bent.Length)] = (char)random.Next(random.Next(2) == 0 ? 128 : 0x10000);
            CursorOnTarget.Read(bent.ToString()).TryGet(out _, out _);
        }
        Refused(string.Concat(Enumerable.Repeat("<a>", 100_000)), "nested");
    }

    [Fact] // DECONFLICTION-13
    public void A_polygon_over_the_date_line_round_a_pole_or_with_holes_comes_back_as_the_same_area()
    {
        foreach (var outline in Samples.Awkward())
        {
            var volume = new Volume4D(
                outline,
                AltitudeBand.All,
                new TimeWindow(Now.UtcTicks + 1, Now.UtcTicks + 12_345_678)
            );
            var read = Assert.Single(
                CursorOnTarget.Read(CursorOnTarget.Write([("u", "c", "r", volume)], Now)).Required().Events
            );
            using var json = JsonDocument.Parse(read.Volume.ToJsonString());
            var again = VolumeReader.Read(json.RootElement, "again").Required();
            Assert.Equal(outline.Rings.Select(Samples.Turned), again.Outline.Rings.Select(Samples.Turned));
            Assert.Equal((outline.Radius, volume.Time), (again.Outline.Radius, again.Time));
        }
    }

    [Theory] // DECONFLICTION-20
    [InlineData("<shape><polyline closed='true'>{V}</polyline></shape>")]
    [InlineData("<shape><polyline closed='1'>{V}</polyline></shape>")]
    [InlineData("<shape><polyline>{V}<vertex lat='56.95' lon='24.1'/></polyline></shape>")]
    [InlineData("{L}<link point='56.95,24.1'/>")]
    [InlineData("{L}<link point='56.95,24.1,100'/><link uid='other' type='a-f-G' relation='p-p'/>")]
    public void A_closed_shape_is_that_polygon_whatever_way_it_is_drawn(string detail)
    {
        var polygon = Assert
            .Single(
                CursorOnTarget.Read(Event($"{NoExtent}<detail>{Drawn(detail)}</detail>", "u-d-f")).Required().Events
            )
            .Volume["volume"]!["outline_polygon"]!["vertices"]!;
        Assert.Equal(
            """[{"lng":24.1,"lat":56.95},{"lng":24.3,"lat":56.95},{"lng":24.3,"lat":57.05},{"lng":24.1,"lat":57.05}]""",
            polygon.ToJsonString()
        );
    }

    [Fact] // DECONFLICTION-20
    public void A_rectangle_needs_no_fifth_corner() =>
        Assert.Single(
            CursorOnTarget.Read(Event($"{NoExtent}<detail>{Drawn("{L}")}</detail>", "u-d-r")).Required().Events
        );

    [Theory] // DECONFLICTION-20, DECONFLICTION-21
    [InlineData("u-d-f", "{L}", "a line has no area")]
    [InlineData("u-d-f", "<shape><polyline closed='false'>{V}</polyline></shape>", "a line has no area")]
    [InlineData("u-d-f", "<shape><polygon>{V}</polygon></shape>", "'polygon'")]
    [InlineData(
        "u-d-f",
        "<shape><polyline closed='true'>{V}</polyline><polyline closed='true'>{V}</polyline></shape>",
        "more than one polyline"
    )]
    [InlineData("u-d-f", "<polyline closed='true'>{V}</polyline>", "'polyline' where none is read")]
    [InlineData("u-d-f", "<sub><link point='1,1'/></sub>", "'link' where none is read")]
    [InlineData(
        "u-d-f",
        "{L}<link point='56.95,24.1'/><shape><ellipse major='5' minor='5'/></shape>",
        "more than one shape"
    )]
    [InlineData("u-d-f", "", "a drawing without a shape")]
    [InlineData("u-d-c-c", "", "a drawing without a shape")]
    [InlineData(
        "u-d-f",
        "<link point='55,10,20,10'/><link point='58,30,20,20'/><link point='58,20,28,40'/>",
        "corner 1"
    )]
    [InlineData("u-d-f", "<link point='56.95'/>", "corner 1")]
    [InlineData(
        "u-d-f",
        "<link point='10,179'/><link point='10,190'/><link point='11,190'/><link point='10,179'/>",
        "outside"
    )]
    [InlineData("u-d-c-c", "<shape><ellipse major='5' minor='5'/></shape><height value='tall'/>", "height")]
    [InlineData("u-d-c-c", "<shape><ellipse major='5' minor='5'/></shape><height value='300' unit='ft'/>", "height")]
    [InlineData("b-m-r", "{L}", "no area")]
    [InlineData("t-x-d-d", "", "no area")]
    [InlineData("a-f-G-U-C", "", "no area")]
    [InlineData("b-t-f", "", "no area")]
    public void What_is_no_area_or_not_understood_whole_is_refused(string type, string detail, string reason) =>
        Refused(Event($"{NoExtent}<detail>{Drawn(detail)}</detail>", type), reason);

    [Fact] // DECONFLICTION-21
    public void Only_the_events_own_point_says_where_it_is()
    {
        var circle = Assert.Single(
            CursorOnTarget
                .Read(
                    Event(
                        "<detail><sensor><point lat='10' lon='10' ce='5'/></sensor><shape><ellipse major='1000' minor='1000'/><ellipse major='400' minor='400'/></shape></detail>"
                            + NoExtent,
                        "u-d-c-c"
                    )
                )
                .Required()
                .Events
        );
        Assert.Equal(
            """{"center":{"lng":24.1,"lat":56.95},"radius":{"value":1000,"units":"M"}}""",
            circle.Volume["volume"]!["outline_circle"]!.ToJsonString()
        );
    }

    [Fact] // DECONFLICTION-21
    public void What_is_no_area_is_passed_over_with_a_word_and_a_drawing_that_cannot_be_read_refuses_the_whole()
    {
        var (area, position) = (
            Event($"{NoExtent}<detail>{Drawn("{L}<link point='56.95,24.1'/>")}</detail>", "u-d-f"),
            Event(NoExtent, "a-f-G-U-C")
        );
        var read = CursorOnTarget.Read($"<events>{position}{area}{Event(NoExtent, "t-x-d-d")}</events>").Required();
        Assert.Single(read.Events);
        Assert.Equal(
            ["event 1 is passed over: type a-f-G-U-C is no area", "event 3 is passed over: type t-x-d-d is no area"],
            read.PassedOver
        );
        Refused($"<events>{area}{Event(NoExtent, "u-d-f")}</events>", "event 2");
        Refused(Event($"{NoExtent}{area}", "a-f-G"), "within another");
    }

    [Fact]
    public void Remarks_come_in_whole_be_they_text_or_CDATA_and_what_is_cut_shows_it()
    {
        Assert.Equal(
            "Do not enter: <live> fire & mines",
            Remarks("<remarks><![CDATA[Do not enter: <live> fire & mines]]></remarks>")
        );
        Assert.Equal(
            "fire & mines Мины",
            Remarks("<remarks>fire &amp; <![CDATA[mines ]]>&#1052;&#1080;&#1085;&#1099;</remarks>")
        );
        Assert.EndsWith(
            " […]",
            Remarks($"<remarks>{string.Concat(Enumerable.Repeat("🚁", 900))}</remarks>"),
            StringComparison.Ordinal
        );

        static string? Remarks(string remarks) =>
            Assert
                .Single(
                    CursorOnTarget
                        .Read(Event($"<point lat='1' lon='1' ce='5'/><detail>{remarks}</detail>"))
                        .Required()
                        .Events
                )
                .Remarks;
    }

    [Theory]
    [
        InlineData("2026-12-01T10:00:00", "2026-12-01T12:00:00"),
        InlineData("Tue, 01 Dec 2026 10:00:00 GMT", "Tue, 01 Dec 2026 12:00:00 GMT")
    ]
    [
        InlineData("03/04/2027T10:00", "03/04/2027T12:00"),
        InlineData("2026-12-01T10:00:00Z", "2026-12-01T09:00:00Z"),
        InlineData("2026-12-01T10:00:00Z", "2026-12-01T24:00:00Z")
    ]
    public void A_time_that_is_not_RFC_3339_with_its_zone_or_ends_before_it_begins_is_refused(
        string start,
        string stale
    ) =>
        Assert.False(
            CursorOnTarget
                .Read(
                    $"<event uid='u' type='a-f-G' start='{start}' stale='{stale}'><point lat='1' lon='1' ce='5'/></event>"
                )
                .TryGet(out _, out _)
        );

    [Fact]
    public void A_time_with_an_offset_is_that_moment()
    {
        var read = Assert.Single(
            CursorOnTarget
                .Read(
                    "<event uid='u' type='a-f-G' start='2026-12-01T10:00:00+02:00' stale='2026-12-01T12:00:00+02:00'><point lat='1' lon='1' ce='5'/></event>"
                )
                .Required()
                .Events
        );
        Assert.Equal(
            ("2026-12-01T08:00:00.000Z", "2026-12-01T10:00:00.000Z"),
            ((string?)read.Volume["time_start"]!["value"], (string?)read.Volume["time_end"]!["value"])
        );
    }

    [Fact] // DECONFLICTION-21
    public void A_document_reads_the_same_with_a_mark_a_prefix_a_namespace_or_in_another_encoding()
    {
        var plain = Event($"{NoExtent}<detail>{Drawn("{L}<link point='56.95,24.1'/>")}</detail>", "u-d-f");
        var prefixed = plain
            .Replace("</", "</c:", StringComparison.Ordinal)
            .Replace("<", "<c:", StringComparison.Ordinal)
            .Replace("<c:/c:", "</c:", StringComparison.Ordinal)
            .Replace("<c:event", "<c:event xmlns:c='urn:cot'", StringComparison.Ordinal);
        var wanted = CursorOnTarget.Read(plain).Required().Events[0].Volume.ToJsonString();
        foreach (
            var text in (string[])
                [
                    "\ufeff" + plain,
                    prefixed,
                    plain.Replace("<event", "<event xmlns='http://example.org/cot'", StringComparison.Ordinal),
                ]
        )
        {
            Assert.Equal(wanted, CursorOnTarget.Read(text).Required().Events[0].Volume.ToJsonString());
            Assert.Equal(
                wanted,
                CursorOnTarget.Read(Encoding.UTF8.GetBytes(text)).Required().Events[0].Volume.ToJsonString()
            );
        }
        Assert.Equal(
            wanted,
            CursorOnTarget
                .Read(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(plain)).ToArray())
                .Required()
                .Events[0]
                .Volume.ToJsonString()
        );
        var latin = CursorOnTarget
            .Read(
                Encoding.Latin1.GetBytes(
                    "<?xml version='1.0' encoding='ISO-8859-1'?>"
                        + plain.Replace("uid='u'", "uid='Zürich'", StringComparison.Ordinal)
                )
            )
            .Required();
        Assert.Equal("Zürich", latin.Events[0].Uid);
        Assert.False(
            CursorOnTarget
                .Read(Encoding.ASCII.GetBytes("<?xml version='1.0' encoding='ebcdic-cp-nl'?>" + plain))
                .TryGet(out _, out _)
        );
    }

    [Theory]
    [
        InlineData("<!DOCTYPE event [<!ENTITY x 'y'>]><event/>"),
        InlineData("<event"),
        InlineData("<event>&#0;</event>"),
        InlineData("")
    ]
    public void A_refusal_speaks_of_the_document_and_not_of_settings(string document)
    {
        Assert.False(CursorOnTarget.Read(document).TryGet(out _, out var why));
        Assert.DoesNotContain("Dtd", why, StringComparison.Ordinal);
        Assert.DoesNotContain("Processing", why, StringComparison.Ordinal);
    }

    private const string NoExtent = "<point lat='56.95' lon='24.1' hae='9999999.0' ce='9999999.0' le='9999999.0'/>";

    /// <summary>Four corners of one field, as links and as vertices.</summary>
    private static string Drawn(string detail) =>
        detail
            .Replace(
                "{L}",
                "<link point='56.95,24.1'/><link point='56.95,24.3'/><link point='57.05,24.3'/><link point='57.05,24.1'/>",
                StringComparison.Ordinal
            )
            .Replace(
                "{V}",
                "<vertex lat='56.95' lon='24.1' hae='0'/><vertex lat='56.95' lon='24.3'/><vertex lat='57.05' lon='24.3'/><vertex lat='57.05' lon='24.1'/>",
                StringComparison.Ordinal
            );

    private static (double Lng, double Lat)[] Corners(double lon, double lat) =>
        [
            .. new (double X, double Y)[] { (0, 0), (0.3, 0.05), (0.25, 0.4), (-0.1, 0.2) }.Select(c =>
                (Math.Round(lon + c.X, 6), Math.Round(lat + c.Y, 6))
            ),
        ];

    private static string Event(string inside, string type = "a-f-G") =>
        $"<event version='2.0' uid='u' type='{type}' how='m-g' time='2026-03-01T12:00:00Z' start='2026-03-01T12:00:00Z' stale='2026-03-01T13:00:00Z'>{inside}</event>";

    private static void Refused(string document, string reason)
    {
        Assert.False(CursorOnTarget.Read(document).TryGet(out _, out var why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }
}
