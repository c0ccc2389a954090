using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Parley.Record;

namespace Parley.Deconfliction;

public static partial class CursorOnTarget
{
    /// <summary>
    /// Reads one event. Names are compared without their namespace, and only where the format has them: the event's own
    /// point and detail, shapes and links of that detail.
    /// A shape anywhere else, or of another kind, is refused: it may be the area. // DECONFLICTION-20, DECONFLICTION-21
    /// </summary>
    private sealed class EventReader(XElement element)
    {
        private const string RectangleType = "u-d-r",
            Drawing = "u-d-",
            Position = "a-",
            Marker = "b-m-p",
            Route = "b-m-r",
            Task = "t-";
        private const int RectangleCorners = 4,
            MaxShownType = 40;
        private static readonly string[] Outlines =
        [
            "ellipse",
            "polyline",
            "polygon",
            "vertex",
            "circle",
            "rectangle",
            "line",
        ];

        private readonly string type = (string?)element.Attribute("type") ?? "";

        internal static string Shown(XElement element)
        {
            var shown = (string?)element.Attribute("type") ?? "";
            return shown.Length <= MaxShownType && shown.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')
                ? $"type {shown}"
                : "its type";
        }

        /// <summary>The event's area; null where it is no area at all (a position, a task, a route, a chat).</summary>
        internal CursorOnTargetEvent? Read()
        {
            var uid = (string?)element.Attribute("uid") is { Length: > 0 and <= MaxText } given
                ? given
                : throw new UnreadableException("it has no uid");
            if (Is(Task) || Is(Route))
                return null;
            var (start, stale) = (Time("start", roundUp: false), Time("stale", roundUp: true));
            if (type.Length == 0)
                throw new UnreadableException("it has no type");
            var (point, detail) = (Only(element, "point"), Only(element, "detail"));
            if (point is null)
                throw new UnreadableException("it has no point");
            if (Outline(point, detail) is not { } outline)
                return Is(Drawing)
                    ? throw new UnreadableException("it is a drawing without a shape that is read here")
                    : null;
            Heights(outline, point, detail);
            var whole = new JsonObject
            {
                ["volume"] = outline,
                ["time_start"] = Moment(start),
                ["time_end"] = Moment(stale),
            };
            using var json = JsonDocument.Parse(whole.ToJsonString());
            if (!VolumeReader.Read(json.RootElement, Short(uid)).TryGet(out _, out var why))
                throw new UnreadableException(why);
            return new CursorOnTargetEvent(
                uid,
                (string?)Only(detail, "contact")?.Attribute("callsign") is { } callsign ? Short(callsign) : null,
                Remarks(detail),
                whole
            );
        }

        private bool Is(string prefix) => type.StartsWith(prefix, StringComparison.Ordinal);

        private JsonObject? Outline(XElement point, XElement? detail)
        {
            var shape = Only(detail, "shape");
            foreach (var within in shape?.Elements() ?? [])
            {
                if (Name(within) is not ("ellipse" or "polyline" or "link"))
                    throw new UnreadableException(
                        $"its shape has an element '{Short(Name(within))}', which is not read here"
                    );
            }
            var (ellipses, polyline) = (Named(shape, "ellipse").ToArray(), Only(shape, "polyline"));
            var links = Named(detail, "link").Where(l => l.Attribute("point") is not null).ToArray();
            var own = Only(detail, Own);
            NothingElse(
                detail,
                [
                    .. ellipses,
                    .. polyline is null ? [] : polyline.DescendantsAndSelf(),
                    .. links,
                    .. own?.Descendants() ?? [],
                ]
            );
            if ((ellipses.Length > 0 ? 1 : 0) + (polyline is null ? 0 : 1) + (links.Length > 0 ? 1 : 0) > 1)
                throw new UnreadableException("it has more than one shape");
            if (ellipses.Length > 0)
                return Circle(point, ellipses.Max(Radius));
            if (polyline is not null)
            {
                var closed = (string?)polyline.Attribute("closed") is { } said && said.Trim() is "true" or "1";
                return Polygon([.. Bounded(Named(polyline, OwnCorner)).Select(Place)], closed, own);
            }
            if (links.Length > 0)
                return Polygon(
                    [.. Bounded(links).Select((l, i) => Corner((string)l.Attribute("point")!, i))],
                    closed: false,
                    own
                );
            return (Is(Position) || Is(Marker)) && Known(point, "ce") is { } error ? Circle(point, error) : null;
        }

        /// <summary>No shape stands where it is not looked for: passed over, it would take away from the
        /// area.</summary>
        private static void NothingElse(XElement? detail, IReadOnlyCollection<XElement> read)
        {
            var seen = read.ToHashSet();
            foreach (var other in detail?.Descendants() ?? [])
            {
                if (
                    !seen.Contains(other)
                    && (
                        Outlines.Contains(Name(other))
                        || (Name(other) == "link" && other.Attribute("point") is not null)
                    )
                )
                    throw new UnreadableException($"it has an element '{Name(other)}' where none is read");
            }
        }

        private JsonObject Polygon((double Lat, double Lon)[] corners, bool closed, XElement? own)
        {
            var repeats = corners.Length > 1 && corners[0] == corners[^1];
            if (!closed && !repeats && !(type == RectangleType && corners.Length == RectangleCorners))
                throw new UnreadableException("its shape is a line, and a line has no area");
            var polygon = new JsonObject { ["vertices"] = Ring(repeats ? corners[..^1] : corners) };
            if (own is not null)
                polygon["holes"] = new JsonArray([
                    .. Named(own, Hole).Select(h => (JsonNode)Ring([.. Bounded(Named(h, OwnCorner)).Select(Place)])),
                ]);
            return new JsonObject { ["outline_polygon"] = polygon };
        }

        private static JsonObject Circle(XElement point, double radius)
        {
            var (lat, lon) = Place(point);
            return new JsonObject
            {
                ["outline_circle"] = new JsonObject
                {
                    ["center"] = Vertex(lat, lon),
                    ["radius"] = new JsonObject { ["value"] = radius, ["units"] = "M" },
                },
            };
        }

        private static double Radius(XElement ellipse)
        {
            if (Number(ellipse, "major") is not { } major || Number(ellipse, "minor") is not { } minor)
                throw new UnreadableException("its ellipse has no major and minor");
            return major == minor
                ? major
                : throw new UnreadableException("its shape is an ellipse, and volumes have polygons and circles");
        }

        private static void Heights(JsonObject volume, XElement point, XElement? detail)
        {
            var height = Only(detail, "height") is { } stated
                ? Number(stated, "value") ?? throw new UnreadableException("its height is not a number of metres")
                : (double?)null;
            if (
                Only(detail, "height")?.Attribute("unit") is { } unit
                && unit.Value is not ("m" or "meters" or "metres")
            )
                throw new UnreadableException("its height is not in metres");
            if (Known(point, "hae") is not { } hae)
                return;
            volume["altitude_lower"] = Altitude(hae);
            if (height is { } high)
                volume["altitude_upper"] = Altitude(hae + high);
        }

        private static string? Remarks(XElement? detail)
        {
            // Text and CDATA alike, of every element of the name.
            var texts = Named(detail, "remarks")
                .Select(r => string.Concat(r.DescendantNodes().OfType<XText>().Select(t => t.Value)))
                .Where(t => t.Length > 0)
                .ToArray();
            return texts.Length == 0 ? null : Short(string.Join('\n', texts));
        }

        private static (double Lat, double Lon) Corner(string text, int place)
        {
            // Two or three numbers; more are decimal commas, which would make another place of it.
            var parts = text.Split(',');
            return
                parts.Length is 2 or 3
                && parts.Select(Number).ToArray() is [{ } lat, { } lon, .. var rest]
                && rest.All(n => n is not null)
                ? (lat, lon)
                : throw new UnreadableException($"corner {place + 1} is not lat,lon or lat,lon,height");
        }

        private static (double Lat, double Lon) Place(XElement at) =>
            Number(at, "lat") is { } lat && Number(at, "lon") is { } lon
                ? (lat, lon)
                : throw new UnreadableException($"its {Name(at)} has no lat and lon");

        private static IEnumerable<XElement> Bounded(IEnumerable<XElement> corners) =>
            corners.Select(
                (c, i) =>
                    i <= Deconfliction.Outline.MaxVertices
                        ? c
                        : throw new UnreadableException($"more than {Deconfliction.Outline.MaxVertices} corners")
            );

        private static string Name(XElement element) => element.Name.LocalName;

        private static IEnumerable<XElement> Named(XElement? parent, string name) =>
            parent?.Elements().Where(e => Name(e) == name) ?? [];

        private static XElement? Only(XElement? parent, string name)
        {
            var found = Named(parent, name).Take(2).ToArray();
            return found.Length < 2
                ? found.FirstOrDefault()
                : throw new UnreadableException($"it has more than one {name}");
        }

        /// <summary>A number that may be said to be unknown; one that cannot be read is refused.</summary>
        private static double? Known(XElement at, string attribute) =>
            (string?)at.Attribute(attribute) switch
            {
                null or "NaN" => null,
                var text => (Number(text) ?? throw new UnreadableException($"its {attribute} is not a number"))
                    is var value
                        and < UnknownFrom
                    ? value
                    : null,
            };

        private static double? Number(XElement at, string attribute) =>
            (string?)at.Attribute(attribute) is { } text ? Number(text) : null;

        private static double? Number(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value)
                ? value
                : null;

        private DateTimeOffset Time(string attribute, bool roundUp) =>
            (string?)element.Attribute(attribute) is { } text && UtcText.TryReadTicks(text, roundUp, out var ticks)
                ? new DateTimeOffset(ticks, TimeSpan.Zero)
                : throw new UnreadableException("start and stale are times such as 2026-03-01T12:00:00Z");

        private static JsonArray Ring((double Lat, double Lon)[] corners) =>
            [.. corners.Select(c => (JsonNode)Vertex(c.Lat, c.Lon))];

        private static JsonObject Vertex(double lat, double lon) => new() { ["lng"] = lon, ["lat"] = lat };

        private static JsonObject Altitude(double metres) =>
            new()
            {
                ["value"] = metres,
                ["reference"] = "W84",
                ["units"] = "M",
            };

        private static JsonObject Moment(DateTimeOffset at) =>
            new() { ["value"] = UtcText.Exact(at), ["format"] = "RFC3339" };
    }
}
