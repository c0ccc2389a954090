using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Parley.Crypto;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Notes;

public sealed class VerifierKeyTests
{
    [Fact] // LOG-4 LOG-6
    public void The_published_vkeys_are_read_or_refused_as_the_specification_says()
    {
        using var document = VectorFolder.Json("c2sp/vkeys.json");
        var (read, refused, unsupported) = (0, 0, 0);
        foreach (var test in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var vkey = test.GetProperty("vkey").GetString()!;
            var isPublished = test.GetProperty("upstream").GetString() == "accept";
            var isAccepted = VerifierKey.Parse(vkey).TryGet(out var key, out var reason);
            if (isAccepted)
            {
                Assert.True(isPublished, vkey);
                Assert.Equal(test.GetProperty("name").GetString(), key!.Name);
                Assert.Equal(test.GetProperty("key_id").GetString(), key.KeyId.ToString("x8"));
                Assert.Equal(test.GetProperty("signature_type").GetByte(), (byte)key.Type);
                Assert.Equal(vkey, key.ToString());
                read++;
            }
            else if (isPublished)
            {
                Assert.Contains(test.GetProperty("signature_type").GetByte(), new byte[] { 2, 5, 6 });
                Assert.Contains("not supported", reason);
                unsupported++;
            }
            else
            {
                refused++;
            }
        }
        Assert.Equal((11, 4, 4), (read, refused, unsupported));
    }

    [Fact] // LOG-3 LOG-4 LOG-5
    public void A_feeds_keys_are_named_by_origin_and_by_party_and_their_ids_tell_the_roles_apart()
    {
        var log = VerifierKey.ForLog(Samples.Feed, Samples.LogKey.PublicKey);
        var cosigner = VerifierKey.ForCosigner(Samples.Author, Samples.LogKey.PublicKey);
        Assert.Equal(("black-sea-" + new string('q', 32) + "/us", SignatureType.Ed25519), (log.Name, log.Type));
        Assert.Equal(("us", SignatureType.Cosignature), (cosigner.Name, cosigner.Type));
        foreach (var key in new[] { log, cosigner })
        {
            byte[] hashed =
            [
                .. Encoding.UTF8.GetBytes(key.Name),
                (byte)'\n',
                (byte)key.Type,
                .. Samples.LogKey.PublicKey.ToArray(),
            ];
            Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(hashed)), key.KeyId);
            Assert.Equal(key, VerifierKey.Parse(key.ToString()).Required());
        }
        Assert.NotEqual(log.KeyId, VerifierKey.Create(log.Name, SignatureType.Cosignature, log.Key).KeyId);
    }

    [Theory] // LOG-6
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\tb")]
    [InlineData("a\nb")]
    [InlineData("a\u0000b")]
    [InlineData("a\u0085b")]
    [InlineData("a\u00a0b")]
    [InlineData("a\u2003b")]
    [InlineData("a\u2028b")]
    [InlineData("a\u3000b")]
    public void A_name_that_is_empty_or_holds_space_plus_or_controls_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() =>
            VerifierKey.Create(name, SignatureType.Ed25519, Samples.LogKey.PublicKey)
        );
        byte[] material = [1, .. Samples.LogKey.PublicKey.ToArray()];
        byte[] hashed = [.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. material];
        var vkey =
            $"{name}+{Convert.ToHexStringLower(SHA256.HashData(hashed).AsSpan(0, 4))}+{Convert.ToBase64String(material)}";
        Assert.False(VerifierKey.Parse(vkey).TryGet(out _, out _));
        Assert.False(
            NoteSignature.ParseLine($"— {name} {Convert.ToBase64String(new byte[68])}\n").TryGet(out _, out _)
        );
    }

    [Fact] // LOG-6
    public void A_name_with_half_a_surrogate_pair_is_refused()
    {
        foreach (var name in new[] { "a\ud800", "\udc00a", "\ud800\ud800\udc00" })
        {
            Assert.Throws<ArgumentException>(() =>
                VerifierKey.Create(name, SignatureType.Ed25519, Samples.LogKey.PublicKey)
            );
        }
        Assert.Equal(
            "\ud83d\udd4a",
            VerifierKey.Create("\ud83d\udd4a", SignatureType.Ed25519, Samples.LogKey.PublicKey).Name
        );
    }

    [Fact] // LOG-6 LOG-8
    public void A_second_spelling_another_type_and_a_key_of_small_order_are_refused()
    {
        var vkey = Samples.Log.ToString();
        var id = Samples.Log.KeyId.ToString("x8");
        Assert.False(
            VerifierKey
                .Parse(
                    vkey.Replace(id, id.ToUpperInvariant(), StringComparison.Ordinal)
                        + (id.Any(char.IsLetter) ? "" : " ")
                )
                .TryGet(out _, out _)
        );
        Assert.False(VerifierKey.Parse(vkey + "\n").TryGet(out _, out _));
        Assert.False(VerifierKey.Parse(" " + vkey).TryGet(out _, out _));
        Assert.False(VerifierKey.Parse(vkey + "=").TryGet(out _, out _));
        Assert.False(VerifierKey.Parse(vkey[..^4]).TryGet(out _, out _));
        Assert.False(VerifierKey.Parse(new string('a', VerifierKey.MaxLength) + vkey).TryGet(out _, out _));
        for (var type = 0; type <= 255; type++)
        {
            var accepted = VerifierKey
                .Parse(Vkey("name", [(byte)type, .. Samples.LogKey.PublicKey.ToArray()]))
                .TryGet(out _, out _);
            Assert.Equal(type is 1 or 4, accepted);
        }
        Assert.False(VerifierKey.Parse(Vkey("name", [1, 1, .. new byte[31]])).TryGet(out _, out _)); // the neutral element
        Assert.False(VerifierKey.Parse(Vkey("name", [1, .. new byte[32]])).TryGet(out _, out _)); // a point of order 4
    }

    [Fact] // LOG-6
    public void Whatever_stands_in_a_vkey_it_is_refused_or_written_again_as_it_was()
    {
        var random = new Random(6);
        var bytes = Encoding.UTF8.GetBytes(Samples.Log.ToString());
        for (var i = 0; i < 5000; i++)
        {
            var text = Encoding.UTF8.GetString(Samples.Mutate(bytes, random));
            if (VerifierKey.Parse(text).TryGet(out var key, out var reason))
                Assert.Equal(text, key.ToString());
            else
                Assert.NotEmpty(reason);
        }
    }

    private static string Vkey(string name, byte[] material)
    {
        byte[] hashed = [.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. material];
        return $"{name}+{Convert.ToHexStringLower(SHA256.HashData(hashed).AsSpan(0, 4))}+{Convert.ToBase64String(material)}";
    }
}
