namespace Parley.Crypto;

/// <summary>
/// An Ed25519 private key. It lives in guarded memory, is never copied to the managed heap, and is zeroed on
/// <see cref="Dispose"/>.
/// Signing is deterministic (RFC 8032), so it is as pure as hashing. Safe to use from several threads at once.
/// </summary>
public sealed unsafe class SigningKey : IDisposable, IStoredKey
{
    /// <summary>Bytes in the seed from which a key pair is derived; this is what a key file holds.</summary>
    public const int SeedLength = 32;
    private const int SecretLength = 64;

    private readonly GuardedMemory secret; // seed ‖ public key, as libsodium lays it out

    private SigningKey(ReadOnlySpan<byte> seed)
    {
        secret = new GuardedMemory(SecretLength);
        Span<byte> encoded = stackalloc byte[PublicKey.Length];
        fixed (
            byte* s = seed,
                p = encoded
        )
        {
            _ = Sodium.crypto_sign_seed_keypair(p, secret.Unfrozen, s);
        }
        secret.Freeze();
        PublicKey = PublicKey.FromTrusted(encoded);
    }

    /// <summary>The other half, for cards and vkeys.</summary>
    public PublicKey PublicKey { get; }

    KeyKind IStoredKey.Kind => KeyKind.Ed25519;

    byte[] IStoredKey.EncodePublic() => PublicKey.ToArray();

    /// <summary>A new key from the system's randomness.</summary>
    public static SigningKey Generate()
    {
        using var seed = new WipedBuffer(SeedLength);
        Randomness.Fill(seed.Span);
        return new SigningKey(seed.Span);
    }

    /// <summary>The key of a 32-byte seed. The caller zeroes its own copy of the seed.</summary>
    public static SigningKey FromSeed(ReadOnlySpan<byte> seed) =>
        seed.Length == SeedLength
            ? new SigningKey(seed)
            : throw new ArgumentException($"a seed is {SeedLength} bytes", nameof(seed));

    /// <summary>Writes the 64-byte signature of <paramref name="message"/>.</summary>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        if (signature.Length < PublicKey.SignatureLength)
            throw new ArgumentException($"{PublicKey.SignatureLength} bytes are needed", nameof(signature));
        using var lease = secret.Lend();
        fixed (
            byte* m = message,
                s = signature
        )
        {
            _ = Sodium.crypto_sign_detached(s, null, m, (ulong)message.Length, lease.Pointer);
        }
    }

    /// <summary>The 64-byte signature of <paramref name="message"/>.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[PublicKey.SignatureLength];
        Sign(message, signature);
        return signature;
    }

    void IStoredKey.CopySecret(Span<byte> destination)
    {
        using var lease = secret.Lend();
        lease.Bytes[..SeedLength].CopyTo(destination);
    }

    public void Dispose() => secret.Dispose();
}
