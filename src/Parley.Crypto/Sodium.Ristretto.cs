using System.Runtime.InteropServices;

namespace Parley.Crypto;

/// <summary>ristretto255 (RFC 9496) and SHA-512, for the blind check.</summary>
internal static unsafe partial class Sodium
{
    [LibraryImport(Library)]
    internal static partial int crypto_core_ristretto255_is_valid_point(byte* point);

    [LibraryImport(Library)]
    internal static partial int crypto_core_ristretto255_add(byte* result, byte* p, byte* q);

    [LibraryImport(Library)]
    internal static partial int crypto_core_ristretto255_from_hash(byte* point, byte* uniform);

    [LibraryImport(Library)]
    internal static partial void crypto_core_ristretto255_scalar_reduce(byte* scalar, byte* wide);

    [LibraryImport(Library)]
    internal static partial void crypto_core_ristretto255_scalar_mul(byte* z, byte* x, byte* y);

    [LibraryImport(Library)]
    internal static partial void crypto_core_ristretto255_scalar_sub(byte* z, byte* x, byte* y);

    [LibraryImport(Library)]
    internal static partial int crypto_core_ristretto255_scalar_invert(byte* inverse, byte* scalar);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_ristretto255(byte* result, byte* scalar, byte* point);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_ristretto255_base(byte* result, byte* scalar);

    [LibraryImport(Library)]
    internal static partial int crypto_hash_sha512(byte* digest, byte* message, ulong length);
}
