using System.Globalization;
using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Station.Traffic;

namespace Parley.Simulation.Hostile;

/// <summary>How a hostile run went.</summary>
/// <param name="Failure">What was broken; null when nothing was.</param>
/// <param name="Entries">Entries of the hostile party.</param>
internal sealed record HostileResult(string? Failure, int Entries);

/// <summary>One hostile plan, played, and the reckoning: views, bounds, alarms, answers, a stop and a start.</summary>
internal static class HostileRun
{
    private const int MaxShrinkRuns = 40;
    private const int MaxDeliveries = 20;
    private static readonly TimeSpan WhileShrinking = TimeSpan.FromSeconds(6);

    /// <param name="plan">What happens.</param>
    /// <param name="patience">Real time that what must come may take; shorter where it is known not to come.</param>
    /// <param name="ringsWithin">The same of an alarm, where a defect keeps nothing else from coming; null: as anything
    /// else.</param>
    internal static HostileResult Play(HostilePlan plan, TimeSpan? patience = null, TimeSpan? ringsWithin = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        HostileWorld? world = null;
        try
        {
            world = new HostileWorld(plan.Seed, plan.Honest, plan.Store, plan.Defect, patience, ringsWithin);
            Play(world, plan);
            return new HostileResult(null, world.Feed.Size);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new HostileResult(e is Broken ? e.Message : e.ToString(), world?.Feed.Size ?? 0);
        }
        finally
        {
            world?.Dispose();
        }
    }

    private static void Play(HostileWorld world, HostilePlan plan)
    {
        var officers = new Officers(world);
        var mischief = new Mischief(world, officers, plan.IsHeavy, plan.IsCalm);
        foreach (var step in plan.Steps)
        {
            var draws = new Random(step.Draw);
            var station = world.Stations[step.Station % world.Stations.Count];
            switch (step.Move)
            {
                case < Move.Sprinkle:
                    officers.Do(step.Move, station, draws);
                    break;
                case < Move.PushSome:
                    mischief.Do(step.Move, step.Station % world.Stations.Count, draws);
                    break;
                case Move.PushSome:
                    world.Push(station, draws.Next(1, 200));
                    break;
                case Move.PushAll:
                    world.Push(station, int.MaxValue);
                    break;
                case Move.CarryOne:
                    world.Carry(world.Stations[(step.Station + 1) % world.Stations.Count], station);
                    break;
                case Move.PassTime:
                    world.Clock.Advance(TimeSpan.FromSeconds(draws.Next(1, draws.Next(3) == 0 ? 100_000 : 400)));
                    break;
                case Move.Restart:
                    station.Restart();
                    break;
            }
        }
        world.DeliverAll(new Random(plan.Seed));
        // Whatever was done, everybody can still do everything.
        for (var move = Move.Flash; move < Move.Sprinkle; move++)
            officers.Do(move, world.Stations[plan.Seed % world.Stations.Count], new Random(plan.Seed));
        world.DeliverAll(new Random(plan.Seed + 1));
        officers.CheckAlarms();
        CheckViews(world);
        foreach (var station in world.Stations)
            ApiWalk.Of(station, world, new Random(plan.Seed));
        CheckRestart(world, world.Stations[plan.Seed % world.Stations.Count]);
        officers.CheckAlarms();
        foreach (var station in world.Stations)
            station.Stop();
    }

    private static void CheckViews(HostileWorld world)
    {
        var now = world.Clock.GetUtcNow();
        var folds = world.Stations.Select(s => Bounds.Fold(s, world.Clock)).ToList();
        // A station answers a test of the line by itself, some time after it has come: until that is everywhere the
        // records differ.
        for (
            var tries = 0;
            folds.Exists(f =>
                !f
                    .View.Sizes.OrderBy(p => p.Key.Value, StringComparer.Ordinal)
                    .SequenceEqual(folds[0].View.Sizes.OrderBy(p => p.Key.Value, StringComparer.Ordinal))
            );
            tries++
        )
        {
            Broken.Unless(
                tries < MaxDeliveries,
                () => "the stations write without end, each after what the others wrote"
            );
            world.DeliverAll(new Random(tries));
            folds = [.. world.Stations.Select(s => Bounds.Fold(s, world.Clock))];
        }
        var first = folds[0].Describe(now);
        foreach (var (other, fold) in world.Stations.Zip(folds).Skip(1))
        {
            var second = fold.Describe(now);
            if (first.SequenceEqual(second, StringComparer.Ordinal))
                continue;
            var missing = first.Except(second, StringComparer.Ordinal).FirstOrDefault();
            var extra = second.Except(first, StringComparer.Ordinal).FirstOrDefault();
            throw new Broken(
                $"{world.Stations[0].Party} and {other.Party} hold the same entries and come to different views: '{missing}' and '{extra}'{Naming(world.Stations[0], missing)}{Naming(other, missing)}"
            );
        }
    }

    /// <summary>What names the entry about which two stations differ, in the order in which it came there: that
    /// decided.</summary>
    internal static string Naming(HonestStation station, string? difference)
    {
        if (
            difference
                ?.Split(' ')
                .Select(w => EntryId.TryParse(w, out var id) ? id : (EntryId?)null)
                .FirstOrDefault(id => id is not null)
            is not { } about
        )
            return "";
        var view = Bounds.Fold(station, TimeProvider.System).View;
        var text = new StringBuilder($"\n  at {station.Party}{(view.HasMore ? ", which has more to judge" : "")}:");
        for (
            long arrival = 0;
            station.Store.ReadRecord(station.Document.Id, arrival, 1024, 16 << 20, withBodies: false)
                is { Count: > 0 } page;
            arrival = page[^1].Arrival
        )
        {
            foreach (var header in page.Select(StoredHeader.Read).Where(h => h.Id == about || h.Re.Contains(about)))
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"\n    {header.Id} {header.Kind} re {string.Join(' ', header.Re)} seen {string.Join(' ', header.Seen.Select(s => $"{s.Key}:{s.Value}"))} {view.Flags.FirstOrDefault(f => f.Entry == header.Id)?.Reason}"
                );
        }
        return text.ToString();
    }

    /// <summary>Stopped and started, a station shows the same; asked again where it has written something by itself
    /// meanwhile.</summary>
    private static void CheckRestart(HostileWorld world, HonestStation station)
    {
        for (var tries = 0; ; tries++)
        {
            var (size, before) = (station.SizeOf(station.Party), Shown(station));
            station.Restart();
            world.Until(
                () => !station.Get("traffic").GetProperty("folding").GetBoolean(),
                () => $"{station.Party} does not finish its folding after a start"
            );
            var after = Shown(station);
            if (before == after)
                return;
            Broken.Unless(
                station.SizeOf(station.Party) > size && tries < MaxDeliveries,
                () => $"{station.Party} shows another line after a restart: {FirstDifference(before, after)}"
            );
        }
    }

    /// <summary>All pages of what is open: where one ends depends on what is kept whole just then.</summary>
    private static string Shown(HonestStation station)
    {
        var traffic = station.Get("traffic");
        var open = new List<string>();
        for (var page = traffic; ; page = station.Get($"traffic?after={Uri.EscapeDataString(Member(page, "next"))}"))
        {
            open.AddRange(Lines(page.GetProperty("open")));
            if (Member(page, "next").Length == 0)
                break;
        }
        return string.Join(
            '\n',
            [
                .. open.Order(StringComparer.Ordinal).Prepend("open"),
                .. traffic
                    .EnumerateObject()
                    .Where(m => m.Name is "flags" or "waiting")
                    .Select(m => $"{m.Name} {Items(m.Value)}"),
            ]
        );
    }

    /// <summary>In an order of their own: when an entry was folded and when its store took it are some milliseconds
    /// apart, and one of them decides what is due first.</summary>
    private static string Items(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array
            ? string.Join('\n', Lines(list).Order(StringComparer.Ordinal))
            : list.ToString();

    private static IEnumerable<string> Lines(JsonElement list) =>
        list.EnumerateArray()
            .Select(i => $"{Member(i, "item")}{Member(i, "entry")} {Member(i, "state")} {Member(i, "reason")}");

    private static string Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static string FirstDifference(string before, string after)
    {
        var (was, now) = (before.Split('\n'), after.Split('\n'));
        var at = was.Zip(now).TakeWhile(p => p.First == p.Second).Count();
        return $"at line {at} of {was.Length} and {now.Length} '{was.ElementAtOrDefault(at)}' and '{now.ElementAtOrDefault(at)}'";
    }

    /// <summary>The seed, what is broken, and the fewest steps that still break it, for people.</summary>
    internal static string Describe(HostilePlan plan, string failure)
    {
        var runs = 0;
        for (var length = Math.Max(1, plan.Steps.Count / 2); runs < MaxShrinkRuns; length = Math.Max(1, length / 2))
        {
            var shrunk = false;
            for (var at = 0; at < plan.Steps.Count && runs < MaxShrinkRuns; )
            {
                var without = plan with { Steps = [.. plan.Steps.Take(at), .. plan.Steps.Skip(at + length)] };
                runs++;
                if (Play(without, WhileShrinking).Failure is not { } still)
                {
                    at += length;
                    continue;
                }
                (plan, failure, shrunk) = (without, still, true);
            }
            if (length == 1 && !shrunk)
                break;
        }
        var text = new StringBuilder(
            $"hostile seed {plan.Seed}: {plan.Honest} honest stations, {plan.Store}{(plan.IsHeavy ? ", heavy" : "")}\n"
        );
        foreach (var step in plan.Steps)
            text.AppendLine($"    {step}");
        return text.Append("  ").Append(failure).ToString();
    }
}
