using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>A call between two or more parties, from the request to the log (R20, R22). A call held without a request
/// is an item of its own.</summary>
public sealed class CallFamily : Family
{
    public const string Requested = "requested",
        Countered = "countered",
        Accepted = "accepted",
        UnderWay = "under way";
    public const string Held = "held",
        Declined = "declined",
        SubjectRefused = "subject refused",
        Withdrawn = "withdrawn",
        Expired = "expired";

    /// <summary>Of a call that one watch opens to the other.</summary>
    public const string Ringing = "ringing",
        Busy = "busy",
        Unanswered = "unanswered";

    /// <summary>An officer heard other words than the other side: who spoke there was not who it should be.</summary>
    public const string BrokenOff = "broken off";

    public override string Name => "call";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.CallRequested, Actor.Anyone, Requested),
                new("", Kinds.CallAccepted, Actor.Anyone, Accepted),
                new("", Kinds.CallHeld, Actor.Anyone, Held),
                new(Requested, Kinds.CallAccepted, Actor.Counterpart, Accepted),
                new(Requested, Kinds.CallCountered, Actor.Counterpart, Countered),
                new(Requested, Kinds.CallDeclined, Actor.Counterpart, Declined),
                new(Requested, Kinds.CallSubjectRefused, Actor.Counterpart, SubjectRefused),
                new(Requested, Kinds.CallWithdrawn, Actor.Opener, Withdrawn),
                new(Requested, Kinds.CallHeld, Actor.Anyone, Held),
                new(Countered, Kinds.CallAccepted, Actor.Anyone, Accepted),
                new(Countered, Kinds.CallCountered, Actor.Anyone, Countered),
                new(Countered, Kinds.CallDeclined, Actor.Anyone, Declined),
                new(Countered, Kinds.CallSubjectRefused, Actor.Counterpart, SubjectRefused),
                new(Countered, Kinds.CallWithdrawn, Actor.Opener, Withdrawn),
                new(Countered, Kinds.CallHeld, Actor.Anyone, Held),
                new(Accepted, Kinds.CallStarted, Actor.Anyone, UnderWay),
                new(Accepted, Kinds.CallHeld, Actor.Anyone, Held),
                new(Accepted, Kinds.CallDeclined, Actor.Counterpart, Declined),
                new(Accepted, Kinds.CallSubjectRefused, Actor.Anyone, SubjectRefused),
                new(Accepted, Kinds.CallWithdrawn, Actor.Opener, Withdrawn),
                new(UnderWay, Kinds.CallHeld, Actor.Anyone, Held),
                new("", Kinds.CallOpened, Actor.Anyone, Ringing),
                // Whoever opened it joins it while it still rings; another party's joining answers it. CALL-3
                new(Ringing, Kinds.CallJoined, Actor.Anyone, Accepted),
                new(Ringing, Kinds.CallBusy, Actor.Counterpart, Busy),
                new(Ringing, Kinds.CallDeclined, Actor.Counterpart, Declined),
                new(Ringing, Kinds.CallWithdrawn, Actor.Opener, Withdrawn),
                new(Accepted, Kinds.CallJoined, Actor.Anyone, Accepted),
                new(UnderWay, Kinds.CallJoined, Actor.Anyone, UnderWay),
                new(Accepted, Kinds.CallWordsMatched, Actor.Anyone, Accepted),
                new(UnderWay, Kinds.CallWordsMatched, Actor.Anyone, UnderWay),
                new(Accepted, Kinds.CallWordsDiffered, Actor.Anyone, BrokenOff),
                new(UnderWay, Kinds.CallWordsDiffered, Actor.Anyone, BrokenOff),
                new(BrokenOff, Kinds.CallHeld, Actor.Anyone, Held),
                // Each side may log the call; until the others do, it is one side's word (TRAFFIC-52).
                new(Held, Kinds.CallHeld, Actor.Anyone, Held),
            ],
            [new(Requested, Expired), new(Countered, Expired), new(Ringing, Unanswered)],
            [Held, Declined, SubjectRefused, Withdrawn, Expired, Busy, Unanswered, BrokenOff]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.CallRequested, TrafficJson.Default.CallRequest)
        {
            Label = "Ask for a call",
            Says = "Asks for a call between named offices, with times at which it could be held.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
        },
        new(Kinds.CallAccepted, TrafficJson.Default.CallAcceptance)
        {
            Label = "Accept the call",
            Says = "Accepts the call, for one of the times, or a call that was asked for by other means.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
        },
        new(Kinds.CallCountered, TrafficJson.Default.CallCounter)
        {
            Label = "Propose other times",
            Says = "Proposes other times for the call.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallDeclined, TrafficJson.Default.Reasoned)
        {
            Label = "Decline the call",
            Says = "Declines the call.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallSubjectRefused, TrafficJson.Default.SubjectRefusal)
        {
            Label = "Refuse the subject",
            Says = "Says that the call may be held, but not about this subject.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallWithdrawn, TrafficJson.Default.Reasoned)
        {
            Label = "Withdraw the request",
            Says = "Takes the request for a call back.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallStarted, TrafficJson.Default.CallStart)
        {
            Label = "Start the call",
            Says = "Says that the call has begun, and who is in it.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallHeld, TrafficJson.Default.CallLog)
        {
            Label = "Log the call",
            Says = "Says that the call was held, and what came of it.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
        },
        new(Kinds.CallOpened, TrafficJson.Default.CallOpening)
        {
            Label = "Call their watch",
            Says = "Rings at the other side's consoles: one watch calls the other, and no request comes before it.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallBusy, TrafficJson.Default.Reasoned)
        {
            Label = "Say that we are busy",
            Says = "Says that the watch is on another call, and does not take this one now.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallJoined, TrafficJson.Default.CallJoin)
        {
            Label = "Join the call",
            Says = "Joins the call with the key that this officer's console will speak by, and with no other.",
            Seats = Joiners,
        },
        new(Kinds.CallWordsMatched, TrafficJson.Default.CallWords)
        {
            Label = "The words matched",
            Says = "Says that the four words of the call were read to each other, and were the same.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallWordsDiffered, TrafficJson.Default.CallWords)
        {
            Label = "The words differed",
            Says =
                "Says that the four words of the call were not the same: somebody stood in between, and the call is over.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
            Rings = true,
        },
    ];

    /// <summary>Interpreters sit in calls too.</summary>
    private static readonly IReadOnlyList<string> Joiners = [.. Seats.Officers, Seats.Interpreter];

    /// <summary>The party that rings does not answer its own call. CALL-3</summary>
    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties) =>
        item.State == Ringing && entry.Header.Kind == Kinds.CallJoined && entry.Header.From == item.Root.Header.From
            ? Ringing
            : next;

    /// <summary>Who has joined, in order: the entries that counted.</summary>
    public static IEnumerable<TrafficEntry> JoinsOf(Item call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.Applied.Where(e => e.Header.Kind == Kinds.CallJoined);
    }

    /// <summary>True while voice may go: somebody was invited and nothing has ended it.</summary>
    public static bool IsOpenToVoice(Item call) => call is { Family: CallFamily, State: Accepted or UnderWay };

    internal override DateTimeOffset? DueOf(Item item) =>
        item.State is Requested or Countered
            ? (item.Root.Body as CallRequest)?.Expires ?? item.Root.Header.At.Plus(TrafficDefaults.CallExpiry)
        : item.State == Ringing ? item.Root.Header.At.Plus(TrafficDefaults.Ringing)
        : null;

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties)
    {
        switch (entry.Body)
        {
            case CallRequest { Expires: { } expires } when expires <= entry.Header.At:
                return "the request expires before it is made";
            case CallAcceptance { Outside: null } when item.State.Length == 0:
                return "an acceptance answers a request, or says what was asked for outside the record";
            case CallAcceptance { Outside: not null } when item.State.Length > 0:
                return "what was asked for outside the record stands beside a request that is in it";
        }
        return Bar(item, entry.Header.Kind, entry.Header.From) ?? Strangers(entry.Body, parties);
    }

    /// <summary>Joins of one party that one call takes: its officers come back after a reload, and no more than
    /// that.</summary>
    public const int MaxJoins = 64;

    internal override string? Bar(Item item, string kind, PartyId by) =>
        item.State == Held && item.Applied.Any(e => e.Header.Kind == Kinds.CallHeld && e.Header.From == by)
            ? $"{by} has logged this call already"
        : item.State == Countered
        && kind is Kinds.CallAccepted or Kinds.CallCountered
        && item.Last(Kinds.CallCountered)?.Header.From == by
            ? "the counter-proposal is for the other side to answer"
        : kind == Kinds.CallJoined
        && item.Applied.Count(e => e.Header.Kind == Kinds.CallJoined && e.Header.From == by) >= MaxJoins
            ? $"{by} has joined this call {MaxJoins} times already"
        : null;

    private static string? Strangers(ITrafficBody? body, IReadOnlyList<PartyId> parties)
    {
        var between = BetweenOf(body);
        return between.FirstOrDefault(p => !parties.Any(known => known.Value == p.Party)) is { } stranger
            ? $"{stranger.Party} is not on this line"
            : null;
    }

    /// <summary>Between whom the call was asked for or held, from whatever entry of it says so; the log is the last
    /// word.</summary>
    public static IReadOnlyList<Principal> BetweenOf(Item call)
    {
        for (var i = call.Applied.Count - 1; i >= 0; i--)
        {
            if (BetweenOf(call.Applied[i].Body) is { Count: > 0 } between)
                return between;
        }
        return [];
    }

    private static IReadOnlyList<Principal> BetweenOf(ITrafficBody? body) =>
        body switch
        {
            CallRequest request => request.Between,
            CallAcceptance { Outside: { } outside } => outside.Between,
            CallLog log => log.Between,
            _ => [],
        };
}
