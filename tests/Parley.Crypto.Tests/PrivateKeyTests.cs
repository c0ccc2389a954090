using Xunit;

namespace Parley.Crypto.Tests;

public sealed class PrivateKeyTests
{
    [Fact]
    public void A_signature_holds_for_its_message_and_for_no_other()
    {
        using var key = SigningKey.Generate();
        var message = Randomness.Bytes(200);
        var signature = key.Sign(message);
        Assert.True(key.PublicKey.Verify(message, signature));
        for (var bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.PublicKey.Verify(message, signature));
            message[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_a_signature_is_refused()
    {
        using var key = SigningKey.Generate();
        var message = "line test"u8;
        var signature = key.Sign(message);
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.PublicKey.Verify(message, signature));
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void One_seed_is_always_one_key()
    {
        var seed = Randomness.Bytes(SigningKey.SeedLength);
        using var first = SigningKey.FromSeed(seed);
        using var second = SigningKey.FromSeed(seed);
        Assert.Equal(first.PublicKey, second.PublicKey);
        Assert.Equal(first.Sign("same"u8), second.Sign("same"u8));
    }

    [Fact]
    public void A_disposed_key_does_nothing_more()
    {
        var signing = SigningKey.Generate();
        signing.Dispose();
        signing.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signing.Sign("late"u8));

        var agreement = AgreementKey.Generate();
        agreement.Dispose();
        Assert.Throws<ObjectDisposedException>(() =>
            agreement.Agree(agreement.PublicBytes, new byte[AgreementKey.Length])
        );
    }

    [Fact]
    public unsafe void A_key_disposed_under_a_use_is_freed_only_when_the_use_ends()
    {
        var memory = new GuardedMemory(32);
        new Span<byte>(memory.Unfrozen, 32).Fill(0x5A);
        memory.Freeze();
        using (var lease = memory.Lend())
        {
            memory.Dispose();
            Assert.False(memory.IsClosed);
            Assert.Equal(-1, lease.Bytes.IndexOfAnyExcept((byte)0x5A)); // still mapped and intact: a freed page would fault
        }
        Assert.True(memory.IsClosed); // freed, and libsodium zeroes before it frees
        Assert.Throws<ObjectDisposedException>(() => memory.Lend().Dispose());
    }

    [Fact]
    public unsafe void A_private_key_is_left_out_of_core_dumps()
    {
        using var memory = new GuardedMemory(32);
        var address = (ulong)memory.Unfrozen;
        memory.Freeze();
        var inside = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            var range = line.Split(' ', 2)[0].Split('-');
            if (range.Length == 2 && TryHex(range[0], out var from) && TryHex(range[1], out var to))
                inside = from <= address && address < to;
            if (!inside || !line.StartsWith("VmFlags:", StringComparison.Ordinal))
                continue;
            var flags = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Contains("dd", flags); // do not dump
            Assert.DoesNotContain("wr", flags); // and, once filled, not to be written
            return;
        }
        Assert.Skip("skipped: this kernel does not tell the flags of memory");

        static bool TryHex(string text, out ulong value) =>
            ulong.TryParse(text, System.Globalization.NumberStyles.AllowHexSpecifier, null, out value);
    }

    [Fact]
    public void A_working_buffer_holds_only_zeros_once_it_is_given_back()
    {
        var buffer = new WipedBuffer(48);
        Randomness.Fill(buffer.Span);
        Assert.NotEqual(-1, buffer.Span.IndexOfAnyExcept((byte)0));
        buffer.Dispose();
        Assert.Equal(-1, buffer.Span.IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Two_parties_agree_on_one_secret()
    {
        using var us = AgreementKey.Generate();
        using var them = AgreementKey.Generate();
        byte[] ours = new byte[AgreementKey.Length],
            theirs = new byte[AgreementKey.Length];
        Assert.True(us.Agree(them.PublicBytes, ours));
        Assert.True(them.Agree(us.PublicBytes, theirs));
        Assert.Equal(ours, theirs);
    }

    [Fact]
    public void No_secret_is_agreed_with_a_point_of_small_order()
    {
        using var key = AgreementKey.Generate();
        var shared = Randomness.Bytes(AgreementKey.Length);
        var one = new byte[AgreementKey.Length];
        one[0] = 1;
        Assert.False(key.Agree(new byte[AgreementKey.Length], shared));
        Assert.Equal(-1, shared.AsSpan().IndexOfAnyExcept((byte)0));
        Assert.False(key.Agree(one, shared));
        Assert.False(key.Agree(one.AsSpan(1), shared));
    }

    [Fact]
    public void Seeds_and_scalars_of_another_length_are_a_programming_error()
    {
        Assert.Throws<ArgumentException>(() => SigningKey.FromSeed(new byte[31]));
        Assert.Throws<ArgumentException>(() => AgreementKey.FromBytes(new byte[33]));
    }
}
