using System.Text;
using System.Text.Json;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Crypto.Tests;

/// <summary>
/// RFC 9180's published values, with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305: they fix agreement,
/// key
/// derivation and sealing together, from outside. The receiver's steps are spelt out here from section 4 and 5 of the
/// RFC.
/// </summary>
public sealed class HpkeVectorTests
{
    private static readonly byte[] KemSuite = [.. "KEM"u8, 0x00, 0x20];
    private static readonly byte[] HpkeSuite = [.. "HPKE"u8, 0x00, 0x20, 0x00, 0x01, 0x00, 0x03];

    [Fact]
    public void Every_published_encryption_opens_with_our_agreement_derivation_and_cipher()
    {
        using var file = VectorFolder.Json("hpke/rfc9180-x25519-hkdfsha256-chacha20poly1305-base-psk.json");
        int modes = 0,
            encryptions = 0,
            exports = 0;
        foreach (var vector in file.RootElement.EnumerateArray())
        {
            modes++;
            using var receiver = AgreementKey.FromBytes(Hex(vector, "skRm"));
            var (enc, receiverPublic) = (Hex(vector, "enc"), receiver.PublicBytes);
            Assert.Equal(Hex(vector, "pkRm"), receiverPublic);

            var agreed = new byte[AgreementKey.Length];
            Assert.True(receiver.Agree(enc, agreed));
            var eae = LabeledExtract(KemSuite, [], "eae_prk", agreed);
            var shared = LabeledExpand(KemSuite, eae, "shared_secret", [.. enc, .. receiverPublic], 32);
            Assert.Equal(Hex(vector, "shared_secret"), shared);

            var context = ScheduleContext(vector, out var psk);
            Assert.Equal(Hex(vector, "key_schedule_context"), context);
            var secret = LabeledExtract(HpkeSuite, shared, "secret", psk);
            var key = LabeledExpand(HpkeSuite, secret, "key", context, Aead.KeyLength);
            var exporter = LabeledExpand(HpkeSuite, secret, "exp", context, 32);
            Assert.Equal(
                Hex(vector, "base_nonce"),
                LabeledExpand(HpkeSuite, secret, "base_nonce", context, Aead.NonceLength)
            );

            foreach (var encryption in vector.GetProperty("encryptions").EnumerateArray())
            {
                byte[] box = Hex(encryption, "ct"),
                    expected = Hex(encryption, "pt"),
                    plaintext = new byte[expected.Length];
                Assert.True(Aead.TryOpen(key, Hex(encryption, "nonce"), box, Hex(encryption, "aad"), plaintext));
                Assert.Equal(expected, plaintext);
                var again = new byte[box.Length];
                Aead.Seal(key, Hex(encryption, "nonce"), plaintext, Hex(encryption, "aad"), again);
                Assert.Equal(box, again);
                encryptions++;
            }
            foreach (var export in vector.GetProperty("exports").EnumerateArray())
            {
                Assert.Equal(
                    Hex(export, "exported_value"),
                    LabeledExpand(
                        HpkeSuite,
                        exporter,
                        "sec",
                        Hex(export, "exporter_context"),
                        export.GetProperty("L").GetInt32()
                    )
                );
                exports++;
            }
        }
        Assert.Equal((2, 2 * 257, 2 * 3), (modes, encryptions, exports));
    }

    [Fact]
    public void Both_ends_of_a_context_with_a_pre_shared_key_are_the_published_ones_message_by_message()
    {
        using var file = VectorFolder.Json("hpke/rfc9180-x25519-hkdfsha256-chacha20poly1305-base-psk.json");
        var vector = file.RootElement.EnumerateArray().Single(v => v.GetProperty("mode").GetByte() == 1);
        using var fresh = AgreementKey.FromBytes(Hex(vector, "skEm"));
        using var own = AgreementKey.FromBytes(Hex(vector, "skRm"));
        byte[] info = Hex(vector, "info"),
            psk = Hex(vector, "psk"),
            pskId = Hex(vector, "psk_id");
        using var sender = HpkeSender.Create(fresh, Hex(vector, "pkRm"), info, psk, pskId)!;
        using var receiver = HpkeReceiver.Create(own, Hex(vector, "enc"), info, psk, pskId)!;
        Assert.Equal(Hex(vector, "enc"), sender.Encapsulated);
        var messages = 0;
        foreach (var encryption in vector.GetProperty("encryptions").EnumerateArray())
        {
            byte[] plaintext = Hex(encryption, "pt"),
                associated = Hex(encryption, "aad"),
                box = new byte[plaintext.Length + Hpke.Overhead],
                opened = new byte[plaintext.Length];
            sender.Seal(plaintext, associated, box);
            Assert.Equal(Hex(encryption, "ct"), box);
            Assert.True(receiver.TryOpen(box, associated, opened));
            Assert.Equal(plaintext, opened);
            messages++;
        }
        Assert.Equal(257, messages);
        foreach (var export in vector.GetProperty("exports").EnumerateArray())
        {
            byte[] ours = new byte[export.GetProperty("L").GetInt32()],
                theirs = new byte[ours.Length];
            sender.Export(Hex(export, "exporter_context"), ours);
            receiver.Export(Hex(export, "exporter_context"), theirs);
            Assert.Equal(Hex(export, "exported_value"), ours);
            Assert.Equal(ours, theirs);
        }
    }

    [Fact]
    public void A_sealed_message_opens_with_the_same_key_secret_and_purpose_in_its_place_and_not_otherwise()
    {
        using var own = AgreementKey.Generate();
        using var other = AgreementKey.Generate();
        using var secret = LineSecret.Generate();
        using var another = LineSecret.Generate();
        using var sender = secret.SealFor(own.PublicBytes, "for tests"u8, "line"u8)!;
        byte[] first = new byte[5 + Hpke.Overhead],
            second = new byte[5 + Hpke.Overhead],
            opened = new byte[5];
        sender.Seal("first"u8, [], first);
        sender.Seal("secnd"u8, [], second);

        using var receiver = secret.OpenWith(own, sender.Encapsulated, "for tests"u8, "line"u8)!;
        Assert.False(receiver.TryOpen(second, [], opened));
        Assert.Equal(new byte[5], opened);
        Assert.True(receiver.TryOpen(first, [], opened));
        Assert.False(receiver.TryOpen(first, [], opened)); // once
        Assert.False(receiver.TryOpen(second, "another"u8, opened));
        Assert.True(receiver.TryOpen(second, [], opened));
        Assert.Equal("secnd"u8.ToArray(), opened);

        foreach (
            var wrong in new[]
            {
                secret.OpenWith(other, sender.Encapsulated, "for tests"u8, "line"u8),
                another.OpenWith(own, sender.Encapsulated, "for tests"u8, "line"u8),
                secret.OpenWith(own, sender.Encapsulated, "for something else"u8, "line"u8),
                secret.OpenWith(own, sender.Encapsulated, "for tests"u8, "another"u8),
                secret.OpenWith(own, other.PublicBytes, "for tests"u8, "line"u8),
            }
        )
        {
            Assert.False(wrong!.TryOpen(first, [], opened));
            wrong.Dispose();
        }
    }

    [Fact]
    public void Nothing_is_sealed_for_a_key_that_everybody_knows_or_opened_with_one()
    {
        using var own = AgreementKey.Generate();
        using var secret = LineSecret.Generate();
        foreach (var bad in new[] { new byte[32], [1, .. new byte[31]], new byte[31], [] })
        {
            Assert.Null(secret.SealFor(bad, "x"u8, "y"u8));
            Assert.Null(secret.OpenWith(own, bad, "x"u8, "y"u8));
        }
    }

    [Fact]
    public void Derive_is_extract_and_then_expand()
    {
        byte[] input = Randomness.Bytes(40),
            salt = Randomness.Bytes(20),
            prk = new byte[Hkdf.PrkLength],
            expected = new byte[77],
            derived = new byte[77];
        Hkdf.Extract(salt, input, prk);
        Hkdf.Expand(prk, "info"u8, expected);
        Hkdf.Derive(input, salt, "info"u8, derived);
        Assert.Equal(expected, derived);
    }

    private static byte[] ScheduleContext(JsonElement vector, out byte[] psk)
    {
        var mode = vector.GetProperty("mode").GetByte();
        psk = mode == 1 ? Hex(vector, "psk") : [];
        var pskId = mode == 1 ? Hex(vector, "psk_id") : [];
        return
        [
            mode,
            .. LabeledExtract(HpkeSuite, [], "psk_id_hash", pskId),
            .. LabeledExtract(HpkeSuite, [], "info_hash", Hex(vector, "info")),
        ];
    }

    private static byte[] LabeledExtract(byte[] suite, byte[] salt, string label, byte[] input)
    {
        var prk = new byte[Hkdf.PrkLength];
        Hkdf.Extract(salt, [.. "HPKE-v1"u8, .. suite, .. Encoding.ASCII.GetBytes(label), .. input], prk);
        return prk;
    }

    private static byte[] LabeledExpand(byte[] suite, byte[] prk, string label, byte[] info, int length)
    {
        var output = new byte[length];
        Hkdf.Expand(
            prk,
            [(byte)(length >> 8), (byte)length, .. "HPKE-v1"u8, .. suite, .. Encoding.ASCII.GetBytes(label), .. info],
            output
        );
        return output;
    }

    private static byte[] Hex(JsonElement parent, string name) =>
        Convert.FromHexString(parent.GetProperty(name).GetString()!);
}
