using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Station.Api;

/// <summary>An activity, standing area or movement as it stands.</summary>
/// <param name="Role"><c>activity</c>, <c>keep-out</c> or <c>protected</c>.</param>
/// <param name="Volumes">Volume4D objects (ASTM F3548), as their owner stated them; null where none were, or where they were not for this party.</param>
/// <param name="To">Who was told; null for all parties of the line.</param>
/// <param name="Compared">True where its volumes take part in the search for conflicts.</param>
/// <param name="Problem">Why they cannot be read.</param>
internal sealed record PlanView(
    EntryId Entry, LineId Line, string Family, PartyId Owner, string Role, string State, DateTimeOffset Since, DateTimeOffset? Due, string? Name, int Priority, JsonElement? Volumes, IReadOnlyList<PartyId>? To, bool Compared, string? Problem)
{
    /// <summary>Of a movement: who has been told, by party and echelon; without a time the rung is empty (R16).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<RungView>? Ladder { get; init; }
    /// <summary>Of a movement: since when it has been under fire (R17).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public DateTimeOffset? UnderFireSince { get; init; }
    /// <summary>What of this party's own or others' it conflicts with.</summary>
    public IReadOnlyList<EntryId> ConflictsWith { get; init; } = [];
}

internal sealed record RungView(PartyId Party, string Echelon, DateTimeOffset? At);

/// <summary>Two items whose volumes are closer than the line's separation.</summary>
/// <param name="Volumes">Pairs of volume numbers, from 0.</param>
internal sealed record ConflictView(EntryId First, PartyId FirstOwner, EntryId Second, PartyId SecondOwner, IReadOnlyList<int[]> Volumes, OverlapView Where);

/// <summary>Where two volumes lie together, each widened by the separation. Degrees (WGS 84), metres, UTC; null where there is no limit.</summary>
/// <param name="East">May lie beyond 180 where the overlap crosses the antimeridian.</param>
/// <param name="Seconds">How long.</param>
internal sealed record OverlapView(double West, double South, double East, double North, double? LowerMetres, double? UpperMetres, string Reference, DateTimeOffset? From, DateTimeOffset? Until, double? Seconds);

/// <param name="Volumes">What is asked about.</param>
/// <param name="Separation"><c>DIST[,HEIGHT[,TIME]]</c>; null for each line's own.</param>
/// <param name="Line">Against this line only; null for all of this station's.</param>
internal sealed record CheckRequest(JsonElement Volumes, string? Separation = null, LineId? Line = null);

/// <summary>What was compared and what was found. That nothing was found says nothing of what nobody notified.</summary>
/// <param name="Compared">Volumes in force that were searched.</param>
internal sealed record CheckAnswer(int Compared, IReadOnlyList<LineConflict> Conflicts, string Caution)
{
    internal const string Words = "only what was notified to this station, and what this party itself has planned in its journal, was compared";
}

/// <summary>A conflict with what stands on a line.</summary>
internal sealed record LineConflict(LineId Line, EntryId Entry, PartyId Owner, string Role, IReadOnlyList<int[]> Volumes, OverlapView Where);
