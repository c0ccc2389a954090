using Parley.Traffic.Agreements;

namespace Parley.Simulation.Ceasefires;

/// <summary>How a run went.</summary>
/// <param name="Failure">What was broken; null when nothing was.</param>
/// <param name="State">Where the agreement stands in the end, a day later.</param>
/// <param name="Looks">Times that a station was looked at with something new.</param>
/// <param name="InForce">Those of them in which the agreement was in force.</param>
/// <param name="Kills">Processes that were killed while it was negotiated.</param>
/// <param name="DatedBack">Suspensions and denunciations that counted and state a time that their own feed had
/// passed.</param>
internal sealed record CeasefireResult(
    string? Failure,
    string? State,
    int Looks,
    int InForce,
    int Kills,
    int DatedBack
);

/// <summary>One plan, played: officers write while everything goes wrong; then faults cease, and diligent officers
/// bring it to an end.</summary>
internal static class CeasefireRun
{
    /// <summary>Acts that diligent officers need at most, one after the other.</summary>
    private const int MaxRounds = 60;

    /// <summary>One turn in so many makes two acts cross.</summary>
    private const int CrossShare = 6;

    /// <summary>One turn in so many dates an act back.</summary>
    private const int DateBackShare = 25;

    /// <summary>One run in so many ends with an act that is dated back.</summary>
    private const int DateBackShareInTheEnd = 3;

    internal static CeasefireResult Play(CeasefirePlan plan, CeasefirePlant plant = CeasefirePlant.None)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        CeasefireWatch? watch = null;
        var kills = 0;
        try
        {
            using var world = new World(plan.Setup);
            var watching = watch = new CeasefireWatch(world, plan.Terms, plant);
            world.Watching = watching.Look;
            var standing = Play(world, plan, watching, ref kills);
            return new CeasefireResult(null, standing.State, watch.Looks, watch.InForce, kills, watch.DatedBack);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new CeasefireResult(
                e is Broken ? e.Message : e.ToString(),
                null,
                watch?.Looks ?? 0,
                watch?.InForce ?? 0,
                kills,
                watch?.DatedBack ?? 0
            );
        }
    }

    private static AgreementStanding Play(World world, CeasefirePlan plan, CeasefireWatch watch, ref int kills)
    {
        var negotiator = new Negotiator(world, plan.Terms);
        var line = world.Documents[0].Id;
        var turns = new Queue<OfficerTurn>(plan.Turns);
        foreach (var act in plan.Faults)
        {
            while (turns.TryPeek(out var turn) && turn.AtMs <= act.AtMs)
                Take(turns.Dequeue());
            world.Run(World.Epoch.AddMilliseconds(act.AtMs));
            kills += act.Kind == ActKind.Crash && world.Stations[act.Station].Up ? 1 : 0;
            if (act.Kind == ActKind.JumpClock)
                world.Stations[act.Station].Clock.Offset += TimeSpan.FromSeconds(new Random(act.Draw).Next(-20, 20));
            else
                Run.Do(world, act);
        }
        while (turns.TryDequeue(out var turn))
            Take(turn);
        Run.EndFaults(world);
        world.Heal();
        var isDatedBack = false;
        for (var round = 0; ; round++)
        {
            if (!world.RunUntil(world.Truth.IsSettled, Run.SettlesWithin))
                throw new Broken($"not settled within {Run.SettlesWithin}: {Run.Describe(world)}");
            var next = world
                .Stations.Select(s => (Line: s.Lines[line]!, Entry: negotiator.Diligent(s.Lines[line]!)))
                .FirstOrDefault(n => n.Entry is not null);
            if (next.Entry is null && round < MaxRounds && !isDatedBack && plan.Setup.Seed % DateBackShareInTheEnd == 0)
            {
                isDatedBack = true;
                negotiator.DateBack(world.Stations[1].Lines[line]!, new Random(plan.Setup.Seed));
                continue;
            }
            if (next.Entry is null)
                break;
            Broken.Unless(
                round < MaxRounds,
                () => $"{next.Line.Station.Id} still wants to write {next.Entry.Kind} after {MaxRounds} acts"
            );
            negotiator.Write(next.Line, next.Entry);
        }
        return watch.CheckEnd();

        void Take(OfficerTurn turn)
        {
            world.Run(World.Epoch.AddMilliseconds(turn.AtMs));
            var draws = new Random(turn.Draw);
            if (draws.Next(CrossShare) == 0)
                negotiator.Cross([.. world.Stations.Where(s => s.Up).Select(s => s.Lines[line]!)], draws);
            else if (world.Stations[turn.Station] is { Up: true } station && station.Lines[line] is { } at)
            {
                if (draws.Next(DateBackShare) == 0)
                    negotiator.DateBack(at, draws);
                else
                    negotiator.Write(at, negotiator.Next(at, draws));
            }
        }
    }
}
