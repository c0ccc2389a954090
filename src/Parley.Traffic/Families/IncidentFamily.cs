using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>
/// An incident under one number, which is the name of its first entry (R26, R27). Every party's and every observer's
/// account stands beside the others; what is looked into, found and decided goes up a ladder; until the board closes it
/// is alleged. Silence makes no finding, and nothing is inferred from anything.
/// </summary>
public sealed class IncidentFamily : Family
{
    public const string Alleged = "alleged",
        Preliminary = "preliminary",
        FieldInquiry = "field inquiry",
        Report = "report",
        Board = "board",
        Response = "response",
        Closed = "closed",
        Merged = "merged";

    private static readonly string[] Going = [Alleged, Preliminary, FieldInquiry, Report, Board, Response],
        Found = [Report, Board, Response, Closed];

    public override string Name => "incident";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.IncidentReported, Actor.Anyone, Alleged),
                .. ((string[])[.. Going, Closed, Merged]).Select(state => new Transition(
                    state,
                    Kinds.IncidentAccountGiven,
                    Actor.Anyone,
                    state
                )),
                new(Alleged, Kinds.IncidentExamined, Actor.Anyone, Preliminary),
                new(Preliminary, Kinds.IncidentExamined, Actor.Anyone, Preliminary),
                new(Preliminary, Kinds.IncidentInquired, Actor.Anyone, FieldInquiry),
                new(FieldInquiry, Kinds.IncidentInquired, Actor.Anyone, FieldInquiry),
                new(FieldInquiry, Kinds.IncidentFound, Actor.Anyone, Report),
                new(Report, Kinds.IncidentFound, Actor.Anyone, Report),
                new(Report, Kinds.IncidentBoardConvened, Actor.Anyone, Board),
                new(Board, Kinds.IncidentResponded, Actor.Anyone, Response),
                new(Response, Kinds.IncidentResponded, Actor.Anyone, Response),
                new(Board, Kinds.IncidentClosed, Actor.Anyone, Closed),
                new(Response, Kinds.IncidentClosed, Actor.Anyone, Closed),
                .. Found.Select(state => new Transition(state, Kinds.IncidentDissented, Actor.Anyone, state)),
                // Who is accused takes no allegation off the list. CEASEFIRE-27
                .. Going.Select(state => new Transition(state, Kinds.IncidentMerged, Actor.Opener, Merged)),
                .. Going.Select(state => new Transition(state, Kinds.IncidentSplit, Actor.Anyone, state)),
                new(Merged, Kinds.IncidentSplit, Actor.Anyone, Alleged),
            ],
            [],
            [Closed, Merged]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.IncidentReported, TrafficJson.Default.Account)
        {
            Label = "Report an incident",
            Says = "Alleges a violation, under a number that stays; others give their accounts beside it.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
        },
        new(Kinds.IncidentAccountGiven, TrafficJson.Default.Account)
        {
            Label = "Give an account",
            Says = "Puts a party's or an observer's own account beside the others, or its newer one.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
        },
        new(Kinds.IncidentExamined, TrafficJson.Default.Inquiry)
        {
            Label = "Begin the examination",
            Says = "Says that the allegation is examined, and what is known so far.",
            Seats = Seats.Officers,
        },
        new(Kinds.IncidentInquired, TrafficJson.Default.Inquiry)
        {
            Label = "Inquire in the field",
            Says = "Says that a team goes or went to the place, and what it saw.",
            Seats = Seats.Officers,
        },
        new(Kinds.IncidentFound, TrafficJson.Default.Finding)
        {
            Label = "Report the finding",
            Says = "Reports whether it happened and, apart from that, to whom it is attributed.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
        },
        new(Kinds.IncidentBoardConvened, TrafficJson.Default.Reasoned)
        {
            Label = "Take it to the board",
            Says = "Brings the report before the board, on which the parties sit.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
        },
        new(Kinds.IncidentResponded, TrafficJson.Default.Inquiry)
        {
            Label = "Respond to the report",
            Says = "Says what a party did, or answers, to what was reported.",
            Seats = Seats.Officers,
        },
        new(Kinds.IncidentClosed, TrafficJson.Default.Finding)
        {
            Label = "Close it in the board",
            Says = "Closes with the finding of the report; it counts once the board has spoken.",
            Seats = [Seats.Principal, Seats.Watch],
            Act = TwoPeople.Agreement,
        },
        new(Kinds.IncidentDissented, TrafficJson.Default.Finding)
        {
            Label = "Dissent",
            Says = "Keeps a party's other finding beside that of the report, for good.",
            Seats = [Seats.Principal, Seats.Watch],
        },
        new(Kinds.IncidentMerged, TrafficJson.Default.IncidentMerge)
        {
            Label = "Merge it into another",
            Says =
                "Says, by who reported it, that this is another incident's event; its number stays and leads to the other.",
            Seats = Seats.Officers,
        },
        new(Kinds.IncidentSplit, TrafficJson.Default.IncidentSplit)
        {
            Label = "Split it",
            Says = "Gives a merged incident its number back, or says which accounts belong to another.",
            Seats = Seats.Officers,
        },
    ];

    /// <summary>Parties that have spoken in the board before it closes: on a line of two a dissent is the other's word;
    /// on a larger one two close. CEASEFIRE-26.</summary>
    private const int Quorum = 2;

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties)
    {
        if (Bar(item, entry.Header.Kind, entry.Header.From) is { } bar)
            return bar;
        switch (entry.Body)
        {
            case IncidentMerge merge:
                if (!EntryId.TryParse(merge.Into, out var into))
                    return "it is merged into no entry";
                if (into == item.Id || item.Applied.Any(e => e.Id == into))
                    return "it would be merged into itself";
                return HadSeen(entry, into) ? null : $"it names {into}, which its author had not seen";
            case Finding finding when entry.Header.Kind == Kinds.IncidentClosed:
                return ReportOf(item)?.Body is Finding report && !IsSame(report, finding)
                    ? "it closes with another finding than the newest report has: dissent, or report anew"
                    : null;
            case IncidentSplit split:
                return Split(item, split);
            default:
                return null;
        }
    }

    internal override string? Bar(Item item, string kind, PartyId by) =>
        kind is Kinds.IncidentClosed or Kinds.IncidentDissented
        && Spoken(item).TryGetValue(by, out var said)
        && said == kind
        && kind == Kinds.IncidentClosed
            ? $"{by} has closed it already"
            : null;

    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties)
    {
        switch (entry.Header.Kind)
        {
            case Kinds.IncidentClosed or Kinds.IncidentDissented when item.State is Board or Response:
                var spoken = Spoken(item);
                spoken[entry.Header.From] = entry.Header.Kind;
                var closing = spoken.Values.Count(k => k == Kinds.IncidentClosed);
                var counted = parties.Count > Quorum ? closing : spoken.Count;
                return closing > 0 && counted >= Math.Min(Quorum, parties.Count) ? Closed : item.State;
            case Kinds.IncidentSplit when item.State == Merged:
                return Reached(item);
            default:
                return next;
        }
    }

    /// <summary>What a merged incident goes on under. CEASEFIRE-27.</summary>
    internal override EntryId? LeadOf(Item item) =>
        item.State == Merged
        && item.Last(Kinds.IncidentMerged)?.Body is IncidentMerge merge
        && EntryId.TryParse(merge.Into, out var into)
            ? into
            : null;

    /// <summary>The title by which it goes: alleged until the board closes (C-10). CEASEFIRE-24.</summary>
    public static string TitleOf(Item incident) =>
        incident.State == Closed && ReportOf(incident)?.Body is Finding { Result: { } result } ? result
        : incident.State == Merged ? "Merged"
        : "Alleged violation";

    /// <summary>The accounts, in the order of the record; each author's newer one stands beside its earlier
    /// ones.</summary>
    public static IReadOnlyList<TrafficEntry> Accounts(Item incident) =>
        [.. incident.Applied.Where(e => e.Header.Kind is Kinds.IncidentReported or Kinds.IncidentAccountGiven)];

    /// <summary>The newest report's entry; null before there is one.</summary>
    public static TrafficEntry? ReportOf(Item incident) => incident.Last(Kinds.IncidentFound);

    /// <summary>Dissents, none of which anything takes away.</summary>
    public static IReadOnlyList<TrafficEntry> Dissents(Item incident) =>
        [.. incident.Applied.Where(e => e.Header.Kind == Kinds.IncidentDissented)];

    /// <summary>What each party said last in the board about the newest report.</summary>
    private static Dictionary<PartyId, string> Spoken(Item incident)
    {
        var spoken = new Dictionary<PartyId, string>();
        foreach (var entry in incident.Applied)
        {
            if (entry.Header.Kind == Kinds.IncidentBoardConvened)
                spoken.Clear();
            else if (entry.Header.Kind is Kinds.IncidentClosed or Kinds.IncidentDissented)
                spoken[entry.Header.From] = entry.Header.Kind;
        }
        return spoken;
    }

    /// <summary>The rung that it had reached, whatever it was merged into meanwhile.</summary>
    private static string Reached(Item incident)
    {
        var state = Alleged;
        foreach (var entry in incident.Applied)
        {
            state = entry.Header.Kind switch
            {
                Kinds.IncidentExamined => Preliminary,
                Kinds.IncidentInquired => FieldInquiry,
                Kinds.IncidentFound => Report,
                Kinds.IncidentBoardConvened => Board,
                Kinds.IncidentResponded => Response,
                _ => state,
            };
        }
        return state;
    }

    private static string? Split(Item item, IncidentSplit split)
    {
        if (item.State == Merged)
            return null;
        if (split.Accounts.Count == 0)
            return "it is not merged: say which accounts belong elsewhere";
        var own = Accounts(item).Skip(1).Select(e => e.Id.ToString()).ToHashSet(StringComparer.Ordinal);
        return split.Accounts.FirstOrDefault(a => !own.Contains(a)) is { } other
            ? $"{other} is no account beside the first that stands here"
            : null;
    }

    private static bool IsSame(Finding a, Finding b) =>
        a.Result == b.Result && string.Equals(a.Attribution ?? "", b.Attribution ?? "", StringComparison.Ordinal);

    /// <summary>True where the author had the entry when it wrote.</summary>
    private static bool HadSeen(TrafficEntry entry, EntryId other) =>
        other.Party == entry.Header.From
            ? other.Seq < entry.Header.Seq
            : other.Seq < entry.Header.Seen.GetValueOrDefault(other.Party);
}

/// <summary>
/// The gate before fire is returned (R28): what of the mechanism was tried and how it failed, on whose authority, with
/// notice. It is FLASH and its time runs; it asks no leave, and an answer gives none.
/// </summary>
public sealed class ReturnFireFamily : Family
{
    public const string Notified = "notified",
        Answered = "answered",
        Begun = "begun",
        Ended = "ended";

    public override string Name => "returnfire";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.ReturnFireNotified, Actor.Anyone, Notified),
                new(Notified, Kinds.ReturnFireAnswered, Actor.Counterpart, Answered),
                new(Answered, Kinds.ReturnFireAnswered, Actor.Counterpart, Answered),
                new(Begun, Kinds.ReturnFireAnswered, Actor.Counterpart, Begun),
                new(Notified, Kinds.ReturnFireBegun, Actor.Opener, Begun),
                new(Answered, Kinds.ReturnFireBegun, Actor.Opener, Begun),
                new(Notified, Kinds.ReturnFireEnded, Actor.Opener, Ended),
                new(Answered, Kinds.ReturnFireEnded, Actor.Opener, Ended),
                new(Begun, Kinds.ReturnFireEnded, Actor.Opener, Ended),
            ],
            [],
            [Ended]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.ReturnFireNotified, TrafficJson.Default.ReturnFire)
        {
            Label = "Give notice of return fire",
            Says = "Says what was tried first, how it failed and who ordered it: FLASH, and the time since runs.",
            Seats = [Seats.Principal, Seats.Watch],
            Act = TwoPeople.ReturnFire,
            WantsAcknowledgement = true,
            Rings = true,
            Precedence = Precedence.Flash,
        },
        new(Kinds.ReturnFireAnswered, TrafficJson.Default.FireAnswer)
        {
            Label = "Answer the notice",
            Says = "Says that the fire has stopped, is not ours, or is being looked into.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
            Precedence = Precedence.Flash,
        },
        new(Kinds.ReturnFireBegun, TrafficJson.Default.Reasoned)
        {
            Label = "Say that fire is returned",
            Says = "Says that fire is being returned.",
            Seats = Seats.Officers,
        },
        new(Kinds.ReturnFireEnded, TrafficJson.Default.Reasoned)
        {
            Label = "Say that it is over",
            Says = "Says that no fire is returned, or no longer.",
            Seats = Seats.Officers,
        },
    ];

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties) =>
        entry.Header.Kind is Kinds.ReturnFireNotified && entry.Header.Precedence != Precedence.Flash
            ? "notice of return fire is FLASH"
            : null;

    /// <summary>Since when notice stands, with nobody having said that it is over; null when none does.</summary>
    public static DateTimeOffset? RunningSince(Item notice) =>
        notice.State is Notified or Answered or Begun ? notice.Root.Header.At : null;
}
