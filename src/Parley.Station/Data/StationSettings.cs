using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Officers;

namespace Parley.Station.Data;

/// <summary>
/// <c>station.json</c>: what a station is told once. Options of <c>parley run</c> go before it. Not secret, but only
/// the owner writes it.
/// </summary>
/// <param name="Party">The party this station speaks for; as on its card.</param>
/// <param name="Name">The party's full name; as on its card.</param>
/// <param name="Link">host:port that the link listens on; null for a station that accepts no connections and dials
/// only.</param>
/// <param name="Listen">URL that the HTTP API listens on.</param>
/// <param name="Store"><c>sqlite</c>, or a postgres:// address.</param>
/// <param name="DiskReserve">Bytes of the disk that peers may not fill; 0 for none. Without it 256 MiB, or a twentieth
/// of a smaller disk.</param>
/// <param name="AttachmentReserve">Bytes of the disk that attachments leave free, entries going on below; 0 for none
/// but the reserve. Without it 4 GiB, or a tenth of a smaller disk.</param>
/// <param name="AttachmentQuota">Bytes that attachments of one party may take on one line; 0 for no bound. Without it 4
/// GiB, or a twentieth of a smaller disk.</param>
/// <param name="LineTests">False for a station that does not test its lines, nor answer tests, by itself; else it
/// does.</param>
/// <param name="Console">The origin under which browsers reach the console, such as <c>https://parley.example</c>,
/// where that is not localhost; passkeys belong to its host.</param>
/// <param name="Blind">What others may ask by blind checks; what is left out is as
/// <see cref="Parley.Deconfliction.BlindLimits"/> has it.</param>
/// <param name="CursorOnTarget">True lets plans out as Cursor-on-Target events, which other systems read and nobody
/// signs; else they stay here.</param>
/// <param name="BaseMap">A PMTiles file (version 3) that the console draws in the place of its built-in map of the
/// world; a path that is not absolute begins at the data directory.</param>
/// <param name="NoticeWords">True lets the notices that an officer's system shows of an alarm carry its first words;
/// else they say only that there is one, for nobody here decides what that system keeps.</param>
/// <param name="Calls">Where calls go through: the relay port, and what stands beside it.</param>
/// <param name="Alerts">Who is told of what is wrong, beside the consoles.</param>
/// <param name="Metrics">IP address and port on which Prometheus finds the station's numbers, such as
/// <c>127.0.0.1:9464</c>; without it on none.</param>
/// <param name="WatchHours">Hours after which an officer has to sign in anew; 12 where it is not said.</param>
public sealed record StationSettings(
    string Party,
    string Name,
    string? Link = null,
    string? Listen = null,
    string? Store = null,
    long? DiskReserve = null,
    bool? LineTests = null,
    string? Console = null,
    int? WatchHours = null,
    bool? CursorOnTarget = null,
    BlindSettings? Blind = null,
    long? AttachmentReserve = null,
    long? AttachmentQuota = null,
    string? BaseMap = null,
    bool? NoticeWords = null,
    CallSettings? Calls = null,
    AlertSettings? Alerts = null,
    string? Metrics = null
)
{
    /// <summary>Largest settings file, in bytes.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Reads the settings of a directory; a missing or misspelt file is refused with the reason.</summary>
    public static Parsed<StationSettings> Read(DataDirectory directory)
    {
        try
        {
            if (!directory.HoldsStation)
                return new Rejected(directory.NoStation);
            if (new FileInfo(directory.Settings).Length > MaxLength)
                return new Rejected($"{directory.Settings} is larger than {MaxLength} bytes");
            return Parse(File.ReadAllBytes(directory.Settings)).TryGet(out var settings, out var why)
                ? settings
                : new Rejected($"{directory.Settings} {why}");
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
            if (settings is null || !PartyId.TryParse(settings.Party, out _))
                return new Rejected("names no party");
            if (settings.AttachmentReserve < 0)
                return new Rejected("is wrong: attachmentReserve is a number of bytes, or 0");
            if (settings.AttachmentQuota < 0)
                return new Rejected("is wrong: attachmentQuota is a number of bytes, or 0");
            if (settings.DiskReserve < 0)
                return new Rejected("is wrong: diskReserve is a number of bytes, or 0");
            if (settings.Blind?.Problem() is { } problem)
                return new Rejected($"is wrong: {problem}");
            if (settings.Calls?.Problem() is { } unfit)
                return new Rejected($"is wrong: {unfit}");
            if (settings.Metrics is not null && settings.MetricsEndpoint is null)
                return new Rejected("is wrong: metrics is an IP address and a port such as 127.0.0.1:9464");
            if (settings.Alerts?.Problem() is { } untold)
                return new Rejected($"is wrong: {untold}");
            if (settings.WatchHours is < 1 or > OfficerLimits.MaxWatchHours)
                return new Rejected($"is wrong: watchHours is 1 to {OfficerLimits.MaxWatchHours}");
            return settings.Console is not null && settings.ConsoleOrigin is null
                ? new Rejected(
                    "is wrong: console is an origin such as https://parley.example, with a name and not an IP address"
                )
                : settings;
        }
        catch (JsonException e)
        {
            return new Rejected($"cannot be read: {JsonReason.At(e)}");
        }
    }

    /// <summary>Where the record is: what a command says goes before the settings, and without either it is the
    /// directory's own database.</summary>
    internal string Location(DataDirectory directory, string? given) =>
        (given ?? Store ?? "sqlite") is var location && location == "sqlite"
            ? $"sqlite:{directory.Database}"
            : location;

    /// <summary><see cref="Console"/> as an address; null where it is none, or not an origin.</summary>
    [JsonIgnore]
    internal Uri? ConsoleOrigin =>
        Uri.TryCreate(Console, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback)
        && uri.PathAndQuery == "/"
        && uri.Fragment.Length == 0
        && uri.UserInfo.Length == 0
        && uri.HostNameType == UriHostNameType.Dns
            ? uri
            : null;

    /// <summary><see cref="Metrics"/> as an address; null where it is none.</summary>
    [JsonIgnore]
    internal IPEndPoint? MetricsEndpoint =>
        Metrics?.Contains(':') == true && IPEndPoint.TryParse(Metrics, out var at) && at.Port > 0 ? at : null;

    /// <summary>The file's bytes.</summary>
    public byte[] Encode() =>
        [.. JsonSerializer.SerializeToUtf8Bytes(this, SettingsJson.Default.StationSettings), (byte)'\n'];
}

/// <summary>What others may ask by blind checks.</summary>
/// <param name="CellsPerDay">Cells in one day (UTC) on one line, with padding.</param>
/// <param name="LargestSet">Most points of one set: 256, 1024, 4096, 16384 or 65536.</param>
/// <param name="CoverageShare">The share of a whole grid above which a set is refused, above 0 and up to 1.</param>
/// <param name="MatchShare">The share of our own cells above which a result is shown as suspicious.</param>
public sealed record BlindSettings(
    long? CellsPerDay = null,
    int? LargestSet = null,
    double? CoverageShare = null,
    double? MatchShare = null
)
{
    internal string? Problem() =>
        CellsPerDay is < 0 ? "blind.cellsPerDay is a number of cells"
        : LargestSet is { } largest && !BlindBuckets.IsBucket(largest)
            ? "blind.largestSet is 256, 1024, 4096, 16384 or 65536"
        : CoverageShare is <= 0 or > 1 || MatchShare is <= 0 or > 1 ? "a share under blind is above 0 and at most 1"
        : null;

    internal BlindLimits Limits()
    {
        var usual = new BlindLimits();
        return usual with
        {
            CellsPerDay = CellsPerDay ?? usual.CellsPerDay,
            LargestBucket = LargestSet ?? usual.LargestBucket,
            CoverageShare = CoverageShare ?? usual.CoverageShare,
            MatchShare = MatchShare ?? usual.MatchShare,
        };
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    Converters = [typeof(WordJson<Precedence>)]
)]
[JsonSerializable(typeof(StationSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext;
