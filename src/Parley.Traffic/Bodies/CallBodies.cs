using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Parley.Record;

namespace Parley.Traffic.Bodies;

/// <summary>Somebody by office, not by person: <c>{"party":"us","office":"secretary of defence"}</c>.</summary>
public sealed record Principal(
    [property: Required, DataType("party")] string Party,
    [property: Required, MaxLength(Check.ShortText)] string Office,
    [property: MaxLength(Check.ShortText)] string? Rank = null
);

/// <summary>A span of time in which a call could be held. UTC.</summary>
public sealed record Window([property: Required] DateTimeOffset From, [property: Required] DateTimeOffset Until);

/// <summary>Body of <c>call.requested</c> (R20).</summary>
public sealed record CallRequest : ITrafficBody
{
    /// <summary>Who is to speak with whom, by office, a party once each.</summary>
    [MaxLength(EntryHeader.MaxParties)]
    public IReadOnlyList<Principal> Between
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(Check.MediumText)]
    public string? Topic { get; init; }

    /// <summary>True, or the language, when an interpreter is wanted.</summary>
    [MaxLength(Check.ShortText), Description("The language, where an interpreter is needed.")]
    public string? Interpreter { get; init; }

    [MaxLength(Check.MaxItems), DisplayName("Times at which it could be held")]
    public IReadOnlyList<Window> Windows
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>When an answer is no longer of use; null for <see cref="TrafficDefaults.CallExpiry"/> after the
    /// request.</summary>
    [Description("48 hours after the request where it is left out.")]
    public DateTimeOffset? Expires { get; init; }

    public string? Problem() => Check.Principals(Between) ?? Check.Windows(Windows);
}

/// <summary>Body of <c>call.accepted</c>: which window; and, where the request was made outside the record, what was
/// accepted.</summary>
public sealed record CallAcceptance : ITrafficBody
{
    [DisplayName("Time that is accepted")]
    public Window? Window { get; init; }

    /// <summary>The call that was asked for by other means; only without an entry to answer.</summary>
    [DisplayName("Asked for outside the record")]
    public CallRequest? Outside { get; init; }

    public string? Problem() => Window is { } window ? Check.Windows([window]) : null;
}

/// <summary>Body of <c>call.countered</c>: other windows.</summary>
public sealed record CallCounter : ITrafficBody
{
    [Required, MaxLength(Check.MaxItems), DisplayName("Other times")]
    public IReadOnlyList<Window> Windows
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    public string? Problem() =>
        Windows.Count == 0 ? "a counter-proposal names at least one window" : Check.Windows(Windows);
}

/// <summary>Body of <c>call.declined</c>, <c>call.withdrawn</c>: a reason, or none.</summary>
public sealed record Reasoned : ITrafficBody
{
    [MaxLength(Check.MediumText)]
    public string? Reason { get; init; }
}

/// <summary>Body of <c>call.subject_refused</c>: the call may be held, but not about this.</summary>
public sealed record SubjectRefusal : ITrafficBody
{
    [Required, MaxLength(Check.MediumText)]
    public string? Subject { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Reason { get; init; }
}

/// <summary>Body of <c>call.started</c>: the line is open, and who holds it.</summary>
public sealed record CallStart : ITrafficBody
{
    public DateTimeOffset? At { get; init; }

    [MaxLength(Check.MaxItems), Each(Check.ShortText)]
    public IReadOnlyList<string> Participants
    {
        get;
        init => field = value ?? [];
    } = [];

    public string? Problem() => Check.Texts("participants", Participants);
}

/// <summary>Body of <c>call.held</c>: the log of a call held by any means (R22). Voice itself is not in the
/// record.</summary>
public sealed record CallLog : ITrafficBody
{
    /// <summary>Longest call: a week.</summary>
    public const int MaxMinutes = 7 * 24 * 60;

    [MaxLength(EntryHeader.MaxParties)]
    public IReadOnlyList<Principal> Between
    {
        get;
        init => field = value ?? [];
    } = [];

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Ended { get; init; }

    [Range(0, MaxMinutes), Unit("min")]
    public int? Minutes { get; init; }

    [MaxLength(Check.MaxItems), Each(Check.ShortText)]
    public IReadOnlyList<string> Participants
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(Check.ShortText)]
    public string? Interpreter { get; init; }

    /// <summary>Seconds that somebody was kept waiting on the line (R5).</summary>
    [Range(0, int.MaxValue), Unit("s"), DisplayName("Seconds of waiting on the line")]
    public int? HoldSeconds { get; init; }

    /// <summary>How it was held: <c>line</c>, <c>telephone</c>, <c>video</c>, <c>in person</c>.</summary>
    [MaxLength(Check.ShortText), Usual("line", "telephone", "video", "in person"), DisplayName("How it was held")]
    public string? Means { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Topic { get; init; }

    [MaxLength(Check.MediumText), DisplayName("What was asked")]
    public string? Asked { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Outcome { get; init; }

    /// <summary>SHA-256 of a recording that both sides consented to.</summary>
    [DataType("hash"), DisplayName("Hash of the recording")]
    public string? RecordingHash { get; init; }

    public string? Problem() =>
        Check.Principals(Between)
        ?? Check.Texts("participants", Participants)
        ?? Check.Hash("recordingHash", RecordingHash)
        ?? (
            Ended < Started ? "the call ended before it began"
            : Minutes is < 0 or > MaxMinutes ? $"minutes is 0 to {MaxMinutes}"
            : HoldSeconds is < 0 ? "holdSeconds is negative"
            : null
        );
}
