using System.Security.Cryptography;
using System.Text;
using Parley.Crypto;
using Xunit;

namespace Parley.Crypto.Tests;

public sealed class Sha256Tests
{
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_examples_of_FIPS_180_4_hold(string text, string expected) =>
        Assert.Equal(expected, Sha256.Of(Encoding.ASCII.GetBytes(text)).ToHex());

    [Fact]
    public void Every_length_gives_the_hash_of_the_platforms_own_class_however_it_is_cut()
    {
        var random = new Random(180_4);
        var data = new byte[80 * 1024]; // longer than what is joined in one buffer
        random.NextBytes(data);
        int[] around = [.. Enumerable.Range(0, 200), .. Enumerable.Range(2030, 40), .. Enumerable.Range(OpenSslSha256.MaxLength - 40, 80), data.Length];
        foreach (var length in around)
        {
            var expected = new Hash(SHA256.HashData(data.AsSpan(0, length)));
            var cut = random.Next(length + 1);
            Assert.Equal(expected, Sha256.Of(data.AsSpan(0, length)));
            Assert.Equal(expected, Sha256.Of(data.AsSpan(0, cut), data.AsSpan(cut, length - cut)));
            Assert.Equal(expected, Sha256.OfPlatform(data.AsSpan(0, cut), data.AsSpan(cut, length - cut)));
        }
    }
}
