using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Record;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>
/// What an own entry keeps of the one that it replaces unless its officer says otherwise: how urgent it is; and of a
/// message its coded fields, its template and
/// its files, which a newer text does not take back by saying nothing of them (R9).
/// </summary>
internal static class Replacing
{
    private static readonly string[] Kept = ["template", "fields", "attachments"];

    /// <param name="draft">As the officer wrote it.</param>
    /// <param name="replaced">Own entries that it names.</param>
    internal static EntryDraft Complete(EntryDraft draft, IReadOnlyList<StoredEntry> replaced)
    {
        if (replaced.Count == 0)
            return draft;
        var headers = replaced.Select(StoredHeader.Read).ToList();
        if (!draft.IsPrecedenceGiven)
            draft = draft with { Precedence = headers.Max(h => h.Precedence), IsPrecedenceGiven = true };
        if (
            draft.Kind != Kinds.MessageSuperseded
            || headers.FindIndex(h => h.Kind is Kinds.MessageSent or Kinds.MessageSuperseded) is not (>= 0 and var at)
            || replaced[at].Body is not { } old
        )
            return draft;
        return WithKept(draft, headers[at], old);
    }

    private static EntryDraft WithKept(EntryDraft draft, EntryHeader message, byte[] old)
    {
        try
        {
            using var before = JsonDocument.Parse(old);
            using var after = JsonDocument.Parse(draft.Body ?? "{}"u8.ToArray());
            if (
                before.RootElement.ValueKind != JsonValueKind.Object
                || after.RootElement.ValueKind != JsonValueKind.Object
            )
                return draft;
            var kept = before
                .RootElement.EnumerateObject()
                .Where(m => Kept.Contains(m.Name) && !after.RootElement.TryGetProperty(m.Name, out _))
                .ToList();
            if (kept.Count == 0)
                return draft;
            var bytes = new ArrayBufferWriter<byte>();
            using (
                var writer = new Utf8JsonWriter(
                    bytes,
                    new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
                )
            )
            {
                writer.WriteStartObject();
                foreach (var member in after.RootElement.EnumerateObject().Concat(kept))
                    member.WriteTo(writer);
                writer.WriteEndObject();
            }
            // The files are entries of their own, which the message names.
            var files = kept.Exists(m => m.Name == "attachments")
                ? Files(before.RootElement).Where(message.Re.Contains)
                : [];
            return draft with
            {
                Body = bytes.WrittenSpan.ToArray(),
                Re = [.. (draft.Re ?? []).Concat(files).Distinct()],
            };
        }
        catch (JsonException)
        {
            return draft; // what it is not, its judge says
        }
    }

    private static IEnumerable<EntryId> Files(JsonElement message)
    {
        if (!message.TryGetProperty("attachments", out var list) || list.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var file in list.EnumerateArray())
        {
            if (
                file.ValueKind == JsonValueKind.Object
                && file.TryGetProperty("entry", out var entry)
                && entry.ValueKind == JsonValueKind.String
                && EntryId.TryParse(entry.GetString(), out var id)
            )
                yield return id;
        }
    }
}
