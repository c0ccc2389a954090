using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parley.Traffic.Bodies;

/// <summary>A member that is null is as if it were left out, at every depth. TRAFFIC-124.</summary>
internal static class NullMembers
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = TrafficBodies.MaxDepth };

    /// <summary>The body without its members that are null: itself where it holds none, or is no JSON, of which its
    /// reader says what it is.</summary>
    /// <param name="body">The body.</param>
    /// <param name="known">The names of the members that are left out so; null for all. Of an own officer's one that
    /// nobody knows is left, so that it is refused as any other that is misspelt.</param>
    internal static ReadOnlyMemory<byte> LeftOut(ReadOnlyMemory<byte> body, IReadOnlySet<string>? known = null)
    {
        if (body.Span.IndexOf("null"u8) < 0)
            return body;
        try
        {
            using var document = JsonDocument.Parse(body, Reading);
            var without = new ArrayBufferWriter<byte>(body.Length);
            // No deeper than what was parsed, and each text stands as it stood.
            using (var to = new Utf8JsonWriter(without, new JsonWriterOptions { SkipValidation = true }))
                Write(to, document.RootElement, known);
            return without.WrittenMemory;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return body; // no JSON, or a name that holds half of a character
        }
    }

    private static void Write(Utf8JsonWriter to, JsonElement value, IReadOnlySet<string>? known)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                to.WriteStartObject();
                // A member that stands twice counts as it stands last, and null may be the last that it is. TRAFFIC-120
                var nulls = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in value.EnumerateObject())
                {
                    if (member.Value.ValueKind != JsonValueKind.Null)
                    {
                        if (nulls.Count > 0)
                            nulls.Remove(member.Name);
                    }
                    else if (known?.Contains(member.Name) != false)
                        nulls.Add(member.Name);
                }
                foreach (var member in value.EnumerateObject())
                {
                    var name = member.Name;
                    if (
                        nulls.Contains(name)
                        || (member.Value.ValueKind == JsonValueKind.Null && known?.Contains(name) != false)
                    )
                        continue;
                    to.WritePropertyName(name);
                    Write(to, member.Value, known);
                }
                to.WriteEndObject();
                break;
            case JsonValueKind.Array:
                to.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                    Write(to, element, known);
                to.WriteEndArray();
                break;
            default:
                to.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
                break;
        }
    }
}
