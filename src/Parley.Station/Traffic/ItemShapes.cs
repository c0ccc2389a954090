using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Places;

namespace Parley.Station.Traffic;

/// <summary>From an item as it is folded to what officers are shown of it.</summary>
internal static class ItemShapes
{
    /// <summary>States that say by themselves that somebody is late.</summary>
    internal static bool IsOverdue(Item item) => item.State is ClarificationFamily.Overdue or ClarificationFamily.MeetingOverdue;

    /// <summary>The gravest level that any party has raised for the line, not counting exercises; null when none is in force.</summary>
    internal static string? GravestCondition(LineView view, DateTimeOffset now) => view.Open(now)
        .Where(i => i.Family is ConditionFamily && i.Root.Header.Mark == Mark.Actual).Select(i => i.Root.Body).OfType<Condition>().Where(c => c.Scope == "line").Select(c => c.Level)
        .MaxBy(level => level is null ? -1 : Condition.LevelsKnown.ToList().IndexOf(level));

    internal static ItemView Of(Item item, LineView view, DateTimeOffset now)
    {
        var shown = new ItemView(item.Id, item.Family.Name, item.Root.Header.Mark, item.State, item.Since, item.Due, IsOverdue(item), item.Root.Header.From,
            [.. item.Applied.Select(e => new ItemEntry(e.Id, e.Header.Kind, e.Header.At, e.Header.By))], item.IsSettled)
        {
            Flags = item.Flags.Count == 0 ? null : [.. item.Flags.Select(f => new FlagView(f.Entry, f.Kind, f.Reason))],
            Reason = item.Applied.Select(e => e.Body).OfType<Reasoned>().LastOrDefault()?.Reason,
        };
        shown = item.Family switch
        {
            CallFamily => Call(shown, item),
            ClarificationFamily => Clarification(shown, item),
            ReadoutFamily => Readout(shown, item, view, now),
            NoticeFamily => Notice(shown, item),
            AccidentFamily => Last<Accident>(item) is { } accident ? shown with { What = accident.What, Place = accident.Where, From = accident.When } : shown,
            LineTestFamily => Last<LineTest>(item) is { } test ? shown with { Type = test.Style, Text = test.Text } : shown,
            ConditionFamily => Last<Condition>(item) is { } condition ? shown with { What = condition.Scope, Type = condition.Level, Reason = condition.Reason } : shown,
            ClaimFamily => First<Claim>(item) is { } claim ? shown with { Text = claim.Text, Source = claim.Source, Dissent = Dissent(item) } : shown,
            WatchFamily => Last<Handover>(item) is { } handover ? shown with { Handover = handover.Open, Until = handover.Until } : shown,
            _ => shown,
        };
        // Asked only where there is something to ask: the gazetteer is not unpacked for items without a place.
        return shown.Place is { Name: not null, Position: not null } place ? shown with { PlaceCheck = Gazetteer.Own.Check(place) } : shown;
    }

    private static IReadOnlyList<DissentView>? Dissent(Item item) => item.Applied.Count < 2 ? null
        : [.. item.Applied.Skip(1).Select(e => new DissentView(e.Id, e.Header.From, (e.Body as Claim)?.Text, (e.Body as Claim)?.Source))];

    private static ItemView Call(ItemView shown, Item item)
    {
        var request = First<CallRequest>(item) ?? First<CallAcceptance>(item)?.Outside;
        var log = Last<CallLog>(item);
        return shown with
        {
            Between = CallFamily.BetweenOf(item), Topic = request?.Topic ?? log?.Topic, Log = log,
            Windows = Last<CallAcceptance>(item)?.Window is { } agreed ? [agreed] : Last<CallCounter>(item)?.Windows ?? request?.Windows,
            Expires = item.Root.Header.Kind == Kinds.CallRequested ? request?.Expires ?? item.Root.Header.At + TrafficDefaults.CallExpiry : null,
            Reason = Last<SubjectRefusal>(item) is { } refusal ? refusal.Reason ?? refusal.Subject : shown.Reason,
        };
    }

    private static ItemView Clarification(ItemView shown, Item item)
    {
        var asked = First<ClarificationRequest>(item);
        return shown with { Concern = asked?.Concern, Type = asked?.Type, Place = asked?.Place, Answer = Last<ClarificationAnswer>(item), Meeting = Last<Meeting>(item) };
    }

    private static ItemView Readout(ItemView shown, Item item, LineView view, DateTimeOffset now)
    {
        if (ReadoutFamily.Newest(item) is not { } newest) return shown;
        var text = newest.Body as Readout;
        var agreed = item.Applied.SkipWhile(e => e.Id != newest.Id).Where(e => e.Header.Kind == Kinds.ReadoutAgreed).Select(e => e.Header.From).Distinct().ToList();
        var released = item.Applied.Where(e => e.Body is Release).Select(e => e.Header.From).Distinct().ToDictionary(p => p, p => ReadoutFamily.ReleasedTo(item, p)!);
        var other = item.Root.Header.Kind == Kinds.ReadoutDrafted
            ? item.Applied.Where(e => e.Header.Kind == Kinds.ReadoutDrafted && e.Id != newest.Id).LastOrDefault()?.Body as Readout
            : OnTheSameCall(item, view, now);
        return shown with
        {
            Draft = newest.Id, Hash = newest.IsWithheld ? null : ReadoutFamily.HashOf(newest), Readout = text, Agreed = agreed, ReleasedTo = released.Count == 0 ? null : released,
            Differences = text is null || other is null ? null : ReadoutDifferences.Between(other, text),
        };
    }

    /// <summary>What another party said of the same call by itself, where it is still at hand.</summary>
    private static Readout? OnTheSameCall(Item item, LineView view, DateTimeOffset now) =>
        item.Root.Header.Re.Count == 0 ? null : view.RecentlySettled(now).LastOrDefault(other => other.Family is ReadoutFamily && other.Root.Header.Kind == Kinds.ReadoutIssued
            && other.Root.Header.From != item.Root.Header.From && other.Root.Header.Re.Any(item.Root.Header.Re.Contains))?.Root.Body as Readout;

    private static ItemView Notice(ItemView shown, Item item)
    {
        var distance = NoticeFamily.ReadBackDistance(item);
        return NoticeFamily.Current(item) is not { } notice ? shown : shown with
        {
            What = notice.What, Type = notice.Template, Place = notice.Place, From = notice.From, Until = notice.Until,
            LateSeconds = (long?)NoticeFamily.Lateness(item)?.TotalSeconds, ReadBackMetres = distance, ReadBackDiffers = distance is null ? null : distance > TrafficDefaults.ReadBackToleranceMetres,
        };
    }

    private static T? First<T>(Item item) where T : class => item.Applied.Select(e => e.Body).OfType<T>().FirstOrDefault();

    private static T? Last<T>(Item item) where T : class => item.Applied.Select(e => e.Body).OfType<T>().LastOrDefault();
}
