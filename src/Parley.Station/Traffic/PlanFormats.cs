using System.Text.Json.Nodes;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Station.Traffic;

/// <summary>What is planned in the formats of other systems: Cursor-on-Target and GeoJSON.</summary>
internal static class PlanFormats
{
    /// <summary>Every volume of what is in force as an event; its name carries line, entry and place, so that a system
    /// that reads it again knows it for the same.</summary>
    internal static PlanPage<string> CursorOnTarget(
        LineId line,
        ConflictBook plans,
        PartyId self,
        EntryId? after,
        DateTimeOffset now
    )
    {
        var (page, next) = PlanShapes.Page(plans, self, after);
        return new(
            Deconfliction.CursorOnTarget.Write(
                from planned in page
                where planned.Activity.IsInForce && planned.Activity.Volumes.Count > 0
                let shown = PlanShapes.Of(line, plans, planned, now)
                from volume in planned.Activity.Volumes.Select((v, i) => (Volume: v, Place: i))
                select (
                    $"{line}/{planned.Activity.Entry}/{volume.Place}",
                    shown.Name ?? $"{planned.Activity.Owner} {shown.Role}",
                    $"{planned.Activity.Owner}: {shown.Role}, {shown.State}. {PlanShapes.BandAndTime(PlanShapes.Of(new Overlap(default, default, volume.Volume.Altitude, volume.Volume.Time)))}",
                    volume.Volume
                ),
                now
            ),
            next
        );
    }

    /// <summary>Every volume as a feature.</summary>
    internal static PlanPage<string> GeoJson(LineId line, ConflictBook plans, PartyId self, EntryId? after)
    {
        var features = new JsonArray();
        var (page, next) = PlanShapes.Page(plans, self, after);
        foreach (var planned in page)
        {
            for (var i = 0; i < planned.Activity.Volumes.Count; i++)
            {
                var volume = planned.Activity.Volumes[i];
                var where = PlanShapes.Of(new Overlap(default, default, volume.Altitude, volume.Time));
                features.Add(
                    new JsonObject
                    {
                        ["type"] = "Feature",
                        ["id"] = $"{planned.Activity.Entry}[{i}]",
                        ["geometry"] = Geometry(volume.Outline),
                        ["properties"] = new JsonObject
                        {
                            ["line"] = line.Value,
                            ["entry"] = planned.Activity.Entry.ToString(),
                            ["volume"] = i,
                            ["owner"] = planned.Activity.Owner.Value,
                            ["role"] = PlanShapes.Word(planned.Activity.Role),
                            ["family"] = planned.Heading.Family.Name,
                            ["state"] = planned.Heading.State,
                            ["lowerMetres"] = where.LowerMetres,
                            ["upperMetres"] = where.UpperMetres,
                            ["reference"] = where.Reference,
                            ["from"] = Moment(where.From),
                            ["until"] = Moment(where.Until),
                            ["centre"] = volume.Outline.IsCircle ? Position(volume.Outline.Centre) : null,
                            ["radiusMetres"] = volume.Outline.IsCircle ? volume.Outline.Radius : null,
                        },
                    }
                );
            }
        }
        return new(new JsonObject { ["type"] = "FeatureCollection", ["features"] = features }.ToJsonString(), next);

        static string? Moment(DateTimeOffset? at) => at is { } value ? UtcText.Of(value) : null;
    }

    private static JsonNode Geometry(Outline outline)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new System.Text.Json.Utf8JsonWriter(json))
            Deconfliction.GeoJson.Write(writer, outline);
        return JsonNode.Parse(json.WrittenSpan)!;
    }

    private static JsonArray Position(Vertex at) => new(Round(at.Longitude), Round(at.Latitude));

    private static double Round(double degrees) => Math.Round(degrees, 9);
}
