using System.Globalization;
using System.Text.Json.Nodes;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>From what is planned to what officers are shown of it, as JSON and as GeoJSON (RFC 7946).</summary>
internal static class PlanShapes
{
    internal static IReadOnlyList<PlanView> Of(LineId line, ConflictBook plans, DateTimeOffset now)
    {
        var conflicts = plans.Conflicts.SelectMany(c => (IEnumerable<(EntryId Of, EntryId With)>)[(c.First, c.Second), (c.Second, c.First)]).ToLookup(c => c.Of, c => c.With);
        return [.. plans.All.Select(p => Of(line, p, now) with { ConflictsWith = [.. conflicts[p.Activity.Entry]] }).OrderBy(p => p.Entry.ToString(), StringComparer.Ordinal)];
    }

    private static PlanView Of(LineId line, Planned planned, DateTimeOffset now)
    {
        var item = planned.Item.At(now);
        var body = item.Applied.Select(e => e.Body).OfType<IVolumeBody>().LastOrDefault();
        var name = body switch { ActivityPlan plan => plan.Name ?? plan.Type, StandingArea area => area.Name, Movement movement => movement.Purpose, _ => null };
        var view = new PlanView(item.Id, line, item.Family.Name, item.Root.Header.From, Word(planned.Activity.Role), item.State, item.Since, item.Due, name, planned.Activity.Priority, planned.Problem is null ? body?.Volumes : null,
            planned.Activity.Disclosure == Disclosure.Named ? planned.Activity.Recipients : null, planned.Activity.IsInForce && planned.Activity.Volumes.Count > 0, planned.Problem);
        return item.Family is not MovementFamily ? view
            : view with { Ladder = [.. MovementFamily.Ladder(item).Select(r => new RungView(r.Party, r.Echelon, r.At))], UnderFireSince = MovementFamily.UnderFireSince(item) };
    }

    internal static ConflictView Of(Conflict conflict) =>
        new(conflict.First, conflict.FirstOwner, conflict.Second, conflict.SecondOwner, [.. conflict.Volumes.Select(v => (int[])[v.First, v.Second])], Of(conflict.Where));

    internal static LineConflict Of(LineId line, Conflict conflict, VolumeRole role) =>
        new(line, conflict.Second, conflict.SecondOwner, Word(role), [.. conflict.Volumes.Select(v => (int[])[v.First, v.Second])], Of(conflict.Where));

    internal static OverlapView Of(Overlap where)
    {
        var (from, until) = (where.Time.StartsAt, where.Time.EndsAt);
        return new OverlapView(where.SouthWest.Longitude, where.SouthWest.Latitude, where.NorthEast.Longitude, where.NorthEast.Latitude,
            where.Altitude.Lower == AltitudeBand.Below ? null : where.Altitude.Lower / 1000.0, where.Altitude.Upper == AltitudeBand.Above ? null : where.Altitude.Upper / 1000.0, where.Altitude.Reference.ToString().ToUpperInvariant(),
            from, until, until - from is { } time ? time.TotalSeconds : null);
    }

    /// <summary>What, where, when and for how long, in one line.</summary>
    internal static string Words(Overlap where)
    {
        var shown = Of(where);
        return string.Create(CultureInfo.InvariantCulture, $"{shown.South:0.###},{shown.West:0.###} to {shown.North:0.###},{shown.East:0.###} (lat,lon), {BandAndTime(shown)}");
    }

    private static string BandAndTime(OverlapView shown)
    {
        var band = $"{Metres(shown.LowerMetres, "the ground up")}–{Metres(shown.UpperMetres, "no limit")} {shown.Reference}";
        return $"{band}, {Time(shown.From, "already")}–{Time(shown.Until, "no end")}{(shown.Seconds is { } seconds ? $" ({Length(TimeSpan.FromSeconds(seconds))})" : "")}";

        static string Length(TimeSpan time) => time.TotalDays >= 1 ? $"{(int)time.TotalDays} d {time.Hours} h" : time.TotalHours >= 1 ? $"{time.Hours} h {time.Minutes} min" : $"{time.Minutes} min {time.Seconds} s";
        static string Metres(double? metres, string none) => metres is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0} m") : none;
        static string Time(DateTimeOffset? at, string none) => at is { } value ? value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : none;
    }

    /// <summary>Every volume of what is in force as an event; its name carries line, entry and place, so that a system that reads it again knows it for the same.</summary>
    internal static string CursorOnTarget(LineId line, ConflictBook plans, DateTimeOffset now) => Deconfliction.CursorOnTarget.Write(
        from planned in plans.All.OrderBy(p => p.Activity.Entry.ToString(), StringComparer.Ordinal)
        where planned.Activity.IsInForce
        from volume in planned.Activity.Volumes.Select((v, i) => (Volume: v, Place: i))
        let shown = Of(line, planned, now)
        select ($"{line}/{planned.Activity.Entry}/{volume.Place}", shown.Name ?? $"{planned.Activity.Owner} {shown.Role}",
$"{planned.Activity.Owner}: {shown.Role}, {shown.State}. {BandAndTime(Of(new Overlap(default, default, volume.Volume.Altitude, volume.Volume.Time)))}", volume.Volume), now);

    /// <summary>Every volume as a feature.</summary>
    internal static string GeoJson(LineId line, ConflictBook plans)
    {
        var features = new JsonArray();
        foreach (var planned in plans.All.OrderBy(p => p.Activity.Entry.ToString(), StringComparer.Ordinal))
        {
            for (var i = 0; i < planned.Activity.Volumes.Count; i++)
            {
                var volume = planned.Activity.Volumes[i];
                var where = Of(new Overlap(default, default, volume.Altitude, volume.Time));
                features.Add(new JsonObject
                {
                    ["type"] = "Feature",
                    ["id"] = $"{planned.Activity.Entry}[{i}]",
                    ["geometry"] = Geometry(volume.Outline),
                    ["properties"] = new JsonObject
                    {
                        ["line"] = line.Value, ["entry"] = planned.Activity.Entry.ToString(), ["volume"] = i, ["owner"] = planned.Activity.Owner.Value, ["role"] = Word(planned.Activity.Role),
                        ["family"] = planned.Item.Family.Name, ["state"] = planned.Item.State, ["lowerMetres"] = where.LowerMetres, ["upperMetres"] = where.UpperMetres, ["reference"] = where.Reference,
                        ["from"] = Moment(where.From), ["until"] = Moment(where.Until), ["centre"] = volume.Outline.IsCircle ? Position(volume.Outline.Centre) : null, ["radiusMetres"] = volume.Outline.IsCircle ? volume.Outline.Radius : null,
                    },
                });
            }
        }
        return new JsonObject { ["type"] = "FeatureCollection", ["features"] = features }.ToJsonString();

        static string? Moment(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
    }

    internal static string Word(VolumeRole role) => role switch { VolumeRole.KeepOut => StandingArea.KeepOut, VolumeRole.Protected => StandingArea.Protected, _ => "activity" };

    private static JsonNode Geometry(Outline outline)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new System.Text.Json.Utf8JsonWriter(json)) Deconfliction.GeoJson.Write(writer, outline);
        return JsonNode.Parse(json.WrittenSpan)!;
    }

    private static JsonArray Position(Vertex at) => new(Round(at.Longitude), Round(at.Latitude));

    private static double Round(double degrees) => Math.Round(degrees, 9);
}
