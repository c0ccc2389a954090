using System.Text.Json.Nodes;
using Xunit;

namespace Parley.EndToEnd.Stations;

/// <summary>
/// Stations with a line between them that was opened by the ceremony, as officers do it: cards handed over,
/// fingerprints read out, the
/// document accepted by everyone. All run, reach each other, and have sealed the opening.
/// </summary>
internal sealed class OpenLine : IAsyncDisposable
{
    private readonly List<TestStation> stations = [];

    private OpenLine() { }

    internal TestFolder Folder { get; } = new();
    internal string Line { get; private set; } = "";

    /// <summary>The document of the line that was opened last, as its parties handed it on.</summary>
    internal string Document { get; private set; } = "";
    internal IReadOnlyList<TestStation> Stations => stations;
    internal TestStation this[string party] => stations.Single(s => s.Party == party);

    /// <param name="dialsOnly">The party whose station accepts no connections; null when all do.</param>
    /// <param name="parties">The first opens the line.</param>
    /// <param name="setUp">Called with each station before it is started.</param>
    /// <param name="places">Where each party's station runs; null for the test's own network.</param>
    /// <param name="agreed">Further options of <c>parley line open</c>: what the parties agree.</param>
    /// <param name="alone">True where each command is to be a process of its own, and what officers may not do is tried too.</param>
    internal static async Task<OpenLine> OfAsync(
        string[] parties,
        string? dialsOnly = null,
        Action<TestStation>? setUp = null,
        Func<string, StationPlace>? places = null,
        string[]? agreed = null,
        bool alone = false
    )
    {
        var line = new OpenLine();
        try
        {
            line.stations.AddRange(
                await Task.WhenAll(
                    parties.Select(p => TestStation.InitAsync(line.Folder, p, p == dialsOnly, places?.Invoke(p), alone))
                )
            );
            foreach (var station in line.stations)
                setUp?.Invoke(station);
            await Task.WhenAll(line.stations.Select(s => s.StartAsync()));
            await line.OpenAsync(agreed ?? [], alone);
            await line.SealedAsync();
            return line;
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens lines between some of the stations: what is on one of them the others do not hear.</summary>
    /// <param name="parties">All of them.</param>
    /// <param name="lines">By slug who is on it; the first opens it.</param>
    /// <param name="agreed">Further options of <c>parley line open</c>.</param>
    /// <param name="setUp">Called with each station before it is started.</param>
    internal static async Task<(OpenLine Stations, Dictionary<string, string> Lines)> SeveralAsync(
        string[] parties,
        IReadOnlyDictionary<string, string[]> lines,
        string[]? agreed = null,
        Action<TestStation>? setUp = null
    )
    {
        var open = new OpenLine();
        try
        {
            open.stations.AddRange(await Task.WhenAll(parties.Select(p => TestStation.InitAsync(open.Folder, p))));
            foreach (var station in open.stations)
                setUp?.Invoke(station);
            await Task.WhenAll(open.stations.Select(s => s.StartAsync()));
            var opened = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (slug, members) in lines)
            {
                await open.OpenAsync(agreed ?? [], alone: false, slug, [.. members.Select(m => open[m])]);
                await open.SealedAsync();
                opened[slug] = open.Line;
            }
            return (open, opened);
        }
        catch
        {
            await open.DisposeAsync();
            throw;
        }
    }

    private Task OpenAsync(string[] agreed, bool alone) => OpenAsync(agreed, alone, "trial", stations);

    private List<TestStation> members = [];

    private async Task OpenAsync(string[] agreed, bool alone, string slug, List<TestStation> stations)
    {
        members = stations;
        Task<Said> RunAsync(TestStation station, params string[] words) =>
            alone ? station.RunAloneAsync(words) : station.RunAsync(words);
        var document = Document = Folder[$"{slug}.document"];
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var station in stations)
            read[station.Party] = (await station.Api.GetAsync("station"))["fingerprint"]!["words"]!.GetValue<string>();
        string[] Compared(TestStation self) =>
            [
                .. stations
                    .Where(s => s != self)
                    .SelectMany(s => new[] { "--fingerprint", $"{s.Party}={read[s.Party]}" }),
            ];
        string[] cards = [.. stations.Skip(1).SelectMany(s => new[] { "--with", s.Card })];

        if (alone)
        {
            // Nothing is accepted before the officers have compared.
            (await RunAsync(stations[0], ["line", "open", .. cards])).Refused(
                1,
                "nothing is accepted until every fingerprint is compared"
            );
            Assert.Empty((await RunAsync(stations[0], "line", "list", "--json")).Ended(0).Lines);
        }
        var opened = await RunAsync(
            stations[0],
            [
                "line",
                "open",
                "--slug",
                slug,
                "--title",
                "A line for a test",
                "--out",
                document,
                "--json",
                .. cards,
                .. agreed,
                .. Compared(stations[0]),
            ]
        );
        Line = opened.Ended(0).Json["line"]!.GetValue<string>();
        foreach (var station in stations.Skip(1))
        {
            var accepted = await RunAsync(station, ["line", "accept", document, "--json", .. Compared(station)]);
            Assert.Equal(Line, accepted.Ended(0).Json["line"]!.GetValue<string>());
        }
    }

    /// <summary>Returns when every station says that all it wrote is sealed, and that it hears every other.</summary>
    internal async Task SealedAsync()
    {
        foreach (var station in members)
        {
            await Until.HoldsAsync(
                $"{station.Party} has all sealed",
                () => station.Api.GetAsync($"lines/{Line}/status"),
                s =>
                    s["ownSize"]!.GetValue<ulong>() > 0
                    && s["ownSealed"]!.GetValue<ulong>() == s["ownSize"]!.GetValue<ulong>()
                    && s["peers"]!.AsArray().All(p => p!["state"]!.GetValue<string>() is "alive" or "unattended")
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(stations.Select(s => s.DisposeAsync().AsTask()));
        Folder.Dispose();
    }
}
