using System.Text;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Vectors;

/// <summary>docs/protocol/vectors/checkpoints.json and trees.json: trees, proofs, notes, cosignatures.</summary>
public sealed class CheckpointVectorTests
{
    private const string Checkpoints = "checkpoints",
        Trees = "trees";
    private const int LargestTree = 257;
    private static readonly int[] Sizes = [1, 2, 3, 7, 8, 256, LargestTree];

    private static readonly VectorParty Us = VectorParty.Us,
        Ru = VectorParty.Ru,
        Icrc = VectorParty.Icrc;
    private static readonly LineDocument Line = VectorParty.Line(Us, Ru, Icrc);
    private static readonly Origin Feed = new(Line.Id, Us.Id);

    [Fact]
    public void The_vectors_of_checkpoints_are_those_of_the_protocol() => MadeCheckpoints().AreThoseOfTheProtocol();

    [Fact]
    public void The_vectors_of_trees_are_those_of_the_protocol() => MadeTrees().AreThoseOfTheProtocol();

    // LOG-5 LOG-7 LOG-8 LOG-9 LOG-10 LOG-11 LOG-12 LOG-13 LOG-14 LOG-25 LOG-26
    [Fact]
    public void A_checkpoint_is_taken_or_refused_as_the_vector_says() =>
        OwnVectors.Each(
            Checkpoints,
            vector =>
            {
                var log = VerifierKey.Parse((string)vector["logKey"]!).Required();
                var read = SignedCheckpoint.Parse(OwnVectors.Bytes(vector["note"])).TryGet(out var signed, out _);
                var taken =
                    read
                    && Origin.TryParse(log.Name, out var feed)
                    && signed!.Checkpoint.IsOf(feed)
                    && signed.Note.Check(log) == SignatureCheck.Valid;
                Assert.Equal((bool)vector["taken"]!, taken);
                if (!taken)
                    return;
                Assert.Equal((ulong)vector["size"]!, signed!.Checkpoint.Size);
                Assert.Equal((string?)vector["root"], signed.Checkpoint.Root.ToHex());
                foreach (var cosigner in vector["cosigners"] as JsonArray ?? [])
                {
                    var key = VerifierKey.Parse((string)cosigner!["key"]!).Required();
                    // LOG-9: where one line of a key does not verify, none counts.
                    var line = signed.Check(key) == SignatureCheck.Valid ? signed.Note.LinesOf(key)![0] : null;
                    Assert.Equal((bool)cosigner["counts"]!, line is not null);
                    if (line is not null)
                    {
                        Assert.True(Cosignature.TryGetTimestamp(line, out var at));
                        Assert.Equal((long)cosigner["time"]!, at.ToUnixTimeSeconds());
                    }
                }
            }
        );

    // LOG-1 LOG-2 LOG-19 LOG-20
    [Fact]
    public void A_root_and_a_proof_are_as_the_vector_says() =>
        OwnVectors.Each(
            Trees,
            vector =>
            {
                if (vector["leaves"] is { } leaves)
                {
                    Assert.Equal((string?)vector["root"], TreeOf((int)leaves).Root().ToHex());
                    return;
                }
                var proof = ((JsonArray)vector["proof"]!).Select(h => Hash((string)h!)).ToArray();
                var (size, root) = ((ulong)vector["size"]!, Hash((string)vector["root"]!));
                var holds = vector["old"] is { } old
                    ? ConsistencyProof.Verify((ulong)old, size, Hash((string)vector["oldRoot"]!), root, proof)
                    : InclusionProof.Verify((ulong)vector["index"]!, size, Hash((string)vector["leaf"]!), proof, root);
                Assert.Equal((bool)vector["holds"]!, holds);
            }
        );

    private static OwnVectors MadeTrees()
    {
        var vectors = new OwnVectors(
            Trees,
            "Trees whose leaf number i has the data 'entry i' (i in decimal): the root of the first so many leaves; proofs of consistency between two sizes and of inclusion of one leaf, and whether they hold. Hashes are hexadecimal."
        );
        vectors.Add("no leaves", "LOG-2", new JsonObject { ["leaves"] = 0, ["root"] = MerkleHash.Empty.ToHex() });
        foreach (var size in Sizes)
            vectors.Add(
                $"{size} leaves",
                "LOG-1 LOG-2",
                new JsonObject { ["leaves"] = size, ["root"] = TreeOf(size).Root().ToHex() }
            );
        foreach (var old in Sizes)
        {
            foreach (var size in Sizes.Where(s => s > old))
                vectors.Add($"from {old} to {size}", "LOG-20", Consistency(old, size, ProofOf(old, size), holds: true));
        }
        var proof = ProofOf(3, 7);
        vectors.Add("a hash too few", "LOG-20", Consistency(3, 7, proof[..^1], holds: false));
        vectors.Add("a hash too many", "LOG-20", Consistency(3, 7, [.. proof, proof[0]], holds: false));
        vectors.Add(
            "two hashes exchanged",
            "LOG-20",
            Consistency(3, 7, [proof[1], proof[0], .. proof[2..]], holds: false)
        );
        vectors.Add("the proof of another pair of sizes", "LOG-20", Consistency(2, 7, proof, holds: false));
        vectors.Add("no proof between two sizes", "LOG-20", Consistency(3, 7, [], holds: false));
        var inclusion = Inclusion(4, 7);
        vectors.Add("leaf 4 of 7", "LOG-19", Included(4, 7, inclusion, holds: true));
        vectors.Add("leaf 0 of 1", "LOG-19", Included(0, 1, [], holds: true));
        vectors.Add("leaf 256 of 257", "LOG-19", Included(256, LargestTree, Inclusion(256, LargestTree), holds: true));
        vectors.Add("an index outside of the tree", "LOG-19", Included(7, 7, inclusion, holds: false));
        vectors.Add("another index", "LOG-19", Included(5, 7, inclusion, holds: false));
        vectors.Add("an inclusion with a hash too few", "LOG-19", Included(4, 7, inclusion[..^1], holds: false));
        vectors.Add(
            "an inclusion with a hash too many",
            "LOG-19",
            Included(4, 7, [.. inclusion, inclusion[0]], holds: false)
        );
        return vectors;
    }

    private static OwnVectors MadeCheckpoints()
    {
        var vectors = new OwnVectors(
            Checkpoints,
            "A note that is offered as the checkpoint of a feed, with its author's log key; whether it is one; and of one that is its size, its root, and whether each of some parties' cosignatures counts and at what time. Keys are vkeys."
        );
        var tree = TreeOf(3);
        var plain = SignedCheckpoint.Sign(new Checkpoint(Feed, 3, tree.Root()), Feed, Us.Log);
        var text = plain.Checkpoint.Text;
        var log = Line.LogKey(Us.Id);
        var (ru, icrc) = (Line.CosignKey(Ru.Id), Line.CosignKey(Icrc.Id));
        NoteSignature Signed(string of) => NoteSignature.Sign(of, Feed.ToString(), Us.Log);
        NoteSignature Cosigned(VectorParty by, long at) =>
            Cosignature.Sign(plain.Checkpoint, by.Id, by.Cosign, DateTimeOffset.FromUnixTimeSeconds(at));
        const long at = 1_646_128_800;

        foreach (var size in Sizes)
        {
            var signed = SignedCheckpoint.Sign(new Checkpoint(Feed, (ulong)size, TreeOf(size).Root()), Feed, Us.Log);
            vectors.Add($"size {size}", "LOG-5 LOG-10", Good(signed.Encode(), size, TreeOf(size).Root(), log));
        }
        JsonObject Cosignatures(byte[] note, params (VerifierKey Key, long? At)[] cosigners)
        {
            var good = Good(note, 3, tree.Root(), log);
            good["cosigners"] = new JsonArray([
                .. cosigners.Select(c =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["key"] = c.Key.ToString(),
                            ["counts"] = c.At is not null,
                            ["time"] = c.At,
                        }
                ),
            ]);
            return good;
        }
        vectors.Add(
            "cosigned by two",
            "LOG-13 LOG-14",
            Cosignatures(plain.With(Cosigned(Ru, at)).With(Cosigned(Icrc, at + 1)).Encode(), (ru, at), (icrc, at + 1))
        );
        vectors.Add(
            "a cosignature that is not there",
            "LOG-13",
            Cosignatures(plain.With(Cosigned(Ru, at)).Encode(), (ru, at), (icrc, null))
        );
        vectors.Add("the first second", "LOG-14 LOG-26", Cosignatures(plain.With(Cosigned(Ru, 1)).Encode(), (ru, 1)));
        vectors.Add("a time of 0", "LOG-26", Cosignatures(Raw(text, Signed(text), Timed(0)), (ru, null)));
        vectors.Add(
            "a time after the year 9999",
            "LOG-14",
            Cosignatures(Raw(text, Signed(text), Timed(253_402_300_800)), (ru, null))
        );
        vectors.Add(
            "a cosignature a byte short",
            "LOG-14",
            Cosignatures(
                Raw(text, Signed(text), Cosigned(Ru, at) with { Signature = Cosigned(Ru, at).Signature[..^1] }),
                (ru, null)
            )
        );
        vectors.Add(
            "a cosignature on another size",
            "LOG-13",
            Cosignatures(
                plain
                    .With(
                        Cosignature.Sign(
                            new Checkpoint(Feed, 2, TreeOf(2).Root()),
                            Ru.Id,
                            Ru.Cosign,
                            DateTimeOffset.FromUnixTimeSeconds(at)
                        )
                    )
                    .Encode(),
                (ru, null)
            )
        );
        vectors.Add(
            "a cosignature twice, one line of which is bent",
            "LOG-9",
            Cosignatures(Raw(text, Signed(text), Cosigned(Ru, at), Bent(Cosigned(Ru, at + 1))), (ru, null))
        );
        vectors.Add(
            "the same cosignature line twice",
            "LOG-25",
            Cosignatures(Raw(text, Signed(text), Cosigned(Ru, at), Cosigned(Ru, at)), (ru, at))
        );
        vectors.Add(
            "five different lines of one cosigner",
            "LOG-25",
            Cosignatures(
                Raw(text, [Signed(text), .. Enumerable.Range(0, 5).Select(i => Cosigned(Ru, at + i))]),
                (ru, null)
            )
        );
        vectors.Add(
            "a line of a key that nobody knows",
            "LOG-9",
            Good(Raw(text, NoteSignature.Sign(text, "stranger", Ru.Identity), Signed(text)), 3, tree.Root(), log)
        );

        JsonObject Refused(byte[] note) =>
            new()
            {
                ["note"] = OwnVectors.Of(note),
                ["logKey"] = log.ToString(),
                ["taken"] = false,
            };
        void Text(string name, string clauses, string bent) =>
            vectors.Add(name, clauses, Refused(Raw(bent, Signed(bent))));

        Text("an extension line", "LOG-12 LINK-80", $"{text}extension\n");
        Text("a size with a leading zero", "LOG-10", text.Replace("\n3\n", "\n03\n", StringComparison.Ordinal));
        Text("a size of 2^64", "LOG-10", text.Replace("\n3\n", "\n18446744073709551616\n", StringComparison.Ordinal));
        Text("a negative size", "LOG-10", text.Replace("\n3\n", "\n-3\n", StringComparison.Ordinal));
        Text("no root", "LOG-10", string.Join('\n', text.Split('\n')[..2]) + "\n");
        Text("a root of 31 bytes", "LOG-10", $"{Feed}\n3\n{Convert.ToBase64String(new byte[31])}\n");
        Text("another origin", "LOG-11 LOG-3", text.Replace("/us\n", "/ru\n", StringComparison.Ordinal));
        Text("a control character", "LOG-7", text.Replace("\n3\n", "\n3\t\n", StringComparison.Ordinal));
        vectors.Add("signed by nobody who counts", "LOG-9", Refused(Raw(text, NoteSignature.Sign(text, "us", Us.Log))));
        vectors.Add("a signature that is bent", "LOG-9", Refused(Raw(text, Bent(Signed(text)))));
        vectors.Add(
            "two lines of the author, one of which is bent",
            "LOG-9",
            Refused(Raw(text, Signed(text), Bent(Signed(text))))
        );
        vectors.Add("no blank line", "LOG-7", Refused(Encoding.UTF8.GetBytes(text + Signed(text).ToLine())));
        vectors.Add("no signature", "LOG-7", Refused(Encoding.UTF8.GetBytes($"{text}\n")));
        vectors.Add(
            "without its last newline",
            "LOG-7",
            Refused(Encoding.UTF8.GetBytes($"{text}\n{Signed(text).ToLine().TrimEnd('\n')}"))
        );
        vectors.Add(
            "a line behind the signatures",
            "LOG-7",
            Refused(Encoding.UTF8.GetBytes($"{text}\n{Signed(text).ToLine()}more\n"))
        );
        vectors.Add(
            "carriage returns",
            "LOG-7",
            Refused(
                Encoding.UTF8.GetBytes(
                    $"{text}\n{Signed(text).ToLine()}".Replace("\n", "\r\n", StringComparison.Ordinal)
                )
            )
        );
        vectors.Add("invalid UTF-8", "LOG-7", Refused([0xFF, .. Raw(text, Signed(text))]));
        vectors.Add(
            "65 signatures",
            "LOG-7",
            Refused(Raw(text, [.. Enumerable.Range(0, 65).Select(i => NoteSignature.Sign(text, $"k{i}", Us.Log))]))
        );
        return vectors;
    }

    /// <summary>A cosignature of ru at a time that no honest cosigner states.</summary>
    private static NoteSignature Timed(ulong seconds)
    {
        var text = new Checkpoint(Feed, 3, TreeOf(3).Root()).Text;
        var message = Encoding.UTF8.GetBytes($"cosignature/v1\ntime {seconds}\n{text}");
        var time = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(time, seconds);
        return new NoteSignature(Ru.Id.Value, Line.CosignKey(Ru.Id).KeyId, [.. time, .. Ru.Cosign.Sign(message)]);
    }

    private static NoteSignature Bent(NoteSignature signature)
    {
        byte[] bytes = [.. signature.Signature];
        bytes[^1] ^= 1;
        return signature with { Signature = bytes };
    }

    private static byte[] Raw(string text, params NoteSignature[] signatures) =>
        Encoding.UTF8.GetBytes($"{text}\n{string.Concat(signatures.Select(s => s.ToLine()))}");

    private static JsonObject Good(byte[] note, int size, Hash root, VerifierKey log) =>
        new()
        {
            ["note"] = OwnVectors.Of(note),
            ["logKey"] = log.ToString(),
            ["taken"] = true,
            ["size"] = size,
            ["root"] = root.ToHex(),
        };

    private static JsonObject Consistency(int old, int size, Hash[] proof, bool holds) =>
        new()
        {
            ["old"] = old,
            ["oldRoot"] = TreeOf(old).Root().ToHex(),
            ["size"] = size,
            ["root"] = TreeOf(size).Root().ToHex(),
            ["proof"] = new JsonArray([.. proof.Select(h => (JsonNode)h.ToHex())]),
            ["holds"] = holds,
        };

    private static JsonObject Included(int index, int size, Hash[] proof, bool holds) =>
        new()
        {
            ["index"] = index,
            ["leaf"] = Leaf(index).ToHex(),
            ["size"] = size,
            ["root"] = TreeOf(size).Root().ToHex(),
            ["proof"] = new JsonArray([.. proof.Select(h => (JsonNode)h.ToHex())]),
            ["holds"] = holds,
        };

    private static Hash Leaf(int index) => MerkleHash.Leaf(Encoding.ASCII.GetBytes($"entry {index}"));

    private static TreeFrontier TreeOf(int size)
    {
        var tree = new TreeFrontier();
        for (var i = 0; i < size; i++)
            tree.Append(Leaf(i));
        return tree;
    }

    private static Hash[] ProofOf(int old, int size) =>
        ConsistencyProof.Build(TreeOf(old), [.. Enumerable.Range(old, size - old).Select(Leaf)]);

    /// <summary>RFC 9162, section 2.1.3.1, as it stands there.</summary>
    private static Hash[] Inclusion(int index, int size, int start = 0)
    {
        if (size == 1)
            return [];
        var k = 1;
        while (2 * k < size)
            k *= 2;
        return index < k
            ? [.. Inclusion(index, k, start), RootOf(start + k, size - k)]
            : [.. Inclusion(index - k, size - k, start + k), RootOf(start, k)];
    }

    private static Hash RootOf(int start, int count)
    {
        if (count == 1)
            return Leaf(start);
        var k = 1;
        while (2 * k < count)
            k *= 2;
        return MerkleHash.Node(RootOf(start, k), RootOf(start + k, count - k));
    }

    private static Hash Hash(string hex) => new(Convert.FromHexString(hex));
}
