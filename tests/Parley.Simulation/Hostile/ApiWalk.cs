using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Simulation.Hostile;

/// <summary>Asks every GET of a station's API, about the line, about entries and about nothing: each is answered, with
/// what was asked or with a reason that is documented.</summary>
internal static class ApiWalk
{
    /// <summary>Longest answer that is not a download.</summary>
    internal const int MaxAnswer = 16 << 20;
    private const int MaxEntries = 24;
    private static readonly string[] Downloads = ["/record/export", "/export", "/body", "/carry", "/document", "/card"];

    /// <summary>A stream has no end; what openapi says holds nothing of a record.</summary>
    private static readonly string[] Passed = ["/events", "openapi", "/session"];
    private static readonly string[] Queries =
    [
        "?at=9999-12-31T23:59:59.999Z",
        "?at=0001-01-01T00:00:00Z",
        "?limit=1000",
        "?after=9223372036854775807",
        "?before=-9223372036854775808&limit=1",
        "?quiet=true",
        "?format=geojson",
        "?format=cot",
    ];

    internal static void Of(HonestStation station, HostileWorld world, Random draws)
    {
        var entries = Entries(station, world, draws);
        foreach (var endpoint in station.Endpoints)
        {
            var pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            if (
                endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") != true
                || Passed.Any(p => pattern.Contains(p, StringComparison.Ordinal))
            )
                continue;
            var path = pattern
                .Replace("{line}", station.Document.Id.Value, StringComparison.Ordinal)
                .Replace("{by}", world.Feed.Party.Value, StringComparison.Ordinal);
            if (!path.Contains("{seq}", StringComparison.Ordinal))
            {
                path = path.Replace("{party}", world.Feed.Party.Value, StringComparison.Ordinal);
                if (path.Contains('{', StringComparison.Ordinal))
                    path = path[..path.IndexOf('{', StringComparison.Ordinal)] + "none";
                Ask(station, path);
                if (
                    pattern.Contains("{line}", StringComparison.Ordinal)
                    || pattern.Contains("alarms", StringComparison.Ordinal)
                )
                    Ask(station, path + Queries[draws.Next(Queries.Length)]);
                continue;
            }
            foreach (var entry in entries)
                Ask(
                    station,
                    path.Replace("{party}", entry.Party.Value, StringComparison.Ordinal)
                        .Replace(
                            "{seq}",
                            entry.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture),
                            StringComparison.Ordinal
                        )
                );
        }
    }

    private static List<EntryId> Entries(HonestStation station, HostileWorld world, Random draws)
    {
        var size = (int)Math.Min(station.SizeOf(world.Feed.Party), (ulong)world.Feed.Size);
        var entries = Enumerable
            .Range(0, MaxEntries)
            .Select(_ => new EntryId(world.Feed.Party, (ulong)draws.Next(size)))
            .ToHashSet();
        foreach (var honest in world.Stations)
            entries.Add(new EntryId(honest.Party, (ulong)draws.Next((int)Math.Max(1, station.SizeOf(honest.Party)))));
        entries.Add(new EntryId(world.Feed.Party, EntryHeader.MaxSeq));
        return [.. entries];
    }

    private static void Ask(HonestStation station, string path)
    {
        var (status, body) = station.Ask("GET", path);
        var isDownload = Downloads.Any(d => path.Contains(d, StringComparison.Ordinal));
        Broken.Unless(
            isDownload || body.Length <= MaxAnswer,
            () => $"GET {path} at {station.Party} answers {body.Length} bytes"
        );
        if (status is >= 200 and < 300)
            return;
        Broken.Unless(
            IsDocumented(status, body),
            () =>
                $"GET {path} at {station.Party} is answered {status} without a reason that is documented: {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 400)))}"
        );
    }

    internal static bool IsDocumented(int status, byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("code", out var code)
                && code.GetString() is { } name
                && name != "internal"
                && ReasonCodes.All.Any(r => r.Code == name && r.Statuses.Contains(status));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
