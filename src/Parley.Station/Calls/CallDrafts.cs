using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Calls;

/// <summary>The log of a call as this station would write it: what stands in the record, and what it saw itself. Officers
/// sign it, or write another (R22).</summary>
internal static class CallDrafts
{
    /// <param name="call">The call.</param>
    /// <param name="seen">What the station saw of it.</param>
    /// <param name="now">Until when it lasted, where nobody has left yet.</param>
    internal static CallLog Of(Item call, IReadOnlyList<SeenMoment> seen, DateTimeOffset now)
    {
        // That somebody joined stands in the record, and is said once; whose console was lost is gone for the others.
        List<SeenMoment> whole =
        [
            .. call
                .Applied.SelectMany(Moments)
                .Concat(seen.Where(m => m.Moment.What != "joined").Select(m => m with { Moment = Gone(m.Moment) }))
                .OrderBy(m => m.Moment.At),
        ];
        var all = whole.ConvertAll(m => m.Moment);
        var isHere = CallFamily.JoinsOf(call).Any(); // a call held by other means has another course than its entries
        var started = call.Last(Kinds.CallStarted) is { } start
            ? (start.Body as CallStart)?.At ?? start.Header.At
            : (DateTimeOffset?)null;
        var ended = all.LastOrDefault(m => m.What == "left")?.At ?? now;
        if (ended < started)
            ended = now;
        return new CallLog
        {
            Between = CallFamily.BetweenOf(call) is { Count: > 0 } between ? between : HoldersOf(call),
            Started = started,
            Ended = started is null ? null : ended,
            Minutes = started is { } began
                ? (int)Math.Clamp(Math.Round((ended - began).TotalMinutes), 1, CallLog.MaxMinutes)
                : null,
            Participants = isHere
                ? [.. CallFamily.JoinsOf(call).Select(e => e.Header.By.Name).Distinct()]
                : (call.Last(Kinds.CallStarted)?.Body as CallStart)?.Participants ?? [],
            Interpreter = CallFamily
                .JoinsOf(call)
                .FirstOrDefault(e => (e.Body as CallJoin)?.Part == "interpreter")
                ?.Header.By.Name,
            HoldSeconds = all.Any(m => m.What == "held") ? HeldSeconds(all, ended) : null,
            Means = "line",
            Topic = (call.Root.Body as CallOpening)?.Topic ?? (call.Root.Body as CallRequest)?.Topic,
            Course = isHere ? [.. CallCourse.Cut(whole).Select(m => m.Moment)] : [],
            RecordingHash = (call.Last(Kinds.CallRecordingEnded)?.Body as CallRecording)?.RecordingHash,
        };
    }

    /// <summary>Of a call that no request named offices for: who held it for each party, by their seat.</summary>
    private static IReadOnlyList<Principal> HoldersOf(Item call) =>
        [
            .. CallFamily
                .JoinsOf(call)
                .Select(e => e.Header.From)
                .Distinct()
                .Select(p => (Party: p, Holder: CallFamily.HolderOf(call, p)))
                .Where(h => h.Holder is not null)
                .Select(h => new Principal(
                    h.Party.Value,
                    h.Holder!.Seat == Seats.Watch ? "watch officer" : h.Holder.Seat
                )),
        ];

    private static CallMoment Gone(CallMoment moment) => moment.What == "lost" ? moment with { What = "left" } : moment;

    private static IEnumerable<SeenMoment> Moments(TrafficEntry entry)
    {
        var what = entry.Header.Kind switch
        {
            Kinds.CallRequested => "requested",
            Kinds.CallAccepted => "accepted",
            Kinds.CallOpened => "rang",
            Kinds.CallJoined => "joined",
            Kinds.CallStarted => "started",
            Kinds.CallWordsMatched => "words matched",
            Kinds.CallWordsDiffered => "words differed",
            Kinds.CallAdmitted => (entry.Body as CallAdmission)?.Out == true ? "sent out" : "admitted",
            Kinds.CallRecordingStarted => "recording began",
            Kinds.CallRecordingEnded => "recording ended",
            _ => null,
        };
        if (what is not null)
            yield return new SeenMoment(
                entry.Header.From,
                new CallMoment(entry.Header.At, what, $"{entry.Header.By.Name} ({entry.Header.From})")
            );
    }

    /// <summary>How long somebody was kept waiting: what overlaps counts once for each who waited.</summary>
    private static int HeldSeconds(IReadOnlyList<CallMoment> course, DateTimeOffset ended)
    {
        var since = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var held = TimeSpan.Zero;
        foreach (var (at, what, by) in course)
        {
            if (what == "held")
                since.TryAdd(by ?? "", at);
            else if (what is "resumed" or "left" && since.Remove(by ?? "", out var began))
                held += at - began;
        }
        foreach (var began in since.Values.Where(b => b < ended))
            held += ended - began;
        return (int)Math.Clamp(Math.Round(held.TotalSeconds), 0, int.MaxValue);
    }
}
