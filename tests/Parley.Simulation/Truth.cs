using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Storage;

namespace Parley.Simulation;

/// <summary>
/// What every honest station wrote, and so what must be true at all others. It sees each commit, each message that
/// leaves, each report and each restart, and
/// throws <see cref="Broken"/> at the first step after which a promise does not hold.
/// </summary>
internal sealed partial class Truth(World world)
{
    /// <summary>A feed as its author has it durably: the headers in order, and the root at every size.</summary>
    private sealed class Feed
    {
        internal List<byte[]> Headers { get; } = [];
        internal List<EntryHeader> Parsed { get; } = [];
        internal List<Hash> Roots { get; } = [MerkleHash.Empty];
        private TreeFrontier frontier = new();

        internal ulong Size => (ulong)Headers.Count;

        internal void Add(byte[] header)
        {
            Headers.Add(header);
            Parsed.Add(EntryHeader.Parse(header).Required());
            frontier.Append(MerkleHash.Leaf(header));
            Roots.Add(frontier.Root());
        }

        internal void CutTo(int size)
        {
            var kept = Headers.Take(size).ToList();
            Headers.Clear();
            Parsed.Clear();
            Roots.RemoveRange(1, Roots.Count - 1);
            frontier = new TreeFrontier();
            foreach (var header in kept)
                Add(header);
        }
    }

    private readonly Dictionary<Origin, Feed> feeds = [];
    private readonly HashSet<PartyId> restored = [];
    private SimLine? touched;

    private PartyId? LiarId => world.Liar?.Id;

    private bool IsHonest(PartyId party) => party != LiarId;

    private bool Watches(SimStation station) => IsHonest(station.Id);

    private Feed Of(Origin origin) => feeds.TryGetValue(origin, out var feed) ? feed : feeds[origin] = new Feed();

    internal bool WasRestored(PartyId party) => restored.Contains(party);

    internal bool WasStoppedByFork(LineId line) => forked.Contains(line);

    private readonly HashSet<LineId> forked = [];

    internal void Touched(SimLine line) => touched = line;

    /// <summary>A process has read its store: all that was ever acknowledged must be there, byte for byte, and nothing
    /// else.</summary>
    internal void Loaded(SimStation station, StationSnapshot snapshot)
    {
        if (!Watches(station))
            return;
        foreach (var row in snapshot.Feeds)
        {
            if (!IsHonest(row.Feed.Party))
                continue;
            var own = row.Feed.Party == station.Id;
            var feed = Of(row.Feed);
            var stored = station.Store.ReadFeed(
                row.Feed,
                0,
                StoreLimits.MaxReadEntries,
                long.MaxValue,
                withBodies: false
            );
            Broken.Unless(
                (ulong)stored.Count == row.Size,
                () => $"{station.Id} has a head of {row.Size} entries of {row.Feed.Party} and stores {stored.Count}"
            );
            for (var i = 0; i < stored.Count; i++)
            {
                if (i == feed.Headers.Count && own)
                    feed.Add(stored[i].Header); // durable, and its author died before it knew
                Broken.Unless(
                    i < feed.Headers.Count && stored[i].Header.AsSpan().SequenceEqual(feed.Headers[i]),
                    () => $"{station.Id} holds at {row.Feed.Party}/{i} what {row.Feed.Party} did not write there"
                );
            }
        }
        foreach (
            var (origin, size) in acknowledged
                .Where(a => a.Key.Station == station.Id)
                .Select(a => (a.Key.Feed, a.Value))
                .ToList()
        )
        {
            Broken.Unless(
                station.Durable.GetValueOrDefault(origin) >= size,
                () =>
                    $"{station.Id} had {size} entries of {origin.Party} durably on {origin.Line}, and after a restart has {station.Durable.GetValueOrDefault(origin)}"
            );
        }
    }

    /// <summary>By station and feed: the size that its store said was durable.</summary>
    private readonly Dictionary<(PartyId Station, Origin Feed), ulong> acknowledged = [];

    /// <summary>
    /// Feeds of restored stations of which the liar alone held more. It can hide that, and show it when the author has
    /// signed something else in that place: then the
    /// author is accused, and nobody could have told.
    /// </summary>
    private readonly HashSet<Origin> withheld = [];

    private bool MayBeForked(Origin feed) => !IsHonest(feed.Party) || withheld.Contains(feed);

    /// <summary>A station was given an old store, on purpose. What nobody else holds of its feeds never was.</summary>
    internal void Restored(SimStation station)
    {
        restored.Add(station.Id);
        foreach (var key in acknowledged.Keys.Where(k => k.Station == station.Id).ToList())
            acknowledged.Remove(key);
        foreach (var (origin, feed) in feeds)
        {
            if (origin.Party != station.Id)
                continue;
            var known = world
                .Honest.Where(s => s != station)
                .Select(s => s.Durable.GetValueOrDefault(origin))
                .DefaultIfEmpty()
                .Max();
            if (world.Liar is { } liar && liar.HeldOf(origin) > known)
                withheld.Add(origin);
            ForgetAppends(station.Id, origin, known);
        }
    }

    internal void Committing(SimLine line, IReadOnlyList<LineChange> changes)
    {
        if (!Watches(line.Station))
            return;
        foreach (var change in changes)
        {
            if (change is LineChange.AppendFeed append)
                Appending(line, append);
            else if (change is LineChange.AddCosignature added)
                Cosigning(line, added, changes);
            else if (change is LineChange.RecordFork fork)
                Accusing(line, fork);
        }
    }

    private void Appending(SimLine line, LineChange.AppendFeed append)
    {
        var (author, self) = (append.Feed.Party, line.Station.Id);
        if (!IsHonest(author))
            return;
        var feed = Of(append.Feed);
        for (var i = 0; i < append.Entries.Count; i++)
        {
            var place = append.OldSize + (ulong)i;
            var entry = append.Entries[i];
            if (place < feed.Size && entry.Header.AsSpan().SequenceEqual(feed.Headers[(int)place]))
            {
                CheckBody(line, author, entry);
                continue;
            }
            if (author != self)
                throw new Broken($"{self} stores at {author}/{place} what {author} does not durably have there");
            if (place == feed.Size)
            {
                feed.Add(entry.Header);
                continue;
            }
            var holder = world.Honest.FirstOrDefault(s =>
                s.Id != self && s.Durable.GetValueOrDefault(append.Feed) > place
            );
            Broken.Unless(
                restored.Contains(self) && holder is null,
                () =>
                    $"{self} signs another entry at {append.Feed}/{place}, which it had signed before{(holder is null ? "" : $" and {holder.Id} holds")}"
            );
            feed.CutTo((int)place);
            feed.Add(entry.Header);
        }
    }

    private void CheckBody(SimLine line, PartyId author, Entry entry)
    {
        var self = line.Station.Id;
        var header = EntryHeader.Parse(entry.Header).Required();
        var isFor = self == author || header.To is null || header.To.Contains(self);
        Broken.Unless(
            entry.Body is null || (isFor && Body.Commit(entry.Salt, entry.Body) == header.Body),
            () => $"{self} stores a body of {header.Id} that is foreign or another"
        );
        if (entry.Body is not null || self == author || !isFor || header.Body is null || header.Size > Body.MaxInline)
            return;
        Broken.Unless(
            restored.Contains(author),
            () => $"{self} stores {header.Id} without its body, and {author} never lost it"
        );
    }

    private void Cosigning(SimLine line, LineChange.AddCosignature added, IReadOnlyList<LineChange> beside)
    {
        var self = line.Station.Id;
        var text = added.Cosignature.ToLine() + added.Checkpoint.Checkpoint.Text;
        if (added.Cosigner == self)
            issued.Add(text); // its peers verify it, and would refuse it
        else if (IsHonest(added.Cosigner))
            Broken.Unless(issued.Contains(text), () => $"{self} stores a cosignature that {added.Cosigner} never made");
        else
            Broken.Unless(
                Cosignature.Verify(
                    added.Cosignature,
                    line.Document.CosignKey(added.Cosigner),
                    added.Checkpoint.Checkpoint.Text
                ),
                () => $"{self} stores a bad cosignature of {added.Cosigner}"
            );
        Broken.Unless(
            added.Checkpoint.Checkpoint.IsOf(added.Feed),
            () => $"{self} stores a checkpoint of {added.Feed.Party} that no reader of evidence takes"
        );
        var size = added.Checkpoint.Checkpoint.Size;
        var appended = beside
            .OfType<LineChange.AppendFeed>()
            .Where(a => a.Feed == added.Feed)
            .Select(a => a.OldSize + (ulong)a.Entries.Count)
            .FirstOrDefault();
        Broken.Unless(
            size <= Math.Max(appended, line.Station.Durable.GetValueOrDefault(added.Feed)),
            () => $"{self} stores a cosignature on {size} entries of {added.Feed.Party} that it does not hold"
        );
    }

    private void Accusing(SimLine line, LineChange.RecordFork fork)
    {
        Broken.Unless(
            MayBeForked(fork.Feed),
            () =>
                $"{line.Station.Id} accuses {fork.Feed.Party} of a fork, which never lied: {fork.Held.Checkpoint.Size} and {fork.Offered.Checkpoint.Size}"
        );
        forked.Add(line.Id);
    }

    private readonly HashSet<string> issued = [];

    internal void Committed(SimLine line, IReadOnlyList<LineChange> changes)
    {
        if (!Watches(line.Station))
            return;
        foreach (var append in changes.OfType<LineChange.AppendFeed>())
            acknowledged[(line.Station.Id, append.Feed)] = append.Checkpoint.Checkpoint.Size;
        foreach (var made in changes.OfType<LineChange.AddCosignature>().Where(c => c.Cosigner == line.Station.Id))
            durableCosignatures.Add(made.Cosignature.ToLine());
    }

    /// <summary>Something signed leaves a station: it is durable there, and it is the one history.</summary>
    internal void Leaving(SimLine line, LinkRequest request)
    {
        if (!Watches(line.Station))
            return;
        if (request.Verb == LinkVerb.Push)
            LeavingPush(line, request.Body);
        else if (request.Verb == LinkVerb.Heartbeat)
            LeavingHeartbeat(line, request.Body.Span);
    }

    internal void Answering(SimLine line, LinkAnswer answer)
    {
        if (!Watches(line.Station) || answer.Status != 200)
            return;
        if (answer.ContentType == LinkAnswer.Bytes)
            LeavingPush(line, answer.Body);
        else if (answer.ContentType == LinkAnswer.Json && Heartbeat.Parse(answer.Body.Span).TryGet(out _, out _))
            LeavingHeartbeat(line, answer.Body.Span);
        else if (
            answer.ContentType == LinkAnswer.Text
            && SignedCheckpoint.Parse(answer.Body.Span).TryGet(out var shown, out _)
        )
            LeavingReceipt(line, shown);
        else if (
            answer.ContentType == LinkAnswer.Text
            && NoteSignature.ParseLine(Encoding.UTF8.GetString(answer.Body.Span)).TryGet(out var cosignature, out _)
        )
            LeavingCosignature(line, cosignature);
    }

    private void LeavingPush(SimLine line, ReadOnlyMemory<byte> body)
    {
        if (EntryBatch.ReadOffer(body, out _).TryGet(out var offer, out _))
            LeavingCheckpoint(line, offer.Checkpoint.Checkpoint);
    }

    private void LeavingHeartbeat(SimLine line, ReadOnlySpan<byte> body)
    {
        foreach (var note in Heartbeat.Parse(body).Required().Checkpoints.Values)
            LeavingCheckpoint(line, SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(note)).Required().Checkpoint);
    }

    private void LeavingCheckpoint(SimLine line, Checkpoint checkpoint)
    {
        if (!Origin.TryParse(checkpoint.Origin, out var origin) || !IsHonest(origin.Party))
            return;
        var feed = Of(origin);
        Broken.Unless(
            checkpoint.Size <= line.Station.Durable.GetValueOrDefault(origin),
            () =>
                $"{line.Station.Id} shows a checkpoint of {checkpoint.Size} entries of {origin.Party} and durably holds {line.Station.Durable.GetValueOrDefault(origin)}"
        );
        Broken.Unless(
            checkpoint.Size <= feed.Size && feed.Roots[(int)checkpoint.Size] == checkpoint.Root,
            () =>
                $"{line.Station.Id} shows a checkpoint of {origin.Party} at {checkpoint.Size} that is not its one history"
        );
    }

    /// <summary>Cosignatures that their makers' stores have taken, together with what they are on.</summary>
    private readonly HashSet<string> durableCosignatures = [];

    private void LeavingCosignature(SimLine line, NoteSignature cosignature) =>
        Broken.Unless(
            durableCosignatures.Contains(cosignature.ToLine()),
            () => $"a cosignature of {line.Station.Id} leaves before it and the entries are durable"
        );

    /// <summary>What the station that acted believes is held against what is.</summary>
    internal void AfterStep()
    {
        if (touched is not { } line)
            return;
        touched = null;
        if (!Watches(line.Station) || !line.Station.Up || line.Station.Lines[line.Id] != line)
            return;
        foreach (var author in line.Document.Parties)
        {
            var origin = new Origin(line.Id, author);
            var durable = line.Station.Durable.GetValueOrDefault(origin);
            Broken.Unless(
                line.Machine.SizeOf(author) <= durable,
                () =>
                    $"{line.Station.Id} counts on {line.Machine.SizeOf(author)} entries of {author} and durably holds {durable}"
            );
            foreach (var cosigner in line.Document.Parties)
            {
                if (cosigner == author || !IsHonest(cosigner) || restored.Contains(cosigner))
                    continue;
                var said = line.Machine.CosignedBy(author, cosigner);
                if (said == 0)
                    continue;
                var holds = world[cosigner].Durable.GetValueOrDefault(origin);
                Broken.Unless(
                    said <= holds,
                    () =>
                        $"{line.Station.Id} takes {author}'s feed as cosigned by {cosigner} up to {said}; {cosigner} holds {holds}"
                );
            }
        }
        if (world.Steps % SampleEvery == 0 && !line.IsBehindItsStore)
            CheckViews(line);
    }

    /// <summary>Steps between comparisons of a kept view with a fresh one while a run goes on; at its end all are
    /// compared.</summary>
    private const int SampleEvery = 509;
}
