using Parley.Record;

namespace Parley.Traffic.Bodies;

/// <summary>Somebody by office, not by person: <c>{"party":"us","office":"secretary of defence"}</c>.</summary>
public sealed record Principal(string Party, string Office, string? Rank = null);

/// <summary>A span of time in which a call could be held. UTC.</summary>
public sealed record Window(DateTimeOffset From, DateTimeOffset Until);

/// <summary>Body of <c>call.requested</c> (R20).</summary>
public sealed record CallRequest : ITrafficBody
{
    /// <summary>Who is to speak with whom, by office, a party once each.</summary>
    public IReadOnlyList<Principal> Between { get; init => field = value ?? []; } = [];
    public string? Topic { get; init; }
    /// <summary>True, or the language, when an interpreter is wanted.</summary>
    public string? Interpreter { get; init; }
    public IReadOnlyList<Window> Windows { get; init => field = value ?? []; } = [];
    /// <summary>When an answer is no longer of use; null for <see cref="TrafficDefaults.CallExpiry"/> after the request.</summary>
    public DateTimeOffset? Expires { get; init; }

    public string? Problem() => Check.Principals(Between) ?? Check.Text("topic", Topic) ?? Check.Text("interpreter", Interpreter, Check.ShortText) ?? Check.Windows(Windows);
}

/// <summary>Body of <c>call.accepted</c>: which window; and, where the request was made outside the record, what was accepted.</summary>
public sealed record CallAcceptance : ITrafficBody
{
    public Window? Window { get; init; }
    /// <summary>The call that was asked for by other means; only without an entry to answer.</summary>
    public CallRequest? Outside { get; init; }

    public string? Problem() => Outside?.Problem() ?? (Window is { } window ? Check.Windows([window]) : null);
}

/// <summary>Body of <c>call.countered</c>: other windows.</summary>
public sealed record CallCounter : ITrafficBody
{
    public IReadOnlyList<Window> Windows { get; init => field = value ?? []; } = [];
    public string? Note { get; init; }

    public string? Problem() => (Windows.Count == 0 ? "a counter-proposal names at least one window" : Check.Windows(Windows)) ?? Check.Text("note", Note);
}

/// <summary>Body of <c>call.declined</c>, <c>call.withdrawn</c>: a reason, or none.</summary>
public sealed record Reasoned : ITrafficBody
{
    public string? Reason { get; init; }

    public string? Problem() => Check.Text("reason", Reason);
}

/// <summary>Body of <c>call.subject_refused</c>: the call may be held, but not about this.</summary>
public sealed record SubjectRefusal : ITrafficBody
{
    public string? Subject { get; init; }
    public string? Reason { get; init; }

    public string? Problem() => Check.Required("subject", Subject) ?? Check.Text("reason", Reason);
}

/// <summary>Body of <c>call.started</c>: the line is open, and who holds it.</summary>
public sealed record CallStart : ITrafficBody
{
    public DateTimeOffset? At { get; init; }
    public IReadOnlyList<string> Participants { get; init => field = value ?? []; } = [];

    public string? Problem() => Check.Texts("participants", Participants);
}

/// <summary>Body of <c>call.held</c>: the log of a call held by any means (R22). Voice itself is not in the record.</summary>
public sealed record CallLog : ITrafficBody
{
    public IReadOnlyList<Principal> Between { get; init => field = value ?? []; } = [];
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
    public int? Minutes { get; init; }
    public IReadOnlyList<string> Participants { get; init => field = value ?? []; } = [];
    public string? Interpreter { get; init; }
    /// <summary>Seconds that somebody was kept waiting on the line (R5).</summary>
    public int? HoldSeconds { get; init; }
    /// <summary>How it was held: <c>line</c>, <c>telephone</c>, <c>video</c>, <c>in person</c>.</summary>
    public string? Means { get; init; }
    public string? Topic { get; init; }
    public string? Asked { get; init; }
    public string? Outcome { get; init; }
    /// <summary>SHA-256 of a recording that both sides consented to.</summary>
    public string? RecordingHash { get; init; }

    public string? Problem() =>
        Check.Principals(Between) ?? Check.Texts("participants", Participants) ?? Check.Text("topic", Topic) ?? Check.Text("asked", Asked) ?? Check.Text("outcome", Outcome)
        ?? Check.Text("interpreter", Interpreter, Check.ShortText) ?? Check.Text("means", Means, Check.ShortText) ?? Check.Hash("recordingHash", RecordingHash)
        ?? (Ended < Started ? "the call ended before it began" : Minutes is < 0 or > 7 * 24 * 60 ? "minutes is 0 to 10080" : HoldSeconds is < 0 ? "holdSeconds is negative" : null);
}
