using Parley.Record;

namespace Parley.Traffic;

/// <summary>The contact history of a line as of a time: attempts, answers, calls, silences.</summary>
public sealed record Chronology
{
    public required LineId Line { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? With { get; init; }

    /// <summary>True when this is the history of an exercise; the actual one is told apart, and never both in one.
    /// TRAFFIC-51.</summary>
    public bool Exercise { get; init; }

    /// <summary>Attempts, contacts and readouts that belong to the other of the two.</summary>
    public int LeftOut { get; init; }
    public required IReadOnlyList<Attempt> Attempts { get; init; }
    public required IReadOnlyList<Contact> Contacts { get; init; }
    public required IReadOnlyList<ReadoutNote> Readouts { get; init; }

    /// <summary>Requests since the last contact that stand without an acceptance, by the party that made
    /// them.</summary>
    public required IReadOnlyDictionary<PartyId, int> Standing { get; init; }
    public Contact? Last { get; init; }

    /// <summary>The contact before <see cref="Last"/> between the same offices.</summary>
    public Contact? Previous { get; init; }

    public int StandingRequests => Standing.Values.Sum();

    /// <summary>Calendar days, UTC.</summary>
    public int? DaysSinceLastContact => Last is null ? null : Days(Last.At, At);
    public int? DaysBetweenContacts => Last is null || Previous is null ? null : Days(Previous.At, Last.At);

    /// <summary>Delivered in time to be answered, and neither answered nor taken back: silence, neither a broken wire
    /// nor a request that was dated to have expired when it came.</summary>
    public IEnumerable<Attempt> Silences => Attempts.Where(a => a.Outcome is NoAnswer or Waiting && a.CouldBeAnswered);

    public const string NoAnswer = "no answer",
        Waiting = "waiting";

    private static int Days(DateTimeOffset from, DateTimeOffset to) =>
        (to.UtcDateTime.Date - from.UtcDateTime.Date).Days;
}
