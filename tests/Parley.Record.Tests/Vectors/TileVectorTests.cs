using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Vectors;

/// <summary>docs/protocol/vectors/tiles.json and proofs.json: tiles, bundles, proofs of single entries, and policies of who
/// judges them.</summary>
public sealed class TileVectorTests
{
    private const string Tiles = "tiles",
        Proofs = "proofs";
    private const int Entries = 11;

    private static readonly VectorParty Us = VectorParty.Us,
        Ru = VectorParty.Ru,
        Icrc = VectorParty.Icrc;
    private static readonly LineDocument Line = VectorParty.Line(Us, Ru, Icrc);
    private static readonly Origin Feed = new(Line.Id, Us.Id);

    [Fact]
    public void The_vectors_are_those_of_the_protocol()
    {
        MadeTiles().AreThoseOfTheProtocol();
        MadeProofs().AreThoseOfTheProtocol();
    }

    // LOG-15 LOG-16 LOG-17 LOG-18
    [Fact]
    public void A_tile_is_where_and_what_the_vector_says() => OwnVectors.Each(Tiles, HoldTile);

    // LOG-21 LOG-22 LOG-23 LOG-24
    [Fact]
    public void A_proof_and_a_policy_are_judged_as_the_vector_says() =>
        OwnVectors.Each(
            Proofs,
            vector =>
            {
                if (vector["policy"] is { } text)
                {
                    Assert.Equal(
                        (bool)vector["read"]!,
                        TlogPolicy.Parse(OwnVectors.Bytes(text)).TryGet(out var policy, out _)
                    );
                    if (vector["note"] is { } note)
                        Assert.Equal(
                            (bool)vector["accepted"]!,
                            policy!
                                .Evaluate(SignedCheckpoint.Parse(OwnVectors.Bytes(note)).Required())
                                .TryGet(out _, out _)
                        );
                    return;
                }
                var read = TlogProof.Parse(OwnVectors.Bytes(vector["proof"])).TryGet(out var proof, out _);
                Assert.Equal((bool)vector["read"]!, read);
                if (proof is null)
                    return;
                var leaf = MerkleHash.Leaf(OwnVectors.Bytes(vector["entry"]));
                var log = VerifierKey.Parse((string)vector["logKey"]!).Required();
                VerifierKey[] cosigners =
                [
                    .. ((JsonArray)vector["cosignerKeys"]!).Select(k => VerifierKey.Parse((string)k!).Required()),
                ];
                Assert.Equal((bool)vector["holds"]!, proof.Verify(leaf, log, cosigners).TryGet(out _, out _));
            }
        );

    private static void HoldTile(JsonObject vector)
    {
        if (vector["bundle"] is { } bundle)
        {
            var read = EntryBundle.Read(OwnVectors.Bytes(bundle), (int)vector["width"]!).TryGet(out var entries, out _);
            Assert.Equal((bool)vector["taken"]!, read);
            if (entries is not null)
                Assert.Equal(
                    ((JsonArray)vector["entries"]!).Select(OwnVectors.Bytes),
                    entries.Select(e => e.ToArray())
                );
            return;
        }
        if (vector["leaves"] is { } leaves)
        {
            Assert.Equal((string?)vector["hash"], Tree((int)leaves).Root().ToHex());
            return;
        }
        if (vector["size"] is { } size)
        {
            Assert.Equal(
                (int)vector["width"]!,
                TilePath.WidthAt((ulong)size, (int)vector["level"]!, (ulong)vector["index"]!)
            );
            return;
        }
        var path = (string)vector["path"]!;
        if (!(bool)vector["taken"]!)
        {
            Assert.False(TilePath.TryParse(path, out _, out _, out _));
            Assert.False(TilePath.TryParseEntries(path, out _, out _));
            return;
        }
        if (vector["level"] is { } level)
        {
            Assert.True(TilePath.TryParse(path, out var l, out var i, out var w));
            Assert.Equal(((int)level, (ulong)vector["index"]!, (int)vector["width"]!), (l, i, w));
            return;
        }
        Assert.True(TilePath.TryParseEntries(path, out var index, out var width));
        Assert.Equal(((ulong)vector["index"]!, (int)vector["width"]!), (index, width));
    }

    private static OwnVectors MadeTiles()
    {
        var vectors = new OwnVectors(
            Tiles,
            "Paths of tiles and of bundles with what they name, and paths that name none; the width that a tile has in a tree of a size (0: there is none); bundles with their entries, and bytes that are none; and hashes of tiles of a higher level, over the leaves of trees.json."
        );
        foreach (
            var (path, level, index, width) in new (string, int, ulong, int)[]
            {
                ("tile/0/000", 0, 0, 256),
                ("tile/1/067", 1, 67, 256),
                ("tile/0/x001/x234/067", 0, 1_234_067, 256),
                ("tile/0/000.p/5", 0, 0, 5),
                ("tile/2/x001/000.p/255", 2, 1000, 255),
            }
        )
            vectors.Add(
                $"a tile at {path}",
                "LOG-16",
                new JsonObject
                {
                    ["path"] = path,
                    ["taken"] = true,
                    ["level"] = level,
                    ["index"] = index,
                    ["width"] = width,
                }
            );
        foreach (
            var (path, index, width) in new (string, ulong, int)[]
            {
                ("tile/entries/000", 0, 256),
                ("tile/entries/x001/067.p/9", 1067, 9),
            }
        )
            vectors.Add(
                $"a bundle at {path}",
                "LOG-16",
                new JsonObject
                {
                    ["path"] = path,
                    ["taken"] = true,
                    ["index"] = index,
                    ["width"] = width,
                }
            );
        foreach (
            var path in (string[])
                [
                    "tile/0/67",
                    "tile/0/0067",
                    "tile/00/067",
                    "tile/64/067",
                    "tile/-1/067",
                    "tile/0/x067",
                    "tile/0/x000/067",
                    "tile/0/001/067",
                    "tile/0/X001/067",
                    "tile/0/067.p/0",
                    "tile/0/067.p/256",
                    "tile/0/067.p/05",
                    "tile/0/067/",
                    "tile/entries/67",
                ]
        )
            vectors.Add($"nothing at {path}", "LOG-16", new JsonObject { ["path"] = path, ["taken"] = false });
        foreach (
            var (size, level, index, width) in new (ulong, int, ulong, int)[]
            {
                (0, 0, 0, 0),
                (255, 0, 0, 255),
                (256, 0, 0, 256),
                (256, 0, 1, 0),
                (256, 1, 0, 1),
                (70_000, 0, 273, 112),
                (70_000, 1, 0, 256),
                (70_000, 1, 1, 17),
                (70_000, 2, 0, 1),
                (70_000, 3, 0, 0),
            }
        )
            vectors.Add(
                $"of {size} entries, level {level}, tile {index}",
                "LOG-17",
                new JsonObject
                {
                    ["size"] = size,
                    ["level"] = level,
                    ["index"] = index,
                    ["width"] = width,
                }
            );
        vectors.Add(
            "hash 0 of tile 0 of level 1, over the first 256 leaves",
            "LOG-15",
            new JsonObject { ["leaves"] = 256, ["hash"] = Tree(256).Root().ToHex() }
        );
        AddBundles(vectors);
        return vectors;
    }

    private static void AddBundles(OwnVectors vectors)
    {
        byte[][] entries = ["entry 0"u8.ToArray(), [], "entry 2"u8.ToArray()];
        var writer = new ArrayBufferWriter<byte>();
        foreach (var entry in entries)
            EntryBundle.Append(writer, entry);
        // By hand: the length in two bytes, then the entry.
        byte[] bundle = [0, 7, .. "entry 0"u8, 0, 0, 0, 7, .. "entry 2"u8];
        Assert.Equal(bundle, writer.WrittenSpan.ToArray());
        void Bundle(string name, byte[] bytes, int width, bool taken)
        {
            var vector = new JsonObject
            {
                ["bundle"] = new JsonObject { ["hex"] = Convert.ToHexStringLower(bytes) },
                ["width"] = width,
                ["taken"] = taken,
            };
            if (taken)
                vector["entries"] = new JsonArray([.. entries.Select(e => (JsonNode)OwnVectors.Of(e))]);
            vectors.Add(name, "LOG-18", vector);
        }
        Bundle("a bundle of three entries", bundle, 3, true);
        Bundle("a bundle that is cut short", bundle[..^1], 3, false);
        Bundle("a bundle with a byte behind its last entry", [.. bundle, 0], 3, false);
        Bundle("a bundle of fewer entries than its tile has", bundle, 4, false);
        Bundle("a bundle of more entries than its tile has", bundle, 2, false);
    }

    private static TreeFrontier Tree(int size)
    {
        var tree = new TreeFrontier();
        for (var i = 0; i < size; i++)
            tree.Append(MerkleHash.Leaf(Encoding.ASCII.GetBytes($"entry {i}")));
        return tree;
    }

    private static OwnVectors MadeProofs()
    {
        var vectors = new OwnVectors(
            Proofs,
            "Proofs of single entries (tlog-proof@v1) of the feed of us on the line of lines.json: whether each can be read, and whether it holds for an entry by the log key and the keys of cosigners that are asked for. And policies: whether each can be read, and whether it accepts a checkpoint."
        );
        var root = new Checkpoint(Feed, Entries, Tree(Entries).Root());
        var at = VectorParty.Issued.AddHours(2);
        var signed = SignedCheckpoint
            .Sign(root, Feed, Us.Log)
            .With(Cosignature.Sign(root, Ru.Id, Ru.Cosign, at))
            .With(Cosignature.Sign(root, Icrc.Id, Icrc.Cosign, at));
        Hash[] leaves =
        [
            .. Enumerable.Range(0, Entries).Select(i => MerkleHash.Leaf(Encoding.ASCII.GetBytes($"entry {i}"))),
        ];
        string Proof(int index, byte[]? extra = null) =>
            Encoding.UTF8.GetString(
                new TlogProof(
                    (ulong)index,
                    InclusionProof.Build((ulong)index, Entries, (_, _, width) => leaves.AsMemory(0, width)),
                    signed,
                    extra
                ).Encode()
            );
        string log = Line.LogKey(Us.Id).ToString(),
            ru = Line.CosignKey(Ru.Id).ToString(),
            icrc = Line.CosignKey(Icrc.Id).ToString();
        void Of(
            string name,
            string clauses,
            string proof,
            bool holds,
            string? key = null,
            string entry = "entry 5",
            params string[] cosigners
        ) =>
            vectors.Add(
                name,
                clauses,
                new JsonObject
                {
                    ["proof"] = OwnVectors.Of(Encoding.UTF8.GetBytes(proof)),
                    ["read"] = true,
                    ["entry"] = OwnVectors.Of(Encoding.UTF8.GetBytes(entry)),
                    ["logKey"] = key ?? log,
                    ["cosignerKeys"] = new JsonArray([.. cosigners.Select(c => (JsonNode)c)]),
                    ["holds"] = holds,
                }
            );
        void Unread(string name, string proof) =>
            vectors.Add(
                name,
                "LOG-21",
                new JsonObject { ["proof"] = OwnVectors.Of(Encoding.UTF8.GetBytes(proof)), ["read"] = false }
            );
        var good = Proof(5);
        Of("an entry, with both cosigners", "LOG-21 LOG-22", good, true, cosigners: [ru, icrc]);
        Of("with extra data, for which nothing vouches", "LOG-21 LOG-22", Proof(5, "extra"u8.ToArray()), true);
        Of("another entry", "LOG-22", good, false, entry: "entry 6");
        Of("the key of another feed", "LOG-22", good, false, Line.LogKey(Ru.Id).ToString());
        Of("a cosigner that did not sign", "LOG-22", good, false, cosigners: [Line.CosignKey(Us.Id).ToString()]);
        Of("another index", "LOG-22", good.Replace("\nindex 5\n", "\nindex 4\n", StringComparison.Ordinal), false);
        Unread("another first line", good.Replace("@v1\n", "@v2\n", StringComparison.Ordinal));
        Unread("an index with a zero before", good.Replace("\nindex 5\n", "\nindex 05\n", StringComparison.Ordinal));
        Unread("without its index", good.Replace("index 5\n", "", StringComparison.Ordinal));
        Unread("an empty extra line", good.Replace("\nindex 5\n", "\nextra \nindex 5\n", StringComparison.Ordinal));
        Unread("without its empty line", good.Replace("\n\nnorth", "\nnorth", StringComparison.Ordinal));
        Unread("without its checkpoint", good[..(good.IndexOf("\n\n", StringComparison.Ordinal) + 2)]);
        AddPolicies(vectors, signed, (log, ru, icrc));
        return vectors;
    }

    private static void AddPolicies(
        OwnVectors vectors,
        SignedCheckpoint signed,
        (string Log, string Ru, string Icrc) keys
    )
    {
        string witnesses =
                $"witness ru {keys.Ru}\nwitness icrc {keys.Icrc} https://example.org/\nwitness us {Line.CosignKey(Us.Id)}\n",
            whole = $"log {keys.Log}\n{witnesses}";
        void Policy(
            string name,
            string clauses,
            string text,
            bool read,
            bool? accepted = null,
            SignedCheckpoint? of = null
        )
        {
            var vector = new JsonObject { ["policy"] = OwnVectors.Of(Encoding.UTF8.GetBytes(text)), ["read"] = read };
            if (accepted is { } does)
            {
                vector["note"] = OwnVectors.Of((of ?? signed).Encode());
                vector["accepted"] = does;
            }
            vectors.Add(name, clauses, vector);
        }
        Policy("one witness", "LOG-23 LOG-24", whole + "quorum ru\n", true, true);
        Policy("a witness that did not sign", "LOG-24", whole + "quorum us\n", true, false);
        Policy("two of three", "LOG-23 LOG-24", whole + "group g 2 ru icrc us\nquorum g\n", true, true);
        Policy("all of three", "LOG-24", whole + "group g all ru icrc us\nquorum g\n", true, false);
        Policy(
            "any of a group in a group",
            "LOG-23 LOG-24",
            whole + "group h all ru icrc\ngroup g any h us\nquorum g\n",
            true,
            true
        );
        Policy("none is asked for", "LOG-24", whole + "quorum none\n", true, true);
        Policy("another log", "LOG-24", $"log {Line.LogKey(Ru.Id)}\n{witnesses}quorum none\n", true, false);
        Policy(
            "a line of a witness that does not verify, whatever the quorum",
            "LOG-24",
            whole + "quorum none\n",
            true,
            false,
            SignedCheckpoint
                .Sign(signed.Checkpoint, Feed, Us.Log)
                .With(new NoteSignature("ru", Line.CosignKey(Ru.Id).KeyId, new byte[72]))
        );
        foreach (
            var (name, rule) in new[]
            {
                ("no quorum line", ""),
                ("no newline", "quorum none"),
                ("two quorum lines", "quorum none\nquorum none\n"),
                ("a name that is not defined", "quorum w9\n"),
                ("a name used before it is defined", "quorum g\ngroup g all ru\n"),
                ("a comment behind other items", "quorum ru # one\n"),
                ("a threshold of 0", "group g 0 ru\nquorum g\n"),
                ("a threshold above its members", "group g 3 ru us\nquorum g\n"),
                ("a threshold with a zero before", "group g 01 ru\nquorum g\n"),
                ("a member twice", "group g all ru ru\nquorum g\n"),
                ("a group without members", "group g all\nquorum none\n"),
                ("a keyword as a name", "group any all ru\nquorum ru\n"),
                ("lines of Windows", "quorum none\r\n"),
                ("a line of another word", "logs none\nquorum none\n"),
            }
        )
            Policy($"a policy with {name}", "LOG-23", whole + rule, false);
        Policy("a witness with a log's key", "LOG-23", $"log {keys.Log}\nwitness w {keys.Log}\nquorum none\n", false);
        Policy("a log with a cosigner's key", "LOG-23", $"log {keys.Ru}\nquorum none\n", false);
    }
}
