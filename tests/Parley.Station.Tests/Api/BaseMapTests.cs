using System.Net;
using System.Net.Http.Headers;
using Parley.Station.Api;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>The operator's own map: a file that the console reads in ranges, and that is looked at before the station
/// starts.</summary>
public sealed class BaseMapTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("parley-base-map-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The header's seven letters and version, and after it bytes that count up.</summary>
    private string Write(byte version = 3, int length = 1_000)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():n}.pmtiles");
        byte[] bytes = [.. "PMTiles"u8, version, .. Enumerable.Range(8, length - 8).Select(i => (byte)i)];
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static HttpRequestMessage Ask(string range)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "base-map/tiles");
        request.Headers.Range = RangeHeaderValue.Parse(range);
        return request;
    }

    [Fact]
    public async Task A_range_of_the_file_is_given_as_it_was_asked_for_and_the_console_is_told_that_there_is_one()
    {
        var path = Write();
        await using var api = await ApiFixture.StartAsync(BaseMap.Open(path).Required());
        var (_, told) = await ApiFixture.ReadAsync(api.Local.GetAsync("base-map", Stop));
        Assert.True(told.GetProperty("given").GetBoolean());
        Assert.Equal(1_000, told.GetProperty("bytes").GetInt64());

        using var answer = await api.Local.SendAsync(Ask("bytes=100-149"), Stop);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("bytes 100-149/1000", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(File.ReadAllBytes(path)[100..150], await answer.Content.ReadAsByteArrayAsync(Stop));
        var tag = answer.Headers.ETag!.Tag;

        using var beyond = await api.Local.SendAsync(Ask("bytes=1000-1100"), Stop);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        using var whole = await api.Local.GetAsync("base-map/tiles", Stop);
        Assert.Equal(File.ReadAllBytes(path), await whole.Content.ReadAsByteArrayAsync(Stop));

        // Another file under the same name has another tag: a console does not mix the two.
        File.WriteAllBytes(path, File.ReadAllBytes(Write(length: 1_200)));
        using var later = await api.Local.SendAsync(Ask("bytes=0-9"), Stop);
        Assert.NotEqual(tag, later.Headers.ETag!.Tag);
        File.Delete(path);
        var (status, gone) = await ApiFixture.ReadAsync(api.Local.SendAsync(Ask("bytes=0-9"), Stop));
        Assert.Equal((404, "no-base-map"), (status, gone.GetProperty("code").GetString()));
        var (_, now) = await ApiFixture.ReadAsync(api.Local.GetAsync("base-map", Stop));
        Assert.False(now.GetProperty("given").GetBoolean());
    }

    [Fact]
    public async Task Without_one_the_console_is_told_so_and_who_is_not_signed_in_is_given_nothing()
    {
        await using var without = await ApiFixture.StartAsync();
        var (_, told) = await ApiFixture.ReadAsync(without.Local.GetAsync("base-map", Stop));
        Assert.False(told.GetProperty("given").GetBoolean());
        var (status, none) = await ApiFixture.ReadAsync(without.Local.GetAsync("base-map/tiles", Stop));
        Assert.Equal((404, "no-base-map"), (status, none.GetProperty("code").GetString()));

        await using var with = await ApiFixture.StartAsync(BaseMap.Open(Write()).Required());
        using var stranger = await with.Tcp.SendAsync(Ask("bytes=0-9"), Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Fact]
    public void What_is_no_map_is_refused_with_the_reason()
    {
        Assert.EndsWith("is not there", Why(Path.Combine(folder, "absent.pmtiles")), StringComparison.Ordinal);
        Assert.Contains("is a directory", Why(folder), StringComparison.Ordinal);
        var text = Path.Combine(folder, "map.json");
        File.WriteAllText(text, new string('x', 500));
        Assert.Contains("is no PMTiles file", Why(text), StringComparison.Ordinal);
        Assert.Contains("is no PMTiles file", Why(Write(length: 100)), StringComparison.Ordinal); // shorter than a header
        Assert.Contains("of version 2", Why(Write(version: 2)), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Why("a\0b"), StringComparison.Ordinal);

        static string Why(string path)
        {
            Assert.False(BaseMap.Open(path).TryGet(out _, out var why));
            return why;
        }
    }

    [Fact]
    public async Task Nearest_places_places_that_begin_so_and_places_in_view_are_told_and_bad_edges_refused()
    {
        await using var api = await ApiFixture.StartAsync();
        var (_, near) = await ApiFixture.ReadAsync(api.Local.GetAsync("places/near?lon=36.26&lat=49.99", Stop));
        var first = near.GetProperty("places")[0];
        Assert.Equal("Kharkiv", first.GetProperty("place").GetProperty("name").GetString());
        Assert.InRange(first.GetProperty("metres").GetDouble(), 500, 1_500);
        var (_, begins) = await ApiFixture.ReadAsync(
            api.Local.GetAsync("places/search?text=Kharki&lon=36.26&lat=49.99", Stop)
        );
        Assert.Equal("Kharkiv", begins.GetProperty("places")[0].GetProperty("name").GetString());
        var (_, within) = await ApiFixture.ReadAsync(
            api.Local.GetAsync("places/within?west=36&south=49.5&east=37&north=50.5", Stop)
        );
        Assert.All(
            within.GetProperty("places").EnumerateArray(),
            place => Assert.InRange(place.GetProperty("position")[0].GetDouble(), 36, 37)
        );
        Assert.InRange(within.GetProperty("places").GetArrayLength(), 20, PlaceEndpoints.MaxWithin);
        foreach (
            var bad in new[]
            {
                "places/near?lon=181&lat=0",
                "places/near?lon=NaN&lat=0",
                "places/search?text=",
                "places/search?text=a&lon=3",
                "places/within?west=2&south=0&east=1&north=1",
                "places/within?west=0&south=0&east=1&north=91",
            }
        )
        {
            var (status, _) = await ApiFixture.ReadAsync(api.Local.GetAsync(bad, Stop));
            Assert.Equal(400, status);
        }
    }
}
