using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>The opening of lines.</summary>
internal interface ICeremony
{
    /// <summary>
    /// Makes a line document from our card and <see cref="OpenLine.Cards"/>, and accepts it here. Every other party
    /// needs a matching
    /// typed fingerprint (hex or words), else <see cref="Refusal.FingerprintsWanted"/> /
    /// <see cref="Refusal.FingerprintMismatch"/>
    /// and nothing is kept.
    /// </summary>
    Task<Outcome<OpenedLine>> OpenLineAsync(OpenLine request, CancellationToken ct);

    /// <summary>Accepts a line document made elsewhere; same rule for fingerprints. Accepting twice is no error: the
    /// same id comes back.</summary>
    Task<Outcome<LineId>> AcceptLineAsync(AcceptLine request, CancellationToken ct);
}
