using Parley.Contract;
using Parley.Link;
using Parley.Record;
using Parley.Station.Api;
using Parley.Storage;
using Parley.Traffic;
using Parley.Traffic.Families;

namespace Parley.Simulation.Hostile;

/// <summary>
/// A defect on purpose, to show that a hostile run finds it: each is one that stations once had, put in where it shows.
/// What brings it out is what brought it out then; the
/// run has to write that by itself.
/// </summary>
internal enum Defect
{
    None,

    /// <summary>A sum of times overflows, and with the fold all alarms of the line are gone.</summary>
    DiesOfFarTimes,

    /// <summary>Every pair of volumes of one party's own plans is kept.</summary>
    KeepsAllPairs,

    /// <summary>What names an entry that is not there waits for it, and does not ring.</summary>
    WaitsToRing,

    /// <summary>Of more alarms than are kept, those stay whose own dates are the oldest.</summary>
    RingsByClaim,

    /// <summary>A thing that has many answers takes no further step, its owner's neither.</summary>
    LetsThingsBeFilled,

    /// <summary>Every conflict is to be named, also more than an entry can name.</summary>
    WantsAllNamed,

    /// <summary>A number beyond all numbers is read, and then cannot be written.</summary>
    WritesInfinity,

    /// <summary>The order inside a thing is found in the third power of its entries.</summary>
    SortsInTheThirdPower,

    /// <summary>Of what waits for something else only so much is kept; the rest is flagged, by whatever came
    /// first.</summary>
    ForgetsWhatWaits,
}

/// <summary>What a station with a defect shows in the place of what it would show.</summary>
internal sealed class Planted(Defect defect, HonestStation station)
{
    private const int Alarms = 1_000,
        Answers = 512,
        Waiting = 4_096;
    private const int ManyCircles = 100;

    private List<(EntryHeader Header, byte[]? Body, long Arrival)> Record()
    {
        var all = new List<(EntryHeader, byte[]?, long)>();
        for (
            long arrival = 0;
            station.Store.ReadRecord(
                station.Document.Id,
                arrival,
                StoreLimits.MaxReadEntries,
                long.MaxValue,
                withBodies: true
            )
                is { Count: > 0 } page;
            arrival = page[^1].Arrival
        )
            all.AddRange(page.Select(e => (EntryHeader.Parse(e.Header).Required(), e.Body, e.Arrival)));
        return all;
    }

    private bool IsThere(EntryId entry) => station.SizeOf(entry.Party) > entry.Seq;

    internal IReadOnlyList<AlarmView> Shown(IReadOnlyList<AlarmView> alarms) =>
        defect switch
        {
            Defect.DiesOfFarTimes when Record().Any(e => e.Header.At.Year == 9999) => [],
            Defect.RingsByClaim
                when Record()
                    .Where(e => e.Header.Precedence == Precedence.Flash)
                    .OrderBy(e => e.Header.At)
                    .Take(Alarms)
                    .Select(e => e.Header.Id)
                    .ToHashSet()
                    is { Count: Alarms } oldest => [.. alarms.Where(a => a.Entry is { } e && oldest.Contains(e))],
            Defect.WaitsToRing when Record().ToDictionary(e => e.Header.Id, e => e.Header) is var all =>
            [
                .. alarms.Where(a =>
                    a.Entry is not { } e
                    || all[e].Re.All(re => !station.Document.Parties.Contains(re.Party) || IsThere(re))
                ),
            ],
            _ => alarms,
        };

    /// <summary>The refusal that an officer's act gets for it; null where it gets none.</summary>
    internal string? Refused(string path, int named)
    {
        if (
            defect == Defect.WantsAllNamed
            && path == "activities"
            && named > 0
            && Record().Count(e => e.Header.Kind == Kinds.AreaDeclared) > EntryHeader.MaxRe
        )
            return "conflicts";
        if (
            defect != Defect.LetsThingsBeFilled
            || path.Split('/') is not [_, var party, var seq, _]
            || !EntryId.TryParse($"{party}/{seq}", out var about)
        )
            return null;
        return
            Record()
                .Count(e =>
                    e.Header.Re is [var first, ..] && first == about && AllFamilies.Of(e.Header.Kind) is not null
                )
            >= Answers - 1
            ? "illegal-step"
            : null;
    }

    internal bool Fails(string path) =>
        defect == Defect.WritesInfinity
        && path.Contains("/traffic", StringComparison.Ordinal)
        && !path.Contains("at=", StringComparison.Ordinal)
        && Record().Any(e => AllFamilies.Of(e.Header.Kind) is not null && e.Body.AsSpan().IndexOf("1e999"u8) >= 0);

    /// <summary>Bytes and time that taking an entry costs more.</summary>
    internal (long Bytes, TimeSpan Time) Cost(EntryHeader header, byte[]? body)
    {
        if (
            defect == Defect.KeepsAllPairs
            && header.Kind == Kinds.ActivityNotified
            && body.AsSpan().Count("outline_circle"u8) is > ManyCircles and var circles
        )
            return (
                (long)circles
                    * circles
                    * 8
                    * Record()
                        .Count(e =>
                            e.Header.Kind == header.Kind && e.Header.From == header.From && e.Header.Seq < header.Seq
                        ),
                default
            );
        if (
            defect == Defect.SortsInTheThirdPower
            && header is { Kind: Kinds.TestFault, Re: [var about, ..], Seen.Count: 0 }
        )
            return (
                0,
                TimeSpan.FromMilliseconds(
                    Math.Pow(Record().Count(e => e.Header.Re.Contains(about) && e.Header.Seq < header.Seq), 3) / 1e5
                )
            );
        return default;
    }

    /// <summary>Flags that are not, or that are more, by what came first.</summary>
    internal IEnumerable<string> Extra()
    {
        if (defect != Defect.ForgetsWhatWaits)
            yield break;
        var early = new HashSet<EntryId>();
        var sizes = station.Document.Parties.ToDictionary(p => p, _ => 0UL);
        foreach (var (header, _, arrival) in Record())
        {
            sizes[header.From] = header.Seq + 1;
            if (!header.Re.Any(re => sizes.TryGetValue(re.Party, out var size) && re.Seq >= size))
                continue;
            if (early.Count >= Waiting)
                yield return $"flag {header.Id} waits in vain since {arrival}";
            else
                early.Add(header.Id);
        }
    }
}
