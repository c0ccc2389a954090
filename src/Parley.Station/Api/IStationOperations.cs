using Parley.Record;

namespace Parley.Station.Api;

/// <summary>
/// What the HTTP API asks of the running station, and all that it knows of it. Two implementations: the station's runtime, and the
/// fake of the API's own tests. Every method is safe to call from any thread; none throws for what a caller sent (it gives a
/// <see cref="Refusal"/>), except <see cref="OperationCanceledException"/>.
/// </summary>
internal interface IStationOperations
{
    /// <summary>What the station says of itself. Cheap: no input or output.</summary>
    StationView Station();

    /// <summary>This station's card as the exact signed note bytes.</summary>
    ReadOnlyMemory<byte> Card();

    /// <summary>
    /// Makes a line document from our card and <see cref="OpenLine.Cards"/>, and accepts it here. Every other party needs a matching
    /// typed fingerprint (hex or words), else <see cref="Refusal.FingerprintsWanted"/> / <see cref="Refusal.FingerprintMismatch"/>
    /// and nothing is kept.
    /// </summary>
    Task<Outcome<OpenedLine>> OpenLineAsync(OpenLine request, CancellationToken ct);

    /// <summary>Accepts a line document made elsewhere; same rule for fingerprints. Accepting twice is no error: the same id comes back.</summary>
    Task<Outcome<LineId>> AcceptLineAsync(AcceptLine request, CancellationToken ct);

    /// <summary>All lines, by id.</summary>
    IReadOnlyList<LineSummary> Lines();
    Outcome<LineDetail> Line(LineId line);
    Outcome<LineStatus> LineStatus(LineId line);

    /// <summary>
    /// Appends one entry to our feed. Completes when it is durable here (<paramref name="wait"/> null), or when it is sealed or the
    /// time of <paramref name="wait"/> has passed, whichever is first: the passing of time is not a refusal, <see cref="Appended.Settled"/> tells.
    /// Cancelling gives up waiting only; an entry that is durable stays.
    /// </summary>
    Task<Outcome<Appended>> AppendAsync(LineId line, EntryDraft draft, TimeSpan? wait, CancellationToken ct);

    /// <summary>
    /// Appends all drafts in order, group-committed, with back-pressure on the source. Stops at the first refusal: what came before
    /// it stays appended (the refusal's reason says how many).
    /// </summary>
    Task<Outcome<AppendedBatch>> AppendBatchAsync(LineId line, IAsyncEnumerable<EntryDraft> drafts, TimeSpan? wait, CancellationToken ct);

    /// <summary>
    /// Stores a stream as an attachment entry of our feed (kind <see cref="AttachmentDraft.Kind"/>). The caller has limited
    /// <paramref name="content"/> to <see cref="Body.MaxAttachment"/> bytes; a failing read of it leaves nothing behind.
    /// </summary>
    Task<Outcome<Attached>> AttachAsync(LineId line, AttachmentDraft draft, Stream content, TimeSpan? wait, CancellationToken ct);

    /// <summary>Sends a message that is never logged or stored; answers per addressed party whether its station took it.</summary>
    Task<Outcome<IReadOnlyDictionary<PartyId, bool>>> SendOffRecordAsync(LineId line, OffRecordDraft draft, CancellationToken ct);
    /// <summary>The off-record messages held in memory, oldest first.</summary>
    Outcome<IReadOnlyList<OffRecordMessage>> OffRecord(LineId line);

    /// <summary>Entries of all feeds in order of arrival here, with arrival &gt; <paramref name="after"/>; <paramref name="limit"/> is 1..1000.</summary>
    Outcome<RecordPage> ReadRecord(LineId line, long after, int limit);
    /// <summary>The same from the other end: entries with arrival &lt; <paramref name="before"/>, the newest first; <see cref="RecordPage.Next"/> is what to pass next.</summary>
    Outcome<RecordPage> ReadRecordBefore(LineId line, long before, int limit);
    /// <summary>Entries that fit what is sought, the newest first. It looks at a bounded number of them, and says where it stopped.</summary>
    Outcome<RecordFindings> SearchRecord(LineId line, RecordQuery query, long before, int limit);
    Outcome<EntryDetail> ReadEntry(LineId line, EntryId entry);
    /// <summary>The body's bytes (without salt), inline or attachment. The stream is seekable; the caller disposes it.</summary>
    Outcome<BodyContent> OpenBody(LineId line, EntryId entry);
    /// <summary>The entry's proof in c2sp.org/tlog-proof@v1 form, against the newest checkpoint that is sealed (else the newest we hold).</summary>
    Outcome<string> BuildProof(LineId line, EntryId entry);

    /// <summary>Fixes what an export holds (sizes are taken now); nothing is written until <see cref="LineExport.Write"/>.</summary>
    Outcome<LineExport> BeginExport(LineId line, bool withBodies);

    Outcome<IReadOnlyList<ForkView>> Forks(LineId line);
    /// <summary>What peers sent that was refused, newest first.</summary>
    Outcome<IReadOnlyList<RefusalView>> Refusals(int max);

    /// <summary>
    /// All states that hold, then events as they come; with <paramref name="afterArrival"/>, first every entry that arrived after it, without gap or
    /// double. A subscriber that cannot keep up loses no entry (they are read again from the store), only states that newer ones have replaced.
    /// </summary>
    IAsyncEnumerable<StationEvent> Subscribe(LineId? line, long? afterArrival, CancellationToken ct);
}

/// <summary>An export whose extent is fixed. Write runs on the caller's thread and blocks on the sink.</summary>
internal abstract class LineExport
{
    /// <summary>Entries over all feeds, for a progress bar.</summary>
    internal abstract ulong Entries { get; }
    internal abstract LineId Line { get; }
    /// <summary>Writes every file of the evidence layout (design.md §3) once. Cancellation throws; a half-written sink is the caller's to discard.</summary>
    internal abstract void Write(IExportSink sink, CancellationToken ct);
}

/// <summary>Takes the files of an export in any order; a path is relative, with '/'.</summary>
internal interface IExportSink
{
    void Write(string path, ReadOnlySpan<byte> content);
    /// <summary>For what does not fit in memory (attachments): <paramref name="open"/> may be called more than once and each time gives the same <paramref name="length"/> bytes.</summary>
    void Write(string path, long length, Func<Stream> open);
}
