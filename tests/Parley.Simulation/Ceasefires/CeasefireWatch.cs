using System.Globalization;
using System.Text;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Agreements;
using Parley.Traffic.Bodies;

namespace Parley.Simulation.Ceasefires;

/// <summary>A defect planted on purpose, to show that the promises can fail.</summary>
internal enum CeasefirePlant
{
    None,

    /// <summary>A station takes every signature that it holds for sealed.</summary>
    ShowsUnsealed,

    /// <summary>A station takes its own signature for sealed once it is durable here.</summary>
    TrustsItself,

    /// <summary>One station in some judges by the order in which entries came.</summary>
    JudgesByArrival,

    /// <summary>What is dated back takes effect when it says.</summary>
    TakesTheStatedTime,
}

/// <summary>
/// Looks at what each station would show of the agreement, after every step that changed what it holds, and throws
/// <see cref="Broken"/> where a promise of CEASEFIRE-6, CEASEFIRE-7 and CEASEFIRE-13 does not hold. What is sealed it
/// finds out from what the stores hold, and not from what stations believe.
/// </summary>
internal sealed class CeasefireWatch(World world, Terms terms, CeasefirePlant plant)
{
    /// <summary>By what a station holds of the agreement and knows to be sealed of it: what it shows.</summary>
    private readonly Dictionary<string, (string Shown, PartyId At)> shown = new(StringComparer.Ordinal);
    private readonly Dictionary<PartyId, string> looked = [];

    /// <summary>By instant: the text that some station showed as in force then, and which.</summary>
    private readonly Dictionary<DateTimeOffset, (string Hash, PartyId At)> inForce = [];

    /// <summary>By feed: its entries of agreements, as far as the feed was read.</summary>
    private readonly Dictionary<PartyId, (ulong Read, List<EntryHeader> Entries)> written = [];

    /// <summary>Times at which a station is asked where the agreement stands: around its start and end, and far
    /// after.</summary>
    private readonly IReadOnlyList<DateTimeOffset> instants =
    [
        World.Epoch,
        .. Around(terms.StartsAt),
        World.Epoch.AddSeconds(90),
        .. Around(terms.EndsAt),
        World.Epoch.AddDays(1),
    ];

    /// <summary>Times that a station was looked at with something new.</summary>
    internal int Looks { get; private set; }

    /// <summary>Those of them in which the agreement was in force by its own clock.</summary>
    internal int InForce { get; private set; }

    private static IEnumerable<DateTimeOffset> Around(int? seconds) =>
        seconds is not { } at
            ? []
            : [World.Epoch.AddSeconds(at).AddTicks(-1), World.Epoch.AddSeconds(at), World.Epoch.AddSeconds(at + 1)];

    /// <summary>Suspensions and denunciations that counted though their own feed had passed the time that they
    /// state.</summary>
    internal int DatedBack { get; private set; }

    /// <summary>Looks at every station that is up.</summary>
    internal void Look()
    {
        foreach (var station in world.Stations)
        {
            if (station.Up && station.Lines[world.Documents[0].Id] is { } line && !line.IsBehindItsStore)
                Look(line);
        }
    }

    private void Look(SimLine line)
    {
        var held = Held(line);
        if (looked.GetValueOrDefault(line.Station.Id) == held)
            return;
        looked[line.Station.Id] = held;
        Looks++;
        if (Negotiator.KeptAt(line) is not { } item)
            return;
        var text = new StringBuilder();
        foreach (var at in instants.Append(line.Station.Clock.GetUtcNow()))
        {
            var standing = Standing(line, item, at);
            CheckSigned(line, item, standing, at);
            if (at == line.Station.Clock.GetUtcNow())
            {
                InForce += standing.State == AgreementStanding.InForce ? 1 : 0;
                continue;
            }
            text.Append(Say(standing)).Append('\n');
            if (standing.State == AgreementStanding.InForce)
                inForce.TryAdd(at, (standing.Version!.Hash, line.Station.Id));
        }
        var says = text.ToString();
        if (!shown.TryAdd(held, (says, line.Station.Id)))
            Broken.Unless(
                shown[held].Shown == says,
                () =>
                    $"{line.Station.Id} and {shown[held].At} hold the same of the agreement ({held}) and differ:\n{says}and\n{shown[held].Shown}"
            );
    }

    /// <summary>In the end all are sealed at all: nobody's agreement differs, and what was in force at any station is
    /// so at all, of that instant.</summary>
    internal AgreementStanding CheckEnd()
    {
        var lines = world.Stations.Select(s => s.Lines[world.Documents[0].Id]!).ToList();
        foreach (var at in instants)
        {
            var standings = lines.Select(line => (Line: line, Now: Standing(line, Found(line), at))).ToList();
            foreach (var (line, now) in standings)
            {
                Broken.Unless(
                    Say(now) == Say(standings[0].Now),
                    () =>
                        $"at {at:O} {line.Station.Id} shows {Say(now)} and {standings[0].Line.Station.Id} {Say(standings[0].Now)} when all is sealed"
                );
                if (inForce.TryGetValue(at, out var before))
                    Broken.Unless(
                        now.InForceFrom <= at,
                        () =>
                            $"{before.At} showed {before.Hash} as in force at {at:O}, and in the end it was not: {Say(now)}"
                    );
            }
        }
        CheckDatedBack(lines[0]);
        return Standing(lines[0], Found(lines[0]), instants[^1]);
    }

    /// <summary>What its own feed had passed by then, no suspension and no denunciation changes.</summary>
    private void CheckDatedBack(SimLine line)
    {
        var item = Found(line);
        foreach (var entry in item.Applied)
        {
            var isLast = !item.Applied.Any(e =>
                e.Header.From == entry.Header.From
                && e.Header.Seq > entry.Header.Seq
                && e.Header.Kind is Kinds.AgreementSuspended or Kinds.AgreementResumed
            );
            if (
                !isLast
                || entry.Header.Kind is not (Kinds.AgreementSuspended or Kinds.AgreementDenounced)
                || Passed(line, entry.Header) is not { } passed
                || passed <= entry.Header.At
            )
                continue;
            DatedBack++;
            var without = item with { Applied = [.. item.Applied.Where(e => e.Id != entry.Id)] };
            foreach (var at in (DateTimeOffset[])[entry.Header.At, passed.AddTicks(-1)])
            {
                var (then, now) = (Standing(line, without, at).State, Standing(line, item, at).State);
                Broken.Unless(
                    then == now,
                    () =>
                        $"{entry.Id} is dated back to {entry.Header.At:O}, its feed had come to {passed:O}, and of {at:O} it makes {now} of what was {then}"
                );
            }
        }
    }

    /// <summary>The latest time that the entries of a feed state before one of it, by what is stored.</summary>
    private static DateTimeOffset? Passed(SimLine line, EntryHeader header) =>
        line
            .Station.Store.ReadFeed(
                new Origin(line.Id, header.From),
                0,
                (int)header.Seq,
                long.MaxValue,
                withBodies: false
            )
            .Select(e => (DateTimeOffset?)EntryHeader.Parse(e.Header).Required().At)
            .Max();

    private static Item Found(SimLine line) =>
        Negotiator.KeptAt(line) ?? throw new Broken($"{line.Station.Id} has no agreement in the end");

    private AgreementStanding Standing(SimLine line, Item item, DateTimeOffset at)
    {
        if (plant == CeasefirePlant.JudgesByArrival && line.Station.Index == 2)
            item = item with { Applied = [.. item.Applied.Reverse()] };
        if (plant == CeasefirePlant.TakesTheStatedTime)
            item = item with { Applied = [.. item.Applied.Select(e => e with { NotBefore = null })] };
        return AgreementStanding.Of(item, at, header => IsSealed(line, header));
    }

    private bool IsSealed(SimLine line, EntryHeader header) =>
        plant == CeasefirePlant.ShowsUnsealed
        || (plant == CeasefirePlant.TrustsItself && header.From == line.Station.Id)
        || (header.Seq < line.Machine.SealedSize(header.From) && line.View.HasWhatWasSeenBy(header));

    /// <summary>What is shown as in force all parties have signed, on that hash, and every station of the line holds
    /// every one of the signatures durably; and it has begun, and is not over.</summary>
    private void CheckSigned(SimLine line, Item item, AgreementStanding standing, DateTimeOffset at)
    {
        if (standing.State is not (AgreementStanding.InForce or AgreementStanding.Suspended))
            return;
        var self = line.Station.Id;
        var version = standing.Version!;
        Broken.Unless(
            !(at < version.Text.Start) && !(at >= version.Text.Ends) && at >= standing.InForceFrom,
            () => $"{self} shows an agreement as {standing.State} at {at:O}, before its start or after its end"
        );
        foreach (var party in Enumerable.Range(0, CeasefirePlan.Parties).Select(i => world.Stations[i].Id))
        {
            var signature = item.Applied.FirstOrDefault(e =>
                e.Header.From == party
                && e.Body is AgreementSignature { Capacity: AgreementWords.Party } s
                && s.Hash == version.Hash
                && IsHeldByAll(e.Id)
                && e.Header.By.ReleasedBy is not null
                && s.ConditionalOn.All(third =>
                    item.Applied.Any(c =>
                        c.Header.From.Value == third
                        && c.Header.Kind == Kinds.AgreementConsented
                        && (c.Body as AgreementReference)?.Hash == version.Hash
                        && IsHeldByAll(c.Id)
                    )
                )
            );
            Broken.Unless(
                signature is not null,
                () =>
                    $"{self} shows {version.Hash} as {standing.State} at {at:O} before a signature of {party} is held by all"
            );
        }
    }

    private bool IsHeldByAll(EntryId entry) =>
        world.Stations.All(s =>
            s.Durable.GetValueOrDefault(new Origin(world.Documents[0].Id, entry.Party)) > entry.Seq
        );

    /// <summary>Which of each party's entries of agreements a station holds, and which of them it takes for
    /// sealed.</summary>
    private string Held(SimLine line)
    {
        var self = line.Station.Id;
        var own = written.TryGetValue(self, out var known) ? known : (0, []);
        var size = line.View.Sizes[self];
        if (own.Read < size)
        {
            var stored = line.Station.Store.ReadFeed(
                new Origin(line.Id, self),
                own.Read,
                (int)(size - own.Read),
                long.MaxValue,
                withBodies: false
            );
            own.Entries.AddRange(
                stored
                    .Select(e => EntryHeader.Parse(e.Header).Required())
                    .Where(h => h.Kind.StartsWith("agreement.", StringComparison.Ordinal))
            );
            written[self] = (size, own.Entries);
        }
        var text = new StringBuilder();
        foreach (var party in line.Document.Parties)
        {
            if (!written.TryGetValue(party, out var of))
                continue;
            foreach (var entry in of.Entries)
            {
                if (entry.Seq < line.View.Sizes[party])
                    text.Append(CultureInfo.InvariantCulture, $"{entry.Id}{(IsSealed(line, entry) ? "" : "?")} ");
            }
        }
        return text.ToString();
    }

    private static string Say(AgreementStanding standing) =>
        $"{standing.State}, {standing.Version?.Hash}, from {standing.InForceFrom:O} to {standing.Ends:O}, {standing.WaitsFor}, "
        + string.Join("; ", standing.Signatories.Select(s => $"{s.Party} {s.State} {s.Entry}"))
        + $", pending {string.Join(' ', standing.Pending.Select(v => v.Hash))}";
}
