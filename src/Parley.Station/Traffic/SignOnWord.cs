using Parley.Record;

namespace Parley.Station.Traffic;

/// <summary>What officers said about signing on, as it is kept: the first one's word until a second says the same, then
/// both for good.</summary>
/// <param name="Without">Peers that have not shown what they hold and are not waited for.</param>
/// <param name="MetAt">When the foreign entries were met that it is about; null where it is only about waiting.</param>
internal sealed record SignOnWord(
    LineId Line,
    Officer First,
    Officer? Second,
    DateTimeOffset At,
    string? Reason,
    IReadOnlyList<PartyId> Without,
    DateTimeOffset? MetAt,
    ulong? Held,
    ulong? Proven
)
{
    /// <summary>Lines on which a first word may stand at a time.</summary>
    internal const int Max = 1_000;
    internal const string Prefix = "sign-on/";

    /// <summary>How long a first officer's word waits for a second one.</summary>
    internal static readonly TimeSpan Stands = TimeSpan.FromDays(1);

    internal SignOnView View() => new(Line, Second is not null, First, Second, At, Reason, Without);
}
