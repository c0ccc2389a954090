using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;
using Parley.Traffic.Agreements;
using Parley.Traffic.Bodies;

namespace Parley.Contract;

/// <summary>A signatory as it stands towards the text that is shown.</summary>
/// <param name="State">waiting, delivered, read, not on this text, conditional, signed or declined.</param>
/// <param name="Entry">The entry that says so.</param>
/// <param name="Note">A reason, a reservation, or whose consent is waited for.</param>
public sealed record SignatoryView(
    PartyId Party,
    string Capacity,
    string Scope,
    string State,
    EntryId? Entry,
    string? Note
);

/// <summary>One text of an agreement.</summary>
/// <param name="Kind">How it came: tabled, countered or amended.</param>
public sealed record AgreementVersionView(EntryId Entry, string Kind, string Hash, DateTimeOffset At, string Title);

/// <summary>A map or an annex of a text, and whether its bytes are those that were signed. CEASEFIRE-17.</summary>
/// <param name="Part">map or annex.</param>
/// <param name="Hash">What the text states.</param>
/// <param name="Entry">The attachment that the text names; null where it names none.</param>
/// <param name="State">as stated, other bytes, not here, not read yet or not named.</param>
/// <param name="Found">The hash of the bytes that are here; null where none are.</param>
public sealed record EnclosureView(
    string Part,
    string Id,
    string? Title,
    string Hash,
    EntryId? Entry,
    string State,
    string? Found
)
{
    public const string AsStated = "as stated",
        OtherBytes = "other bytes",
        NotHere = "not here",
        NotRead = "not read yet",
        NotNamed = "not named";
}

/// <summary>What is to be said of a text before it is put on the table; nothing of it forbids that.</summary>
/// <param name="Hash">The manifest hash that it would have.</param>
/// <param name="Missing">What parties usually settle and this text does not.</param>
/// <param name="Enclosures">Its maps and annexes, and whether their bytes are those that it states.</param>
/// <param name="Warnings">What speaks against signing it as it is.</param>
public sealed record TextCheckView(
    string Hash,
    IReadOnlyList<string> Missing,
    IReadOnlyList<EnclosureView> Enclosures,
    IReadOnlyList<string> Warnings
);

/// <summary>An agreement as it stands.</summary>
/// <param name="State">tabled, open, partly signed, in force, suspended, ended, declined or denounced.</param>
/// <param name="Hash">Manifest hash of the text that is shown: the one in force, or the newest.</param>
/// <param name="WaitsFor">opening, signatures, sealing or start; null for nothing.</param>
/// <param name="Missing">What parties usually settle and this text does not; warnings.</param>
/// <param name="Versions">Every text that counted, oldest first.</param>
/// <param name="Pending">Manifest hashes of amendments that wait for signatures.</param>
/// <param name="Differences">Against the text before it.</param>
/// <param name="Text">What it says.</param>
/// <param name="Enclosures">Its maps and annexes, and whether their bytes are those that it states; none in a
/// list.</param>
/// <param name="Warnings">What speaks against signing it as it is; forbids nothing.</param>
public sealed record AgreementView(
    EntryId Agreement,
    string State,
    string? Title,
    string? Hash,
    DateTimeOffset? InForceFrom,
    DateTimeOffset? Ends,
    string? WaitsFor,
    IReadOnlyList<SignatoryView> Signatories,
    IReadOnlyList<string> Missing,
    IReadOnlyList<AgreementVersionView> Versions,
    IReadOnlyList<string> Pending,
    IReadOnlyList<TextDifference> Differences,
    JsonElement? Text,
    IReadOnlyList<EnclosureView> Enclosures,
    IReadOnlyList<string> Warnings
);

/// <summary>A row of a file that was not taken.</summary>
/// <param name="Row">As a spreadsheet counts.</param>
public sealed record RefusedRowView(int Row, string Reason);

/// <summary>What became of a file of observations.</summary>
/// <param name="Imported">Observations put on the record.</param>
/// <param name="Doubled">Observations that stood there word for word.</param>
/// <param name="Refused">Rows that were not taken, the first of them.</param>
/// <param name="RefusedMore">Further ones, that are counted only.</param>
/// <param name="Entries">Entries that they were written in.</param>
/// <param name="Sealed">True where all of them are sealed.</param>
public sealed record ImportView(
    long Imported,
    long Doubled,
    IReadOnlyList<RefusedRowView> Refused,
    long RefusedMore,
    long Entries,
    bool Sealed
);

/// <summary>One line of a tally.</summary>
/// <param name="N">What the rule makes of it.</param>
/// <param name="Observations">Observations behind it.</param>
/// <param name="Feeds">In whose feeds these stand: a party's count of which nothing stands in its own is another's word
/// about it.</param>
/// <param name="Slice">What was observed, or the hour, where it was asked for so; left out where it was not.</param>
public sealed record TallyRowView(
    string Reporter,
    string Accused,
    long N,
    int Observations,
    IReadOnlyList<PartyId> Feeds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Slice = null
);

/// <summary>A tally: reporter × accused × period × rule, and what it was computed from.</summary>
/// <param name="Rule">The rule, as data.</param>
/// <param name="AsOf">Size of each feed.</param>
/// <param name="NotCounted">By author: what was withheld, cannot be read, or lies beyond a share.</param>
/// <param name="Sides">Names in logs, and the parties that an agreement says they are.</param>
public sealed record TallyView(
    JsonElement Rule,
    DateTimeOffset? From,
    DateTimeOffset? Until,
    IReadOnlyList<TallyRowView> Rows,
    IReadOnlyDictionary<string, ulong> AsOf,
    IReadOnlyDictionary<string, int> NotCounted,
    IReadOnlyDictionary<string, string> Sides
);

/// <summary>One party's or observer's account.</summary>
/// <param name="Body">As it was written; null where it was withheld.</param>
public sealed record AccountView(EntryId Entry, PartyId Party, DateTimeOffset At, string Kind, JsonElement? Body);

/// <summary>An incident under its number.</summary>
/// <param name="Number">The name of its first entry.</param>
/// <param name="GoesOnUnder">The number under which it goes on: its own, unless it was merged.</param>
/// <param name="Title">Alleged, until the board closes.</param>
/// <param name="Accounts">Every party's and observer's, side by side.</param>
/// <param name="Report">The newest finding; null before there is one.</param>
/// <param name="Dissents">None of which anything takes away.</param>
public sealed record IncidentView(
    EntryId Number,
    EntryId GoesOnUnder,
    string Title,
    string State,
    DateTimeOffset Since,
    IReadOnlyList<AccountView> Accounts,
    AccountView? Report,
    IReadOnlyList<AccountView> Dissents
);

/// <summary>A stretch in which somebody watched.</summary>
/// <param name="Entry">The entry that says so.</param>
/// <param name="Counts">False where it is another party's word about the one that is said to have watched: it is shown,
/// and closes no gap.</param>
public sealed record WatchedView(
    EntryId Entry,
    string Reporter,
    DateTimeOffset From,
    DateTimeOffset Until,
    string? Means,
    double? RadiusMetres,
    bool Counts
);

/// <summary>A stretch in which nobody watched, as far as the record knows.</summary>
public sealed record GapView(DateTimeOffset From, DateTimeOffset Until);

/// <summary>A place, who watched it, and when nobody did.</summary>
/// <param name="Place">Its name, or its position where it has none.</param>
/// <param name="Position">Longitude, latitude; null where it is not stated.</param>
/// <param name="IsAgreed">True for an area that the agreement in force names.</param>
/// <param name="Gaps">When nobody watched; of very many the longest.</param>
/// <param name="GapsMore">How many further ones there are.</param>
public sealed record CoveredPlaceView(
    string Place,
    double[]? Position,
    bool IsAgreed,
    IReadOnlyList<WatchedView> Watched,
    IReadOnlyList<GapView> Gaps,
    int GapsMore
);

/// <summary>Who watched where in a period, and where and when nobody did: what tells "nothing happened" from "nobody
/// looked". CEASEFIRE-23.</summary>
/// <param name="Places">Every place that was ever watched, or that the agreement in force names.</param>
/// <param name="AsOf">Size of each feed.</param>
/// <param name="NotCounted">By author: what was withheld, cannot be read, or lies beyond a share.</param>
/// <param name="LeftOut">By author: places and stretches that are not listed, beyond its share of the answer.</param>
public sealed record CoverageView(
    DateTimeOffset From,
    DateTimeOffset Until,
    IReadOnlyList<CoveredPlaceView> Places,
    IReadOnlyDictionary<string, ulong> AsOf,
    IReadOnlyDictionary<string, int> NotCounted,
    IReadOnlyDictionary<string, int> LeftOut
);

/// <summary>Tallies of one reporting day after the other.</summary>
/// <param name="Zone">The zone by whose clock a day closes.</param>
/// <param name="Closes">When, such as 19:30.</param>
public sealed record DailyTallyView(string Zone, string Closes, IReadOnlyList<TallyView> Days);

/// <summary>The summary of a reporting day as it would be released: drafted by the station, the word of nobody
/// yet.</summary>
/// <param name="Body">The body of <c>summary.released</c>.</param>
/// <param name="Released">Summaries of that day that parties have released.</param>
public sealed record SummaryDraftView(
    DateTimeOffset From,
    DateTimeOffset Until,
    bool IsOver,
    JsonElement Body,
    IReadOnlyList<EntryId> Released
);
