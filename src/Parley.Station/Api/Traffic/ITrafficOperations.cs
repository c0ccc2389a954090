using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Station.Api;

/// <summary>
/// What the endpoints of traffic ask of the running station, beyond what every station has; the same rules hold for every method. Acts themselves
/// go through <see cref="Desks.ISendDesk.AppendAsync"/>, which checks seat, step and second officer.
/// </summary>
internal interface ITrafficOperations
{
    /// <summary>What stands on a line now, or as it stood at a time: of what had been written by then, by that time's
    /// clock.</summary>
    Task<Outcome<TrafficView>> TrafficAsync(LineId line, DateTimeOffset? at, OpenPage page, CancellationToken ct);

    /// <summary>The item that an entry belongs to, where it is open or was settled lately.</summary>
    Outcome<ItemView> Item(LineId line, EntryId entry);

    /// <summary>The five facts of any entry, however old.</summary>
    Task<Outcome<ReceiptsView>> ReceiptsAsync(LineId line, EntryId entry, CancellationToken ct);

    /// <summary>The contact history as of a time (now when null). Reads the record once; appends go on
    /// meanwhile.</summary>
    Task<Outcome<ChronologyView>> ChronologyAsync(
        LineId line,
        DateTimeOffset? at,
        string? with,
        bool? exercise,
        CancellationToken ct
    );

    /// <summary>The proof (c2sp.org/tlog-proof@v1) on the checkpoint with which <paramref name="by"/> first cosigned
    /// the entry.</summary>
    Outcome<string> DeliveryProof(LineId line, EntryId entry, PartyId by);

    /// <summary>Each party's watch on a line.</summary>
    Outcome<IReadOnlyList<WatchView>> Watches(LineId line);

    /// <summary>The alarms that stand, the most urgent first; of one line, or of all.</summary>
    IReadOnlyList<AlarmView> Alarms(LineId? line, bool quiet);

    /// <summary>Takes an alarm down until it reaches its next level. What it is about stays as it is.</summary>
    Task<Outcome<AlarmView>> AcknowledgeAlarmAsync(string alarm, Officer by);
}

/// <summary>What of a document of Cursor-on-Target events was kept, and a word for each event that is no
/// area.</summary>
internal sealed record KeptEvents(IReadOnlyList<DraftView> Drafts, IReadOnlyList<string> PassedOver);
