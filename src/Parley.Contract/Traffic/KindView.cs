using System.Text.Json;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Contract;

/// <summary>What a kind of entry is, for whoever makes forms, offers acts or shows bodies.</summary>
/// <param name="Kind">As it stands in headers.</param>
/// <param name="Family">First word of the kind: the name of its state machine, where it has one.</param>
/// <param name="Label">A few words for a button: what the officer does.</param>
/// <param name="Says">One sentence: what an entry of it says.</param>
/// <param name="Seats">The seats that may write it, the usual one first.</param>
/// <param name="Act">The act that takes two officers and that it is, where the line's policy names it under twoPeople;
/// blind-check takes two on every line. Null for what one officer may do.</param>
/// <param name="ActAtLevel">It is that act only where its body's level is this one; null where it always is.</param>
/// <param name="Opens">True where it can be the first entry of an item.</param>
/// <param name="Continues">True where it goes on with an item, or is about an earlier entry.</param>
/// <param name="About">True for what no state machine takes, and what may be said about any entry: an acknowledgement, a
/// translation.</param>
/// <param name="NeedsRe">True where re must name what it is about.</param>
/// <param name="Answers">The kinds that open what it goes on with; empty where it may be about any entry, null where it
/// answers none.</param>
/// <param name="Replaces">What it does to an earlier entry of its author: supersedes or cancels; null for
/// nothing.</param>
/// <param name="WantsAcknowledgement">True where its addressees are waited for.</param>
/// <param name="Rings">True where an alarm rings at its addressees until they acknowledge it, however little urgent it
/// is; what is immediate or flash rings whatever its kind.</param>
/// <param name="RingsAtLevel">It rings only where its body's level is this one; null where it always does.</param>
/// <param name="PassesSuspension">True for what a suspended line takes whatever its precedence.</param>
/// <param name="ByStation">True for what a station writes by itself: an officer's is refused.</param>
/// <param name="Mark">What it is marked where nobody says.</param>
/// <param name="Precedence">How urgent it is to be where nobody says.</param>
/// <param name="LeadTimes">By the body's template, how many seconds before it begins it is to be given; null where none
/// is agreed.</param>
/// <param name="Body">The JSON schema (2020-12) of what an own officer may write as its body; null where the body is
/// not read.</param>
public sealed record KindView(
    string Kind,
    string Family,
    string Label,
    string Says,
    IReadOnlyList<string> Seats,
    string? Act,
    string? ActAtLevel,
    bool Opens,
    bool Continues,
    bool About,
    bool NeedsRe,
    IReadOnlyList<string>? Answers,
    string? Replaces,
    bool WantsAcknowledgement,
    bool Rings,
    string? RingsAtLevel,
    bool PassesSuspension,
    bool ByStation,
    Mark Mark,
    Precedence Precedence,
    IReadOnlyDictionary<string, long>? LeadTimes,
    JsonElement? Body
)
{
    /// <summary>All of them, as this program has them for as long as it runs.</summary>
    internal static IReadOnlyList<KindView> All { get; } = [.. Kinds.All.Select(Of)];

    private static KindView Of(KindOf kind) =>
        new(
            kind.Name,
            Kinds.FamilyOf(kind.Name),
            kind.Label,
            kind.Says,
            kind.Seats,
            kind.Act,
            kind.ActAtLevel,
            kind.Opens,
            kind.Continues,
            kind.IsAbout,
            kind.Continues && !kind.Opens,
            kind.Continues ? kind.Answers : null,
            kind.Replaces switch
            {
                OnEarlier.Supersedes => "supersedes",
                OnEarlier.Cancels => "cancels",
                _ => null,
            },
            kind.WantsAcknowledgement,
            kind.Rings,
            kind.RingsAtLevel,
            kind.PassesSuspension,
            kind.IsByStation,
            kind.Mark,
            kind.Precedence,
            kind.LeadTimes?.ToDictionary(t => t.Key, t => (long)t.Value.TotalSeconds),
            kind.Schema() is { } schema ? JsonDocument.Parse(schema.ToJsonString()).RootElement : null
        );
}
