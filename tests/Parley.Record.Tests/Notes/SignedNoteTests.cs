using System.Text;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Notes;

public sealed class SignedNoteTests
{
    private static readonly string Line = NoteSignature.Sign("text\n", "name", Samples.LogKey).ToLine();

    [Fact] // LOG-7 LOG-9 LOG-14
    public void The_published_notes_are_opened_by_the_keys_they_name()
    {
        using var document = VectorFolder.Json("c2sp/notes.json");
        var (notes, checks, unsupported) = (0, 0, 0);
        foreach (var test in document.RootElement.GetProperty("notes").EnumerateArray())
        {
            var bytes = Encoding.UTF8.GetBytes(test.GetProperty("note").GetString()!);
            var note = SignedNote.Parse(bytes).Required();
            Assert.Equal(bytes, note.Encode());
            Assert.Equal(test.GetProperty("signature_lines").GetInt32(), note.Signatures.Count);
            foreach (var known in test.GetProperty("keys").EnumerateArray())
            {
                if (known.GetProperty("signature_type").GetByte() is not (1 or 4))
                {
                    Assert.False(
                        VerifierKey.Parse(known.GetProperty("vkey").GetString()!).TryGet(out _, out var reason)
                    );
                    Assert.Contains("not supported", reason);
                    unsupported++;
                    continue;
                }
                var key = VerifierKey.Parse(known.GetProperty("vkey").GetString()!).Required();
                var expected =
                    known.GetProperty("result").GetString() == "valid" ? SignatureCheck.Valid : SignatureCheck.Absent;
                Assert.Equal(expected, note.Check(key));
                if (key.Type == SignatureType.Cosignature)
                {
                    Assert.True(Cosignature.TryGetTimestamp(note.Signatures.Single(s => s.IsBy(key)), out var at));
                    Assert.Equal(test.GetProperty("cosignature_timestamp").GetInt64(), at.ToUnixTimeSeconds());
                }
                checks++;
            }
            notes++;
        }
        Assert.Equal((9, 12, 3), (notes, checks, unsupported));
    }

    [Fact] // LOG-7
    public void The_examples_of_the_specifications_are_read_and_the_one_with_a_key_verifies()
    {
        using var document = VectorFolder.Json("c2sp/spec-examples.json");
        var (read, verified) = (0, 0);
        foreach (var example in document.RootElement.GetProperty("examples").EnumerateArray())
        {
            var text = example.GetProperty("text").GetString()!;
            var bytes = Encoding.UTF8.GetBytes(text);
            switch (example.GetProperty("kind").GetString())
            {
                case "signed-note":
                    var note = SignedNote.Parse(bytes).Required();
                    Assert.Equal(bytes, note.Encode());
                    if (example.GetProperty("vkey").GetString() is not { } vkey)
                        break;
                    Assert.Equal(SignatureCheck.Valid, note.Check(VerifierKey.Parse(vkey).Required()));
                    verified++;
                    break;
                case "checkpoint":
                    var checkpoint = SignedCheckpoint.Parse(bytes).Required().Checkpoint;
                    Assert.Equal(example.GetProperty("origin").GetString(), checkpoint.Origin);
                    Assert.Equal(example.GetProperty("size").GetUInt64(), checkpoint.Size);
                    Assert.Equal(example.GetProperty("root_base64").GetString(), checkpoint.Root.ToBase64());
                    break;
                case "cosigned-checkpoint":
                    var cosignature = SignedCheckpoint.Parse(bytes).Required().Note.Signatures[1];
                    Assert.Equal(example.GetProperty("cosigner").GetString(), cosignature.Name);
                    Assert.Equal(example.GetProperty("key_id").GetString(), cosignature.KeyId.ToString("x8"));
                    Assert.True(Cosignature.TryGetTimestamp(cosignature, out var at));
                    Assert.Equal(example.GetProperty("timestamp").GetInt64(), at.ToUnixTimeSeconds());
                    break;
                case "cosignature-message": // LOG-13: the checkpoint's text behind the two lines
                    var body = text[(text.IndexOf('\n', text.IndexOf('\n') + 1) + 1)..];
                    Assert.Equal(
                        bytes,
                        Cosignature.Message(1679315147, Encoding.UTF8.GetBytes(Checkpoint.Parse(body).Required().Text))
                    );
                    break;
                case "tlog-proof": // signatures are elided, so that only the layout can be read
                    Assert.False(TlogProof.Parse(bytes).TryGet(out _, out _));
                    break;
                case "add-checkpoint-request":
                    var signed = SignedCheckpoint
                        .Parse(Encoding.UTF8.GetBytes(text[(text.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]))
                        .Required();
                    Assert.Equal(example.GetProperty("size").GetUInt64(), signed.Checkpoint.Size);
                    Assert.Equal(2, signed.Note.Signatures.Count);
                    Assert.NotEqual(signed.Note.Signatures[0].KeyId, signed.Note.Signatures[1].KeyId);
                    break;
                case "signature-lines":
                    var times = example
                        .GetProperty("timestamps")
                        .EnumerateArray()
                        .Select(time => time.GetUInt64())
                        .ToArray();
                    var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                    Assert.Equal(times.Length, lines.Length);
                    foreach (var (line, time) in lines.Zip(times))
                    {
                        var signature = NoteSignature.ParseLine(line).Required();
                        Assert.Equal(line + "\n", signature.ToLine());
                        Assert.Equal(
                            time,
                            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(signature.Signature)
                        );
                        Assert.Equal(Cosignature.Length, signature.Signature.Length);
                    }
                    break;
                case var kind:
                    Assert.Fail($"an example of an unknown kind: {kind}");
                    break;
            }
            read++;
        }
        Assert.Equal((8, 1), (read, verified));
    }

    [Fact] // LOG-7
    public void The_text_ends_at_the_last_blank_line_and_keeps_its_own_blank_lines()
    {
        var note = new SignedNote("one\n\ntwo\n", NoteSignature.Sign("one\n\ntwo\n", "name", Samples.LogKey));
        var read = SignedNote.Parse(note.Encode()).Required();
        Assert.Equal("one\n\ntwo\n", read.Text);
        Assert.Equal(
            SignatureCheck.Valid,
            read.Check(VerifierKey.Create("name", SignatureType.Ed25519, Samples.LogKey.PublicKey))
        );
    }

    [Fact] // LOG-7
    public void A_note_that_departs_from_the_format_is_refused()
    {
        string[] refused =
        [
            "",
            "\n",
            "\n\n",
            "text\n",
            "text\n\n",
            "text\n" + Line,
            "text\n\n" + Line[..^1],
            "text\n\n" + Line + "\n",
            "text\n\n" + Line + "more\n",
            "text\n\nmore\n" + Line,
            "te\rxt\n\n" + Line,
            "te\txt\n\n" + Line,
            "te\0xt\n\n" + Line,
            "text\n\n" + Line.Replace("— ", "- ", StringComparison.Ordinal),
            "text\n\n" + Line.Replace("— ", "—", StringComparison.Ordinal),
            "text\n\n" + Line.Replace("\n", " \n", StringComparison.Ordinal),
            "text\n\n" + Line.Replace("\n", "\u2028\n", StringComparison.Ordinal),
            "text\n\n" + Line[..^1] + "\u0085" + Line,
            "text\n\n— name \n",
            "text\n\n— name AAAAAA==\n",
            "text\n\n" + string.Concat(Enumerable.Repeat(Line, SignedNote.MaxSignatures + 1)),
            new string('a', SignedNote.MaxLength) + "\n\n" + Line,
        ];
        foreach (var text in refused)
            Assert.False(
                SignedNote.Parse(Encoding.UTF8.GetBytes(text)).TryGet(out _, out _),
                text[..Math.Min(80, text.Length)]
            );
        Assert.False(SignedNote.Parse([0xff, .. Encoding.UTF8.GetBytes("text\n\n" + Line)]).TryGet(out _, out _));
        Assert.True(SignedNote.Parse(Encoding.UTF8.GetBytes("text\n\n" + Line)).TryGet(out _, out _));
        Assert.True(
            SignedNote
                .Parse(
                    Encoding.UTF8.GetBytes(
                        "text\n\n" + string.Concat(Enumerable.Repeat(Line, SignedNote.MaxSignatures))
                    )
                )
                .TryGet(out _, out _)
        );
    }

    [Fact] // LOG-8
    public void Base64_in_a_second_spelling_is_refused()
    {
        var line = new NoteSignature("name", 7, [1, 2, 3]).ToLine()[..^1]; // 7 bytes: two bits of the last digit are unused
        Assert.True(NoteSignature.ParseLine(line).TryGet(out _, out _));
        Assert.EndsWith("Aw==", line);
        foreach (
            var other in new[]
            {
                line[..^3] + "x==",
                line[..^2],
                line[..^1],
                line + "=",
                line.Insert(line.Length - 4, " "),
                line.Insert(line.Length - 4, "\n"),
                line[..^4] + "A-==",
            }
        )
        {
            Assert.False(NoteSignature.ParseLine(other).TryGet(out _, out _), other);
        }
    }

    [Fact] // LOG-9
    public void A_flipped_bit_anywhere_in_a_note_never_leaves_it_valid()
    {
        var bytes = SignedCheckpoint.Sign(Samples.Checkpoint(), Samples.Feed, Samples.LogKey).Encode();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            if (SignedNote.Parse(changed).TryGet(out var note, out _))
                Assert.NotEqual(SignatureCheck.Valid, note.Check(Samples.Log));
        }
    }

    [Fact] // LOG-9
    public void Lines_of_unknown_keys_are_ignored_even_where_they_share_a_name_or_an_id()
    {
        var note = Samples.Sealed().Note;
        var noise = new SignedNote(
            note.Text,
            new NoteSignature(Samples.Log.Name, Samples.Log.KeyId + 1, new byte[64]),
            new NoteSignature("other", Samples.Log.KeyId, [1]),
            note.Signatures[0]
        );
        Assert.Equal(SignatureCheck.Valid, noise.Check(Samples.Log));
        Assert.Equal(SignatureCheck.Absent, noise.Check(Samples.FirstCosigner));
        var kept = noise.Keep([Samples.Log, Samples.FirstCosigner]);
        Assert.Equal([note.Signatures[0]], kept!.Signatures);
        Assert.Null(noise.Keep([Samples.FirstCosigner]));
    }

    [Fact] // LOG-9
    public void Of_two_lines_of_one_key_both_must_hold_in_either_order()
    {
        var note = Samples.Sealed().Note;
        var good = note.Signatures[0];
        var bad = good with { Signature = new byte[64] };
        Assert.Equal(SignatureCheck.Valid, new SignedNote(note.Text, good, good).Check(Samples.Log));
        Assert.Equal(SignatureCheck.Invalid, new SignedNote(note.Text, good, bad).Check(Samples.Log));
        Assert.Equal(SignatureCheck.Invalid, new SignedNote(note.Text, bad, good).Check(Samples.Log));
        Assert.Equal(
            SignatureCheck.Invalid,
            new SignedNote(note.Text, good with { Signature = [1] }).Check(Samples.Log)
        );
    }

    [Fact] // LOG-25
    public void A_line_that_stands_there_sixty_times_is_one_and_of_more_different_ones_than_four_none_counts()
    {
        var note = Samples.Sealed().Note;
        var many = new SignedNote(note.Text, [.. Enumerable.Repeat(note.Signatures[0], 60)]);
        Assert.Equal(SignatureCheck.Valid, many.Check(Samples.Log));
        Assert.Equal([note.Signatures[0]], many.LinesOf(Samples.Log));
        var different = Enumerable
            .Range(1, SignedNote.MaxLinesOfKey + 1)
            .Select(i =>
                Cosignature.Sign(Samples.Checkpoint(), Samples.First, Samples.FirstKey, Samples.At.AddSeconds(i))
            )
            .ToArray();
        Assert.Equal(SignatureCheck.Valid, new SignedNote(note.Text, different[1..]).Check(Samples.FirstCosigner));
        Assert.Equal(SignatureCheck.Invalid, new SignedNote(note.Text, different).Check(Samples.FirstCosigner));
        Assert.Null(new SignedNote(note.Text, different).LinesOf(Samples.FirstCosigner));
    }

    [Fact] // EVIDENCE-14
    public void Of_a_keys_lines_one_is_kept()
    {
        var note = Samples.Sealed().Note;
        var later = Cosignature.Sign(Samples.Checkpoint(), Samples.First, Samples.FirstKey, Samples.At.AddHours(1));
        var kept = new SignedNote(note.Text, note.Signatures[0], note.Signatures[0], later, note.Signatures[1]).Keep([
            Samples.Log,
            Samples.FirstCosigner,
        ]);
        Assert.Equal([note.Signatures[0], later], kept!.Signatures);
    }

    [Fact]
    public void A_signature_added_takes_the_place_of_the_same_keys_older_one()
    {
        var checkpoint = Samples.Checkpoint();
        var later = Cosignature.Sign(checkpoint, Samples.First, Samples.FirstKey, Samples.At.AddHours(1));
        var note = Samples.Sealed().With(later).Note;
        Assert.Equal(3, note.Signatures.Count);
        Assert.Equal(later, note.Signatures[^1]);
        Assert.Equal(SignatureCheck.Valid, note.Check(Samples.FirstCosigner));
    }

    [Fact] // LOG-8
    public void Whatever_stands_in_a_note_it_is_refused_or_written_again_as_it_was()
    {
        var random = new Random(8);
        var bytes = Samples.Sealed().Encode();
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var changed = Samples.Mutate(bytes, random);
            if (!SignedNote.Parse(changed).TryGet(out var note, out var reason))
            {
                Assert.NotEmpty(reason);
                continue;
            }
            Assert.Equal(changed, note.Encode());
            accepted++;
        }
        Assert.InRange(accepted, 100, 19_900);
    }
}
