using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>A report of an accident that was not meant (R11).</summary>
public sealed class AccidentFamily : Family
{
    public const string Reported = "reported", Closed = "closed";

    public override string Name => "accident";

    public override StateTable Table { get; } = new(
    [
        new("", Kinds.AccidentReported, Actor.Anyone, Reported),
        new(Reported, Kinds.AccidentUpdated, Actor.Anyone, Reported),
        new(Reported, Kinds.AccidentClosed, Actor.Opener, Closed),
    ], [], [Closed]);
}

/// <summary>A line test (R1, R2): answered, late, unanswered, declined or fault.</summary>
public sealed class LineTestFamily : Family
{
    public const string Sent = "sent", Answered = "answered", Late = "late", Unanswered = "unanswered", Declined = "declined", Fault = "fault";

    public override string Name => "test";

    internal override bool TakesAnyMark => true;

    public override StateTable Table { get; } = new(
    [
        new("", Kinds.TestSent, Actor.Anyone, Sent),
        new(Sent, Kinds.TestAnswered, Actor.Counterpart, Answered),
        new(Sent, Kinds.TestDeclined, Actor.Counterpart, Declined),
        new(Sent, Kinds.TestFault, Actor.Anyone, Fault),
        new(Unanswered, Kinds.TestAnswered, Actor.Counterpart, Late),
        // On a line of three or more each of the others answers; the first answer settles it, and the further ones are no fault.
        new(Answered, Kinds.TestAnswered, Actor.Counterpart, Answered),
        new(Late, Kinds.TestAnswered, Actor.Counterpart, Late),
    ],
    [new(Sent, Unanswered)],
    [Answered, Late, Unanswered, Declined, Fault]);

    internal override DateTimeOffset? DueOf(Item item) => item.State == Sent ? item.Root.Header.At + TrafficDefaults.TestGivenUp : null;

    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<Record.PartyId> parties)
    {
        if (next != Answered || item.State == Answered) return next;
        var within = (item.Root.Body as LineTest)?.Style == "staffed" ? TrafficDefaults.StaffedTestAnswer : TrafficDefaults.AutomaticTestAnswer;
        return entry.Header.At - item.Root.Header.At <= within ? Answered : Late;
    }
}

/// <summary>The handover of a watch (R6): one officer offers it with what is open, another takes it.</summary>
public sealed class WatchFamily : Family
{
    public const string Offered = "offered", Taken = "taken";

    public override string Name => "watch";

    public override StateTable Table { get; } = new(
    [
        new("", Kinds.WatchOffered, Actor.Anyone, Offered),
        new("", Kinds.WatchTaken, Actor.Anyone, Taken),
        new(Offered, Kinds.WatchTaken, Actor.Opener, Taken),
    ], [], [Taken]);

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<Record.PartyId> parties) =>
        item.State == Offered && item.Root.Header.By.IsNamed(entry.Header.By.Name) ? "a watch is taken by another officer than the one who offers it" : null;
}

/// <summary>A condition of the line, or of a party's watch (R7, E6), with reason, start and end.</summary>
public sealed class ConditionFamily : Family
{
    public const string InForce = "in force", Ended = "ended";

    public override string Name => "condition";

    public override StateTable Table { get; } = new(
    [
        new("", Kinds.ConditionRaised, Actor.Anyone, InForce),
        new(InForce, Kinds.ConditionLowered, Actor.Opener, Ended),
    ], [], [Ended]);
}

/// <summary>A claim, its source, and the dissent beside it (E11). Nobody settles it here.</summary>
public sealed class ClaimFamily : Family
{
    public const string Made = "made", Disputed = "disputed";

    public override string Name => "claim";

    public override StateTable Table { get; } = new(
    [
        new("", Kinds.ClaimMade, Actor.Anyone, Made),
        new(Made, Kinds.ClaimDisputed, Actor.Counterpart, Disputed),
        new(Disputed, Kinds.ClaimDisputed, Actor.Counterpart, Disputed),
    ], [], [Made, Disputed]);
}
