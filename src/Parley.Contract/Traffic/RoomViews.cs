using System.Text.Json;
using Parley.Record;

namespace Parley.Contract;

/// <summary>A mediator's room: the lines of one process, as far as this station is on them
/// (docs/protocol/mediation.md).</summary>
/// <param name="Room">Its name, the same on each line.</param>
/// <param name="Mediator">Who opened it: another party's of the same name is another room.</param>
/// <param name="Lines">One for each line, by line id.</param>
public sealed record RoomView(string Room, PartyId Mediator, IReadOnlyList<RoomLineView> Lines);

/// <summary>A room on one line.</summary>
/// <param name="Line">The line.</param>
/// <param name="Item">The entry that opened it.</param>
/// <param name="State"><c>offered</c>, <c>open</c>, <c>closed</c>, <c>over</c> or <c>unreadable</c>.</param>
/// <param name="Mediator">Who asks to be admitted, or is.</param>
/// <param name="OnLine">Every party of the line.</param>
/// <param name="Joined">Those that have admitted the mediator.</param>
/// <param name="Title">What it is about; null where it cannot be read, as the members after it.</param>
/// <param name="Scope">What the mediator is admitted for.</param>
/// <param name="Until">Until when.</param>
/// <param name="Parties">The parties of the process, on whatever line they are.</param>
/// <param name="Disclosure">Rules of disclosure, in words.</param>
/// <param name="Calendar">Appointments.</param>
/// <param name="Keys">The fingerprint of this line's keys, by which others know what is passed from it.</param>
/// <param name="Acts">The kinds by which this party may go on.</param>
/// <param name="Words">What was said and passed, oldest first.</param>
/// <param name="Conditions">Conditions and where they stand.</param>
/// <param name="Drafts">Versions of the negotiating text, oldest first.</param>
/// <param name="Comments">Comments on clauses.</param>
/// <param name="HandedOver">Non-papers, and who says that they were handed over.</param>
/// <param name="Refused">What had no effect, and why.</param>
/// <param name="Older">Words, versions and comments that are not in this answer, the oldest; all of them where rooms are
/// listed.</param>
public sealed record RoomLineView(
    LineId Line,
    EntryId Item,
    string State,
    PartyId Mediator,
    IReadOnlyList<PartyId> OnLine,
    IReadOnlyList<PartyId> Joined,
    string? Title,
    string? Scope,
    DateTimeOffset? Until,
    IReadOnlyList<string> Parties,
    string? Disclosure,
    IReadOnlyList<AppointmentView> Calendar,
    string Keys,
    IReadOnlyList<string> Acts,
    IReadOnlyList<RoomWordView> Words,
    IReadOnlyList<RoomConditionView> Conditions,
    IReadOnlyList<VersionView> Drafts,
    IReadOnlyList<CommentView> Comments,
    IReadOnlyList<HandedOverView> HandedOver,
    IReadOnlyList<RefusedView> Refused,
    int Older
);

/// <summary>An appointment.</summary>
public sealed record AppointmentView(DateTimeOffset At, string What);

/// <summary>Words in a room: said on its line, or passed to it from another.</summary>
/// <param name="Entry">The entry on this line.</param>
/// <param name="Kind">The kind of what was said.</param>
/// <param name="Author">Whose words these are.</param>
/// <param name="At">When they were said, by their author's clock.</param>
/// <param name="Text">The words.</param>
/// <param name="Lang">Their language.</param>
/// <param name="Reports">The party whose position they tell, where they are somebody else's about it.</param>
/// <param name="Condition">The condition that they speak of.</param>
/// <param name="Passing">Whom they may be shown to; null for nobody.</param>
/// <param name="Passage">Of what was passed on: what is proven of it; null for what was said on the line itself.</param>
/// <param name="Crossings">For the mediator: to which lines of the room they may cross, and to which they may
/// not.</param>
public sealed record RoomWordView(
    EntryId Entry,
    string Kind,
    PartyId Author,
    DateTimeOffset At,
    string? Text,
    string? Lang,
    PartyId? Reports,
    string? Condition,
    PassingView? Passing,
    PassageView? Passage,
    IReadOnlyList<CrossingView> Crossings
);

/// <summary>Whom words may be shown to.</summary>
public sealed record PassingView(IReadOnlyList<string> To, bool Anyone, DateTimeOffset? Until);

/// <summary>What is proven of words that were carried here. Whether they are true is not among it.</summary>
/// <param name="Carrier">Who passed them on, and when.</param>
/// <param name="Note">What it said with them.</param>
/// <param name="AuthorLine">The line that they were said on.</param>
/// <param name="AuthorEntry">The author's entry there.</param>
/// <param name="Officers">Who wrote it, and who released it.</param>
/// <param name="Standing"><c>proven</c>: signed, cosigned, and by keys that are known here; <c>keys not known</c>;
/// <c>other keys</c>.</param>
/// <param name="Why">How the keys are known, or why they are not.</param>
/// <param name="Keys">The fingerprint of the keys, to be compared with what the author states elsewhere.</param>
public sealed record PassageView(
    PartyId Carrier,
    DateTimeOffset CarriedAt,
    string? Note,
    LineId AuthorLine,
    EntryId AuthorEntry,
    IReadOnlyList<string> Officers,
    string Standing,
    string Why,
    string Keys
)
{
    public const string Proven = "proven",
        KeysNotKnown = "keys not known",
        OtherKeys = "other keys";
}

/// <summary>Whether words may cross to a line.</summary>
/// <param name="Line">The line.</param>
/// <param name="Room">The room there.</param>
/// <param name="Why">Why they may not; null where they may.</param>
/// <param name="Passed">The entry by which they were passed there already.</param>
public sealed record CrossingView(LineId Line, EntryId Room, string? Why, EntryId? Passed);

/// <summary>A condition, and where it stands.</summary>
/// <param name="State"><c>waiting</c>, <c>claimed</c>, <c>keys not known</c>, <c>other words</c>, <c>met</c> or
/// <c>withdrawn</c>.</param>
/// <param name="At">When that was said, by its author's clock.</param>
public sealed record RoomConditionView(
    string Name,
    PartyId Party,
    string? What,
    PartyId By,
    string State,
    EntryId Entry,
    DateTimeOffset At
);

/// <summary>A version of the negotiating text.</summary>
/// <param name="Text">The body as it was written.</param>
/// <param name="Changes">What differs from the version before.</param>
public sealed record VersionView(
    EntryId Entry,
    int Number,
    string Hash,
    DateTimeOffset At,
    string Title,
    bool Bracketed,
    JsonElement Text,
    IReadOnlyList<ClauseChangeView> Changes
);

/// <summary>What became of a clause.</summary>
public sealed record ClauseChangeView(string Id, string? Lang, string Change, string? Before, string? After);

/// <summary>A comment of one side on a clause.</summary>
public sealed record CommentView(
    EntryId Entry,
    PartyId By,
    int Version,
    string Clause,
    string Text,
    string? Instead,
    bool Named
);

/// <summary>A non-paper, by the name that both sides give it.</summary>
/// <param name="By">Who says that it was handed over.</param>
/// <param name="OnRecord">True where every party of the line says so.</param>
public sealed record HandedOverView(string Name, IReadOnlyList<PartyId> By, bool OnRecord);

/// <summary>An entry that had no effect, and why.</summary>
public sealed record RefusedView(EntryId Entry, string Kind, string Reason);

/// <summary>A silence procedure, and what it amounts to for each party.</summary>
/// <param name="State"><c>running</c>, <c>run out</c>, <c>broken</c> or <c>closed</c>.</param>
public sealed record SilenceView(
    LineId Line,
    EntryId Item,
    string State,
    string? Title,
    string? Text,
    DateTimeOffset? Expires,
    IReadOnlyList<string> Acts,
    IReadOnlyList<SilentPartyView> Parties
);

/// <summary>Where a party stands in a silence procedure.</summary>
/// <param name="State"><c>not signed for</c>, <c>silent so far</c>, <c>consented by silence</c>, <c>not in reach</c> or
/// <c>objected</c>.</param>
public sealed record SilentPartyView(PartyId Party, string State, EntryId? Entry);
