namespace Parley.Traffic.Bodies;

/// <summary>Body of <c>test.sent</c> (R1, R2).</summary>
public sealed record LineTest : ITrafficBody
{
    /// <summary><c>automatic</c> or <c>staffed</c>.</summary>
    public string? Style { get; init; }
    /// <summary>Fresh text of a staffed test, to be echoed in the other language.</summary>
    public string? Text { get; init; }

    public string? Problem() => (Style is "automatic" or "staffed" ? null : "style is automatic or staffed") ?? (Style == "staffed" ? Check.Required("text", Text) : Check.Text("text", Text));
}

/// <summary>Body of <c>test.answered</c>: the echo.</summary>
public sealed record TestEcho : ITrafficBody
{
    public string? Text { get; init; }

    public string? Problem() => Check.Text("text", Text);
}

/// <summary>Body of <c>watch.offered</c> and <c>watch.taken</c> (R6): the handover, signed, listing what is open.</summary>
public sealed record Handover : ITrafficBody
{
    public string? Communicator { get; init; }
    public string? Translator { get; init; }
    public DateTimeOffset? Until { get; init; }
    /// <summary>Everything unsettled, by line and entry: <c>north-…/us/3</c>.</summary>
    public IReadOnlyList<OpenItem> Open { get; init => field = value ?? []; } = [];
    public string? Note { get; init; }

    public string? Problem() =>
        Check.Required("communicator", Communicator, Check.ShortText) ?? Check.Text("translator", Translator, Check.ShortText) ?? Check.Text("note", Note, Check.LongText)
        ?? (Open.Count > MaxOpen ? $"more than {MaxOpen} open items" : null);

    /// <summary>Most open items that one handover lists by name; their number is stated in any case.</summary>
    public const int MaxOpen = 200;
}

/// <summary>One thing that waits, as a handover lists it.</summary>
public sealed record OpenItem(string Line, string Entry, string Family, string State);

/// <summary>Body of <c>condition.raised</c> and <c>condition.lowered</c> (R7, E6).</summary>
public sealed record Condition : ITrafficBody
{
    /// <summary><c>line</c> or <c>watch</c>.</summary>
    public string? Scope { get; init; }
    /// <summary><c>normal</c>, <c>heightened</c> or <c>crisis</c>.</summary>
    public string? Level { get; init; }
    public string? Reason { get; init; }

    public static readonly IReadOnlyList<string> LevelsKnown = ["normal", "heightened", "crisis"];

    public string? Problem() =>
        (Scope is "line" or "watch" ? null : "scope is line or watch") ?? (Level is not null && LevelsKnown.Contains(Level) ? null : "level is normal, heightened or crisis") ?? Check.Required("reason", Reason);
}

/// <summary>Body of <c>party.admitted</c> (E3): who joins, and the line that continues this one with it.</summary>
public sealed record Admission : ITrafficBody
{
    public string? Party { get; init; }
    public string? Successor { get; init; }
    public string? Use { get; init; }

    public string? Problem() => Check.Required("party", Party, Check.ShortText) ?? Check.Text("successor", Successor, Check.ShortText) ?? Check.Text("use", Use);
}
