using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Station.Data;
using Parley.Storage;

namespace Parley.Station.Checking;

/// <summary>
/// Everything in a store against what was signed. What no signature covers, and no other row repeats, cannot be
/// checked: the times at which this station
/// stored an entry, set a line's standing or met a fork, drafts and other small values, and counts of refusals.
/// </summary>
internal sealed class StoreCheck(
    IStoreReading reading,
    Card card,
    Damages damages,
    Action<long, long> progress,
    CancellationToken ct
)
{
    private readonly List<string> notices = [];
    private readonly HashSet<(string Feed, Hash Commitment)> attachments = [];
    private long done,
        total;

    internal IReadOnlyList<string> Notices => notices;

    /// <summary>What was looked at.</summary>
    internal StoreCounts Counts { get; } = new();

    internal void Run()
    {
        CheckOwner();
        var documents = CheckLines();
        var feeds = Guarded("feeds", reading.Feeds) ?? [];
        CheckAttachments();
        total = feeds.Sum(feed => Math.Max(0, feed.Size));
        long absent = 0;
        foreach (var feed in feeds)
        {
            ct.ThrowIfCancellationRequested();
            absent += CheckFeed(feed, documents);
        }
        if (absent > 0)
            notices.Add(
                $"{absent} {(absent == 1 ? "body that this party wrote or was to get is" : "bodies that this party wrote or was to get are")} not here: lost before a restore, or an attachment that is not whole yet"
            );
        CheckArrivals(feeds.Sum(feed => Math.Max(0, feed.Size)));
        CheckForks(documents.Values.OfType<LineDocument>().ToDictionary(d => d.Id.Value, StringComparer.Ordinal));
    }

    private void CheckOwner()
    {
        var owner = Guarded("meta", reading.Meta)?.FirstOrDefault(value => value.Key == StoreBond.IdentityKey);
        if (owner is not null && !owner.Value.AsSpan().SequenceEqual(card.Identity.ToArray()))
            Damage("meta", "the store is that of another identity than the card's", Remedies.Keys);
    }

    /// <summary>The documents by the line's row; null where it is damaged.</summary>
    private Dictionary<long, LineDocument?> CheckLines()
    {
        var documents = new Dictionary<long, LineDocument?>();
        foreach (var line in Guarded("lines", reading.Lines) ?? [])
        {
            Counts.Lines++;
            documents[line.Row] = null;
            var name = LineId.TryParse(line.Line, out var id) ? id.Value : null;
            if (line.Standing is < (long)LineStanding.Proposed or > (long)LineStanding.Stopped)
                damages.Add(
                    new Damage(
                        "lines",
                        name,
                        null,
                        null,
                        $"its standing is {line.Standing}, which no line has",
                        Remedies.Restore
                    )
                );
            if (name is null)
            {
                damages.Add(new Damage("lines", null, null, null, $"row {line.Row} names no line", Remedies.Document));
                continue;
            }
            if (!LineDocument.Parse(line.Document).TryGet(out var document, out var why))
                damages.Add(
                    new Damage("lines", name, null, null, $"the line document cannot be read: {why}", Remedies.Document)
                );
            else if (document.Id != id)
                damages.Add(
                    new Damage(
                        "lines",
                        name,
                        null,
                        null,
                        "the line document is not the one that the line's name is the hash of",
                        Remedies.Document
                    )
                );
            else if (document.CardOf(card.Party) is { } own && own.Identity != card.Identity)
                damages.Add(
                    new Damage(
                        "lines",
                        name,
                        null,
                        null,
                        "the line document has another identity for this party than its card",
                        Remedies.Keys
                    )
                );
            else
                documents[line.Row] = document;
        }
        return documents;
    }

    /// <summary>Returns how many bodies are not here.</summary>
    private long CheckFeed(RawFeed feed, Dictionary<long, LineDocument?> documents)
    {
        Counts.Feeds++;
        if (!documents.TryGetValue(feed.LineRow, out var document))
            Damage("feeds", $"row {feed.Row} is of a line that is not stored", Remedies.Restore);
        else if (
            !PartyId.TryParse(feed.Party, out var party) || (document is not null && document.CardOf(party) is null)
        )
            Damage("feeds", $"row {feed.Row} is of nobody on its line", Remedies.Restore);
        else if (feed.Size < 0)
            Damage("feeds", $"row {feed.Row} has the size {feed.Size}", Remedies.Restore);
        else if (document is not null)
        {
            var name = new Origin(document.Id, party).ToString();
            var scan = new FeedScan(
                reading,
                new StoredFeed(feed, document, party, card.Party),
                damages,
                commitment => attachments.Contains((name, commitment))
            );
            try
            {
                scan.Run(read => progress(done += read, total), ct);
            }
            catch (StoreFaultException e)
            {
                damages.Add(
                    new Damage(
                        "entries",
                        document.Id.Value,
                        party.Value,
                        null,
                        $"they cannot be read: {e.Fault.Message}",
                        Remedies.Restore
                    )
                );
            }
            Counts.Entries += scan.Entries;
            Counts.Bodies += scan.Bodies;
            Counts.Signatures += scan.Signatures;
            return scan.BodiesAbsent;
        }
        return 0;
    }

    /// <summary>Numbers of arrival are 1, 2, 3 … over all feeds: a row that is lost, or belongs to no feed, shows
    /// here.</summary>
    private void CheckArrivals(long entries)
    {
        if (Guarded("entries", () => (RawSpan?)reading.Arrivals()) is not { } span || span.Count == 0)
            return;
        if (span.First != 1 || span.Last != span.Count)
            Damage(
                "entries",
                $"{span.Count} are stored, with arrival numbers {span.First} to {span.Last}",
                Remedies.Restore
            );
        if (span.Count != entries)
            Damage("entries", $"{span.Count} are stored, and the feeds have {entries}", Remedies.Restore);
    }

    private void CheckForks(Dictionary<string, LineDocument> documents)
    {
        foreach (var fork in Guarded("forks", reading.Forks) ?? [])
        {
            if (
                !Origin.TryParse(fork.Feed, out var feed)
                || !documents.TryGetValue(fork.Line, out var document)
                || feed.Line != document.Id
                || document.CardOf(feed.Party) is null
            )
            {
                Damage("forks", "one is of a feed that is on no line here", Remedies.Restore);
                continue;
            }
            if (FaultOf(fork, feed, document.LogKey(feed.Party)) is { } fault)
                damages.Add(
                    new Damage(
                        "forks",
                        fork.Line,
                        feed.Party.Value,
                        null,
                        fault,
                        "Its evidence is in any export of the line that was made since; a backup holds it too"
                    )
                );
        }
    }

    private static string? FaultOf(RawFork fork, Origin feed, VerifierKey author)
    {
        if (!ForkEvidence.Parse(fork.First, fork.Second, "").TryGet(out var evidence, out var why))
            return why;
        foreach (var checkpoint in new[] { evidence.First, evidence.Second })
        {
            if (checkpoint.Checkpoint.Origin != feed.ToString())
                return "a checkpoint of the fork is of another feed";
            if (checkpoint.Check(author) != SignatureCheck.Valid)
                return "a checkpoint of the fork is not signed by the feed's author";
        }
        // Of different sizes, a proof out of the entries belongs to it; those are checked as such.
        return evidence.First.Checkpoint.Size == evidence.Second.Checkpoint.Size ? evidence.Refute(feed, author) : null;
    }

    private void CheckAttachments()
    {
        foreach (var attachment in Guarded("attachments", reading.Attachments) ?? [])
        {
            ct.ThrowIfCancellationRequested();
            var line = Origin.TryParse(attachment.Feed, out var feed) ? feed.Line.Value : null;
            var fault =
                line is null ? "its feed is no feed's name"
                : attachment.Commitment.Length != Hash.Length ? "its commitment is not 32 bytes"
                : Guarded("attachment_chunks", () => AttachmentFault(attachment));
            if (fault is not null)
                damages.Add(
                    new Damage(
                        "attachments",
                        line,
                        line is null ? null : feed.Party.Value,
                        null,
                        $"row {attachment.Row}: {fault}",
                        Remedies.Attachment
                    )
                );
            else if (attachment.Complete)
                attachments.Add((attachment.Feed, new Hash(attachment.Commitment)));
        }
        Counts.Attachments = attachments.Count;
    }

    private string? AttachmentFault(RawAttachment attachment)
    {
        const int atOnce = 4;
        using var hash = new RunningSha256();
        long held = 0;
        while (reading.Chunks(attachment.Row, held, atOnce) is { Count: > 0 } chunks)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var chunk in chunks)
            {
                if (chunk.Offset != held || chunk.Bytes.Length == 0)
                    return $"a piece is missing at {held}";
                hash.Append(chunk.Bytes);
                held += chunk.Bytes.Length;
            }
        }
        if (held != attachment.Held)
            return $"{held} bytes are held, not {attachment.Held}";
        if (!attachment.Complete)
            return null;
        if (held != attachment.Length)
            return $"it is said to be whole, with {held} of {attachment.Length} bytes";
        return hash.Finish() == new Hash(attachment.Commitment)
            ? null
            : "its bytes are not those that its entry commits to";
    }

    private void Damage(string table, string what, string remedy) =>
        damages.Add(new Damage(table, null, null, null, what, remedy));

    private T? Guarded<T>(string table, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (StoreFaultException e)
        {
            Damage(table, $"it cannot be read: {e.Fault.Message}", Remedies.Restore);
            return default;
        }
    }
}
