using System.Text.Json;
using Parley.Crypto;
using Parley.Deconfliction;

namespace Parley.Station.Blind;

/// <summary>The files of what was found, one for each run, of mode 0600. A file appears whole or not at all, and
/// outlasts a power cut.</summary>
internal sealed class BlindFolder(string path)
{
    /// <summary>Keeps a result. Throws <see cref="IOException"/> where the disk does not take it.</summary>
    internal void Put(BlindKept kept)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var file = UnfinishedFile.Begin(FileOf(kept.Run));
        JsonSerializer.Serialize(file.Content, kept, BlindKeptJson.Default.BlindKept);
        file.Replace();
    }

    /// <summary>The result of a run; null where there is none that can be read.</summary>
    internal BlindKept? Find(string run)
    {
        try
        {
            var file = new FileInfo(FileOf(run));
            if (!file.Exists || file.Length > BlindKept.MaxLength)
                return null;
            using var content = file.OpenRead();
            return JsonSerializer.Deserialize(content, BlindKeptJson.Default.BlindKept);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string FileOf(string run) => Path.Combine(path, $"{run}.json"); // a run's id is hexadecimal digits: the record's reader checked that

    internal static IReadOnlyList<Cell> Cells(BlindKept kept)
    {
        var cells = new Cell[kept.Shared.Length / Cell.Length];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = Cell.Read(kept.Shared.AsSpan(i * Cell.Length, Cell.Length));
        return cells;
    }

    internal static byte[] Bytes(IReadOnlyList<Cell> cells)
    {
        var bytes = new byte[cells.Count * Cell.Length];
        for (var i = 0; i < cells.Count; i++)
            cells[i].Write(bytes.AsSpan(i * Cell.Length));
        return bytes;
    }
}
