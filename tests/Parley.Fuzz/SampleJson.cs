using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Parley.Record;

namespace Parley.Fuzz;

/// <summary>JSON of the shape that a request's type has: every member is there, each with a value that its type takes.
/// What a value means is left to the mutations.</summary>
internal static class SampleJson
{
    private const int MaxDepth = 6;

    internal static string Of(Type type) => Value(type, 0);

    internal static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static string Value(Type type, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return "\"text\"";
        if (type == typeof(bool))
            return "true";
        if (type == typeof(double) || type == typeof(decimal) || type == typeof(float))
            return "1.5";
        if (type.IsEnum)
            return Quoted(JsonNamingPolicy.CamelCase.ConvertName(Enum.GetNames(type)[0]));
        if (type.IsPrimitive)
            return "1";
        if (type == typeof(DateTimeOffset))
            return "\"2032-03-23T14:05:11.204Z\"";
        if (type == typeof(PartyId))
            return "\"ru\"";
        if (type == typeof(EntryId))
            return "\"us/1\"";
        if (type == typeof(LineId))
            return "\"LINE\"";
        if (type == typeof(Officer))
            return "{\"seat\":\"watch\",\"name\":\"Ada\"}";
        if (type == typeof(byte[]))
            return "\"AAAA\"";
        if (type == typeof(JsonElement))
            return Encoding.UTF8.GetString(Samples.Volumes[0]);
        if (depth > MaxDepth)
            return "null";
        if (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))
        {
            var of = type.GetGenericArguments();
            return of.Length == 2
                ? $"{{{Value(of[0], depth + 1)}:{Value(of[1], depth + 1)}}}"
                : $"[{Value(of[0], depth + 1)}]";
        }
        var members = type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p is { CanWrite: true } && p.GetIndexParameters().Length == 0 && p.Name != "EqualityContract")
            .ToList();
        return $"{{{string.Join(',', members.Select(p => $"{Quoted(JsonNamingPolicy.CamelCase.ConvertName(p.Name))}:{Value(p.PropertyType, depth + 1)}"))}}}";
    }
}
