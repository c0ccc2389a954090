using System.Text.Json.Serialization;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Places;

namespace Parley.Contract;

/// <summary>What stands on a line at a time.</summary>
/// <param name="Folding">True while the station has not read the whole record since its start: then everything else is
/// a part.</param>
/// <param name="Open">Items that are not settled, oldest first: a page of them, at most <see cref="MaxListed"/> and
/// <see cref="MaxPageBytes"/>.</param>
/// <param name="Waiting">Entries that an addressee has not acknowledged, the earliest due first; at most
/// <see cref="MaxListed"/>.</param>
/// <param name="Overdue">How many of both are past their time, listed or not.</param>
/// <param name="Flags">The newest entries that changed nothing, newest last.</param>
public sealed record TrafficView(
    LineId Line,
    DateTimeOffset At,
    bool Folding,
    IReadOnlyList<ItemView> Open,
    IReadOnlyList<ReceiptsView> Waiting,
    int WaitingCount,
    int Overdue,
    IReadOnlyList<ConditionView> Conditions,
    TestsView Tests,
    IReadOnlyList<FlagView> Flags,
    long FlagCount
)
{
    internal const int MaxListed = 1_000;

    /// <summary>A page of open items, and the list of what waits, end at so many bytes each.</summary>
    internal const int MaxPageBytes = 1 << 20;

    /// <summary>For one page at most so many bytes of items that are not kept whole are read again; further ones are
    /// shown without their texts, as cut.</summary>
    internal const int MaxRead = 4 << 20;

    /// <summary>An item in a list whose JSON is longer is cut (<see cref="ItemView.Cut"/>).</summary>
    internal const int MaxItemBytes = 16 << 10;

    /// <summary>Characters that are left of a text of a cut item.</summary>
    internal const int MaxCutText = 1_000;

    /// <summary>Steps, flags and facts of one sort that are left of a cut item: the newest.</summary>
    internal const int MaxCutList = 20;

    /// <summary>Given under <c>after</c>, it asks for the next page of open items; null on the last.</summary>
    public string? Next { get; init; }

    /// <summary>Open items, on this page or not.</summary>
    public int OpenCount { get; init; }

    /// <summary>The same, by who opened them.</summary>
    public IReadOnlyDictionary<PartyId, int> OpenBy { get; init; } = new Dictionary<PartyId, int>();
}

public sealed record ItemEntry(EntryId Entry, string Kind, DateTimeOffset At, Officer By)
{
    /// <summary>The newest entry of its author that has its place; what was flagged has nobody's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EntryId? ReplacedBy { get; init; }
}

/// <summary>The entry that ended an item.</summary>
/// <param name="State">How: the state that it brought.</param>
/// <param name="Cancels">True where it takes back what was said, so that nothing of it holds.</param>
public sealed record EndedView(EntryId Entry, string Kind, string State, DateTimeOffset At, Officer By, bool Cancels);

/// <summary>One thing between the parties.</summary>
/// <param name="Entry">The entry that opened it.</param>
/// <param name="Mark">What that entry is marked: an exercise's items are never taken for actual ones.</param>
/// <param name="Due">When its state changes if nobody writes anything; null when time does nothing.</param>
/// <param name="Overdue">True once an answer is late.</param>
public sealed record ItemView(
    EntryId Entry,
    string Family,
    Mark Mark,
    string State,
    DateTimeOffset Since,
    DateTimeOffset? Due,
    bool Overdue,
    PartyId Opener,
    IReadOnlyList<ItemEntry> Entries,
    bool Settled
)
{
    /// <summary>Kinds that this party may write next about it, by the state table and who has written what; whose seat
    /// writes which says GET /kinds. Absent from how a line stood at a past time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Acts { get; init; }

    /// <summary>The newest entry that has the place of the one that opened it; absent where that stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EntryId? ReplacedBy { get; init; }

    /// <summary>The entry that ended it; absent while it goes on, and where it was settled by time, or as it was
    /// opened.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EndedView? Ended { get; init; }

    /// <summary>What only items of its family have; null where they have nothing of their own.</summary>
    [JsonIgnore]
    internal ItemPart? Part { get; init; }

    /// <summary>True in a list, which has room to say everything once.</summary>
    [JsonIgnore]
    internal bool IsListed { get; init; }

    /// <summary>What only items of its family have, at the item's own address; in a list it stands under the former
    /// names alone. Absent where they have nothing of their own, and where it is withheld.</summary>
    [JsonPropertyName("part"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ItemPart? PartAlone => IsListed ? null : Part;

    /// <summary>Why it was declined, refused, withdrawn, found insufficient, raised.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Its place's name held against the position, where the gazetteer knows the name (R13).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlaceCheck? PlaceCheck { get; init; }

    /// <summary>True where texts and lists are shortened: the whole is at the item's own address.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Cut { get; init; }

    /// <summary>True where this station cannot show it: the record has its entries.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Unshown { get; init; }

    /// <summary>Entries that belong to it and changed nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FlagView>? Flags { get; init; }

    // What a part says stood here before there were parts, under names that families shared. It is written as well for
    // programs that read it: docs/decisions/0039.

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Principal>? Between => (Part as CallPart)?.Between;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Topic => (Part as CallPart)?.Topic;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Window>? Windows => (Part as CallPart)?.Windows;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Expires => (Part as CallPart)?.Expires;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CallLog? Log => (Part as CallPart)?.Log;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Concern => (Part as ClarificationPart)?.Concern;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type =>
        Part switch
        {
            ClarificationPart clarification => clarification.Type,
            NoticePart notice => notice.Template,
            TestPart test => test.Style,
            ConditionPart condition => condition.Level,
            _ => null,
        };

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Place? Place =>
        Part switch
        {
            ClarificationPart clarification => clarification.Place,
            NoticePart notice => notice.Place,
            AccidentPart accident => accident.Where,
            _ => null,
        };

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClarificationAnswer? Answer => (Part as ClarificationPart)?.Answer;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Meeting? Meeting => (Part as ClarificationPart)?.Meeting;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EntryId? Draft => (Part as ReadoutPart)?.Draft;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Hash => (Part as ReadoutPart)?.Hash;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Readout? Readout => (Part as ReadoutPart)?.Text;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PartyId>? Agreed => (Part as ReadoutPart)?.Agreed;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReadoutDifference>? Differences => (Part as ReadoutPart)?.Differences;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<PartyId, string>? ReleasedTo => (Part as ReadoutPart)?.ReleasedTo;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? What =>
        Part switch
        {
            NoticePart notice => notice.What,
            AccidentPart accident => accident.What,
            ConditionPart condition => condition.Scope,
            _ => null,
        };

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? From =>
        Part switch
        {
            NoticePart notice => notice.From,
            AccidentPart accident => accident.When,
            _ => null,
        };

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Until =>
        Part switch
        {
            NoticePart notice => notice.Until,
            WatchPart watch => watch.Until,
            _ => null,
        };

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LateSeconds => (Part as NoticePart)?.LateSeconds;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ReadBackMetres => (Part as NoticePart)?.ReadBackMetres;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? ReadBackDiffers => (Part as NoticePart)?.ReadBackDiffers;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text =>
        Part switch
        {
            TestPart test => test.Text,
            ClaimPart claim => claim.Text,
            _ => null,
        };

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source => (Part as ClaimPart)?.Source;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DissentView>? Dissent => (Part as ClaimPart)?.Dissent;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OpenItem>? Handover => (Part as WatchPart)?.Open;
}

/// <summary>What a party says against a claim, or of its own sources about it.</summary>
public sealed record DissentView(EntryId Entry, PartyId Party, string? Text, string? Source);

/// <summary>What the gazetteer knows of a name.</summary>
/// <param name="Known">Places of that name, the nearest first where a position was given; else by country.</param>
/// <param name="Check">The name held against the position; null without a position, or where the name is not
/// known.</param>
public sealed record PlacesView(IReadOnlyList<KnownPlace> Known, PlaceCheck? Check);

public sealed record FactView(PartyId Party, EntryId Entry, DateTimeOffset At, Officer By, string? Note);

public sealed record ReplacedView(EntryId Entry, bool Cancelled);

/// <summary>The five facts of an entry, never merged (R8).</summary>
/// <param name="Delivered">By party: the time in the first cosignature that covers the entry.</param>
/// <param name="WaitingFor">Addressees that have neither acknowledged nor answered it.</param>
/// <param name="Due">When the acknowledgement is due; null for what wants none.</param>
public sealed record ReceiptsView(
    EntryId Entry,
    string Kind,
    PartyId From,
    DateTimeOffset At,
    Precedence Precedence,
    Mark Mark,
    IReadOnlyDictionary<PartyId, DateTimeOffset> Delivered,
    IReadOnlyList<FactView> Read,
    IReadOnlyList<FactView> Translated,
    IReadOnlyList<FactView> PassedOn,
    IReadOnlyList<FactView> Answered,
    IReadOnlyList<PartyId> WaitingFor,
    DateTimeOffset? Due,
    DateTimeOffset? DeputyDue,
    bool Overdue,
    ReplacedView? Replaced
)
{
    /// <summary>
    /// By party: seconds by which the time in its cosignature lies before the entry's own time (negative), or beyond
    /// now, where that is more than the policy's
    /// clockFlag. Such a time is the cosigner's word and cannot be true. Null where all are likely.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<PartyId, double>? DeliveredOff { get; init; }
}

public sealed record ConditionView(
    EntryId Entry,
    PartyId Party,
    Mark Mark,
    string? Scope,
    string? Level,
    string? Reason,
    DateTimeOffset Since
);

public sealed record PartyTests(
    DateTimeOffset? LastSuccess,
    int ConsecutiveMisses,
    DateTimeOffset? LastSent,
    string? LastOutcome
);

/// <param name="NextAutomatic">When this station sends its next test by itself; null where it sends none.</param>
/// <param name="NextStaffed">When an officer is to test the line next.</param>
public sealed record TestsView(
    IReadOnlyDictionary<PartyId, PartyTests> ByParty,
    DateTimeOffset? NextAutomatic,
    DateTimeOffset? NextStaffed
);

public sealed record FlagView(EntryId Entry, string Kind, string Reason);

/// <summary>What an outsider checks: the tlog-proof under <paramref name="Path"/> carries this cosignature.</summary>
/// <param name="Size">Size of the checkpoint that <paramref name="By"/> cosigned.</param>
/// <param name="Cosignature">The signature line.</param>
/// <param name="Path">Path of the proof (c2sp.org/tlog-proof) on this station's API.</param>
public sealed record DeliveredProof(PartyId By, DateTimeOffset At, ulong Size, string? Cosignature, string Path)
{
    /// <summary>Seconds by which the stated time lies before the entry, or beyond when the cosignature came; null where
    /// it may be true. LINK-90</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Off { get; init; }
}

/// <summary>When a party says that it had an entry, and when its word came here; null where that is not
/// known.</summary>
public readonly record struct DeliveryTime(DateTimeOffset At, DateTimeOffset? Arrived);

/// <param name="By">The party that asked.</param>
/// <param name="Outcome">waiting, accepted, under way, held, countered, declined, subject refused, withdrawn or no
/// answer.</param>
/// <param name="DeliveredAt">By when every other party of the line had cosigned it; null while one has not.</param>
public sealed record AttemptView(
    EntryId Entry,
    LineId Line,
    DateTimeOffset At,
    Mark Mark,
    PartyId By,
    IReadOnlyList<Principal> Between,
    string? Topic,
    string Outcome,
    EntryId? Answer,
    DateTimeOffset? AnsweredAt,
    DateTimeOffset Expires,
    DateTimeOffset? DeliveredAt,
    IReadOnlyList<DeliveredProof> DeliveredProof
)
{
    /// <summary>True where the request is dated later than the time of the chronology: its author's clock was
    /// ahead.</summary>
    public bool DatedAhead { get; init; }
}

/// <param name="SaidBy">Who says that it was held.</param>
/// <param name="Confirmed">True when all that spoke have logged it, or written of it in a readout; until then it is one
/// side's word.</param>
public sealed record ContactView(
    EntryId Entry,
    LineId Line,
    DateTimeOffset At,
    Mark Mark,
    int? Minutes,
    IReadOnlyList<Principal> Between,
    string? Outcome,
    IReadOnlyList<PartyId> SaidBy,
    bool Confirmed
);

public sealed record ReadoutNoteView(
    EntryId Entry,
    LineId Line,
    DateTimeOffset At,
    Mark Mark,
    PartyId By,
    string State,
    IReadOnlyList<EntryId> About
);

/// <summary>The contact history of a line (design §2).</summary>
/// <param name="With">The office that was asked for, if any.</param>
/// <param name="Exercise">True when it is the history of an exercise: of what is marked exercise or test. The two are
/// never told as one.</param>
/// <param name="LeftOut">Attempts, contacts and readouts that belong to the other of the two.</param>
/// <param name="StandingRequests">Requests since the last contact that stand without an acceptance, of all
/// parties.</param>
/// <param name="LastContact">When the last call was held.</param>
/// <param name="PreviousContact">When the one before it between the same offices was held.</param>
/// <param name="FirstSince">The last contact is the first between these offices since then; null when it is the first
/// of all.</param>
/// <param name="Silences">Requests that were delivered and neither answered nor taken back.</param>
public sealed record ChronologyView(
    LineId Line,
    DateTimeOffset At,
    string? With,
    bool Exercise,
    int LeftOut,
    int StandingRequests,
    IReadOnlyDictionary<PartyId, int> StandingByParty,
    DateTimeOffset? LastContact,
    DateTimeOffset? PreviousContact,
    int? DaysSinceLastContact,
    int? DaysBetweenContacts,
    DateTimeOffset? FirstSince,
    IReadOnlyList<AttemptView> Attempts,
    IReadOnlyList<ContactView> Contacts,
    IReadOnlyList<ReadoutNoteView> Readouts,
    IReadOnlyList<AttemptView> Silences
);

public sealed record WatchView(
    PartyId Party,
    EntryId? Entry,
    DateTimeOffset? Since,
    string? Communicator,
    string? Translator,
    DateTimeOffset? Until,
    EntryId? Offered,
    string? OfferedTo,
    string? OfferedTranslator,
    DateTimeOffset? OfferedUntil
);

/// <summary>A draft of an act that waits for its second officer.</summary>
/// <param name="Act">What it is in the line's policy; null where one officer would do.</param>
public sealed record ProposalView(
    string Proposal,
    LineId Line,
    string? Act,
    string Kind,
    Officer By,
    DateTimeOffset At,
    Precedence Precedence,
    Mark Mark,
    IReadOnlyList<EntryId> Re,
    IReadOnlyList<PartyId>? To,
    string? Lang,
    [property: JsonConverter(typeof(BodyJson))] byte[]? Body
);

/// <summary>A proposal that was refused, or taken back by whoever made it; nothing of it is on the record.</summary>
/// <param name="By">Who refused it.</param>
public sealed record RefusedProposalView(ProposalView Proposal, Officer By, string? Reason, DateTimeOffset At);

public sealed record ReleaseRequest(Officer? By = null);

public sealed record RefuseRequest(Officer? By = null, string? Reason = null);

/// <summary>Several proposals that are refused for one reason.</summary>
public sealed record RefuseManyRequest(IReadOnlyList<string> Proposals, Officer? By = null, string? Reason = null);

/// <summary>Several drafts that are thrown away.</summary>
public sealed record DeleteDraftsRequest(IReadOnlyList<string> Drafts);

/// <summary>What was done of many, and what was not, with why.</summary>
public sealed record ManyDone(IReadOnlyList<string> Done, IReadOnlyList<LeftUndone> Left);

public sealed record LeftUndone(string Id, string Code, string Reason);

/// <param name="Alarm">Its name, for acknowledging it.</param>
/// <param name="Level"><c>arrived</c>: urgent and new here; <c>due</c>; <c>deputy</c>: the deputy's seat is alarmed
/// too; <c>reminder</c>: something is to be done by an officer.</param>
/// <param name="About">Which duty is overdue: <c>acknowledgement</c> (ours), <c>unacknowledged</c> (theirs of ours), or
/// an item's state; <c>staffed test</c>.</param>
/// <param name="Mark">What it is about is actual, an exercise or a test.</param>
public sealed record AlarmView(
    string Alarm,
    LineId Line,
    EntryId? Entry,
    string? Kind,
    Precedence Precedence,
    Mark Mark,
    string Level,
    string About,
    DateTimeOffset Due,
    DateTimeOffset Raised,
    IReadOnlyList<PartyId> WaitingFor
)
{
    /// <summary>What it is about, in one word: <c>urgent</c>, <c>overdue</c>, <c>under-fire</c>, <c>conflict</c>,
    /// <c>blind-conflict</c>, <c>tests</c>, <c>two-stations</c>, <c>own-feed-foreign</c>, <c>fold</c>, <c>no-room</c>,
    /// <c>attachments-full</c>, <c>call-key</c>, <c>link-down</c>, <c>staffed-test</c>, <c>watch-over</c>.</summary>
    public required string Class { get; init; }

    /// <summary>True where it is to be heard; false where it is only to be seen.</summary>
    public required bool Rings { get; init; }

    /// <summary>Who took it down at this level or an earlier one; null while nobody has.</summary>
    public QuietedView? Quieted { get; init; }

    /// <summary>True while it is down: it comes back at its next level, and goes when its cause does.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>The first 120 characters of what it is about, in its author's words; an ellipsis follows where there are
    /// more. Told by the list of alarms, and not by events; null where there are no words, or where they are not here
    /// yet.</summary>
    public string? Text { get; init; }

    /// <summary>The language of the text (BCP 47), as its author said; null where they did not.</summary>
    public string? Lang { get; init; }

    /// <summary>The name of the place that it is about, at most 80 characters; null where none is named.</summary>
    public string? Place { get; init; }

    /// <summary>Longitude and latitude of the place in degrees (WGS 84); null where none is told.</summary>
    public IReadOnlyList<double>? Position { get; init; }

    /// <summary>The seats whose alarm it is: the watch's; once it rose, also that of its deputy, the principal
    /// (R4).</summary>
    public IReadOnlyList<string> For =>
        Level == "deputy" ? [Parley.Traffic.Seats.Watch, Parley.Traffic.Seats.Principal] : [Parley.Traffic.Seats.Watch];
}

/// <param name="Level">The level that the alarm had.</param>
public sealed record QuietedView(Officer By, DateTimeOffset At, string Level);

public sealed record AlarmAcknowledgement(Officer? By = null);

/// <summary>Data of a <c>traffic</c> event: an item changed its state, or an entry was flagged.</summary>
public sealed record TrafficData(
    LineId Line,
    EntryId Entry,
    string Kind,
    EntryId? Item,
    string? Family,
    string? Before,
    string? State,
    string? Reason
);

public sealed record DraftRequest(
    System.Text.Json.JsonElement Content,
    LineId? Line = null,
    string? Kind = null,
    Officer? By = null
);

/// <summary>What an officer has not sent yet, errors and all (P7). Kept by this station only, and never sent by
/// it.</summary>
public sealed record DraftView(
    string Draft,
    DateTimeOffset At,
    LineId? Line,
    string? Kind,
    Officer? By,
    System.Text.Json.JsonElement Content,
    string? Problem
);
