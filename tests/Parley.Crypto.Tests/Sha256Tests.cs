using System.Security.Cryptography;
using Xunit;

namespace Parley.Crypto.Tests;

public sealed class Sha256Tests
{
    [Fact]
    public void The_direct_call_and_the_platforms_general_call_agree_at_every_length_around_the_block_borders()
    {
        Assert.True(OpenSslSha256.IsPresent, "libcrypto.so.3 offers no direct SHA-256: hashing will be slow");
        var random = new Random(17);
        var bytes = new byte[5000];
        random.NextBytes(bytes);
        var general = new byte[Hash.Length];
        for (var length = 0; length < 400; length++)
        {
            for (var prefix = 0; prefix <= Math.Min(length, 66); prefix += 13)
            {
                Sha256.Platform(bytes.AsSpan(0, prefix), bytes.AsSpan(prefix, length - prefix), general);
                Assert.Equal(
                    new Hash(general),
                    Sha256.Of(bytes.AsSpan(0, prefix), bytes.AsSpan(prefix, length - prefix))
                );
                Assert.Equal(new Hash(SHA256.HashData(bytes.AsSpan(0, length))), new Hash(general));
            }
        }
        Assert.Equal(new Hash(SHA256.HashData(bytes)), Sha256.Of(bytes));
    }

    /// <summary>FIPS 180-2, appendix B.1.</summary>
    [Fact]
    public void The_published_example_hashes_as_published() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Sha256.Of("abc"u8).ToHex());
}
