using Xunit;

namespace Parley.Crypto.Tests;

public sealed class DleqTests
{
    private const int Batch = 5;

    [Fact]
    public void A_flipped_bit_anywhere_in_the_proof_the_key_or_the_lists_is_refused()
    {
        using var sample = new Sample();
        Assert.True(sample.Verify());
        foreach (var bytes in (byte[][])[sample.Proof, sample.Public, sample.Inputs, sample.Outputs])
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] ^= (byte)(1 << (i % 8));
                Assert.False(sample.Verify(), $"byte {i}");
                bytes[i] ^= (byte)(1 << (i % 8));
            }
        }
        Assert.True(sample.Verify());
    }

    [Fact]
    public void Elements_swapped_repeated_or_left_out_are_refused()
    {
        using var sample = new Sample();
        Assert.False(Dleq.Verify(sample.Public, sample.Inputs.AsSpan(32), sample.Outputs.AsSpan(32), sample.Proof));
        byte[] swapped = [.. sample.Outputs[32..64], .. sample.Outputs[..32], .. sample.Outputs[64..]];
        Assert.False(Dleq.Verify(sample.Public, sample.Inputs, swapped, sample.Proof));
        byte[] inputs = [.. sample.Inputs[32..64], .. sample.Inputs[..32], .. sample.Inputs[64..]];
        Assert.False(Dleq.Verify(sample.Public, inputs, swapped, sample.Proof));
        Assert.False(Dleq.Verify(sample.Public, sample.Inputs, sample.Outputs, sample.Proof.AsSpan(0, 63)));
    }

    [Fact]
    public void A_scalar_that_is_not_below_the_order_is_refused()
    {
        using var sample = new Sample();
        // s + order is the same number and another encoding.
        byte[] order =
        [
            0xed,
            0xd3,
            0xf5,
            0x5c,
            0x1a,
            0x63,
            0x12,
            0x58,
            0xd6,
            0x9c,
            0xf7,
            0xa2,
            0xde,
            0xf9,
            0xde,
            0x14,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0x10,
        ];
        var carry = 0;
        for (var i = 0; i < 32; i++)
        {
            carry += sample.Proof[32 + i] + order[i];
            sample.Proof[32 + i] = (byte)carry;
            carry >>= 8;
        }
        Assert.False(sample.Verify());
        Assert.False(Ristretto255.IsScalar(order));
        order[0]--;
        Assert.True(Ristretto255.IsScalar(order));
    }

    [Fact]
    public void The_identity_and_encodings_that_are_not_canonical_are_no_elements()
    {
        using var sample = new Sample();
        var identity = new byte[32];
        byte[] tooBig = [0xed, .. Enumerable.Repeat((byte)0xff, 30), 0x7f]; // p, that is zero
        byte[] negative = [1, .. new byte[31]];
        foreach (var bad in (byte[][])[identity, tooBig, negative, [.. Enumerable.Repeat((byte)0xff, 32)]])
        {
            Assert.False(Ristretto255.IsElement(bad));
            byte[] inputs = [.. sample.Inputs[..64], .. bad];
            Assert.Equal(2, sample.Key.Multiply(inputs, new byte[inputs.Length]));
            Assert.False(Dleq.Verify(sample.Public, inputs, sample.Outputs.AsSpan(0, 96), sample.Proof));
            Assert.False(Dleq.Verify(bad, sample.Inputs, sample.Outputs, sample.Proof));
        }
        Assert.False(Ristretto255.IsElement(new byte[31]));
        Assert.True(Ristretto255.IsElement(sample.Public));
    }

    [Fact]
    public void Misuse_throws()
    {
        using var sample = new Sample();
        Assert.Throws<ArgumentException>(() => Dleq.Verify(sample.Public, [], [], sample.Proof));
        Assert.Throws<ArgumentException>(() =>
            Dleq.Verify(sample.Public, sample.Inputs, sample.Outputs.AsSpan(32), sample.Proof)
        );
        Assert.Throws<ArgumentException>(() => EvaluationKey.FromUniform(new byte[32]));
        Assert.Throws<ArgumentException>(() => sample.Key.Multiply(new byte[33], new byte[33]));
    }

    private sealed class Sample : IDisposable
    {
        internal Sample()
        {
            for (var i = 0; i < Batch; i++)
                Rfc9497.Voprf.HashToGroup([(byte)i], Inputs.AsSpan(32 * i, 32));
            Assert.Equal(-1, Key.Multiply(Inputs, Outputs));
            Assert.True(Key.TryProve(Inputs, Outputs, Randomness.Bytes(64), Proof));
            Public = Key.PublicKey.ToArray();
        }

        internal EvaluationKey Key { get; } = EvaluationKey.FromUniform(Randomness.Bytes(64));
        internal byte[] Public { get; }
        internal byte[] Inputs { get; } = new byte[32 * Batch];
        internal byte[] Outputs { get; } = new byte[32 * Batch];
        internal byte[] Proof { get; } = new byte[Dleq.ProofLength];

        internal bool Verify() => Dleq.Verify(Public, Inputs, Outputs, Proof);

        public void Dispose() => Key.Dispose();
    }
}
