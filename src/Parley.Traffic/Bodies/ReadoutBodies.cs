using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Parley.Traffic.Bodies;

/// <summary>One point of a readout and how the two sides stood on it (R23): <c>agreed</c>, <c>discussed</c> or
/// <c>disagreed</c>.</summary>
public sealed record ReadoutPoint(
    [property: Required, MaxLength(Check.MediumText)] string Text,
    [property: Required, AllowedValues("agreed", "discussed", "disagreed"), DisplayName("How the sides stood on it")]
        string Tag
);

/// <summary>Body of <c>readout.issued</c> (one side's own) and <c>readout.drafted</c> (a draft of a joint
/// one).</summary>
public sealed record Readout : ITrafficBody
{
    /// <summary>Where text ends and each point stands on its own, so that two readouts can be laid side by
    /// side.</summary>
    [MaxLength(Check.LongText)]
    public string? Text { get; init; }

    [MaxLength(Check.MaxItems)]
    public IReadOnlyList<ReadoutPoint> Points
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>When what is agreed takes effect.</summary>
    [DisplayName("Takes effect")]
    public DateTimeOffset? Effective { get; init; }

    /// <summary>Not to be published before.</summary>
    [DisplayName("Not to be published before")]
    public DateTimeOffset? Embargo { get; init; }

    /// <summary>When the parties had last spoken before. It goes to the public with a text that all of them signed, and
    /// with no other. PUBLIC-21.</summary>
    [DisplayName("First contact since"), Description("When the parties had last spoken before.")]
    public DateTimeOffset? FirstSince { get; init; }

    public static readonly IReadOnlyList<string> Tags = ["agreed", "discussed", "disagreed"];

    public string? Problem() =>
        (string.IsNullOrWhiteSpace(Text) && Points.Count == 0 ? "a readout has a text or points" : null)
        ?? (Points.Count > Check.MaxItems ? $"more than {Check.MaxItems} points" : null)
        ?? (Points.Any(p => p is null) ? "a point is null" : null)
        ?? Points
            .Select(p =>
                Check.Required("text of a point", p.Text)
                ?? (Tags.Contains(p.Tag) ? null : "a point is agreed, discussed or disagreed")
            )
            .FirstOrDefault(problem => problem is not null);
}

/// <summary>Body of <c>readout.agreed</c>: the SHA-256 of the draft's body bytes, so that both sides have signed one
/// and the same text.</summary>
public sealed record ReadoutAgreement : ITrafficBody
{
    [Required, DataType("hash"), DisplayName("Hash of the draft")]
    public string? Hash { get; init; }

    public string? Problem() => Hash is null ? "an agreement names the hash of the draft" : Check.Hash("hash", Hash);
}

/// <summary>A body that says how far something may go.</summary>
public interface IReleasedBody : ITrafficBody
{
    /// <summary>One of <see cref="Release.Levels"/>.</summary>
    string? Level { get; }
}

/// <summary>Body of <c>readout.released</c> and part of <c>statement.released</c> and <c>statement.corrected</c>: how far it may go.</summary>
public sealed record Release : IReleasedBody
{
    /// <summary><c>internal</c>, <c>allies</c> or <c>public</c>.</summary>
    [Required, AllowedValues(Internal, Allies, Public), DisplayName("Release level")]
    public string? Level { get; init; }

    public const string Internal = "internal",
        Allies = "allies",
        Public = "public";

    /// <summary>The levels, each wider than the one before.</summary>
    public static readonly IReadOnlyList<string> Levels = [Internal, Allies, Public];
}

/// <summary>Body of <c>statement.released</c> and <c>statement.corrected</c> (E11).</summary>
public sealed record Statement : IReleasedBody
{
    [Required, AllowedValues(Release.Internal, Release.Allies, Release.Public), DisplayName("Release level")]
    public string? Level { get; init; }

    [Required, MaxLength(Check.LongText)]
    public string? Text { get; init; }
}

/// <summary>Body of <c>statement.withdrawn</c> and <c>readout.recalled</c>: why what the public had is taken
/// back.</summary>
public sealed record Withdrawal : ITrafficBody
{
    [Required, MaxLength(Check.MediumText)]
    public string? Reason { get; init; }

    public string? Problem() => Check.Required("reason", Reason);
}

/// <summary>Body of <c>claim.made</c> and <c>claim.disputed</c>: a claim carries its source, and dissent stands beside
/// it.</summary>
public sealed record Claim : IReleasedBody
{
    /// <summary>How far it may go; where it says nothing, no further than the line. PUBLIC-20.</summary>
    [AllowedValues(Release.Internal, Release.Allies, Release.Public), DisplayName("Release level")]
    public string? Level { get; init; }

    [Required, MaxLength(Check.LongText)]
    public string? Text { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Source { get; init; }

    /// <summary>True when the author knows that others contest it.</summary>
    [DisplayName("Known to be contested")]
    public bool? Contested { get; init; }
}
