using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>One volume as a Cursor-on-Target event says it.</summary>
/// <param name="Uid">The event's own name.</param>
/// <param name="Callsign">What people call it; null where it has none.</param>
/// <param name="Remarks">What else it says; null where nothing.</param>
/// <param name="Volume">As a Volume4D of ASTM F3548, read and found good.</param>
public sealed record CursorOnTargetEvent(string Uid, string? Callsign, string? Remarks, JsonObject Volume);

/// <summary>
/// Volumes as Cursor-on-Target events (MITRE MP090284, version 2.0, and the shapes that TAK draws): a polygon as <c>u-d-f</c> with a link for each corner, a circle as
/// <c>u-d-c-c</c> with an ellipse. What comes in that way is for a draft: nobody has signed it. Events have one height, above the ellipsoid, and no other reference.
/// </summary>
public static class CursorOnTarget
{
    /// <summary>Largest document that is read, in characters, and the most events in it.</summary>
    public const int MaxDocument = 1 << 19, MaxEvents = 1_000;
    /// <summary>How long an event without an end is said to be fresh.</summary>
    public static readonly TimeSpan OpenEnd = TimeSpan.FromDays(1);

    private const string Polygon = "u-d-f", Circle = "u-d-c-c";
    /// <summary>What events say for a number that is not known.</summary>
    private const string Unknown = "9999999.0";
    private const double UnknownFrom = 9_999_999;
    private const int MaxText = 1_000;

    /// <summary>Writes the events of one document, under a root element <c>events</c>.</summary>
    /// <param name="events">Name, callsign, remarks and volume of each.</param>
    /// <param name="now">The time that the events state for themselves.</param>
    public static string Write(IEnumerable<(string Uid, string Callsign, string Remarks, Volume4D Volume)> events, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(events);
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, NewLineChars = "\n", CheckCharacters = false }))
        {
            xml.WriteStartElement("events");
            foreach (var (uid, callsign, remarks, volume) in events) Write(xml, uid, callsign, remarks, volume, now);
            xml.WriteEndElement();
        }
        return text.Append('\n').ToString();
    }

    private static void Write(XmlWriter xml, string uid, string callsign, string remarks, Volume4D volume, DateTimeOffset now)
    {
        var outline = volume.Outline;
        var start = volume.Time.StartsAt ?? now;
        var end = volume.Time.EndsAt ?? (start > now ? start : now) + OpenEnd;
        double? lower = volume.Altitude is { Reference: AltitudeReference.W84, Lower: not AltitudeBand.Below and var low } ? low / 1000.0 : null;
        double? upper = volume.Altitude is { Reference: AltitudeReference.W84, Upper: not AltitudeBand.Above and var high } ? high / 1000.0 : null;
        xml.WriteStartElement("event");
        foreach (var (name, value) in ((string, string)[])[("version", "2.0"), ("uid", Clean(uid)), ("type", outline.IsCircle ? Circle : Polygon), ("how", "h-g-i-g-o"), ("time", Time(now)), ("start", Time(start)), ("stale", Time(end))])
            xml.WriteAttributeString(name, value);
        var centre = outline.IsCircle ? outline.Centre : outline.Shell[0];
        xml.WriteStartElement("point");
        foreach (var (name, value) in ((string, string)[])[("lat", Degrees(centre.Latitude)), ("lon", Degrees(centre.Longitude)), ("hae", lower is { } hae ? Number(hae) : Unknown), ("ce", Unknown), ("le", Unknown)])
            xml.WriteAttributeString(name, value);
        xml.WriteEndElement();
        xml.WriteStartElement("detail");
        xml.WriteStartElement("contact");
        xml.WriteAttributeString("callsign", Clean(callsign));
        xml.WriteEndElement();
        if (outline.IsCircle)
        {
            xml.WriteStartElement("shape");
            xml.WriteStartElement("ellipse");
            foreach (var name in (string[])["major", "minor"]) xml.WriteAttributeString(name, Number(outline.Radius));
            xml.WriteAttributeString("angle", "360");
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        else
        {
            // TAK closes a ring by its first corner. Holes it does not have: the event then covers more than the volume, which errs to the safe side.
            foreach (var corner in outline.Shell.Append(outline.Shell[0]))
            {
                xml.WriteStartElement("link");
                xml.WriteAttributeString("point", $"{Degrees(corner.Latitude)},{Degrees(corner.Longitude)}");
                xml.WriteEndElement();
            }
        }
        if (lower is { } bottom && upper is { } top)
        {
            xml.WriteStartElement("height");
            xml.WriteAttributeString("value", Number(top - bottom));
            xml.WriteEndElement();
        }
        xml.WriteElementString("remarks", Clean(remarks));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>Reads a document whose root is an event or holds events. Refused with the reason: what is no XML, too large, names entities, or has a shape that is no volume.</summary>
    public static Parsed<IReadOnlyList<CursorOnTargetEvent>> Read(string document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (document.Length > MaxDocument) return new Rejected($"more than {MaxDocument} characters");
        try
        {
            using var xml = XmlReader.Create(new StringReader(document), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxDocument, IgnoreComments = true, IgnoreProcessingInstructions = true });
            var events = new List<CursorOnTargetEvent>();
            while (xml.Read())
            {
                if (xml.NodeType != XmlNodeType.Element || xml.Name != "event") continue;
                if (events.Count == MaxEvents) return new Rejected($"more than {MaxEvents} events");
                if (!ReadEvent(xml).TryGet(out var read, out var why)) return new Rejected($"event {events.Count + 1}: {why}");
                events.Add(read);
            }
            return events.Count == 0 ? new Rejected("it holds no event") : Parsed<IReadOnlyList<CursorOnTargetEvent>>.Of(events);
        }
        catch (XmlException e)
        {
            return new Rejected($"no XML that is read here: {e.Message}");
        }
    }

    private static Parsed<CursorOnTargetEvent> ReadEvent(XmlReader xml)
    {
        if (xml.GetAttribute("uid") is not { Length: > 0 and <= MaxText } uid) return new Rejected("it has no uid");
        if (ReadTime(xml.GetAttribute("start")) is not { } start || ReadTime(xml.GetAttribute("stale")) is not { } stale) return new Rejected("start and stale are times such as 2026-03-01T12:00:00Z");
        (double Lat, double Lon, double? Hae, double? Ce)? point = null;
        (double Major, double Minor)? ellipse = null;
        double? height = null;
        string? callsign = null, remarks = null;
        var corners = new List<(double Lat, double Lon)>();
        if (!xml.IsEmptyElement)
        {
            for (var depth = xml.Depth; xml.Read() && xml.Depth > depth;)
            {
                if (xml.NodeType != XmlNodeType.Element) continue;
                switch (xml.Name)
                {
                    case "point":
                        if (Read(xml, "lat") is not { } lat || Read(xml, "lon") is not { } lon) return new Rejected("its point has no lat and lon");
                        point = (lat, lon, Known(Read(xml, "hae")), Known(Read(xml, "ce")));
                        break;
                    case "ellipse":
                        if (Read(xml, "major") is not { } major || Read(xml, "minor") is not { } minor) return new Rejected("its ellipse has no major and minor");
                        ellipse ??= (major, minor);
                        break;
                    case "link" when xml.GetAttribute("point") is { } at:
                        if (corners.Count > Outline.MaxVertices) return new Rejected($"more than {Outline.MaxVertices} corners");
                        var parts = at.Split(',');
                        if (parts.Length < 2 || Number(parts[0]) is not { } y || Number(parts[1]) is not { } x) return new Rejected($"corner {corners.Count + 1} is not lat,lon");
                        corners.Add((y, x));
                        break;
                    case "height": height = Read(xml, "value"); break;
                    case "contact": callsign = Short(xml.GetAttribute("callsign")); break;
                    case "remarks" when !xml.IsEmptyElement: remarks = xml.Read() && xml.NodeType == XmlNodeType.Text ? Short(xml.Value) : null; break;
                }
            }
        }
        if (point is not { } centre) return new Rejected("it has no point");
        var volume = new JsonObject();
        if (corners.Count > 0)
        {
            if (corners.Count > 1 && corners[0] == corners[^1]) corners.RemoveAt(corners.Count - 1);
            volume["outline_polygon"] = new JsonObject { ["vertices"] = new JsonArray([.. corners.Select(c => (JsonNode)Vertex(c.Lat, c.Lon))]) };
        }
        else
        {
            if (ellipse is { } shape && shape.Major != shape.Minor) return new Rejected("its shape is an ellipse, and volumes have polygons and circles");
            if ((ellipse?.Major ?? centre.Ce) is not { } radius) return new Rejected("it has neither a shape nor a circular error: a point is no volume");
            volume["outline_circle"] = new JsonObject { ["center"] = Vertex(centre.Lat, centre.Lon), ["radius"] = new JsonObject { ["value"] = radius, ["units"] = "M" } };
        }
        if (centre.Hae is { } hae)
        {
            volume["altitude_lower"] = Altitude(hae);
            if (height is { } high) volume["altitude_upper"] = Altitude(hae + high);
        }
        var whole = new JsonObject { ["volume"] = volume, ["time_start"] = Moment(start), ["time_end"] = Moment(stale) };
        using var json = JsonDocument.Parse(whole.ToJsonString());
        return VolumeReader.Read(json.RootElement, Short(uid)!).TryGet(out _, out var why) ? new CursorOnTargetEvent(uid, callsign, remarks, whole) : new Rejected(why);
    }

    private static JsonObject Vertex(double lat, double lon) => new() { ["lng"] = lon, ["lat"] = lat };

    private static JsonObject Altitude(double metres) => new() { ["value"] = metres, ["reference"] = "W84", ["units"] = "M" };

    private static JsonObject Moment(DateTimeOffset at) => new() { ["value"] = Time(at), ["format"] = "RFC3339" };

    private static double? Read(XmlReader xml, string attribute) => Number(xml.GetAttribute(attribute));

    private static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private static double? Known(double? value) => value is < UnknownFrom ? value : null;

    private static DateTimeOffset? ReadTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) && text!.Contains('T', StringComparison.Ordinal) ? at : null;

    private static string? Short(string? text) => text is null || text.Length <= MaxText ? text : text[..MaxText];

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Degrees(double degrees) => (degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees).ToString("0.#########", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Without what XML cannot hold.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r' or >= 0x20 and not (0xFFFE or 0xFFFF)) clean.Append(rune.ToString());
        }
        return clean.ToString();
    }
}
