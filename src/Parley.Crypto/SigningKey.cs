using System.Security.Cryptography;

namespace Parley.Crypto;

/// <summary>
/// An Ed25519 private key. It lives in memory that libsodium guards and locks, is never copied to the managed heap, and is zeroed
/// on <see cref="Dispose"/>. Signing is deterministic (RFC 8032), so it is as pure as hashing.
/// </summary>
public sealed unsafe class SigningKey : IDisposable
{
    /// <summary>Bytes in the seed from which a key pair is derived; this is what a key file holds.</summary>
    public const int SeedLength = 32;
    private const int SecretLength = 64;

    private byte* secret; // seed ‖ public key, as libsodium lays it out; null once disposed

    private SigningKey(ReadOnlySpan<byte> seed)
    {
        secret = (byte*)Sodium.sodium_malloc(SecretLength);
        if (secret == null) throw new InvalidOperationException("no locked memory for a signing key");
        Span<byte> encoded = stackalloc byte[PublicKey.Length];
        fixed (byte* s = seed, p = encoded)
        {
            _ = Sodium.crypto_sign_seed_keypair(p, secret, s);
        }
        PublicKey = PublicKey.FromTrusted(encoded);
    }

    public PublicKey PublicKey { get; }

    /// <summary>A new key from the system's randomness.</summary>
    public static SigningKey Generate()
    {
        Span<byte> seed = stackalloc byte[SeedLength];
        RandomNumberGenerator.Fill(seed);
        try
        {
            return new SigningKey(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>The key of a 32-byte seed. The caller zeroes its own copy of the seed.</summary>
    public static SigningKey FromSeed(ReadOnlySpan<byte> seed) =>
        seed.Length == SeedLength ? new SigningKey(seed) : throw new ArgumentException($"a seed is {SeedLength} bytes", nameof(seed));

    /// <summary>Writes the 64-byte signature of <paramref name="message"/>.</summary>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        ObjectDisposedException.ThrowIf(secret == null, this);
        if (signature.Length < PublicKey.SignatureLength) throw new ArgumentException("64 bytes are needed", nameof(signature));
        fixed (byte* m = message, s = signature)
        {
            _ = Sodium.crypto_sign_detached(s, null, m, (ulong)message.Length, secret);
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[PublicKey.SignatureLength];
        Sign(message, signature);
        return signature;
    }

    /// <summary>Lets a key file be written: the seed is lent for the length of the call and is not to be kept.</summary>
    internal void WithSeed(ReadOnlySpanAction use)
    {
        ObjectDisposedException.ThrowIf(secret == null, this);
        use(new ReadOnlySpan<byte>(secret, SeedLength));
    }

    internal delegate void ReadOnlySpanAction(ReadOnlySpan<byte> bytes);

    public void Dispose()
    {
        if (secret == null) return;
        Sodium.sodium_free(secret); // overwrites before it frees
        secret = null;
    }
}
