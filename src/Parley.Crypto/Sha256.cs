using System.Security.Cryptography;

namespace Parley.Crypto;

/// <summary>SHA-256 (FIPS 180-4) from the platform.</summary>
public static class Sha256
{
    /// <summary>Inputs up to this size are joined on the stack, so that one call into the platform is enough.</summary>
    private const int JoinLimit = 2048;

    public static Hash Of(ReadOnlySpan<byte> data)
    {
        Span<byte> bytes = stackalloc byte[Hash.Length];
        SHA256.HashData(data, bytes);
        return new Hash(bytes);
    }

    /// <summary>The hash of <paramref name="prefix"/> ‖ <paramref name="data"/>, without a copy on the heap.</summary>
    public static Hash Of(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> data)
    {
        Span<byte> bytes = stackalloc byte[Hash.Length];
        if (prefix.Length + data.Length <= JoinLimit)
        {
            Span<byte> joined = stackalloc byte[prefix.Length + data.Length];
            prefix.CopyTo(joined);
            data.CopyTo(joined[prefix.Length..]);
            SHA256.HashData(joined, bytes);
            return new Hash(bytes);
        }
        using var incremental = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        incremental.AppendData(prefix);
        incremental.AppendData(data);
        incremental.GetHashAndReset(bytes);
        return new Hash(bytes);
    }
}
