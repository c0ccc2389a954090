using System.Text.Json;
using Parley.Cli.Commands;
using Parley.Cli.Replay;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Data;
using Parley.Traffic;

namespace Parley.Cli.Trial;

/// <summary>What a trial is asked for.</summary>
/// <param name="Folder">Where the stations' directories go.</param>
/// <param name="FirstPort">Port of the first station's API; 0 for free ones, kept for the next time.</param>
/// <param name="Scenario">The scenario whose parties are tried; null for us and ru.</param>
/// <param name="OwnScenario">True to play the program's own day on a new directory.</param>
/// <param name="Mediated">True for a third station, which mediates between the two. A directory that has one keeps it.</param>
internal sealed record TrialRequest(
    string Folder,
    int FirstPort,
    Scenario? Scenario,
    bool OwnScenario,
    bool Mediated = false
);

/// <summary>
/// The stations of <c>parley try</c>: made once, opened to each other by the same ceremony as real ones (only that this
/// process reads out the
/// fingerprints for all officers), and started again on the same ports the next time. On a new directory a scenario is
/// played first, on a scenario
/// clock and in this process, before the stations' own processes start.
/// </summary>
internal sealed class TrialRun : IAsyncDisposable
{
    private static readonly ScenarioParty[] Usual =
    [
        new(PartyId.Parse("us"), "United States", ["en"]),
        new(PartyId.Parse("ru"), "Russian Federation", ["ru"]),
    ];

    /// <summary>Who acts for a party where a trial does so by itself.</summary>
    internal const string Second = "B. Second";

    /// <summary>Who signs in to a trial's stations. Both may sit in every seat, and begin in this one.</summary>
    private static readonly (string Name, string Seat)[] Officers =
    [
        ("A. First", Seats.Watch),
        (Second, Seats.Principal),
    ];
    private static readonly TimeSpan LinkWithin = TimeSpan.FromSeconds(60);
    internal static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private const string Slug = "us-ru",
        Title = "Deconfliction line, for trial";
    private const string ReplayFile = "replay.json";
    private const int MaxState = 16 * 1024;

    private readonly List<TrialStation> stations = [];
    private TrialReport? report;

    /// <summary>True when the program's own day stands on the exercise line.</summary>
    internal bool HasOwnDay { get; private set; }

    /// <summary>True when a third station mediates, with a room on its line to each of the two.</summary>
    internal bool IsMediated { get; private set; }

    internal TrialReport Report => report ?? throw new InvalidOperationException("the trial is not up");

    internal static async Task<TrialRun> StartAsync(TrialRequest request, Screen screen, CancellationToken ct)
    {
        var run = new TrialRun();
        try
        {
            await run.UpAsync(request, screen, ct);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stays until cancelled; a station that ends by itself is a failure.</summary>
    internal async Task StayAsync(CancellationToken ct)
    {
        var first = await Task.WhenAny(
            stations.Select(async s =>
            {
                await s.EndedAsync(ct);
                return s;
            })
        );
        throw await (await first).EndedFailureAsync();
    }

    private async Task UpAsync(TrialRequest request, Screen screen, CancellationToken ct)
    {
        var folder = request.Folder;
        var statePath = Path.Combine(folder, "try.json");
        var replayPath = Path.Combine(Path.GetFullPath(folder), ReplayFile);
        var known = Load(statePath);
        ScenarioParty[] asked = request.Mediated ? [.. Usual, TrialRoom.Mediator] : Usual;
        var parties =
            request.Scenario?.Parties
            ?? (known is null || request.Mediated ? asked : [.. known.Stations.Select(Named)]);
        if (parties.Count < 2)
            throw new Failure("a trial needs two parties at least");
        if (known is not null && !known.Stations.Select(s => s.Party).SequenceEqual(parties.Select(p => p.Id.Value)))
            throw new Failure(
                $"{folder} holds a trial of other parties: {string.Join(", ", known.Stations.Select(s => s.Party))}"
            );
        var state = known ?? NewState(parties, request.FirstPort);
        if (request.FirstPort != 0)
            state = state with
            {
                Stations = [.. state.Stations.Select((s, i) => s with { Api = request.FirstPort + i })],
            };
        Directory.CreateDirectory(folder, UnfinishedFile.OwnersFolder);
        Save(statePath, state);

        List<ReplayPlace> places =
        [
            .. parties.Zip(
                state.Stations,
                (p, s) => new ReplayPlace(p, new DataDirectory(Path.Combine(folder, s.Party)), s.Link)
            ),
        ];
        var begun = ReplayState.Load(replayPath);
        // A run that was cut off while it played goes on, whatever it is asked for now.
        var scenario =
            request.Scenario
            ?? (
                request.OwnScenario && known is null || begun is { Finished: false }
                    ? OwnScenario.With(parties[0], parties[1])
                    : null
            );
        if (scenario is not null && begun is not { Finished: true })
            await Replayer.PlayAsync(scenario, places, replayPath, static (_, _, _) => { }, static _ => { }, ct);
        else if (request.Scenario is not null && begun!.Digest != request.Scenario.Digest)
            throw new Failure($"{folder} holds a trial of another scenario: '{begun.Scenario}'");

        HasOwnDay =
            request.Scenario is null
            && ReplayState.Load(replayPath) is { } day
            && day.Scenario == OwnScenario.With(parties[0], parties[1]).Name;
        foreach (var (place, ports) in places.Zip(state.Stations))
        {
            if (!place.Directory.HoldsStation)
                NewStation.Make(
                    place.Directory,
                    place.Party.Id.Value,
                    place.Party.Name,
                    [$"127.0.0.1:{ports.Link}"],
                    place.Party.Languages,
                    "",
                    screen.Clock
                );
            stations.Add(TrialStation.Start(place.Directory, ports));
        }
        await Task.WhenAll(stations.Select(s => s.ReadyAsync(ct)));

        StationClient[] clients = [.. stations.Select(s => new StationClient(s.Directory))];
        try
        {
            TrialMember[] members =
            [
                .. stations.Zip(
                    clients,
                    (s, c) => new TrialMember(c, CardCommand.Load(s.Directory.Card), screen.Clock)
                ),
            ];
            var line = await LineAsync(request.Scenario, state, members, ct);
            Save(statePath, state with { Line = line });
            IsMediated = request.Scenario is null && members.Length > Usual.Length;
            if (IsMediated)
                await TrialRoom.OpenAsync(members[^1], members[..^1], screen.Clock.GetUtcNow(), ct);
            await LinkedAsync(clients, line, screen.Clock, ct);
            var found = new List<TrialReport.TrialStation>();
            foreach (var (station, client, ports) in stations.Zip(clients, state.Stations))
            {
                var api = $"http://127.0.0.1:{ports.Api}";
                var officers = new List<TrialReport.TrialOfficer>();
                foreach (var (name, seat) in Officers)
                {
                    var link = await InviteCommand.LinkAsync(
                        client,
                        name,
                        [seat, .. Seats.All.Where(s => s != seat)],
                        ct
                    );
                    officers.Add(new TrialReport.TrialOfficer(name, seat, link.Url));
                }
                found.Add(
                    new TrialReport.TrialStation(
                        station.Party,
                        Path.Combine(folder, station.Party),
                        api,
                        $"{new Uri(new Uri(officers[0].SignIn), "/")}",
                        officers[0].SignIn,
                        officers
                    )
                );
            }
            report = new TrialReport(line, found);
        }
        finally
        {
            foreach (var client in clients)
                client.Dispose();
        }
    }

    private static ScenarioParty Named(TrialState.Ports station) =>
        Usual.Append(TrialRoom.Mediator).FirstOrDefault(p => p.Id.Value == station.Party)
        ?? (
            PartyId.TryParse(station.Party, out var id)
                ? new ScenarioParty(id, station.Party, [])
                : throw new Failure($"'{station.Party}' is not a party id")
        );

    /// <summary>The line that the trial is about: the scenario's first, else one of the trial's own that only its
    /// opening stands on.</summary>
    private static async Task<string> LineAsync(
        Scenario? scenario,
        TrialState state,
        TrialMember[] members,
        CancellationToken ct
    )
    {
        if (scenario is { Lines: [var first, ..] })
            return (
                await members[scenario.Parties.ToList().FindIndex(p => p.Id == first.Parties[0])]
                    .Client.LineAsync(first.Id, ct)
            ).Value;
        return
            state.Line is { } known
            && await IsOnAsync(members[0].Client, known, ct)
            && await IsOnAsync(members[1].Client, known, ct)
            ? known
            : await members[0].OpenLineAsync(members[1], Slug, Title, ct);
    }

    private static async Task<bool> IsOnAsync(StationClient station, string line, CancellationToken ct) =>
        (await station.GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct)).Any(l => l.Line.Value == line);

    /// <summary>On every line, the stations see each other; and all that was written so far is sealed.</summary>
    private static async Task LinkedAsync(
        StationClient[] clients,
        string line,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var begin = clock.GetTimestamp();
        while (true)
        {
            var linked = true;
            var last = "";
            foreach (var client in clients)
            {
                var lines = await client.GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct);
                foreach (var each in lines)
                {
                    var status = await client.GetAsync($"lines/{each.Line}/status", ApiJson.Default.LineStatus, ct);
                    linked &=
                        status.OwnSize > 0
                        && status.OwnSealed == status.OwnSize
                        && status.Peers.All(p =>
                            p.State is LinkState.Alive or LinkState.Unattended or LinkState.Suspended
                        );
                    last = status.Peers.Select(p => p.LastError).FirstOrDefault(e => e is not null) ?? last;
                }
            }
            if (linked)
                return;
            if (clock.GetElapsedTime(begin) > LinkWithin)
                throw new Failure(
                    $"the stations do not reach each other: {(last.Length > 0 ? last : $"no reason known, on {line}")}"
                );
            await Task.Delay(Look, clock, ct);
        }
    }

    private static TrialState? Load(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: <= MaxState })
            return null;
        try
        {
            return
                JsonSerializer.Deserialize(File.ReadAllBytes(path), TrialJson.Default.TrialState)
                    is { Stations.Count: >= 2 } state
                ? state
                : null;
        }
        catch (JsonException e)
        {
            throw new Failure($"{path} cannot be read: {e.Message}");
        }
    }

    private static void Save(string path, TrialState state) =>
        NewStation.Replace(path, JsonSerializer.SerializeToUtf8Bytes(state, TrialJson.Default.TrialState));

    private static TrialState NewState(IReadOnlyList<ScenarioParty> parties, int firstPort)
    {
        var ports = LoopbackPorts.Free(2 * parties.Count);
        return new TrialState([
            .. parties.Select(
                (p, i) =>
                    new TrialState.Ports(p.Id.Value, firstPort == 0 ? ports[2 * i] : firstPort + i, ports[2 * i + 1])
            ),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(stations.Select(s => s.DisposeAsync().AsTask()));
    }
}
