using System.Buffers;

namespace Parley.Record;

/// <summary>A file of an export, read into a pooled buffer up to a bound. Disposing gives the buffer back.</summary>
internal readonly struct BoundedFile : IDisposable
{
    internal const string Missing = "is missing";
    private const int FirstBuffer = 64 * 1024;

    private readonly byte[]? buffer;
    private readonly int length;

    private BoundedFile(byte[]? buffer, int length, string? fault)
    {
        this.buffer = buffer;
        this.length = length;
        Fault = fault;
    }

    /// <summary>Why there are no bytes; null when there are.</summary>
    internal string? Fault { get; }
    internal ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>Reads the file whole, unless it is longer than <paramref name="maxLength"/>: nothing hostile grows
    /// memory. // EVIDENCE-12</summary>
    internal static BoundedFile Read(IEvidenceSource source, string path, int maxLength)
    {
        byte[]? pooled = null;
        try
        {
            using var stream = source.Open(path);
            if (stream is null)
                return new(null, 0, Missing);
            pooled = ArrayPool<byte>.Shared.Rent(Math.Min(maxLength + 1, FirstBuffer));
            var filled = 0;
            while (true)
            {
                var read = stream.Read(pooled, filled, pooled.Length - filled);
                if (read == 0)
                    return new(pooled, filled, null);
                filled += read;
                if (filled > maxLength)
                {
                    ArrayPool<byte>.Shared.Return(pooled);
                    return new(null, 0, $"is longer than {maxLength} bytes");
                }
                if (filled < pooled.Length)
                    continue;
                var larger = ArrayPool<byte>.Shared.Rent(2 * pooled.Length);
                pooled.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(pooled);
                pooled = larger;
            }
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException) // a damaged zip or disk is a finding, not the end
        {
            if (pooled is not null)
                ArrayPool<byte>.Shared.Return(pooled);
            return new(null, 0, "cannot be read");
        }
    }

    public void Dispose()
    {
        if (buffer is not null)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
