using Parley.Record;
using Parley.Station.Exports;

namespace Parley.Station.Desks;

/// <summary>An export whose extent is fixed. Write runs on the caller's thread and blocks on the sink.</summary>
internal abstract class LineExport
{
    /// <summary>Entries over all feeds, for a progress bar.</summary>
    internal abstract ulong Entries { get; }
    internal abstract LineId Line { get; }

    /// <summary>Writes every file of the evidence layout (design.md §3) once. Cancellation throws; a half-written sink
    /// is the caller's to discard.</summary>
    internal abstract void Write(IExportSink sink, CancellationToken ct);
}
