using System.Globalization;
using System.Text.Json.Nodes;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>From what is planned to what officers are shown of it, as JSON and as GeoJSON (RFC 7946).</summary>
internal static class PlanShapes
{
    internal static PlanPage<IReadOnlyList<PlanView>> Of(
        LineId line,
        ConflictBook plans,
        PartyId self,
        EntryId? after,
        DateTimeOffset now
    )
    {
        var (page, next) = Page(plans, self, after);
        var more = page.Select(p => p.Activity.Owner).Distinct().ToDictionary(owner => owner, plans.Found.MoreWith);
        return new(
            [
                .. page.Select(p =>
                    Of(line, plans, p, now) with
                    {
                        ConflictsWith = With(plans, p),
                        Caution = Caution(plans, p, more[p.Activity.Owner]),
                    }
                ),
            ],
            next
        );
    }

    /// <summary>
    /// So much of what stands as one answer takes: our own first, then as it was opened, whoever opened it, so that a
    /// flood of one party stands behind what was there before it.
    /// TRAFFIC-85.
    /// </summary>
    internal static (IReadOnlyList<Planned> Page, EntryId? Next) Page(ConflictBook plans, PartyId self, EntryId? after)
    {
        var page = new List<Planned>();
        long bytes = 0,
            volumes = 0;
        foreach (
            var planned in plans
                .All.Where(p => after is not { } last || Order(p.Activity.Entry).CompareTo(Order(last)) > 0)
                .OrderBy(p => Order(p.Activity.Entry))
        )
        {
            if (page.Count >= PlanView.MaxPage || bytes >= PlanView.MaxPageBytes || volumes >= PlanView.MaxPageVolumes)
                return (page, page[^1].Activity.Entry);
            page.Add(planned);
            bytes += planned.Heading.Bytes;
            volumes += planned.Activity.Volumes.Count;
        }
        return (page, null);

        (bool IsOthers, ulong Seq, string Party) Order(EntryId entry) =>
            (entry.Party != self, entry.Seq, entry.Party.Value);
    }

    private static IReadOnlyList<EntryId> With(ConflictBook plans, Planned planned) =>
        [
            .. plans
                .Found.Of(planned.Activity.Entry)
                .OrderBy(c => c.Where.Time.Start)
                .ThenBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => c.First == planned.Activity.Entry ? c.Second : c.First)
                .Take(PlanView.MaxConflictsWith),
        ];

    /// <summary>What somebody must know who takes what is shown for all.</summary>
    private static string? Caution(ConflictBook plans, Planned planned, IReadOnlyList<PartyId> more)
    {
        var all = plans.Found.Of(planned.Activity.Entry).Count();
        return planned.Activity.Volumes.Count == 0 ? null
            : all > PlanView.MaxConflictsWith ? $"{all - PlanView.MaxConflictsWith} more conflicts are not listed here"
            : more.Count > 0
                ? $"{planned.Activity.Owner} has more conflicts with {string.Join(" and with ", more)} than the {ConflictShares.MaxOfPair} that are kept"
            : null;
    }

    internal static PlanView Of(LineId line, ConflictBook plans, Planned planned, DateTimeOffset now)
    {
        if (plans.Whole(planned.Activity.Entry)?.At(now) is not { } item)
        {
            var heading = planned.Heading.At(now);
            return new PlanView(
                heading.Id,
                line,
                heading.Family.Name,
                heading.Id.Party,
                Word(planned.Activity.Role),
                heading.State,
                heading.Since,
                heading.Due,
                null,
                planned.Activity.Priority,
                null,
                planned.Activity.Disclosure == Disclosure.Named ? planned.Activity.Recipients : null,
                planned.Activity.IsInForce && planned.Activity.Volumes.Count > 0,
                "its text cannot be read in the record now"
            )
            {
                UnderFireSince = planned.UnderFireSince,
            };
        }
        var body = item.Applied.Select(e => e.Body).OfType<IVolumeBody>().LastOrDefault();
        var name = body switch
        {
            ActivityPlan plan => plan.Name ?? plan.Type,
            StandingArea area => area.Name,
            Movement movement => movement.Purpose,
            _ => null,
        };
        var view = new PlanView(
            item.Id,
            line,
            item.Family.Name,
            item.Root.Header.From,
            Word(planned.Activity.Role),
            item.State,
            item.Since,
            item.Due,
            name,
            planned.Activity.Priority,
            planned.Problem is null ? body?.Volumes : null,
            planned.Activity.Disclosure == Disclosure.Named ? planned.Activity.Recipients : null,
            planned.Activity.IsInForce && planned.Activity.Volumes.Count > 0,
            planned.Problem ?? (planned.Beyond is null ? null : Beyond(item.Root.Header.From))
        );
        return item.Family is not MovementFamily
            ? view
            : view with
            {
                Ladder = [.. MovementFamily.Ladder(item).Select(r => new RungView(r.Party, r.Echelon, r.At))],
                UnderFireSince = MovementFamily.UnderFireSince(item),
            };
    }

    private static string Beyond(PartyId owner) =>
        $"not compared: {owner} has as many volumes in force as are compared of one party ({ConflictBook.MaxVolumesOfParty}, of {ConflictBook.MaxVerticesOfParty} vertices)";

    internal static ConflictView Of(Conflict conflict) =>
        new(
            conflict.First,
            conflict.FirstOwner,
            conflict.Second,
            conflict.SecondOwner,
            [.. conflict.Volumes.Select(v => (int[])[v.First, v.Second])],
            Of(conflict.Where),
            conflict.IsEveryPair,
            conflict.IsExact
        );

    internal static LineConflict Of(LineId line, Conflict conflict, VolumeRole role) =>
        new(
            line,
            conflict.Second,
            conflict.SecondOwner,
            Word(role),
            [.. conflict.Volumes.Select(v => (int[])[v.First, v.Second])],
            Of(conflict.Where),
            conflict.IsEveryPair,
            conflict.IsExact
        );

    internal static OverlapView Of(Overlap where)
    {
        var (from, until) = (where.Time.StartsAt, where.Time.EndsAt);
        return new OverlapView(
            where.SouthWest.Longitude,
            where.SouthWest.Latitude,
            where.NorthEast.Longitude,
            where.NorthEast.Latitude,
            where.Altitude.Lower == AltitudeBand.Below ? null : where.Altitude.Lower / 1000.0,
            where.Altitude.Upper == AltitudeBand.Above ? null : where.Altitude.Upper / 1000.0,
            where.Altitude.Reference.ToString().ToUpperInvariant(),
            from,
            until,
            until - from is { } time ? time.TotalSeconds : null
        );
    }

    /// <summary>What, where, when and for how long, in one line.</summary>
    internal static string Words(Overlap where)
    {
        var shown = Of(where);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{shown.South:0.###},{shown.West:0.###} to {shown.North:0.###},{shown.East:0.###} (lat,lon), {BandAndTime(shown)}"
        );
    }

    internal static string BandAndTime(OverlapView shown)
    {
        var band =
            $"{Metres(shown.LowerMetres, "the ground up")}–{Metres(shown.UpperMetres, "no limit")} {shown.Reference}";
        return $"{band}, {Time(shown.From, "already")}–{Time(shown.Until, "no end")}{(shown.Seconds is { } seconds ? $" ({Length(TimeSpan.FromSeconds(seconds))})" : "")}";

        static string Length(TimeSpan time) =>
            time.TotalDays >= 1 ? $"{(int)time.TotalDays} d {time.Hours} h"
            : time.TotalHours >= 1 ? $"{time.Hours} h {time.Minutes} min"
            : $"{time.Minutes} min {time.Seconds} s";
        static string Metres(double? metres, string none) =>
            metres is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0} m") : none;
        static string Time(DateTimeOffset? at, string none) => at is { } value ? UtcText.ToSecond(value) : none;
    }

    internal static string Word(VolumeRole role) =>
        role switch
        {
            VolumeRole.KeepOut => StandingArea.KeepOut,
            VolumeRole.Protected => StandingArea.Protected,
            _ => "activity",
        };
}
