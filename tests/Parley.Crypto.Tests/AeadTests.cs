using System.Buffers.Binary;
using System.Numerics;
using Xunit;

namespace Parley.Crypto.Tests;

public sealed class AeadTests
{
    private readonly byte[] key = Randomness.Bytes(Aead.KeyLength);
    private readonly byte[] shortNonce = Randomness.Bytes(Aead.NonceLength);
    private readonly byte[] longNonce = Randomness.Bytes(XAead.NonceLength);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void What_was_sealed_opens_to_the_same(int length)
    {
        var plaintext = Randomness.Bytes(length);
        byte[] box = new byte[length + Aead.TagLength],
            opened = new byte[length];
        Aead.Seal(key, shortNonce, plaintext, "bound"u8, box);
        Assert.True(Aead.TryOpen(key, shortNonce, box, "bound"u8, opened));
        Assert.Equal(plaintext, opened);
        XAead.Seal(key, longNonce, plaintext, "bound"u8, box);
        Array.Clear(opened);
        Assert.True(XAead.TryOpen(key, longNonce, box, "bound"u8, opened));
        Assert.Equal(plaintext, opened);
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_the_box_is_refused_and_leaves_zeros()
    {
        var plaintext = Randomness.Bytes(40);
        byte[] platform = new byte[40 + Aead.TagLength],
            extended = new byte[40 + XAead.TagLength];
        Aead.Seal(key, shortNonce, plaintext, [], platform);
        XAead.Seal(key, longNonce, plaintext, [], extended);
        for (var bit = 0; bit < platform.Length * 8; bit++)
        {
            var opened = Randomness.Bytes(40);
            platform[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Aead.TryOpen(key, shortNonce, platform, [], opened));
            Assert.Equal(-1, opened.AsSpan().IndexOfAnyExcept((byte)0));
            platform[bit / 8] ^= (byte)(1 << (bit % 8));

            opened = Randomness.Bytes(40);
            extended[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(XAead.TryOpen(key, longNonce, extended, [], opened));
            Assert.Equal(-1, opened.AsSpan().IndexOfAnyExcept((byte)0));
            extended[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Other_associated_data_another_nonce_or_too_short_a_box_is_refused()
    {
        var box = new byte[Aead.TagLength + 4];
        Aead.Seal(key, shortNonce, "text"u8, "a"u8, box);
        Assert.False(Aead.TryOpen(key, shortNonce, box, "b"u8, new byte[4]));
        Assert.False(Aead.TryOpen(key, Randomness.Bytes(Aead.NonceLength), box, "a"u8, new byte[4]));
        Assert.False(Aead.TryOpen(key, shortNonce, box.AsSpan(0, Aead.TagLength - 1), "a"u8, []));
        XAead.Seal(key, longNonce, "text"u8, "a"u8, box);
        Assert.False(XAead.TryOpen(key, longNonce, box, "b"u8, new byte[4]));
        Assert.False(XAead.TryOpen(key, Randomness.Bytes(XAead.NonceLength), box, "a"u8, new byte[4]));
        Assert.False(XAead.TryOpen(key, longNonce, box.AsSpan(0, XAead.TagLength - 1), "a"u8, []));
    }

    [Fact]
    public void The_extended_nonce_form_is_the_standard_one()
    {
        // draft-irtf-cfrg-xchacha, section 2.3: a subkey by HChaCha20, then the cipher of RFC 8439, which here is the
        // platform's.
        var plaintext = Randomness.Bytes(100);
        byte[] box = new byte[116],
            expected = new byte[116],
            nonce = [0, 0, 0, 0, .. longNonce[16..]];
        Aead.Seal(HChaCha20(key, longNonce.AsSpan(0, 16)), nonce, plaintext, "bound"u8, expected);
        XAead.Seal(key, longNonce, plaintext, "bound"u8, box);
        Assert.Equal(expected, box);
    }

    private static byte[] HChaCha20(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce)
    {
        var state = new uint[16];
        ReadOnlySpan<byte> constants = "expand 32-byte k"u8;
        for (var i = 0; i < 4; i++)
        {
            state[i] = BinaryPrimitives.ReadUInt32LittleEndian(constants[(4 * i)..]);
            state[4 + i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
            state[8 + i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(16 + (4 * i))..]);
            state[12 + i] = BinaryPrimitives.ReadUInt32LittleEndian(nonce[(4 * i)..]);
        }
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                var shift = round % 2; // a column round, then a diagonal round
                QuarterRound(
                    state,
                    i,
                    4 + ((i + shift) % 4),
                    8 + ((i + (2 * shift)) % 4),
                    12 + ((i + (3 * shift)) % 4)
                );
            }
        }
        var subkey = new byte[32];
        for (var i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(subkey.AsSpan(4 * i), state[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(subkey.AsSpan(16 + (4 * i)), state[12 + i]);
        }
        return subkey;
    }

    private static void QuarterRound(uint[] s, int a, int b, int c, int d)
    {
        s[a] += s[b];
        s[d] = BitOperations.RotateLeft(s[d] ^ s[a], 16);
        s[c] += s[d];
        s[b] = BitOperations.RotateLeft(s[b] ^ s[c], 12);
        s[a] += s[b];
        s[d] = BitOperations.RotateLeft(s[d] ^ s[a], 8);
        s[c] += s[d];
        s[b] = BitOperations.RotateLeft(s[b] ^ s[c], 7);
    }
}
