using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>Where an activity stands.</summary>
public enum ActivityState
{
    Draft,
    Notified,
    Accepted,
    Active,
    Ended,
    Cancelled,
}

/// <summary>Who is told of an activity: the parties of its line, those that are named, or nobody.</summary>
public enum Disclosure
{
    Line,
    Named,
    Nobody,
}

/// <summary>What a volume is there for: a planned activity, an area to be kept out of, or a protected site.</summary>
public enum VolumeRole
{
    Activity,
    KeepOut,
    Protected,
}

/// <summary>A planned activity, standing area or protected site as one party states it.</summary>
/// <param name="Entry">The entry that opened it.</param>
/// <param name="Priority">Higher goes first (ASTM F3548); it never hides a conflict.</param>
/// <param name="Recipients">Who is told, where <paramref name="Disclosure"/> is <see cref="Disclosure.Named"/>.</param>
public sealed record Activity(
    EntryId Entry,
    PartyId Owner,
    VolumeRole Role,
    int Priority,
    ActivityState State,
    Disclosure Disclosure,
    IReadOnlyList<PartyId> Recipients,
    IReadOnlyList<Volume4D> Volumes
)
{
    /// <summary>Most volumes of one activity.</summary>
    public const int MaxVolumes = 256;

    /// <summary>Whether its volumes take part in the search: notified, accepted or active; a draft only where its owner
    /// asks.</summary>
    public bool IsInForce => State is ActivityState.Notified or ActivityState.Accepted or ActivityState.Active;
}
