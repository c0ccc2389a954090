using System.Buffers;
using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;

namespace Parley.Link.Tests;

/// <summary>A party that holds its own keys and keeps to no protocol: it builds whatever pushes and heartbeats a test
/// wants, soundly signed.</summary>
internal sealed class Author(LineNetwork net, string name)
{
    private readonly List<Entry> entries = [.. net[name].Store.Feeds[PartyId.Parse(name)].All];

    internal PartyId Id { get; } = Untrusted(net, PartyId.Parse(name));
    internal Origin Feed => new(net.Document.Id, Id);
    internal ulong Size => (ulong)entries.Count;

    /// <summary>A copy that goes another way from here on: the two together are a fork.</summary>
    internal Author Twin()
    {
        var twin = new Author(net, name);
        twin.entries.Clear();
        twin.entries.AddRange(entries);
        return twin;
    }

    internal EntryHeader Header(Func<EntryHeader, EntryHeader>? change = null, byte[]? salt = null, byte[]? body = null)
    {
        var header = new EntryHeader
        {
            Line = net.Document.Id,
            From = Id,
            Seq = Size,
            At = LineNetwork.Epoch,
            Kind = "message.sent",
            Mark = Mark.Actual,
            Precedence = Precedence.Routine,
            By = new Officer("watch", "A. Officer"),
            Body = body is null ? null : Body.Commit(salt, body),
            Size = body?.Length ?? 0,
        };
        return change is null ? header : change(header);
    }

    internal Author Write(string text, Func<EntryHeader, EntryHeader>? change = null)
    {
        var (salt, body) = (net.Bytes(Body.SaltLength), Encoding.UTF8.GetBytes(text));
        entries.Add(new Entry(Header(change, salt, body).Encode(), salt, body));
        return this;
    }

    internal Author Write(Entry entry)
    {
        entries.Add(entry);
        return this;
    }

    internal SignedCheckpoint CheckpointAt(ulong size) =>
        SignedCheckpoint.Sign(new Checkpoint(Feed, size, Tree(size).Root()), Feed, LineParty.Named(name).Log);

    /// <summary>A push from <paramref name="old"/> to everything written, each part of which a test may
    /// replace.</summary>
    internal LinkRequest Push(
        ulong old,
        SignedCheckpoint? checkpoint = null,
        IReadOnlyList<Hash>? proof = null,
        Func<Entry, Entry>? change = null,
        bool withBodies = true,
        ulong? to = null,
        bool lost = false
    )
    {
        var end = to ?? Size;
        var bytes = new ArrayBufferWriter<byte>();
        proof ??=
            old == 0 || old >= end
                ? []
                : ConsistencyProof.Build(
                    Tree(old),
                    [.. entries.Skip((int)old).Take((int)(end - old)).Select(e => MerkleHash.Leaf(e.Header))]
                );
        EntryBatch.WriteOffer(bytes, new CheckpointOffer(old, proof, checkpoint ?? CheckpointAt(end)));
        foreach (var entry in entries.Skip((int)old).Take((int)(end - old)))
            EntryBatch.WriteEntry(bytes, change?.Invoke(entry) ?? entry, withBodies && !lost, lost);
        return new LinkRequest(LinkVerb.Push, bytes.WrittenMemory);
    }

    internal LinkRequest Heartbeat(params IReadOnlyList<(PartyId Author, SignedCheckpoint Held)> held) =>
        new(
            LinkVerb.Heartbeat,
            new Heartbeat
            {
                Parley = 1,
                At = net.Now,
                Attended = true,
                Checkpoints = held.ToDictionary(h => h.Author.Value, h => Encoding.UTF8.GetString(h.Held.Encode())),
            }.Encode()
        );

    /// <summary>What such an author writes is in no store of its own.</summary>
    private static PartyId Untrusted(LineNetwork net, PartyId party)
    {
        net.Invariants.Diverged.Add(party);
        return party;
    }

    private TreeFrontier Tree(ulong size)
    {
        var tree = new TreeFrontier();
        foreach (var entry in entries.Take((int)size))
            tree.Append(MerkleHash.Leaf(entry.Header));
        return tree;
    }
}
