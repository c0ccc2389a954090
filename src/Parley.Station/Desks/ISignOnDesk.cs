using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>Where this station may not sign until officers decide.</summary>
internal interface ISignOnDesk
{
    /// <summary>
    /// One officer's word that this station may sign on, on a line where it waits; the second one's word, saying the
    /// same, decides. Kept until then, over restarts, for a day.
    /// </summary>
    Task<Outcome<SignOnView>> SignOnAsync(LineId line, SignOnRequest request, Officer by, CancellationToken ct);
}
