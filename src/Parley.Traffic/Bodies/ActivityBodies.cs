using System.Globalization;
using System.Text.Json;

namespace Parley.Traffic.Bodies;

/// <summary>A body that says where something is to be: its volumes are in the terms of ASTM F3548's Volume4D, and are read by whoever compares them.</summary>
public interface IVolumeBody : ITrafficBody
{
    /// <summary>A list of Volume4D objects; null where none are stated.</summary>
    JsonElement? Volumes { get; }
}

/// <summary>When volumes end, read from their JSON without their geometry.</summary>
internal static class VolumeTimes
{
    /// <summary>The end of the last one; null where one has no end, or nothing can be read.</summary>
    internal static DateTimeOffset? End(JsonElement? volumes)
    {
        if (volumes is not { ValueKind: JsonValueKind.Array } list) return null;
        DateTimeOffset? last = null;
        foreach (var volume in list.EnumerateArray())
        {
            if (volume.ValueKind != JsonValueKind.Object || !volume.TryGetProperty("time_end", out var end) || end.ValueKind != JsonValueKind.Object || !end.TryGetProperty("value", out var value)
                || value.ValueKind != JsonValueKind.String || value.GetRawText().Contains('\\', StringComparison.Ordinal) // no time needs an escape, and a lone surrogate has no text
                || !DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)) return null;
            if (last is null || at > last) last = at;
        }
        return last;
    }

    internal static string? Problem(JsonElement? volumes, bool wanted) => volumes switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => wanted ? "volumes are missing" : null,
        { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() == 0 ? "volumes are empty" : null,
        _ => "volumes are no list",
    };
}

/// <summary>Body of <c>activity.planned</c>, <c>activity.notified</c> and <c>activity.changed</c>: what is to be done, where and when (E7).</summary>
public sealed record ActivityPlan : IVolumeBody
{
    public string? Name { get; init; }
    /// <summary>What it is: flight, firing, manoeuvre, …</summary>
    public string? Type { get; init; }
    public JsonElement? Volumes { get; init; }
    /// <summary>Higher goes first (ASTM F3548); it never hides a conflict. 0 to <see cref="MaxPriority"/>.</summary>
    public int? Priority { get; init; }
    public string? Note { get; init; }

    public const int MaxPriority = 1_000;

    /// <summary>When the last of its volumes ends; null where one has no end.</summary>
    public DateTimeOffset? Until() => VolumeTimes.End(Volumes);

    public string? Problem() =>
        Check.Text("name", Name, Check.ShortText) ?? Check.Text("type", Type, Check.ShortText) ?? Check.Text("note", Note, Check.LongText) ?? VolumeTimes.Problem(Volumes, wanted: false)
        ?? (Priority is < 0 or > MaxPriority ? $"priority is 0 to {MaxPriority}" : null);
}

/// <summary>Body of <c>area.declared</c> and <c>area.changed</c>: an area to be kept out of, or a protected site (R14).</summary>
public sealed record StandingArea : IVolumeBody
{
    /// <summary><c>keep-out</c> or <c>protected</c>.</summary>
    public string? Type { get; init; }
    public string? Name { get; init; }
    /// <summary>The name in the script of the place.</summary>
    public string? LocalName { get; init; }
    /// <summary>Of a protected site: whose it is.</summary>
    public string? Organisation { get; init; }
    /// <summary>Of a protected site: what it is: hospital, shelter, school, water, …</summary>
    public string? Function { get; init; }
    public Place? Point { get; init; }
    public JsonElement? Volumes { get; init; }
    /// <summary>Who verified it.</summary>
    public string? VerifiedBy { get; init; }
    /// <summary>How: on site, by satellite image, by telephone, …</summary>
    public string? VerifiedHow { get; init; }
    public DateTimeOffset? VerifiedAt { get; init; }
    /// <summary>True when whoever runs the site consented to its being notified.</summary>
    public bool? Consent { get; init; }
    public DateTimeOffset? Expires { get; init; }
    public string? Note { get; init; }

    public const string KeepOut = "keep-out", Protected = "protected";

    public string? Problem() =>
        (Type is KeepOut or Protected ? null : "type is keep-out or protected") ?? Check.Required("name", Name, Check.ShortText) ?? Check.Text("localName", LocalName, Check.ShortText)
        ?? Check.Text("organisation", Organisation, Check.ShortText) ?? Check.Text("function", Function, Check.ShortText) ?? Check.Place(Point) ?? VolumeTimes.Problem(Volumes, wanted: true)
        ?? Check.Text("verifiedBy", VerifiedBy, Check.ShortText) ?? Check.Text("verifiedHow", VerifiedHow) ?? Check.Text("note", Note, Check.LongText)
        ?? (Type == Protected ? Check.Required("function", Function, Check.ShortText) ?? Check.Required("verifiedBy", VerifiedBy, Check.ShortText) ?? Check.Required("verifiedHow", VerifiedHow)
            ?? (VerifiedAt is null ? "verifiedAt is missing" : Consent is null ? "consent is missing" : null) : null);
}

/// <summary>Body of <c>area.checked</c>: it was looked at again, by whom and how.</summary>
public sealed record AreaCheck : ITrafficBody
{
    public string? VerifiedBy { get; init; }
    public string? VerifiedHow { get; init; }
    public DateTimeOffset? VerifiedAt { get; init; }
    public string? Note { get; init; }

    public string? Problem() => Check.Required("verifiedBy", VerifiedBy, Check.ShortText) ?? Check.Required("verifiedHow", VerifiedHow) ?? Check.Text("note", Note, Check.LongText);
}

/// <summary>A point of a route and when it is to be reached.</summary>
public sealed record RoutePoint(string? Name = null, double[]? Position = null, DateTimeOffset? At = null);

/// <summary>Body of <c>movement.submitted</c> and <c>movement.changed</c> (R15). An edit makes earlier acknowledgements void.</summary>
public sealed record Movement : IVolumeBody
{
    public string? Purpose { get; init; }
    public IReadOnlyList<RoutePoint> Route { get; init => field = value ?? []; } = [];
    /// <summary>The route as volumes, for the search for conflicts.</summary>
    public JsonElement? Volumes { get; init; }
    public string? Vehicles { get; init; }
    public string? Markings { get; init; }
    public int? Headcount { get; init; }
    public bool? ArmedEscort { get; init; }
    /// <summary>Whose escort it is.</summary>
    public string? EscortOf { get; init; }
    /// <summary>Somebody with the movement who can be reached while it is under way.</summary>
    public string? LiveContact { get; init; }
    public DateTimeOffset? Departure { get; init; }
    public string? Note { get; init; }

    public string? Problem() =>
        Check.Required("purpose", Purpose) ?? (Route.Count > Check.MaxItems ? $"more than {Check.MaxItems} points of the route" : null)
        ?? Route.Select(p => p is null ? "a point of the route is null" : Check.Text("a point's name", p.Name, Check.ShortText) ?? Check.Position(p.Position)
            ?? (string.IsNullOrWhiteSpace(p.Name) && p.Position is null ? "a point of the route has neither name nor position" : null)).FirstOrDefault(p => p is not null)
        ?? (Route.Zip(Route.Skip(1)).Any(leg => leg.Second.At < leg.First.At) ? "the route reaches a point before the one ahead of it" : null)
        ?? VolumeTimes.Problem(Volumes, wanted: false) ?? Check.Text("vehicles", Vehicles) ?? Check.Text("markings", Markings) ?? (Headcount is < 0 ? "headcount is negative" : null)
        ?? Check.Text("escortOf", EscortOf, Check.ShortText) ?? (ArmedEscort == true ? Check.Required("escortOf", EscortOf, Check.ShortText) : null)
        ?? Check.Required("liveContact", LiveContact, Check.ShortText) ?? Check.Text("note", Note, Check.LongText);
}

/// <summary>Body of <c>movement.informed</c>: a rung of the ladder (R16): who has been told.</summary>
public sealed record Rung : ITrafficBody
{
    public string? Echelon { get; init; }
    /// <summary>When; null for a rung that is still to be told.</summary>
    public DateTimeOffset? At { get; init; }

    public string? Problem() => Check.Required("echelon", Echelon, Check.ShortText);
}

/// <summary>Body of <c>movement.deviated</c>, <c>movement.under_fire</c>: where it is, and what happens (R17).</summary>
public sealed record MovementReport : ITrafficBody
{
    public Place? Place { get; init; }
    public string? What { get; init; }

    public string? Problem() => Check.Place(Place) ?? Check.Text("what", What, Check.LongText);
}

/// <summary>Body of <c>movement.fire_answered</c> (R17).</summary>
public sealed record FireAnswer : ITrafficBody
{
    /// <summary><c>stopped</c>, <c>not ours</c> or <c>checking</c>.</summary>
    public string? Answer { get; init; }
    public string? Note { get; init; }

    public static IReadOnlyList<string> Known { get; } = ["stopped", "not ours", "checking"];

    public string? Problem() => (Answer is not null && Known.Contains(Answer) ? null : "answer is stopped, not ours or checking") ?? Check.Text("note", Note, Check.LongText);
}
