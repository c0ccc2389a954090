namespace Parley.Crypto;

/// <summary>The one source of randomness for secrets, salts, nonces and ids: the kernel's, through libsodium.</summary>
public static class Randomness
{
    /// <summary>Overwrites <paramref name="destination"/> with random bytes.</summary>
    public static unsafe void Fill(Span<byte> destination)
    {
        fixed (byte* bytes = destination)
            Sodium.randombytes_buf(bytes, (nuint)destination.Length);
    }

    /// <summary>A new array of <paramref name="count"/> random bytes.</summary>
    public static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }
}
