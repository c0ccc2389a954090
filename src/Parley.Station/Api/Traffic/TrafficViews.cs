using System.Text.Json.Serialization;
using Parley.Record;
using Parley.Station.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Places;

namespace Parley.Station.Api;

/// <summary>What stands on a line at a time.</summary>
/// <param name="Folding">True while the station has not read the whole record since its start: then everything else is a part.</param>
/// <param name="Open">Items that are not settled, oldest first; at most <see cref="MaxListed"/>.</param>
/// <param name="Waiting">Entries that an addressee has not acknowledged, the earliest due first; at most <see cref="MaxListed"/>.</param>
/// <param name="Overdue">How many of both are past their time, listed or not.</param>
/// <param name="Flags">The newest entries that changed nothing, newest last.</param>
internal sealed record TrafficView(
    LineId Line, DateTimeOffset At, bool Folding, IReadOnlyList<ItemView> Open, IReadOnlyList<ReceiptsView> Waiting, int WaitingCount, int Overdue,
    IReadOnlyList<ConditionView> Conditions, TestsView Tests, IReadOnlyList<FlagView> Flags, long FlagCount)
{
    internal const int MaxListed = 1_000;
}

internal sealed record ItemEntry(EntryId Entry, string Kind, DateTimeOffset At, Officer By);

/// <summary>One thing between the parties. Members below <see cref="Settled"/> are there for the families that have them.</summary>
/// <param name="Entry">The entry that opened it.</param>
/// <param name="Mark">What that entry is marked: an exercise's items are never taken for actual ones.</param>
/// <param name="Due">When its state changes if nobody writes anything; null when time does nothing.</param>
/// <param name="Overdue">True once an answer is late.</param>
internal sealed record ItemView(
    EntryId Entry, string Family, Mark Mark, string State, DateTimeOffset Since, DateTimeOffset? Due, bool Overdue, PartyId Opener, IReadOnlyList<ItemEntry> Entries, bool Settled)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<Principal>? Between { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Topic { get; init; }
    /// <summary>Of a call: the windows proposed last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<Window>? Windows { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public DateTimeOffset? Expires { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public CallLog? Log { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Concern { get; init; }
    /// <summary>Type of a clarification, template of a notice, style of a test, level of a condition.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Type { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Place? Place { get; init; }
    /// <summary>The place's name held against its position, where the gazetteer knows the name (R13).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public PlaceCheck? PlaceCheck { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ClarificationAnswer? Answer { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Meeting? Meeting { get; init; }
    /// <summary>Why it was declined, refused, withdrawn, found insufficient, raised.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Reason { get; init; }
    /// <summary>Of a readout: the newest draft, or the readout itself where it is one side's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public EntryId? Draft { get; init; }
    /// <summary>What an agreement to <see cref="Draft"/> names.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Hash { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Readout? Readout { get; init; }
    /// <summary>Parties that named the hash of the newest draft.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<PartyId>? Agreed { get; init; }
    /// <summary>Against the draft before the newest; of one side's own readout, against another side's on the same call.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<ReadoutDifference>? Differences { get; init; }
    /// <summary>By party: the widest level that it released the readout to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyDictionary<PartyId, string>? ReleasedTo { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? What { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public DateTimeOffset? From { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public DateTimeOffset? Until { get; init; }
    /// <summary>How many seconds too late a notice was given for its template's lead time (R12).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public long? LateSeconds { get; init; }
    /// <summary>How far the place read back lies from the one given (R13).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? ReadBackMetres { get; init; }
    /// <summary>True where that is more than the tolerance.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public bool? ReadBackDiffers { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Text { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Source { get; init; }
    /// <summary>Of a claim: what stands beside it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<DissentView>? Dissent { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<OpenItem>? Handover { get; init; }
    /// <summary>Entries that belong to it and changed nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<FlagView>? Flags { get; init; }
}

/// <summary>What a party says against a claim, or of its own sources about it.</summary>
internal sealed record DissentView(EntryId Entry, PartyId Party, string? Text, string? Source);

/// <summary>What the gazetteer knows of a name.</summary>
/// <param name="Known">Places of that name, the nearest first where a position was given; else by country.</param>
/// <param name="Check">The name held against the position; null without a position, or where the name is not known.</param>
internal sealed record PlacesView(IReadOnlyList<KnownPlace> Known, PlaceCheck? Check);

internal sealed record FactView(PartyId Party, EntryId Entry, DateTimeOffset At, Officer By, string? Note);

internal sealed record ReplacedView(EntryId Entry, bool Cancelled);

/// <summary>The five facts of an entry, never merged (R8).</summary>
/// <param name="Delivered">By party: the time in the first cosignature that covers the entry.</param>
/// <param name="WaitingFor">Addressees that have neither acknowledged nor answered it.</param>
/// <param name="Due">When the acknowledgement is due; null for what wants none.</param>
internal sealed record ReceiptsView(
    EntryId Entry, string Kind, PartyId From, DateTimeOffset At, Precedence Precedence, Mark Mark, IReadOnlyDictionary<PartyId, DateTimeOffset> Delivered,
    IReadOnlyList<FactView> Read, IReadOnlyList<FactView> Translated, IReadOnlyList<FactView> PassedOn, IReadOnlyList<FactView> Answered,
    IReadOnlyList<PartyId> WaitingFor, DateTimeOffset? Due, DateTimeOffset? DeputyDue, bool Overdue, ReplacedView? Replaced);

internal sealed record ConditionView(EntryId Entry, PartyId Party, Mark Mark, string? Scope, string? Level, string? Reason, DateTimeOffset Since);

internal sealed record PartyTests(DateTimeOffset? LastSuccess, int ConsecutiveMisses, DateTimeOffset? LastSent, string? LastOutcome);

/// <param name="NextAutomatic">When this station sends its next test by itself; null where it sends none.</param>
/// <param name="NextStaffed">When an officer is to test the line next.</param>
internal sealed record TestsView(IReadOnlyDictionary<PartyId, PartyTests> ByParty, DateTimeOffset? NextAutomatic, DateTimeOffset? NextStaffed);

internal sealed record FlagView(EntryId Entry, string Kind, string Reason);

/// <summary>What an outsider checks: the tlog-proof under <paramref name="Path"/> carries this cosignature.</summary>
/// <param name="Size">Size of the checkpoint that <paramref name="By"/> cosigned.</param>
/// <param name="Cosignature">The signature line.</param>
/// <param name="Path">Path of the proof (c2sp.org/tlog-proof) on this station's API.</param>
internal sealed record DeliveredProof(PartyId By, DateTimeOffset At, ulong Size, string? Cosignature, string Path);

/// <param name="By">The party that asked.</param>
/// <param name="Outcome">waiting, accepted, under way, held, countered, declined, subject refused, withdrawn or no answer.</param>
/// <param name="DeliveredAt">By when every other party of the line had cosigned it; null while one has not.</param>
internal sealed record AttemptView(
    EntryId Entry, LineId Line, DateTimeOffset At, Mark Mark, PartyId By, IReadOnlyList<Principal> Between, string? Topic, string Outcome, EntryId? Answer, DateTimeOffset? AnsweredAt,
    DateTimeOffset Expires, DateTimeOffset? DeliveredAt, IReadOnlyList<DeliveredProof> DeliveredProof);

/// <param name="SaidBy">Who says that it was held.</param>
/// <param name="Confirmed">True when all that spoke have logged it, or written of it in a readout; until then it is one side's word.</param>
internal sealed record ContactView(
    EntryId Entry, LineId Line, DateTimeOffset At, Mark Mark, int? Minutes, IReadOnlyList<Principal> Between, string? Outcome, IReadOnlyList<PartyId> SaidBy, bool Confirmed);

internal sealed record ReadoutNoteView(EntryId Entry, LineId Line, DateTimeOffset At, Mark Mark, PartyId By, string State, IReadOnlyList<EntryId> About);

/// <summary>The contact history of a line (design §2).</summary>
/// <param name="With">The office that was asked for, if any.</param>
/// <param name="Exercise">True when it is the history of an exercise: of what is marked exercise or test. The two are never told as one.</param>
/// <param name="LeftOut">Attempts, contacts and readouts that belong to the other of the two.</param>
/// <param name="StandingRequests">Requests since the last contact that stand without an acceptance, of all parties.</param>
/// <param name="LastContact">When the last call was held.</param>
/// <param name="PreviousContact">When the one before it between the same offices was held.</param>
/// <param name="FirstSince">The last contact is the first between these offices since then; null when it is the first of all.</param>
/// <param name="Silences">Requests that were delivered and neither answered nor taken back.</param>
internal sealed record ChronologyView(
    LineId Line, DateTimeOffset At, string? With, bool Exercise, int LeftOut, int StandingRequests, IReadOnlyDictionary<PartyId, int> StandingByParty, DateTimeOffset? LastContact, DateTimeOffset? PreviousContact,
    int? DaysSinceLastContact, int? DaysBetweenContacts, DateTimeOffset? FirstSince, IReadOnlyList<AttemptView> Attempts, IReadOnlyList<ContactView> Contacts,
    IReadOnlyList<ReadoutNoteView> Readouts, IReadOnlyList<AttemptView> Silences);

internal sealed record WatchView(PartyId Party, EntryId? Entry, DateTimeOffset? Since, string? Communicator, string? Translator, DateTimeOffset? Until, EntryId? Offered, string? OfferedTo, string? OfferedTranslator, DateTimeOffset? OfferedUntil);

/// <summary>A draft of an act that waits for its second officer.</summary>
/// <param name="Act">What it is in the line's policy; null where one officer would do.</param>
internal sealed record ProposalView(
    string Proposal, LineId Line, string? Act, string Kind, Officer By, DateTimeOffset At, Precedence Precedence, Mark Mark, IReadOnlyList<EntryId> Re, IReadOnlyList<PartyId>? To, string? Lang,
    [property: JsonConverter(typeof(BodyJson))] byte[]? Body);

/// <summary>A proposal that was refused, or taken back by whoever made it; nothing of it is on the record.</summary>
/// <param name="By">Who refused it.</param>
internal sealed record RefusedProposalView(ProposalView Proposal, Officer By, string? Reason, DateTimeOffset At);

internal sealed record ReleaseRequest(Officer? By = null);

internal sealed record RefuseRequest(Officer? By = null, string? Reason = null);

/// <param name="Alarm">Its name, for acknowledging it.</param>
/// <param name="Level"><c>arrived</c>: urgent and new here; <c>due</c>; <c>deputy</c>: the deputy's seat is alarmed too; <c>reminder</c>: something is to be done by an officer.</param>
/// <param name="About">Which duty is overdue: <c>acknowledgement</c> (ours), <c>unacknowledged</c> (theirs of ours), or an item's state; <c>staffed test</c>.</param>
/// <param name="Mark">What it is about is actual, an exercise or a test.</param>
internal sealed record AlarmView(string Alarm, LineId Line, EntryId? Entry, string? Kind, Precedence Precedence, Mark Mark, string Level, string About, DateTimeOffset Due, DateTimeOffset Raised, IReadOnlyList<PartyId> WaitingFor)
{
    /// <summary>Who took it down at this level or an earlier one; null while nobody has.</summary>
    public QuietedView? Quieted { get; init; }
    /// <summary>True while it is down: it comes back at its next level, and goes when its cause does.</summary>
    public bool IsQuiet { get; init; }
    /// <summary>The seats whose alarm it is: the watch's; once it rose, also that of its deputy, the principal (R4).</summary>
    public IReadOnlyList<string> For => Level == "deputy" ? [Parley.Traffic.Seats.Watch, Parley.Traffic.Seats.Principal] : [Parley.Traffic.Seats.Watch];
}

/// <param name="Level">The level that the alarm had.</param>
internal sealed record QuietedView(Officer By, DateTimeOffset At, string Level);

internal sealed record AlarmAcknowledgement(Officer? By = null);

/// <summary>Data of a <c>traffic</c> event: an item changed its state, or an entry was flagged.</summary>
internal sealed record TrafficData(LineId Line, EntryId Entry, string Kind, EntryId? Item, string? Family, string? Before, string? State, string? Reason);

internal sealed record DraftRequest(System.Text.Json.JsonElement Content, LineId? Line = null, string? Kind = null, Officer? By = null);

/// <summary>What an officer has not sent yet, errors and all (P7). Kept by this station only, and never sent by it.</summary>
internal sealed record DraftView(string Draft, DateTimeOffset At, LineId? Line, string? Kind, Officer? By, System.Text.Json.JsonElement Content, string? Problem);
