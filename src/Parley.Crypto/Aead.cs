using System.Security.Cryptography;

namespace Parley.Crypto;

/// <summary>
/// ChaCha20-Poly1305 (RFC 8439) from the platform. A nonce must never serve twice under one key; with random nonces use
/// <see cref="XAead"/>.
/// </summary>
public static class Aead
{
    /// <summary>Bytes in a key.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes in a nonce.</summary>
    public const int NonceLength = 12;

    /// <summary>Bytes that sealing adds: the tag.</summary>
    public const int TagLength = 16;

    /// <summary>Writes ciphertext ‖ tag to <paramref name="output"/>, which is <see cref="TagLength"/> longer than the
    /// plaintext.</summary>
    public static void Seal(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> associated,
        Span<byte> output
    )
    {
        if (output.Length != plaintext.Length + TagLength)
            throw new ArgumentException("the output is the plaintext's length and a tag", nameof(output));
        using var cipher = new ChaCha20Poly1305(key);
        cipher.Encrypt(nonce, plaintext, output[..^TagLength], output[^TagLength..], associated);
    }

    /// <summary>Opens ciphertext ‖ tag. False, with <paramref name="plaintext"/> zeroed, when anything was changed or
    /// the key is another.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> box,
        ReadOnlySpan<byte> associated,
        Span<byte> plaintext
    )
    {
        if (box.Length < TagLength)
            return false;
        if (plaintext.Length != box.Length - TagLength)
            throw new ArgumentException("the plaintext is a tag shorter than the box", nameof(plaintext));
        using var cipher = new ChaCha20Poly1305(key);
        try
        {
            cipher.Decrypt(nonce, box[..^TagLength], box[^TagLength..], plaintext, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            CryptographicOperations.ZeroMemory(plaintext);
            return false;
        }
    }
}

/// <summary>
/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) from libsodium. Its nonce is long enough to be drawn at random for
/// every message;
/// key files are sealed with it.
/// </summary>
public static unsafe class XAead
{
    /// <summary>Bytes in a key.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes in a nonce.</summary>
    public const int NonceLength = 24;

    /// <summary>Bytes that sealing adds: the tag.</summary>
    public const int TagLength = 16;

    /// <summary>Writes ciphertext ‖ tag to <paramref name="output"/>, which is <see cref="TagLength"/> longer than the
    /// plaintext.</summary>
    public static void Seal(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> associated,
        Span<byte> output
    )
    {
        Require(key, nonce);
        if (output.Length != plaintext.Length + TagLength)
            throw new ArgumentException("the output is the plaintext's length and a tag", nameof(output));
        fixed (
            byte* k = key,
                n = nonce,
                p = plaintext,
                a = associated,
                o = output
        )
        {
            _ = Sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
                o,
                null,
                p,
                (ulong)plaintext.Length,
                a,
                (ulong)associated.Length,
                null,
                n,
                k
            );
        }
    }

    /// <summary>Opens ciphertext ‖ tag. False, with <paramref name="plaintext"/> zeroed, when anything was changed or
    /// the key is another.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> box,
        ReadOnlySpan<byte> associated,
        Span<byte> plaintext
    )
    {
        Require(key, nonce);
        if (box.Length < TagLength)
            return false;
        if (plaintext.Length != box.Length - TagLength)
            throw new ArgumentException("the plaintext is a tag shorter than the box", nameof(plaintext));
        fixed (
            byte* k = key,
                n = nonce,
                b = box,
                a = associated,
                p = plaintext
        )
        {
            if (
                Sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
                    p,
                    null,
                    null,
                    b,
                    (ulong)box.Length,
                    a,
                    (ulong)associated.Length,
                    n,
                    k
                ) == 0
            )
                return true;
        }
        CryptographicOperations.ZeroMemory(plaintext);
        return false;
    }

    private static void Require(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce)
    {
        if (key.Length != KeyLength)
            throw new ArgumentException($"a key is {KeyLength} bytes", nameof(key));
        if (nonce.Length != NonceLength)
            throw new ArgumentException($"a nonce is {NonceLength} bytes", nameof(nonce));
    }
}
