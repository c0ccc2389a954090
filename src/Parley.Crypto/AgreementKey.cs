namespace Parley.Crypto;

/// <summary>
/// An X25519 private key (RFC 7748), for HPKE. It lives in guarded memory and is zeroed on <see cref="Dispose"/>.
/// Safe to use from several threads at once.
/// </summary>
public sealed unsafe class AgreementKey : IDisposable, IStoredKey
{
    /// <summary>Bytes in a private key, a public key and a shared secret.</summary>
    public const int Length = 32;

    private readonly GuardedMemory secret;
    private readonly byte[] publicBytes = new byte[Length];

    private AgreementKey(ReadOnlySpan<byte> bytes)
    {
        secret = new GuardedMemory(Length);
        bytes.CopyTo(new Span<byte>(secret.Unfrozen, Length));
        fixed (byte* encoded = publicBytes)
        {
            _ = Sodium.crypto_scalarmult_base(encoded, secret.Unfrozen);
        }
        secret.Freeze();
    }

    /// <summary>The 32-byte public key, for a card.</summary>
    public byte[] PublicBytes => [.. publicBytes];

    KeyKind IStoredKey.Kind => KeyKind.X25519;

    byte[] IStoredKey.EncodePublic() => PublicBytes;

    /// <summary>A new key from the system's randomness.</summary>
    public static AgreementKey Generate()
    {
        using var bytes = new WipedBuffer(Length);
        Randomness.Fill(bytes.Span);
        return new AgreementKey(bytes.Span);
    }

    /// <summary>The key of 32 private bytes. The caller zeroes its own copy.</summary>
    public static AgreementKey FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
            ? new AgreementKey(bytes)
            : throw new ArgumentException($"a private key is {Length} bytes", nameof(bytes));

    /// <summary>
    /// Writes the 32-byte shared secret with the holder of <paramref name="theirPublic"/>. False, and nothing but zeros
    /// written, when
    /// that key is not 32 bytes or is of small order (the result would be known to everybody; RFC 7748, section 6.1).
    /// </summary>
    public bool Agree(ReadOnlySpan<byte> theirPublic, Span<byte> shared)
    {
        if (shared.Length != Length)
            throw new ArgumentException($"a shared secret is {Length} bytes", nameof(shared));
        shared.Clear();
        if (theirPublic.Length != Length)
            return false;
        using var lease = secret.Lend();
        fixed (
            byte* t = theirPublic,
                s = shared
        )
        {
            if (Sodium.crypto_scalarmult(s, lease.Pointer, t) == 0)
                return true;
        }
        shared.Clear();
        return false;
    }

    void IStoredKey.CopySecret(Span<byte> destination)
    {
        using var lease = secret.Lend();
        lease.Bytes.CopyTo(destination);
    }

    public void Dispose() => secret.Dispose();
}
