using System.Buffers.Binary;
using System.Text;

namespace Parley.Station.Exports;

/// <summary>Reads an archive of <see cref="StoredZip"/> while it arrives, file by file: there the size stands in front
/// of every file.</summary>
/// <param name="content">The archive, from its first byte.</param>
/// <param name="whole">Gets every byte that is read, and is the same archive when the last file was; null where nobody
/// wants it.</param>
internal sealed class StoredZipStream(Stream content, Stream? whole)
{
    private const int BufferSize = 256 * 1024;
    private const int SignatureLength = 4;
    private const int SizeAt = 22;
    private const int NameLengthAt = 26;

    private readonly byte[] buffer = new byte[BufferSize];

    /// <summary>Bytes of the file at hand that are not read yet.</summary>
    private long left;

    /// <summary>Goes on to the next file, whose contents <see cref="CopyAsync"/> reads.</summary>
    /// <returns>Its name; null after the last one, when the archive was read to its end.</returns>
    /// <exception cref="EndOfStreamException">It is cut short, or no archive of ours.</exception>
    internal async Task<string?> NextAsync(CancellationToken ct)
    {
        await content.ReadExactlyAsync(buffer.AsMemory(0, SignatureLength), ct);
        var signature = BinaryPrimitives.ReadUInt32LittleEndian(buffer);
        if (signature is StoredZip.CentralSignature or StoredZip.EndSignature or StoredZip.WideEndSignature)
        {
            await KeepAsync(SignatureLength, ct);
            await ReadDirectoryAsync(ct);
            return null;
        }
        if (signature != StoredZip.LocalSignature)
            throw new EndOfStreamException();
        await content.ReadExactlyAsync(buffer.AsMemory(SignatureLength, StoredZip.LocalLength - SignatureLength), ct);
        left = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(SizeAt));
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(NameLengthAt));
        await content.ReadExactlyAsync(buffer.AsMemory(StoredZip.LocalLength, nameLength), ct);
        await KeepAsync(StoredZip.LocalLength + nameLength, ct);
        return Encoding.UTF8.GetString(buffer, StoredZip.LocalLength, nameLength);
    }

    /// <summary>Reads the contents of the file at hand. Called once for each.</summary>
    /// <exception cref="EndOfStreamException">They are cut short.</exception>
    internal async Task CopyAsync(Stream to, CancellationToken ct)
    {
        while (left > 0)
        {
            var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), ct);
            if (read == 0)
                throw new EndOfStreamException();
            await KeepAsync(read, ct);
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
            left -= read;
        }
    }

    /// <summary>The directory is needed in a zip only; reading it shows that the stream ended well.</summary>
    private async Task ReadDirectoryAsync(CancellationToken ct)
    {
        for (int read; (read = await content.ReadAsync(buffer, ct)) > 0; )
            await KeepAsync(read, ct);
    }

    private async Task KeepAsync(int length, CancellationToken ct)
    {
        if (whole is not null)
            await whole.WriteAsync(buffer.AsMemory(0, length), ct);
    }
}
