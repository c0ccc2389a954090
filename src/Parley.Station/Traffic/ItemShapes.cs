using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Places;

namespace Parley.Station.Traffic;

/// <summary>From an item as it is folded to what officers are shown of it.</summary>
internal static class ItemShapes
{
    /// <summary>States that say by themselves that somebody is late.</summary>
    internal static bool IsOverdue(Item item) => IsOverdue(item.State);

    /// <inheritdoc cref="IsOverdue(Item)"/>
    internal static bool IsOverdue(Heading item) => IsOverdue(item.State);

    private static bool IsOverdue(string state) =>
        state is ClarificationFamily.Overdue or ClarificationFamily.MeetingOverdue;

    /// <summary>The gravest level that any party has raised for the line, not counting exercises; null when none is in
    /// force. Of very many of one party the newest count.</summary>
    internal static string? GravestCondition(LineView view, DateTimeOffset now) =>
        view.Open(now)
            .Where(i => i.Family is ConditionFamily && i.Root.Header.Mark == Mark.Actual)
            .Select(i => i.Root.Body)
            .OfType<Condition>()
            .Where(c => c.Scope == "line")
            .Select(c => c.Level)
            .MaxBy(level => level is null ? -1 : Condition.LevelsKnown.ToList().IndexOf(level));

    /// <param name="item">As it is folded.</param>
    /// <param name="view">What stands beside it.</param>
    /// <param name="now">The time.</param>
    /// <param name="self">The party whose acts are told; null where the time is past, and nobody acts in it.</param>
    internal static ItemView Of(Item item, LineView view, DateTimeOffset now, PartyId? self)
    {
        var replaced = item.Replaced();
        var part = PartOf(item, view, now);
        return new ItemView(
            item.Id,
            item.Family.Name,
            item.Root.Header.Mark,
            item.State,
            item.Since,
            item.Due,
            IsOverdue(item),
            item.Root.Header.From,
            [
                .. item.Applied.Select(e => new ItemEntry(e.Id, e.Header.Kind, e.Header.At, e.Header.By)
                {
                    ReplacedBy = By(e.Id),
                }),
            ],
            item.IsSettled
        )
        {
            Acts = self is { } party ? item.ActsOf(party) : null,
            ReplacedBy = By(item.Id),
            Ended = item.Ended is { } end
                ? new EndedView(
                    end.Id,
                    end.Header.Kind,
                    item.State,
                    end.Header.At,
                    end.Header.By,
                    Kinds.Find(end.Header.Kind)?.Replaces == OnEarlier.Cancels
                )
                : null,
            Part = part,
            Flags = item.Flags.Count == 0 ? null : [.. item.Flags.Select(f => new FlagView(f.Entry, f.Kind, f.Reason))],
            Reason = ReasonOf(item),
            // Asked only where there is something to ask: the gazetteer is not unpacked for items without a place.
            PlaceCheck = PlaceOf(part) is { Name: not null, Position: not null } place
                ? Gazetteer.Own.Check(place)
                : null,
        };

        EntryId? By(EntryId entry) => replaced.TryGetValue(entry, out var by) ? by : null;
    }

    private static ItemPart? PartOf(Item item, LineView view, DateTimeOffset now) =>
        item.Family switch
        {
            CallFamily => Call(item),
            ClarificationFamily => new ClarificationPart(
                First<ClarificationRequest>(item)?.Concern,
                First<ClarificationRequest>(item)?.Type,
                First<ClarificationRequest>(item)?.Place,
                Last<ClarificationAnswer>(item),
                Last<Meeting>(item)
            ),
            ReadoutFamily => Readout(item, view, now),
            NoticeFamily => Notice(item),
            AccidentFamily => Last<Accident>(item) is { } accident
                ? new AccidentPart(accident.What, accident.Where, accident.When)
                : null,
            LineTestFamily => Last<LineTest>(item) is { } test ? new TestPart(test.Style, test.Text) : null,
            ConditionFamily => Last<Condition>(item) is { } condition
                ? new ConditionPart(condition.Scope, condition.Level, condition.Reason)
                : null,
            ClaimFamily => First<Claim>(item) is { } claim
                ? new ClaimPart(claim.Text, claim.Source, Dissent(item))
                : null,
            WatchFamily => Last<Handover>(item) is { } watch
                ? new WatchPart(watch.Communicator, watch.Translator, watch.Until, watch.Note, watch.Open)
                : null,
            _ => null,
        };

    private static Place? PlaceOf(ItemPart? part) =>
        part switch
        {
            ClarificationPart clarification => clarification.Place,
            NoticePart notice => notice.Place,
            AccidentPart accident => accident.Where,
            _ => null,
        };

    private static string? ReasonOf(Item item) =>
        Last<Condition>(item) is { } condition ? condition.Reason
        : Last<SubjectRefusal>(item) is { } refusal ? refusal.Reason ?? refusal.Subject
        : Last<Reasoned>(item)?.Reason;

    private static IReadOnlyList<DissentView>? Dissent(Item item) =>
        item.Applied.Count < 2
            ? null
            :
            [
                .. item
                    .Applied.Skip(1)
                    .Select(e => new DissentView(
                        e.Id,
                        e.Header.From,
                        (e.Body as Claim)?.Text,
                        (e.Body as Claim)?.Source
                    )),
            ];

    private static CallPart Call(Item item)
    {
        var request = First<CallRequest>(item) ?? First<CallAcceptance>(item)?.Outside;
        var log = Last<CallLog>(item);
        return new CallPart(
            CallFamily.BetweenOf(item),
            request?.Topic ?? log?.Topic,
            Last<CallAcceptance>(item)?.Window is { } agreed
                ? [agreed]
                : Last<CallCounter>(item)?.Windows ?? request?.Windows,
            item.Root.Header.Kind == Kinds.CallRequested
                ? request?.Expires ?? item.Root.Header.At.Plus(TrafficDefaults.CallExpiry)
                : null,
            log
        );
    }

    private static ReadoutPart? Readout(Item item, LineView view, DateTimeOffset now)
    {
        if (ReadoutFamily.Newest(item) is not { } newest)
            return null;
        var text = newest.Body as Readout;
        var agreed = item
            .Applied.SkipWhile(e => e.Id != newest.Id)
            .Where(e => e.Header.Kind == Kinds.ReadoutAgreed)
            .Select(e => e.Header.From)
            .Distinct()
            .ToList();
        var released = item
            .Applied.Where(e => e.Body is Release)
            .Select(e => e.Header.From)
            .Distinct()
            .ToDictionary(p => p, p => ReadoutFamily.ReleasedTo(item, p)!);
        var other =
            item.Root.Header.Kind == Kinds.ReadoutDrafted
                ? item.Applied.Where(e => e.Header.Kind == Kinds.ReadoutDrafted && e.Id != newest.Id)
                    .LastOrDefault()
                    ?.Body as Readout
                : OnTheSameCall(item, view, now);
        return new ReadoutPart(
            newest.Id,
            newest.IsWithheld ? null : ReadoutFamily.HashOf(newest),
            text,
            agreed,
            released.Count == 0 ? null : released,
            text is null || other is null ? null : ReadoutDifferences.Between(other, text)
        );
    }

    /// <summary>What another party said of the same call by itself, where it is still at hand.</summary>
    private static Readout? OnTheSameCall(Item item, LineView view, DateTimeOffset now) =>
        item.Root.Header.Re.Count == 0
            ? null
            : view.RecentlySettled(now)
                .LastOrDefault(other =>
                    other.Family is ReadoutFamily
                    && other.Root.Header.Kind == Kinds.ReadoutIssued
                    && other.Root.Header.From != item.Root.Header.From
                    && other.Root.Header.Re.Any(item.Root.Header.Re.Contains)
                )
                ?.Root.Body as Readout;

    private static NoticePart? Notice(Item item)
    {
        var distance = NoticeFamily.ReadBackDistance(item);
        return NoticeFamily.Current(item) is not { } notice
            ? null
            : new NoticePart(
                notice.What,
                notice.Template,
                notice.Place,
                notice.From,
                notice.Until,
                (long?)NoticeFamily.Lateness(item)?.TotalSeconds,
                distance,
                distance is null ? null : distance > TrafficDefaults.ReadBackToleranceMetres
            );
    }

    private static T? First<T>(Item item)
        where T : class => item.Applied.Select(e => e.Body).OfType<T>().FirstOrDefault();

    private static T? Last<T>(Item item)
        where T : class => item.Applied.Select(e => e.Body).OfType<T>().LastOrDefault();
}
