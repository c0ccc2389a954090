using System.Globalization;
using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Incidents;

/// <summary>
/// Writes observations as others read them: our own table, GeoJSON, ACLED's columns (31, since 2023) and UCDP GED's
/// (26.1). A party's name and the source are stated, and what the record does not know is left empty. CEASEFIRE-33.
/// </summary>
public static class ObservationExport
{
    /// <summary>The forms, by their names.</summary>
    public static IReadOnlyList<string> Forms { get; } = ["csv", "geojson", "acled", "ucdp"];

    /// <summary>ACLED's header.</summary>
    public const string AcledHeader =
        "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,"
        + "actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,"
        + "latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp";

    /// <summary>UCDP GED's header.</summary>
    public const string UcdpHeader =
        "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,"
        + "dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,"
        + "number_of_sources,source_article,source_office,source_date,source_headline,source_original,where_prec,"
        + "where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,"
        + "region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,"
        + "low,gwnoa,gwnob";

    /// <summary>Writes all of them, one after the other.</summary>
    /// <param name="form">One of <see cref="Forms"/>.</param>
    /// <param name="observations">Each with the entry that it stands in.</param>
    /// <param name="to">Where to; lines end as RFC 4180 has it.</param>
    public static void Write(
        string form,
        IEnumerable<(EntryId Entry, Observation Observation)> observations,
        TextWriter to
    )
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(to);
        observations = Once(observations);
        switch (form)
        {
            case "csv":
                Table(to, string.Join(',', ObservationCsv.Columns), observations, Own);
                break;
            case "acled":
                Table(to, AcledHeader, observations, Acled);
                break;
            case "ucdp":
                Table(to, UcdpHeader, observations, Ucdp);
                break;
            case "geojson":
                GeoJson(to, observations);
                break;
            default:
                throw new ArgumentException($"there is no form {form}: {string.Join(", ", Forms)}", nameof(form));
        }
    }

    /// <summary>A number that stands several times in one entry once, as it stands last: as it counts.
    /// CEASEFIRE-34.</summary>
    private static IEnumerable<(EntryId Entry, Observation Observation)> Once(
        IEnumerable<(EntryId Entry, Observation Observation)> observations
    )
    {
        var within = new OrderedDictionary<ulong, (EntryId Entry, Observation Observation)>();
        foreach (var one in observations)
        {
            if (within.Count > 0 && within.GetAt(0).Value.Entry != one.Entry)
            {
                foreach (var (_, earlier) in within)
                    yield return earlier;
                within.Clear();
            }
            within[ObservationLedger.NumberOf(one.Observation)] = one;
        }
        foreach (var (_, last) in within)
            yield return last;
    }

    private static void Table(
        TextWriter to,
        string header,
        IEnumerable<(EntryId Entry, Observation Observation)> observations,
        Func<EntryId, Observation, IReadOnlyDictionary<string, string>> row
    )
    {
        var columns = header.Split(',');
        to.Write(header);
        to.Write("\r\n");
        foreach (var (entry, observation) in observations)
        {
            var fields = row(entry, observation);
            to.Write(string.Join(',', columns.Select(c => fields.GetValueOrDefault(c, ""))));
            to.Write("\r\n");
        }
    }

    private static Dictionary<string, string> Own(EntryId entry, Observation o) =>
        new(StringComparer.Ordinal)
        {
            ["id"] = CsvText.Field(o.Id),
            ["reporter"] = CsvText.Field(o.Reporter),
            ["accused"] = CsvText.Field(o.Accused),
            ["position"] = CsvText.Field(o.Place?.Name),
            ["latitude"] = Number(o.Place?.Position?[1]),
            ["longitude"] = Number(o.Place?.Position?[0]),
            ["means"] = CsvText.Field(o.Means),
            ["start"] = Time(o.Start),
            ["end"] = Time(o.End),
            ["utc_offset"] = o.UtcOffset is { } offset
                ? $"{(offset < 0 ? '-' : '+')}{Math.Abs(offset) / 60:00}:{Math.Abs(offset) % 60:00}"
                : "",
            ["count"] = Number(o.Count),
            ["count_qualifier"] = o.Qualifier ?? "",
            ["what"] = CsvText.Field(o.What),
            ["weapon"] = CsvText.Field(o.Weapon),
            ["phase"] = o.Phase ?? "",
            ["bearing_from"] = Number(o.BearingFrom),
            ["bearing_to"] = Number(o.BearingTo),
            ["distance_min_m"] = Number(o.DistanceMin),
            ["distance_max_m"] = Number(o.DistanceMax),
            ["time_precision"] = Number(o.TimePrecision),
            ["place_precision"] = Number(o.PlacePrecision),
            ["killed"] = Number(o.Killed),
            ["injured"] = Number(o.Injured),
            ["note"] = CsvText.Field(o.Note),
        };

    /// <summary>Actors of ACLED imply no direction; the reporter's word on who fired stands in the notes as well.</summary>
    private static Dictionary<string, string> Acled(EntryId entry, Observation o)
    {
        var (type, sub) = EventOf(o);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["event_date"] = Date(o.Start),
            ["year"] = Year(o.Start),
            ["time_precision"] = IsOneDay(o) ? "1" : "",
            ["disorder_type"] = type is null ? "" : "Political violence",
            ["event_type"] = type ?? "",
            ["sub_event_type"] = sub ?? "",
            ["actor1"] = CsvText.Field(o.Accused),
            ["location"] = CsvText.Field(o.Place?.Name),
            ["latitude"] = Number(o.Place?.Position?[1]),
            ["longitude"] = Number(o.Place?.Position?[0]),
            // Where it happened lies in a sector seen from there: near, however exact the observer's position is.
            ["geo_precision"] =
                o.Place?.Position is null ? ""
                : o.PlacePrecision == 3 ? "3"
                : "2",
            ["source"] = CsvText.Field(o.Reporter),
            ["notes"] = CsvText.Field(NoteOf(entry, o)),
            ["fatalities"] = Number(o.Killed),
        };
    }

    private static Dictionary<string, string> Ucdp(EntryId entry, Observation o) =>
        new(StringComparer.Ordinal)
        {
            ["year"] = Year(o.Start),
            ["side_a"] = CsvText.Field(o.Accused),
            ["number_of_sources"] = "1",
            ["source_article"] = CsvText.Field(NoteOf(entry, o)),
            ["source_office"] = CsvText.Field(o.Reporter),
            ["source_original"] = CsvText.Field(o.Reporter),
            ["where_coordinates"] = CsvText.Field(o.Place?.Name),
            ["where_description"] = CsvText.Field(SectorOf(o)),
            ["latitude"] = Number(o.Place?.Position?[1]),
            ["longitude"] = Number(o.Place?.Position?[0]),
            ["geom_wkt"] = o.Place?.Position is { } at ? $"POINT ({Number(at[0])} {Number(at[1])})" : "",
            ["date_prec"] = IsOneDay(o) ? "1" : "",
            ["date_start"] = Date(o.Start),
            ["date_end"] = Date(o.End ?? o.Start),
            // Whose they were, the record does not say.
            ["deaths_unknown"] = Number(o.Killed),
            ["best"] = Number(o.Killed),
        };

    private static (string? Type, string? Sub) EventOf(Observation o) =>
        o.What is "flare" ? (null, null)
        : o.Weapon is "artillery" or "mortar" or "tank"
        || o.What is "explosion" or "impact" or "outgoing" or "airburst" or "projectile"
            ? ("Explosions/Remote violence", "Shelling/artillery/missile attack")
        : o.What is "burst" or "shot" or "tracer" ? ("Battles", "Armed clash")
        : (null, null);

    private static string NoteOf(EntryId entry, Observation o)
    {
        var note = new StringBuilder($"Reported by {o.Reporter} as {o.Id}, {entry}");
        note.Append(o.Accused is null ? ", accusing nobody" : $", accusing {o.Accused}");
        note.Append(CultureInfo.InvariantCulture, $": {Qualified(o)} {o.What}");
        if (o.Weapon is not null)
            note.Append(CultureInfo.InvariantCulture, $", {o.Weapon}");
        if (o.Means is not null)
            note.Append(CultureInfo.InvariantCulture, $", {o.Means}");
        if (SectorOf(o) is { } sector)
            note.Append(CultureInfo.InvariantCulture, $", {sector}");
        if (o.Note is not null)
            note.Append(CultureInfo.InvariantCulture, $". {o.Note}");
        return note.ToString();
    }

    private static string Qualified(Observation o) =>
        o.Qualifier switch
        {
            Observation.About => $"about {Number(o.Count)}",
            Observation.AtLeast => $"at least {Number(o.Count)}",
            _ => Number(o.Count),
        };

    /// <summary>Where it was, seen from the observer; null where nothing of it is known.</summary>
    private static string? SectorOf(Observation o)
    {
        var distance =
            o.DistanceMin is null && o.DistanceMax is null
                ? null
                : $"{Number(o.DistanceMin ?? 0)} to {(o.DistanceMax is { } most ? Number(most) : "?")} m away";
        var bearing = o.BearingFrom is null
            ? null
            : $"bearing {Number(o.BearingFrom)} to {Number(o.BearingTo)} degrees";
        return (distance, bearing) switch
        {
            (null, null) => null,
            ({ } d, null) => $"{d} from the observer",
            (null, { } b) => $"{b} from the observer",
            var (d, b) => $"{d}, {b} from the observer",
        };
    }

    private static void GeoJson(TextWriter to, IEnumerable<(EntryId Entry, Observation Observation)> observations)
    {
        to.Write("""{"type":"FeatureCollection","features":[""");
        var isFirst = true;
        foreach (var (entry, o) in observations)
        {
            if (!isFirst)
                to.Write(',');
            isFirst = false;
            var geometry =
                Sector.Of(o) is { } ring ? Ring(ring)
                : o.Place?.Position is { } at ? Point(at)
                : "null";
            var properties = JsonSerializer.Serialize(o, TrafficJson.Default.Observation);
            to.Write("\n{\"type\":\"Feature\",\"id\":");
            to.Write($"\"{entry}#{JsonEncodedText.Encode(o.Id!)}\"");
            to.Write($",\"geometry\":{geometry},\"properties\":{properties}}}");
        }
        to.Write("\n]}\n");
    }

    private static string Point(double[] at) =>
        $$"""{"type":"Point","coordinates":[{{Number(at[0])}},{{Number(at[1])}}]}""";

    private static string Ring(IReadOnlyList<(double Longitude, double Latitude)> ring) =>
        $$"""{"type":"Polygon","coordinates":[[{{string.Join(',', ring.Select(p => $"[{Number(p.Longitude)},{Number(p.Latitude)}]"))}}]]}""";

    private static bool IsOneDay(Observation o) =>
        o.TimePrecision is 1 or 2 && o.Start!.Value.UtcDateTime.Date == (o.End ?? o.Start).Value.UtcDateTime.Date;

    private static string Year(DateTimeOffset? at) =>
        at is { } time ? time.UtcDateTime.Year.ToString("0000", CultureInfo.InvariantCulture) : "";

    private static string Date(DateTimeOffset? at) =>
        at is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "";

    private static string Time(DateTimeOffset? at) =>
        at is { } time
            ? time.UtcDateTime.ToString(
                time.UtcTicks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fffffffZ",
                CultureInfo.InvariantCulture
            )
            : "";

    private static string Number(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}

/// <summary>Where an event lies that was seen or heard from a position: a part of a ring, not a point (C-8).</summary>
public static class Sector
{
    /// <summary>Metres of a degree of latitude, on a sphere of the WGS 84 mean radius.</summary>
    private const double MetresOfDegree = 111_195.08;

    /// <summary>Degrees between two corners of an arc.</summary>
    private const double Step = 5;

    /// <summary>Furthest from the equator that degrees of longitude still mean something.</summary>
    private const double MaxLatitude = 89;

    /// <summary>
    /// Its outline as a closed ring, counter-clockwise (RFC 7946); null where no position, sector or distance is known.
    /// A sector of one bearing is drawn a degree wide, one of one distance a hundredth of it deep.
    /// </summary>
    public static IReadOnlyList<(double Longitude, double Latitude)>? Of(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (
            observation.Place?.Position is not { } from
            || Math.Abs(from[1]) > MaxLatitude
            || observation.BearingFrom is not { } left
            || observation.BearingTo is not { } right
            || observation.DistanceMax is not { } far
        )
            return null;
        var near = observation.DistanceMin ?? 0;
        var width = right - left;
        if (width < 0)
            width += 360; // through north
        if (width < 1)
            (left, width) = (left - (1 - width) / 2, 1);
        if (far - near < far / 100)
            (near, far) = (near * 0.995, far * 1.005);
        var ring = new List<(double, double)>();
        var steps = Math.Max(1, (int)Math.Ceiling(width / Step));
        for (var i = 0; i <= steps; i++)
            ring.Add(At(from, left + width * (steps - i) / steps, far));
        if (near <= 0)
            ring.Add((from[0], from[1]));
        else
        {
            for (var i = 0; i <= steps; i++)
                ring.Add(At(from, left + width * i / steps, near));
        }
        ring.Add(ring[0]);
        return ring;
    }

    private static (double, double) At(double[] from, double bearing, double metres)
    {
        var (sin, cos) = Math.SinCos(bearing * Math.PI / 180);
        var latitude = from[1] + metres * cos / MetresOfDegree;
        var longitude = from[0] + metres * sin / (MetresOfDegree * Math.Cos(from[1] * Math.PI / 180));
        return (Math.Round(longitude, 6), Math.Round(latitude, 6));
    }
}
