using Parley.Link;
using Parley.Record;
using Parley.Testing.Lines;

namespace Parley.Simulation.Copies;

/// <summary>What happens to one station of a line in a run.</summary>
internal enum Incident
{
    /// <summary>A backup is put back, and the station is told so.</summary>
    Restored,

    /// <summary>An old state is put back, and nobody says so.</summary>
    RolledBack,

    /// <summary>The record is gone; the keys are there, and the line is accepted again.</summary>
    RecordLost,

    /// <summary>A copy of the station runs beside it and writes.</summary>
    Cloned,
}

/// <summary>
/// One line, one station that forgets or is doubled, peers of other makes and versions, a network that loses and
/// repeats: all from a seed. A station that was restored, or
/// whose record was lost, never forks its feed; one that was rolled back or copied is noticed, and goes on when two
/// officers say so.
/// </summary>
internal sealed class CopyRun
{
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromMinutes(6);

    private readonly Random random;
    private readonly LineNetwork net;
    private readonly string[] names;
    private readonly string subject;

    /// <summary>True when a copy, which is dialled by nobody, can dial somebody; else it speaks to nobody.</summary>
    private readonly bool reachable;

    internal CopyRun(int seed)
    {
        random = new Random(unchecked(seed * 6151 + 3));
        Incident = (Incident)random.Next(4);
        var count = random.Next(2, 4);
        // At most one cannot be dialled: two such never meet.
        var hidden = random.Next(3) == 0 ? random.Next(count) : -1;
        names = [.. Enumerable.Range(0, count).Select(i => $"p{i}")];
        net = new LineNetwork(seed, [.. names.Select((n, i) => i == hidden ? $"-{n}" : n)]);
        subject = names[random.Next(count)];
        reachable = names.Where((n, i) => n != subject && i != hidden).Any();
        foreach (var peer in names.Where(n => n != subject))
        {
            var make = random.Next(4);
            if (make == 1)
                net.Terse.Add(PartyId.Parse(peer));
            else if (make == 2)
                net.Older.Add(PartyId.Parse(peer));
        }
    }

    internal Incident Incident { get; }

    internal void Play()
    {
        Must(net.RunUntil(net.IsSettled, SettlesWithin), "the line did not open");
        net.Faults = new NetworkFaults
        {
            Drop = random.NextDouble() * 0.2,
            LoseAnswer = random.NextDouble() * 0.2,
            MaxDelay = TimeSpan.FromMilliseconds(random.Next(1, 800)),
            MaxStoreDelay = TimeSpan.FromMilliseconds(random.Next(1, 600)),
        };
        Talk(random.Next(6));
        var old = net[subject].Store.Copy();
        Talk(random.Next(1, 8));
        switch (Incident)
        {
            case Incident.Restored:
                Forgets(old, restored: true);
                break;
            case Incident.RecordLost:
                Forgets(MemoryLineStore.For(net.Document), restored: false);
                break;
            case Incident.RolledBack:
                RollBack(old);
                break;
            default:
                Clone();
                break;
        }
        net.Faults = NetworkFaults.None;
        net.Heal();
    }

    private void Talk(int times)
    {
        for (; times > 0; times--)
        {
            net[names[random.Next(names.Length)]].Append(net.Message($"m{times}"));
            if (random.Next(4) == 0)
                Cut();
            net.Run(TimeSpan.FromMilliseconds(random.Next(3_000)));
            if (random.Next(3) == 0)
                net.Heal();
        }
    }

    private void Cut()
    {
        var (a, b) = (names[random.Next(names.Length)], names[random.Next(names.Length)]);
        if (random.Next(2) == 0)
            net.CutDialling(a, b);
        else
            net.Cut(a, b);
    }

    /// <summary>The station comes back with less than it had; its officers do not wait with what they have to
    /// say.</summary>
    private void Forgets(MemoryLineStore store, bool restored)
    {
        var station = net[subject];
        ComeBack(store, restored);
        for (var tries = random.Next(1, 6); tries > 0; tries--)
        {
            station.Append(net.Message("in the new life"));
            net.Run(TimeSpan.FromMilliseconds(random.Next(4_000)));
        }
        Settle("it forgot");
        Must(
            net.Stations.All(s => s.Store.Forks.Count == 0),
            "its own restore, or the line accepted again, forked the feed"
        );
        Agree();
    }

    private void ComeBack(MemoryLineStore store, bool restored)
    {
        net[subject].Crash();
        net.Invariants.Lost(net[subject].Id);
        store.Restored = restored;
        net[subject].Restart(store);
    }

    private void RollBack(MemoryLineStore old)
    {
        var station = net[subject];
        var known = net.Stations.Where(s => s != station).Max(s => s.Store.Feeds[station.Id].Size);
        ComeBack(old, restored: false);
        net.Faults = NetworkFaults.None;
        net.Heal();
        var forgot = known > old.Feeds[station.Id].Size;
        if (forgot && net.Terse.Count == 0)
            Must(
                net.RunUntil(() => station.Status.Foreign is not null, TimeSpan.FromMinutes(2)),
                "it was put back and has not noticed"
            );
        else
            net.Run(TimeSpan.FromMinutes(2));
        SignOn(station);
        Settle("it was rolled back");
        Must(
            net.Stations.All(s => s.Store.Forks.Count == 0),
            "the feed was forked, though nobody wrote before it was noticed"
        );
        Agree();
    }

    private void Clone()
    {
        var station = net[subject];
        net.Run(TimeSpan.FromSeconds(random.Next(20)));
        var clone = net.Clone(subject);
        var before = station.Store.Feeds[station.Id].Size;
        for (var words = random.Next(1, 5); words > 0; words--)
        {
            (random.Next(2) == 0 ? station : clone).Append(net.Message("which of us"));
            net.Run(TimeSpan.FromMilliseconds(random.Next(15_000)));
        }
        net.Faults = NetworkFaults.None;
        net.Heal();
        net.Run(TimeSpan.FromMinutes(2));
        var own = (station.Store.Feeds[station.Id].Size, clone.Store.Feeds[station.Id].Size);
        var wrote =
            own.Item1 > before || own.Item2 > before || net.Stations.Any(s => s.Store.Feeds[station.Id].Size > before);
        var noticed = Noticed(clone);
        // Whoever pulls or whose heartbeats name no feed tells the one that asks nothing until it writes: then it is
        // told at once.
        if (wrote && !noticed)
        {
            station.Append(net.Message("and I"));
            clone.Append(net.Message("and I"));
            net.Run(TimeSpan.FromMinutes(2));
            noticed = Noticed(clone);
        }
        Must(!wrote || !reachable || noticed, "two stations wrote with one key and nobody noticed");
        clone.Crash();
        if (net.Stations.Any(s => s.Status.Stopped))
            return; // both wrote in one place: that is what a fork is
        // What it holds of the copy's, a peer of another make says when it is given something.
        station.Append(net.Message("is anybody there"));
        net.Run(TimeSpan.FromMinutes(2));
        // Where a peer holds what the copy wrote in a place of which ours has another, it refuses ours for good, and
        // its reason stands in the status: a fork that has not come to two signatures of one size.
        if (net.Stations.Any(s => s.Status.Stopped) || IsRefused(station))
            return;
        SignOn(station);
        Settle("its copy is gone");
        Agree();
    }

    /// <summary>
    /// One of the two has met the other's entries, somebody has found the fork, or what one of them wrote is refused as
    /// not following from what its peer holds.
    /// </summary>
    private bool Noticed(LineStation clone) =>
        net[subject].Status.Foreign is not null
        || clone.Status.Foreign is not null
        || net.Stations.Append(clone).Any(s => s.Status.Stopped)
        || IsRefused(net[subject])
        || IsRefused(clone);

    private static bool IsRefused(LineStation station) =>
        station.Status.Peers.Any(p => p.LastError?.Contains("refused with 422", StringComparison.Ordinal) is true);

    /// <summary>Two officers have found out what happened.</summary>
    private void SignOn(LineStation station)
    {
        if (station.Status.Foreign is null)
            return;
        Must(
            net.RunUntil(() => station.Status is { Recovery: null, Awaited: [] } or { Stopped: true }, SettlesWithin),
            $"what is foreign was not fetched, or not all have shown: {station.Status}"
        );
        if (!station.Status.Stopped)
            Must(station.SignOn().Status == 204, "two officers said so, and it does not sign on");
    }

    private void Settle(string after)
    {
        net.Faults = NetworkFaults.None;
        net.Heal();
        foreach (var station in net.Stations)
            Must(station.Up, "a station is down");
        for (var meets = 0; !net.RunUntil(() => net.Stations.All(s => !s.Status.CatchingUp), SettlesWithin); meets++)
        {
            // What a peer had held back comes out late.
            Must(
                meets < 3 && Incident is Incident.Cloned or Incident.RolledBack,
                $"somebody signs nothing after {after}: {Describe()}"
            );
            SignOn(net[subject]);
        }
        // A party of another make shows nobody who else has cosigned its feed, but with its next entry.
        foreach (var station in net.Stations)
            station.Append(net.Message("life goes on"));
        Must(net.RunUntil(net.IsSettled, SettlesWithin), $"not settled after {after}: {Describe()}");
    }

    private string Describe() =>
        string.Join(
            "; ",
            net.Stations.Select(s =>
                $"{s.Id}{(net.Terse.Contains(s.Id) ? " (terse)" : net.Older.Contains(s.Id) ? " (older)" : "")} own {s.Status.OwnSize} sealed {s.Status.OwnSealed} unsettled {s.Unsettled}{(s.Status.CatchingUp ? " catching up" : "")}{(s.Status.Stopped ? " stopped" : "")}: {string.Join(", ", s.Status.Peers.Select(p => $"{p.Peer} holds {p.TheirSizeHeld} theirs, ours {p.OurSizeCosigned} {p.State} {p.LastError}"))}"
            )
        );

    /// <summary>Everybody holds the same of every feed.</summary>
    private void Agree()
    {
        foreach (var author in net.Stations)
        {
            foreach (var holder in net.Stations)
            {
                Must(
                    author
                        .Store.Feeds[author.Id]
                        .All.Select(e => Convert.ToHexString(e.Header))
                        .SequenceEqual(holder.Store.Feeds[author.Id].All.Select(e => Convert.ToHexString(e.Header))),
                    $"{holder.Id} holds another feed of {author.Id}"
                );
            }
        }
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds)
            throw new Broken(otherwise);
    }
}
