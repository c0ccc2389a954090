namespace Parley.Record;

/// <summary>
/// When a line is suspended, and what it takes then. The link, which refuses what must not be written, and the view of
/// what stands on the line both ask
/// here, so that what is flagged as of no effect has none. Headers decide it; a reason that cannot be read takes
/// nothing from the step. TRAFFIC-17, LINK-32.
/// </summary>
public static class Suspension
{
    /// <summary>Kind of the entry by which a party suspends the line.</summary>
    public const string Suspended = "line.suspended";

    /// <summary>Kind of the entry by which a party takes its suspension back.</summary>
    public const string Resumed = "line.resumed";

    private static readonly string[] PassingKinds = ["line.", "test.", "watch."];

    /// <summary>True for the two kinds that change whether a party suspends the line.</summary>
    public static bool IsStep(string kind) => kind is Suspended or Resumed;

    /// <summary>
    /// True for what a suspended line takes. A FLASH passes, so its acknowledgement must; who is there must be known
    /// for it. A test passes by what it is, not by
    /// its mark, which anything can carry. LINK-32.
    /// </summary>
    public static bool Passes(string kind, Precedence precedence) =>
        precedence == Precedence.Flash
        || kind is "message.acknowledged" or "attachment.received" or "body.missing"
        || Array.Exists(PassingKinds, k => kind.StartsWith(k, StringComparison.Ordinal));

    /// <summary>Why a step has no effect; null when it has.</summary>
    /// <param name="policy">The line's: it says whether the step takes two officers.</param>
    /// <param name="by">Who wrote it.</param>
    /// <param name="kind">One of the two.</param>
    /// <param name="stands">True when the party suspends the line before the step.</param>
    public static string? Refuse(LinePolicy policy, Officer by, string kind, bool stands)
    {
        if (
            policy.TwoPeople.Contains(LinePolicy.Suspension)
            && by.LacksSecond(LinePolicy.Suspension, policy.Fold) is { } alone
        )
            return alone;
        return kind == Suspended && stands ? "the party suspends the line already"
            : kind == Resumed && !stands ? "the party does not suspend the line: there is nothing of it to resume"
            : null;
    }
}
