using System.Text.Json;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>
/// What the station checks before it puts an officer's act on the record, in this order: the seat, then whether the act
/// would have an effect. A peer's
/// entries are never refused by this; they are kept and flagged.
/// </summary>
internal static class AuthorCheck
{
    /// <summary>Code of a step that the state machine does not take.</summary>
    internal const string IllegalStep = "illegal-step";

    /// <summary>Code of an act that lacks its second officer.</summary>
    internal const string TwoOfficers = "two-officers";
    internal const string WrongSeat = "seat";

    /// <summary>Null when an officer in that seat may write that kind, and the second officer, where there is one, sits
    /// in such a seat too.</summary>
    internal static Refusal? Seat(Officer by, string kind) =>
        !Seats.May(by.Seat, kind) ? Wrong(by, kind)
        : by.ReleasedBy is { } second && !Seats.May(second.Seat, kind) ? Wrong(second, kind)
        : null;

    private static Refusal Wrong(Officer by, string kind) =>
        !Seats.All.Contains(by.Seat)
            ? new Refusal(WrongSeat, $"there is no seat '{by.Seat}': the seats are {string.Join(", ", Seats.All)}", 403)
            : new Refusal(
                WrongSeat,
                $"the seat '{by.Seat}' does not write {kind}: that is for {string.Join(" or ", Seats.That(kind))}",
                403
            );

    /// <summary>True for what a state machine judges, so that the line's view is needed; a FLASH message must not wait
    /// for it.</summary>
    internal static bool NeedsView(string kind) =>
        AllFamilies.Of(kind) is not null || Suspension.IsStep(kind) || Replacement.Is(kind);

    /// <summary>True for what needs no judging beyond the seat and takes nothing over from what it answers: a message
    /// like most.</summary>
    internal static bool IsPlain(EntryDraft draft) =>
        draft.Precedence != Precedence.Flash
        && draft.Kind is Kinds.MessageSent or Kinds.MessageAttachment
        && !HasFields(draft.Body)
        && (draft.IsMarkGiven || draft.Re is not [_, ..]);

    /// <summary>Most messages are a text and nothing else; what may hold coded fields is read, so that no number leaves
    /// in a unit that nobody agreed on (R9).</summary>
    private static bool HasFields(byte[]? body) => body is not null && body.AsSpan().IndexOf("\"fields\""u8) >= 0;

    /// <summary>What no state decides: the body's shape, the second officer, and that a receipt names what it is
    /// for.</summary>
    internal static Refusal? Alone(LineDocument document, PartyId self, EntryDraft draft, DateTimeOffset now) =>
        IsPlain(draft) ? Content(draft) : Against(new LineView(document), document, self, draft, now);

    /// <summary>
    /// Why nobody could read what the officer wrote, by the member that it is about; null when everybody can. A text
    /// that came as one is what this station made of it. TRAFFIC-105.
    /// </summary>
    internal static Refusal? Content(EntryDraft draft)
    {
        if (draft.IsText || !TrafficBodies.IsKnown(draft.Kind))
            return null;
        if (
            !(
                draft.IsPlayed
                    ? TrafficBodies.Read(draft.Kind, draft.Body)
                    : TrafficBodies.ReadOwn(draft.Kind, draft.Body)
            ).TryGet(out var read, out var why)
        )
            return Refusal.Invalid(why);
        return
            draft.Kind == Kinds.MessageSent
            && read is Message { Fields.Count: 0 } message
            && string.IsNullOrWhiteSpace(message.Text)
            && !HasFiles(draft.Body)
            ? Refusal.Invalid("the message says nothing: it has neither text nor fields")
            : null;
    }

    private static bool HasFiles(byte[]? body)
    {
        if (body is null)
            return false;
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("attachments", out var files)
            && files.ValueKind == JsonValueKind.Array
            && files.GetArrayLength() > 0;
    }

    /// <summary>Whether the act has an effect as the line stands in this view.</summary>
    internal static Refusal? Against(
        LineView view,
        LineDocument document,
        PartyId self,
        EntryDraft draft,
        DateTimeOffset now
    )
    {
        if (Content(draft) is { } unreadable)
            return unreadable;
        var header = HeaderOf(view, document, self, draft, now);
        if (
            TwoPeople.Missing(EntryOf(header, draft), document.Policy with { Fold = LinePolicy.NewestFold }) is
            { } second
        )
            return new Refusal(TwoOfficers, second, 409);
        if (view.RefuseReplacement(header) is { } kept)
            return Of(kept);
        return view.Refuse(header, BodyOf(draft)) is { } reason ? new Refusal(IllegalStep, reason, 409) : null;
    }

    /// <summary>A second officer may mend it: then it can be proposed.</summary>
    internal static Refusal Of(ReplacementRefusal kept) =>
        new(kept.LacksSecond ? TwoOfficers : IllegalStep, kept.Reason, 409);

    /// <summary>The header that the entry would have, were it the next of its feed.</summary>
    internal static EntryHeader HeaderOf(
        LineView view,
        LineDocument document,
        PartyId self,
        EntryDraft draft,
        DateTimeOffset now
    ) =>
        new()
        {
            Line = document.Id,
            From = self,
            Seq = view.Sizes[self],
            At = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            Kind = draft.Kind,
            Mark = draft.Mark,
            Precedence = draft.Precedence,
            By = draft.By,
            Re = draft.Re ?? [],
            Seen = view.Sizes.Where(s => s.Key != self && s.Value > 0).ToDictionary(),
            To = draft.To,
            Lang = draft.Lang,
            Body = draft.Body is null ? null : default(Crypto.Hash),
            Size = draft.Body?.Length ?? 0,
        };

    internal static TrafficEntry EntryOf(EntryHeader header, EntryDraft draft) =>
        TrafficEntry.From(header, BodyOf(draft));

    private static ReadOnlyMemory<byte>? BodyOf(EntryDraft draft) => draft.Body is null ? null : draft.Body.AsMemory();
}
