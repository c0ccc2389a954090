using System.Text;
using System.Text.Json;
using Parley.Record;

namespace Parley.Cli.Replay;

/// <summary>A JSON value and the line of the file that it begins on, so that a refusal can say where.</summary>
/// <param name="Line">1 for the first.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Of a string or a number, as it stands in the file without quotes and escapes; else null.</param>
/// <param name="Members">Of an object, in the file's order, no name twice.</param>
/// <param name="Items">Of an array.</param>
/// <param name="Raw">The value as it stands in the file.</param>
internal sealed record JsonAt(
    int Line,
    JsonValueKind Kind,
    string? Text,
    IReadOnlyList<MemberAt> Members,
    IReadOnlyList<JsonAt> Items,
    string Raw
)
{
    /// <summary>Largest file, in bytes.</summary>
    internal const int MaxLength = 4 << 20;
    private const int MaxDepth = 16;

    /// <summary>Reads one value, strictly: no comments, no trailing commas, no member twice, nothing behind it. A
    /// refusal names the line.</summary>
    internal static Parsed<JsonAt> Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length > MaxLength)
            return new Rejected($"the file is larger than {MaxLength} bytes");
        var reader = new Utf8JsonReader(file, new JsonReaderOptions { MaxDepth = MaxDepth });
        var lines = new Lines();
        try
        {
            reader.Read();
            var root = Read(ref reader, file, ref lines, out var fault);
            if (fault is not null)
                return new Rejected(fault);
            reader.Read(); // whatever stands behind it, throws
            return root!;
        }
        catch (JsonException e)
        {
            var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            return new Rejected($"line {e.LineNumber + 1}: {(end < 0 ? e.Message : e.Message[..end])}");
        }
        catch (InvalidOperationException) // a string that is no Unicode text
        {
            return new Rejected($"line {lines.Of(file, (int)reader.TokenStartIndex)}: the text is not UTF-8");
        }
    }

    /// <summary>Counts lines once, however many values ask.</summary>
    private struct Lines
    {
        private int at,
            line;

        internal int Of(ReadOnlySpan<byte> file, int offset)
        {
            line += file[at..offset].Count((byte)'\n');
            at = offset;
            return line + 1;
        }
    }

    private static JsonAt? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> file, ref Lines lines, out string? fault)
    {
        fault = null;
        var start = (int)reader.TokenStartIndex;
        var line = lines.Of(file, start);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<MemberAt>();
                var names = new HashSet<string>(StringComparer.Ordinal);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    var nameLine = lines.Of(file, (int)reader.TokenStartIndex);
                    if (!names.Add(name))
                        fault = $"line {nameLine}: \"{Shown(name)}\" stands here a second time";
                    reader.Read();
                    if (fault is not null || Read(ref reader, file, ref lines, out fault) is not { } value)
                        return null;
                    members.Add(new MemberAt(name, nameLine, value));
                }
                return new JsonAt(line, JsonValueKind.Object, null, members, [], Between(file, start, reader));
            case JsonTokenType.StartArray:
                var items = new List<JsonAt>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (Read(ref reader, file, ref lines, out fault) is not { } item)
                        return null;
                    items.Add(item);
                }
                return new JsonAt(line, JsonValueKind.Array, null, [], items, Between(file, start, reader));
            case JsonTokenType.String:
                return new JsonAt(line, JsonValueKind.String, reader.GetString(), [], [], Between(file, start, reader));
            case JsonTokenType.Number:
                return new JsonAt(
                    line,
                    JsonValueKind.Number,
                    Between(file, start, reader),
                    [],
                    [],
                    Between(file, start, reader)
                );
            case JsonTokenType.True:
                return new JsonAt(line, JsonValueKind.True, null, [], [], "true");
            case JsonTokenType.False:
                return new JsonAt(line, JsonValueKind.False, null, [], [], "false");
            default:
                return new JsonAt(line, JsonValueKind.Null, null, [], [], "null");
        }
    }

    private static string Between(ReadOnlySpan<byte> file, int start, in Utf8JsonReader reader) =>
        Encoding.UTF8.GetString(file[start..(int)reader.BytesConsumed]);

    /// <summary>Foreign text within a reason: short.</summary>
    internal static string Shown(string text) => text.Length > 60 ? text[..60] + "…" : text;

    internal JsonAt? this[string name] => Members.FirstOrDefault(m => m.Name == name)?.Value;
}

/// <summary>A member of an object, and the line its name stands on.</summary>
internal sealed record MemberAt(string Name, int Line, JsonAt Value);
