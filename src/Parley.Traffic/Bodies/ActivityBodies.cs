using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Parley.Record;

namespace Parley.Traffic.Bodies;

/// <summary>A body that says where something is to be: its volumes are in the terms of ASTM F3548's Volume4D, and are
/// read by whoever compares them.</summary>
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
        if (volumes is not { ValueKind: JsonValueKind.Array } list)
            return null;
        DateTimeOffset? last = null;
        foreach (var volume in list.EnumerateArray())
        {
            if (
                volume.ValueKind != JsonValueKind.Object
                || !volume.TryGetProperty("time_end", out var end)
                || end.ValueKind != JsonValueKind.Object
                || !end.TryGetProperty("value", out var value)
                || value.ValueKind != JsonValueKind.String
                || value.GetRawText().Contains('\\', StringComparison.Ordinal) // no time needs an escape, and a lone surrogate has no text
                || !UtcText.TryReadAny(value.GetString(), out var at)
            )
                return null;
            if (last is null || at > last)
                last = at;
        }
        return last;
    }

    internal static string? Problem(JsonElement? volumes, bool wanted) =>
        volumes switch
        {
            null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => wanted
                ? "volumes are missing"
                : null,
            { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() == 0 ? "volumes are empty" : null,
            _ => "volumes are no list",
        };
}

/// <summary>Body of <c>activity.planned</c>, <c>activity.notified</c> and <c>activity.changed</c>: what is to be done,
/// where and when (E7).</summary>
public sealed record ActivityPlan : IVolumeBody
{
    [MaxLength(Check.ShortText)]
    public string? Name { get; init; }

    /// <summary>What it is: flight, firing, manoeuvre, …</summary>
    [MaxLength(Check.ShortText), Usual("flight", "firing", "manoeuvre", "exercise", "patrol", "other")]
    public string? Type { get; init; }

    [DataType("volumes"), DisplayName("Where and when")]
    public JsonElement? Volumes { get; init; }

    /// <summary>Higher goes first (ASTM F3548); it never hides a conflict. 0 to <see cref="MaxPriority"/>.</summary>
    [Range(0, MaxPriority), Description("Higher goes first; it never hides a conflict.")]
    public int? Priority { get; init; }

    [MaxLength(Check.LongText)]
    public string? Note { get; init; }

    public const int MaxPriority = 1_000;

    /// <summary>When the last of its volumes ends; null where one has no end.</summary>
    public DateTimeOffset? Until() => VolumeTimes.End(Volumes);

    public string? Problem() =>
        VolumeTimes.Problem(Volumes, wanted: false)
        ?? (Priority is < 0 or > MaxPriority ? $"priority is 0 to {MaxPriority}" : null);
}

/// <summary>Body of <c>area.declared</c> and <c>area.changed</c>: an area to be kept out of, or a protected site
/// (R14).</summary>
public sealed record StandingArea : IVolumeBody
{
    /// <summary><c>keep-out</c> or <c>protected</c>.</summary>
    [Required, AllowedValues(KeepOut, Protected), DisplayName("Kind of area")]
    public string? Type { get; init; }

    [Required, MaxLength(Check.ShortText)]
    public string? Name { get; init; }

    /// <summary>The name in the script of the place.</summary>
    [MaxLength(Check.ShortText), DisplayName("Name in the script of the place")]
    public string? LocalName { get; init; }

    /// <summary>Of a protected site: whose it is.</summary>
    [MaxLength(Check.ShortText), Description("Of a protected site: whose it is.")]
    public string? Organisation { get; init; }

    /// <summary>Of a protected site: what it is: hospital, shelter, school, water, …</summary>
    [
        MaxLength(Check.ShortText),
        Usual("hospital", "shelter", "school", "water", "power", "other"),
        Description("Of a protected site: what it is.")
    ]
    public string? Function { get; init; }

    public Place? Point { get; init; }

    [Required, DataType("volumes"), DisplayName("Where and when")]
    public JsonElement? Volumes { get; init; }

    /// <summary>Who verified it.</summary>
    [MaxLength(Check.ShortText)]
    public string? VerifiedBy { get; init; }

    /// <summary>How: on site, by satellite image, by telephone, …</summary>
    [MaxLength(Check.MediumText), Description("On site, by satellite image, by telephone.")]
    public string? VerifiedHow { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>True when whoever runs the site consented to its being notified.</summary>
    [DisplayName("Whoever runs it consents")]
    public bool? Consent { get; init; }

    public DateTimeOffset? Expires { get; init; }

    [MaxLength(Check.LongText)]
    public string? Note { get; init; }

    public const string KeepOut = "keep-out",
        Protected = "protected";

    public string? Problem() =>
        Check.Place(Point)
        ?? VolumeTimes.Problem(Volumes, wanted: true)
        ?? (
            Type != Protected
                ? null
                : Check.Required("function", Function)
                    ?? Check.Required("verifiedBy", VerifiedBy)
                    ?? Check.Required("verifiedHow", VerifiedHow)
                    ?? (
                        VerifiedAt is null ? "verifiedAt is missing"
                        : Consent is null ? "consent is missing"
                        : null
                    )
        );
}

/// <summary>Body of <c>area.checked</c>: it was looked at again, by whom and how.</summary>
public sealed record AreaCheck : ITrafficBody
{
    [Required, MaxLength(Check.ShortText)]
    public string? VerifiedBy { get; init; }

    [Required, MaxLength(Check.MediumText)]
    public string? VerifiedHow { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }

    [MaxLength(Check.LongText)]
    public string? Note { get; init; }
}

/// <summary>A point of a route and when it is to be reached.</summary>
public sealed record RoutePoint(
    [property: MaxLength(Check.ShortText)] string? Name = null,
    [property: DataType("position")] double[]? Position = null,
    DateTimeOffset? At = null
);

/// <summary>Body of <c>movement.submitted</c> and <c>movement.changed</c> (R15). An edit makes earlier acknowledgements
/// void.</summary>
public sealed record Movement : IVolumeBody
{
    [Required, MaxLength(Check.MediumText)]
    public string? Purpose { get; init; }

    [MaxLength(Check.MaxItems)]
    public IReadOnlyList<RoutePoint> Route
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The route as volumes, for the search for conflicts.</summary>
    [DataType("volumes"), DisplayName("Route as volumes")]
    public JsonElement? Volumes { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Vehicles { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Markings { get; init; }

    [Range(0, int.MaxValue)]
    public int? Headcount { get; init; }

    public bool? ArmedEscort { get; init; }

    /// <summary>Whose escort it is.</summary>
    [MaxLength(Check.ShortText), DisplayName("Whose escort")]
    public string? EscortOf { get; init; }

    /// <summary>Somebody with the movement who can be reached while it is under way.</summary>
    [
        Required,
        MaxLength(Check.ShortText),
        Description("Somebody with the movement who can be reached while it is under way.")
    ]
    public string? LiveContact { get; init; }

    public DateTimeOffset? Departure { get; init; }

    [MaxLength(Check.LongText)]
    public string? Note { get; init; }

    public string? Problem() =>
        (Route.Count > Check.MaxItems ? $"more than {Check.MaxItems} points of the route" : null)
        ?? Route
            .Select(p =>
                p is null
                    ? "a point of the route is null"
                    : Check.Text("a point's name", p.Name, Check.ShortText)
                        ?? Check.Position(p.Position)
                        ?? (
                            string.IsNullOrWhiteSpace(p.Name) && p.Position is null
                                ? "a point of the route has neither name nor position"
                                : null
                        )
            )
            .FirstOrDefault(p => p is not null)
        ?? (
            Route.Zip(Route.Skip(1)).Any(leg => leg.Second.At < leg.First.At)
                ? "the route reaches a point before the one ahead of it"
                : null
        )
        ?? VolumeTimes.Problem(Volumes, wanted: false)
        ?? (Headcount is < 0 ? "headcount is negative" : null)
        ?? (ArmedEscort == true ? Check.Required("escortOf", EscortOf) : null);
}

/// <summary>Body of <c>movement.informed</c>: a rung of the ladder (R16): who has been told.</summary>
public sealed record Rung : ITrafficBody
{
    [Required, MaxLength(Check.ShortText)]
    public string? Echelon { get; init; }

    /// <summary>When; null for a rung that is still to be told.</summary>
    [Description("Left out while it is still to be told.")]
    public DateTimeOffset? At { get; init; }
}

/// <summary>Body of <c>movement.deviated</c>, <c>movement.under_fire</c>: where it is, and what happens
/// (R17).</summary>
public sealed record MovementReport : ITrafficBody
{
    public Place? Place { get; init; }

    [MaxLength(Check.LongText)]
    public string? What { get; init; }

    public string? Problem() => Check.Place(Place);
}

/// <summary>Body of <c>movement.fire_answered</c> (R17).</summary>
public sealed record FireAnswer : ITrafficBody
{
    /// <summary><c>stopped</c>, <c>not ours</c> or <c>checking</c>.</summary>
    [Required, AllowedValues(Stopped, NotOurs, Checking)]
    public string? Answer { get; init; }

    [MaxLength(Check.LongText)]
    public string? Note { get; init; }

    public const string Stopped = "stopped",
        NotOurs = "not ours",
        Checking = "checking";

    public static IReadOnlyList<string> Known { get; } = [Stopped, NotOurs, Checking];
}
