using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Station.Api;

/// <summary>
/// What the endpoints of traffic ask of the running station, beyond <see cref="IStationOperations"/>; the same rules hold for every method. Acts themselves
/// go through <see cref="IStationOperations.AppendAsync"/>, which checks seat, step and second officer.
/// </summary>
internal interface ITrafficOperations
{
    /// <summary>What stands on a line now, or as it stood at a time: of what had been written by then, by that time's clock.</summary>
    Task<Outcome<TrafficView>> TrafficAsync(LineId line, DateTimeOffset? at, CancellationToken ct);

    /// <summary>The item that an entry belongs to, where it is open or was settled lately.</summary>
    Outcome<ItemView> Item(LineId line, EntryId entry);

    /// <summary>The five facts of any entry, however old.</summary>
    Task<Outcome<ReceiptsView>> ReceiptsAsync(LineId line, EntryId entry, CancellationToken ct);

    /// <summary>The contact history as of a time (now when null). Reads the record once; appends go on meanwhile.</summary>
    Task<Outcome<ChronologyView>> ChronologyAsync(LineId line, DateTimeOffset? at, string? with, bool? exercise, CancellationToken ct);

    /// <summary>The proof (c2sp.org/tlog-proof@v1) on the checkpoint with which <paramref name="by"/> first cosigned the entry.</summary>
    Outcome<string> DeliveryProof(LineId line, EntryId entry, PartyId by);

    /// <summary>Activities, areas and movements that stand on a line, drafts among them.</summary>
    Outcome<IReadOnlyList<PlanView>> Plans(LineId line);

    /// <summary>The same volumes as a GeoJSON FeatureCollection.</summary>
    Outcome<string> PlansAsGeoJson(LineId line);
    /// <summary>What is in force as Cursor-on-Target events; refused unless the settings allow it.</summary>
    Outcome<string> PlansAsCursorOnTarget(LineId line);
    /// <summary>Cursor-on-Target events as drafts of activities, one for each.</summary>
    Task<Outcome<IReadOnlyList<DraftView>>> KeepCursorOnTargetAsync(LineId line, string document, Officer? by);

    /// <summary>What conflicts on a line, the earliest first.</summary>
    Outcome<IReadOnlyList<ConflictView>> Conflicts(LineId line);

    /// <summary>What volumes would conflict with, on one line or on all of this station's; nothing of the question leaves the station.</summary>
    Outcome<CheckAnswer> Check(CheckRequest request);

    /// <summary>Each party's watch on a line.</summary>
    Outcome<IReadOnlyList<WatchView>> Watches(LineId line);

    /// <summary>The alarms that stand, the most urgent first; of one line, or of all.</summary>
    /// <summary>What this party's watch on a line was offered as, where it stands offered.</summary>
    Handover? Offered(LineId line);

    IReadOnlyList<AlarmView> Alarms(LineId? line, bool quiet);

    /// <summary>Takes an alarm down until it reaches its next level. What it is about stays as it is.</summary>
    Task<Outcome<AlarmView>> AcknowledgeAlarmAsync(string alarm, Officer by);

    /// <summary>Keeps an act for another officer to release. Refused where it could not be recorded even with a second officer.</summary>
    Task<Outcome<ProposalView>> ProposeAsync(LineId line, EntryDraft draft, CancellationToken ct);

    IReadOnlyList<ProposalView> Proposals();

    /// <summary>What was refused or taken back lately, the newest first.</summary>
    IReadOnlyList<RefusedProposalView> RefusedProposals();

    /// <summary>Puts a proposal on the record; its second officer must be another person than the first. Judged again, as the line stands by now.</summary>
    Task<Outcome<Appended>> ReleaseAsync(string proposal, Officer by, TimeSpan? wait, CancellationToken ct);

    /// <summary>Drops a proposal: nothing of it comes on the record.</summary>
    Task<Outcome<RefusedProposalView>> RefuseAsync(string proposal, Officer by, string? reason, CancellationToken ct);

    IReadOnlyList<DraftView> Drafts();

    /// <summary>Keeps a draft, a new one when <paramref name="draft"/> is null, whatever is wrong with it (P7).</summary>
    Task<Outcome<DraftView>> KeepDraftAsync(string? draft, DraftRequest request);

    Task<Outcome<DraftView>> DeleteDraftAsync(string draft);

    /// <summary>What a handover on this line lists: what is open on it; on the journal, what is open on every line.</summary>
    IReadOnlyList<Parley.Traffic.Bodies.OpenItem> OpenFor(LineId line);
}
