namespace Parley.Traffic.Families;

/// <summary>A request for clarification with its clock (R10). Overdue is what time does; asking for a meeting is what an officer does.</summary>
public sealed class ClarificationFamily : Family
{
    public const string Open = "open", Answered = "answered", Insufficient = "insufficient", Overdue = "overdue";
    public const string MeetingAsked = "meeting asked", MeetingOverdue = "meeting overdue", MeetingAgreed = "meeting agreed", Closed = "closed", Withdrawn = "withdrawn";

    public override string Name => "clarification";

    public override StateTable Table { get; } = new(
    [
        new("", Kinds.ClarificationRequested, Actor.Anyone, Open),
        .. new[] { Open, Insufficient, Overdue, MeetingAsked, MeetingOverdue, MeetingAgreed }.Select(state => new Transition(state, Kinds.ClarificationAnswered, Actor.Counterpart, Answered)),
        new(Answered, Kinds.ClarificationAnswered, Actor.Counterpart, Answered),
        new(Answered, Kinds.ClarificationInsufficient, Actor.Opener, Insufficient),
        new(Answered, Kinds.ClarificationClosed, Actor.Opener, Closed),
        .. new[] { Insufficient, Overdue }.Select(state => new Transition(state, Kinds.ClarificationMeetingAsked, Actor.Opener, MeetingAsked)),
        .. new[] { MeetingAsked, MeetingOverdue }.Select(state => new Transition(state, Kinds.ClarificationMeetingAgreed, Actor.Counterpart, MeetingAgreed)),
        .. new[] { Insufficient, Overdue, MeetingAsked, MeetingOverdue, MeetingAgreed }.Select(state => new Transition(state, Kinds.ClarificationClosed, Actor.Opener, Closed)),
        .. new[] { Open, Answered, Insufficient, Overdue, MeetingAsked, MeetingOverdue, MeetingAgreed }.Select(state => new Transition(state, Kinds.ClarificationWithdrawn, Actor.Opener, Withdrawn)),
    ],
    [new(Open, Overdue), new(Insufficient, Overdue), new(MeetingAsked, MeetingOverdue)],
    [Closed, Withdrawn]);

    internal override DateTimeOffset? DueOf(Item item) => item.State switch
    {
        Open or Insufficient => item.Since + TrafficDefaults.ClarificationClock,
        MeetingAsked => item.Since + TrafficDefaults.MeetingClock,
        _ => null,
    };
}
