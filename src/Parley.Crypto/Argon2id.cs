using System.Text;

namespace Parley.Crypto;

/// <summary>How much work a passphrase guess costs. Only these two are ever used, so that no file can ask for a
/// gigabyte.</summary>
public enum Argon2Cost
{
    /// <summary>64 MiB, 2 passes: about a tenth of a second.</summary>
    Interactive,

    /// <summary>256 MiB, 3 passes: under a second. For key files.</summary>
    Moderate,
}

/// <summary>A key from a passphrase: Argon2id (RFC 9106) from libsodium, one lane.</summary>
public static unsafe class Argon2id
{
    /// <summary>Bytes of random salt.</summary>
    public const int SaltLength = 16;

    /// <summary>Longest passphrase, in UTF-8 bytes.</summary>
    public const int MaxPassphrase = 1024;

    private const ulong InteractivePasses = 2;
    private const int InteractiveMemory = 64 << 20;
    private const ulong ModeratePasses = 3;
    private const int ModerateMemory = 256 << 20;
    private const int MinOutput = 16;
    private const int Algorithm = 2; // crypto_pwhash_ALG_ARGON2ID13

    /// <summary>
    /// Fills <paramref name="key"/> (at least 16 bytes) from the passphrase's UTF-8 form, taken as typed: no Unicode
    /// normalisation.
    /// Throws <see cref="InvalidOperationException"/> when the memory it costs is not to be had.
    /// </summary>
    public static void Derive(ReadOnlySpan<char> passphrase, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> key)
    {
        if (salt.Length != SaltLength)
            throw new ArgumentException($"a salt is {SaltLength} bytes", nameof(salt));
        if (key.Length < MinOutput)
            throw new ArgumentException($"a key is at least {MinOutput} bytes", nameof(key));
        var length = Encoding.UTF8.GetByteCount(passphrase);
        if (length > MaxPassphrase)
            throw new ArgumentException($"a passphrase is at most {MaxPassphrase} bytes", nameof(passphrase));
        var (passes, memory) = cost switch
        {
            Argon2Cost.Interactive => (InteractivePasses, InteractiveMemory),
            Argon2Cost.Moderate => (ModeratePasses, ModerateMemory),
            _ => throw new ArgumentOutOfRangeException(nameof(cost)),
        };
        using var encoded = new WipedBuffer(MaxPassphrase);
        _ = Encoding.UTF8.GetBytes(passphrase, encoded.Span);
        fixed (
            byte* p = encoded.Span,
                s = salt,
                k = key
        )
        {
            if (Sodium.crypto_pwhash(k, (ulong)key.Length, p, (ulong)length, s, passes, (nuint)memory, Algorithm) != 0)
                throw new InvalidOperationException(
                    $"no memory for a passphrase check: Argon2id needs {memory >> 20} MiB"
                );
        }
    }
}
