using System.Text.Json;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Blind;
using Parley.Station.Tests.Faults;
using Parley.Testing;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Two or more real stations on one line and one clock, with an officer at each who acts through the
/// API.</summary>
internal sealed class DutyLine : IAsyncDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("parley-t-").FullName;
    private readonly Dictionary<string, LiveStation> stations = [];

    private DutyLine() { }

    internal LineDocument Document { get; private set; } = null!;
    internal DutyClock Clock { get; } = new(TimeProvider.System.GetUtcNow());
    internal LineId Id => Document.Id;
    internal LiveStation this[string party] => stations[party];

    internal static Task<DutyLine> StartAsync(params string[] parties) =>
        StartAsync(LinePolicy.Default, false, parties);

    /// <param name="policy">The line's, but for a heartbeat of one second.</param>
    /// <param name="tests">True where the stations are to test the line by themselves.</param>
    /// <param name="parties">Who is on it.</param>
    internal static Task<DutyLine> StartAsync(LinePolicy policy, bool tests, params string[] parties) =>
        StartAsync(policy, tests, _ => null, parties);

    /// <inheritdoc cref="StartAsync(LinePolicy,bool,string[])"/>
    /// <param name="blind">What each lets others ask by blind checks; null for what is usual.</param>
    internal static async Task<DutyLine> StartAsync(
        LinePolicy policy,
        bool tests,
        Func<string, BlindRules?> blind,
        params string[] parties
    )
    {
        var line = new DutyLine();
        foreach (var party in parties)
        {
            // A party in brackets does not accept connections: it dials.
            var name = party.Trim('(', ')');
            line.stations[name] = new LiveStation(
                StationFolder.Make(Path.Combine(line.root, name), name, listens: name == party)
            )
            {
                Clock = line.Clock,
                LineTests = tests,
                Blind = blind(name),
            };
        }
        parties = [.. line.stations.Keys];
        line.Document = LineDocument.Create(
            "north",
            "Northern line",
            line.Clock.GetUtcNow(),
            Randomness.Bytes(LineDocument.NonceLength),
            [.. line.stations.Values.Select(s => s.Folder.Card)],
            policy with
            {
                Heartbeat = 1,
            }
        );
        foreach (var party in parties)
            await line[party].StartAsync();
        foreach (var party in parties)
            await LiveLine.AcceptAsync(line[party], line.Document);
        foreach (var party in parties)
            await line[party].UntilSealedAsync(line.Id, 1);
        return line;
    }

    /// <summary>Writes an entry, waits until it is sealed, and gives its id.</summary>
    internal async Task<string> WriteAsync(
        string party,
        string kind,
        object? body = null,
        string? re = null,
        string seat = "watch",
        string? name = null,
        string? releasedBy = null,
        string precedence = "routine"
    )
    {
        var (status, json) = await TryAsync(party, kind, body, re, seat, name, releasedBy, precedence);
        Assert.True(status == 201, $"{kind}: {status} {json}");
        Assert.True(json.GetProperty("sealed").GetBoolean(), json.ToString());
        return json.GetProperty("id").GetString()!;
    }

    internal Task<(int Status, JsonElement Json)> TryAsync(
        string party,
        string kind,
        object? body = null,
        string? re = null,
        string seat = "watch",
        string? name = null,
        string? releasedBy = null,
        string precedence = "routine"
    ) =>
        this[party]
            .PostAsync(
                $"lines/{Id}/entries?wait=sealed&timeout=60",
                new
                {
                    kind,
                    body,
                    re = re is null ? Array.Empty<string>() : [re],
                    precedence,
                    by = new { seat, name = name ?? $"officer of {party}" },
                    releasedBy = releasedBy is null ? null : new { seat, name = releasedBy },
                }
            );

    /// <summary>An act that the author's station must refuse, with this code.</summary>
    internal async Task<string> RefusedAsync(
        string code,
        string party,
        string kind,
        object? body = null,
        string? re = null,
        string seat = "watch",
        string? name = null,
        string? releasedBy = null
    )
    {
        var (status, json) = await TryAsync(party, kind, body, re, seat, name, releasedBy);
        Assert.True(status is 409 or 403, $"{kind}: {status} {json}");
        Assert.Equal(code, json.GetProperty("code").GetString());
        return json.GetProperty("title").GetString()!;
    }

    /// <summary>Writes an entry as <see cref="Act.Of"/> makes it, waits until it is sealed, and gives its id.</summary>
    internal async Task<string> ActAsync(string party, string kind, object members, string? re = null)
    {
        var (status, json) = await this[party]
            .PostAsync($"lines/{Id}/entries?wait=sealed&timeout=60", Act.Of(kind, members, re));
        Assert.True(status == 201, $"{kind}: {status} {json}");
        Assert.True(json.GetProperty("sealed").GetBoolean(), json.ToString());
        return json.GetProperty("id").GetString()!;
    }

    /// <summary>Waits until an alarm about an entry stands at a station at that level.</summary>
    internal async Task<JsonElement> AlarmAsync(string party, string? entry, string level)
    {
        JsonElement found = default;
        await this[party]
            .UntilAsync(
                async () =>
                {
                    found = (await AlarmsAsync(party)).FirstOrDefault(a =>
                        a.GetProperty("entry").GetString() == entry && a.GetProperty("level").GetString() == level
                    );
                    return found.ValueKind == JsonValueKind.Object;
                },
                $"an alarm about {entry}: {level}"
            );
        return found;
    }

    internal Task NoAlarmAsync(string party, string? entry) =>
        this[party]
            .UntilAsync(
                async () => (await AlarmsAsync(party)).All(a => a.GetProperty("entry").GetString() != entry),
                $"no alarm about {entry}"
            );

    internal async Task<List<JsonElement>> AlarmsAsync(string party)
    {
        var (status, json) = await this[party].GetAsync($"alarms?line={Id}");
        Assert.True(status == 200, $"alarms: {status} {json}");
        return [.. json.EnumerateArray()];
    }

    internal async Task<JsonElement> GetAsync(string party, string path)
    {
        var (status, json) = await this[party].GetAsync($"lines/{Id}/{path}");
        Assert.True(status == 200, $"{path}: {status} {json}");
        return json;
    }

    internal Task<JsonElement> ItemAsync(string party, string entry) => GetAsync(party, $"items/{entry}");

    /// <summary>The state that an item has at every station of the line, which must be the same.</summary>
    internal async Task<string> StateAsync(string entry)
    {
        var states = new List<string>();
        foreach (var party in stations.Keys)
            states.Add((await ItemAsync(party, entry)).GetProperty("state").GetString()!);
        return Assert.Single(states.Distinct());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var station in stations.Values)
            await station.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }
}
