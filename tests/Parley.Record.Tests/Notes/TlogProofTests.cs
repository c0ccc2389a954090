using System.Text;
using Parley.Crypto;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Notes;

public sealed class TlogProofTests
{
    [Fact] // LOG-21 LOG-22
    public void The_composed_proofs_of_a_published_log_verify()
    {
        using var document = VectorFolder.Json("c2sp/tlog-proof-composed.json");
        var count = 0;
        foreach (var test in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var bytes = Encoding.UTF8.GetBytes(test.GetProperty("text").GetString()!);
            var key = VerifierKey.Parse(test.GetProperty("log_vkey").GetString()!).Required();
            var leaf = MerkleHash.Leaf(test.GetProperty("entry_base64").GetBytesFromBase64());
            var proof = TlogProof.Parse(bytes).Required();
            Assert.Equal(bytes, proof.Encode());
            Assert.Equal("valid", test.GetProperty("expect").GetString());
            Assert.Equal(test.GetProperty("index").GetUInt64(), proof.Index);
            Assert.Equal(test.GetProperty("size").GetUInt64(), proof.Verify(leaf, key).Required().Size);
            Assert.False(proof.Verify(MerkleHash.Leaf("another entry"u8), key).TryGet(out _, out _));
            count++;
        }
        Assert.Equal(30, count);
    }

    [Fact] // LOG-21
    public void The_published_layouts_are_read_or_refused_as_published()
    {
        using var document = VectorFolder.Json("c2sp/tlog-proof-layout.json");
        var (read, refused) = (0, 0);
        foreach (var test in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var bytes = Encoding.UTF8.GetBytes(test.GetProperty("text").GetString()!);
            Assert.False(TlogProof.Parse(bytes).TryGet(out _, out _)); // the published checkpoints are placeholders
            if (TlogProofLayout.Parse(bytes).TryGet(out var layout, out _))
            {
                Assert.Equal("accept", test.GetProperty("upstream").GetString());
                Assert.Equal(test.GetProperty("index").GetUInt64(), layout.Index);
                Assert.Equal(
                    test.GetProperty("hashes").EnumerateArray().Select(hash => hash.GetString()!),
                    layout.Hashes.Select(hash => hash.ToBase64())
                );
                Assert.Equal(
                    test.GetProperty("extra_text").GetString(),
                    layout.Extra is null ? null : Encoding.UTF8.GetString(layout.Extra)
                );
                Assert.Equal(test.GetProperty("checkpoint").GetString(), Encoding.UTF8.GetString(layout.Checkpoint));
                read++;
            }
            else
            {
                Assert.Equal("reject", test.GetProperty("upstream").GetString());
                refused++;
            }
        }
        Assert.Equal((2, 6), (read, refused));
    }

    [Fact] // LOG-21
    public void The_specifications_elided_example_has_the_layout_that_it_shows()
    {
        using var document = VectorFolder.Json("c2sp/spec-examples.json");
        var example = document
            .RootElement.GetProperty("examples")
            .EnumerateArray()
            .Single(e => e.GetProperty("kind").GetString() == "tlog-proof");
        var layout = TlogProofLayout.Parse(Encoding.UTF8.GetBytes(example.GetProperty("text").GetString()!)).Required();
        Assert.Equal(example.GetProperty("index").GetUInt64(), layout.Index);
        Assert.Equal(5, layout.Hashes.Length);
        Assert.NotNull(layout.Extra);
    }

    [Fact] // LOG-21 LOG-22
    public void Every_entry_of_a_sealed_feed_is_proven_with_and_without_extra_data()
    {
        for (var index = 0; index < Samples.Entries.Length; index++)
        {
            foreach (var extra in new[] { null, "extra"u8.ToArray(), new byte[TlogProof.MaxExtraLength] })
            {
                var written = Samples.Proof(index, extra);
                var read = TlogProof.Parse(written.Encode()).Required();
                Assert.Equal(written.Encode(), read.Encode());
                Assert.Equal(extra, read.Extra);
                Assert.Equal(
                    11UL,
                    read.Verify(
                            MerkleHash.Leaf(Samples.Entries[index]),
                            Samples.Log,
                            Samples.FirstCosigner,
                            Samples.SecondCosigner
                        )
                        .Required()
                        .Size
                );
            }
        }
    }

    [Fact] // LOG-22
    public void A_proof_without_the_right_origin_log_cosigner_or_entry_is_refused_with_the_reason()
    {
        var proof = Samples.Proof(4);
        var leaf = MerkleHash.Leaf(Samples.Entries[4]);
        var otherFeed = Samples.Feed with { Party = Samples.First };
        Assert.Contains("not of", Reason(proof.Verify(leaf, VerifierKey.ForLog(otherFeed, Samples.LogKey.PublicKey))));
        Assert.Contains(
            "did not sign",
            Reason(proof.Verify(leaf, VerifierKey.ForLog(Samples.Feed, Samples.FirstKey.PublicKey)))
        );
        Assert.Contains(
            "did not sign",
            Reason(proof.Verify(leaf, Samples.Log, VerifierKey.ForCosigner(Samples.Author, Samples.LogKey.PublicKey)))
        );
        Assert.Contains(
            "does not stand at index 4",
            Reason(proof.Verify(MerkleHash.Leaf(Samples.Entries[5]), Samples.Log))
        );
        var bad = Samples.Sealed().With(new NoteSignature("ua", Samples.FirstCosigner.KeyId, new byte[72]));
        Assert.Contains(
            "does not hold",
            Reason(new TlogProof(4, proof.Hashes, bad).Verify(leaf, Samples.Log, Samples.FirstCosigner))
        );
        Assert.Contains(
            "does not stand",
            Reason(new TlogProof(5, proof.Hashes, proof.Checkpoint).Verify(leaf, Samples.Log))
        );
    }

    [Fact] // LOG-22
    public void A_flipped_bit_anywhere_in_the_proof_is_refused()
    {
        var leaf = MerkleHash.Leaf(Samples.Entries[6]);
        var proven = Samples.Proof(6);
        var bytes = new TlogProof(
            6,
            proven.Hashes,
            proven.Checkpoint.Keep([Samples.Log, Samples.FirstCosigner])!
        ).Encode();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            var isAccepted =
                TlogProof.Parse(changed).TryGet(out var proof, out _)
                && proof.Verify(leaf, Samples.Log, Samples.FirstCosigner).TryGet(out _, out _);
            Assert.False(isAccepted, $"bit {bit}");
        }
    }

    [Fact] // LOG-21
    public void A_text_that_departs_from_the_format_is_refused()
    {
        var text = Encoding.UTF8.GetString(Samples.Proof(4, "extra"u8.ToArray()).Encode());
        var hash = MerkleHash.Empty.ToBase64();
        (string From, string To)[] changes =
        [
            ("proof@v1", "proof@v2"),
            ("proof@v1\n", "proof@v1\r\n"),
            ("index 4", "index 04"),
            ("index 4", "index  4"),
            ("index 4", "index 4 "),
            ("index 4", "Index 4"),
            ("index 4\n", ""),
            ("index 4\n", "index 4\nindex 4\n"),
            ("index 4", "index 18446744073709551616"),
            ("extra ", "extra"),
            ("extra ", "extra  "),
            ("extra ", "more "),
            ("index 4\n", "index 4\nabc\n"),
            ("index 4\n", "index 4\n" + hash[..^1] + "\n"),
            ("index 4\n", "index 4\n\n"),
            ("index 4\n", "index 4\n" + string.Concat(Enumerable.Repeat(hash + "\n", InclusionProof.MaxHashes + 1))),
            ($"extra {Convert.ToBase64String("extra"u8)}", "extra "),
            (
                $"extra {Convert.ToBase64String("extra"u8)}",
                $"extra {Convert.ToBase64String(new byte[TlogProof.MaxExtraLength + 1])}"
            ),
        ];
        foreach (var (from, to) in changes)
        {
            var changed = text.Replace(from, to, StringComparison.Ordinal);
            Assert.NotEqual(text, changed);
            Assert.False(TlogProof.Parse(Encoding.UTF8.GetBytes(changed)).TryGet(out _, out _), to);
        }
        Assert.False(TlogProof.Parse(new byte[TlogProof.MaxLength + 1]).TryGet(out _, out _));
        Assert.True(TlogProof.Parse(Encoding.UTF8.GetBytes(text)).TryGet(out _, out _));
    }

    [Fact] // LOG-8 LOG-21
    public void Whatever_stands_in_a_proof_it_is_refused_or_written_again_as_it_was()
    {
        var random = new Random(21);
        var bytes = Samples.Proof(4, "extra"u8.ToArray()).Encode();
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var changed = Samples.Mutate(bytes, random);
            if (!TlogProof.Parse(changed).TryGet(out var proof, out var reason))
            {
                Assert.NotEmpty(reason);
                continue;
            }
            Assert.Equal(changed, proof.Encode());
            accepted++;
        }
        Assert.InRange(accepted, 100, 19_900);
    }

    private static string Reason(Parsed<Checkpoint> verified)
    {
        Assert.False(verified.TryGet(out _, out var reason));
        return reason;
    }
}
