namespace Parley.Conformance;

/// <summary>One thing that a station is to do.</summary>
/// <param name="Clause">The clause of docs/protocol that says so.</param>
/// <param name="Name">A sentence.</param>
/// <param name="RunAsync">Gives what was seen instead; null where the station did it.</param>
internal sealed record Check(
    string Clause,
    string Name,
    Func<ConformanceSession, CancellationToken, Task<string?>> RunAsync
)
{
    /// <summary>Takes minutes, or thousands of requests.</summary>
    internal bool IsLong { get; init; }

    /// <summary>Somebody at the station must do something. <see cref="ConformanceOptions.Officer"/></summary>
    internal bool NeedsOfficer { get; init; }

    /// <summary>Of checks of one such name, those after the first stand on it: where it did not pass, they are not
    /// tried.</summary>
    internal string? StandsOn { get; init; }

    /// <summary>What is needed for all that follow: where it fails, they are not tried.</summary>
    internal bool IsNeeded { get; init; }
}

/// <summary>What a check finds where the station did something else.</summary>
internal static class Finding
{
    internal static string? Status(Peer.Answer answer, params int[] allowed) =>
        allowed.Contains(answer.Status) ? null : $"answered {answer.Shown}, wanted {string.Join(" or ", allowed)}";

    internal static string? Unless(bool holds, string otherwise) => holds ? null : otherwise;
}
