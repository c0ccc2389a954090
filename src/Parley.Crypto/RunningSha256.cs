using System.Security.Cryptography;

namespace Parley.Crypto;

/// <summary>SHA-256 over bytes that come piece by piece: files and attachments. One owner at a time.</summary>
public sealed class RunningSha256 : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Append(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    /// <summary>The hash of everything appended; the next append begins anew.</summary>
    public Hash Finish()
    {
        Span<byte> digest = stackalloc byte[Hash.Length];
        hash.GetHashAndReset(digest);
        return new Hash(digest);
    }

    public void Dispose() => hash.Dispose();
}
