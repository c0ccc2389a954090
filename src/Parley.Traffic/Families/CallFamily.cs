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
                new(Accepted, Kinds.CallAdmitted, Actor.Anyone, Accepted),
                new(UnderWay, Kinds.CallAdmitted, Actor.Anyone, UnderWay),
                new(Accepted, Kinds.CallRecordingConsented, Actor.Anyone, Accepted),
                new(UnderWay, Kinds.CallRecordingConsented, Actor.Anyone, UnderWay),
                new(Accepted, Kinds.CallRecordingRefused, Actor.Anyone, Accepted),
                new(UnderWay, Kinds.CallRecordingRefused, Actor.Anyone, UnderWay),
                new(Accepted, Kinds.CallRecordingStarted, Actor.Anyone, Accepted),
                new(UnderWay, Kinds.CallRecordingStarted, Actor.Anyone, UnderWay),
                // What was recorded is known once it has ended, and that may be after the call.
                new(Accepted, Kinds.CallRecordingEnded, Actor.Anyone, Accepted),
                new(UnderWay, Kinds.CallRecordingEnded, Actor.Anyone, UnderWay),
                new(BrokenOff, Kinds.CallRecordingEnded, Actor.Anyone, BrokenOff),
                new(Held, Kinds.CallRecordingEnded, Actor.Anyone, Held),
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
        new(Kinds.CallAdmitted, TrafficJson.Default.CallAdmission)
        {
            Label = "Admit to the call",
            Says =
                "Says that somebody else who joined may hear and be heard by this party's officers, or may not any more.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallRecordingConsented, TrafficJson.Default.Reasoned)
        {
            Label = "Consent to a recording",
            Says = "Consents to the call's being recorded; the first one to do so asks the others.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallRecordingRefused, TrafficJson.Default.Reasoned)
        {
            Label = "Refuse a recording",
            Says = "Refuses to be recorded, or takes the consent back: what is being recorded ends.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallRecordingStarted, TrafficJson.Default.CallRecordingStart)
        {
            Label = "Record the call",
            Says = "Says that this party records the call from now on. Every party on the call has consented.",
            Seats = Seats.Officers,
        },
        new(Kinds.CallRecordingEnded, TrafficJson.Default.CallRecording)
        {
            Label = "End the recording",
            Says = "Says what was recorded, by its hash. The file stays with the party that recorded it.",
            Seats = Seats.Officers,
        },
    ];

    /// <summary>Interpreters sit in calls too.</summary>
    private static readonly IReadOnlyList<string> Joiners = [.. Seats.Officers, Seats.Interpreter];

    /// <summary>The first fold whose lines know a call that was broken off: programs of older ones pass that word over,
    /// and what they count after it counts. LINE-13</summary>
    private const int BrokenOffFold = 3;

    /// <summary>The party that rings does not answer its own call. CALL-3</summary>
    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties) =>
        item.State == Ringing && entry.Header.Kind == Kinds.CallJoined && entry.Header.From == item.Root.Header.From
            ? Ringing
        : next == BrokenOff && item.Rules < BrokenOffFold ? item.State
        : next;

    /// <summary>Who has joined, in order: the entries that counted.</summary>
    public static IEnumerable<TrafficEntry> JoinsOf(Item call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.Applied.Where(e => e.Header.Kind == Kinds.CallJoined);
    }

    /// <summary>Who holds the call for a party: the first of its officers who joined to speak. They are heard without
    /// anybody's word. CALL-15</summary>
    public static Officer? HolderOf(Item call, PartyId party) =>
        JoinsOf(call).FirstOrDefault(e => e.Header.From == party && PartOf(e) == CallJoin.Speaker)?.Header.By;

    /// <summary>True where a party's officers hear, and are heard by, whoever joined by this entry: who holds the call
    /// for their party, who only listens, and whom that party has admitted. CALL-15</summary>
    public static bool IsAdmitted(Item call, TrafficEntry join, PartyId by)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(join);
        if (PartOf(join) == CallJoin.Listener || IsSame(HolderOf(call, join.Header.From), join.Header.By))
            return true;
        return call
            .Applied.LastOrDefault(e =>
                e.Header.From == by && e.Body is CallAdmission said && IsOf(call, said.Joined, join)
            )
            ?.Body
            is CallAdmission { Out: not true };
    }

    /// <summary>True where an entry's name is that of a joining by the same officer in the same part: who comes back is
    /// not asked for again.</summary>
    private static bool IsOf(Item call, string? named, TrafficEntry join) =>
        EntryId.TryParse(named ?? "", out var id)
        && JoinsOf(call).FirstOrDefault(e => e.Id == id) is { } other
        && other.Header.From == join.Header.From
        && IsSame(other.Header.By, join.Header.By)
        && PartOf(other) == PartOf(join);

    private static bool IsSame(Officer? one, Officer other) => one?.Seat == other.Seat && one.Name == other.Name;

    private static string PartOf(TrafficEntry join) => (join.Body as CallJoin)?.Part ?? CallJoin.Speaker;

    /// <summary>The parties that have joined and have not consented to a recording, or have taken that back; none where
    /// the call may be recorded. CALL-16</summary>
    public static IReadOnlyList<PartyId> WithoutConsent(Item call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return [.. JoinsOf(call).Select(e => e.Header.From).Distinct().Where(p => !HasConsented(call, p))];
    }

    /// <summary>True where a party's last word on a recording is that it consents.</summary>
    public static bool HasConsented(Item call, PartyId party)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.Applied.LastOrDefault(e =>
                e.Header.From == party && e.Header.Kind is Kinds.CallRecordingConsented or Kinds.CallRecordingRefused
            )?.Header.Kind == Kinds.CallRecordingConsented;
    }

    /// <summary>The recordings that were started and have not ended, by the entries that started them.</summary>
    public static IReadOnlyList<TrafficEntry> RecordingsOf(Item call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return
        [
            .. call
                .Applied.Where(e => e.Header.Kind is Kinds.CallRecordingStarted or Kinds.CallRecordingEnded)
                .GroupBy(e => e.Header.From)
                .Select(g => g.Last())
                .Where(e => e.Header.Kind == Kinds.CallRecordingStarted),
        ];
    }

    /// <summary>True while voice may go: somebody was invited and nothing has ended it.</summary>
    public static bool IsOpenToVoice(Item call) =>
        call is { Family: CallFamily, State: Accepted or UnderWay } && !IsBrokenOff(call);

    /// <summary>True where an officer heard other words: nobody is heard any more, whatever state the line's fold has for
    /// it. CALL-8</summary>
    public static bool IsBrokenOff(Item call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.Last(Kinds.CallWordsDiffered) is not null;
    }

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
            case CallJoin join when Borrowed(item, join, entry.Header.From) is { } why:
                return why;
            case CallWords words
                when entry.Header.Kind == Kinds.CallWordsDiffered
                    && !JoinsOf(item).Any(e => e.Header.From != entry.Header.From && e.Id.ToString() == words.Other):
                return $"{words.Other} is no joining of this call by another party";
            case CallAdmission admission when Unadmittable(item, admission, entry.Header) is { } why:
                return why;
        }
        return Bar(item, entry.Header.Kind, entry.Header.From) ?? Strangers(entry.Body, parties);
    }

    /// <summary>Why a joining does not count: nobody else has the key that another party's console speaks by.
    /// CALL-1</summary>
    private static string? Borrowed(Item call, CallJoin join, PartyId by) =>
        JoinsOf(call).FirstOrDefault(e => e.Header.From != by && (e.Body as CallJoin)?.Fingerprint == join.Fingerprint)
            is { } first
            ? $"{first.Id} has joined this call with that key"
            : null;

    /// <summary>Why an admission does not count: where a principal is on the call, it is theirs to give. CALL-15</summary>
    private static string? Unadmittable(Item call, CallAdmission admission, EntryHeader header) =>
        !JoinsOf(call).Any(e => e.Id.ToString() == admission.Joined) ? $"{admission.Joined} is no joining of this call"
        : header.By.Seat != Seats.Principal
        && JoinsOf(call).Any(e => e.Header.From == header.From && e.Header.By.Seat == Seats.Principal)
            ? "who is heard is for the principal to say, who is on the call"
        : null;

    /// <summary>Joins of one party that one call takes: its officers come back after a reload, and no more than
    /// that.</summary>
    public const int MaxJoins = 64;

    internal override string? Bar(Item item, string kind, PartyId by) =>
        kind == Kinds.CallHeld && item.Applied.Any(e => e.Header.Kind == Kinds.CallHeld && e.Header.From == by)
            ? $"{by} has logged this call already"
        : kind is Kinds.CallJoined or Kinds.CallAdmitted or Kinds.CallRecordingConsented or Kinds.CallRecordingStarted
        && IsBrokenOff(item)
            ? "the words differed: the call is over"
        : item.State == Countered
        && kind is Kinds.CallAccepted or Kinds.CallCountered
        && item.Last(Kinds.CallCountered)?.Header.From == by
            ? "the counter-proposal is for the other side to answer"
        : kind == Kinds.CallJoined
        && item.Applied.Count(e => e.Header.Kind == Kinds.CallJoined && e.Header.From == by) >= MaxJoins
            ? $"{by} has joined this call {MaxJoins} times already"
        : kind == Kinds.CallRecordingStarted ? RecordingBar(item, by)
        : kind == Kinds.CallRecordingEnded && !RecordingsOf(item).Any(e => e.Header.From == by)
            ? $"{by} is recording nothing"
        : item.Applied.Count(e => e.Header.Kind == kind && e.Header.From == by) >= MaxJoins
        && kind is Kinds.CallAdmitted or Kinds.CallRecordingConsented or Kinds.CallRecordingRefused
            ? $"{by} has said that {MaxJoins} times already"
        : null;

    private static string? RecordingBar(Item item, PartyId by) =>
        !JoinsOf(item).Any(e => e.Header.From == by) ? $"{by} is not on the call"
        : WithoutConsent(item) is { Count: > 0 } missing
            ? $"{string.Join(" and ", missing)} {(missing.Count == 1 ? "has" : "have")} not consented to a recording"
        : RecordingsOf(item).Any(e => e.Header.From == by) ? $"{by} is recording already"
        : item.Applied.Count(e => e.Header.Kind == Kinds.CallRecordingStarted && e.Header.From == by) >= MaxJoins
            ? $"{by} has recorded this call {MaxJoins} times already"
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
