using Parley.Crypto;

namespace Parley.Record;

/// <summary>A tile of hashes as a file of an export.</summary>
internal static class TileFile
{
    /// <summary>Fills <paramref name="hashes"/> from the file, which holds exactly so many.</summary>
    internal static bool TryRead(IEvidenceSource source, string path, Span<Hash> hashes, out string fault)
    {
        using var file = BoundedFile.Read(source, path, TileTree.FullWidth * Hash.Length);
        fault =
            file.Fault
            ?? (
                file.Bytes.Length == hashes.Length * Hash.Length
                    ? ""
                    : $"holds {file.Bytes.Length} bytes, not {hashes.Length} hashes"
            );
        if (fault.Length != 0)
            return false;
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = new Hash(file.Bytes.Slice(i * Hash.Length, Hash.Length));
        return true;
    }
}
