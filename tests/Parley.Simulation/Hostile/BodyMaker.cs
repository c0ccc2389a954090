using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Parley.Link;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Simulation.Hostile;

/// <summary>
/// Bodies of every kind, made from the types that the kinds have: first one that is read, then with the extremes of its
/// values in the place of any of its members. A kind
/// or a member that is new in the code is in it by itself.
/// </summary>
internal static class BodyMaker
{
    private const int MaxDepth = 5;
    private const int Tries = 60;
    private static readonly ConcurrentDictionary<string, IReadOnlyList<JsonObject>> Readable = new(
        StringComparer.Ordinal
    );

    /// <summary>By kind, the type of its body.</summary>
    internal static IReadOnlyDictionary<string, Type> Types { get; } = TrafficBodies.Types;

    /// <summary>Every kind that the code names, and one that nobody knows.</summary>
    internal static IReadOnlyList<string> AllKinds { get; } =
    [
        .. Kinds
            .All.Select(k => k.Name)
            .Concat(
                typeof(LineKinds)
                    .GetFields(BindingFlags.Public | BindingFlags.Static)
                    .Select(f => (string)f.GetRawConstantValue()!)
            )
            .Append("weather.reported")
            .Distinct(StringComparer.Ordinal)
            .Where(k => k != LineOpened.Kind),
    ];

    /// <summary>What stands in one place of a body and is as large, small, far or odd as JSON lets it be.</summary>
    internal static IReadOnlyList<string> Extremes { get; } =
    [
        "null",
        "true",
        "{}",
        "[]",
        "[null]",
        "\"\"",
        "\" \"",
        "0",
        "-0",
        "-1",
        "1",
        "5e-324",
        "1e-400",
        "1e308",
        "-1e308",
        "1e999",
        "-1e999",
        "1.7976931348623157e308",
        "2147483647",
        "2147483648",
        "-2147483649",
        "9223372036854775807",
        "9223372036854775808",
        "79228162514264337593543950335",
        "1e28",
        "90",
        "180.0000001",
        "360",
        "\"NaN\"",
        "\"Infinity\"",
        "\"-Infinity\"",
        "\"1e999\"",
        "\"0001-01-01T00:00:00Z\"",
        "\"0001-01-01T00:00:00+14:00\"",
        "\"9999-12-31T23:59:59.999Z\"",
        "\"9999-12-31T23:59:59.9999999-14:00\"",
        "\"2022-03-24T09:00:00\"",
        "\"2022-03-24\"",
        "\"2016-12-31T23:59:60Z\"",
        "\"us/9007199254740991\"",
        "\"us/1\"",
        "\"\\u202e\\u0000\\u001b[2J\"",
        "\"\\ud800\"",
        $"\"{new string('w', 200)}\"",
        $"\"{new string('x', 40_000)}\"",
        $"\"{new string('\u4e2d', 2_000)}\"",
        $"[{string.Join(',', Enumerable.Repeat("\"a\"", 64))}]",
        $"[{string.Join(',', Enumerable.Repeat("\"a\"", 65))}]",
        $"[{string.Join(',', Enumerable.Repeat("1e308", 64))}]",
        "[1e999,1e999]",
        "[1e308,-1e308]",
        "[180,90]",
        "[-0.0,-0.0]",
        "{\"a\":1,\"a\":2}",
        string.Concat(Enumerable.Repeat("[", 14)) + string.Concat(Enumerable.Repeat("]", 14)),
    ];

    /// <summary>Words that members are held to; which fits which, the reader tells.</summary>
    private static readonly string[] Words =
    [
        "a word",
        "line",
        "watch",
        "crisis",
        "automatic",
        "staffed",
        "launch",
        "hazard",
        "draft",
        "certified",
        "agreed",
        "public",
        "parties",
        "unverified",
        "discharge",
        "PT1H",
        "party",
        "exact",
        "outgoing",
        "violation",
        "stopped",
        "checking",
        "not ours",
        "keep-out",
        "protected",
        "us/1",
        "us",
        "ru",
        "m",
        "found",
        "complete",
        "none",
        $"sha256:{new string('0', 64)}",
        new string('0', 64),
    ];

    /// <summary>Bodies of the kind that are read, with as many members as could be; the first of them is the
    /// fullest.</summary>
    internal static IReadOnlyList<JsonObject> ReadableOf(string kind) =>
        Readable.GetOrAdd(
            kind,
            static k =>
            {
                if (!Types.TryGetValue(k, out var type))
                    return [];
                var draws = new Random(k.Length);
                var found = new List<JsonObject>();
                for (var i = 0; i < Tries && found.Count < 8; i++)
                {
                    if (
                        Make(type, draws, 0, i < Tries / 2 ? 1 : 0.5) is JsonObject made
                        && Mended(k, made) is { } readable
                    )
                        found.Add(readable);
                }
                return [.. found.OrderByDescending(f => JsonPlaces.Of(f).Count())];
            }
        );

    /// <summary>A body of the kind: mostly one that is read, often with an extreme in it, sometimes nothing of the
    /// sort.</summary>
    internal static byte[] Of(string kind, Random draws)
    {
        var readable = ReadableOf(kind);
        if (readable.Count == 0 || draws.Next(24) == 0)
            return Encoding.UTF8.GetBytes(
                draws.Next(3) switch
                {
                    0 => "{}",
                    1 => "not json",
                    _ => $"{{\"text\":\"{new string('t', draws.Next(48_000))}\"}}",
                }
            );
        var body = readable[draws.Next(readable.Count)];
        var places = JsonPlaces.Of(body).ToList();
        if (draws.Next(3) == 0 || places.Count == 0)
            return Encoding.UTF8.GetBytes(body.ToJsonString());
        // An extreme that is still read goes further in than one that is not.
        byte[] bent = [];
        for (var tries = 0; tries < 4; tries++)
        {
            bent = Encoding.UTF8.GetBytes(
                JsonPlaces.Replace(body, places[draws.Next(places.Count)], Extremes[draws.Next(Extremes.Count)])
            );
            if (TrafficBodies.Read(kind, bent).TryGet(out _, out _))
                break;
        }
        return bent;
    }

    /// <summary>Every member of the kind's body with every extreme, one at a time.</summary>
    internal static IEnumerable<byte[]> Swept(string kind)
    {
        foreach (var body in ReadableOf(kind).Take(1))
        {
            foreach (var place in JsonPlaces.Of(body))
            {
                foreach (var extreme in Extremes)
                {
                    var bytes = Encoding.UTF8.GetBytes(JsonPlaces.Replace(body, place, extreme));
                    if (bytes.Length <= Body.MaxInline)
                        yield return bytes;
                }
            }
        }
    }

    /// <summary>The body with other words where the reader says that it wants some, until it is read; null where no
    /// word helps.</summary>
    private static JsonObject? Mended(string kind, JsonObject body) => Mended(kind, body, out _);

    /// <summary>What no word helps against, in the fullest body that can be made of the kind.</summary>
    internal static string? WhyNot(string kind)
    {
        var why = "no body is made of it";
        if (Make(Types[kind], new Random(kind.Length), 0, 1) is JsonObject made)
            Mended(kind, made, out why);
        return $"{kind}: {why}";
    }

    private static JsonObject? Mended(string kind, JsonObject body, out string? why)
    {
        string? Fault(string json) =>
            TrafficBodies.Read(kind, Encoding.UTF8.GetBytes(json)).TryGet(out _, out var why) ? null : why;
        // One member's mend may break what another's has mended: never back to a fault that was there before.
        var met = new HashSet<string>(StringComparer.Ordinal);
        for (why = Fault(body.ToJsonString()); why is { } fault; )
        {
            met.Add(fault);
            // The reason names the member; of an item of a list, the list and the place before it.
            var parts = fault.Split(": ");
            var blamed = JsonPlaces
                .Of(body)
                .Where(p =>
                    p[^1] is string name
                    && parts.Any(part =>
                        part.StartsWith(name, StringComparison.Ordinal)
                        && (part.Length == name.Length || !char.IsLetterOrDigit(part[name.Length]))
                    )
                    && JsonPlaces.At(body, p) is JsonValue
                )
                .ToList();
            var better = blamed
                .SelectMany(p => Words.Select(w => JsonPlaces.Replace(body, p, JsonSerializer.Serialize(w))))
                .FirstOrDefault(json => Fault(json) is not { } now || !met.Contains(now));
            if (better is null)
            {
                why += $" (of {string.Join(", ", blamed.Select(p => string.Join('.', p)))})";
                return null;
            }
            body = (JsonObject)JsonNode.Parse(better)!;
            why = Fault(better);
        }
        return body;
    }

    private static JsonNode? Make(Type type, Random draws, int depth, double share)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return JsonValue.Create(Words[draws.Next(Words.Length)]);
        if (type == typeof(bool))
            return JsonValue.Create(draws.Next(2) == 0);
        if (type == typeof(double[]))
            return new JsonArray(30.5, 45.5);
        if (type == typeof(double) || type == typeof(float) || type == typeof(decimal))
            return JsonValue.Create(1.5);
        if (type.IsEnum)
            return JsonValue.Create(JsonNamingPolicy.CamelCase.ConvertName(Enum.GetNames(type)[0]));
        if (type == typeof(DateTimeOffset))
            return JsonValue.Create($"2031-03-2{draws.Next(10)}T14:05:11Z");
        if (type.IsPrimitive)
            return JsonValue.Create(1 + draws.Next(3));
        if (type == typeof(JsonElement))
            return JsonNode.Parse(Volumes.At(0, 1));
        if (depth > MaxDepth)
            return null;
        if (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))
        {
            var of = type.GetGenericArguments();
            return of.Length == 2
                ? new JsonObject { ["a"] = Make(of[1], draws, depth + 1, share) }
                : new JsonArray(Make(of[0], draws, depth + 1, share));
        }
        var made = new JsonObject();
        foreach (
            var member in type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(p => p.CanWrite && p.GetIndexParameters().Length == 0 && p.Name != "EqualityContract")
        )
        {
            if (share >= 1 || draws.NextDouble() < share)
                made[JsonNamingPolicy.CamelCase.ConvertName(member.Name)] = Make(
                    member.PropertyType,
                    draws,
                    depth + 1,
                    share
                );
        }
        return made;
    }
}

/// <summary>Volumes as JSON.</summary>
internal static class Volumes
{
    /// <summary>So many circles at one place, numbered so that no two places are near each other, long enough in force
    /// for any run.</summary>
    internal static string At(int place, int count) =>
        $"[{string.Join(',', Enumerable.Repeat(
        $$$"""{"volume":{"outline_circle":{"center":{"lng":{{{10 + place % 80}}}.5,"lat":{{{place / 80 % 60}}}.5},"radius":{"value":50,"units":"M"}},"altitude_lower":{"value":0,"reference":"W84","units":"M"},"altitude_upper":{"value":120,"reference":"W84","units":"M"}},"time_start":{"value":"2020-01-01T00:00:00Z","format":"RFC3339"},"time_end":{"value":"2040-01-01T00:00:00Z","format":"RFC3339"}}""", count))}]";
}
