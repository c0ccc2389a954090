using System.Collections.Frozen;

namespace Parley.Traffic;

/// <summary>The project's own figures where the line's policy says nothing: those marked [D] in the
/// requirements.</summary>
public static class TrafficDefaults
{
    /// <summary>A call request expires after (R20).</summary>
    public static readonly TimeSpan CallExpiry = TimeSpan.FromHours(48);

    /// <summary>How long a call of the watch rings; then nobody answered.</summary>
    public static readonly TimeSpan Ringing = TimeSpan.FromSeconds(60);

    /// <summary>An answer to a clarification is due within (R10).</summary>
    public static readonly TimeSpan ClarificationClock = TimeSpan.FromHours(48);

    /// <summary>A meeting is to be held within (R10).</summary>
    public static readonly TimeSpan MeetingClock = TimeSpan.FromHours(48);

    /// <summary>An automatic test that is answered later counts as late.</summary>
    public static readonly TimeSpan AutomaticTestAnswer = TimeSpan.FromMinutes(1);

    /// <summary>A staffed test that is answered later counts as late.</summary>
    public static readonly TimeSpan StaffedTestAnswer = TimeSpan.FromMinutes(10);

    /// <summary>A test without an answer is given up as unanswered after.</summary>
    public static readonly TimeSpan TestGivenUp = TimeSpan.FromHours(1);

    /// <summary>A protected site is checked again after (R14).</summary>
    public static readonly TimeSpan SiteCheck = TimeSpan.FromDays(90);

    /// <summary>The proposal of a blind check is answered within, where it does not say.</summary>
    public static readonly TimeSpan BlindAnswer = TimeSpan.FromDays(1);

    /// <summary>A blind check that was accepted and has not ended by then is over.</summary>
    public static readonly TimeSpan BlindRun = TimeSpan.FromHours(2);

    /// <summary>Length of a watch (R6).</summary>
    public static readonly TimeSpan Watch = TimeSpan.FromHours(8);

    /// <summary>A name and a position further apart are flagged, in metres (R13).</summary>
    public const double ReadBackToleranceMetres = 1_000;

    /// <summary>By template: how long before it begins a notice is to be given (R12).</summary>
    public static readonly FrozenDictionary<string, TimeSpan> LeadTimes = new Dictionary<string, TimeSpan>(
        StringComparer.Ordinal
    )
    {
        ["launch"] = TimeSpan.FromHours(24),
        ["hazard"] = TimeSpan.FromDays(3),
        ["exercise"] = TimeSpan.FromDays(42),
        ["activity"] = TimeSpan.Zero,
        ["observed"] = TimeSpan.Zero,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
