using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>From a line's view to what officers are shown of it. Called under the view's gate.</summary>
internal static class TrafficShapes
{
    internal static TrafficView Of(LineDocument document, LineView view, TestBook tests, DateTimeOffset now, bool folding, (DateTimeOffset? Automatic, DateTimeOffset? Staffed) next, Func<EntryId, Dictionary<PartyId, DateTimeOffset>> delivered)
    {
        var open = view.Open(now);
        var waiting = view.Waiting.Select(w => (Entry: w, Due: Attention.Due(w, document.Policy))).ToList();
        var overdue = waiting.Count(w => w.Due <= now) + open.Count(ItemShapes.IsOverdue);
        return new TrafficView(document.Id, now, folding,
            [.. open.Take(TrafficView.MaxListed).Select(i => ItemShapes.Of(i, view, now))],
            [.. waiting.OrderBy(w => w.Due).ThenBy(w => w.Entry.From.Value, StringComparer.Ordinal).ThenBy(w => w.Entry.Id.Seq).Take(TrafficView.MaxListed)
                .Select(w => Of(view.ReceiptsOf(w.Entry.Id)!, document.Policy, now, delivered(w.Entry.Id)))],
            waiting.Count, overdue,
            [.. open.Where(i => i.Family is ConditionFamily).Select(Condition)],
            new TestsView(document.Parties.ToDictionary(p => p, p => Of(tests.Of(p))), next.Automatic, next.Staffed),
            [.. view.Flags.Select(f => new FlagView(f.Entry, f.Kind, f.Reason))], view.FlagCount);
    }

    internal static ReceiptsView Of(Receipts receipts, LinePolicy policy, DateTimeOffset now, Dictionary<PartyId, DateTimeOffset> delivered)
    {
        var wants = Attention.WantsAcknowledgement(receipts.Kind);
        var due = Attention.Due(receipts, policy);
        var isWaiting = wants && receipts.WaitingFor.Count > 0 && receipts.Replaced is null;
        return new ReceiptsView(receipts.Id, receipts.Kind, receipts.From, receipts.At, receipts.Precedence, receipts.Mark, delivered,
            Facts(receipts.Read), Facts(receipts.Translated), Facts(receipts.PassedOn), Facts(receipts.Answered),
            wants ? [.. receipts.WaitingFor.OrderBy(p => p.Value, StringComparer.Ordinal)] : [], wants ? due : null, wants ? Attention.DeputyDue(receipts, policy) : null, isWaiting && due <= now,
            receipts.Replaced is { } replaced ? new ReplacedView(replaced.Entry, replaced.Cancelled) : null);
    }

    internal static AttemptView Of(Attempt attempt, int parties)
    {
        var proofs = attempt.Delivered.Select(d => new DeliveredProof(d.By, d.At, d.Size, d.Cosignature?.TrimEnd('\n'), $"/api/v1/lines/{attempt.Line}/entries/{attempt.Entry}/delivery/{d.By}")).ToList();
        var byAll = proofs.Count > 0 && proofs.Count == parties - 1;
        return new AttemptView(attempt.Entry, attempt.Line, attempt.At, attempt.Mark, attempt.Entry.Party, attempt.Between, attempt.Topic, attempt.Outcome, attempt.Answer, attempt.AnsweredAt, attempt.Expires,
            byAll ? proofs.Max(p => p.At) : null, proofs);
    }

    internal static ChronologyView Of(Chronology chronology, Func<LineId, int> parties)
    {
        AttemptView Shown(Attempt attempt) => Of(attempt, parties(attempt.Line));
        return new ChronologyView(chronology.Line, chronology.At, chronology.With, chronology.Exercise, chronology.LeftOut, chronology.StandingRequests, chronology.Standing, chronology.Last?.At, chronology.Previous?.At,
            chronology.DaysSinceLastContact, chronology.DaysBetweenContacts, chronology.Previous?.At, [.. chronology.Attempts.Select(Shown)],
            [.. chronology.Contacts.Select(c => new ContactView(c.Entry, c.Line, c.At, c.Mark, c.Minutes, c.Between, c.Outcome, c.SaidBy, c.Confirmed))],
            [.. chronology.Readouts.Select(r => new ReadoutNoteView(r.Entry, r.Line, r.At, r.Mark, r.By, r.State, r.About))],
            [.. chronology.Silences.Select(Shown)]);
    }

    internal static IReadOnlyList<WatchView> Of(WatchBook watches) =>
        [.. watches.All.OrderBy(w => w.Key.Value, StringComparer.Ordinal).Select(w => new WatchView(w.Key, w.Value.Taken?.Id, w.Value.Taken?.At, w.Value.Handover?.Communicator,
            w.Value.Handover?.Translator, w.Value.Until, w.Value.Offered?.Id, w.Value.Offer?.Communicator, w.Value.Offer?.Translator, w.Value.Offer?.Until))];

    private static PartyTests Of(TestRecord record) => new(record.LastSuccess, record.ConsecutiveMisses, record.LastSent, record.LastOutcome);

    private static ConditionView Condition(Item item)
    {
        var body = item.Root.Body as Condition;
        return new ConditionView(item.Id, item.Root.Header.From, item.Root.Header.Mark, body?.Scope, body?.Level, body?.Reason, item.Root.Header.At);
    }

    private static IReadOnlyList<FactView> Facts(IReadOnlyList<Fact> facts) => [.. facts.Select(f => new FactView(f.Party, f.Entry, f.At, f.By, f.Note))];
}
