using System.Buffers;
using System.Security.Cryptography;

namespace Parley.Crypto;

/// <summary>SHA-256 (FIPS 180-4) from the platform.</summary>
public static class Sha256
{
    /// <summary>Inputs up to this size are joined in a pooled buffer: one call into the platform, and nothing allocated. Every header and inline body is below.</summary>
    private const int JoinLimit = 64 * 1024;

    public static Hash Of(ReadOnlySpan<byte> data) => Of([], data);

    /// <summary>The hash of <paramref name="prefix"/> ‖ <paramref name="data"/>.</summary>
    public static Hash Of(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> data) =>
        OpenSslSha256.IsUsable && prefix.Length <= OpenSslSha256.MaxLength && data.Length <= OpenSslSha256.MaxLength - prefix.Length
            ? OpenSslSha256.Of(prefix, data)
            : OfPlatform(prefix, data);

    internal static Hash OfPlatform(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Hash.Length];
        if (prefix.IsEmpty)
        {
            SHA256.HashData(data, digest);
        }
        else if (data.Length <= JoinLimit - prefix.Length)
        {
            var joined = ArrayPool<byte>.Shared.Rent(prefix.Length + data.Length);
            prefix.CopyTo(joined);
            data.CopyTo(joined.AsSpan(prefix.Length));
            SHA256.HashData(joined.AsSpan(0, prefix.Length + data.Length), digest);
            ArrayPool<byte>.Shared.Return(joined);
        }
        else
        {
            using var incremental = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            incremental.AppendData(prefix);
            incremental.AppendData(data);
            incremental.GetHashAndReset(digest);
        }
        return new Hash(digest);
    }
}
