using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>A request for clarification with its clock (R10). Overdue is what time does; asking for a meeting is what
/// an officer does.</summary>
public sealed class ClarificationFamily : Family
{
    public const string Open = "open",
        Answered = "answered",
        Insufficient = "insufficient",
        Overdue = "overdue";
    public const string MeetingAsked = "meeting asked",
        MeetingOverdue = "meeting overdue",
        MeetingAgreed = "meeting agreed",
        Closed = "closed",
        Withdrawn = "withdrawn";

    public override string Name => "clarification";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.ClarificationRequested, Actor.Anyone, Open),
                .. new[] { Open, Insufficient, Overdue, MeetingAsked, MeetingOverdue, MeetingAgreed }.Select(
                    state => new Transition(state, Kinds.ClarificationAnswered, Actor.Counterpart, Answered)
                ),
                new(Answered, Kinds.ClarificationAnswered, Actor.Counterpart, Answered),
                new(Answered, Kinds.ClarificationInsufficient, Actor.Opener, Insufficient),
                new(Answered, Kinds.ClarificationClosed, Actor.Opener, Closed),
                .. new[] { Insufficient, Overdue }.Select(state => new Transition(
                    state,
                    Kinds.ClarificationMeetingAsked,
                    Actor.Opener,
                    MeetingAsked
                )),
                .. new[] { MeetingAsked, MeetingOverdue }.Select(state => new Transition(
                    state,
                    Kinds.ClarificationMeetingAgreed,
                    Actor.Counterpart,
                    MeetingAgreed
                )),
                .. new[] { Insufficient, Overdue, MeetingAsked, MeetingOverdue, MeetingAgreed }.Select(
                    state => new Transition(state, Kinds.ClarificationClosed, Actor.Opener, Closed)
                ),
                .. new[] { Open, Answered, Insufficient, Overdue, MeetingAsked, MeetingOverdue, MeetingAgreed }.Select(
                    state => new Transition(state, Kinds.ClarificationWithdrawn, Actor.Opener, Withdrawn)
                ),
            ],
            [new(Open, Overdue), new(Insufficient, Overdue), new(MeetingAsked, MeetingOverdue)],
            [Closed, Withdrawn]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.ClarificationRequested, TrafficJson.Default.ClarificationRequest)
        {
            Label = "Ask for clarification",
            Says = "Asks what the other side is doing; the clock for an answer runs.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
        },
        new(Kinds.ClarificationAnswered, TrafficJson.Default.ClarificationAnswer)
        {
            Label = "Answer",
            Says = "Answers the request for clarification, with what is to be shown for it.",
            Seats = Seats.Officers,
        },
        new(Kinds.ClarificationInsufficient, TrafficJson.Default.Reasoned)
        {
            Label = "Find the answer insufficient",
            Says = "Says that the answer does not clarify it; the clock runs anew.",
            Seats = Seats.Officers,
        },
        new(Kinds.ClarificationMeetingAsked, TrafficJson.Default.Meeting)
        {
            Label = "Ask for a meeting",
            Says = "Asks to meet, after silence or an answer that was insufficient.",
            Seats = Seats.Officers,
        },
        new(Kinds.ClarificationMeetingAgreed, TrafficJson.Default.Meeting)
        {
            Label = "Agree to meet",
            Says = "Agrees to meet, and says where and when.",
            Seats = Seats.Officers,
        },
        new(Kinds.ClarificationClosed, TrafficJson.Default.Reasoned)
        {
            Label = "Close",
            Says = "Says that the matter is clarified.",
            Seats = Seats.Officers,
        },
        new(Kinds.ClarificationWithdrawn, TrafficJson.Default.Reasoned)
        {
            Label = "Withdraw the request",
            Says = "Takes the request for clarification back.",
            Seats = Seats.Officers,
        },
    ];

    internal override DateTimeOffset? DueOf(Item item) =>
        item.State switch
        {
            Open or Insufficient => item.Since.Plus(TrafficDefaults.ClarificationClock),
            MeetingAsked => item.Since.Plus(TrafficDefaults.MeetingClock),
            _ => null,
        };
}
