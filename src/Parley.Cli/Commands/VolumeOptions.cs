using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Deconfliction;
using Parley.Record;

namespace Parley.Cli.Commands;

/// <summary>Where something is to be, on the command line: volumes in a file (Volume4D or GeoJSON), or one
/// circle.</summary>
internal sealed class VolumeOptions
{
    private const int MaxFile = 1 << 20;
    private static readonly string[] References = ["W84", "MSL", "AGL"];

    private readonly Option<string?> file = new("--volumes")
    {
        Description = "Volumes as in ASTM F3548, or GeoJSON: each polygon of it is a volume",
        HelpName = "FILE",
    };
    private readonly Option<string?> circle = new("--circle")
    {
        Description = "One circle: longitude, latitude, radius in metres",
        HelpName = "LON,LAT,RADIUS",
    };
    private readonly Option<double?> lower = Typed.Number(
        "--lower",
        "Lowest altitude in metres (else the ground up)",
        "METRES"
    );
    private readonly Option<double?> upper = Typed.Number(
        "--upper",
        "Highest altitude in metres (else no limit)",
        "METRES"
    );
    private readonly Option<string> reference = new("--reference")
    {
        Description = "What altitudes are measured from",
        DefaultValueFactory = _ => "W84",
        HelpName = string.Join('|', References),
    };
    private readonly Option<string?> from = new("--from")
    {
        Description = "When it begins (else it has begun)",
        HelpName = "TIME",
    };
    private readonly Option<string?> until = new("--until")
    {
        Description = "When it ends (else it does not)",
        HelpName = "TIME",
    };

    internal IEnumerable<Option> All
    {
        get
        {
            reference.AcceptOnlyFromAmong(References);
            return [file, circle, lower, upper, reference, from, until];
        }
    }

    /// <summary>The volumes given, read and found good; null where none were.</summary>
    internal JsonArray? Of(ParseResult parsed)
    {
        var defaults = new VolumeDefaults(
            parsed.GetValue(lower),
            parsed.GetValue(upper),
            parsed.GetValue(reference)!,
            Time("--from", parsed.GetValue(from)),
            Time("--until", parsed.GetValue(until))
        );
        var given =
            parsed.GetValue(file) is { } path ? Volumes(path, defaults)
            : parsed.GetValue(circle) is { } round ? Circle(round, defaults)
            : null;
        if (given is null)
            return null;
        using var json = JsonDocument.Parse(given.ToJsonString());
        return VolumeReader.ReadVolumes(json.RootElement, "volumes").TryGet(out _, out var reason)
            ? given
            : throw new Failure(reason);
    }

    private static JsonArray Volumes(string path, VolumeDefaults defaults)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaxFile })
            throw new Failure($"{path} is larger than {MaxFile} bytes");
        using var document = Parse(path, File.ReadAllText(path));
        var whole = document.RootElement;
        if (whole.ValueKind == JsonValueKind.Object && whole.TryGetProperty("volumes", out var inside))
            whole = inside;
        if (whole.ValueKind == JsonValueKind.Array)
            return JsonArray.Create(whole.Clone())!;
        if (whole.ValueKind != JsonValueKind.Object)
            throw new Failure($"{path}: neither a list of volumes nor GeoJSON");
        return GeoJsonVolumes.Read(whole, path, defaults).TryGet(out var volumes, out var reason)
            ? volumes
            : throw new Failure(reason);
    }

    private static JsonDocument Parse(string path, string text)
    {
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new Failure(
                $"{path}: line {e.LineNumber + 1}: not JSON, nested too deep, or a name comes twice in one object"
            );
        }
    }

    private static JsonArray Circle(string text, VolumeDefaults defaults)
    {
        var comma = text.LastIndexOf(',');
        if (comma < 0 || Typed.Finite(text[(comma + 1)..].Trim()) is not { } radius)
            throw new Failure($"--circle takes LON,LAT,RADIUS, not '{text}'", Program.Usage);
        var at = Typed.Degrees("--circle", text[..comma]);
        var point = new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(at[0], at[1]) };
        using var feature = JsonDocument.Parse(
            new JsonObject
            {
                ["type"] = "Feature",
                ["geometry"] = point,
                ["properties"] = new JsonObject { ["radiusMetres"] = radius },
            }.ToJsonString()
        );
        return GeoJsonVolumes.Read(feature.RootElement, "--circle", defaults).TryGet(out var volumes, out var reason)
            ? volumes
            : throw new Failure(reason, Program.Usage);
    }

    private static string? Time(string option, string? text) =>
        text is null ? null : UtcText.Of(Instant.Read(option, text));
}
