using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Record.Text;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Api;

/// <summary>From what a client sends to what the station appends.</summary>
internal static class HandedOver
{
    internal static Outcome<EntryDraft> From(EntryRequest request, Speaker speaker)
    {
        if (!speaker.Officer(request.By, request.ReleasedBy).TryGet(out var by, out var why))
            return why;
        if (request.Text is not null && request.Body is not null)
            return Refusal.Invalid("give text or body, not both");
        if (request.Text is { } text && Shown.IsBlank(text))
            return Refusal.Invalid("the text is empty");
        if (request.Text?.Length > Message.MaxText)
            return Refusal.TooLarge($"text is longer than {Message.MaxText} characters");
        if (request.Kind is null && request.Text is null && request.Body is null)
            return Refusal.Invalid("give a text, a body or a kind");
        var kind = request.Kind ?? Kinds.MessageSent;
        var known = Kinds.Find(kind);
        var body =
            request.Text is { } words ? Bytes(words)
            : request.Body is { } json ? Encoding.UTF8.GetBytes(json.GetRawText())
            : null;
        return Checked(
            new EntryDraft(
                kind,
                body,
                by,
                request.Precedence ?? known?.Precedence ?? Precedence.Routine,
                request.Mark ?? known?.Mark ?? Mark.Actual,
                request.Re,
                request.To,
                request.Lang
            )
            {
                IsPrecedenceGiven = request.Precedence is not null,
                IsMarkGiven = request.Mark is not null,
                IsText = request.Text is not null && kind == Kinds.MessageSent,
            }
        );
    }

    internal static Outcome<EntryDraft> Acknowledgement(EntryId entry, AckRequest request, Speaker speaker)
    {
        if (!speaker.Officer(request.By).TryGet(out var by, out var why))
            return why;
        var note = string.IsNullOrWhiteSpace(request.Note)
            ? null
            : JsonSerializer.SerializeToUtf8Bytes(new NoteBody(request.Note), ApiJson.Readable.NoteBody);
        return Checked(
            new EntryDraft(Kinds.MessageAcknowledged, note, by, Mark: request.Mark ?? Mark.Actual, Re: [entry])
            {
                IsMarkGiven = request.Mark is not null,
            }
        );
    }

    private static byte[] Bytes(string text) =>
        JsonSerializer.SerializeToUtf8Bytes(new TextBody(text), ApiJson.Readable.TextBody);

    private static Outcome<EntryDraft> Checked(EntryDraft draft) =>
        draft.Body?.Length > Body.MaxInline
            ? Refusal.TooLarge($"a body is at most {Body.MaxInline} bytes; send more as an attachment")
            : draft;
}
