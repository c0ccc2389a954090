using System.Buffers;
using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Gives a peer its own feed back, as far as it is held here: when it asks, and where it cannot ask, when its heartbeat
/// says that it wants it. LINK-61, LINK-63.
/// </summary>
internal sealed class FeedReturn(Turn turn, LineFeeds feeds, Presence presence)
{
    /// <summary>The peer's heartbeat says that it wants its own feed and cannot ask for it: it is brought, as long as
    /// it goes on wanting more. LINK-63.</summary>
    internal void Bring(PeerLink link, ulong from)
    {
        if (!link.Dialable || link.Bringing || from >= feeds.Mirrors[link.Peer].Size)
            return;
        link.Bringing = true;
        ReadForAuthor(
            link.Peer,
            from,
            bytes =>
            {
                link.Bringing = false;
                if (bytes is not { } entries)
                    return;
                link.Bringing = true;
                var token = turn.Await(what =>
                {
                    link.Bringing = false;
                    if (what is not LinkEvent.AnswerArrived { Answer: var answer })
                        return;
                    presence.Heard(link);
                    // Only onwards: what starts over waits for the next heartbeat.
                    if (Bringing.Read(answer) is { } next && next > from)
                        Bring(link, next);
                });
                turn.Do(
                    new LinkEffect.Send(
                        token,
                        link.Peer,
                        new LinkRequest(LinkVerb.Bring, entries, Offset: (long)from),
                        LinkLimits.RequestTimeout
                    )
                );
            }
        );
    }

    /// <summary>A peer asks for its own entries from a size on. LINK-101.</summary>
    internal void Serve(LinkEvent.RequestArrived request)
    {
        var text = Encoding.ASCII.GetString(request.Request.Body.Span[..Math.Min(request.Request.Body.Length, 64)]);
        var mirror = feeds.Mirrors[request.From];
        if (
            !text.StartsWith("from ", StringComparison.Ordinal)
            || !CheckpointOffer.TryDecimal(text.AsSpan(5).TrimEnd('\n'), out var from)
        )
        {
            turn.Refuse(request.From, request.Token, LinkAnswer.Refuse(400, "the question is not 'from <size>'"));
            return;
        }
        if (mirror.Latest is null || from >= mirror.Size)
        {
            // Nothing beyond; but what is still on its way into the store would be, in a moment. LINK-101.
            turn.Reply(
                request.Token,
                mirror.IsStoring
                    ? LinkAnswer.Refuse(503, "more of your feed is on its way into the store")
                    : LinkAnswer.Nothing
            );
            return;
        }
        if (feeds.Links[request.From].Recovering)
        {
            turn.Reply(request.Token, LinkAnswer.Refuse(429, "entries that were asked for before are being read"));
            return;
        }
        feeds.Links[request.From].Recovering = true;
        ReadForAuthor(
            request.From,
            from,
            bytes =>
            {
                feeds.Links[request.From].Recovering = false;
                turn.Reply(
                    request.Token,
                    bytes is { } entries
                        ? LinkAnswer.Ok(LinkAnswer.Bytes, entries)
                        : LinkAnswer.Refuse(503, "the store could not give the entries")
                );
            }
        );
    }

    /// <summary>Reads what a peer is to have of its own feed from <paramref name="from"/> on, in the form of LINK-61;
    /// null when the store cannot give it.</summary>
    private void ReadForAuthor(PartyId author, ulong from, Action<ReadOnlyMemory<byte>?> then)
    {
        var mirror = feeds.Mirrors[author];
        var latest = mirror.Latest!;
        var token = turn.Await(read =>
        {
            if (read is not LinkEvent.EntriesRead { Entries: { Count: > 0 } entries })
            {
                then(null);
                return;
            }
            entries = [.. entries.Take((int)Math.Min((ulong)entries.Count, latest.Checkpoint.Size - from))];
            var end = from + (ulong)entries.Count;
            if (end == latest.Checkpoint.Size)
            {
                then(Recovered(end, [], latest, entries));
                return;
            }
            var proofToken = turn.Await(proof =>
                then(
                    proof is LinkEvent.ConsistencyRead consistency
                        ? Recovered(end, consistency.Proof, latest, entries)
                        : null
                )
            );
            turn.Do(new LinkEffect.ReadConsistency(proofToken, mirror.Origin, end, latest.Checkpoint.Size));
        });
        turn.Do(
            new LinkEffect.ReadEntries(
                token,
                mirror.Origin,
                from,
                LinkLimits.MaxEntriesPerPush,
                LinkLimits.RecoveryBytes
            )
        );
    }

    private static ReadOnlyMemory<byte> Recovered(
        ulong end,
        IReadOnlyList<Hash> proof,
        SignedCheckpoint latest,
        IReadOnlyList<Entry> entries
    )
    {
        var bytes = new ArrayBufferWriter<byte>(LinkLimits.RecoveryBytes / 4);
        EntryBatch.WriteOffer(bytes, new CheckpointOffer(end, proof, latest));
        foreach (var entry in entries)
            EntryBatch.WriteEntry(bytes, entry, withBody: true);
        return bytes.WrittenMemory;
    }
}
