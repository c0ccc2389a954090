using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Contract;

/// <summary>An incident as a table of very many shows it.</summary>
/// <param name="Number">The name of its first entry.</param>
/// <param name="GoesOnUnder">The number under which it goes on: its own, unless it was merged.</param>
/// <param name="Title">Alleged, until the board closes.</param>
/// <param name="At">When it was written.</param>
/// <param name="From">When it began, by the account that opened it; when that was written, where it does not
/// say.</param>
/// <param name="What">Beginning of what the account that opened it says; null where that is not here.</param>
/// <param name="Place">Where, by name, by the same account.</param>
/// <param name="Position">Longitude, latitude; null where it is not stated.</param>
/// <param name="Accused">Whom the accounts accuse.</param>
/// <param name="Reporters">Whose accounts stand there.</param>
/// <param name="Kinds">What was observed, by the observations that the accounts name.</param>
/// <param name="Accounts">How many accounts stand there.</param>
/// <param name="Dissents">How many dissents.</param>
public sealed record IncidentRowView(
    EntryId Number,
    EntryId GoesOnUnder,
    string Title,
    string State,
    Mark Mark,
    DateTimeOffset At,
    DateTimeOffset From,
    DateTimeOffset? Until,
    string? What,
    string? Place,
    double[]? Position,
    IReadOnlyList<string> Accused,
    IReadOnlyList<string> Reporters,
    IReadOnlyList<string> Kinds,
    int Accounts,
    int Dissents
);

/// <summary>A page of incidents, the newest first.</summary>
/// <param name="Total">How many there are that were asked for, on all pages.</param>
/// <param name="Next">Asks for the next page, under <c>after</c>; null where there is none.</param>
/// <param name="NotHeld">By author: what lies beyond a share, and stands in the record alone.</param>
public sealed record IncidentTableView(
    IReadOnlyList<IncidentRowView> Rows,
    int Total,
    string? Next,
    IReadOnlyDictionary<string, int> NotHeld
);

/// <summary>One observation, and where it stands.</summary>
/// <param name="Entry">The entry that it stands in; its author is who put it on the record.</param>
/// <param name="Observation">As it was written.</param>
public sealed record ObservationRowView(EntryId Entry, Observation Observation);

/// <summary>A page of the observations that count, the newest first.</summary>
/// <param name="Total">How many there are that were asked for, on all pages.</param>
/// <param name="Next">Asks for the next page, under <c>after</c>; null where there is none.</param>
/// <param name="NotCounted">By author: what was withheld, cannot be read, or lies beyond a share.</param>
public sealed record ObservationTableView(
    IReadOnlyList<ObservationRowView> Rows,
    int Total,
    string? Next,
    IReadOnlyDictionary<string, int> NotCounted
);

/// <summary>Whether an echelon has the order, by its party's newest word. CEASEFIRE-15.</summary>
/// <param name="At">When it had the order; null for a rung that is still empty.</param>
/// <param name="Entry">The entry that says so; null while nobody has reported.</param>
public sealed record OrderRungView(
    PartyId Party,
    string Echelon,
    DateTimeOffset? At,
    string? Forces,
    string? Note,
    EntryId? Entry
);

/// <summary>An order, and which forces have it.</summary>
/// <param name="Order">Its first entry.</param>
/// <param name="State">announced, in effect or closed.</param>
/// <param name="What">What is ordered; null where nobody has announced it.</param>
/// <param name="Agreement">The agreement that it carries out.</param>
/// <param name="Effect">When it takes effect.</param>
public sealed record OrderView(
    EntryId Order,
    string State,
    string? What,
    EntryId? Agreement,
    DateTimeOffset? Effect,
    IReadOnlyList<OrderRungView> Rungs
);
