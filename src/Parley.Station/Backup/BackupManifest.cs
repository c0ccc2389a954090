using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Station.Backup;

/// <summary>
/// <c>backup.json</c>: what a backup holds. Beside it stands <c>SHA256SUMS</c>, for this file and all others, as
/// sha256sum reads it; a folder without both
/// is no backup.
/// </summary>
/// <param name="Parley">Version of this layout: 1.</param>
/// <param name="At">When the state that was copied was the newest, UTC.</param>
/// <param name="Party">Whose station it is of.</param>
/// <param name="Version">The program that made it.</param>
/// <param name="Store"><c>sqlite</c> or <c>postgres</c>: it can be restored to the same kind only.</param>
/// <param name="Migration">The last migration that the store had had.</param>
/// <param name="Lines">What stood on each line.</param>
/// <param name="Files">Every file beside this one.</param>
public sealed record BackupManifest(
    int Parley,
    DateTimeOffset At,
    string Party,
    string Version,
    string Store,
    int Migration,
    IReadOnlyList<BackupLine> Lines,
    IReadOnlyList<BackupFile> Files
)
{
    internal const string FileName = "backup.json";
    internal const string SumsName = "SHA256SUMS";

    /// <summary>The settings under another name than a station's, so that nobody runs a station on a backup by
    /// mistake.</summary>
    internal const string SettingsName = "settings.json";

    /// <summary>Folder of the store's own files.</summary>
    internal const string RecordFolder = "record";
    internal const string KeysFolder = "keys";

    /// <summary>Folder of what blind checks found; there where there is any.</summary>
    internal const string BlindFolder = Blind.BlindKept.Folder;
    internal const int Layout = 1;

    /// <summary>Longest manifest, in bytes: some ten thousand feeds.</summary>
    internal const int MaxLength = 4 << 20;

    internal byte[] Encode() =>
        [.. JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupManifest), (byte)'\n'];

    /// <summary>The text of <see cref="SumsName"/>, beside this manifest in these bytes.</summary>
    internal byte[] Sums(ReadOnlySpan<byte> encoded) =>
        Encoding.ASCII.GetBytes(
            string.Concat(
                Files
                    .Append(new BackupFile(FileName, encoded.Length, Sha256.Of(encoded).ToHex()))
                    .Select(file => $"{file.Sha256}  {file.Name}\n")
            )
        );

    /// <summary>Reads the manifest of a backup's folder.</summary>
    public static Parsed<BackupManifest> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            if (!Directory.Exists(folder))
                return new Rejected($"there is no folder {folder}");
            if (!File.Exists(path))
                return new Rejected($"{folder} is no backup: it holds no {FileName}");
            if (new FileInfo(path).Length > MaxLength)
                return new Rejected($"{path} is longer than {MaxLength} bytes");
            var bytes = File.ReadAllBytes(path);
            var manifest = JsonSerializer.Deserialize(bytes, BackupJson.Default.BackupManifest);
            if (manifest is null)
                return new Rejected($"{path} holds nothing");
            if (
                manifest.Files.Any(file => file is null)
                || manifest.Lines.Any(line => line is null || line.Feeds.Any(feed => feed is null))
            )
                return new Rejected($"{path} holds null in place of a file, a line or a feed");
            if (manifest.Parley != Layout)
                return new Rejected($"{path} has layout {manifest.Parley}; this program knows {Layout}");
            if (manifest.Store is not ("sqlite" or "postgres"))
                return new Rejected($"{path} names no store that this program knows");
            if (manifest.Files.FirstOrDefault(file => !IsName(file.Name)) is { } bad)
                return new Rejected($"{path} names a file that no backup holds: '{bad.Name}'");
            foreach (var wanted in (string[])[SettingsName, "card"])
            {
                if (manifest.Files.All(file => file.Name != wanted))
                    return new Rejected($"{path} names no {wanted}");
            }
            if (manifest.Files.DistinctBy(file => file.Name).Count() != manifest.Files.Count)
                return new Rejected($"{path} names a file twice");
            var sums = Path.Combine(folder, SumsName);
            if (!File.Exists(sums))
                return new Rejected($"{folder} is no whole backup: it holds no {SumsName}");
            return
                new FileInfo(sums).Length <= MaxLength
                && File.ReadAllBytes(sums).AsSpan().SequenceEqual(manifest.Sums(bytes))
                ? manifest
                : new Rejected($"the backup is damaged: {FileName} and {SumsName} do not belong together");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return new Rejected($"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>A file at the top, or one in the folder of the keys, of the record or of blind checks; nothing that
    /// leads elsewhere.</summary>
    internal static bool IsName(string name) =>
        name.Split('/') switch
        {
            [SettingsName or "card" or "api.token"] => true,
            [KeysFolder or RecordFolder or BlindFolder, var file] => file.Length is > 0 and <= 100
                && file[0] != '.'
                && file.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'),
            _ => false,
        };
}

/// <summary>A line as it was when the backup was made.</summary>
public sealed record BackupLine(string Line, IReadOnlyList<BackupFeed> Feeds);

/// <summary>A feed as it was: how many entries, and their root in hexadecimal.</summary>
public sealed record BackupFeed(string Party, long Size, string Root);

/// <summary>A file of a backup.</summary>
/// <param name="Name">Relative to the folder, with '/'.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">In hexadecimal.</param>
public sealed record BackupFile(string Name, long Length, string Sha256);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
