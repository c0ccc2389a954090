using System.Globalization;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;

namespace Parley.EndToEnd.Console;

/// <summary>The map as a test finds its way on it: by longitude and latitude.</summary>
internal sealed class MapPage(Officer officer, int nth = 0)
{
    /// <summary>Where a place is on the page, in pixels, and how the canvas is scaled: from what the map says of its
    /// view.</summary>
    private const string Where = """
        (map, [lon, lat]) => {
          const w = 256 * 2 ** Number(map.dataset.zoom);
          const [cx, cy] = map.dataset.centre.split(' ').map(Number);
          const x = l => l / 360 * w, y = l => Math.log(Math.tan(Math.PI / 4 + l * Math.PI / 360)) / (2 * Math.PI) * w;
          const box = map.querySelector('[role=application]').getBoundingClientRect();
          return [box.x + box.width / 2 + x(lon) - x(cx), box.y + box.height / 2 - (y(lat) - y(cy))];
        }
        """;

    internal ILocator Root => officer.Page.Locator("[data-zoom]").Nth(nth);
    internal ILocator Chart => Root.GetByRole(AriaRole.Application);
    internal IPage Page => officer.Page;

    /// <summary>Waits until so many of a kind are drawn: spot, area, clash or overlay.</summary>
    internal Task DrawsAsync(string kind, int count) =>
        Assertions.Expect(Root).ToHaveAttributeAsync($"data-{kind}", count.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until the view has stopped moving.</summary>
    internal async Task StillAsync()
    {
        var before = "";
        for (var i = 0; i < 100; i++)
        {
            var now = $"{await Root.GetAttributeAsync("data-zoom")} {await Root.GetAttributeAsync("data-centre")}";
            if (now == before && now.Length > 3 && await Root.GetAttributeAsync("data-still") == "true")
                return;
            before = now;
            await Page.WaitForTimeoutAsync(250);
        }
    }

    /// <summary>Waits until what was done shows in the scale, and the view has stopped moving.</summary>
    internal async Task ZoomsAsync(Func<double, bool> holds)
    {
        await Until.HoldsAsync(
            "the map's scale",
            async () => double.Parse((await Root.GetAttributeAsync("data-zoom"))!, CultureInfo.InvariantCulture),
            holds
        );
        await StillAsync();
    }

    internal async Task<(float X, float Y)> AtAsync(double lon, double lat)
    {
        var at = await Root.EvaluateAsync<float[]>(Where, new[] { lon, lat });
        return (at[0], at[1]);
    }

    internal async Task PressAsync(double lon, double lat)
    {
        var (x, y) = await AtAsync(lon, lat);
        await Page.Mouse.MoveAsync(x, y);
        await Page.Mouse.ClickAsync(x, y);
    }

    internal async Task DragAsync((double Lon, double Lat) from, (double Lon, double Lat) to)
    {
        var (x, y) = await AtAsync(from.Lon, from.Lat);
        var (toX, toY) = await AtAsync(to.Lon, to.Lat);
        await Page.Mouse.MoveAsync(x, y);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync((x + toX) / 2, (y + toY) / 2, new() { Steps = 4 });
        await Page.Mouse.MoveAsync(toX, toY, new() { Steps = 4 });
        await Page.Mouse.UpAsync();
    }

    /// <summary>How many pixels of the canvas, in a square about a place, have this colour to within a few
    /// shades.</summary>
    internal Task<int> PixelsAsync(double lon, double lat, int side, string colour) =>
        Root.EvaluateAsync<int>(
            $$"""
            (map, [lon, lat, side, red, green, blue]) => {
              const [px, py] = ({{Where}})(map, [lon, lat]);
              let found = 0;
              for (const canvas of map.querySelectorAll('canvas')) {
                const box = canvas.getBoundingClientRect(), scale = canvas.width / box.width;
                const data = canvas.getContext('2d').getImageData(
                  Math.round((px - box.x - side / 2) * scale), Math.round((py - box.y - side / 2) * scale), side * scale, side * scale).data;
                for (let i = 0; i < data.length; i += 4)
                  if (data[i + 3] > 200 && Math.abs(data[i] - red) + Math.abs(data[i + 1] - green) + Math.abs(data[i + 2] - blue) < 30) found++;
              }
              return found;
            }
            """,
            new object[]
            {
                lon,
                lat,
                side,
                Convert.ToInt32(colour[1..3], 16),
                Convert.ToInt32(colour[3..5], 16),
                Convert.ToInt32(colour[5..7], 16),
            }
        );
}
