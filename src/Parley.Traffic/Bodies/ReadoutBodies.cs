namespace Parley.Traffic.Bodies;

/// <summary>One point of a readout and how the two sides stood on it (R23): <c>agreed</c>, <c>discussed</c> or <c>disagreed</c>.</summary>
public sealed record ReadoutPoint(string Text, string Tag);

/// <summary>Body of <c>readout.issued</c> (one side's own) and <c>readout.drafted</c> (a draft of a joint one).</summary>
public sealed record Readout : ITrafficBody
{
    /// <summary>Where text ends and each point stands on its own, so that two readouts can be laid side by side.</summary>
    public string? Text { get; init; }
    public IReadOnlyList<ReadoutPoint> Points { get; init => field = value ?? []; } = [];
    /// <summary>When what is agreed takes effect.</summary>
    public DateTimeOffset? Effective { get; init; }
    /// <summary>Not to be published before.</summary>
    public DateTimeOffset? Embargo { get; init; }

    public static readonly IReadOnlyList<string> Tags = ["agreed", "discussed", "disagreed"];

    public string? Problem() =>
        Check.Text("text", Text, Check.LongText)
        ?? (string.IsNullOrWhiteSpace(Text) && Points.Count == 0 ? "a readout has a text or points" : null)
        ?? (Points.Count > Check.MaxItems ? $"more than {Check.MaxItems} points" : null)
        ?? (Points.Any(p => p is null) ? "a point is null" : null)
        ?? Points.Select(p => Check.Required("text of a point", p.Text) ?? (Tags.Contains(p.Tag) ? null : "a point is agreed, discussed or disagreed")).FirstOrDefault(problem => problem is not null);
}

/// <summary>Body of <c>readout.agreed</c>: the SHA-256 of the draft's body bytes, so that both sides have signed one and the same text.</summary>
public sealed record ReadoutAgreement : ITrafficBody
{
    public string? Hash { get; init; }

    public string? Problem() => Hash is null ? "an agreement names the hash of the draft" : Check.Hash("hash", Hash);
}

/// <summary>Body of <c>readout.released</c> and part of <c>statement.released</c>: how far it may go.</summary>
public sealed record Release : ITrafficBody
{
    /// <summary><c>internal</c>, <c>allies</c> or <c>public</c>.</summary>
    public string? Level { get; init; }

    public static readonly IReadOnlyList<string> Levels = ["internal", "allies", "public"];

    public string? Problem() => Level is not null && Levels.Contains(Level) ? null : "level is internal, allies or public";
}

/// <summary>Body of <c>statement.released</c> (E11).</summary>
public sealed record Statement : ITrafficBody
{
    public string? Level { get; init; }
    public string? Text { get; init; }

    public string? Problem() => (Level is not null && Release.Levels.Contains(Level) ? null : "level is internal, allies or public") ?? Check.Required("text", Text, Check.LongText);
}

/// <summary>Body of <c>claim.made</c> and <c>claim.disputed</c>: a claim carries its source, and dissent stands beside it.</summary>
public sealed record Claim : ITrafficBody
{
    public string? Text { get; init; }
    public string? Source { get; init; }
    /// <summary>True when the author knows that others contest it.</summary>
    public bool? Contested { get; init; }

    public string? Problem() => Check.Required("text", Text, Check.LongText) ?? Check.Text("source", Source);
}
