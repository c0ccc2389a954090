using System.IO.Hashing;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;

namespace Parley.Simulation;

/// <summary>
/// Stations with their real cores, stores and state machines, one clock that they do not know, and the network between
/// them. Everything follows from the
/// plan: the same plan gives the same run, step by step. After every step the promises are checked by
/// <see cref="Truth"/>.
/// </summary>
internal sealed class World : IDisposable
{
    internal static readonly DateTimeOffset Epoch = LineNetwork.Epoch;

    /// <summary>Steps since the clock last moved: more than this is a loop that would burn a processor.</summary>
    private const int MaxStepsWithoutTime = 20_000;

    private readonly PriorityQueue<Action, (long Due, long Order)> agenda = new();
    private readonly HashSet<(int From, int To)> cutDialling = [],
        cutAnswers = [];
    private readonly List<Call> calls = [];
    private readonly Random random;
    private readonly XxHash64 trace = new();
    private readonly Dictionary<PartyId, SimStation> byParty;
    private long scheduled;
    private int busy;

    internal World(Setup setup)
    {
        Setup = setup;
        Now = Epoch;
        random = new Random(setup.Seed);
        Truth = new Truth(this);
        Draws = new Random(setup.Seed ^ 0x5eed);
        IReadOnlyList<LineParty> parties =
        [
            .. Enumerable.Range(0, setup.Stations).Select(i => LineParty.Named($"p{i}")),
        ];
        Documents =
        [
            .. setup.Lines.Select(
                (members, n) =>
                    LineDocument.Create(
                        $"line{n}",
                        $"Line {n}",
                        Epoch,
                        Bytes(LineDocument.NonceLength),
                        [.. members.Select(m => parties[m].Card(dialable: m != setup.Hidden))],
                        LinePolicy.Default
                    )
            ),
        ];
        Stations =
        [
            .. parties.Select(
                (party, i) => new SimStation(this, i, party, 1 + (random.NextDouble() - 0.5) * 1e-3, twin: false)
            ),
        ];
        byParty = Stations.ToDictionary(s => s.Id);
        Carrying = new Carrying(this);
        if (setup.Liar >= 0)
            Liar = new Liar(this, Stations[setup.Liar]);
        foreach (var station in Stations)
            station.Begin();
    }

    internal Setup Setup { get; }
    internal Truth Truth { get; }

    /// <summary>Who looks besides, after every step.</summary>
    internal Action? Watching { get; set; }

    /// <summary>The other path than the wire.</summary>
    internal Carrying Carrying { get; }
    internal IReadOnlyList<LineDocument> Documents { get; }
    internal IReadOnlyList<SimStation> Stations { get; }
    internal SimStation this[PartyId party] => byParty[party];
    internal Liar? Liar { get; }
    internal DateTimeOffset Now { get; private set; }
    internal long Steps { get; private set; }

    /// <summary>What acts draw from, apart from what the network draws.</summary>
    internal Random Draws { get; }

    /// <summary>False once faults have ceased.</summary>
    internal bool IsFaulty { get; set; } = true;
    internal double Losing => IsFaulty ? Setup.LoseAnswer : 0;

    internal IEnumerable<SimStation> Honest => Stations.Where(s => s.Index != Setup.Liar);

    /// <summary>A number that differs when anything differs: of every step, what happened to whom when.</summary>
    internal ulong TraceHash => trace.GetCurrentHashAsUInt64();

    internal void Trace(int station, int what, ReadOnlySpan<byte> bytes = default)
    {
        Span<byte> head = stackalloc byte[20];
        BitConverter.TryWriteBytes(head, Now.UtcTicks);
        BitConverter.TryWriteBytes(head[8..], station);
        BitConverter.TryWriteBytes(head[12..], what);
        BitConverter.TryWriteBytes(head[16..], bytes.Length);
        trace.Append(head);
        trace.Append(bytes);
    }

    internal byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        (Draws ?? random).NextBytes(bytes);
        return bytes;
    }

    internal bool Chance(double chance) => chance > 0 && random.NextDouble() < chance;

    internal int Next(int below) => random.Next(below);

    internal int Next(int from, int below) => random.Next(from, below);

    internal TimeSpan Way() => TimeSpan.FromMilliseconds(IsFaulty ? 1 + random.NextDouble() * Setup.MaxDelayMs : 1);

    internal TimeSpan StoreDelay() =>
        TimeSpan.FromMilliseconds(IsFaulty ? random.NextDouble() * Setup.MaxStoreDelayMs : 0.5);

    internal void At(DateTimeOffset due, Action action) =>
        agenda.Enqueue(action, (Math.Max(due.UtcTicks, Now.UtcTicks), ++scheduled));

    internal void Run(DateTimeOffset until)
    {
        while (agenda.TryPeek(out _, out var next) && next.Due <= until.UtcTicks)
            Step();
        if (until > Now)
            Now = until;
    }

    /// <summary>Runs until it holds; false when it does not within the time.</summary>
    internal bool RunUntil(Func<bool> holds, TimeSpan within)
    {
        var end = Now + within;
        var looked = Now - TimeSpan.FromSeconds(1);
        while (true)
        {
            if (Now - looked >= TimeSpan.FromMilliseconds(20))
            {
                looked = Now;
                if (holds())
                    return true;
            }
            if (!agenda.TryPeek(out _, out var next) || next.Due > end.UtcTicks)
                return holds();
            Step();
        }
    }

    private void Step()
    {
        agenda.TryDequeue(out var action, out var at);
        var due = new DateTimeOffset(at.Due, TimeSpan.Zero);
        busy = due == Now ? busy + 1 : 0;
        Broken.Unless(busy <= MaxStepsWithoutTime, () => "a machine keeps itself busy without end");
        Now = due;
        Steps++;
        action!();
        if (Carrying.Fault is { } fault)
            throw fault as Broken ?? new Broken(fault.ToString());
        Truth.AfterStep();
        Watching?.Invoke();
    }

    internal bool IsCutDialling(SimStation from, SimStation to) => cutDialling.Contains((from.Index, to.Index));

    internal bool CanAnswer(SimStation from, SimStation to) => !cutAnswers.Contains((from.Index, to.Index));

    internal bool IsReachable(SimStation from, SimStation to) => !IsCutDialling(from, to) && CanAnswer(from, to);

    internal void CutDialling(int from, int to) => cutDialling.Add((from, to));

    internal void CutAnswers(int from, int to) => cutAnswers.Add((from, to));

    internal void Heal()
    {
        cutDialling.Clear();
        cutAnswers.Clear();
    }

    internal void Send(SimLine from, LinkEffect.Send send)
    {
        Trace(from.Station.Index, 1000 + (int)send.Request.Verb, send.Request.Body.Span);
        Truth.Leaving(from, send.Request);
        var to = Liar?.Route(from, send.To) ?? this[send.To];
        var call = new Call(this, from, to, send);
        calls.Add(call);
        At(Now + send.Timeout, () => call.Fail("timed out"));
        var request = Liar is { } liar && liar.Is(from.Station) ? liar.Bend(from, send.To, send.Request) : send.Request;
        if (IsFaulty && Chance(Setup.Drop))
            return;
        At(Now + Way(), () => call.Deliver(request));
        // A pull is not repeated: the wire is TLS, and it would say once more what its sender held before.
        if (IsFaulty && request.Verb != LinkVerb.Pull && Chance(Setup.Duplicate))
            At(Now + Way() * (Chance(0.2) ? 20 : 1), () => call.Deliver(request));
    }

    internal void Ended(Call call) => calls.Remove(call);

    /// <summary>The process is gone: whoever waits for it learns that the connection broke, and what it asked is of no
    /// more interest.</summary>
    internal void WentDead(SimStation station)
    {
        foreach (var call in calls.Where(c => c.To == station).ToList())
            At(Now + Way(), () => call.Fail("connection reset"));
        foreach (var call in calls.Where(c => c.From == station).ToList())
            call.Forget();
        Carrying.WentDead(station);
    }

    /// <summary>Cuts what is under way between two, whatever it is in the middle of; a new connection can be made at
    /// once.</summary>
    internal void BreakConnections(int a, int b)
    {
        foreach (
            var call in calls
                .Where(c => (c.From.Index == a && c.To.Index == b) || (c.From.Index == b && c.To.Index == a))
                .ToList()
        )
            call.Fail("connection reset");
    }

    public void Dispose()
    {
        foreach (var station in Stations)
            station.Dispose();
        Liar?.Dispose();
        Carrying.Dispose();
    }
}
