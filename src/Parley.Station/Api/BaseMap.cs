using System.Globalization;
using Microsoft.Net.Http.Headers;
using Parley.Contract;
using Parley.Record;

namespace Parley.Station.Api;

/// <summary>
/// The operator's own map of the world: one PMTiles archive (version 3), served in ranges from the file where it lies.
/// The console reads it; this station reads only its first bytes, to tell whoever set a wrong file so at the start.
/// </summary>
internal sealed class BaseMap
{
    /// <summary>Bytes of a PMTiles header.</summary>
    internal const int HeaderLength = 127;
    private const byte Version = 3;

    private readonly string path;

    private BaseMap(string path) => this.path = path;

    /// <summary>Looks at a file; what is none that a map can be drawn from is refused with the reason.</summary>
    /// <param name="path">As the operator wrote it.</param>
    internal static Parsed<BaseMap> Open(string path)
    {
        try
        {
            var whole = Path.GetFullPath(path);
            if (Directory.Exists(whole))
                return new Rejected($"the base map {path} is a directory, not a PMTiles file");
            if (!File.Exists(whole))
                return new Rejected($"the base map {path} is not there");
            using var file = File.OpenRead(whole);
            var header = new byte[HeaderLength];
            var read = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
            if (read < HeaderLength || !header.AsSpan().StartsWith("PMTiles"u8))
                return new Rejected(
                    $"the base map {path} is no PMTiles file: it does not begin with the seven letters PMTiles and a header of {HeaderLength} bytes"
                );
            return header[7] == Version
                ? new BaseMap(whole)
                : new Rejected(
                    $"the base map {path} is PMTiles of version {header[7]}, and only version {Version} can be drawn: convert it with pmtiles convert"
                );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Rejected($"the base map {path} cannot be read: {e.Message}");
        }
    }

    internal BaseMapView Look() =>
        new FileInfo(path) is { Exists: true } file
            ? new BaseMapView(true, file.Length, VersionOf(file))
            : new BaseMapView(false, null, null);

    private static string VersionOf(FileInfo file) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Length:x}-{file.LastWriteTimeUtc.Ticks:x}");

    /// <summary>The file, or the range of it that was asked for; its entity tag is another when the file is.</summary>
    internal IResult Read()
    {
        try
        {
            var file = new FileInfo(path);
            return TypedResults.Stream(
                new FileStream(
                    path,
                    new FileStreamOptions
                    {
                        Access = FileAccess.Read,
                        Share = FileShare.ReadWrite | FileShare.Delete,
                        Options = FileOptions.Asynchronous | FileOptions.RandomAccess,
                    }
                ),
                "application/vnd.pmtiles",
                entityTag: new EntityTagHeaderValue($"\"{VersionOf(file)}\""),
                enableRangeProcessing: true
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Answers.Problem(new Refusal("no-base-map", "the base map's file cannot be read any more", 404));
        }
    }
}

internal static class BaseMapEndpoints
{
    private static readonly Refusal None = new(
        "no-base-map",
        "this station was given no base map: parley run --base-map FILE, or baseMap in station.json",
        404
    );

    internal static void MapBaseMap(this IEndpointRouteBuilder api, BaseMap? map)
    {
        api.MapGet("/base-map", () => TypedResults.Ok(map?.Look() ?? new BaseMapView(false, null, null)))
            .Produces<BaseMapView>()
            .WithName("base-map")
            .WithSummary("Whether the operator gave this station a map of their own");
        api.MapGet("/base-map/tiles", () => map?.Read() ?? Answers.Problem(None))
            .Produces(200, contentType: "application/vnd.pmtiles")
            .WithName("base-map-tiles")
            .WithSummary("The operator's own map: a PMTiles archive, in ranges");
    }
}
