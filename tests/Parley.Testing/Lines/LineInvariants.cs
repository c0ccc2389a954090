using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Testing.Lines;

/// <summary>A promise of the protocol was broken: the run shows a defect.</summary>
public sealed class InvariantBroken(string what) : Exception(what);

/// <summary>
/// What must hold after every step, whatever the network does: a mirror is the author's durable feed, entry by entry,
/// and never ahead of it; a cosignature
/// leaves only for what its signer durably holds; nothing counts as sealed that somebody does not hold; bodies are with
/// those they were meant for; nobody
/// is said to have lost entries who has not.
/// </summary>
public sealed class LineInvariants(LineNetwork network)
{
    /// <summary>By author: the headers that were ever durable at the author, in order.</summary>
    private readonly Dictionary<PartyId, List<byte[]>> written = [];
    private readonly HashSet<PartyId> lost = [],
        repeated = [];

    /// <summary>A station was given an old store, on purpose: what it cosigned since is not there.</summary>
    public void Lost(PartyId party) => lost.Add(party);

    /// <summary>The network repeated a pull of this party, which TLS does not allow: it then says once more what the
    /// party held before.</summary>
    internal void Repeated(PartyId party) => repeated.Add(party);

    /// <summary>Parties that wrote two different entries at one place of their feed.</summary>
    public HashSet<PartyId> Diverged { get; } = [];

    public void Check()
    {
        foreach (var station in network.Stations)
        {
            foreach (var author in network.Document.Parties)
            {
                foreach (var cosigner in network.Document.Parties)
                {
                    if (cosigner == author || lost.Contains(cosigner))
                        continue;
                    var said = station.Machine.CosignedBy(author, cosigner);
                    var holds = network[cosigner].Store.Feeds[author].Size;
                    if (said > holds)
                        throw new InvariantBroken(
                            $"{station.Id} takes {author}'s feed as cosigned by {cosigner} up to {said}; {cosigner} holds {holds}"
                        );
                }
            }
        }
    }

    internal void Committing(LineStation station, IReadOnlyList<LineChange> changes)
    {
        foreach (var change in changes)
        {
            if (change is LineChange.AppendFeed append)
                Appending(station, append);
            else if (change is LineChange.AddCosignature added)
                Cosigning(station, added, changes);
        }
    }

    private void Appending(LineStation station, LineChange.AppendFeed append)
    {
        var author = append.Feed.Party;
        if (!append.Checkpoint.Checkpoint.IsOf(append.Feed))
            throw new InvariantBroken($"{station.Id} stores a checkpoint of {author} that no reader of evidence takes");
        if (!written.TryGetValue(author, out var known))
            written[author] = known = [];
        for (var i = 0; i < append.Entries.Count; i++)
        {
            var place = (int)append.OldSize + i;
            var entry = append.Entries[i];
            if (place < known.Count && entry.Header.AsSpan().SequenceEqual(known[place]))
            {
                CheckBody(station, author, entry);
                continue;
            }
            if (station.Id == author && place == known.Count)
                known.Add(entry.Header);
            else if (station.Id == author && lost.Contains(author))
                Diverged.Add(author);
            else if (!Diverged.Contains(author))
                throw new InvariantBroken(
                    $"{station.Id} stores at {author}/{place} what {author} does not durably have there"
                );
        }
    }

    private void CheckBody(LineStation station, PartyId author, Entry entry)
    {
        var header = EntryHeader.Parse(entry.Header).Required();
        var isFor = station.Id == author || header.To is null || header.To.Contains(station.Id);
        if (entry.Body is not null && (!isFor || Body.Commit(entry.Salt, entry.Body) != header.Body))
            throw new InvariantBroken($"{station.Id} stores a body of {header.Id} that is foreign or another");
        var isLost =
            network[author].Store.Feeds[author] is var own
            && header.Seq < own.Size
            && own.All[(int)header.Seq].Body is null;
        if (
            entry.Body is null
            && isFor
            && !isLost
            && header.Body is not null
            && header.Size <= Body.MaxInline
            && station.Id != author
        )
            throw new InvariantBroken($"{station.Id} stores {header.Id} without its body");
    }

    private void Cosigning(LineStation station, LineChange.AddCosignature added, IReadOnlyList<LineChange> beside)
    {
        if (
            !Cosignature.Verify(
                added.Cosignature,
                network.Document.CosignKey(added.Cosigner),
                added.Checkpoint.Checkpoint.Text
            )
        )
            throw new InvariantBroken($"{station.Id} stores a bad cosignature");
        if (
            !added.Checkpoint.Checkpoint.IsOf(added.Feed)
            || added.Checkpoint.Note.Signatures.CountBy(line => line.Name).Any(of => of.Value > 1)
        )
            throw new InvariantBroken(
                $"{station.Id} stores a checkpoint of {added.Feed.Party} that no reader of evidence takes"
            );
        var size = added.Checkpoint.Checkpoint.Size;
        var appended = beside
            .OfType<LineChange.AppendFeed>()
            .Where(a => a.Feed == added.Feed)
            .Select(a => a.OldSize + (ulong)a.Entries.Count)
            .FirstOrDefault();
        if (size > Math.Max(appended, station.Store.Feeds[added.Feed.Party].Size))
            throw new InvariantBroken($"{station.Id} stores a cosignature on {size} entries that it does not hold");
    }

    internal void Answering(LineStation station, PartyId author, LinkRequest request, LinkAnswer answer)
    {
        if (request.Verb != LinkVerb.Push || answer.Status != 200)
            return;
        var checkpoint = EntryBatch.ReadOffer(request.Body, out _).Required().Checkpoint.Checkpoint;
        Leaving(
            station,
            author,
            NoteSignature.ParseLine(Encoding.UTF8.GetString(answer.Body.Span)).Required(),
            checkpoint.Text,
            checkpoint.Size,
            checkpoint.Root
        );
    }

    internal void Sending(LineStation station, LinkEffect.Send send)
    {
        if (
            send.Request.Verb != LinkVerb.Pull
            || PullRequest.Parse(send.Request.Body.Span).Required()
                is not { Cosignature: { } cosignature, Held: var held }
        )
            return;
        var root = station.Store.Feeds[send.To].FrontierAt(held).Root();
        Leaving(
            station,
            send.To,
            cosignature,
            new Checkpoint(new Origin(network.Document.Id, send.To), held, root).Text,
            held,
            root
        );
    }

    private void Leaving(
        LineStation station,
        PartyId author,
        NoteSignature cosignature,
        string text,
        ulong size,
        Hash root
    )
    {
        var feed = station.Store.Feeds[author];
        if (size > feed.Size || feed.FrontierAt(size).Root() != root)
            throw new InvariantBroken(
                $"a cosignature of {station.Id} on {author}'s {size} entries leaves before they are durable"
            );
        if (!Cosignature.Verify(cosignature, network.Document.CosignKey(station.Id), text))
            throw new InvariantBroken($"{station.Id} sends a cosignature that does not hold");
        if (feed.CosignedBy(station.Id) < size)
            throw new InvariantBroken($"{station.Id} sends a cosignature that it does not keep");
    }

    internal void Reported(LineStation station, LineReport what)
    {
        var blamed = what switch
        {
            LineReport.PeerLostEntries loss => loss.Peer,
            LineReport.PeerHeldBack held => held.Peer,
            _ => (PartyId?)null,
        };
        if (blamed is { } peer && !lost.Contains(peer) && !repeated.Contains(peer))
            throw new InvariantBroken($"{station.Id} says that {peer} lost entries, which it never did: {what}");
        if (what is LineReport.Stored stored && station.Store.Feeds[stored.Feed.Party].Size < stored.To)
            throw new InvariantBroken($"{station.Id} reports entries as stored that are not");
    }
}
