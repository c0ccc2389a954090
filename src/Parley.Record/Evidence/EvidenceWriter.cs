using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// Writes the record of a line as evidence: first <c>line.json</c>, then feed by feed what the caller reads from its
/// store in order.
/// Memory stays flat however long a feed is. It trusts the store no more than an outsider will: entries that do not
/// give the
/// checkpoint's root end in an exception, before the checkpoint is written. What it remembers is the bodies written, 32
/// bytes each.
/// </summary>
public sealed class EvidenceWriter
{
    private readonly IEvidenceSink sink;
    private readonly HashSet<Hash> bodies = []; // written already: two entries may commit to one body, and each path comes once

    /// <summary>Starts an export by writing <c>line.json</c>.</summary>
    public EvidenceWriter(LineDocument document, IEvidenceSink sink)
    {
        Document = document;
        this.sink = sink;
        sink.Write(EvidenceFolder.LineFile, LineJson.Write(document));
    }

    public LineDocument Document { get; }

    /// <summary>Starts the feed of one party at that checkpoint, which carries the cosignatures to be shown. Each party
    /// at most once.</summary>
    public FeedEvidence StartFeed(PartyId party, SignedCheckpoint checkpoint)
    {
        if (checkpoint.Checkpoint.Origin != new Origin(Document.Id, party).ToString())
            throw new ArgumentException($"not a checkpoint of the feed of {party}", nameof(checkpoint));
        if (Document.CardOf(party) is null)
            throw new ArgumentException($"{party} is not on the line", nameof(party));
        return new FeedEvidence(party, checkpoint, sink, WriteBody);
    }

    /// <summary>Writes a whole feed: exactly as many entries as the checkpoint's size, from entry 0 on, each with its
    /// body if that is to be disclosed.</summary>
    public void WriteFeed(PartyId party, SignedCheckpoint checkpoint, IEnumerable<Entry> entries)
    {
        var feed = StartFeed(party, checkpoint);
        foreach (var entry in entries)
            feed.Append(entry);
        feed.Complete();
    }

    /// <summary>
    /// Discloses an attachment, which the caller keeps apart from its entry. Bodies that stand in an entry are
    /// disclosed by
    /// <see cref="FeedEvidence.Append"/>.
    /// </summary>
    /// <param name="header">The entry that commits to it. Bytes that are not its own throw, before anything is
    /// written.</param>
    /// <param name="open">Gives the attachment's salt ‖ body, each time it is called.</param>
    public void WriteBody(EntryHeader header, Func<Stream> open)
    {
        var length = Body.SaltLength + header.Size;
        using (var stream = open())
        {
            if (header.Body is not { } commitment || BodyCheck.FaultOf(stream, commitment, header.Size) is not null)
                throw Foreign(header);
        }
        if (bodies.Add(header.Body.Value))
            sink.Write(EvidenceFolder.BodyOf(header.Body.Value), length, open);
    }

    private void WriteBody(EntryHeader header, ReadOnlySpan<byte> saltAndBody)
    {
        if (
            header.Body is not { } commitment
            || saltAndBody.Length - Body.SaltLength != header.Size
            || Sha256.Of(saltAndBody) != commitment
        )
            throw Foreign(header);
        if (bodies.Add(commitment))
            sink.Write(EvidenceFolder.BodyOf(commitment), saltAndBody);
    }

    private static InvalidDataException Foreign(EntryHeader header) =>
        new($"the body kept for {header.Id} is not the one that its header commits to");
}
