using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic;

/// <summary>
/// When this station tests a line by itself, and which tests of others it answers by itself (R1). It never stops
/// trying, and it never floods: one test
/// in each interval, the first a whole interval after the start, and of a peer's tests only the newest is answered.
/// Called by one pass at a time.
/// </summary>
public sealed class LineTester(TimeSpan interval, DateTimeOffset startedAt)
{
    /// <summary>The seat and name under which a station writes by itself.</summary>
    public static Officer Station { get; } = new(Seats.Watch, "station");

    /// <summary>A peer that sends tests faster than this gets no answer for each.</summary>
    private static readonly TimeSpan BetweenAnswers = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(1);

    /// <summary>However grave the condition, tests come no closer than this.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    private readonly TimeSpan agreed = interval;
    private TimeSpan current = interval;
    private readonly Dictionary<PartyId, DateTimeOffset> answered = [];

    /// <summary>When the next one goes out.</summary>
    public DateTimeOffset Next { get; private set; } = startedAt.Plus(interval);

    /// <summary>In a heightened condition the line is tested twice as often, in a crisis four times (E6).</summary>
    public void SetCondition(string? level, DateTimeOffset now)
    {
        var wanted =
            agreed
            / level switch
            {
                "crisis" => 4,
                "heightened" => 2,
                _ => 1,
            };
        if (wanted < Least)
            wanted = Least < agreed ? Least : agreed;
        if (wanted == current)
            return;
        current = wanted;
        if (Next - now > current)
            Next = now.Plus(current);
    }

    /// <summary>True when a test is to be sent now; the next is an interval later, whatever became of this
    /// one.</summary>
    public bool IsDue(DateTimeOffset now)
    {
        if (Next - now > current)
            Next = now.Plus(current); // the clock was set back
        if (now < Next)
            return false;
        Next = now.Plus(current);
        return true;
    }

    /// <summary>It could not be recorded.</summary>
    public void Failed(DateTimeOffset now) => Next = now.Plus(current < TryAgain ? current : TryAgain);

    /// <summary>The newest automatic tests of others that this station has not answered and that still wait for
    /// it.</summary>
    public IReadOnlyList<EntryHeader> ToAnswer(
        PartyId self,
        LineDocument document,
        LineView view,
        TestBook tests,
        DateTimeOffset now
    )
    {
        var found = new List<EntryHeader>();
        foreach (var peer in document.Parties.Where(p => p != self))
        {
            if (answered.TryGetValue(peer, out var last) && now >= last && now - last < BetweenAnswers)
                continue;
            if (
                tests.Newest(peer) is not { } newest
                || view.ItemOf(newest, now) is not { } item
                || item.Root.Body is not LineTest { Style: "automatic" }
            )
                continue;
            if (
                now - item.Root.Header.At >= TrafficDefaults.TestGivenUp
                || item.Applied.Any(e => e.Header.From == self)
            )
                continue;
            answered[peer] = now;
            found.Add(item.Root.Header);
        }
        return found;
    }
}
