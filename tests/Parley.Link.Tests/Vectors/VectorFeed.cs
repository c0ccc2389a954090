using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Vectors;

namespace Parley.Link.Tests.Vectors;

/// <summary>A party's feed on the line of the vectors, written with its real keys: whatever a vector wants is in it,
/// and every salt follows from its place.</summary>
internal sealed class VectorFeed(VectorParty party, LineDocument line)
{
    private readonly List<Entry> entries = [];

    internal static LineDocument Line { get; } = VectorParty.Line(VectorParty.Us, VectorParty.Ru, VectorParty.Icrc);

    /// <summary>When all of it was written.</summary>
    internal static DateTimeOffset At { get; } = VectorParty.Issued.AddHours(1);

    internal Origin Origin { get; } = new(line.Id, party.Id);
    internal ulong Size => (ulong)entries.Count;

    internal static VectorFeed Of(VectorParty party) => new VectorFeed(party, Line).Open();

    internal VectorFeed Open() => Write(LineOpened.BodyFor(line.Hash), h => h with { Kind = LineOpened.Kind });

    internal VectorFeed Say(string text, Func<EntryHeader, EntryHeader>? change = null) =>
        Write(Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}"""), change);

    internal VectorFeed Write(byte[]? body, Func<EntryHeader, EntryHeader>? change = null)
    {
        var salt = SHA256.HashData(Encoding.UTF8.GetBytes($"salt {Origin.Party}/{entries.Count}"));
        var header = new EntryHeader
        {
            Line = line.Id,
            From = party.Id,
            Seq = Size,
            At = At,
            Kind = "message.sent",
            Mark = Mark.Actual,
            Precedence = Precedence.Routine,
            By = new Officer("watch", "A. Officer"),
            Body = body is null ? null : Body.Commit(salt, body),
            Size = body?.Length ?? 0,
        };
        entries.Add(new Entry((change is null ? header : change(header)).Encode(), body is null ? null : salt, body));
        return this;
    }

    /// <summary>A header as its author wrote it, whatever it is.</summary>
    internal VectorFeed Write(byte[] header, bool asItIs)
    {
        if (!asItIs)
            throw new ArgumentException("a body is written otherwise", nameof(asItIs));
        entries.Add(new Entry(header, null, null));
        return this;
    }

    /// <summary>A copy that goes another way from here on.</summary>
    internal VectorFeed Twin()
    {
        var twin = new VectorFeed(party, line);
        twin.entries.AddRange(entries);
        return twin;
    }

    internal Entry Last => entries[^1];

    internal Checkpoint TextAt(ulong size) => new(Origin, size, Tree(size).Root());

    internal SignedCheckpoint CheckpointAt(ulong size) => SignedCheckpoint.Sign(TextAt(size), Origin, party.Log);

    /// <summary>The checkpoint of a text that its author may sign and no reader takes.</summary>
    internal SignedCheckpoint Signed(string text, SigningKey? by = null) =>
        SignedCheckpoint
            .Parse(new SignedNote(text, NoteSignature.Sign(text, Origin.ToString(), by ?? party.Log)).Encode())
            .Required();

    internal Hash[] Proof(ulong old, ulong size) =>
        old == 0 || old >= size
            ? []
            : ConsistencyProof.Build(
                Tree(old),
                [.. entries.Skip((int)old).Take((int)(size - old)).Select(e => MerkleHash.Leaf(e.Header))]
            );

    internal byte[] Push(
        ulong old,
        ulong? to = null,
        SignedCheckpoint? checkpoint = null,
        Hash[]? proof = null,
        Func<Entry, Entry>? change = null,
        bool withBodies = true,
        bool lost = false,
        SignedCheckpoint? beside = null
    )
    {
        var end = to ?? Size;
        var bytes = new ArrayBufferWriter<byte>();
        EntryBatch.WriteOffer(
            bytes,
            new CheckpointOffer(old, proof ?? Proof(old, end), checkpoint ?? CheckpointAt(end))
        );
        for (var i = old; i < end; i++)
            EntryBatch.WriteEntry(bytes, change?.Invoke(entries[(int)i]) ?? entries[(int)i], withBodies && !lost, lost);
        if (beside is not null)
            EntryBatch.WriteBeside(bytes, beside);
        return bytes.WrittenSpan.ToArray();
    }

    private TreeFrontier Tree(ulong size)
    {
        var tree = new TreeFrontier();
        foreach (var entry in entries.Take((int)size))
            tree.Append(MerkleHash.Leaf(entry.Header));
        return tree;
    }
}
