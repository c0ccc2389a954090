using System.Runtime.InteropServices;

namespace Parley.Crypto;

/// <summary>The libsodium calls that Parley makes, and nothing else of it. Debian: package libsodium23.</summary>
internal static unsafe partial class Sodium
{
    private const string Library = "libsodium.so.23";

    /// <summary>Loads and initialises the library once, before the first call into it.</summary>
    static Sodium()
    {
        if (sodium_init() < 0)
            throw new InvalidOperationException("libsodium could not be initialised");
    }

    [LibraryImport(Library)]
    private static partial int sodium_init();

    [LibraryImport(Library)]
    internal static partial void* sodium_malloc(nuint size);

    [LibraryImport(Library)]
    internal static partial void sodium_free(void* pointer);

    [LibraryImport(Library)]
    internal static partial int sodium_mprotect_readonly(void* pointer);

    [LibraryImport(Library)]
    internal static partial void randombytes_buf(void* buffer, nuint size);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_seed_keypair(byte* publicKey, byte* secretKey, byte* seed);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_detached(
        byte* signature,
        ulong* signatureLength,
        byte* message,
        ulong messageLength,
        byte* secretKey
    );

    [LibraryImport(Library)]
    internal static partial int crypto_sign_verify_detached(
        byte* signature,
        byte* message,
        ulong messageLength,
        byte* publicKey
    );

    [LibraryImport(Library)]
    internal static partial int crypto_core_ed25519_is_valid_point(byte* point);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_base(byte* publicKey, byte* secretKey);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult(byte* shared, byte* secretKey, byte* publicKey);

    [LibraryImport(Library)]
    internal static partial int crypto_aead_xchacha20poly1305_ietf_encrypt(
        byte* cipher,
        ulong* cipherLength,
        byte* message,
        ulong messageLength,
        byte* associated,
        ulong associatedLength,
        byte* unused,
        byte* nonce,
        byte* key
    );

    [LibraryImport(Library)]
    internal static partial int crypto_aead_xchacha20poly1305_ietf_decrypt(
        byte* message,
        ulong* messageLength,
        byte* unused,
        byte* cipher,
        ulong cipherLength,
        byte* associated,
        ulong associatedLength,
        byte* nonce,
        byte* key
    );

    [LibraryImport(Library)]
    internal static partial int crypto_pwhash(
        byte* output,
        ulong outputLength,
        byte* password,
        ulong passwordLength,
        byte* salt,
        ulong operations,
        nuint memory,
        int algorithm
    );
}
