using System.Text;
using System.Text.Json;
using Parley.Record;

namespace Parley.Station.Api;

/// <summary>From what a client sends to what the station appends.</summary>
internal static class Drafts
{
    internal const string MessageSent = "message.sent";
    internal const string MessageAcknowledged = "message.acknowledged";

    internal static Outcome<EntryDraft> From(EntryRequest request, Speaker speaker)
    {
        if (!speaker.Officer(request.By, request.ReleasedBy).TryGet(out var by, out var why)) return why;
        if (request.Text is not null && request.Body is not null) return Refusal.Invalid("give text or body, not both");
        if (request.Text is { } text && string.IsNullOrWhiteSpace(text)) return Refusal.Invalid("the text is empty");
        if (request.Kind is null && request.Text is null && request.Body is null) return Refusal.Invalid("give a text, a body or a kind");
        var body = request.Text is { } words ? Bytes(words)
            : request.Body is { } json ? Encoding.UTF8.GetBytes(json.GetRawText())
            : null;
        return Checked(new EntryDraft(
            request.Kind ?? MessageSent, body, by, request.Precedence ?? Precedence.Routine, request.Mark ?? Mark.Actual, request.Re, request.To, request.Lang) { IsPrecedenceGiven = request.Precedence is not null, IsMarkGiven = request.Mark is not null });
    }

    internal static Outcome<EntryDraft> Acknowledgement(EntryId entry, AckRequest request, Speaker speaker)
    {
        if (!speaker.Officer(request.By).TryGet(out var by, out var why)) return why;
        var note = string.IsNullOrWhiteSpace(request.Note) ? null : JsonSerializer.SerializeToUtf8Bytes(new NoteBody(request.Note), ApiJson.Readable.NoteBody);
        return Checked(new EntryDraft(MessageAcknowledged, note, by, Mark: request.Mark ?? Mark.Actual, Re: [entry]) { IsMarkGiven = request.Mark is not null });
    }

    private static byte[] Bytes(string text) => JsonSerializer.SerializeToUtf8Bytes(new TextBody(text), ApiJson.Readable.TextBody);

    private static Outcome<EntryDraft> Checked(EntryDraft draft) => draft.Body?.Length > Body.MaxInline
        ? Refusal.TooLarge($"a body is at most {Body.MaxInline} bytes; send more as an attachment")
        : draft;
}
