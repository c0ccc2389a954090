using System.Text;
using Parley.Crypto;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Notes;

public sealed class CheckpointTests
{
    private static readonly string Root = Sha256.Of("root"u8).ToBase64();

    [Fact] // LOG-10 LOG-12
    public void The_published_bodies_are_judged_by_their_lines_once_their_roots_have_32_bytes()
    {
        using var document = VectorFolder.Json("c2sp/checkpoint-bodies.json");
        var (accepted, refused) = (0, 0);
        foreach (var test in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var body = test.GetProperty("body").GetString()!;
            Assert.False(Checkpoint.Parse(body).TryGet(out _, out _)); // none of the published roots is a SHA-256 value
            if (test.GetProperty("upstream").GetString() == "accept")
            {
                var lines = body.Split('\n');
                lines[2] = Root;
                body = string.Join('\n', lines);
            }
            if (Checkpoint.Parse(body).TryGet(out var checkpoint, out _))
            {
                Assert.Equal("accept", test.GetProperty("upstream").GetString());
                Assert.Equal(test.GetProperty("origin").GetString(), checkpoint.Origin);
                Assert.Equal(test.GetProperty("size").GetUInt64(), checkpoint.Size);
                Assert.Equal(
                    test.GetProperty("rest").GetString(),
                    string.Concat(checkpoint.Extensions.Select(line => line + "\n"))
                );
                Assert.Equal(body, checkpoint.Text);
                accepted++;
            }
            else
            {
                refused++;
            }
        }
        Assert.Equal((3, 5), (accepted, refused)); // empty extension lines are the case where C2SP is stricter than upstream
    }

    [Fact] // LOG-10
    public void A_text_that_departs_from_the_format_is_refused()
    {
        string[] refused =
        [
            "",
            "\n",
            "log\n",
            $"log\n5\n{Root}",
            $"\n5\n{Root}\n",
            $"log\n\n{Root}\n",
            "log\n5\n\n",
            $"log\n05\n{Root}\n",
            $"log\n+5\n{Root}\n",
            $"log\n-5\n{Root}\n",
            $"log\n 5\n{Root}\n",
            $"log\n5 \n{Root}\n",
            $"log\n５\n{Root}\n",
            $"log\n18446744073709551616\n{Root}\n",
            $"log\n5\n{Root} \n",
            $"log\n5\n{Root[..^1]}\n",
            $"log\n5\n{Root}=\n",
            $"log\n5\n{Convert.ToBase64String(new byte[31])}\n",
            $"log\n5\n{Convert.ToBase64String(new byte[33])}\n",
            $"log\n5\n{Root}\n\n",
            $"log\n5\n{Root}\nmore\n\n",
            $"log\n5\n{Root}\n\nmore\n",
            $"lo\rg\n5\n{Root}\n",
            $"log\r\n5\r\n{Root}\r\n",
            $"log\n5\n{Root[..^2]}{(char)(Root[^2] + 1)}=\n",
            $"{new string('a', SignedNote.MaxLength)}\n5\n{Root}\n",
        ];
        foreach (var text in refused)
            Assert.False(Checkpoint.Parse(text).TryGet(out _, out _), text[..Math.Min(80, text.Length)]);
        Assert.Equal(0UL, Checkpoint.Parse($"log\n0\n{Root}\n").Required().Size);
        Assert.Equal(ulong.MaxValue, Checkpoint.Parse($"any log + 1\n18446744073709551615\n{Root}\n").Required().Size);
    }

    [Fact] // LOG-3 LOG-10 LOG-12
    public void A_feeds_checkpoint_has_three_lines_and_reads_back_as_it_was()
    {
        var written = Samples.Checkpoint();
        Assert.Equal(3, written.Text.Count(c => c == '\n'));
        var read = Checkpoint.Parse(written.Text).Required();
        Assert.Equal((Samples.Feed.ToString(), 11UL, written.Root), (read.Origin, read.Size, read.Root));
        Assert.Empty(read.Extensions);
        Assert.True(Origin.TryParse(read.Origin, out var origin));
        Assert.Equal(Samples.Feed, origin);
    }

    [Fact] // LOG-5 LOG-11
    public void The_authors_signature_holds_for_its_own_origin_only()
    {
        var signed = SignedCheckpoint
            .Parse(SignedCheckpoint.Sign(Samples.Checkpoint(), Samples.Feed, Samples.LogKey).Encode())
            .Required();
        Assert.Equal(SignatureCheck.Valid, signed.Check(Samples.Log));
        Assert.Equal(SignatureCheck.Absent, signed.Check(VerifierKey.ForLog(Samples.Feed, Samples.FirstKey.PublicKey)));

        // The same key under another name: its line verifies as a note, and says nothing about this feed.
        var stranger = VerifierKey.Create("another-log", SignatureType.Ed25519, Samples.LogKey.PublicKey);
        var borrowed = signed.With(NoteSignature.Sign(signed.Checkpoint.Text, "another-log", Samples.LogKey));
        Assert.Equal(SignatureCheck.Valid, borrowed.Note.Check(stranger));
        Assert.Equal(SignatureCheck.Absent, borrowed.Check(stranger));
        Assert.Throws<ArgumentException>(() =>
            SignedCheckpoint.Sign(Samples.Checkpoint(), Samples.Feed with { Party = Samples.First }, Samples.LogKey)
        );
    }

    [Fact] // LOG-2 LOG-10 LOG-15 LOG-18 LOG-20
    public void A_whole_published_log_leads_from_entries_over_tiles_and_roots_to_its_signatures()
    {
        var key = VerifierKey
            .Parse(Encoding.UTF8.GetString(VectorFolder.Bytes("c2sp/tessera-log/log.vkey")).TrimEnd('\n'))
            .Required();
        Hash[] Tile(int size) =>
            [
                .. VectorFolder
                    .Bytes("c2sp/tessera-log/" + TilePath.Encode(0, 0, size))
                    .Chunk(Hash.Length)
                    .Select(bytes => new Hash(bytes)),
            ];
        var checkpoints = new List<Checkpoint>();
        var entries = 0;
        for (var size = 0; size <= 15; size++)
        {
            var signed = SignedCheckpoint.Parse(VectorFolder.Bytes($"c2sp/tessera-log/checkpoint.{size}")).Required();
            Assert.Equal(SignatureCheck.Valid, signed.Check(key));
            Assert.Equal((ulong)size, signed.Checkpoint.Size);
            checkpoints.Add(signed.Checkpoint);
            var frontier = TreeFrontier.FromTiles((ulong)size, (_, _, _) => Tile(size));
            Assert.Equal(signed.Checkpoint.Root, frontier.Root());
            if (size == 0)
                continue;

            var bundle = EntryBundle
                .Read(VectorFolder.Bytes("c2sp/tessera-log/" + TilePath.EncodeEntries(0, size)), size)
                .Required();
            Assert.Equal(Tile(size), bundle.Select(entry => MerkleHash.Leaf(entry.Span)));
            entries = bundle.Length;
            for (var old = 0; old <= size; old++)
            {
                var proof = ConsistencyProof.Build((ulong)old, (ulong)size, (_, _, _) => Tile(size));
                Assert.True(ConsistencyProof.Extends((ulong)old, checkpoints[old].Root, signed.Checkpoint, proof));
            }
        }
        Assert.Equal(
            VectorFolder.Bytes("c2sp/tessera-log/checkpoint"),
            VectorFolder.Bytes("c2sp/tessera-log/checkpoint.15")
        );
        Assert.Equal((16, 15), (checkpoints.Count, entries));
    }

    [Fact] // LOG-20
    public void The_published_consistency_proof_leads_from_the_older_note_to_the_newer()
    {
        using var document = VectorFolder.Json("c2sp/notes.json");
        var notes = document
            .RootElement.GetProperty("notes")
            .EnumerateArray()
            .ToDictionary(note => note.GetProperty("id").GetString()!, note => note.GetProperty("note").GetString()!);
        var count = 0;
        foreach (var test in document.RootElement.GetProperty("consistency").EnumerateArray())
        {
            Checkpoint Read(string name) =>
                SignedCheckpoint
                    .Parse(Encoding.UTF8.GetBytes(notes[test.GetProperty(name).GetString()!]))
                    .Required()
                    .Checkpoint;
            var (older, newer) = (Read("old"), Read("new"));
            Hash[] proof =
            [
                .. test.GetProperty("proof_base64")
                    .EnumerateArray()
                    .Select(hash => new Hash(hash.GetBytesFromBase64())),
            ];
            Assert.True(ConsistencyProof.Extends(older.Size, older.Root, newer, proof));
            count++;
        }
        Assert.Equal(1, count);
    }

    [Fact] // LOG-3
    public void The_published_origins_have_the_published_hashes()
    {
        using var document = VectorFolder.Json("c2sp/origin-ids.json");
        var (hashes, ids) = (0, 0);
        foreach (var test in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var origin = test.GetProperty("origin").GetString()!;
            var hash = Sha256.Of(Encoding.UTF8.GetBytes(origin)).ToHex();
            if (test.TryGetProperty("origin_hash", out var expected))
            {
                Assert.Equal(expected.GetString(), hash);
                hashes++;
            }
            else
            {
                var id = test.GetProperty("formats_log_id").GetString(); // another program's name for a log, not to be mixed up
                Assert.NotEqual(id, hash);
                Assert.Equal(id, Sha256.Of(Encoding.UTF8.GetBytes("o:" + origin)).ToHex());
                ids++;
            }
        }
        Assert.Equal((2, 5), (hashes, ids));
    }
}
