using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Contract;

/// <summary>What is to be compared, in plain units. The separation is the line's.</summary>
/// <param name="Area">[west, south, east, north] in degrees; east lies below west where the area crosses the
/// antimeridian.</param>
/// <param name="CellMetres">Side of a cell.</param>
/// <param name="FloorMetres">Metres above the WGS 84 ellipsoid. The lowest and the highest layer have no outer
/// end.</param>
/// <param name="With">The party that is asked; may be left out on a line of two.</param>
/// <param name="Activities">Which of our own, of this line or the journal; null for all that stand.</param>
/// <param name="Volumes">Further volumes (Volume4D objects) that stand nowhere else; they never leave the
/// station.</param>
public sealed record BlindTermsRequest(
    double[] Area,
    DateTimeOffset From,
    DateTimeOffset Until,
    double CellMetres = 1_000,
    double FloorMetres = 0,
    double CeilingMetres = 12_000,
    double LayerMetres = 600,
    long SlotSeconds = 900,
    PartyId? With = null,
    IReadOnlyList<BlindPick>? Activities = null,
    JsonElement? Volumes = null,
    string? Note = null,
    DateTimeOffset? Expires = null,
    Officer? By = null,
    Mark Mark = Mark.Actual
);

public sealed record BlindAcceptRequest(
    IReadOnlyList<BlindPick>? Activities = null,
    JsonElement? Volumes = null,
    Officer? By = null
);

public sealed record BlindStopRequest(Officer? By = null);

/// <summary>A check that waits for our second officer, and what our set would be.</summary>
/// <param name="Cells">Cells that our chosen activities touch; the other side learns the size to which they are padded,
/// <paramref name="Bucket"/>.</param>
public sealed record BlindPrepared(
    ProposalView Proposal,
    int Cells,
    int Bucket,
    IReadOnlyList<BlindCompared> Compared,
    BlindProfileView Profile
);

/// <summary>The profile in plain units; degrees, metres above the ellipsoid, UTC.</summary>
/// <param name="CellMetres">Height and, at the area's middle, width of a cell.</param>
/// <param name="Rows">Cells of the grid in each dimension.</param>
public sealed record BlindProfileView(
    double West,
    double South,
    double East,
    double North,
    double[] CellMetres,
    double FloorMetres,
    double CeilingMetres,
    double LayerMetres,
    DateTimeOffset From,
    DateTimeOffset Until,
    long SlotSeconds,
    double SeparationMetres,
    double SeparationHeightMetres,
    long SeparationSeconds,
    long Rows,
    long Columns,
    long Layers,
    long Slots,
    string Hash
);

/// <param name="Phase">waiting, preparing, committing, comparing or ended.</param>
/// <param name="Done">Chunks of 256 points.</param>
public sealed record BlindProgressView(string Phase, int Done, int Total);

public sealed record BlindCommitmentView(PartyId Party, EntryId Entry, int Bucket, string Commitment, string PublicKey);

public sealed record BlindFindingView(PartyId Party, EntryId Entry, string Digest, int Shared, bool Suspicious);

public sealed record BlindEndView(PartyId Party, EntryId? Entry, string Reason, bool ByPeer, string? Note);

/// <summary>A cell: box in degrees, band in metres above the ellipsoid, window; null where it has no end.</summary>
public sealed record BlindCellView(
    double West,
    double South,
    double East,
    double North,
    double? LowerMetres,
    double? UpperMetres,
    DateTimeOffset From,
    DateTimeOffset Until
);

/// <summary>What this party knows of what was found. The other party's plans are in it only as far as they share these
/// cells.</summary>
/// <param name="Cells">At most <see cref="MaxCells"/> of them; all are in the GeoJSON.</param>
/// <param name="OwnCells">Cells that we brought.</param>
/// <param name="PeerBucket">The size to which the other side's set was padded.</param>
public sealed record BlindResultView(
    DateTimeOffset At,
    int Shared,
    IReadOnlyList<BlindCellView> Cells,
    int OwnCells,
    int PeerBucket,
    bool Suspicious,
    string Digest,
    IReadOnlyList<BlindCompared> Compared,
    string Caution
)
{
    internal const int MaxCells = 1_000;
    internal const string Words =
        "compared were only the cells that both parties chose to bring, within this area, band and window; it says nothing of what was not brought";
}

/// <summary>A blind check as it stands.</summary>
/// <param name="With">The party that is asked; null where the proposal is not for this party.</param>
/// <param name="Problem">Why the proposed profile cannot be compared by here.</param>
/// <param name="Progress">Of a run that is under way at this station.</param>
/// <param name="Result">Null before both sides agree, and at every other station.</param>
public sealed record BlindView(
    EntryId Entry,
    LineId Line,
    string State,
    DateTimeOffset Since,
    DateTimeOffset? Due,
    PartyId Opener,
    PartyId? With,
    string? Note,
    BlindProfileView? Profile,
    string? Problem,
    string? Run,
    IReadOnlyList<BlindCommitmentView> Commitments,
    IReadOnlyList<BlindFindingView> Findings,
    IReadOnlyList<BlindEndView> Ends,
    BlindProgressView? Progress,
    BlindResultView? Result
);

/// <param name="Spent">Cells that others asked of us on this line on <paramref name="Day"/> (UTC), with
/// padding.</param>
public sealed record BlindBudgetView(DateOnly Day, long Spent, long PerDay);

public sealed record BlindListView(BlindBudgetView Budget, IReadOnlyList<BlindView> Checks);

/// <summary>Data of a <c>blind</c> event: how far a run is.</summary>
public sealed record BlindData(LineId Line, EntryId Entry, string Phase, int Done, int Total, string? Reason);

/// <summary>An activity that an officer chose for a check.</summary>
public sealed record BlindPick(LineId Line, EntryId Entry);

/// <summary>One thing that was compared: an activity, or volumes given for the check.</summary>
/// <param name="Whole">False where a part of it lies outside the area or the window: that part was not
/// compared.</param>
public sealed record BlindCompared(
    LineId? Line,
    EntryId? Entry,
    string? Name,
    int Volumes,
    bool Whole,
    int Cells,
    int Shared
);
