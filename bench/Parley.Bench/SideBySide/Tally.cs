using System.Diagnostics;

namespace Parley.Bench.SideBySide;

/// <summary>What one round came to, counted over the messages at load.</summary>
internal sealed record Tally
{
    internal required int Sent { get; init; }

    /// <summary>Its author was told: recorded by a station; acknowledged by the own XMPP server.</summary>
    internal required int Accepted { get; init; }

    /// <summary>Its author was told that the other side answers for it; null where nobody is told so.</summary>
    internal required int? Sealed { get; init; }

    /// <summary>Accepted, and shown to the recipient's client once, however often and by whichever way it
    /// came.</summary>
    internal required int Once { get; init; }

    /// <summary>Shown more than once, as messages of their own.</summary>
    internal required int Doubled { get; init; }

    /// <summary>The fewest that would have to stand elsewhere for each author's messages to be in order.</summary>
    internal required int OutOfOrder { get; init; }

    /// <summary>Accepted, never shown, and its author got it back as an error.</summary>
    internal required int LostAndTold { get; init; }

    /// <summary>Accepted, never shown, and its author was told nothing.</summary>
    internal required int LostInSilence { get; init; }

    /// <summary>Its author got it back as an error, and the recipient has it: it was there all the same, or was sent
    /// again.</summary>
    internal required int ReturnedAndThere { get; init; }
    internal required double SteadyAccepted { get; init; }
    internal required double SteadySeen { get; init; }
    internal required double OverAll { get; init; }

    /// <summary>From the start of the recipient's server until the last message came.</summary>
    internal required TimeSpan CaughtUp { get; init; }
    internal required Spread SingleAccepted { get; init; }
    internal required Spread SingleSealed { get; init; }
    internal required Spread SingleSeen { get; init; }
    internal required Spread LoadAccepted { get; init; }
    internal required Spread LoadSealed { get; init; }
    internal required Spread LoadSeen { get; init; }

    internal static Tally Of(
        Course course,
        Sightings sightings,
        IReadOnlyList<int> shown,
        bool seals,
        long killed,
        long returned
    )
    {
        var all = Enumerable.Range(course.FirstOfLoad, course.Load).ToList();
        var copies = new int[course.Total];
        var ofSender = Enumerable.Range(0, Course.Senders).Select(_ => new List<int>()).ToList();
        foreach (var number in shown)
        {
            if ((uint)number >= course.Total)
                throw new BenchFailure($"nobody sent message {number}");
            if (copies[number]++ == 0 && number >= course.FirstOfLoad)
                ofSender[number % Course.Senders].Add(number);
        }
        var began = all.Where(n => sightings.SentAt(n) != 0).Min(sightings.SentAt);
        var last = all.Where(sightings.WasSeen).Max(sightings.SeenAt);
        // Steady: sent and seen before the kill.
        var accepted = all.Where(n => sightings.WasAccepted(n) && sightings.AcceptedAt(n) < killed).ToList();
        var seen = all.Where(n => sightings.WasSeen(n) && sightings.SeenAt(n) < killed).ToList();
        var sealedThen = all.Where(n => sightings.WasSealed(n) && sightings.SealedAt(n) < killed).ToList();
        var steady = Stopwatch.GetElapsedTime(began, killed).TotalSeconds;
        var single = Enumerable.Range(course.Warm, course.Single).ToList();
        bool Lost(int n) => sightings.WasAccepted(n) && copies[n] == 0;
        return new Tally
        {
            Sent = all.Count(n => sightings.SentAt(n) != 0),
            Accepted = all.Count(sightings.WasAccepted),
            Sealed = seals ? all.Count(sightings.WasSealed) : null,
            Once = all.Count(n => sightings.WasAccepted(n) && copies[n] == 1),
            Doubled = all.Count(n => copies[n] > 1),
            OutOfOrder = ofSender.Sum(own => own.Count - LongestInOrder(own)),
            LostAndTold = all.Count(n => Lost(n) && sightings.WasReturned(n)),
            LostInSilence = all.Count(n => Lost(n) && !sightings.WasReturned(n)),
            ReturnedAndThere = all.Count(n => copies[n] > 0 && sightings.WasReturned(n)),
            SteadyAccepted = accepted.Count / steady,
            SteadySeen = seen.Count / steady,
            OverAll = all.Count(n => copies[n] > 0) / Stopwatch.GetElapsedTime(began, last).TotalSeconds,
            CaughtUp = Stopwatch.GetElapsedTime(returned, last),
            SingleAccepted = Spread.Of(single.Select(sightings.ToAcceptance)),
            SingleSealed = Spread.Of(single.Where(sightings.WasSealed).Select(sightings.ToSeal)),
            SingleSeen = Spread.Of(single.Select(sightings.ToSight)),
            LoadAccepted = Spread.Of(accepted.Select(sightings.ToAcceptance)),
            LoadSealed = Spread.Of(sealedThen.Select(sightings.ToSeal)),
            LoadSeen = Spread.Of(seen.Select(sightings.ToSight)),
        };
    }

    /// <summary>How many of them, at most, stand in ascending order: for each length, the least number at which such a
    /// sequence may end.</summary>
    private static int LongestInOrder(List<int> numbers)
    {
        var ends = new List<int>();
        foreach (var number in numbers)
        {
            var at = ends.BinarySearch(number);
            if (~at == ends.Count)
                ends.Add(number);
            else if (at < 0)
                ends[~at] = number;
        }
        return ends.Count;
    }
}

/// <summary>Times in milliseconds: the median, and what 99 of 100 stay under. NaN where nothing was measured.</summary>
internal readonly record struct Spread(double Median, double High)
{
    internal static Spread Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(t => t.TotalMilliseconds).Order().ToList();
        return sorted.Count == 0
            ? new Spread(double.NaN, double.NaN)
            : new Spread(Report.Percentile(sorted, 0.5), Report.Percentile(sorted, 0.99));
    }
}
