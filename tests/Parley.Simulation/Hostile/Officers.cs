using System.Text.Json;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Simulation.Hostile;

/// <summary>
/// The honest officers of a hostile run, who act through the API of their stations. What they do is always within the
/// rules, whatever the hostile party wrote: no act of
/// theirs may be refused, and what is urgent has to ring at each honest station that has it.
/// </summary>
internal sealed class Officers(HostileWorld world)
{
    /// <summary>Where they plan: what others put there conflicts with it.</summary>
    internal int Place { get; } = 7;
    private readonly List<(EntryId Entry, HonestStation By)> urgent = [];
    private readonly HashSet<EntryId> ownFires = [];
    private readonly HashSet<(EntryId Entry, PartyId By)> acknowledged = [];
    private readonly List<EntryId> hostile = [];
    private readonly List<(EntryId Entry, string Kind, HonestStation By)> cancellable = [];

    /// <summary>What they opened, for whoever wants to answer it.</summary>
    internal List<(EntryId Entry, string Kind)> Things { get; } = [];
    internal List<EntryId> Written { get; } = [];

    private static object By(HonestStation station, string seat = "watch") =>
        new { seat, name = $"Ada of {station.Party}" };

    internal void Do(Move move, HonestStation at, Random draws)
    {
        switch (move)
        {
            case Move.Flash:
                Urgent(at, "flash");
                break;
            case Move.Immediate:
                Urgent(at, "immediate");
                break;
            case Move.Acknowledge:
                Acknowledge(at, draws);
                break;
            case Move.Notify:
                Notify(at);
                break;
            case Move.Travel:
                Travel(at);
                break;
            case Move.CancelOwn:
                CancelOwn(at);
                break;
            case Move.AskForCall:
                Opened(at, Kinds.CallRequested, Act(at, "calls", new { by = By(at), topic = "flights" }));
                break;
            case Move.Propose:
                Propose(at);
                break;
        }
    }

    /// <summary>An act that must be recorded, or that the hostile party's suspension of the line holds back, as the
    /// protocol says.</summary>
    private EntryId? Act(HonestStation at, string path, object request, int named = 0)
    {
        var (status, json) = at.Post(path, request, named);
        if (status == 409 && json.TryGetProperty("code", out var code) && code.GetString() == "suspended")
            return null;
        Broken.Unless(status == 201, () => $"an officer of {at.Party} is refused {path}: {status} {Short(json)}");
        return Recorded(json);
    }

    private EntryId Recorded(JsonElement json)
    {
        var id = EntryId.TryParse(json.GetProperty("id").GetString()!, out var parsed)
            ? parsed
            : throw new Broken($"an act is answered without its entry: {Short(json)}");
        Written.Add(id);
        return id;
    }

    private static string Short(JsonElement json) =>
        json.ToString() is var text && text.Length > 600 ? text[..600] : json.ToString();

    private void Opened(HonestStation at, string kind, EntryId? entry)
    {
        if (entry is not { } id)
            return;
        Things.Add((id, kind));
        if (kind != Kinds.CallRequested)
            cancellable.Add((id, kind, at));
    }

    private void Urgent(HonestStation at, string precedence)
    {
        var sent = Act(
            at,
            "entries",
            new
            {
                text = "look out",
                precedence,
                by = By(at),
                releasedBy = new { seat = "watch", name = "Grace" },
            }
        );
        Broken.Unless(sent is not null || precedence != "flash", () => "FLASH is held back by a suspension");
        if (sent is not { } id)
            return;
        urgent.Add((id, at));
        Opened(at, Kinds.MessageSent, id);
        RingsEverywhere(id, at);
    }

    /// <summary>Brings what is urgent to the other stations now, and waits for it to ring there.</summary>
    private void RingsEverywhere(EntryId id, HonestStation from)
    {
        foreach (var other in world.Stations.Where(s => s != from))
        {
            world.Carry(from, other);
            Rings(id, other);
        }
    }

    private void Rings(EntryId id, HonestStation at) =>
        world.UntilItRings(
            () => at.Alarms.Any(a => a.Entry == id),
            () =>
                $"{id} is at {at.Party} and does not ring: {at.Alarms.Count} alarms stand there{HostileRun.Naming(at, $"{id}")}"
        );

    /// <summary>Something urgent of the hostile party itself: it counts as long as there are few of them.</summary>
    internal void MustRing(EntryId id) => hostile.Add(id);

    private void Acknowledge(HonestStation at, Random draws)
    {
        var others = urgent
            .Where(u =>
                u.By != at && at.SizeOf(u.Entry.Party) > u.Entry.Seq && !acknowledged.Contains((u.Entry, at.Party))
            )
            .Select(u => u.Entry)
            .ToList();
        var size = (int)Math.Min(at.SizeOf(world.Feed.Party), (ulong)world.Feed.Size);
        var entry =
            others.Count > 0 && draws.Next(2) == 0
                ? others[draws.Next(others.Count)]
                : new EntryId(world.Feed.Party, (ulong)draws.Next(size));
        if (Act(at, $"entries/{entry}/ack", new { by = By(at) }) is not null)
            acknowledged.Add((entry, at.Party));
    }

    /// <summary>Notifies an activity; what it is said to conflict with is named, once, as an officer does.</summary>
    private void Notify(HonestStation at)
    {
        using var volumes = JsonDocument.Parse(Volumes.At(Place, 1));
        object Request(string[] re) =>
            new
            {
                by = By(at),
                name = "patrol",
                type = "flight",
                volumes = volumes.RootElement,
                re,
            };
        var (status, json) = at.Post("activities", Request([]));
        if (status == 409 && json.GetProperty("code").GetString() == "conflicts")
        {
            var named = json.GetProperty("conflicts")
                .EnumerateArray()
                .SelectMany(c => new[] { c.GetProperty("first").ToString(), c.GetProperty("second").ToString() })
                .Where(e => EntryId.TryParse(e, out _))
                .Distinct()
                .Take(EntryHeader.MaxRe)
                .ToArray();
            Opened(at, Kinds.ActivityNotified, Act(at, "activities", Request(named), named.Length));
            return;
        }
        if (status == 409 && json.GetProperty("code").GetString() == "suspended")
            return;
        Broken.Unless(status == 201, () => $"an officer of {at.Party} is refused a notice: {status} {Short(json)}");
        Opened(at, Kinds.ActivityNotified, Recorded(json));
    }

    /// <summary>A movement: submitted, or the next step of one that was, under fire among them.</summary>
    private void Travel(HonestStation at)
    {
        var own = cancellable.FindIndex(c => c.By == at && c.Kind == Kinds.MovementSubmitted);
        if (own < 0)
        {
            Opened(
                at,
                Kinds.MovementSubmitted,
                Act(
                    at,
                    "movements",
                    new
                    {
                        by = By(at),
                        purpose = "aid",
                        liveContact = "radio 1",
                        route = new[] { new { name = "A" }, new { name = "B" } },
                    }
                )
            );
            return;
        }
        var (movement, _, _) = cancellable[own];
        if (!ownFires.Add(movement))
            return;
        if (Act(at, $"movements/{movement}/depart", new { by = By(at) }) is null)
        {
            ownFires.Remove(movement);
            return;
        }
        if (
            Act(
                at,
                $"movements/{movement}/under-fire",
                new
                {
                    by = By(at),
                    releasedBy = new { seat = "watch", name = "Grace" },
                    precedence = "flash",
                }
            )
            is not { } fire
        )
            return;
        RingsEverywhere(fire, at);
        foreach (var station in world.Stations)
            world.UntilItRings(
                () => station.Alarms.Any(a => a.Entry == movement && a.About == "under fire"),
                () => $"{movement} is under fire, and {station.Party} raises no alarm for it"
            );
    }

    private void CancelOwn(HonestStation at)
    {
        var own = cancellable.FindIndex(c => c.By == at);
        if (own < 0)
            return;
        var (entry, kind, _) = cancellable[own];
        var feature = kind switch
        {
            Kinds.MovementSubmitted => "movements",
            Kinds.ActivityNotified => "activities",
            _ => "messages",
        };
        if (
            Act(
                at,
                $"{feature}/{entry}/cancel",
                new
                {
                    by = By(at),
                    releasedBy = new { seat = "watch", name = "Grace" },
                    reason = "over",
                }
            )
            is null
        )
            return;
        cancellable.RemoveAt(own);
        urgent.RemoveAll(u => u.Entry == entry);
    }

    private static void Propose(HonestStation at)
    {
        var (status, json) = at.Post(
            "proposals",
            new
            {
                kind = Kinds.LineSuspended,
                by = By(at, "principal"),
                body = new { reason = "r" },
            }
        );
        Broken.Unless(status == 201, () => $"an officer of {at.Party} may not propose: {status} {Short(json)}");
        var proposal = json.GetProperty("proposal").GetString();
        var (refused, answer) = at.Ask(
            "POST",
            $"/api/v1/proposals/{proposal}/refuse",
            new { by = new { seat = "principal", name = "Grace" }, reason = "no" }
        );
        Broken.Unless(
            refused == 200,
            () => $"a proposal is not refused: {refused} {System.Text.Encoding.UTF8.GetString(answer)}"
        );
    }

    /// <summary>What is urgent and honest, and not acknowledged here, stands among the alarms, however much else does;
    /// and the hostile party's own few.</summary>
    internal void CheckAlarms()
    {
        foreach (var station in world.Stations)
        {
            foreach (
                var (entry, by) in urgent.Where(u =>
                    u.By != station
                    && station.SizeOf(u.Entry.Party) > u.Entry.Seq
                    && !acknowledged.Contains((u.Entry, station.Party))
                )
            )
                Rings(entry, station);
            foreach (
                var entry in hostile.Where(h =>
                    (ulong)world.Pushed(station) > h.Seq
                    && !acknowledged.Contains((h, station.Party))
                    && UrgentOf(world.Feed, h) <= FewUrgent
                    && !MayBeTakenBack(world.Feed, h)
                )
            )
                Rings(entry, station);
        }
    }

    /// <summary>True where its author itself names it in what replaces or cancels: whoever takes back what he said
    /// rings for nobody any more.</summary>
    private static bool MayBeTakenBack(HostileFeed feed, EntryId entry) =>
        feed.Headers.Any(h => Replacement.Is(h.Kind) && h.Re.Contains(entry));

    /// <summary>Urgent entries of one party up to which each of them has to ring, and not only some.</summary>
    private const int FewUrgent = 100;

    private static int UrgentOf(HostileFeed feed, EntryId _) =>
        feed.Headers.Count(h => h.Precedence >= Precedence.Immediate);
}
