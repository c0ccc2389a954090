namespace Parley.Station.Exports;

/// <summary>Takes the files of an export in any order; a path is relative, with '/'.</summary>
internal interface IExportSink
{
    void Write(string path, ReadOnlySpan<byte> content);

    /// <summary>For what does not fit in memory (attachments): <paramref name="open"/> may be called more than once and
    /// each time gives the same <paramref name="length"/> bytes.</summary>
    void Write(string path, long length, Func<Stream> open);
}
