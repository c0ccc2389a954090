using System.Buffers.Binary;
using System.Text;
using Parley.Crypto;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Notes;

public sealed class CosignatureTests
{
    [Fact] // LOG-14
    public void The_published_timestamps_are_read_and_what_is_no_cosignature_is_refused()
    {
        using var document = VectorFolder.Json("c2sp/cosignature-timestamps.json");
        var (read, refused) = (0, 0);
        foreach (var test in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var line = $"— name {test.GetProperty("signature_base64").GetString()}";
            if (
                NoteSignature.ParseLine(line).TryGet(out var signature, out _)
                && Cosignature.TryGetTimestamp(signature, out var at)
            )
            {
                Assert.Equal(test.GetProperty("timestamp").GetInt64(), at.ToUnixTimeSeconds());
                read++;
            }
            else
            {
                Assert.Equal("reject", test.GetProperty("expect").GetString());
                refused++;
            }
        }
        Assert.Equal((1, 2), (read, refused));
    }

    [Fact] // LOG-13
    public void The_published_witness_cosignature_holds_and_stands_where_its_origins_hash_says()
    {
        var path = Assert.Single(VectorFolder.Files("c2sp/sunlight-witness", "checkpoint"));
        var signed = SignedCheckpoint.Parse(File.ReadAllBytes(path)).Required();
        using var document = VectorFolder.Json("c2sp/sunlight-witness/witness.v0.json");
        var vkey = Assert
            .Single(document.RootElement.GetProperty("verifier_keys").EnumerateArray().ToArray())
            .GetString()!;
        Assert.Equal(SignatureCheck.Valid, signed.Check(VerifierKey.Parse(vkey).Required()));
        Assert.Equal(
            Path.GetFileName(Path.GetDirectoryName(path)),
            Sha256.Of(Encoding.UTF8.GetBytes(signed.Checkpoint.Origin)).ToHex()
        );
    }

    [Fact] // LOG-5 LOG-13 LOG-14
    public void A_cosignature_signs_the_header_the_time_and_the_whole_text()
    {
        var checkpoint = Samples.Checkpoint();
        var cosignature = Cosignature.Sign(
            checkpoint,
            Samples.First,
            Samples.FirstKey,
            Samples.At.AddMilliseconds(999)
        );
        var message = Encoding.UTF8.GetBytes($"cosignature/v1\ntime 1700000000\n{checkpoint.Text}");
        Assert.True(Samples.FirstKey.PublicKey.Verify(message, cosignature.Signature.AsSpan(8)));
        Assert.Equal(1_700_000_000UL, BinaryPrimitives.ReadUInt64BigEndian(cosignature.Signature));
        Assert.Equal(("ua", Samples.FirstCosigner.KeyId), (cosignature.Name, cosignature.KeyId));
        Assert.True(Cosignature.TryGetTimestamp(cosignature, out var at));
        Assert.Equal(Samples.At, at);
        Assert.True(Cosignature.Verify(cosignature, Samples.FirstCosigner, checkpoint.Text));
    }

    [Fact] // LOG-26
    public void A_time_of_zero_says_nothing_and_is_refused_and_a_clock_that_was_never_set_does_not_write_it()
    {
        var checkpoint = Samples.Checkpoint();
        byte[] signature =
        [
            .. new byte[8],
            .. Samples.FirstKey.Sign(Encoding.UTF8.GetBytes($"cosignature/v1\ntime 0\n{checkpoint.Text}")),
        ];
        var zero = new NoteSignature(Samples.FirstCosigner.Name, Samples.FirstCosigner.KeyId, signature);
        Assert.False(Cosignature.Verify(zero, Samples.FirstCosigner, checkpoint.Text));
        Assert.False(Cosignature.TryGetTimestamp(zero, out _));
        var unset = Cosignature.Sign(checkpoint, Samples.First, Samples.FirstKey, DateTimeOffset.UnixEpoch);
        Assert.True(Cosignature.Verify(unset, Samples.FirstCosigner, checkpoint.Text));
        Assert.True(Cosignature.TryGetTimestamp(unset, out var at));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1), at);
    }

    [Fact] // LOG-13
    public void Another_key_name_type_text_or_time_is_refused()
    {
        var checkpoint = Samples.Checkpoint();
        var cosignature = Cosignature.Sign(checkpoint, Samples.First, Samples.FirstKey, Samples.At);
        Assert.False(Cosignature.Verify(cosignature, Samples.SecondCosigner, checkpoint.Text));
        Assert.False(
            Cosignature.Verify(
                cosignature,
                VerifierKey.ForCosigner(Samples.Second, Samples.FirstKey.PublicKey),
                checkpoint.Text
            )
        );
        Assert.False(
            Cosignature.Verify(
                cosignature,
                VerifierKey.Create("ua", SignatureType.Ed25519, Samples.FirstKey.PublicKey),
                checkpoint.Text
            )
        );
        Assert.False(Cosignature.Verify(cosignature, Samples.FirstCosigner, checkpoint.Text + "more\n"));
        for (var bit = 0; bit < cosignature.Signature.Length * 8; bit++)
        {
            byte[] changed = [.. cosignature.Signature];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(
                Cosignature.Verify(cosignature with { Signature = changed }, Samples.FirstCosigner, checkpoint.Text)
            );
        }
    }

    [Fact] // LOG-13
    public void A_plain_signature_over_the_text_is_no_cosignature_and_the_other_way_round()
    {
        var checkpoint = Samples.Checkpoint();
        var plain = NoteSignature.Sign(checkpoint.Text, "ua", Samples.FirstKey);
        var posing = new NoteSignature("ua", Samples.FirstCosigner.KeyId, [.. new byte[8], .. plain.Signature]);
        Assert.Equal(SignatureCheck.Invalid, new SignedNote(checkpoint.Text, posing).Check(Samples.FirstCosigner));
        var cosignature = Cosignature.Sign(checkpoint, Samples.First, Samples.FirstKey, Samples.At);
        var asPlain = VerifierKey.Create("ua", SignatureType.Ed25519, Samples.FirstKey.PublicKey);
        var reversed = new NoteSignature("ua", asPlain.KeyId, cosignature.Signature[8..]);
        Assert.Equal(SignatureCheck.Invalid, new SignedNote(checkpoint.Text, reversed).Check(asPlain));
    }

    [Theory] // LOG-14, LOG-26
    [InlineData(0UL, false)]
    [InlineData(1UL, true)]
    [InlineData(253_402_300_799UL, true)]
    [InlineData(253_402_300_800UL, false)]
    [InlineData((ulong)long.MaxValue, false)]
    [InlineData(1UL << 63, false)]
    [InlineData(ulong.MaxValue, false)]
    public void A_time_of_zero_or_past_the_year_9999_is_refused_even_if_signed(ulong seconds, bool isRead)
    {
        var checkpoint = Samples.Checkpoint();
        var signature = new byte[Cosignature.Length];
        BinaryPrimitives.WriteUInt64BigEndian(signature, seconds);
        Samples.FirstKey.Sign(
            Encoding.UTF8.GetBytes($"cosignature/v1\ntime {seconds}\n{checkpoint.Text}"),
            signature.AsSpan(8)
        );
        var cosignature = new NoteSignature("ua", Samples.FirstCosigner.KeyId, signature);
        Assert.Equal(isRead, Cosignature.TryGetTimestamp(cosignature, out _));
        Assert.Equal(isRead, Cosignature.Verify(cosignature, Samples.FirstCosigner, checkpoint.Text));
    }

    [Fact] // LOG-14
    public void A_cosignature_of_another_length_is_refused()
    {
        for (var length = 0; length < 100; length++)
        {
            var bytes = new byte[length];
            if (length >= 8)
                bytes[7] = 1; // the time
            var signature = new NoteSignature("ua", Samples.FirstCosigner.KeyId, bytes);
            Assert.Equal(length == Cosignature.Length, Cosignature.TryGetTimestamp(signature, out _));
            Assert.False(Cosignature.Verify(signature, Samples.FirstCosigner, Samples.Checkpoint().Text));
        }
    }

    [Fact]
    public void A_time_before_1970_is_misuse() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Cosignature.Sign(
                Samples.Checkpoint(),
                Samples.First,
                Samples.FirstKey,
                DateTimeOffset.UnixEpoch.AddSeconds(-1)
            )
        );
}
