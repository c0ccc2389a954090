using Parley.Record;

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

/// <summary>Takes the files of an export in any order; a path is relative, with '/'.</summary>
internal interface IExportSink
{
    void Write(string path, ReadOnlySpan<byte> content);

    /// <summary>For what does not fit in memory (attachments): <paramref name="open"/> may be called more than once and
    /// each time gives the same <paramref name="length"/> bytes.</summary>
    void Write(string path, long length, Func<Stream> open);
}
