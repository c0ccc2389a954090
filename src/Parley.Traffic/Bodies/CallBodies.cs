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

/// <summary>Body of <c>call.opened</c>: one watch rings the other (R5).</summary>
public sealed record CallOpening : ITrafficBody
{
    [MaxLength(Check.MediumText)]
    public string? Topic { get; init; }
}

/// <summary>Body of <c>call.joined</c>: what an officer's console will speak by (R21). Nothing that anybody hears under
/// another key is theirs.</summary>
public sealed record CallJoin : ITrafficBody
{
    /// <summary>SHA-256 of the certificate that the console shows in DTLS.</summary>
    [Required, DataType("hash"), DisplayName("Key of the console")]
    public string? Fingerprint { get; init; }

    /// <summary>SHA-256 of 32 bytes that the console tells once the other side's own joining is sealed. Without it,
    /// whoever stands in between could look for keys that give both sides the same words. CALL-8</summary>
    [Required, DataType("hash"), DisplayName("What its part of the words is bound by")]
    public string? Commitment { get; init; }

    /// <summary>Who speaks for their party, which is what everybody does who says nothing else; and who is heard by
    /// nobody.</summary>
    public const string Speaker = "speaker",
        Listener = "listener";

    /// <summary>What they do on the call.</summary>
    [AllowedValues("speaker", "interpreter", "second officer", "listener"), DisplayName("Their part in the call")]
    public string? Part { get; init; }

    public string? Problem() =>
        Check.Required("fingerprint", Fingerprint)
        ?? Check.Required("commitment", Commitment)
        ?? Check.Hash("fingerprint", Fingerprint)
        ?? Check.Hash("commitment", Commitment);
}

/// <summary>Body of <c>call.words_matched</c> and <c>call.words_differed</c>: whose words were compared.</summary>
public sealed record CallWords : ITrafficBody
{
    /// <summary>The joining of the officer who read them out.</summary>
    [Required, DataType("entry"), DisplayName("Joined by")]
    public string? Own { get; init; }

    /// <summary>The joining of the officer to whom they were read.</summary>
    [Required, DataType("entry"), DisplayName("Compared with")]
    public string? Other { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    public string? Problem() => Check.Entry("own", Own) ?? Check.Entry("other", Other);
}

/// <summary>Body of <c>call.admitted</c>: who else is heard by a party's officers, and hears them.</summary>
public sealed record CallAdmission : ITrafficBody
{
    /// <summary>The joining of whoever is admitted; they are admitted with every later one too.</summary>
    [Required, DataType("entry"), DisplayName("Who joined by")]
    public string? Joined { get; init; }

    /// <summary>True where they are not to be heard any more.</summary>
    [DisplayName("Not any more")]
    public bool? Out { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    public string? Problem() => Check.Required("joined", Joined) ?? Check.Entry("joined", Joined);
}

/// <summary>Body of <c>call.recording_started</c>: whose console records.</summary>
public sealed record CallRecordingStart : ITrafficBody
{
    /// <summary>The joining of the officer whose console records.</summary>
    [DataType("entry"), DisplayName("At the console of")]
    public string? Joined { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    public string? Problem() => Joined is null ? null : Check.Entry("joined", Joined);
}

/// <summary>Body of <c>call.recording_ended</c>: what was recorded. The file itself is not in the record.</summary>
public sealed record CallRecording : ITrafficBody
{
    /// <summary>Longest file: no browser keeps one of a terabyte.</summary>
    public const long MaxBytes = 1_000_000_000_000;

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>SHA-256 of the file; null where nothing of it could be kept.</summary>
    [DataType("hash"), DisplayName("Hash of the recording")]
    public string? RecordingHash { get; init; }

    [Range(0, MaxBytes), DisplayName("Length in bytes")]
    public long? Bytes { get; init; }

    [MaxLength(Check.ShortText), DisplayName("Media type")]
    public string? MediaType { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    public string? Problem() =>
        Check.Hash("recordingHash", RecordingHash)
        ?? (
            Until < From ? "the recording ended before it began"
            : Bytes is < 0 or > MaxBytes ? $"bytes is 0 to {MaxBytes}"
            : null
        );
}

/// <summary>One thing that happened on a call, as a side's station and console saw it.</summary>
/// <param name="What">What it was, in a few words: <c>joined</c>, <c>held</c>, <c>no audio</c> and the like.</param>
/// <param name="By">Whose doing it was.</param>
public sealed record CallMoment(
    [property: Required] DateTimeOffset At,
    [property: Required, MaxLength(Check.ShortText)] string What,
    [property: MaxLength(Check.ShortText)] string? By = null
);

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

    /// <summary>What happened on the call, in order: who joined and left, when it was on hold, where nothing was
    /// heard (R22).</summary>
    [MaxLength(Check.MaxItems), DisplayName("Course of the call")]
    public IReadOnlyList<CallMoment> Course
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>SHA-256 of a recording that both sides consented to.</summary>
    [DataType("hash"), DisplayName("Hash of the recording")]
    public string? RecordingHash { get; init; }

    public string? Problem() =>
        Check.Principals(Between)
        ?? Check.Texts("participants", Participants)
        ?? Check.Hash("recordingHash", RecordingHash)
        ?? Moments(Course)
        ?? (
            Ended < Started ? "the call ended before it began"
            : Minutes is < 0 or > MaxMinutes ? $"minutes is 0 to {MaxMinutes}"
            : HoldSeconds is < 0 ? "holdSeconds is negative"
            : null
        );

    private static string? Moments(IReadOnlyList<CallMoment> course) =>
        course.Count > Check.MaxItems ? $"more than {Check.MaxItems} moments"
        : course.Any(m => m is null) ? "a moment of the course is null"
        : course
            .Select(m =>
                Check.Required("what happened", m.What, Check.ShortText) ?? Check.Text("by", m.By, Check.ShortText)
            )
            .FirstOrDefault(p => p is not null);
}
