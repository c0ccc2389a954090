using Parley.Record;
using Parley.Station.Exports;
using Parley.Station.Lines;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>A line's record as an outsider can check it with no station.</summary>
/// <param name="store">Read while the export is written; what arrives meanwhile is beyond the fixed
/// checkpoints.</param>
internal sealed class RecordExport(
    IStationStore store,
    LineDocument document,
    IReadOnlyList<(PartyId Party, SignedCheckpoint Checkpoint)> feeds,
    bool withBodies
) : LineExport
{
    private const int ReadEntries = 1024;
    private const long ReadBytes = 4 << 20;

    internal override ulong Entries { get; } = feeds.Aggregate(0UL, (sum, f) => sum + f.Checkpoint.Checkpoint.Size);
    internal override LineId Line => document.Id;

    internal override void Write(IExportSink sink, CancellationToken ct)
    {
        var writer = new EvidenceWriter(document, new Sink(sink));
        foreach (var (party, checkpoint) in feeds)
        {
            var attachments = new List<EntryHeader>();
            writer.WriteFeed(
                party,
                checkpoint,
                Read(new Origin(document.Id, party), checkpoint.Checkpoint.Size, attachments, ct)
            );
            foreach (var header in attachments)
            {
                ct.ThrowIfCancellationRequested();
                if (
                    store.ReadAttachment(new AttachmentId(new Origin(document.Id, party), header.Body!.Value)) is
                    { Complete: true } state
                )
                    writer.WriteBody(header, () => new AttachmentStream(store, state, withSalt: true));
            }
        }
    }

    private IEnumerable<Entry> Read(Origin feed, ulong size, List<EntryHeader> attachments, CancellationToken ct)
    {
        for (ulong at = 0; at < size; )
        {
            ct.ThrowIfCancellationRequested();
            var page = store.ReadFeed(feed, at, (int)Math.Min(ReadEntries, size - at), ReadBytes, withBodies);
            if (page.Count == 0)
                throw new InvalidDataException($"entry {feed.Party}/{at} is missing in the store");
            foreach (var stored in page)
            {
                // Only an entry whose body is not beside it can have an attachment; the rest need not be parsed.
                if (
                    withBodies
                    && stored.Body is null
                    && EntryHeader.Parse(stored.Header).TryGet(out var header, out _)
                    && header.Size > Body.MaxInline
                )
                    attachments.Add(header);
                yield return new Entry(stored.Header, stored.Salt, stored.Body);
            }
            at += (ulong)page.Count;
        }
    }

    private sealed class Sink(IExportSink sink) : IEvidenceSink
    {
        public void Write(string path, ReadOnlySpan<byte> bytes) => sink.Write(path, bytes);

        public void Write(string path, long length, Func<Stream> open) => sink.Write(path, length, open);
    }
}
