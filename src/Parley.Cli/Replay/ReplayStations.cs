using System.Text;
using System.Text.Json;
using Parley.Cli.Commands;
using Parley.Contract;
using Parley.Record;
using Parley.Station;
using Parley.Station.Api;
using Parley.Station.Data;

namespace Parley.Cli.Replay;

/// <summary>
/// The stations of a replay, in this process: real ones, each with its keys, its store and its link, that reach each
/// other by TLS on the loopback.
/// Once a scenario has been played, they are only read.
/// </summary>
internal sealed class ReplayStations : IAsyncDisposable
{
    private static readonly TimeSpan SealedWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly ScenarioClock clock;
    private readonly Dictionary<PartyId, One> stations = [];

    /// <summary>A party's station: the host is null where its record is only read.</summary>
    private sealed record One(DataDirectory Directory, Card Card, StationHost? Host, StationClient Client);

    private ReplayStations(ScenarioClock clock) => this.clock = clock;

    internal StationClient this[PartyId party] => stations[party].Client;

    internal IReadOnlyCollection<PartyId> Parties => stations.Keys;

    /// <summary>Makes the stations that are not there yet, and starts all.</summary>
    internal static async Task<ReplayStations> StartAsync(
        IReadOnlyList<ReplayPlace> places,
        ScenarioClock clock,
        CancellationToken ct
    )
    {
        var ports = LoopbackPorts.Free(places.Count);
        var made = new ReplayStations(clock);
        try
        {
            foreach (var (place, port) in places.Zip(ports))
            {
                if (place.Directory.HoldsStation)
                    continue;
                NewStation.Make(
                    place.Directory,
                    place.Party.Id.Value,
                    place.Party.Name,
                    [$"127.0.0.1:{place.LinkPort ?? port}"],
                    place.Party.Languages,
                    "",
                    clock
                );
            }
            var started = await Task.WhenAll(places.Select(place => StartAsync(place, clock, ct)));
            foreach (var one in started.OfType<One>())
                made.stations[one.Card.Party] = one;
            if (started.FirstOrDefault(o => o is Failure) is Failure failure)
                throw failure;
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the records for reading.</summary>
    internal static async Task<ReplayStations> ReadAsync(
        IReadOnlyList<ReplayPlace> places,
        ScenarioClock clock,
        CancellationToken ct
    )
    {
        var made = new ReplayStations(clock);
        try
        {
            foreach (var place in places)
            {
                if (
                    !(await StationReader.OpenAsync(place.Directory, null, clock, ct)).TryGet(
                        out var reader,
                        out var reason
                    )
                )
                    throw new Failure(reason);
                made.stations[place.Party.Id] = new One(
                    place.Directory,
                    CardCommand.Load(place.Directory.Card),
                    null,
                    new StationClient(place.Directory, reader)
                );
            }
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>A station that runs, or the failure: one that could not start must not leave the others
    /// behind.</summary>
    private static async Task<object> StartAsync(ReplayPlace place, ScenarioClock clock, CancellationToken ct)
    {
        try
        {
            var card = CardCommand.Read(place.Directory);
            if (card.Party != place.Party.Id)
                return new Failure(
                    $"{place.Directory.Path} holds the station of {card.Party}, not of {place.Party.Id}"
                );
            if (card.Addresses.Count != 1)
                return new Failure($"{place.Directory.Path} holds a station that no replay made");
            var options = new StationHostOptions(place.Directory, Link: card.Addresses[0], Exercise: true);
            return (await StationHost.StartAsync(options, null, clock, ct)).TryGet(out var host, out var reason)
                ? new One(place.Directory, card, host, new StationClient(place.Directory))
                : new Failure($"the station of {card.Party} cannot be started: {reason}");
        }
        catch (Failure failure)
        {
            return failure;
        }
    }

    /// <summary>
    /// The line of that name that is opened at that time, which is now or was before a replay was cut off, by the
    /// ceremony: one party makes the document, every other accepts it, and each has compared the
    /// fingerprints of all others (here this process reads them out). Parties that had accepted it before a replay was
    /// cut off keep it.
    /// </summary>
    internal async Task<LineId> OpenAsync(
        string slug,
        string title,
        IReadOnlyList<PartyId> parties,
        LineId? continues,
        DateTimeOffset at,
        CancellationToken ct
    )
    {
        (LineId Line, byte[] Document)? opened = null;
        var open = new List<PartyId>();
        foreach (var party in parties)
        {
            var lines = await this[party].GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct);
            if (
                lines.FirstOrDefault(l =>
                    StationClient.SlugOf(l.Line) == slug && l.Created == at && l.Continues == continues
                )
                is not { } known
            )
                continue;
            open.Add(party);
            opened ??= (
                known.Line,
                (await this[party].GetAsync($"lines/{known.Line}", ApiJson.Default.LineDetail, ct)).Document
            );
        }
        if (opened is null)
        {
            open.Add(parties[0]);
            var request = new OpenLine(
                [.. parties.Skip(1).Select(p => Encoding.UTF8.GetString(stations[p].Card.Encode()))],
                ReadOut(parties, parties[0]),
                slug,
                title,
                continues
            );
            var made = StationClient.Read(
                await this[parties[0]].PostAsync("lines/open", request, ApiJson.Default.OpenLine, ct),
                ApiJson.Default.OpenedLine
            );
            opened = (made.Line, made.Document);
        }
        foreach (var party in parties.Except(open))
        {
            await this[party]
                .PostAsync(
                    "lines/accept",
                    new AcceptLine(opened.Value.Document, ReadOut(parties, party)),
                    ApiJson.Default.AcceptLine,
                    ct
                );
        }
        await SealedAsync(opened.Value.Line, parties, ct);
        return opened.Value.Line;
    }

    /// <summary>The fingerprints that an officer of that party was told by each of the others.</summary>
    private Dictionary<string, string> ReadOut(IReadOnlyList<PartyId> parties, PartyId to) =>
        parties
            .Where(p => p != to)
            .ToDictionary(p => p.Value, p => stations[p].Card.Fingerprint.Words, StringComparer.Ordinal);

    /// <summary>Returns when every party's feed of the line is sealed as far as it is written, its opening at
    /// least.</summary>
    internal async Task SealedAsync(LineId line, IReadOnlyList<PartyId> parties, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        foreach (var party in parties)
        {
            while (true)
            {
                var status = await this[party].GetAsync($"lines/{line}/status", ApiJson.Default.LineStatus, ct);
                if (status.OwnSize > 0 && status.OwnSealed == status.OwnSize)
                    break;
                if (clock.GetElapsedTime(began) > SealedWithin)
                    throw new Failure(
                        $"line {line} is not sealed at {party} after {SealedWithin.TotalSeconds} s: {status.Peers.Select(p => p.LastError).FirstOrDefault(e => e is not null) ?? "no reason known"}"
                    );
                await Task.Delay(Look, TimeProvider.System, ct);
            }
        }
    }

    /// <summary>Lines of that party, its journal too.</summary>
    internal async Task<IReadOnlyList<LineId>> LinesOfAsync(PartyId party, CancellationToken ct)
    {
        List<LineId> lines =
        [
            .. (await this[party].GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct)).Select(l => l.Line),
        ];
        if ((await this[party].GetAsync("station", ApiJson.Default.StationView, ct)).Journal is { } journal)
            lines.Add(journal);
        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in stations.Values)
            await one.Client.DisposeAsync();
        await Task.WhenAll(stations.Values.Select(o => o.Host?.DisposeAsync().AsTask() ?? Task.CompletedTask));
    }
}

/// <summary>Where a party's station of a replay lies.</summary>
/// <param name="LinkPort">Port of its link; null for a free one.</param>
internal sealed record ReplayPlace(ScenarioParty Party, DataDirectory Directory, int? LinkPort = null);
