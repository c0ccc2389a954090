using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Bench;

/// <summary>
/// A blind check between two stations, each a process of its own, over TLS on loopback: from the release of the
/// acceptance to the agreed result in both records, with both
/// commitments durable and cosigned on the way. Half of the cells are common.
/// </summary>
internal static class BlindLinkBench
{
    private const int Rows = 25; // of cells; the rest is columns
    private static readonly int[] Sizes = [1_000, 4_000];
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var pair = await BenchPair.StartAsync(options, ct);
        foreach (var size in options.Entries is { } n ? [(int)n] : Sizes)
        {
            Report.Title(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"blind check between two stations: {size:N0} cells at each side, half of them common"
                )
            );
            for (var run = 0; run < 3; run++)
            {
                var (time, cells, shared, bucket) = await CheckAsync(pair, size, ct);
                Report.Line(
                    "acceptance released to agreed at both",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{time.TotalSeconds:N2} s ({cells:N0} cells, padded to {bucket:N0}; {shared:N0} shared)"
                    )
                );
            }
        }
    }

    private static async Task<(TimeSpan Time, int Cells, int Shared, int Bucket)> CheckAsync(
        BenchPair pair,
        int size,
        CancellationToken ct
    )
    {
        var columns = size / Rows;
        var prepared = await pair.Us.Api.PostAsync($"lines/{pair.Line}/blind", Terms(0, columns).ToJsonString(), ct);
        var check = await ReleaseAsync(pair.Us.Api, prepared, ct);
        await UntilAsync(pair, pair.Ru, check, "proposed", ct);
        var accepted = await pair.Ru.Api.PostAsync(
            $"lines/{pair.Line}/blind/{check}/accept",
            new JsonObject
            {
                ["by"] = By("Yuri"),
                ["activities"] = new JsonArray(),
                ["volumes"] = Volumes(columns / 2, columns),
            }.ToJsonString(),
            ct
        );
        var began = Stopwatch.GetTimestamp();
        await ReleaseAsync(pair.Ru.Api, accepted, ct);
        var us = await UntilAsync(pair, pair.Us, check, "agreed", ct);
        await UntilAsync(pair, pair.Ru, check, "agreed", ct);
        return (
            Stopwatch.GetElapsedTime(began),
            prepared.GetProperty("cells").GetInt32(),
            us.GetProperty("result").GetProperty("shared").GetInt32(),
            prepared.GetProperty("bucket").GetInt32()
        );
    }

    private static async Task<JsonElement> UntilAsync(
        BenchPair pair,
        StationProcess at,
        string check,
        string state,
        CancellationToken ct
    )
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(Look, ct))
        {
            try
            {
                var shown = await at.Api.GetAsync($"lines/{pair.Line}/blind/{check}", ct);
                if (shown.GetProperty("state").GetString() == state)
                    return shown;
                if (shown.GetProperty("state").GetString() == "aborted")
                    throw new BenchFailure($"the check ended: {shown.GetProperty("ends")}");
            }
            catch (BenchFailure) when (state == "proposed")
            {
                // not there yet
            }
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new BenchFailure($"the check never was {state}");
        }
    }

    private static async Task<string> ReleaseAsync(StationApi api, JsonElement prepared, CancellationToken ct)
    {
        var proposal = prepared.GetProperty("proposal").GetProperty("proposal").GetString();
        return (
            await api.PostAsync(
                $"proposals/{proposal}/release",
                new JsonObject { ["by"] = By("Bea") }.ToJsonString(),
                ct
            )
        )
            .GetProperty("id")
            .GetString()!;
    }

    private static JsonObject By(string name) => new() { ["seat"] = "planner", ["name"] = name };

    private static JsonObject Terms(int from, int columns) =>
        new()
        {
            ["area"] = new JsonArray(19, 57, 23, 59),
            ["from"] = "2035-05-18T00:00:00.000Z",
            ["until"] = "2035-05-19T00:00:00.000Z",
            ["cellMetres"] = 1_111.95,
            ["floorMetres"] = 0,
            ["ceilingMetres"] = 3_000,
            ["layerMetres"] = 500,
            ["slotSeconds"] = 900,
            ["activities"] = new JsonArray(),
            ["volumes"] = Volumes(from, columns),
            ["by"] = By("Ada"),
        };

    /// <summary>One box within a slot and a layer, of so many columns of cells: a hundredth of a degree of latitude,
    /// and as many metres of longitude at the area's middle.</summary>
    private static JsonArray Volumes(int from, int columns)
    {
        const double height = 0.01,
            edge = 0.001;
        var width = height / Math.Cos(double.DegreesToRadians(58));
        var (west, east, south, north) = (
            19 + from * width + edge,
            19 + (from + columns) * width - edge,
            57 + edge,
            57 + Rows * height - edge
        );
        JsonObject At(double lng, double lat) => new() { ["lng"] = lng, ["lat"] = lat };
        JsonObject Altitude(double metres) =>
            new()
            {
                ["value"] = metres,
                ["reference"] = "W84",
                ["units"] = "M",
            };
        JsonObject Time(string at) => new() { ["value"] = at, ["format"] = "RFC3339" };
        return
        [
            new JsonObject
            {
                ["volume"] = new JsonObject
                {
                    ["outline_polygon"] = new JsonObject
                    {
                        ["vertices"] = new JsonArray(
                            At(west, south),
                            At(east, south),
                            At(east, north),
                            At(west, north)
                        ),
                    },
                    ["altitude_lower"] = Altitude(600),
                    ["altitude_upper"] = Altitude(900),
                },
                ["time_start"] = Time("2035-05-18T00:01:00Z"),
                ["time_end"] = Time("2035-05-18T00:10:00Z"),
            },
        ];
    }
}
