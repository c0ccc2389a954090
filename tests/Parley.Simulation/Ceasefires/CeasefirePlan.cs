namespace Parley.Simulation.Ceasefires;

/// <summary>An officer of a station looks at what stands there, and does what there is to do, or what should not be
/// done.</summary>
internal sealed record OfficerTurn(int AtMs, int Station, int Draw);

/// <summary>How an agreement of a run begins and ends: by the world's clock, in seconds; null where its text says
/// nothing.</summary>
internal sealed record Terms(int? StartsAt, int? EndsAt);

/// <summary>
/// A seed unfolded: three parties and a guarantor on one line negotiate and sign an agreement, while processes die and
/// come back, wires are cut, disks fail and clocks are set.
/// </summary>
internal sealed record CeasefirePlan(
    Setup Setup,
    Terms Terms,
    IReadOnlyList<Act> Faults,
    IReadOnlyList<OfficerTurn> Turns
)
{
    internal const int Parties = 3,
        Stations = Parties + 1;

    /// <summary>How long faults last.</summary>
    private const int Seconds = 60;

    internal static CeasefirePlan Of(int seed)
    {
        var random = new Random(unchecked(seed * 6007 + 29));
        var setup = new Setup
        {
            Seed = seed,
            Stations = Stations,
            Lines = [Enumerable.Range(0, Stations).ToList()],
            Liar = -1,
            Hidden = random.Next(4) == 0 ? random.Next(Stations) : -1,
            Restored = -1,
            Store = StoreKind.Memory,
            Minutes = 1,
            Drop = random.NextDouble() * 0.2,
            LoseAnswer = random.NextDouble() * 0.2,
            Duplicate = random.NextDouble() * 0.2,
            MaxDelayMs = random.Next(1, random.Next(3) == 0 ? 3000 : 300),
            MaxStoreDelayMs = random.Next(1, random.Next(6) == 0 ? 2000 : 200),
            Lies = 0,
        };
        var start = random.Next(3) == 0 ? (int?)null : random.Next(5, 2 * Seconds);
        var terms = new Terms(start, random.Next(4) == 0 ? random.Next(2 * Seconds, 4 * Seconds) : null);
        return new CeasefirePlan(setup, terms, FaultsOf(random), TurnsOf(random));
    }

    private static List<Act> FaultsOf(Random random)
    {
        var acts = new List<Act>();
        void Add(int at, ActKind kind, int station) =>
            acts.Add(new Act(at, kind, station, random.Next(Stations), 0, random.Next()));
        // Every station is killed, one after the other, and comes back; what else goes wrong does so beside it.
        var order = Enumerable.Range(0, Stations).ToArray();
        for (var round = 0; round < 2; round++)
        {
            random.Shuffle(order);
            for (var i = 0; i < Stations; i++)
            {
                var at = 3_000 + (round * Stations + i) * 7_000 + random.Next(5_000);
                Add(at, ActKind.Crash, order[i]);
                Add(at + random.Next(200, 6_000), ActKind.Restart, order[i]);
            }
        }
        for (var at = 1_000; at < Seconds * 1_000; at += random.Next(4_000))
        {
            var kind = random.Next(13) switch
            {
                0 => ActKind.CutDialling,
                1 => ActKind.CutAnswers,
                2 => ActKind.Cut,
                3 => ActKind.BreakConnections,
                4 or 5 or 6 => ActKind.Heal,
                7 => ActKind.FailBefore,
                8 => ActKind.FailAfter,
                9 => ActKind.FillDisk,
                10 => ActKind.FreeDisk,
                11 => ActKind.JumpClock,
                _ => ActKind.Message,
            };
            Add(at, kind, random.Next(Stations));
        }
        return [.. acts.OrderBy(a => a.AtMs)];
    }

    private static List<OfficerTurn> TurnsOf(Random random)
    {
        var turns = new List<OfficerTurn>();
        for (var at = 500; at < Seconds * 1_000; at += random.Next(random.Next(4) == 0 ? 4_000 : 900))
            turns.Add(new OfficerTurn(at, random.Next(Stations), random.Next()));
        return turns;
    }
}
