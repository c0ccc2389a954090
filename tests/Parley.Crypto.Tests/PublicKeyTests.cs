using System.Numerics;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Crypto.Tests;

public sealed class PublicKeyTests
{
    private static readonly BigInteger FieldPrime = BigInteger.Pow(2, 255) - 19;

    [Fact]
    public void Every_published_signature_is_judged_as_published()
    {
        using var file = VectorFolder.Json("ed25519/wycheproof-ed25519_test.json");
        int valid = 0,
            invalid = 0;
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = Convert.FromHexString(group.GetProperty("publicKey").GetProperty("pk").GetString()!);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var expected = test.GetProperty("result").GetString() == "valid";
                var message = Convert.FromHexString(test.GetProperty("msg").GetString()!);
                var signature = Convert.FromHexString(test.GetProperty("sig").GetString()!);
                Assert.True(
                    expected == PublicKey.VerifyEncoded(key, message, signature),
                    $"case {test.GetProperty("tcId")}: {test.GetProperty("comment")}"
                );
                if (PublicKey.TryPin(key, out var pinned))
                    Assert.Equal(expected, pinned.Verify(message, signature));
                if (expected)
                    valid++;
                else
                    invalid++;
            }
        }
        Assert.Equal(88, valid);
        Assert.Equal(63, invalid);
    }

    [Fact]
    public void A_key_of_our_own_making_can_be_pinned()
    {
        using var key = SigningKey.Generate();
        Assert.True(PublicKey.TryPin(key.PublicKey.ToArray(), out var pinned));
        Assert.Equal(key.PublicKey, pinned);
    }

    [Fact]
    public void A_point_of_small_order_cannot_be_pinned()
    {
        // The points with y = 1, −1 and 0 have order 1, 2 and 4; the sign bit gives the other point of the same y.
        foreach (var y in new[] { BigInteger.One, FieldPrime - 1, BigInteger.Zero })
        {
            AssertNotPinned(Encode(y));
            AssertNotPinned(Encode(y, sign: true));
        }
    }

    [Fact]
    public void A_point_outside_the_prime_order_group_cannot_be_pinned()
    {
        // Adding the point of order 2 maps (x, y) to (−x, −y): still on the curve, but of mixed order.
        using var key = SigningKey.Generate();
        var y = Decode(key.PublicKey.ToArray(), out var sign);
        AssertNotPinned(Encode(FieldPrime - y, !sign));
    }

    [Fact]
    public void A_coordinate_not_below_the_field_prime_cannot_be_pinned()
    {
        for (var excess = 0; excess < 19; excess++)
        {
            AssertNotPinned(Encode(FieldPrime + excess));
            AssertNotPinned(Encode(FieldPrime + excess, sign: true));
        }
    }

    [Fact]
    public void A_coordinate_of_no_point_cannot_be_pinned() => AssertNotPinned(Encode(2));

    [Fact]
    public void A_key_of_another_length_cannot_be_pinned()
    {
        using var key = SigningKey.Generate();
        var encoded = key.PublicKey.ToArray();
        AssertNotPinned([]);
        AssertNotPinned(encoded[..^1]);
        AssertNotPinned([.. encoded, 0]);
    }

    [Fact]
    public void A_key_that_was_never_read_verifies_nothing() =>
        Assert.False(default(PublicKey).Verify([], new byte[PublicKey.SignatureLength]));

    private static void AssertNotPinned(byte[] encoded) =>
        Assert.False(PublicKey.TryPin(encoded, out _), Convert.ToHexString(encoded));

    private static byte[] Encode(BigInteger y, bool sign = false)
    {
        var bytes = new byte[PublicKey.Length];
        Assert.True(y.TryWriteBytes(bytes, out _, isUnsigned: true));
        if (sign)
            bytes[^1] |= 0x80;
        return bytes;
    }

    private static BigInteger Decode(byte[] encoded, out bool sign)
    {
        sign = (encoded[^1] & 0x80) != 0;
        encoded[^1] &= 0x7F;
        return new BigInteger(encoded, isUnsigned: true);
    }
}
