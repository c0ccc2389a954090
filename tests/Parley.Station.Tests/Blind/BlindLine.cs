using System.Text.Json;
using Parley.Contract;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Blind;
using Parley.Station.Tests.Traffic;
using Xunit;

namespace Parley.Station.Tests.Blind;

/// <summary>Two stations that check blindly, and the officers who start it: two at each side.</summary>
internal sealed class BlindLine : IAsyncDisposable
{
    internal static readonly LinePolicy Policy = LinePolicy.Default with
    {
        Separation = new LineSeparation(2_000, 300, 600),
    };

    private BlindLine(DutyLine line) => Line = line;

    internal DutyLine Line { get; }
    internal DateTimeOffset From { get; private init; }

    internal static async Task<BlindLine> StartAsync(Func<string, BlindRules?>? rules = null, params string[] parties)
    {
        var line = await DutyLine.StartAsync(
            Policy,
            tests: false,
            rules ?? (_ => null),
            parties.Length == 0 ? ["us", "ru"] : parties
        );
        var now = line.Clock.GetUtcNow().AddHours(3);
        return new BlindLine(line)
        {
            From = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero),
        };
    }

    internal static object By(string name, string seat = "planner") => new { seat, name };

    /// <summary>Volume4D objects: circles at (longitude, latitude, radius, start in hours after
    /// <see cref="From"/>).</summary>
    internal object[] Circles(params (double Longitude, double Latitude, double Radius, double Hours)[] circles) =>
        [
            .. circles.Select(c =>
                (object)
                    new
                    {
                        volume = new
                        {
                            outline_circle = new
                            {
                                center = new { lng = c.Longitude, lat = c.Latitude },
                                radius = new { value = c.Radius, units = "M" },
                            },
                            altitude_lower = new
                            {
                                value = 0,
                                reference = "W84",
                                units = "M",
                            },
                            altitude_upper = new
                            {
                                value = 1_000,
                                reference = "W84",
                                units = "M",
                            },
                        },
                        time_start = new { value = Text(From.AddHours(c.Hours)), format = "RFC3339" },
                        time_end = new { value = Text(From.AddHours(c.Hours + 1)), format = "RFC3339" },
                    }
            ),
        ];

    internal object Terms(
        object? volumes = null,
        double cellMetres = 2_000,
        object[]? activities = null,
        string? with = null
    ) =>
        new
        {
            area = new double[] { 19, 57, 20, 58 },
            from = Stamp(From),
            until = Stamp(From.AddHours(6)),
            cellMetres,
            floorMetres = 0,
            ceilingMetres = 3_000,
            layerMetres = 500,
            slotSeconds = 900,
            volumes,
            activities,
            with,
            by = By("Ada"),
        };

    internal async Task<JsonElement> PrepareAsync(string party, string path, object request)
    {
        var (status, json) = await Line[party].PostAsync($"lines/{Line.Id}/{path}", request);
        Assert.True(status == 201, $"{path}: {status} {json}");
        return json;
    }

    /// <summary>A second officer releases what a first one prepared; gives the entry.</summary>
    internal async Task<string> ReleaseAsync(string party, JsonElement prepared, string name = "Bea")
    {
        var (status, json) = await Line[party]
            .PostAsync(
                $"proposals/{prepared.GetProperty("proposal").GetProperty("proposal").GetString()}/release?wait=sealed&timeout=60",
                new { by = By(name) }
            );
        Assert.True(status == 200, $"release: {status} {json}");
        Assert.True(json.GetProperty("sealed").GetBoolean(), json.ToString());
        return json.GetProperty("id").GetString()!;
    }

    internal async Task<string> ProposeAsync(string party, object terms) =>
        await ReleaseAsync(party, await PrepareAsync(party, "blind", terms));

    internal async Task AcceptAsync(string party, string check, object? volumes = null) =>
        await ReleaseAsync(
            party,
            await PrepareAsync(party, $"blind/{check}/accept", new { volumes, by = By("Yuri") }),
            "Olga"
        );

    internal Task<JsonElement> CheckAsync(string party, string check) => Line.GetAsync(party, $"blind/{check}");

    /// <summary>Waits until the check is in that state at a station.</summary>
    internal async Task<JsonElement> UntilAsync(string party, string check, string state)
    {
        JsonElement found = default;
        try
        {
            await Line[party]
                .UntilAsync(
                    async () => (found = await CheckAsync(party, check)).GetProperty("state").GetString() == state,
                    $"{check} {state}"
                );
        }
        catch (Exception) when (found.ValueKind == JsonValueKind.Object)
        {
            Assert.Fail($"{party}: {found}");
        }
        return found;
    }

    /// <summary>Waits until a station recorded why a run ended there; gives the word.</summary>
    internal async Task<string> EndAsync(string at, string check, string by)
    {
        JsonElement end = default;
        await Line[at]
            .UntilAsync(
                async () =>
                    (
                        end = (await CheckAsync(at, check))
                            .GetProperty("ends")
                            .EnumerateArray()
                            .FirstOrDefault(e => e.GetProperty("party").GetString() == by)
                    ).ValueKind == JsonValueKind.Object,
                $"an end of {check} by {by}"
            );
        return end.GetProperty("reason").GetString()!;
    }

    internal async Task<List<string>> CellsAsync(string party, string check) =>
        [
            .. (await Line.GetAsync(party, $"blind/{check}/cells"))
                .GetProperty("features")
                .EnumerateArray()
                .Select(f => f.GetProperty("id").GetString()!),
        ];

    /// <summary>The cells of one circle on a check's grid, named as in the GeoJSON.</summary>
    internal List<string> OwnCells((double, double, double, double) circle, BlindProfile profile) =>
        [
            .. CellCover
                .Of(
                    profile,
                    VolumeReader.ReadVolumes(JsonSerializer.SerializeToElement(Circles(circle)), "v").Required()
                )
                .Required()
                .Cells.Select(c => $"{c.Slot}-{c.Row}-{c.Column}-{c.Layer}"),
        ];

    /// <summary>The grid of <see cref="Terms"/>, as every station makes it.</summary>
    internal BlindProfile Profile() =>
        BlindGrids
            .ProfileOf(
                BlindGrids
                    .GridOf(
                        new BlindTermsRequest([19, 57, 20, 58], From, From.AddHours(6), 2_000, 0, 3_000, 500),
                        Policy.Separation
                    )
                    .Required()
            )
            .Required();

    private static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    internal static string Stamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => Line.DisposeAsync();
}
