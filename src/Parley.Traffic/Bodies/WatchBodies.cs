using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Parley.Traffic.Bodies;

/// <summary>Body of <c>test.sent</c> (R1, R2).</summary>
public sealed record LineTest : ITrafficBody
{
    public const string Automatic = "automatic",
        Staffed = "staffed";

    /// <summary><c>automatic</c> or <c>staffed</c>.</summary>
    [Required, AllowedValues(Automatic, Staffed)]
    public string? Style { get; init; }

    /// <summary>Fresh text of a staffed test, to be echoed in the other language.</summary>
    [MaxLength(Check.MediumText), Description("Of a staffed test: fresh text, to be echoed in the other language.")]
    public string? Text { get; init; }

    public string? Problem() => Style == Staffed ? Check.Required("text", Text) : null;
}

/// <summary>Body of <c>test.answered</c>: the echo.</summary>
public sealed record TestEcho : ITrafficBody
{
    [MaxLength(Check.MediumText), DisplayName("Echo")]
    public string? Text { get; init; }
}

/// <summary>Body of <c>watch.offered</c> and <c>watch.taken</c> (R6): the handover, signed, listing what is
/// open.</summary>
public sealed record Handover : ITrafficBody
{
    [Required, MaxLength(Check.ShortText), DisplayName("Who has the watch")]
    public string? Communicator { get; init; }

    [MaxLength(Check.ShortText)]
    public string? Translator { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>Everything unsettled, by line and entry: <c>north-…/us/3</c>.</summary>
    [MaxLength(MaxOpen), DisplayName("What is open")]
    public IReadOnlyList<OpenItem> Open
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(Check.LongText)]
    public string? Note { get; init; }

    public string? Problem() =>
        (Open.Count > MaxOpen ? $"more than {MaxOpen} open items" : null)
        ?? Open.Select(item =>
                item is null
                    ? "an open item is null"
                    : Check.Required("an open item's line", item.Line, Check.ShortText)
                        ?? Check.Required("an open item's entry", item.Entry, Check.ShortText)
                        ?? Check.Required("an open item's family", item.Family, Check.ShortText)
                        ?? Check.Required("an open item's state", item.State, Check.ShortText)
            )
            .FirstOrDefault(p => p is not null);

    /// <summary>Most open items that one handover lists by name; their number is stated in any case.</summary>
    public const int MaxOpen = 200;
}

/// <summary>One thing that waits, as a handover lists it.</summary>
public sealed record OpenItem(
    [property: Required, MaxLength(Check.ShortText)] string Line,
    [property: Required, MaxLength(Check.ShortText)] string Entry,
    [property: Required, MaxLength(Check.ShortText)] string Family,
    [property: Required, MaxLength(Check.ShortText)] string State
);

/// <summary>Body of <c>condition.raised</c> and <c>condition.lowered</c> (R7, E6).</summary>
public sealed record Condition : ITrafficBody
{
    public const string Line = "line",
        Watch = "watch",
        Normal = "normal",
        Heightened = "heightened",
        Crisis = "crisis";

    /// <summary><c>line</c> or <c>watch</c>.</summary>
    [Required, AllowedValues(Line, Watch), DisplayName("Of what")]
    public string? Scope { get; init; }

    /// <summary><c>normal</c>, <c>heightened</c> or <c>crisis</c>.</summary>
    [Required, AllowedValues(Normal, Heightened, Crisis)]
    public string? Level { get; init; }

    [Required, MaxLength(Check.MediumText)]
    public string? Reason { get; init; }

    public static readonly IReadOnlyList<string> LevelsKnown = [Normal, Heightened, Crisis];
}

/// <summary>Body of <c>party.admitted</c> (E3): who joins, and the line that continues this one with it.</summary>
public sealed record Admission : ITrafficBody
{
    [Required, MaxLength(Check.ShortText), DisplayName("Party that joins")]
    public string? Party { get; init; }

    [MaxLength(Check.ShortText), DataType("line"), DisplayName("Line that continues this one")]
    public string? Successor { get; init; }

    [MaxLength(Check.MediumText), DisplayName("What for")]
    public string? Use { get; init; }
}
