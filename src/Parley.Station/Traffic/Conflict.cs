using Parley.Deconfliction;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>Two items of different parties whose volumes are closer than the line's separation.</summary>
/// <param name="Volumes">Pairs of volume numbers, some of them where <paramref name="IsEveryPair"/> is false.</param>
/// <param name="IsExact">False where only boxes around the volumes were compared: more was near than one search may
/// compare.</param>
/// <param name="Where">Around the first pair: where, at what height, when.</param>
internal sealed record Conflict(
    EntryId First,
    PartyId FirstOwner,
    EntryId Second,
    PartyId SecondOwner,
    IReadOnlyList<(int First, int Second)> Volumes,
    bool IsEveryPair,
    bool IsExact,
    Overlap Where
)
{
    internal string Key => $"{First}~{Second}";
}

/// <summary>An activity, area or movement as it is held against others; its texts are with the view, or in the
/// record.</summary>
/// <param name="Heading">Of its item, as it was folded last.</param>
/// <param name="Text">The entry that states its volumes.</param>
/// <param name="Problem">Why its volumes cannot be read; null when they can, or when there are none.</param>
internal sealed record Planned(Heading Heading, Activity Activity, EntryId? Text, string? Problem)
{
    /// <summary>Where its owner has more in force than is compared, and this is beyond: how much it is. Its volumes are
    /// then not kept.</summary>
    internal PlanLoad? Beyond { get; init; }

    /// <summary>Of a movement: since when it is under fire.</summary>
    internal DateTimeOffset? UnderFireSince { get; init; }
}

/// <summary>How much a party has in force, or one item of it.</summary>
internal readonly record struct PlanLoad(int Volumes, int Vertices)
{
    internal static PlanLoad Of(IReadOnlyList<Volume4D> volumes) =>
        new(volumes.Count, volumes.Sum(v => v.Outline.Shell.Count + v.Outline.Holes.Sum(h => h.Count)));

    public static PlanLoad operator +(PlanLoad a, PlanLoad b) => new(a.Volumes + b.Volumes, a.Vertices + b.Vertices);

    public static PlanLoad operator -(PlanLoad a, PlanLoad b) => new(a.Volumes - b.Volumes, a.Vertices - b.Vertices);
}
