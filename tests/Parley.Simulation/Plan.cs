namespace Parley.Simulation;

/// <summary>What happens to the stations, apart from what the network and the stores do by chance.</summary>
internal enum ActKind
{
    Message,
    Burst,
    Traffic,
    File,
    OffRecord,
    Attend,
    CarryOut,
    CarryIn,
    RelayLeave,
    RelayFetch,
    Crash,
    Restart,
    CutDialling,
    CutAnswers,
    Cut,
    BreakConnections,
    Heal,
    FillDisk,
    FailBefore,
    FailAfter,
    FreeDisk,
    JumpClock,
    Restore,
    Flood,
    LieMore,
    LieLess,
    Twin,
    Swap,
}

/// <summary>One act: when, what, at whom; <paramref name="Draw"/> decides the rest.</summary>
internal sealed record Act(int AtMs, ActKind Kind, int Station, int Peer, int Line, int Draw)
{
    public override string ToString() =>
        $"{AtMs / 1000.0, 8:F3} s  {Kind} station {Station}{(Kind is ActKind.Message or ActKind.Crash ? "" : $" peer {Peer}")} line {Line} draw {Draw}";
}

/// <summary>A defect planted on purpose, to show that the invariants can fail.</summary>
internal enum Plant
{
    None,

    /// <summary>The store says that it is durable, and a crash takes back the last commits.</summary>
    StoreLies,

    /// <summary>An answer leaves when the commit was asked for, not when it is made.</summary>
    AnswersBeforeCommit,

    /// <summary>A restored station is not told that it is one, and signs.</summary>
    SignsAfterLoss,

    /// <summary>One entry in some that is stored never comes to the view.</summary>
    ViewForgets,

    /// <summary>Timers never fire: what fails once is never tried again.</summary>
    GivesUp,

    /// <summary>A fork is seen and its evidence is not kept.</summary>
    ForgivesForks,

    /// <summary>What was recorded is sometimes recorded once more.</summary>
    WritesTwice,

    /// <summary>What was carried is taken as if the wire had brought it.</summary>
    HearsFiles,

    /// <summary>A file counts as taken when its entries were handed to the store.</summary>
    TakesFilesEarly,

    /// <summary>A carried receipt is of what the author has, not of what its maker holds.</summary>
    SignsUnseen,
}

/// <summary>Where the stations of a run keep their records.</summary>
internal enum StoreKind
{
    /// <summary>In memory, in a store that decides with the real ledger what it takes.</summary>
    Memory,

    /// <summary>In SQLite files, which are copied as they lie when a process is killed.</summary>
    Sqlite,

    /// <summary>In databases of a PostgreSQL server, whose sessions the server ends when a process is killed.</summary>
    Postgres,
}

/// <summary>How a run is set up. All of it follows from the seed, unless asked for otherwise.</summary>
internal sealed record Setup
{
    public required int Seed { get; init; }
    public required int Stations { get; init; }

    /// <summary>Members of each line, by station. The first line has all of them.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Lines { get; init; }
    public required int Hidden { get; init; }
    public required int Liar { get; init; }
    public required int Restored { get; init; }
    public required StoreKind Store { get; init; }
    public required int Minutes { get; init; }
    public required double Drop { get; init; }
    public required double LoseAnswer { get; init; }
    public required double Duplicate { get; init; }
    public required int MaxDelayMs { get; init; }
    public required int MaxStoreDelayMs { get; init; }
    public required double Lies { get; init; }
    public Plant Plant { get; init; }
}

/// <summary>A seed unfolded: the setup and the acts, in order of time. A shorter list of acts is a smaller run of the
/// same kind.</summary>
internal sealed record Plan(Setup Setup, IReadOnlyList<Act> Acts)
{
    private const int SqliteShare = 24;

    /// <summary>Mostly few: what a station costs grows with the square of their number, and nearly everything shows
    /// among three.</summary>
    private static int Size(int draw) =>
        draw switch
        {
            < 90 => 2,
            < 160 => 3,
            < 190 => 4,
            < 194 => 5,
            < 196 => 6,
            var many => 7 + (many - 196),
        };

    internal static Plan Of(
        int seed,
        int fewest = 2,
        int most = 10,
        int minutes = 1,
        Plant plant = Plant.None,
        StoreKind? store = null
    )
    {
        var random = new Random(unchecked(seed * 7919 + 17));
        var stations = Math.Clamp(Size(random.Next(200)), fewest, most);
        if (fewest > 2)
            stations = random.Next(fewest, most + 1);
        var lines = new List<IReadOnlyList<int>> { Enumerable.Range(0, stations).ToList() };
        for (var more = random.Next(stations > 4 ? 2 : 3); more > 0; more--)
        {
            var members = Enumerable.Range(0, stations).ToArray();
            random.Shuffle(members);
            lines.Add([.. members.Take(random.Next(2, Math.Min(stations, 4) + 1)).Order()]);
        }
        var liar = random.Next(3) == 0 ? random.Next(stations) : -1;
        var hidden = random.Next(4) == 0 ? random.Next(stations) : -1;
        var restored = random.Next(4) == 0 ? random.Next(stations) : -1;
        var setup = new Setup
        {
            Seed = seed,
            Stations = stations,
            Lines = lines,
            Liar = liar,
            Hidden = hidden,
            Restored = restored == liar ? -1 : restored,
            Store = store ?? (seed % SqliteShare == 0 ? StoreKind.Sqlite : StoreKind.Memory),
            Minutes = minutes,
            Drop = random.NextDouble() * 0.2,
            LoseAnswer = random.NextDouble() * 0.2,
            Duplicate = random.NextDouble() * 0.2,
            MaxDelayMs = random.Next(1, random.Next(3) == 0 ? 3000 : 300),
            MaxStoreDelayMs = random.Next(1, random.Next(6) == 0 ? 4000 : 200),
            Lies = random.NextDouble() * 0.4,
            Plant = plant,
        };
        return new Plan(setup, Draw(setup, random));
    }

    private static List<Act> Draw(Setup setup, Random random)
    {
        var acts = new List<Act>();
        var end = setup.Minutes * 60_000;
        var at = 500;
        while (at < end)
        {
            var kind = random.Next(48) switch
            {
                < 10 => ActKind.Message,
                < 12 => ActKind.Burst,
                < 18 => ActKind.Traffic,
                18 => ActKind.File,
                19 or 20 => ActKind.OffRecord,
                21 => ActKind.Attend,
                22 or 23 => ActKind.Crash,
                24 or 25 => ActKind.Restart,
                26 => ActKind.CutDialling,
                27 => ActKind.CutAnswers,
                28 => ActKind.Cut,
                29 => ActKind.BreakConnections,
                30 or 31 => ActKind.Heal,
                32 => ActKind.FillDisk,
                33 => ActKind.FailBefore,
                34 => ActKind.FailAfter,
                35 => ActKind.FreeDisk,
                36 => ActKind.JumpClock,
                37 when setup.Liar >= 0 => (ActKind)random.Next((int)ActKind.Flood, (int)ActKind.Swap + 1),
                40 or 41 or 42 => ActKind.CarryOut,
                43 or 44 => ActKind.CarryIn,
                45 => ActKind.RelayLeave,
                46 => ActKind.RelayFetch,
                _ => ActKind.Message,
            };
            var station = random.Next(setup.Stations);
            acts.Add(
                new Act(at, kind, station, random.Next(setup.Stations), random.Next(setup.Lines.Count), random.Next())
            );
            at += random.Next(random.Next(4) == 0 ? 8_000 : 1_200);
        }
        if (setup.Restored >= 0)
        {
            // Somewhere in the second half; its officers do not wait with what they have to say.
            var restored = random.Next(end / 2, end - 5_000);
            acts.Add(new Act(restored, ActKind.Restore, setup.Restored, 0, 0, random.Next()));
            for (var line = 0; line < setup.Lines.Count; line++)
                acts.Add(
                    new Act(restored + random.Next(1, 3_000), ActKind.Message, setup.Restored, 0, line, random.Next())
                );
        }
        return [.. acts.OrderBy(a => a.AtMs)];
    }
}
