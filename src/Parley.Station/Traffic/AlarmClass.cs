using Parley.Record;

namespace Parley.Station.Traffic;

/// <summary>
/// What there can be an alarm about, and what it then does at every desk: the one table that decides it. Which kinds of
/// entries ring whatever their precedence stands with each kind (<see cref="Parley.Traffic.KindOf.Rings"/>); what time,
/// the station and the link give cause for stands here.
/// </summary>
/// <param name="Name">Its word in the API.</param>
/// <param name="Rings">True where it is heard until it is silenced, acknowledged or taken down; false where it is
/// only shown.</param>
/// <param name="Precedence">How urgent it is; null where what it is about says so.</param>
internal sealed record AlarmClass(string Name, bool Rings, Precedence? Precedence)
{
    // What rings.

    /// <summary>An entry for us that is IMMEDIATE or FLASH, or whose kind rings, and that nobody here has
    /// acknowledged.</summary>
    internal static readonly AlarmClass Urgent = new("urgent", Rings: true, null);

    /// <summary>An entry or an item that was not acknowledged or answered in its time, by us or by them.</summary>
    internal static readonly AlarmClass Overdue = new("overdue", Rings: true, null);

    /// <summary>A convoy is under fire.</summary>
    internal static readonly AlarmClass UnderFire = new("under-fire", Rings: true, Record.Precedence.Flash);

    /// <summary>A plan of ours and one of theirs want the same place at the same time.</summary>
    internal static readonly AlarmClass Conflict = new("conflict", Rings: true, Record.Precedence.Priority);

    /// <summary>The same, as a blind check found it: nobody has seen the other's plan.</summary>
    internal static readonly AlarmClass BlindConflict = new("blind-conflict", Rings: true, Record.Precedence.Priority);

    /// <summary>The tests of the line are not answered: what is sent may reach nobody.</summary>
    internal static readonly AlarmClass Tests = new("tests", Rings: true, Record.Precedence.Routine);

    /// <summary>Two stations of one party answer at once.</summary>
    internal static readonly AlarmClass TwoStations = new("two-stations", Rings: true, Record.Precedence.Flash);

    /// <summary>Somebody signed with our key what was not written here.</summary>
    internal static readonly AlarmClass ForeignFeed = new("own-feed-foreign", Rings: true, Record.Precedence.Flash);

    /// <summary>What stands on the line cannot be told.</summary>
    internal static readonly AlarmClass Fold = new("fold", Rings: true, Record.Precedence.Flash);

    /// <summary>The disk takes nothing more.</summary>
    internal static readonly AlarmClass NoRoom = new("no-room", Rings: true, Record.Precedence.Immediate);

    /// <summary>A peer's attachments have used up their room.</summary>
    internal static readonly AlarmClass NoRoomOfPeer = new("attachments-full", Rings: true, Record.Precedence.Priority);

    /// <summary>A console would speak on a call by another key than its officer signed for: nobody was heard by
    /// it.</summary>
    internal static readonly AlarmClass CallKey = new("call-key", Rings: true, Record.Precedence.Flash);

    // What is only shown.

    /// <summary>The link to a peer is down: what is written there waits. It is shown at once and rings when a test stays
    /// unanswered: links fall and rise by themselves, and a desk that is woken by each of them is muted.</summary>
    internal static readonly AlarmClass LinkDown = new("link-down", Rings: false, Record.Precedence.Priority);

    /// <summary>A staffed test is to be made at this time of day.</summary>
    internal static readonly AlarmClass StaffedTest = new("staffed-test", Rings: false, Record.Precedence.Routine);

    /// <summary>Our own watch is over, and nobody has taken it.</summary>
    internal static readonly AlarmClass WatchOver = new("watch-over", Rings: false, Record.Precedence.Routine);

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<AlarmClass> All { get; } =
    [
        Urgent,
        Overdue,
        UnderFire,
        Conflict,
        BlindConflict,
        Tests,
        TwoStations,
        ForeignFeed,
        Fold,
        NoRoom,
        NoRoomOfPeer,
        CallKey,
        LinkDown,
        StaffedTest,
        WatchOver,
    ];
}
