using System.Security.Cryptography;

namespace Parley.Crypto;

/// <summary>HKDF with SHA-256 (RFC 5869) from the platform.</summary>
public static class Hkdf
{
    /// <summary>Bytes in a pseudorandom key.</summary>
    public const int PrkLength = Hash.Length;

    /// <summary>Most bytes that one pseudorandom key expands to.</summary>
    public const int MaxOutput = 255 * Hash.Length;

    /// <summary>Writes the 32-byte pseudorandom key of the input keying material.</summary>
    public static void Extract(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> inputKey, Span<byte> prk) =>
        HKDF.Extract(HashAlgorithmName.SHA256, inputKey, salt, prk);

    /// <summary>Fills <paramref name="output"/> (at most <see cref="MaxOutput"/> bytes) from a pseudorandom
    /// key.</summary>
    public static void Expand(ReadOnlySpan<byte> prk, ReadOnlySpan<byte> info, Span<byte> output) =>
        HKDF.Expand(HashAlgorithmName.SHA256, prk, output, info);

    /// <summary>Extract, then expand.</summary>
    public static void Derive(
        ReadOnlySpan<byte> inputKey,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> info,
        Span<byte> output
    ) => HKDF.DeriveKey(HashAlgorithmName.SHA256, inputKey, output, salt, info);
}
