using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Station.Blind;

/// <summary>What our officers chose to compare, kept from the proposal to the run under the nonce that stands in the
/// entry. Never leaves the station.</summary>
/// <param name="Activities">Null for all that are ours and stand, on the line and in the journal.</param>
/// <param name="Volumes">Further volumes, as Volume4D objects.</param>
/// <param name="Started">True once a run was begun with it: then it serves no second time.</param>
internal sealed record BlindChoice(
    LineId Line,
    DateTimeOffset At,
    IReadOnlyList<BlindPick>? Activities,
    JsonElement? Volumes,
    bool Started = false
)
{
    internal const string Prefix = "blind-choice/";
    internal const int Max = 256;

    /// <summary>Choices of proposals that came to nothing are forgotten after.</summary>
    internal static readonly TimeSpan Forgotten = TimeSpan.FromDays(7);
}

/// <summary>What was asked of us on one line on one day (BLIND-CHECK-7), as it is stored.</summary>
internal sealed record BlindSpent(DateOnly Day, long Spent)
{
    internal const string Prefix = "blind-budget/";
    internal const int Max = 10_000;
}

/// <summary>Our set for a run: the cells, and what they are the cells of.</summary>
internal sealed record BlindOwn(
    CellCover Cover,
    IReadOnlyList<(BlindCompared What, IReadOnlyList<Volume4D> Volumes)> Chosen
);

/// <summary>What was found, kept for our officers alone in a file of its own: the record has only its digest.</summary>
/// <param name="Shared">The cells, 16 bytes each, ascending.</param>
internal sealed record BlindKept(
    LineId Line,
    EntryId Check,
    string Run,
    PartyId With,
    DateTimeOffset At,
    BlindGrid Profile,
    string Digest,
    int OwnCells,
    int PeerBucket,
    bool Suspicious,
    IReadOnlyList<BlindCompared> Compared,
    byte[] Shared
)
{
    /// <summary>Largest file: every cell that a set can hold, in base64, and what was compared.</summary>
    internal const int MaxLength = 4 << 20;
    internal const string Folder = "blind";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    Converters = [typeof(LineIdJson), typeof(PartyIdJson), typeof(EntryIdJson), typeof(InstantJson)]
)]
[JsonSerializable(typeof(BlindChoice))]
[JsonSerializable(typeof(BlindSpent))]
[JsonSerializable(typeof(BlindKept))]
internal sealed partial class BlindKeptJson : JsonSerializerContext;
