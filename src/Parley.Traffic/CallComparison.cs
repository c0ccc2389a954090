using Parley.Traffic.Bodies;

namespace Parley.Traffic;

/// <summary>Something that two logs of one call do not say alike.</summary>
/// <param name="What">A member of the log, or what happened on the call.</param>
/// <param name="By">Whose doing it was; null for a member.</param>
/// <param name="One">What the one log says; null where it says nothing.</param>
/// <param name="Other">What the other says.</param>
public sealed record CallDifference(string What, string? By, string? One, string? Other);

/// <summary>Compares what two sides say of one call: each drafts its log from what its own station saw. What only one of
/// them can see, such as the path to it or a gap in what it heard, is no difference: nor is that somebody left, which a
/// side whose own officers are gone does not learn (R22).</summary>
public static class CallComparison
{
    /// <summary>Clocks, and the way of a message, may make so much of a difference.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromSeconds(10);

    private static readonly HashSet<string> Shared = new(StringComparer.Ordinal)
    {
        "joined",
        "held",
        "resumed",
        "words matched",
        "words differed",
        "recording began",
        "recording ended",
    };

    public static IReadOnlyList<CallDifference> Of(CallLog one, CallLog other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var found = new List<CallDifference>();
        Times(found, "started", one.Started, other.Started);
        Times(found, "ended", one.Ended, other.Ended);
        if (one.Minutes is { } minutes && other.Minutes is { } others && Math.Abs(minutes - others) > 1)
            found.Add(new CallDifference("minutes", null, Text(minutes), Text(others)));
        if (
            one.HoldSeconds is { } held
            && other.HoldSeconds is { } theirs
            && Math.Abs((double)held - theirs) > Apart.TotalSeconds
        )
            found.Add(new CallDifference("holdSeconds", null, Text(held), Text(theirs)));
        if (one.Participants.Count > 0 && other.Participants.Count > 0)
        {
            found.AddRange(
                one.Participants.Except(other.Participants).Select(p => new CallDifference("participants", p, p, null))
            );
            found.AddRange(
                other.Participants.Except(one.Participants).Select(p => new CallDifference("participants", p, null, p))
            );
        }
        if (one.Course.Count > 0 && other.Course.Count > 0)
            Courses(found, one.Course, other.Course);
        return found;
    }

    private static void Courses(
        List<CallDifference> found,
        IReadOnlyList<CallMoment> one,
        IReadOnlyList<CallMoment> other
    )
    {
        var rest = other.Where(m => Shared.Contains(m.What)).ToList();
        foreach (var moment in one.Where(m => Shared.Contains(m.What)))
        {
            var same = rest.FindIndex(m =>
                m.What == moment.What && m.By == moment.By && (m.At - moment.At).Duration() <= Apart
            );
            if (same >= 0)
                rest.RemoveAt(same);
            else
                found.Add(new CallDifference(moment.What, moment.By, Text(moment.At), null));
        }
        found.AddRange(rest.Select(m => new CallDifference(m.What, m.By, null, Text(m.At))));
    }

    private static void Times(List<CallDifference> found, string what, DateTimeOffset? one, DateTimeOffset? other)
    {
        if (one is { } a && other is { } b && (a - b).Duration() > Apart)
            found.Add(new CallDifference(what, null, Text(a), Text(b)));
    }

    private static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
