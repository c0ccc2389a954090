using Parley.Record;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>
/// Reads the record of a line out of the store and folds it, slice by slice: at first what was there at the start, in
/// the order in which entries arrived, then what becomes durable. Called under the gate of its
/// <see cref="LineTraffic"/>.
/// </summary>
internal sealed class RecordFold
{
    private const int PageEntries = 1024;
    private const long PageBytes = 4 << 20;

    /// <summary>Bodies of one page that are read one by one; for more, the page is read again with all of
    /// them.</summary>
    private const int FewBodies = 16;

    /// <summary>The gate is held for so many entries, or so long, at once: whoever reads comes between, whatever an
    /// author has written.</summary>
    private const int SliceEntries = 1024;
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(10);

    private readonly LineId line;
    private readonly IStationStore store;
    private readonly TimeProvider clock;
    private readonly ArrivedEntries arrived;
    private readonly LinePicture picture;
    private ArrivedBatch? current;

    /// <summary>Headers of <see cref="current"/> that are folded.</summary>
    private int at;
    private Page? page;
    private long arrival;

    /// <summary>Why an entry that had waited could not be read again.</summary>
    private StoreFaultException? unread;

    /// <param name="document">The line's.</param>
    /// <param name="store">Its record.</param>
    /// <param name="clock">The time.</param>
    /// <param name="arrived">What becomes durable.</param>
    /// <param name="mistaken">Told of a mistake of ours over an entry.</param>
    internal RecordFold(
        LineDocument document,
        IStationStore store,
        TimeProvider clock,
        ArrivedEntries arrived,
        Action<EntryHeader, Exception> mistaken
    )
    {
        line = document.Id;
        this.store = store;
        this.clock = clock;
        this.arrived = arrived;
        picture = LinePicture.Of(document, clock, Again, mistaken);
    }

    internal LinePicture Picture => picture;

    /// <summary>Told of every entry that was folded and what that did.</summary>
    internal required Action<EntryHeader, DateTimeOffset, Folded, List<TrafficChange>> Took { get; init; }

    /// <summary>A page of the stored record that is being folded, slice by slice.</summary>
    private sealed record Page(IReadOnlyList<StoredEntry> Entries, EntryHeader[] Headers, bool WithBodies)
    {
        internal int At { get; set; }
    }

    private bool IsSpent(long began, int folds) => folds >= SliceEntries || clock.GetElapsedTime(began) >= Slice;

    /// <summary>Folds a slice of what became durable since; false when nothing is left.</summary>
    internal bool FoldArrived(List<TrafficChange> changes)
    {
        var began = clock.GetTimestamp();
        if (picture.View.HasMore && FoldWaiting())
            return true;
        if (current is null)
        {
            if ((current = arrived.Take()) is null)
                return false;
            at = 0;
        }
        var batch = current;
        var folds = 0;
        // A batch that the store kept from being folded stays where it is, and goes on there.
        if (at == 0 && batch.Headers.Count > 0 && !FoldFeed(batch.Author, batch.From, changes, began, ref folds))
            return true;
        while (at < batch.Headers.Count)
        {
            var header = batch.Headers[at];
            if (header.Seq == picture.View.Sizes[batch.Author])
            {
                Fold(
                    header,
                    StoredHeader.WantsBody(header)
                        ? store.ReadEntry(new Origin(line, header.From), header.Seq)?.Body
                        : null,
                    batch.At,
                    changes
                );
                folds++;
            }
            at++;
            if (IsSpent(began, folds))
                return true;
        }
        if (!FoldFeed(batch.Author, batch.To, changes, began, ref folds))
            return true;
        current = null;
        arrived.Done();
        return true;
    }

    /// <summary>Folds a feed up to a size out of the store: what came while the first folding went on, or without its
    /// headers. False where it is not done yet.</summary>
    private bool FoldFeed(PartyId author, ulong size, List<TrafficChange> changes, long began, ref int folds)
    {
        var feed = new Origin(line, author);
        while (picture.View.Sizes[author] < size)
        {
            var read = store.ReadFeed(feed, picture.View.Sizes[author], PageEntries, PageBytes, withBodies: false);
            if (read.Count == 0)
                throw new InvalidDataException($"entry {author}/{picture.View.Sizes[author]} is missing in the store");
            foreach (var stored in read)
            {
                if (IsSpent(began, folds))
                    return false;
                var header = StoredHeader.Read(stored);
                Fold(
                    header,
                    StoredHeader.WantsBody(header) ? store.ReadEntry(feed, stored.Seq)?.Body : null,
                    stored.StoredAt,
                    changes
                );
                folds++;
            }
        }
        return true;
    }

    /// <summary>Folds a slice of what was stored at the start; false when nothing is left.</summary>
    internal bool FoldPage(List<TrafficChange> changes)
    {
        if (picture.View.HasMore && FoldWaiting())
            return true;
        page ??= ReadPage();
        if (page is null)
            return false;
        var began = clock.GetTimestamp();
        for (var folds = 0; page.At < page.Entries.Count; page.At++)
        {
            if (IsSpent(began, folds++))
                return true;
            var stored = page.Entries[page.At];
            var header = page.Headers[page.At];
            Fold(
                header,
                !StoredHeader.WantsBody(header) ? null
                    : page.WithBodies ? stored.Body
                    : store.ReadEntry(stored.Feed, stored.Seq)?.Body,
                stored.StoredAt,
                changes
            );
            arrival = stored.Arrival;
        }
        page = null;
        return true;
    }

    private Page? ReadPage()
    {
        var read = store.ReadRecord(line, arrival, PageEntries, PageBytes, withBodies: false);
        if (read.Count == 0)
            return null;
        var headers = new EntryHeader[read.Count];
        var wanted = 0;
        for (var i = 0; i < read.Count; i++)
        {
            headers[i] = StoredHeader.Read(read[i]);
            if (StoredHeader.WantsBody(headers[i]))
                wanted++;
        }
        if (wanted > FewBodies)
            read = store.ReadRecord(line, arrival, read.Count, PageBytes, withBodies: true); // perhaps a part of them; the rest is the next page
        return new Page(read, headers, wanted > FewBodies);
    }

    private void Fold(EntryHeader header, byte[]? body, DateTimeOffset stored, List<TrafficChange> changes) =>
        Took(header, stored, picture.Fold(header, body, stored), changes);

    /// <summary>Judges some of the entries that had waited for one that has arrived.</summary>
    private bool FoldWaiting()
    {
        unread = null;
        return picture.FoldMore(SliceEntries) > 0 || (unread is { } e ? throw e : false);
    }

    /// <summary>An entry that waited and was not kept whole; null while the store cannot be read.</summary>
    private TrafficEntry? Again(EntryId entry)
    {
        try
        {
            return store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is { } stored
                ? TrafficEntry.From(StoredHeader.Read(stored), stored.Body is { } body ? body.AsMemory() : null)
                : null;
        }
        catch (StoreFaultException e)
        {
            unread = e;
            return null;
        }
    }
}
