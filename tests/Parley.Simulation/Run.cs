using System.Text;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Simulation;

/// <summary>How a run went.</summary>
/// <param name="Failure">What was broken; null when nothing was.</param>
/// <param name="TraceHash">Differs when anything differed.</param>
/// <param name="Steps">Events handled.</param>
/// <param name="Entries">Entries on the record of all honest parties.</param>
/// <param name="SettledIn">From the end of the faults until everything had settled.</param>
/// <param name="Named">Times that a station named the liar with evidence.</param>
/// <param name="Files">Carried files that were taken whole.</param>
/// <param name="Carried">Entries that files brought.</param>
internal sealed record RunResult(
    string? Failure,
    ulong TraceHash,
    long Steps,
    long Entries,
    TimeSpan SettledIn,
    int Named,
    int Files = 0,
    long Carried = 0
);

/// <summary>One plan, played: the acts while faults last, then rest until everything has settled, then the
/// reckoning.</summary>
internal static class Run
{
    /// <summary>
    /// After faults have ceased everything settles within this time of the world's clock. It is made of the longest
    /// pauses that the protocol allows: a retry (5 s), a request
    /// into the void (50 s), a body that is searched for (60 s), a peer that lost data and is held back (30 s, then 60
    /// s), and a backlog that is carried in pushes of 2048.
    /// </summary>
    internal static readonly TimeSpan SettlesWithin = TimeSpan.FromMinutes(4);

    internal static RunResult Play(Plan plan)
    {
        World? world = null;
        // What a file's reader or writer does next is a step of this thread, and not of whoever else would run it.
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            world = new World(plan.Setup);
            var settled = Play(world, plan);
            var entries = world.Honest.Sum(s => s.Lines.All.Sum(l => (long)l.Machine.SizeOf(s.Id)));
            var named = world.Liar is null
                ? 0
                : world.Honest.Sum(s => s.Lines.All.Count(l => Truth.IsNamed(l, world.Liar.Id)));
            return new RunResult(
                null,
                world.TraceHash,
                world.Steps,
                entries,
                settled,
                named,
                world.Carrying.Taken,
                world.Carrying.Entries
            );
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new RunResult(
                e is Broken ? e.Message : e.ToString(),
                world?.TraceHash ?? 0,
                world?.Steps ?? 0,
                0,
                default,
                0
            );
        }
        finally
        {
            world?.Dispose();
        }
    }

    private static TimeSpan Play(World world, Plan plan)
    {
        foreach (var act in plan.Acts)
        {
            world.Run(World.Epoch + TimeSpan.FromMilliseconds(act.AtMs));
            Do(world, act);
        }
        EndFaults(world);
        if (plan.Setup.Seed % HandOnlyShare == 0 && plan.Setup.Restored < 0)
            SettleByHand(world);
        world.Heal();
        var began = world.Now;
        if (!world.RunUntil(world.Truth.IsSettled, Run.SettlesWithin))
            throw new Broken($"not settled within {SettlesWithin}: {Describe(world)}");
        var took = world.Now - began;
        if (world.Liar is { } liar)
            NameTheLiar(world, liar, plan.Setup.Seed);
        world.Truth.CheckOutcome();
        world.Carrying.BringEverythingAgain();
        world.Run(world.Now + TimeSpan.FromSeconds(20));
        return took;
    }

    /// <summary>From now on nothing goes wrong but what is cut, and every process is there.</summary>
    internal static void EndFaults(World world)
    {
        world.Run(world.Now + TimeSpan.FromSeconds(1));
        world.IsFaulty = false;
        foreach (var station in world.Stations)
        {
            station.DiskIsFull = station.FailsNextBefore = station.FailsNextAfter = false;
            if (!station.Up)
                station.Restart();
        }
    }

    /// <summary>One seed in so many has no wire at all once faults have ceased, until everything has settled by
    /// hand.</summary>
    private const int HandOnlyShare = 5;

    /// <summary>Files each way until it must be so: what is wanted, its receipt, the receipts of attachments, and
    /// theirs; and some in vain, while requests into the void hold attachments up.</summary>
    private const int RoundsByHand = 12;

    private static void SettleByHand(World world)
    {
        for (var a = 0; a < world.Stations.Count; a++)
        {
            for (var b = 0; b < world.Stations.Count; b++)
                world.CutDialling(a, b);
        }
        for (var round = 1; !world.Truth.IsSettledBetweenHonest(); round++)
        {
            if (round > RoundsByHand)
                throw new Broken($"not settled by {RoundsByHand} files each way: {Describe(world)}");
            foreach (var line in world.Stations.SelectMany(s => s.Lines.All).ToList())
                line.OpenByOfficers();
            world.Carrying.BringAll();
            world.Run(world.Now + TimeSpan.FromSeconds(10));
        }
    }

    private static void NameTheLiar(World world, Liar liar, int seed)
    {
        // Whoever holds another history than somebody else will hear of it with the next heartbeats.
        world.Run(world.Now + TimeSpan.FromSeconds(45));
        var shown = new List<(SimStation Station, LineId Line)>();
        foreach (var document in world.Documents)
        {
            if (!document.Parties.Contains(liar.Id))
                continue;
            var honest = world.Honest.Where(s => s.Lines[document.Id] is not null).ToList();
            CheckTwins(world, liar, document, honest);
            if (seed % 2 == 0)
                shown.AddRange(honest.Where(s => liar.Confess(s, document.Id)).Select(s => (s, document.Id)));
        }
        world.Run(world.Now + TimeSpan.FromSeconds(5));
        foreach (var (station, line) in shown)
            Broken.Unless(
                Truth.IsNamed(station.Lines[line]!, liar.Id),
                () => $"{station.Id} was shown two truths by {liar.Id} and does not name it"
            );
    }

    /// <summary>Where two honest stations that hear of each other hold two histories of the liar, each of them has
    /// stopped and names it.</summary>
    private static void CheckTwins(World world, Liar liar, LineDocument document, List<SimStation> honest)
    {
        var origin = new Origin(document.Id, liar.Id);
        foreach (var a in honest)
        {
            foreach (var b in honest)
            {
                var common = Math.Min(a.Durable.GetValueOrDefault(origin), b.Durable.GetValueOrDefault(origin));
                if (a.Index >= b.Index || common == 0)
                    continue;
                var roots = new[] { a, b }
                    .Select(s => new Station.Lines.FeedTiles(s.Store, origin).Frontier(common).Root())
                    .ToList();
                if (roots[0] == roots[1])
                    continue;
                Broken.Unless(
                    Truth.IsNamed(a.Lines[document.Id]!, liar.Id) || Truth.IsNamed(b.Lines[document.Id]!, liar.Id),
                    () => $"{a.Id} and {b.Id} hold two histories of {liar.Id} up to {common}, and neither names it"
                );
            }
        }
    }

    internal static void Do(World world, Act act)
    {
        var station = world.Stations[act.Station];
        var draws = new Random(act.Draw);
        var line = station.Up ? station.Lines[world.Documents[act.Line].Id] : null;
        switch (act.Kind)
        {
            case ActKind.Message:
                line?.Append(Traffic.Message(draws, line, "m"));
                break;
            case ActKind.Burst:
                line?.Append([
                    .. Enumerable
                        .Range(0, draws.Next(2, draws.Next(4) == 0 ? 300 : 12))
                        .Select(n => Traffic.Message(draws, line, $"b{n}")),
                ]);
                break;
            case ActKind.Traffic:
                for (var steps = draws.Next(1, 4); steps > 0; steps--)
                    line?.Append(Traffic.Step(draws, line));
                break;
            case ActKind.File when line is not null && Traffic.File(draws, line) is { } file:
                line.Append(file);
                break;
            case ActKind.OffRecord when line is not null:
                Speak(world, line, draws);
                break;
            case ActKind.CarryOut:
                world.Carrying.Export(station, world.Documents[act.Line].Id, Peer(world, act), draws);
                break;
            case ActKind.CarryIn:
                world.Carrying.Import(station, draws);
                break;
            case ActKind.RelayLeave:
                world.Carrying.Leave(station, world.Documents[act.Line].Id, Peer(world, act), draws);
                break;
            case ActKind.RelayFetch:
                world.Carrying.Fetch(station, draws);
                break;
            case ActKind.Attend when station.Up:
                station.SetAttended(!station.Attended);
                break;
            case ActKind.Crash when station.Up:
                station.Crash(draws.Next(3));
                break;
            case ActKind.Restart when world.Stations.FirstOrDefault(s => !s.Up) is { } down:
                down.Restart();
                break;
            case ActKind.CutDialling:
                world.CutDialling(act.Station, act.Peer);
                break;
            case ActKind.CutAnswers:
                world.CutAnswers(act.Station, act.Peer);
                break;
            case ActKind.Cut:
                world.CutDialling(act.Station, act.Peer);
                world.CutDialling(act.Peer, act.Station);
                break;
            case ActKind.BreakConnections:
                world.BreakConnections(act.Station, act.Peer);
                break;
            case ActKind.Heal:
                world.Heal();
                break;
            case ActKind.FillDisk:
                station.DiskIsFull = true;
                break;
            case ActKind.FreeDisk:
                foreach (var full in world.Stations)
                    full.DiskIsFull = false;
                break;
            case ActKind.FailBefore:
                station.FailsNextBefore = true;
                break;
            case ActKind.FailAfter:
                station.FailsNextAfter = true;
                break;
            case ActKind.JumpClock:
                station.Clock.Offset += TimeSpan.FromSeconds(draws.Next(-7200, 7200));
                break;
            case ActKind.Restore:
                station.Restore();
                break;
            case ActKind.Flood:
                world.Liar?.Flood(station, world.Documents[act.Line].Id);
                break;
            case ActKind.LieMore:
                world.Liar?.LieMore();
                break;
            case ActKind.LieLess:
                world.Liar?.LieLess();
                break;
            case ActKind.Twin when draws.Next(3) == 0:
                world.Liar?.Split();
                break;
            case ActKind.Swap:
                world.Liar?.Swap();
                break;
        }
        if (
            act.Station == world.Setup.Restored
            && station.Up
            && draws.Next(3) == 0
            && world.Now < World.Epoch + TimeSpan.FromMinutes(world.Setup.Minutes) / 2
        )
            station.TakeBackup();
    }

    /// <summary>The act's peer, or where that is not on the line, another that is.</summary>
    private static PartyId Peer(World world, Act act)
    {
        var others = world.Documents[act.Line].Parties.Where(p => p != world.Stations[act.Station].Id).ToList();
        return others.Contains(world.Stations[act.Peer].Id)
            ? world.Stations[act.Peer].Id
            : others[act.Draw % others.Count];
    }

    private static void Speak(World world, SimLine line, Random draws)
    {
        var to = line.Identity.Peers[draws.Next(line.Identity.Peers.Count)];
        var id = $"o{draws.Next()}";
        world.Truth.Spoke(line, to, id);
        line.Handle(
            new LinkEvent.OffRecordRequested(
                new OffRecordMessage
                {
                    Id = id,
                    At = world.Now,
                    Seat = "watch",
                    Name = "A. Officer",
                    Precedence = Precedence.Routine,
                    Mark = Mark.Exercise,
                    Text = Truth.OffRecordMark,
                },
                [to]
            )
        );
    }

    /// <summary>Who is not at rest, and what is lacking.</summary>
    internal static string Describe(World world)
    {
        var text = new StringBuilder();
        foreach (
            var line in world
                .Stations.SelectMany(s => s.Lines.All)
                .Where(l => !world.Truth.IsSettled(l))
                .OrderBy(l => l.Id.Value, StringComparer.Ordinal)
        )
        {
            var status = line.Status;
            text.AppendLine()
                .Append("  ")
                .Append(line.Station.Id)
                .Append(" on ")
                .Append(line.Id.Value.AsSpan(0, 5))
                .Append(line.Identity.AcceptsConnections ? "" : " (cannot be dialled)")
                .Append(": own ")
                .Append(status.OwnSize)
                .Append(" sealed ")
                .Append(status.OwnSealed)
                .Append(" stopped ")
                .Append(status.Stopped)
                .Append(" catching up ")
                .Append(status.CatchingUp)
                .Append(" unsettled ")
                .Append(line.Unsettled)
                .Append(" open attachments ")
                .Append(line.HasOpenAttachments);
            foreach (var peer in status.Peers)
                text.AppendLine()
                    .Append("    ")
                    .Append(peer.Peer)
                    .Append(": theirs held ")
                    .Append(peer.TheirSizeHeld)
                    .Append(" sealed ")
                    .Append(line.Machine.SealedSize(peer.Peer))
                    .Append(", ours cosigned ")
                    .Append(peer.OurSizeCosigned)
                    .Append(' ')
                    .Append(peer.LastError);
        }
        return world.Truth.IsEverythingHeard()
            ? text.ToString()
            : text.AppendLine().Append("  something said off the record has not arrived").ToString();
    }
}
