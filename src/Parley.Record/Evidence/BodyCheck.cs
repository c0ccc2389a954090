using System.Buffers;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>Checks the file of a body against the header that commits to it, in constant memory: it may hold 256
/// MiB.</summary>
internal static class BodyCheck
{
    private const int BufferLength = 64 * 1024;

    /// <summary>Why the stream is not salt ‖ body of that commitment and size, or null. // EVIDENCE-10</summary>
    internal static string? FaultOf(Stream stream, in Hash commitment, long size)
    {
        using var hash = new RunningSha256();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            long length = 0;
            for (int read; (read = stream.Read(buffer, 0, BufferLength)) > 0; )
            {
                length += read;
                if (length > size + Body.SaltLength)
                    return $"the body is longer than the {size} bytes that the header states";
                hash.Append(buffer.AsSpan(0, read));
            }
            if (length != size + Body.SaltLength)
                return $"the body is shorter than the {size} bytes that the header states";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return hash.Finish() == commitment ? null : "the body is not the one that the header commits to";
    }
}
