using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Parley.Crypto;

/// <summary>
/// SHA-256 (FIPS 180-4) from the platform's OpenSSL. A tree hashes millions of short inputs, and the general digest
/// call of the platform
/// costs ten times the hashing itself; so the block function is called directly where the library offers it, and the
/// general call is used where it does not.
/// </summary>
public static unsafe class Sha256
{
    public static Hash Of(ReadOnlySpan<byte> data) => Of([], data);

    /// <summary>The hash of <paramref name="prefix"/> ‖ <paramref name="data"/>, without a copy.</summary>
    public static Hash Of(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Hash.Length];
        if (OpenSslSha256.IsPresent)
            OpenSslSha256.Digest(prefix, data, digest);
        else
            Platform(prefix, data, digest);
        return new Hash(digest);
    }

    /// <summary>The general call of the platform.</summary>
    internal static void Platform(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        using var incremental = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        incremental.AppendData(prefix);
        incremental.AppendData(data);
        incremental.GetHashAndReset(digest);
    }
}

/// <summary>OpenSSL 3's SHA256_Init, SHA256_Update and SHA256_Final: documented, and in every build that has not left
/// them out.</summary>
internal static unsafe partial class OpenSslSha256
{
    private const string Library = "libcrypto.so.3";

    /// <summary>SHA256_CTX is 112 bytes; room for more costs nothing.</summary>
    private const int ContextLength = 256;

    internal static bool IsPresent { get; } =
        NativeLibrary.TryLoad(Library, out var library)
        && NativeLibrary.TryGetExport(library, nameof(SHA256_Init), out _)
        && NativeLibrary.TryGetExport(library, nameof(SHA256_Update), out _)
        && NativeLibrary.TryGetExport(library, nameof(SHA256_Final), out _);

    internal static void Digest(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        var context = stackalloc ulong[ContextLength / sizeof(ulong)];
        fixed (
            byte* p = prefix,
                d = data,
                o = digest
        )
        {
            var done = SHA256_Init(context);
            if (prefix.Length > 0)
                done &= SHA256_Update(context, p, (nuint)prefix.Length);
            if (data.Length > 0)
                done &= SHA256_Update(context, d, (nuint)data.Length);
            done &= SHA256_Final(o, context);
            if (done != 1)
                throw new CryptographicException("SHA-256 failed");
        }
    }

    [LibraryImport(Library)]
    private static partial int SHA256_Init(void* context);

    [LibraryImport(Library)]
    private static partial int SHA256_Update(void* context, byte* data, nuint length);

    [LibraryImport(Library)]
    private static partial int SHA256_Final(byte* digest, void* context);
}
