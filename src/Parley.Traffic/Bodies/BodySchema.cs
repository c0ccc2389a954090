using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Parley.Traffic.Bodies;

/// <summary>
/// The JSON schema of a body (2020-12), made from its record: types and members by the platform, labels and limits from
/// the attributes on the members. Beside the standard's keywords:
/// <c>x-type</c> names what an object is (<c>place</c>, <c>window</c>, …), so that an editor of its own can be chosen
/// for it, and <c>format</c> what a text or a list holds
/// (<c>date-time</c>, <c>duration</c>, <c>position</c>, <c>volumes</c>, <c>party</c>, <c>entry</c>, <c>line</c>, <c>hash</c>,
/// <c>hex</c>, <c>files</c>), and <c>x-unit</c> what a number counts (<c>s</c>, <c>min</c>, <c>m</c>, <c>deg</c>).
/// </summary>
internal static class BodySchema
{
    /// <summary>What an attribute of the member says, and not the type of its value.</summary>
    private static readonly string[] OfMember =
    [
        "title",
        "description",
        "format",
        "pattern",
        "minItems",
        "maxItems",
        "x-unit",
    ];

    /// <summary>A new node at every call.</summary>
    internal static JsonObject Of(JsonTypeInfo type)
    {
        var schema = (JsonObject)
            JsonSchemaExporter.GetJsonSchemaAsNode(
                type,
                new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Told }
            );
        return (JsonObject)Whole(schema, schema)!;
    }

    /// <summary>The names of the members in a schema, at any depth.</summary>
    internal static IEnumerable<string> Names(JsonNode? schema) =>
        schema switch
        {
            JsonObject found => found.SelectMany(m =>
                m.Key == "properties" && m.Value is JsonObject members
                    ? members.Select(p => p.Key).Concat(Names(members))
                    : Names(m.Value)
            ),
            JsonArray list => list.SelectMany(n => Names(n)),
            _ => [],
        };

    private static JsonNode Told(JsonSchemaExporterContext at, JsonNode node)
    {
        var schema = Blank(at.TypeInfo.Type) ?? node as JsonObject ?? [];
        if (schema["default"] is null)
            schema.Remove("default");
        if (at.TypeInfo.Kind == JsonTypeInfoKind.Object && !schema.ContainsKey("$ref"))
            Object(schema, at);
        if (at.PropertyInfo is { } member)
            Member(schema, member);
        return schema;
    }

    /// <summary>What converters of ours read, and what is any JSON: of both the platform knows nothing. Null for all
    /// else.</summary>
    private static JsonObject? Blank(Type type)
    {
        var held = Nullable.GetUnderlyingType(type) ?? type;
        return held == typeof(DateTimeOffset)
                ? new JsonObject
                {
                    ["type"] = held == type ? "string" : new JsonArray("string", "null"),
                    ["format"] = "date-time",
                }
            : held == typeof(int) || held == typeof(long)
                ? new JsonObject { ["type"] = held == type ? "integer" : new JsonArray("integer", "null") }
            : held == typeof(JsonElement) ? new JsonObject { ["type"] = new JsonArray("array", "null") }
            : null;
    }

    private static void Object(JsonObject schema, JsonSchemaExporterContext at)
    {
        foreach (var member in at.TypeInfo.Properties)
        {
            // The platform does not ask about such a member where it is a parameter of the constructor.
            if (Blank(member.PropertyType) is not { } blank || schema["properties"]?[member.Name]?["title"] is not null)
                continue;
            Member(blank, member);
            schema["properties"]![member.Name] = blank;
        }
        if (!at.Path.IsEmpty)
            schema["x-type"] = JsonNamingPolicy.CamelCase.ConvertName(at.TypeInfo.Type.Name);
        var required = at
            .TypeInfo.Properties.Where(m => BodyRules.Of<RequiredAttribute>(m) is not null)
            .Select(m => (JsonNode)m.Name)
            .ToArray();
        if (required.Length > 0)
            schema["required"] = new JsonArray(required);
        else
            schema.Remove("required"); // the platform names the parameters of a constructor, which the reader takes for empty
    }

    private static void Member(JsonObject schema, JsonPropertyInfo member)
    {
        var isText = member.PropertyType == typeof(string);
        schema["title"] = BodyRules.Of<DisplayNameAttribute>(member)?.DisplayName ?? Words(member.Name);
        if (BodyRules.Of<DescriptionAttribute>(member) is { } help)
            schema["description"] = help.Description;
        if (BodyRules.Of<DataTypeAttribute>(member)?.CustomDataType is { } format)
            Format(schema, format);
        if (BodyRules.Of<UnitAttribute>(member) is { } unit)
            schema["x-unit"] = unit.Name;
        if (BodyRules.Of<MaxLengthAttribute>(member) is { } most)
            schema[isText ? "maxLength" : "maxItems"] = most.Length;
        if (BodyRules.Of<EachAttribute>(member) is { } each)
            schema["items"]!["maxLength"] = each.Longest;
        if (BodyRules.Of<RangeAttribute>(member) is { } range)
        {
            schema["minimum"] = Number(range.Minimum);
            if (range.Maximum is not (int.MaxValue or double.MaxValue))
                schema["maximum"] = Number(range.Maximum);
        }
        if (BodyRules.Of<UsualAttribute>(member) is { } usual)
            schema["examples"] = new JsonArray([.. usual.Words.Select(w => (JsonNode)w)]);
        var isRequired = BodyRules.Of<RequiredAttribute>(member) is not null;
        if (BodyRules.Of<AllowedValuesAttribute>(member) is { } allowed)
            schema["enum"] = new JsonArray([
                .. allowed.Values.OfType<string>().Select(w => (JsonNode)w),
                .. isRequired ? (JsonNode?[])[] : [null],
            ]);
        if (schema["type"] is null && schema.ContainsKey("$ref"))
            schema["type"] =
                member.PropertyType.IsArray || typeof(IEnumerable).IsAssignableFrom(member.PropertyType)
                    ? "array"
                    : "object";
        if (!isRequired)
        {
            if (schema["type"] is JsonValue one)
                schema["type"] = new JsonArray(one.DeepClone(), "null"); // as if it were left out: TRAFFIC-124
            return;
        }
        if (schema["type"] is JsonArray types)
            schema["type"] = types.First(t => (string?)t != "null")!.DeepClone();
        if (schema["type"]?.GetValueKind() == JsonValueKind.String && (string?)schema["type"] == "array")
            schema["minItems"] = 1;
    }

    /// <summary>With what the standard's keywords can say of the form as well.</summary>
    private static void Format(JsonObject schema, string format)
    {
        schema["format"] = format;
        switch (format)
        {
            case "position":
                (schema["minItems"], schema["maxItems"]) = (2, 2);
                break;
            case "volumes":
                schema["items"] = VolumeSchema.Of();
                break;
            case "party":
                schema["pattern"] = "^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$";
                break;
            case "entry":
                schema["pattern"] = "^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?/(0|[1-9][0-9]*)$";
                break;
            case "duration":
                schema["pattern"] = "^P(?=[0-9T])([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?$";
                break;
            case "hash":
                schema["pattern"] = "^sha256:[0-9a-f]{64}$";
                break;
        }
    }

    private static JsonNode Number(object value) =>
        value is int whole ? JsonValue.Create(whole) : JsonValue.Create((double)value);

    /// <summary>A member's name as words: <c>verifiedBy</c> is "Verified by".</summary>
    private static string Words(string name) =>
        string.Concat(
            name.Select(
                (c, i) =>
                    i == 0 ? char.ToUpperInvariant(c).ToString()
                    : char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}"
                    : c.ToString()
            )
        );

    /// <summary>The platform writes a type that comes twice as a reference to its first place; whoever builds a form is
    /// given each place whole.</summary>
    private static JsonNode? Whole(JsonNode? node, JsonObject root)
    {
        switch (node)
        {
            case JsonObject found when (string?)found["$ref"] is { } place:
                var copy = (JsonObject)
                    Whole(place.Split('/').Skip(1).Aggregate((JsonNode)root, (at, part) => at[part]!), root)!;
                foreach (var key in OfMember)
                    copy.Remove(key);
                foreach (var (key, value) in found.Where(m => m.Key != "$ref"))
                    copy[key] = value?.DeepClone();
                return copy;
            case JsonObject found:
                return new JsonObject(found.Select(m => KeyValuePair.Create(m.Key, Whole(m.Value, root))));
            case JsonArray list:
                return new JsonArray([.. list.Select(item => Whole(item, root))]);
            default:
                return node?.DeepClone();
        }
    }
}
