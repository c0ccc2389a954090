using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>That an entry was delivered to a party: the time in that party's cosignature, and which.</summary>
/// <param name="At">The time that the cosignature states.</param>
/// <param name="By">Who cosigned.</param>
/// <param name="Size">Size of the checkpoint that it is on: it covers every entry below.</param>
/// <param name="Cosignature">The signature line of the note (C2SP tlog-cosignature), where it is still kept.</param>
public sealed record Delivery(DateTimeOffset At, PartyId By, ulong Size, string? Cosignature)
{
    /// <summary>When the cosignature came here; null where that is not known.</summary>
    public DateTimeOffset? Arrived { get; init; }
}

/// <summary>One attempt to bring about a call, and what became of it.</summary>
public sealed record Attempt
{
    public required LineId Line { get; init; }
    public required EntryId Entry { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>What the request is marked.</summary>
    public required Mark Mark { get; init; }
    public required IReadOnlyList<Principal> Between { get; init; }
    public string? Topic { get; init; }

    /// <summary>waiting, accepted, countered, declined, subject refused, withdrawn, held, or no answer.</summary>
    public required string Outcome { get; init; }

    /// <summary>The entry that answered, and when.</summary>
    public EntryId? Answer { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public DateTimeOffset Expires { get; init; }

    /// <summary>True where the request is dated later than the chronology: its author's clock was ahead.</summary>
    public bool IsDatedAhead { get; init; }

    /// <summary>By the other parties of the line, in order of their names.</summary>
    public IReadOnlyList<Delivery> Delivered { get; init; } = [];

    /// <summary>True where an addressee had it before it expired, by the time in the cosignature or when that came
    /// here, whichever is earlier: else nobody could have answered.</summary>
    public bool CouldBeAnswered => Delivered.Any(d => (d.Arrived < d.At ? d.Arrived.Value : d.At) < Expires);

    /// <summary>True while nobody has accepted it: it was neither accepted, held, nor taken back.</summary>
    public bool Stands =>
        Outcome
            is not (
                CallFamily.Accepted
                or CallFamily.Held
                or CallFamily.UnderWay
                or CallFamily.Withdrawn
                or CallFamily.BrokenOff
            );

    /// <summary>What a call's request came to by a time.</summary>
    internal static Attempt Of(
        LineId line,
        Item call,
        IReadOnlyList<Principal> between,
        IReadOnlyList<PartyId> parties,
        DateTimeOffset at,
        Func<LineId, EntryId, PartyId, Delivery?> delivery
    )
    {
        var request = call.Root.Body as CallRequest ?? (call.Root.Body as CallAcceptance)?.Outside;
        var answer = call.Applied.Skip(1).FirstOrDefault(e => e.Header.From != call.Root.Header.From);
        return new Attempt
        {
            Line = line,
            Entry = call.Id,
            At = call.Root.Header.At,
            IsDatedAhead = call.Root.Header.At > at,
            Mark = call.Root.Header.Mark,
            Between = between,
            Topic = request?.Topic ?? (call.Root.Body as CallOpening)?.Topic,
            Outcome = call.State switch
            {
                CallFamily.Expired => Chronology.NoAnswer,
                CallFamily.Requested => Chronology.Waiting,
                var state => state,
            },
            Answer = answer?.Id,
            AnsweredAt = answer?.Header.At,
            Expires =
                request?.Expires
                ?? call.Root.Header.At.Plus(
                    call.Root.Header.Kind == Kinds.CallOpened ? TrafficDefaults.Ringing : TrafficDefaults.CallExpiry
                ),
            Delivered =
            [
                .. parties
                    .Where(p => p != call.Root.Header.From)
                    .Select(p => delivery(line, call.Id, p))
                    .OfType<Delivery>()
                    .Where(d => d.At <= at)
                    .OrderBy(d => d.By.Value, StringComparer.Ordinal),
            ],
        };
    }
}

/// <summary>One call that was held.</summary>
/// <param name="Entry">The first log of it.</param>
/// <param name="Mark">What that log is marked.</param>
/// <param name="SaidBy">Who says that it was held: the author of that log first, then those who logged it too, or wrote
/// of it in a readout.</param>
/// <param name="Confirmed">True when all that spoke say so; until then it is one side's word. TRAFFIC-52.</param>
public sealed record Contact(
    LineId Line,
    EntryId Entry,
    DateTimeOffset At,
    Mark Mark,
    IReadOnlyList<Principal> Between,
    int? Minutes,
    string? Outcome,
    Attempt? Attempt,
    IReadOnlyList<PartyId> SaidBy,
    bool Confirmed
);

/// <summary>One readout of a call or beside one.</summary>
public sealed record ReadoutNote(
    LineId Line,
    EntryId Entry,
    DateTimeOffset At,
    Mark Mark,
    PartyId By,
    string State,
    IReadOnlyList<EntryId> About
);
