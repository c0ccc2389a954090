using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Simulation.Stores;

namespace Parley.Simulation.Hostile;

/// <summary>
/// A line of honest stations and one hostile party that keeps every rule of the wire. The link's requests are carried
/// between the stations by the run itself, in the order
/// that the plan says, so that feeds come to each of them differently interleaved.
/// </summary>
internal sealed class HostileWorld : IDisposable
{
    /// <summary>How long anything that must come may take, in real time. It is no measure of speed: what does not come
    /// in this time does not come.</summary>
    internal static readonly TimeSpan Usual = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private const int MaxTries = 200;
    private static readonly string[] Names = ["us", "un", "fi"];

    private readonly string root = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
        $"parley-hostile-{Guid.NewGuid():N}"
    );
    private readonly TimeSpan patience,
        ringsWithin;
    private readonly Dictionary<(PartyId From, PartyId To), NoteSignature?> cosignatures = [];
    private readonly Dictionary<PartyId, int> pushed = [];

    internal HostileWorld(
        int seed,
        int honest,
        StoreKind store,
        Defect defect = Defect.None,
        TimeSpan? patience = null,
        TimeSpan? ringsWithin = null
    )
    {
        this.patience = patience ?? Usual;
        this.ringsWithin = ringsWithin ?? this.patience;
        Clock = new OwnedClock(World.Epoch);
        Stations = [.. Names.Take(honest).Select(name => new HonestStation(root, name, Clock, store, defect))];
        Enemy = Station.Tests.Faults.StationFolder.Make(Path.Combine(root, "ru"), "ru", listens: false, clock: Clock);
        var nonce = new byte[LineDocument.NonceLength];
        new Random(seed).NextBytes(nonce);
        Document = LineDocument.Create(
            "north",
            "Northern line",
            Clock.GetUtcNow(),
            nonce,
            [.. Stations.Select(s => s.Folder.Card), Enemy.Card],
            LinePolicy.Default
        );
        Feed = new HostileFeed(Enemy, Document, Clock);
        foreach (var station in Stations)
            station.Begin(Document);
        foreach (var station in Stations)
            station.OpenByOfficers();
        foreach (var station in Stations)
            Until(() => station.SizeOf(station.Party) > 0, () => $"{station.Party} does not open the line");
        Feed.Open();
        foreach (var station in Stations)
        {
            Push(station, int.MaxValue);
            foreach (var other in Stations.Where(s => s != station))
                Carry(other, station);
        }
    }

    internal OwnedClock Clock { get; }
    internal LineDocument Document { get; }
    internal IReadOnlyList<HonestStation> Stations { get; }
    internal Station.Tests.Faults.StationFolder Enemy { get; }
    internal HostileFeed Feed { get; }

    /// <summary>Waits, while the clock goes on, until it holds.</summary>
    internal void Until(Func<bool> holds, Func<string> otherwise) => Until(holds, otherwise, patience);

    /// <summary>Waits, while the clock goes on, until an alarm is raised that must be raised.</summary>
    internal void UntilItRings(Func<bool> rings, Func<string> otherwise) => Until(rings, otherwise, ringsWithin);

    private void Until(Func<bool> holds, Func<string> otherwise, TimeSpan within)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var turn = 0; !holds(); turn++)
        {
            if (TimeProvider.System.GetElapsedTime(began) > within)
                throw new Broken(otherwise());
            Clock.Advance(Tick);
#pragma warning disable RS0030 // the stations' own threads work in real time, and what they come to is no single event that could be awaited
            Thread.Sleep(Math.Min(20, turn / 20)); // first it only lets others run
#pragma warning restore RS0030
            foreach (var station in Stations)
                Broken.Unless(station.Mistake is null, () => $"{station.Party}: {station.Mistake}");
        }
    }

    private LinkAnswer Serve(HonestStation at, PartyId from, LinkRequest request)
    {
        var answer = at.ServeAsync(from, request);
        Until(() => answer.IsCompleted, () => $"{at.Party} does not answer {request.Verb} of {from}");
        return answer.GetAwaiter().GetResult();
    }

    /// <summary>Pushes the next entries of the hostile feed to a station, which must take them.</summary>
    internal void Push(HonestStation to, int most)
    {
        for (var tries = 0; most > 0 && pushed.GetValueOrDefault(to.Party) < Feed.Size; tries++)
        {
            var from = pushed.GetValueOrDefault(to.Party);
            var (push, end) = Feed.Push(from, most);
            var answer = Serve(to, Feed.Party, new LinkRequest(LinkVerb.Push, push));
            if (answer.Status is 429 or 503 && tries < MaxTries)
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                continue;
            }
            Broken.Unless(
                answer.Status == 200,
                () =>
                    $"{to.Party} refuses what is legal on the wire, entries {from} to {end}: {answer.Status} {answer.Reason}"
            );
            pushed[to.Party] = end;
            most -= end - from;
        }
    }

    internal int Pushed(HonestStation to) => pushed.GetValueOrDefault(to.Party);

    /// <summary>Any other request of the hostile party; it may be refused, and must be answered.</summary>
    internal void Annoy(HonestStation at, LinkRequest request) => Serve(at, Feed.Party, request);

    /// <summary>Brings everything that an honest station has written to another, by pulls.</summary>
    internal void Carry(HonestStation from, HonestStation to)
    {
        var key = (from.Party, to.Party);
        for (var tries = 0; to.SizeOf(from.Party) < from.SizeOf(from.Party); tries++)
        {
            Broken.Unless(
                tries < MaxTries,
                () =>
                    $"what {from.Party} wrote does not come to {to.Party}: {to.SizeOf(from.Party)} of {from.SizeOf(from.Party)}"
            );
            var pulled = Serve(
                from,
                to.Party,
                new LinkRequest(
                    LinkVerb.Pull,
                    new PullRequest(to.SizeOf(from.Party), cosignatures.GetValueOrDefault(key)).Encode()
                )
            );
            cosignatures.Remove(key);
            if (pulled.Status is 429 or 204 or 503)
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                continue;
            }
            Broken.Unless(
                pulled.Status == 200,
                () => $"{from.Party} does not give {to.Party} its entries: {pulled.Status} {pulled.Reason}"
            );
            var taken = Serve(to, from.Party, new LinkRequest(LinkVerb.Push, pulled.Body));
            if (taken.Status is 429 or 503)
                continue;
            Broken.Unless(
                taken.Status is 200 or 409,
                () => $"{to.Party} refuses {from.Party}'s entries: {taken.Status} {taken.Reason}"
            );
            if (
                taken.Status == 200
                && NoteSignature.ParseLine(Encoding.UTF8.GetString(taken.Body.Span)).TryGet(out var cosignature, out _)
            )
                cosignatures[key] = cosignature;
        }
    }

    /// <summary>Everything to everybody, in an order of chance.</summary>
    internal void DeliverAll(Random draws)
    {
        var ways = Stations
            .SelectMany(to =>
                Stations
                    .Where(from => from != to)
                    .Select(from => (From: (HonestStation?)from, To: to))
                    .Append((From: null, To: to))
            )
            .ToArray();
        draws.Shuffle(ways);
        foreach (var (from, to) in ways)
        {
            if (from is null)
                Push(to, int.MaxValue);
            else
                Carry(from, to);
        }
    }

    public void Dispose()
    {
        foreach (var station in Stations)
            station.Dispose();
        Enemy.Dispose();
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
    }
}
