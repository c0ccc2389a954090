using System.Text;
using System.Text.Json;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Crypto.Tests;

/// <summary>
/// RFC 9180's published values, with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305: they fix agreement, key
/// derivation and sealing together, from outside. The receiver's steps are spelt out here from section 4 and 5 of the RFC.
/// </summary>
public sealed class HpkeVectorTests
{
    private static readonly byte[] KemSuite = [.. "KEM"u8, 0x00, 0x20];
    private static readonly byte[] HpkeSuite = [.. "HPKE"u8, 0x00, 0x20, 0x00, 0x01, 0x00, 0x03];

    [Fact]
    public void Every_published_encryption_opens_with_our_agreement_derivation_and_cipher()
    {
        using var file = VectorFolder.Json("hpke/rfc9180-x25519-hkdfsha256-chacha20poly1305-base-psk.json");
        int modes = 0, encryptions = 0, exports = 0;
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
            Assert.Equal(Hex(vector, "base_nonce"), LabeledExpand(HpkeSuite, secret, "base_nonce", context, Aead.NonceLength));

            foreach (var encryption in vector.GetProperty("encryptions").EnumerateArray())
            {
                byte[] box = Hex(encryption, "ct"), expected = Hex(encryption, "pt"), plaintext = new byte[expected.Length];
                Assert.True(Aead.TryOpen(key, Hex(encryption, "nonce"), box, Hex(encryption, "aad"), plaintext));
                Assert.Equal(expected, plaintext);
                var again = new byte[box.Length];
                Aead.Seal(key, Hex(encryption, "nonce"), plaintext, Hex(encryption, "aad"), again);
                Assert.Equal(box, again);
                encryptions++;
            }
            foreach (var export in vector.GetProperty("exports").EnumerateArray())
            {
                Assert.Equal(Hex(export, "exported_value"), LabeledExpand(HpkeSuite, exporter, "sec", Hex(export, "exporter_context"), export.GetProperty("L").GetInt32()));
                exports++;
            }
        }
        Assert.Equal((2, 2 * 257, 2 * 3), (modes, encryptions, exports));
    }

    [Fact]
    public void Derive_is_extract_and_then_expand()
    {
        byte[] input = Randomness.Bytes(40), salt = Randomness.Bytes(20), prk = new byte[Hkdf.PrkLength], expected = new byte[77], derived = new byte[77];
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
        return [mode, .. LabeledExtract(HpkeSuite, [], "psk_id_hash", pskId), .. LabeledExtract(HpkeSuite, [], "info_hash", Hex(vector, "info"))];
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
        Hkdf.Expand(prk, [(byte)(length >> 8), (byte)length, .. "HPKE-v1"u8, .. suite, .. Encoding.ASCII.GetBytes(label), .. info], output);
        return output;
    }

    private static byte[] Hex(JsonElement parent, string name) => Convert.FromHexString(parent.GetProperty(name).GetString()!);
}
