using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;

namespace Parley.EndToEnd.Wire;

/// <summary>An open line whose stations stand in networks of their own, with a wire between each two of them and no
/// other way.</summary>
internal sealed class WiredLine : IAsyncDisposable
{
    private const int WiresSeed = 7919;

    /// <summary>How long officers rest between requests while a test waits for what takes half a minute: what they
    /// wrote is judged entry by entry.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private readonly Dictionary<string, NetworkNamespace> networks = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), VirtualWire> wires = [];
    private readonly string[] parties;

    private WiredLine(string[] parties) => this.parties = parties;

    internal OpenLine Open { get; private set; } = null!;
    internal TestStation this[string party] => Open[party];

    /// <param name="seed">Of what the wires lose and delay.</param>
    /// <param name="parties">The first opens the line.</param>
    internal static Task<WiredLine> OfAsync(int seed, params string[] parties) => OfAsync(seed, null, null, parties);

    /// <param name="seed">Of what the wires lose and delay.</param>
    /// <param name="setUp">Called with each station before it is started.</param>
    /// <param name="parties">The first opens the line.</param>
    internal static Task<WiredLine> OfAsync(int seed, Action<TestStation>? setUp, params string[] parties) =>
        OfAsync(seed, setUp, null, parties);

    /// <param name="seed">Of what the wires lose and delay.</param>
    /// <param name="setUp">Called with each station before it is started.</param>
    /// <param name="agreed">Further options of <c>parley line open</c>: what the parties agree.</param>
    /// <param name="parties">The first opens the line.</param>
    internal static async Task<WiredLine> OfAsync(
        int seed,
        Action<TestStation>? setUp,
        string[]? agreed,
        params string[] parties
    )
    {
        NetworkNamespace.SkipUnlessPossible();
        var line = new WiredLine(parties);
        try
        {
            foreach (var party in parties)
                line.networks[party] = NetworkNamespace.Make();
            for (var first = 0; first < parties.Length; first++)
            {
                for (var second = first + 1; second < parties.Length; second++)
                    line.Join(parties[first], parties[second], seed + WiresSeed * line.wires.Count);
            }
            line.Open = await OpenLine.OfAsync(
                parties,
                setUp: setUp,
                agreed: agreed,
                places: p => new StationPlace(line.AddressOf(p), line.networks[p].Prefixed)
            );
            return line;
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    internal NetworkNamespace NetworkOf(string party) => networks[party];

    /// <summary>The wire whose first end is the first party's.</summary>
    internal VirtualWire Wire(string first, string second) => wires[(first, second)];

    /// <summary>What a party's station says of another.</summary>
    internal async Task<JsonNode> SeesAsync(string party, string peer) =>
        (await Open[party].Api.GetAsync($"lines/{Open.Line}/status")).Peer(peer);

    private void Join(string first, string second, int seed) =>
        wires[(first, second)] = new VirtualWire(
            new WireEnd(networks[first], $"to-{second}", AddressOf(first), AddressOf(second)),
            new WireEnd(networks[second], $"to-{first}", AddressOf(second), AddressOf(first)),
            seed
        );

    private string AddressOf(string party) => $"10.77.0.{1 + Array.IndexOf(parties, party)}";

    public async ValueTask DisposeAsync()
    {
        if (Open is not null)
            await Open.DisposeAsync();
        foreach (var wire in wires.Values)
            wire.Dispose();
        foreach (var network in networks.Values)
            network.Dispose();
    }
}
