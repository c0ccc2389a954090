using System.Text.Json.Serialization;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Contract;

/// <summary>What an item says that only items of its family have; which it is, <c>family</c> says.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "family")]
[JsonDerivedType(typeof(CallPart), "call")]
[JsonDerivedType(typeof(ClarificationPart), "clarification")]
[JsonDerivedType(typeof(ReadoutPart), "readout")]
[JsonDerivedType(typeof(NoticePart), "notice")]
[JsonDerivedType(typeof(AccidentPart), "accident")]
[JsonDerivedType(typeof(TestPart), "test")]
[JsonDerivedType(typeof(ConditionPart), "condition")]
[JsonDerivedType(typeof(ClaimPart), "claim")]
[JsonDerivedType(typeof(WatchPart), "watch")]
public abstract record ItemPart
{
    /// <summary>As a list shows a long one.</summary>
    /// <param name="cut">Shortens a text.</param>
    /// <param name="bare">True where places and short lists are too long as well.</param>
    internal abstract ItemPart Brief(Func<string?, string?> cut, bool bare);
}

/// <param name="Between">Whose principals are to speak.</param>
/// <param name="Windows">Those proposed last, or the one that was agreed.</param>
/// <param name="Expires">When the request falls to silence.</param>
/// <param name="Log">As it was logged last.</param>
public sealed record CallPart(
    IReadOnlyList<Principal>? Between,
    string? Topic,
    IReadOnlyList<Window>? Windows,
    DateTimeOffset? Expires,
    CallLog? Log
) : ItemPart
{
    internal override ItemPart Brief(Func<string?, string?> cut, bool bare) =>
        this with
        {
            Between = bare ? null : Between,
            Topic = cut(Topic),
            Windows = bare ? null : Windows,
            Log = null,
        };
}

/// <param name="Answer">The newest.</param>
/// <param name="Meeting">As it was asked for or agreed to last.</param>
public sealed record ClarificationPart(
    string? Concern,
    string? Type,
    Place? Place,
    ClarificationAnswer? Answer,
    Meeting? Meeting
) : ItemPart
{
    internal override ItemPart Brief(Func<string?, string?> cut, bool bare) =>
        this with
        {
            Concern = cut(Concern),
            Place = bare ? null : Place,
            Answer = null,
            Meeting = null,
        };
}

/// <param name="Draft">The newest draft, or the readout itself where it is one side's own.</param>
/// <param name="Hash">What an agreement to it names.</param>
/// <param name="Text">Its text; null where it was withheld from this party.</param>
/// <param name="Agreed">Parties that named the hash of the newest draft.</param>
/// <param name="ReleasedTo">By party: the widest level that it released the readout to.</param>
/// <param name="Differences">Against the draft before the newest; of one side's own readout, against another side's on
/// the same call.</param>
public sealed record ReadoutPart(
    EntryId Draft,
    string? Hash,
    Readout? Text,
    IReadOnlyList<PartyId> Agreed,
    IReadOnlyDictionary<PartyId, string>? ReleasedTo,
    IReadOnlyList<ReadoutDifference>? Differences
) : ItemPart
{
    internal override ItemPart Brief(Func<string?, string?> cut, bool bare) =>
        this with
        {
            Text = null,
            Differences = null,
        };
}

/// <param name="LateSeconds">How many seconds too late it was given for its template's lead time (R12).</param>
/// <param name="ReadBackMetres">How far the place read back lies from the one given (R13).</param>
/// <param name="ReadBackDiffers">True where that is more than the tolerance.</param>
public sealed record NoticePart(
    string? What,
    string? Template,
    Place? Place,
    DateTimeOffset? From,
    DateTimeOffset? Until,
    long? LateSeconds,
    double? ReadBackMetres,
    bool? ReadBackDiffers
) : ItemPart
{
    internal override ItemPart Brief(Func<string?, string?> cut, bool bare) =>
        this with
        {
            What = cut(What),
            Place = bare ? null : Place,
        };
}

/// <summary>As it was reported last.</summary>
public sealed record AccidentPart(string? What, Place? Where, DateTimeOffset? When) : ItemPart
{
    internal override ItemPart Brief(Func<string?, string?> cut, bool bare) =>
        this with
        {
            What = cut(What),
            Where = bare ? null : Where,
        };
}

public sealed record TestPart(string? Style, string? Text) : ItemPart
{
    internal override ItemPart Brief(Func<string?, string?> cut, bool bare) => this with { Text = cut(Text) };
}

public sealed record ConditionPart(string? Scope, string? Level, string? Reason) : ItemPart
{
    internal override ItemPart Brief(Func<string?, string?> cut, bool bare) => this with { Reason = cut(Reason) };
}

/// <param name="Dissent">What stands beside it; null where nothing does.</param>
public sealed record ClaimPart(string? Text, string? Source, IReadOnlyList<DissentView>? Dissent) : ItemPart
{
    internal override ItemPart Brief(Func<string?, string?> cut, bool bare) =>
        this with
        {
            Text = cut(Text),
            Source = cut(Source),
            Dissent = null,
        };
}

/// <param name="Open">What the handover lists as open; null where a list leaves it out.</param>
public sealed record WatchPart(
    string? Communicator,
    string? Translator,
    DateTimeOffset? Until,
    string? Note,
    IReadOnlyList<OpenItem>? Open
) : ItemPart
{
    internal override ItemPart Brief(Func<string?, string?> cut, bool bare) =>
        this with
        {
            Note = cut(Note),
            Open = null,
        };
}
