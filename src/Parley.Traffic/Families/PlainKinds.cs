using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>The kinds that no state machine takes: messages and their receipts, and what stands on a line by
/// itself.</summary>
internal static class PlainKinds
{
    /// <summary>First word of the kinds by which a line is suspended.</summary>
    internal const string Line = "line";

    private static readonly string[] Senders = [Seats.Watch, Seats.Principal, Seats.Planner, Seats.Administrator];

    /// <summary>Whoever has read something may say so.</summary>
    private static readonly string[] Readers =
    [
        Seats.Watch,
        Seats.Principal,
        Seats.Interpreter,
        Seats.Spokesperson,
        Seats.Planner,
        Seats.Administrator,
    ];
    private static readonly string[] InCharge = [Seats.Principal, Seats.Administrator];

    /// <summary>Messages, and what is said of any entry: that it was read, translated, passed on.</summary>
    internal static IReadOnlyList<KindOf> Messages { get; } =
    [
        new(Kinds.MessageSent, TrafficJson.Default.Message)
        {
            Label = "Write a message",
            Says = "Says something to the other parties, in words and in coded fields.",
            Seats = Senders,
            WantsAcknowledgement = true,
        },
        new(Kinds.MessageAttachment, null)
        {
            Label = "Attach a file",
            Says = "Brings a file to the line; entries that speak of it name it.",
            Seats = Senders,
            WantsAcknowledgement = true,
        },
        new(Kinds.MessageSuperseded, TrafficJson.Default.Message)
        {
            Label = "Replace a message",
            Says = "Takes the place of an own message with another text.",
            Seats = Senders,
            WantsAcknowledgement = true,
            Replaces = OnEarlier.Supersedes,
            IsAbout = true,
        },
        new(Kinds.MessageCancelled, TrafficJson.Default.Reasoned)
        {
            Label = "Take a message back",
            Says = "Takes an own message back.",
            Seats = Senders,
            WantsAcknowledgement = true,
            Replaces = OnEarlier.Cancels,
            IsAbout = true,
        },
        new(Kinds.MessageAcknowledged, TrafficJson.Default.Acknowledgement)
        {
            Label = "Acknowledge",
            Says = "Says that an entry was received and read; received is not agreed.",
            Seats = Readers,
            Receipt = Receipt.Read,
            IsAbout = true,
        },
        new(Kinds.MessageTranslated, TrafficJson.Default.Translation)
        {
            Label = "Translate",
            Says = "Brings a translation of an entry; the author's language stays authoritative.",
            Seats = [Seats.Interpreter, Seats.Watch],
            Receipt = Receipt.Translated,
            IsAbout = true,
        },
        new(Kinds.MessagePassedOn, TrafficJson.Default.PassedOn)
        {
            Label = "Pass on",
            Says = "Says to which echelon an entry was passed on, and when.",
            Seats = Readers,
            Receipt = Receipt.PassedOn,
            IsAbout = true,
        },
    ];

    /// <summary>What a party says of the line itself, and to the public.</summary>
    internal static IReadOnlyList<KindOf> Standing { get; } =
    [
        new(Kinds.LineSuspended, TrafficJson.Default.Reasoned)
        {
            Label = "Suspend the line",
            Says = "Suspends the line; FLASH and line tests still pass.",
            Seats = InCharge,
            Act = LinePolicy.Suspension,
            WantsAcknowledgement = true,
            Rings = true,
        },
        new(Kinds.LineResumed, TrafficJson.Default.Reasoned)
        {
            Label = "Resume the line",
            Says = "Takes the party's own suspension of the line back.",
            Seats = InCharge,
            Act = LinePolicy.Suspension,
        },
        new(Kinds.LineSuspensionWarned, TrafficJson.Default.Reasoned)
        {
            Label = "Warn of a suspension",
            Says = "Says that a suspension of the line is considered.",
            Seats = InCharge,
            WantsAcknowledgement = true,
            Rings = true,
        },
        new(Kinds.PartyAdmitted, TrafficJson.Default.Admission)
        {
            Label = "Admit a party",
            Says = "Says who joins, and which line continues this one with it.",
            Seats = [Seats.Administrator, Seats.Principal],
            Act = LinePolicy.Admission,
            WantsAcknowledgement = true,
        },
        new(Kinds.StatementReleased, TrafficJson.Default.Statement)
        {
            Label = "Release a statement",
            Says = "Releases a statement, and says how far it may go.",
            Seats = [Seats.Spokesperson, Seats.Principal],
            Act = LinePolicy.PublicRelease,
            ActAtLevel = Release.Public,
        },
        new(Kinds.StatementCorrected, TrafficJson.Default.Statement)
        {
            Label = "Correct the statement",
            Says = "Takes the place of an own statement with another text; both stay readable.",
            Seats = [Seats.Spokesperson, Seats.Principal],
            Act = LinePolicy.PublicRelease,
            ActAtLevel = Release.Public,
            Replaces = OnEarlier.Supersedes,
            IsAbout = true,
        },
        new(Kinds.StatementWithdrawn, TrafficJson.Default.Withdrawal)
        {
            Label = "Withdraw the statement",
            Says = "Takes an own statement back, and says why; that it was made stays known.",
            Seats = [Seats.Spokesperson, Seats.Principal],
            Act = LinePolicy.PublicRelease,
            Replaces = OnEarlier.Cancels,
            IsAbout = true,
        },
    ];
}
