using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Contract;

/// <summary>An activity, standing area or movement as it stands.</summary>
/// <param name="Role"><c>activity</c>, <c>keep-out</c> or <c>protected</c>.</param>
/// <param name="Volumes">Volume4D objects (ASTM F3548), as their owner stated them; null where none were, or where they
/// were not for this party.</param>
/// <param name="To">Who was told; null for all parties of the line.</param>
/// <param name="Compared">True where its volumes take part in the search for conflicts.</param>
/// <param name="Problem">Why they cannot be read.</param>
public sealed record PlanView(
    EntryId Entry,
    LineId Line,
    string Family,
    PartyId Owner,
    string Role,
    string State,
    DateTimeOffset Since,
    DateTimeOffset? Due,
    string? Name,
    int Priority,
    JsonElement? Volumes,
    IReadOnlyList<PartyId>? To,
    bool Compared,
    string? Problem
)
{
    /// <summary>Of a movement: who has been told, by party and echelon; without a time the rung is empty
    /// (R16).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RungView>? Ladder { get; init; }

    /// <summary>Of a movement: since when it has been under fire (R17).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? UnderFireSince { get; init; }

    /// <summary>What of other parties' it conflicts with; at most <see cref="MaxConflictsWith"/>.</summary>
    public IReadOnlyList<EntryId> ConflictsWith { get; init; } = [];

    /// <summary>What is to be known about the search for conflicts: that there are more, or may be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Caution { get; init; }

    internal const int MaxConflictsWith = 64;

    /// <summary>Items in one answer; the next come with <c>after</c>.</summary>
    internal const int MaxPage = 1_000;

    /// <summary>An answer ends at so many bytes of their entries, or so many volumes.</summary>
    internal const int MaxPageBytes = 4 << 20;

    /// <inheritdoc cref="MaxPageBytes"/>
    internal const int MaxPageVolumes = 16_384;
}

/// <summary>A part of what stands on a line.</summary>
/// <param name="Next">Given under <c>after</c>, it asks for what follows; null where nothing does.</param>
public sealed record PlanPage<T>(T Shown, EntryId? Next);

public sealed record RungView(PartyId Party, string Echelon, DateTimeOffset? At);

/// <summary>Two items of different parties whose volumes are closer than the line's separation.</summary>
/// <param name="Volumes">Pairs of volume numbers, from 0; some of them where <paramref name="AllVolumes"/> is
/// false.</param>
/// <param name="Exact">False where only boxes around the volumes were compared, since more was near than one search
/// compares: it may be none.</param>
public sealed record ConflictView(
    EntryId First,
    PartyId FirstOwner,
    EntryId Second,
    PartyId SecondOwner,
    IReadOnlyList<int[]> Volumes,
    OverlapView Where,
    bool AllVolumes,
    bool Exact
)
{
    /// <summary>Conflicts in one answer; the next come with <c>after</c>.</summary>
    internal const int MaxPage = 256;
}

/// <summary>Where two volumes lie together, each widened by the separation. Degrees (WGS 84), metres, UTC; null where
/// there is no limit.</summary>
/// <param name="East">May lie beyond 180 where the overlap crosses the antimeridian.</param>
/// <param name="Seconds">How long.</param>
public sealed record OverlapView(
    double West,
    double South,
    double East,
    double North,
    double? LowerMetres,
    double? UpperMetres,
    string Reference,
    DateTimeOffset? From,
    DateTimeOffset? Until,
    double? Seconds
);

/// <param name="Volumes">What is asked about.</param>
/// <param name="Separation"><c>DIST[,HEIGHT[,TIME]]</c>; null for each line's own.</param>
/// <param name="Line">Against this line only; null for all of this station's.</param>
public sealed record CheckRequest(JsonElement Volumes, string? Separation = null, LineId? Line = null);

/// <summary>What was compared and what was found. That nothing was found says nothing of what nobody
/// notified.</summary>
/// <param name="Compared">Volumes in force that were searched.</param>
public sealed record CheckAnswer(int Compared, IReadOnlyList<LineConflict> Conflicts, string Caution)
{
    internal const int MaxListed = 1_000;

    private const string Words =
        "only what was notified to this station, and what this party itself has planned in its journal, was compared";

    /// <param name="beyond">Items that are beyond their party's share.</param>
    /// <param name="more">Conflicts that were found and are not listed.</param>
    internal static string Said(int beyond, int more) =>
        $"{Words}{(beyond > 0 ? $"; not compared: {beyond} items of parties that have more volumes in force than are compared" : "")}{(more > 0 ? $"; {more} more conflicts are not listed" : "")}";
}

/// <summary>A conflict with what stands on a line.</summary>
public sealed record LineConflict(
    LineId Line,
    EntryId Entry,
    PartyId Owner,
    string Role,
    IReadOnlyList<int[]> Volumes,
    OverlapView Where,
    bool AllVolumes,
    bool Exact
);

/// <summary>What of a document of Cursor-on-Target events was kept, and a word for each event that is no
/// area.</summary>
public sealed record KeptEvents(IReadOnlyList<DraftView> Drafts, IReadOnlyList<string> PassedOver);
