using Parley.Simulation.Stores;

namespace Parley.Simulation.Hostile;

/// <summary>What somebody does in a hostile run: first the honest, then what the hostile party writes, then what
/// becomes of it.</summary>
internal enum Move
{
    // honest officers
    Flash,
    Immediate,
    Acknowledge,
    Notify,
    Travel,
    CancelOwn,
    AskForCall,
    Propose,

    // the hostile party: a kind of mischief each
    Sprinkle,
    FloodOfKind,
    FarTimes,
    OldFlashes,
    FillItem,
    ManyAreas,
    ManyCircles,
    Early,
    Faults,
    UnseenFlash,
    SixtyFour,
    Flips,
    Restate,
    OffRecord,
    Notes,
    Announce,
    OpenItems,
    Churn,
    Backwards,

    // what happens meanwhile
    PushSome,
    PushAll,
    CarryOne,
    PassTime,
    Restart,
}

/// <summary>One step of a hostile run.</summary>
/// <param name="Move">What.</param>
/// <param name="Station">At which honest station, counted round.</param>
/// <param name="Draw">Decides everything else about it.</param>
internal readonly record struct Step(Move Move, int Station, int Draw)
{
    public override string ToString() => $"{Move} at {Station} ({Draw})";
}

/// <summary>Everything about one hostile run: from a seed alone.</summary>
/// <param name="Seed">Decides it.</param>
/// <param name="Honest">Honest stations.</param>
/// <param name="Store">Of all of them.</param>
/// <param name="IsHeavy">Floods are as large as they come.</param>
/// <param name="Steps">What is done.</param>
/// <param name="Defect">A defect on purpose.</param>
/// <param name="IsCalm">Headers tell times that could be true: for what hides behind a failure of far times.</param>
internal sealed record HostilePlan(
    int Seed,
    int Honest,
    StoreKind Store,
    bool IsHeavy,
    IReadOnlyList<Step> Steps,
    Defect Defect = Defect.None,
    bool IsCalm = false
)
{
    /// <summary>One seed in so many is played on SQLite, and one on floods as large as they come.</summary>
    internal const int SqliteShare = 24,
        HeavyShare = 16;
    private const int FewestSteps = 16,
        MostSteps = 34;

    internal static HostilePlan Of(int seed)
    {
        var draws = new Random(seed ^ 0x05e1);
        var steps = new List<Step>();
        var isHeavy = seed % HeavyShare == HeavyShare - 1;
        // A run has a few kinds of mischief, each more than once: what they do together shows there.
        var mischief = Enumerable
            .Range(0, 2 + draws.Next(3))
            .Select(_ => (Move)draws.Next((int)Move.Sprinkle, (int)Move.PushSome))
            .ToList();
        for (var left = draws.Next(FewestSteps, MostSteps); left > 0; left--)
        {
            var move = draws.Next(10) switch
            {
                < 3 => (Move)draws.Next((int)Move.Sprinkle),
                < 6 => mischief[draws.Next(mischief.Count)],
                6 => Move.Sprinkle,
                _ => (Move)draws.Next((int)Move.PushSome, (int)Move.Restart + (draws.Next(4) == 0 ? 1 : 0)),
            };
            steps.Add(new Step(move, draws.Next(12), draws.Next()));
        }
        return new HostilePlan(
            seed,
            seed % 8 == 0 ? 3 : 2,
            seed % SqliteShare == 1 ? StoreKind.Sqlite : StoreKind.Memory,
            isHeavy,
            steps
        );
    }
}
