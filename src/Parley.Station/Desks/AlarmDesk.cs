using Parley.Record;
using Parley.Station.Traffic;
using Parley.Traffic;

namespace Parley.Station.Desks;

/// <summary>Alarms as officers hear, see and silence them.</summary>
internal sealed class AlarmDesk(Premises premises, AlarmBoard board, EventHub hub, AlarmWords words)
{
    /// <summary>Set by <see cref="Begin"/>: a record that is only read has no use for alarms.</summary>
    private volatile bool isOn;

    internal void Begin() => isOn = true;

    /// <summary>The alarms that stand, the most urgent first; of one line, or of all.</summary>
    internal IReadOnlyList<AlarmView> Standing(LineId? line, bool quiet) => words.With(board.Standing(line, quiet));

    /// <summary>Takes an alarm down until it reaches its next level. What it is about stays as it is.</summary>
    internal async Task<Outcome<AlarmView>> AcknowledgeAsync(string alarm, Officer by)
    {
        if (by.Seat is not (Seats.Watch or Seats.Principal))
            return new Refusal(
                AuthorCheck.WrongSeat,
                $"the seat '{by.Seat}' takes no alarm down: that is for {Seats.Watch} or {Seats.Principal}",
                403
            );
        return await board.AcknowledgeAsync(alarm, by, premises.Now);
    }

    /// <summary>What is urgent rings whatever the fold and the pass are at.</summary>
    internal void Ring(LineDocument document, EntryHeader header)
    {
        var now = premises.Now;
        if (
            isOn
            && AlarmCauses.OfArrival(header, document, premises.Self, now) is { } rings
            && board.Ring(document.Id, rings, document.Cards.Count, now) is { } alarm
        )
            hub.Publish(new StationEvent.Alarm(alarm));
    }

    /// <summary>Puts up what a line gives cause for now, takes down the rest of that line, and tells what is
    /// new.</summary>
    /// <param name="line">The line.</param>
    /// <param name="causes">All of them, as far as the line is folded.</param>
    /// <param name="now">The time.</param>
    /// <param name="folded">Entries of each feed that these causes know of; null where they know of none.</param>
    internal void Put(
        LineId line,
        IReadOnlyList<AlarmCause> causes,
        DateTimeOffset now,
        IReadOnlyDictionary<PartyId, ulong>? folded
    )
    {
        foreach (var alarm in board.Put(line, causes, now, folded))
            hub.Publish(new StationEvent.Alarm(alarm));
    }
}
