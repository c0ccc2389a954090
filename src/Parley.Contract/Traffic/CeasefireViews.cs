using System.Text.Json;
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

/// <summary>An agreement as it stands.</summary>
/// <param name="State">tabled, open, partly signed, in force, suspended, ended, declined or denounced.</param>
/// <param name="Hash">Manifest hash of the text that is shown: the one in force, or the newest.</param>
/// <param name="WaitsFor">opening, signatures, sealing or start; null for nothing.</param>
/// <param name="Missing">What parties usually settle and this text does not; warnings.</param>
/// <param name="Versions">Every text that counted, oldest first.</param>
/// <param name="Pending">Manifest hashes of amendments that wait for signatures.</param>
/// <param name="Differences">Against the text before it.</param>
/// <param name="Text">What it says.</param>
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
    JsonElement? Text
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
public sealed record TallyRowView(string Reporter, string Accused, long N, int Observations);

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
