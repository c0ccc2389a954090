using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Parley.Cli.Commands;
using Parley.Cli.Terminal;
using Parley.Station.Api;
using Parley.Station.Data;

namespace Parley.Cli.Trial;

/// <summary>
/// The stations us and ru of <c>parley try</c>: made once, opened to each other by the same ceremony as real ones (only that this
/// process reads out the fingerprints for both officers), and started again on the same ports the next time.
/// </summary>
internal sealed class TrialPair : IAsyncDisposable
{
    private static readonly (string Party, string Name, string Language)[] Parties = [("us", "United States", "en"), ("ru", "Russian Federation", "ru")];
    private static readonly TimeSpan LinkWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private const string Slug = "us-ru";
    private const int MaxState = 16 * 1024;

    private readonly List<TrialStation> stations = [];
    private TrialReport? report;

    internal TrialReport Report => report ?? throw new InvalidOperationException("the trial is not up");

    internal static async Task<TrialPair> StartAsync(string folder, int firstPort, Screen screen, CancellationToken ct)
    {
        var pair = new TrialPair();
        try
        {
            await pair.UpAsync(folder, firstPort, screen, ct);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stays until cancelled; a station that ends by itself is a failure.</summary>
    internal async Task StayAsync(CancellationToken ct)
    {
        var first = await Task.WhenAny(stations.Select(async s =>
        {
            await s.EndedAsync(ct);
            return s;
        }));
        throw await (await first).EndedFailureAsync();
    }

    private async Task UpAsync(string folder, int firstPort, Screen screen, CancellationToken ct)
    {
        var statePath = Path.Combine(folder, "try.json");
        var state = Load(statePath) ?? NewState(firstPort);
        if (firstPort != 0) state = state with { Stations = [.. state.Stations.Select((s, i) => s with { Api = firstPort + i })] };
        Directory.CreateDirectory(folder);
        Save(statePath, state);
        foreach (var (ports, (party, name, language)) in state.Stations.Zip(Parties))
        {
            var directory = new DataDirectory(Path.Combine(folder, party));
            if (!directory.HoldsStation) NewStation.Make(directory, party, name, [$"127.0.0.1:{ports.Link}"], [language], "", screen.Clock);
            stations.Add(TrialStation.Start(directory, ports));
        }
        await Task.WhenAll(stations.Select(s => s.ReadyAsync(ct)));

        using var us = new StationClient(stations[0].Directory);
        using var ru = new StationClient(stations[1].Directory);
        var line = state.Line is { } known && await IsOnAsync(us, known, ct) && await IsOnAsync(ru, known, ct) ? known : await OpenLineAsync(us, ru, ct);
        Save(statePath, state with { Line = line });
        await LinkedAsync([us, ru], line, screen.Clock, ct);

        var found = new List<TrialReport.TrialStation>();
        foreach (var (station, client, ports) in stations.Zip([us, ru], state.Stations))
        {
            var api = $"http://127.0.0.1:{ports.Api}";
            var link = StationClient.Read(await client.PostAsync("sign-in-links", null, ct), ApiJson.Default.SignInLink);
            found.Add(new TrialReport.TrialStation(station.Party, Path.Combine(folder, station.Party), api, $"{api}/", link.Url));
        }
        report = new TrialReport(line, found);
    }

    private async Task<string> OpenLineAsync(StationClient us, StationClient ru, CancellationToken ct)
    {
        var ours = CardCommand.Load(stations[0].Directory.Card);
        var theirs = CardCommand.Load(stations[1].Directory.Card);
        var request = new OpenLine(
            [Encoding.UTF8.GetString(theirs.Encode())], new Dictionary<string, string>(StringComparer.Ordinal) { [theirs.Party.Value] = theirs.Fingerprint.Words }, Slug, "Deconfliction line, for trial");
        var opened = StationClient.Read(await us.PostAsync("lines/open", request, ApiJson.Default.OpenLine, ct), ApiJson.Default.OpenedLine);
        var accept = new AcceptLine(opened.Document, new Dictionary<string, string>(StringComparer.Ordinal) { [ours.Party.Value] = ours.Fingerprint.Words });
        await ru.PostAsync("lines/accept", accept, ApiJson.Default.AcceptLine, ct);
        return opened.Line.Value;
    }

    private static async Task<bool> IsOnAsync(StationClient station, string line, CancellationToken ct) =>
        (await station.GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct)).Any(l => l.Line.Value == line);

    /// <summary>Both stations see each other, and all that was written so far is sealed.</summary>
    private static async Task LinkedAsync(StationClient[] clients, string line, TimeProvider clock, CancellationToken ct)
    {
        var begin = clock.GetTimestamp();
        while (true)
        {
            var linked = true;
            var last = "";
            foreach (var client in clients)
            {
                var status = await client.GetAsync($"lines/{line}/status", ApiJson.Default.LineStatus, ct);
                linked &= status.OwnSize > 0 && status.OwnSealed == status.OwnSize && status.Peers.All(p => p.State is LinkState.Alive or LinkState.Unattended);
                last = status.Peers.Select(p => p.LastError).FirstOrDefault(e => e is not null) ?? last;
            }
            if (linked) return;
            if (clock.GetElapsedTime(begin) > LinkWithin) throw new Failure($"the stations do not reach each other: {(last.Length > 0 ? last : "no reason known")}");
            await Task.Delay(Look, clock, ct);
        }
    }

    private static TrialState? Load(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: <= MaxState }) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), TrialJson.Default.TrialState) is { Stations.Count: 2 } state ? state : null;
        }
        catch (JsonException e)
        {
            throw new Failure($"{path} cannot be read: {e.Message}");
        }
    }

    private static void Save(string path, TrialState state) => NewStation.Replace(path, JsonSerializer.SerializeToUtf8Bytes(state, TrialJson.Default.TrialState));

    /// <summary>Four ports that are free now; all four are held until all are known, so that none comes twice.</summary>
    private static TrialState NewState(int firstPort)
    {
        var held = new List<TcpListener>();
        try
        {
            int Free()
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                held.Add(listener);
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            return new TrialState([.. Parties.Select((p, i) => new TrialState.Ports(p.Party, firstPort == 0 ? Free() : firstPort + i, Free()))]);
        }
        finally
        {
            foreach (var listener in held) listener.Stop();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(stations.Select(s => s.DisposeAsync().AsTask()));
    }
}
