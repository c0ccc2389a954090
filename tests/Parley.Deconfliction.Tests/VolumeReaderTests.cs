using System.Text;
using Xunit;
using static Parley.Deconfliction.Tests.Samples;

namespace Parley.Deconfliction.Tests;

public sealed class VolumeReaderTests
{
    private const string Triangle =
        "'outline_polygon':{'vertices':[{'lng':0,'lat':0},{'lng':1,'lat':0},{'lng':0,'lat':1}]}";

    [Fact]
    public void A_volume_is_read_as_ASTM_F3548_writes_it() // DECONFLICTION-7 DECONFLICTION-8
    {
        var volume = Read(
                """
                {'volume':{T,'outline_circle':null,'altitude_lower':{'value':-5.04,'reference':'W84','units':'M'},'altitude_upper':{'value':100,'reference':'W84','units':'FT'}},
                 'time_start':{'value':'2030-01-01T12:00:00.5Z','format':'RFC3339'},'time_end':{'value':'2030-01-01T15:00:00+01:00','format':'RFC3339'}}
                """.Replace("T,", Triangle + ",", StringComparison.Ordinal)
            )
            .Required();
        Assert.Equal(new AltitudeBand(-5040, 30480, AltitudeReference.W84), volume.Altitude);
        Assert.Equal(Noon.AddMilliseconds(500), volume.Time.StartsAt);
        Assert.Equal(Noon.AddHours(2), volume.Time.EndsAt);
        Assert.Equal(3, volume.Outline.Shell.Count);
        var circle = Read(
                "{'volume':{'outline_circle':{'center':{'lng':7.5,'lat':50},'radius':{'value':300.5,'units':'M'}}}}"
            )
            .Required();
        Assert.Equal(300.5, circle.Outline.Radius);
        Assert.Equal((AltitudeBand.All, TimeWindow.All), (circle.Altitude, circle.Time));
    }

    [Fact]
    public void Open_ends_and_bands_of_no_height_conflict_as_they_should() // DECONFLICTION-7 DECONFLICTION-8
    {
        var area = Box(0, 0, 1, 1);
        var flat = Volume(area, 50, 50);
        Assert.True(flat.ConflictsWith(Volume(area, 50, 60), Separation.None));
        Assert.True(flat.ConflictsWith(flat, Separation.None));
        Assert.False(flat.ConflictsWith(Volume(area, 50.001, 60), Separation.None));
        Assert.True(flat.ConflictsWith(Volume(area, 50.001, 60), Apart("0,0.001")));
        var standing = new Volume4D(area, AltitudeBand.All, TimeWindow.All);
        Assert.True(standing.ConflictsWith(flat, Separation.None));
        Assert.True(standing.ConflictsWith(standing, Apart("1km,1000m,1h")));
        var fromNoon = new Volume4D(area, AltitudeBand.All, new TimeWindow(Noon.UtcTicks, TimeWindow.Ever));
        Assert.True(fromNoon.ConflictsWith(Volume(area, fromMinute: -10, toMinute: 0), Separation.None));
        Assert.False(fromNoon.ConflictsWith(Volume(area, fromMinute: -10, toMinute: -1), Separation.None));
        Assert.True(fromNoon.ConflictsWith(Volume(area, fromMinute: -10, toMinute: -1), Apart("0,0,60s")));
    }

    [Fact]
    public void Bands_of_different_references_conflict_where_they_could() // DECONFLICTION-7
    {
        var area = Box(0, 0, 1, 1);
        var sea = Volume(area, 1000, 1100, reference: AltitudeReference.Msl);
        Assert.True(sea.ConflictsWith(Volume(area, 1180, 1300), Separation.None));
        Assert.False(sea.ConflictsWith(Volume(area, 1200, 1300), Separation.None));
        Assert.False(sea.ConflictsWith(Volume(area, 1180, 1300, reference: AltitudeReference.Msl), Separation.None));
        Assert.True(
            Volume(area, 0, 100, reference: AltitudeReference.Agl)
                .ConflictsWith(Volume(area, 4000, 4100), Separation.None)
        );
    }

    [Theory] // DECONFLICTION-9
    [InlineData("[]", "v: is not an object")]
    [InlineData("{}", "v: 'volume' is missing")]
    [InlineData("{'volume':{},'time':1}", "v: has a member that is not known")]
    [InlineData("{'volume':{}}", "v.volume: has no outline")]
    [InlineData(
        "{'volume':{T,'outline_circle':{'center':{'lng':0,'lat':0},'radius':{'value':1,'units':'M'}}}}",
        "v.volume: has two outlines"
    )]
    [InlineData("{'volume':{T,'altitude_lowr':{}}}", "v.volume: has a member that is not known")]
    [InlineData(
        "{'volume':{T,'altitude_lower':{'value':1,'reference':'W84','units':'KM'}}}",
        "v.volume.altitude_lower.units: is neither M nor FT"
    )]
    [InlineData(
        "{'volume':{T,'altitude_lower':{'value':1,'reference':'QNH','units':'M'}}}",
        "v.volume.altitude_lower.reference: is none of W84, MSL, AGL"
    )]
    [InlineData(
        "{'volume':{T,'altitude_lower':{'value':'1','reference':'W84','units':'M'}}}",
        "v.volume.altitude_lower.value: is not a number"
    )]
    [InlineData(
        "{'volume':{T,'altitude_lower':{'value':1e300,'reference':'W84','units':'M'}}}",
        "v.volume.altitude_lower.value: is outside"
    )]
    [InlineData(
        "{'volume':{T,'altitude_upper':{'value':200000,'reference':'W84','units':'M'}}}",
        "v.volume.altitude_upper: is outside -8000 to 100000 m"
    )]
    [InlineData(
        "{'volume':{T,'altitude_lower':{'value':2,'reference':'W84','units':'M'},'altitude_upper':{'value':1,'reference':'W84','units':'M'}}}",
        "v.volume: altitude_lower is above altitude_upper"
    )]
    [InlineData(
        "{'volume':{T,'altitude_lower':{'value':1,'reference':'AGL','units':'M'},'altitude_upper':{'value':1,'reference':'W84','units':'M'}}}",
        "v.volume: altitude_lower and altitude_upper have different references"
    )]
    [InlineData(
        "{'volume':{T},'time_start':{'value':'2030-01-01','format':'RFC3339'}}",
        "v.time_start.value: is not a time"
    )]
    [InlineData(
        "{'volume':{T},'time_start':{'value':'2030-01-01T00:00:00','format':'RFC3339'}}",
        "v.time_start.value: is not a time"
    )]
    [InlineData(
        "{'volume':{T},'time_start':{'value':'2030-02-30T00:00:00Z','format':'RFC3339'}}",
        "v.time_start.value: is not a time"
    )]
    [InlineData(
        "{'volume':{T},'time_start':{'value':'2030-01-01T00:00:00.Z','format':'RFC3339'}}",
        "v.time_start.value: is not a time"
    )]
    [InlineData(
        "{'volume':{T},'time_start':{'value':'2030-01-01T00:00:00+24:00','format':'RFC3339'}}",
        "v.time_start.value: is not a time"
    )]
    [InlineData(
        "{'volume':{T},'time_start':{'value':'2030-01-01T00:00:00Z','format':'ISO'}}",
        "v.time_start.format: is not RFC3339"
    )]
    [InlineData(
        "{'volume':{T},'time_start':{'value':'2030-01-02T00:00:00Z','format':'RFC3339'},'time_end':{'value':'2030-01-01T00:00:00Z','format':'RFC3339'}}",
        "v: time_start is after time_end"
    )]
    [InlineData(
        "{'volume':{'outline_polygon':{'vertices':[{'lng':0,'lat':0},{'lng':1,'lat':0},{'lng':0}]}}}",
        "v.volume.outline_polygon.vertices[2]: 'lat' is missing"
    )]
    [InlineData(
        "{'volume':{'outline_polygon':{'vertices':[{'lng':0,'lat':0},{'lng':1,'lat':0},{'lng':0,'lat':90.1}]}}}",
        "v.volume.outline_polygon.vertices[2].lat: is outside -90 to 90"
    )]
    [InlineData(
        "{'volume':{'outline_polygon':{'vertices':[{'lng':0,'lat':0},{'lng':2,'lat':2},{'lng':2,'lat':0},{'lng':0,'lat':2}]}}}",
        "v.volume.outline_polygon: crosses or touches itself: edge 0 and edge 2 meet at 1,1"
    )]
    [InlineData(
        "{'volume':{'outline_circle':{'center':{'lng':0,'lat':0},'radius':{'value':0,'units':'M'}}}}",
        "v.volume.outline_circle: has a radius of 0 m"
    )]
    public void What_is_malformed_is_refused_with_the_place(string json, string reason) =>
        Assert.StartsWith(
            reason,
            ReasonFor(
                json.Replace("T,", Triangle + ",", StringComparison.Ordinal)
                    .Replace("{T}", "{" + Triangle + "}", StringComparison.Ordinal)
            ),
            StringComparison.Ordinal
        );

    [Theory] // DECONFLICTION-9
    [InlineData("", "is not JSON")]
    [InlineData("{", "is not JSON: line 1, byte 2")]
    [InlineData("[]", "has no object 'activities'")]
    [InlineData("{'activities':{'a':[],'a':[]}}", "is not JSON")]
    [InlineData("{'activities':{'a':[]}}", "activities.a: has 0 volumes")]
    [InlineData("{'activities':{'a':{}}}", "activities.a: is not a list")]
    [InlineData(
        "{'activities':{'a':[{'volume':{'outline_polygon':{'vertices':3}}}]}}",
        "activities.a[0].volume.outline_polygon.vertices: is not a list"
    )]
    [InlineData("{'activities':{'a':[{'volume':{'\\ud800':1}}]}}", "has a string that is not Unicode")]
    public void A_file_that_cannot_be_used_is_refused_with_reason_and_place(string json, string reason)
    {
        Assert.False(
            ActivitiesFile.Parse(Encoding.UTF8.GetBytes(json.Replace('\'', '"'))).TryGet(out _, out var given)
        );
        Assert.StartsWith(
            reason,
            given.Replace("activities.a[0]: has a string", "has a string", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    [Theory] // DECONFLICTION-10
    [InlineData("500m,100m,60s", 500, 100_000, 60)]
    [InlineData("1.5km", 1500, 0, 0)]
    [InlineData("3nm, 1000ft, 5min", 5556, 304_800, 300)]
    [InlineData("0,0,1h", 0, 0, 3600)]
    public void Separations_are_read(string text, double metres, int millimetres, double seconds) =>
        Assert.Equal(new Separation(metres, millimetres, (long)(seconds * TimeSpan.TicksPerSecond)), Apart(text));

    [Theory] // DECONFLICTION-10
    [InlineData("")]
    [InlineData("-5m")]
    [InlineData("5 furlongs")]
    [InlineData("1,2,3,4")]
    [InlineData("101km")]
    [InlineData("1,1e9")]
    [InlineData("1,30000m")]
    [InlineData("NaN")]
    [InlineData("1,1,9999h")]
    public void Separations_out_of_range_or_shape_are_refused(string text) =>
        Assert.False(Separation.Parse(text).TryGet(out _, out _));
}
