using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Station.Data;

/// <summary>
/// <c>station.json</c>: what a station is told once. Options of <c>parley run</c> go before it. Not secret, but only the owner writes it.
/// </summary>
/// <param name="Party">The party this station speaks for; as on its card.</param>
/// <param name="Name">The party's full name; as on its card.</param>
/// <param name="Link">host:port that the link listens on; null for a station that accepts no connections and dials only.</param>
/// <param name="Listen">URL that the HTTP API listens on.</param>
/// <param name="Store"><c>sqlite</c>, or a postgres:// address.</param>
/// <param name="DiskReserve">Bytes of the disk that peers may not fill; 0 for none. Without it 256 MiB, or a twentieth of a smaller disk.</param>
/// <param name="LineTests">False for a station that does not test its lines, nor answer tests, by itself; else it does.</param>
public sealed record StationSettings(string Party, string Name, string? Link = null, string? Listen = null, string? Store = null, long? DiskReserve = null, bool? LineTests = null)
{
    /// <summary>Largest settings file, in bytes.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Reads the settings of a directory; a missing or misspelt file is refused with the reason.</summary>
    public static Parsed<StationSettings> Read(DataDirectory directory)
    {
        try
        {
            if (!directory.HoldsStation) return new Rejected($"no station in {directory.Path} (make one: parley init --party ID --name NAME --data {directory.Path})");
            if (new FileInfo(directory.Settings).Length > MaxLength) return new Rejected($"{directory.Settings} is larger than {MaxLength} bytes");
            return Parse(File.ReadAllBytes(directory.Settings)).TryGet(out var settings, out var why) ? settings : new Rejected($"{directory.Settings} {why}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Rejected($"{directory.Settings} cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads settings; the reason of a refusal goes on from the file's name.</summary>
    internal static Parsed<StationSettings> Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var settings = JsonSerializer.Deserialize(bytes, SettingsJson.Default.StationSettings);
            if (settings is null || !PartyId.TryParse(settings.Party, out _)) return new Rejected("names no party");
            return settings.DiskReserve < 0 ? new Rejected("is wrong: diskReserve is a number of bytes, or 0") : settings;
        }
        catch (JsonException e)
        {
            return new Rejected($"cannot be read: {e.Message}");
        }
    }

    /// <summary>Where the record is: what a command says goes before the settings, and without either it is the directory's own database.</summary>
    internal string Location(DataDirectory directory, string? given) => (given ?? Store ?? "sqlite") is var location && location == "sqlite" ? $"sqlite:{directory.Database}" : location;

    /// <summary>The file's bytes.</summary>
    public byte[] Encode() => [.. JsonSerializer.SerializeToUtf8Bytes(this, SettingsJson.Default.StationSettings), (byte)'\n'];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(StationSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext;
