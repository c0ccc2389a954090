using System.Diagnostics.CodeAnalysis;

namespace Parley.Crypto;

/// <summary>An Ed25519 public key (RFC 8032): 32 bytes. Values from outside enter through
/// <see cref="TryPin"/>.</summary>
public readonly struct PublicKey : IEquatable<PublicKey>
{
    /// <summary>Bytes in an encoded key.</summary>
    public const int Length = 32;

    /// <summary>Bytes in a signature.</summary>
    public const int SignatureLength = 64;

    private readonly Hash bytes; // 32 bytes by value; not a hash

    private PublicKey(Hash bytes) => this.bytes = bytes;

    /// <summary>
    /// Accepts a key for pinning: the encoding is canonical and the point lies in the prime-order group. Small-order
    /// and
    /// mixed-order points are refused, since a signature under them can hold for more than one message.
    /// </summary>
    public static unsafe bool TryPin(ReadOnlySpan<byte> encoded, out PublicKey key)
    {
        key = default;
        if (encoded.Length != Length)
            return false;
        fixed (byte* point = encoded)
        {
            if (Sodium.crypto_core_ed25519_is_valid_point(point) != 1)
                return false;
        }
        key = new PublicKey(new Hash(encoded));
        return true;
    }

    /// <summary>True when <paramref name="signature"/> over <paramref name="message"/> holds by libsodium's strict
    /// rule.</summary>
    public unsafe bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength)
            return false;
        Span<byte> encoded = stackalloc byte[Length];
        bytes.CopyTo(encoded);
        fixed (
            byte* m = message,
                s = signature,
                k = encoded
        )
        {
            return Sodium.crypto_sign_verify_detached(s, m, (ulong)message.Length, k) == 0;
        }
    }

    /// <summary>Verifies under any 32-byte encoding, pinned or not: for published test vectors.</summary>
    internal static bool VerifyEncoded(
        ReadOnlySpan<byte> encoded,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> signature
    ) => encoded.Length == Length && new PublicKey(new Hash(encoded)).Verify(message, signature);

    internal static PublicKey FromTrusted(ReadOnlySpan<byte> encoded) => new(new Hash(encoded));

    public void CopyTo(Span<byte> destination) => bytes.CopyTo(destination);

    public byte[] ToArray() => bytes.ToArray();

    public string ToHex() => bytes.ToHex();

    public bool Equals(PublicKey other) => bytes.Equals(other.bytes);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is PublicKey other && Equals(other);

    public override int GetHashCode() => bytes.GetHashCode();

    public override string ToString() => ToHex();

    public static bool operator ==(PublicKey left, PublicKey right) => left.Equals(right);

    public static bool operator !=(PublicKey left, PublicKey right) => !left.Equals(right);
}
