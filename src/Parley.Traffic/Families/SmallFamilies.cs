using System.Globalization;
using System.Text;
using Parley.Record;
using Parley.Record.Text;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>A report of an accident that was not meant (R11).</summary>
public sealed class AccidentFamily : Family
{
    public const string Reported = "reported",
        Closed = "closed";

    public override string Name => "accident";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.AccidentReported, Actor.Anyone, Reported),
                new(Reported, Kinds.AccidentUpdated, Actor.Anyone, Reported),
                new(Reported, Kinds.AccidentClosed, Actor.Opener, Closed),
            ],
            [],
            [Closed]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.AccidentReported, TrafficJson.Default.Accident)
        {
            Label = "Report an accident",
            Says = "Reports what was not meant and is not hostile.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
            Rings = true,
        },
        new(Kinds.AccidentUpdated, TrafficJson.Default.Accident)
        {
            Label = "Update the report",
            Says = "Says what is known of the accident now, in the place of the earlier report.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
            Replaces = OnEarlier.Supersedes,
        },
        new(Kinds.AccidentClosed, TrafficJson.Default.Reasoned)
        {
            Label = "Close the report",
            Says = "Says that there is no more to report.",
            Seats = Seats.Officers,
        },
    ];
}

/// <summary>A line test (R1, R2): answered, late, unanswered, declined or fault.</summary>
public sealed class LineTestFamily : Family
{
    public const string Sent = "sent",
        Answered = "answered",
        Late = "late",
        Unanswered = "unanswered",
        Declined = "declined",
        Fault = "fault";

    private static readonly string[] OnWatch = [Seats.Watch];

    public override string Name => "test";

    internal override bool TakesAnyMark => true;

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.TestSent, Actor.Anyone, Sent),
                new(Sent, Kinds.TestAnswered, Actor.Counterpart, Answered),
                new(Sent, Kinds.TestDeclined, Actor.Counterpart, Declined),
                new(Sent, Kinds.TestFault, Actor.Anyone, Fault),
                new(Unanswered, Kinds.TestAnswered, Actor.Counterpart, Late),
                // On a line of three or more each of the others answers; the first answer settles it, and the further
                // ones are no fault.
                new(Answered, Kinds.TestAnswered, Actor.Counterpart, Answered),
                new(Late, Kinds.TestAnswered, Actor.Counterpart, Late),
            ],
            [new(Sent, Unanswered)],
            [Answered, Late, Unanswered, Declined, Fault]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.TestSent, TrafficJson.Default.LineTest)
        {
            Label = "Test the line",
            Says = "Tests the line; a staffed test carries fresh text.",
            Seats = OnWatch,
            Mark = Mark.Test,
        },
        new(Kinds.TestAnswered, TrafficJson.Default.TestEcho)
        {
            Label = "Answer the test",
            Says = "Answers a line test; a staffed one with the echo of its text.",
            Seats = OnWatch,
            Mark = Mark.Test,
        },
        new(Kinds.TestDeclined, TrafficJson.Default.Reasoned)
        {
            Label = "Decline the test",
            Says = "Declines to test the line now.",
            Seats = OnWatch,
            Mark = Mark.Test,
        },
        new(Kinds.TestFault, TrafficJson.Default.Reasoned)
        {
            Label = "Say that the test failed",
            Says = "Says that a line test failed, and how.",
            Seats = OnWatch,
            Mark = Mark.Test,
        },
    ];

    public override IReadOnlyList<string> UsualSeats => OnWatch;

    internal override string? Unseen(Item item, TrafficEntry entry) =>
        IsEchoed(item, entry) && entry.IsWithheld ? "its echo is not here: the body was withheld" : null;

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties) =>
        !IsEchoed(item, entry) || item.Root.Body is not LineTest { Text: { } words } ? null
        : entry.Body is not TestEcho { Text: { } echo } || string.IsNullOrWhiteSpace(echo)
            ? "a staffed test is answered with its echo"
        : IsSame(words, echo)
        || (item.Rules >= EchoInAnyForm && IsSame(NormalForm.Composed(words), NormalForm.Composed(echo)))
        || IsOtherLanguage(item.Root.Header.Lang, entry.Header.Lang)
            ? null
        : item.Root.Header.Lang is { } lang
            ? $"the echo differs from the words sent, and does not say that it is in another language than {lang}"
        : "the echo differs from the words sent, and the test does not ask for another language: it would say its own";

    /// <summary>The newest answer to a staffed test whose echo was none, while the test waits for another; null for all
    /// else. TRAFFIC-19.</summary>
    public static EntryId? Misheard(Item test, PartyId sender) =>
        test.Family is LineTestFamily
        && test.State == Sent
        && test.Root.Header.From == sender
        && test.Root.Body is LineTest { Style: "staffed" }
        && test.Flags.LastOrDefault(f => f.Kind == Kinds.TestAnswered && f.Entry.Party != sender) is { } flag
            ? flag.Entry
            : null;

    /// <summary>An answer that an officer gives to words that an officer sent.</summary>
    private static bool IsEchoed(Item item, TrafficEntry entry) =>
        entry.Header.Kind == Kinds.TestAnswered
        && item.State.Length > 0
        && item.Root.Body is LineTest { Style: "staffed" };

    /// <summary>From this version of the rules on, a letter that is written as one character or as two is the same.
    /// TRAFFIC-102.</summary>
    private const int EchoInAnyForm = 2;

    /// <summary>Spaces, case and unseen characters are no difference that officers could hear.</summary>
    private static bool IsSame(string words, string echo) =>
        string.Equals(Heard(words), Heard(echo), StringComparison.OrdinalIgnoreCase);

    private static string Heard(string words) =>
        string.Concat(
            words
                .EnumerateRunes()
                .Where(r =>
                    !Rune.IsWhiteSpace(r)
                    && Rune.GetUnicodeCategory(r) is not (UnicodeCategory.Control or UnicodeCategory.Format)
                )
                .Select(r => r.ToString())
        );

    /// <summary>A test that says which language it is in asks for the other (R2); that the echo means the same is for
    /// officers to see.</summary>
    private static bool IsOtherLanguage(string? asked, string? given) =>
        asked is not null
        && given is not null
        && !string.Equals(Primary(asked), Primary(given), StringComparison.OrdinalIgnoreCase);

    private static string Primary(string tag) => tag.Split('-')[0];

    internal override DateTimeOffset? DueOf(Item item) =>
        item.State == Sent ? item.Root.Header.At.Plus(TrafficDefaults.TestGivenUp) : null;

    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties)
    {
        if (next != Answered || item.State == Answered)
            return next;
        var within =
            (item.Root.Body as LineTest)?.Style == "staffed"
                ? TrafficDefaults.StaffedTestAnswer
                : TrafficDefaults.AutomaticTestAnswer;
        return entry.Header.At - item.Root.Header.At <= within ? Answered : Late;
    }
}

/// <summary>The handover of a watch (R6): one officer offers it with what is open, another takes it.</summary>
public sealed class WatchFamily : Family
{
    public const string Offered = "offered",
        Taken = "taken";

    private static readonly string[] OnWatch = [Seats.Watch];

    public override string Name => "watch";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.WatchOffered, Actor.Anyone, Offered),
                new("", Kinds.WatchTaken, Actor.Anyone, Taken),
                new(Offered, Kinds.WatchTaken, Actor.Opener, Taken),
            ],
            [],
            [Taken]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.WatchOffered, TrafficJson.Default.Handover)
        {
            Label = "Offer the watch",
            Says = "Offers the watch to another officer, with everything that is open.",
            Seats = OnWatch,
        },
        new(Kinds.WatchTaken, TrafficJson.Default.Handover)
        {
            Label = "Take the watch",
            Says = "Takes the watch, with everything that is open.",
            Seats = OnWatch,
        },
    ];

    public override IReadOnlyList<string> UsualSeats => OnWatch;

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties) =>
        item.State == Offered && item.Root.Header.By.IsNamed(entry.Header.By.Name, item.Rules)
            ? "a watch is taken by another officer than the one who offers it"
            : null;
}

/// <summary>A condition of the line, or of a party's watch (R7, E6), with reason, start and end.</summary>
public sealed class ConditionFamily : Family
{
    public const string InForce = "in force",
        Ended = "ended";

    public override string Name => "condition";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.ConditionRaised, Actor.Anyone, InForce),
                new(InForce, Kinds.ConditionLowered, Actor.Opener, Ended),
            ],
            [],
            [Ended]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.ConditionRaised, TrafficJson.Default.Condition)
        {
            Label = "Raise a condition",
            Says = "Says that the line, or a party's watch, is in a heightened condition or a crisis, and why.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
            Rings = true,
            RingsAtLevel = Condition.Crisis,
        },
        new(Kinds.ConditionLowered, TrafficJson.Default.Reasoned)
        {
            Label = "End the condition",
            Says = "Says that the condition is over.",
            Seats = Seats.Officers,
        },
    ];
}

/// <summary>A claim, its source, and the dissent beside it (E11). Nobody settles it here.</summary>
public sealed class ClaimFamily : Family
{
    public const string Made = "made",
        Disputed = "disputed";

    private static readonly string[] Claimants = [Seats.Spokesperson, Seats.Principal, Seats.Watch];

    public override string Name => "claim";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.ClaimMade, Actor.Anyone, Made),
                new(Made, Kinds.ClaimDisputed, Actor.Counterpart, Disputed),
                new(Disputed, Kinds.ClaimDisputed, Actor.Counterpart, Disputed),
            ],
            [],
            [Made, Disputed]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.ClaimMade, TrafficJson.Default.Claim)
        {
            Label = "Make a claim",
            Says = "Makes a claim, with its source.",
            Seats = Claimants,
        },
        new(Kinds.ClaimDisputed, TrafficJson.Default.Claim)
        {
            Label = "Dispute the claim",
            Says = "Puts dissent beside a claim; nobody settles it here.",
            Seats = Claimants,
        },
    ];
}
