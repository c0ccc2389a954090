using System.Globalization;
using System.Text;
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

/// <summary>What a document says: its areas, and a word for each event that is none.</summary>
/// <param name="PassedOver">One reason each, in the order of the document, in ASCII.</param>
public sealed record CursorOnTargetDocument(
    IReadOnlyList<CursorOnTargetEvent> Events,
    IReadOnlyList<string> PassedOver
);

/// <summary>
/// Volumes as Cursor-on-Target events (MITRE MP090284, version 2.0, and the shapes that TAK draws): a polygon as
/// <c>u-d-f</c> with a link for each corner, a circle as
/// <c>u-d-c-c</c> with an ellipse. What comes in that way is for a draft: nobody has signed it. Events have one height,
/// above the ellipsoid, and no other reference.
/// </summary>
public static partial class CursorOnTarget
{
    /// <summary>Largest document that is read, in characters and in bytes, and the most events in it.</summary>
    public const int MaxDocument = 1 << 19,
        MaxEvents = 1_000;

    /// <summary>How long an event without an end is said to be fresh.</summary>
    public static readonly TimeSpan OpenEnd = TimeSpan.FromDays(1);

    private const string Polygon = "u-d-f",
        Circle = "u-d-c-c";

    /// <summary>What events say for a number that is not known.</summary>
    private const string Unknown = "9999999.0";
    private const double UnknownFrom = 9_999_999;

    /// <summary>What of an event is ours alone: the holes of a polygon, which no other shape of the format can
    /// say.</summary>
    private const string Own = "__parley",
        Hole = "hole",
        OwnCorner = "vertex";

    /// <summary>Writes the events of one document, under a root element <c>events</c>.</summary>
    /// <param name="events">Name, callsign, remarks and volume of each.</param>
    /// <param name="now">The time that the events state for themselves.</param>
    public static string Write(
        IEnumerable<(string Uid, string Callsign, string Remarks, Volume4D Volume)> events,
        DateTimeOffset now
    )
    {
        ArgumentNullException.ThrowIfNull(events);
        var text = new StringBuilder();
        using (
            var xml = XmlWriter.Create(
                text,
                new XmlWriterSettings
                {
                    Indent = true,
                    OmitXmlDeclaration = true,
                    NewLineChars = "\n",
                    CheckCharacters = false,
                }
            )
        )
        {
            xml.WriteStartElement("events");
            foreach (var (uid, callsign, remarks, volume) in events)
                Write(xml, uid, callsign, remarks, volume, now);
            xml.WriteEndElement();
        }
        return text.Append('\n').ToString();
    }

    private static void Write(
        XmlWriter xml,
        string uid,
        string callsign,
        string remarks,
        Volume4D volume,
        DateTimeOffset now
    )
    {
        var outline = volume.Outline;
        var start = volume.Time.StartsAt ?? now;
        var end = volume.Time.EndsAt ?? (start > now ? start : now).Plus(OpenEnd);
        double? lower = volume.Altitude
            is { Reference: AltitudeReference.W84, Lower: not AltitudeBand.Below and var low }
            ? low / 1000.0
            : null;
        double? upper = volume.Altitude
            is { Reference: AltitudeReference.W84, Upper: not AltitudeBand.Above and var high }
            ? high / 1000.0
            : null;
        xml.WriteStartElement("event");
        foreach (
            var (name, value) in ((string, string)[])
                [
                    ("version", "2.0"),
                    ("uid", Clean(uid)),
                    ("type", outline.IsCircle ? Circle : Polygon),
                    ("how", "h-g-i-g-o"),
                    ("time", UtcText.Exact(now)), // a window never shrinks on the way
                    ("start", UtcText.Exact(start)),
                    ("stale", UtcText.Exact(end)),
                ]
        )
            xml.WriteAttributeString(name, value);
        xml.WriteStartElement("point");
        WritePosition(xml, outline.Centre);
        foreach (
            var (name, value) in ((string, string)[])
                [("hae", lower is { } hae ? Number(hae) : Unknown), ("ce", Unknown), ("le", Unknown)]
        )
            xml.WriteAttributeString(name, value);
        xml.WriteEndElement();
        xml.WriteStartElement("detail");
        xml.WriteStartElement("contact");
        xml.WriteAttributeString("callsign", Clean(callsign));
        xml.WriteEndElement();
        if (outline.IsCircle)
            WriteCircle(xml, outline.Radius);
        else
            WritePolygon(xml, outline);
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

    private static void WriteCircle(XmlWriter xml, double radius)
    {
        xml.WriteStartElement("shape");
        xml.WriteStartElement("ellipse");
        foreach (var name in (string[])["major", "minor"])
            xml.WriteAttributeString(name, radius.ToString("R", CultureInfo.InvariantCulture));
        xml.WriteAttributeString("angle", "360");
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>
    /// TAK closes a ring by its first corner. Holes it does not have: to others the event covers more than the volume,
    /// which errs to the safe side;
    /// we read them again from an element of our own.
    /// </summary>
    private static void WritePolygon(XmlWriter xml, Outline outline)
    {
        var shell = outline.Corners;
        foreach (var corner in shell.Append(shell[0]))
        {
            xml.WriteStartElement("link");
            xml.WriteAttributeString("point", $"{Degrees(corner.Y)},{Degrees(Wrapped(corner.X))}");
            xml.WriteEndElement();
        }
        if (outline.Holes.Count == 0)
            return;
        xml.WriteStartElement(Own);
        foreach (var hole in outline.Holes)
        {
            xml.WriteStartElement(Hole);
            foreach (var corner in hole)
            {
                xml.WriteStartElement(OwnCorner);
                WritePosition(xml, corner);
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void WritePosition(XmlWriter xml, Vertex at)
    {
        xml.WriteAttributeString("lat", Degrees(at.Y));
        xml.WriteAttributeString("lon", Degrees(Wrapped(at.X)));
    }

    private static long Wrapped(long x) =>
        x > Vertex.Turn / 2 ? x - Vertex.Turn
        : x < -Vertex.Turn / 2 ? x + Vertex.Turn
        : x;

    /// <summary>Exact: a number of units is a decimal with nine places.</summary>
    private static string Degrees(long units) =>
        ((decimal)units / Vertex.PerDegree).ToString("0.#########", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Without what XML cannot hold.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r' or >= 0x20 and not (0xFFFE or 0xFFFF))
                clean.Append(rune.ToString());
        }
        return clean.ToString();
    }
}
