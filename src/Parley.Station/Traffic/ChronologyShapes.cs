using Parley.Record;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>From the contact history to what officers are shown of it.</summary>
internal static class ChronologyShapes
{
    internal static AttemptView Of(Attempt attempt, LineDocument document, DateTimeOffset now)
    {
        var proofs = attempt
            .Delivered.Select(d => new DeliveredProof(
                d.By,
                d.At,
                d.Size,
                d.Cosignature?.TrimEnd('\n'),
                $"/api/v1/lines/{attempt.Line}/entries/{attempt.Entry}/delivery/{d.By}"
            )
            {
                Off = ReceiptShapes.Off(attempt.At, new DeliveryTime(d.At, d.Arrived), document.Policy, now),
            })
            .ToList();
        var byAll = proofs.Count > 0 && proofs.Count == document.Cards.Count - 1;
        return new AttemptView(
            attempt.Entry,
            attempt.Line,
            attempt.At,
            attempt.Mark,
            attempt.Entry.Party,
            attempt.Between,
            attempt.Topic,
            attempt.Outcome,
            attempt.Answer,
            attempt.AnsweredAt,
            attempt.Expires,
            byAll ? proofs.Max(p => p.At) : null,
            proofs
        )
        {
            DatedAhead = attempt.IsDatedAhead,
        };
    }

    internal static ChronologyView Of(Chronology chronology, Func<LineId, LineDocument> documentOf, DateTimeOffset now)
    {
        AttemptView Shown(Attempt attempt) => Of(attempt, documentOf(attempt.Line), now);
        return new ChronologyView(
            chronology.Line,
            chronology.At,
            chronology.With,
            chronology.Exercise,
            chronology.LeftOut,
            chronology.StandingRequests,
            chronology.Standing,
            chronology.Last?.At,
            chronology.Previous?.At,
            chronology.DaysSinceLastContact,
            chronology.DaysBetweenContacts,
            chronology.Previous?.At,
            [.. chronology.Attempts.Select(Shown)],
            [
                .. chronology.Contacts.Select(c => new ContactView(
                    c.Entry,
                    c.Line,
                    c.At,
                    c.Mark,
                    c.Minutes,
                    c.Between,
                    c.Outcome,
                    c.SaidBy,
                    c.Confirmed
                )),
            ],
            [
                .. chronology.Readouts.Select(r => new ReadoutNoteView(
                    r.Entry,
                    r.Line,
                    r.At,
                    r.Mark,
                    r.By,
                    r.State,
                    r.About
                )),
            ],
            [.. chronology.Silences.Select(Shown)]
        );
    }
}
