using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Parley.Record;

/// <summary>Writes a new header. What it writes is read back at once, so that an author can never sign what others must refuse.</summary>
internal static class HeaderWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the bytes are never put into HTML; names stay readable
        SkipValidation = true,
    };

    internal static byte[] Write(EntryHeader header)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("parley"u8, EntryHeader.Version);
            json.WriteString("line"u8, header.Line.Value);
            json.WriteString("from"u8, header.From.Value);
            json.WriteNumber("seq"u8, header.Seq);
            json.WriteString("at"u8, EntryGrammar.Time(WholeMilliseconds(header.At)));
            json.WriteString("kind"u8, header.Kind);
            json.WriteString("mark"u8, Name(header.Mark));
            json.WriteString("precedence"u8, Name(header.Precedence));
            json.WritePropertyName("by"u8);
            WriteOfficer(json, header.By);
            WriteReferences(json, header);
            if (header.Lang is not null) json.WriteString("lang"u8, header.Lang);
            if (header.Body is { } body)
            {
                json.WriteString("body"u8, $"sha256:{body.ToHex()}");
                json.WriteNumber("size"u8, header.Size);
            }
            else if (header.Size != 0)
            {
                throw new InvalidOperationException("an entry without a body has no size");
            }
            json.WriteEndObject();
        }
        var bytes = buffer.WrittenSpan.ToArray();
        return EntryHeader.Parse(bytes).TryGet(out _, out var reason) ? bytes : throw new InvalidOperationException($"not a valid entry: {reason}");
    }

    internal static string Name(Mark mark) => mark switch
    {
        Mark.Actual => "actual",
        Mark.Exercise => "exercise",
        Mark.Test => "test",
        _ => throw new ArgumentOutOfRangeException(nameof(mark)),
    };

    internal static string Name(Precedence precedence) => precedence switch
    {
        Precedence.Routine => "routine",
        Precedence.Priority => "priority",
        Precedence.Immediate => "immediate",
        Precedence.Flash => "flash",
        _ => throw new ArgumentOutOfRangeException(nameof(precedence)),
    };

    private static void WriteReferences(Utf8JsonWriter json, EntryHeader header)
    {
        json.WriteStartArray("re"u8);
        foreach (var id in header.Re) json.WriteStringValue(id.ToString());
        json.WriteEndArray();
        json.WriteStartObject("seen"u8);
        foreach (var (party, size) in header.Seen) json.WriteNumber(party.Value, size);
        json.WriteEndObject();
        if (header.To is null) return;
        json.WriteStartArray("to"u8);
        foreach (var party in header.To) json.WriteStringValue(party.Value);
        json.WriteEndArray();
    }

    private static void WriteOfficer(Utf8JsonWriter json, Officer officer)
    {
        // The JSON writer would replace a lone surrogate in silence.
        if (!EntryGrammar.TryName(officer.Name, out _)) throw new InvalidOperationException("an officer's name cannot be shown");
        json.WriteStartObject();
        json.WriteString("seat"u8, officer.Seat);
        json.WriteString("name"u8, officer.Name);
        if (officer.ReleasedBy is not null)
        {
            json.WritePropertyName("released_by"u8);
            WriteOfficer(json, officer.ReleasedBy);
        }
        json.WriteEndObject();
    }

    private static DateTimeOffset WholeMilliseconds(DateTimeOffset at) =>
        at.Ticks % TimeSpan.TicksPerMillisecond == 0 ? at : throw new InvalidOperationException("an entry's time is in whole milliseconds");
}
