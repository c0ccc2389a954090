using System.Collections.Concurrent;
using System.Text;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Desks;
using Parley.Station.Traffic;
using Parley.Storage;
using Parley.Traffic;
using Parley.Traffic.Families;

namespace Parley.Station;

/// <summary>
/// What the clock does on the lines: alarms, items whose time runs out, line tests. Each line has a pass of its own, so
/// that none waits for another's; it is made
/// when something happened or is due, and looks at the wall's time each second, so that a clock that was set, or a
/// machine that slept, is noticed at once. What is
/// urgent does not wait for a pass at all: it rings as it is folded.
/// </summary>
internal sealed partial class StationRuntime
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Least time between two passes: what happens meanwhile is dealt with at once in the next.</summary>
    private static readonly TimeSpan BetweenPasses = TimeSpan.FromMilliseconds(50);

    /// <summary>A pass may take this share of the time at most; one over very many waiting entries comes less
    /// often.</summary>
    private const int RestPerWork = 4;

    /// <summary>However long a pass took, the next comes by then.</summary>
    private static readonly TimeSpan MaxRest = TimeSpan.FromSeconds(5);

    private readonly AlarmBoard alarms;
    private readonly AlarmWords alarmWords;
    private readonly ConcurrentDictionary<LineId, DutyLine> duty = new();
    private readonly ConcurrentDictionary<LineId, Lazy<Task>> dutyLoops = new();
    private volatile bool testsLines,
        isOnDuty;

    /// <summary>What the pass keeps of a line. Owned by the pass.</summary>
    private sealed class DutyLine(
        LineTester tester,
        TestCalendar calendar,
        DateTimeOffset accepted,
        DateTimeOffset since
    )
    {
        internal LineTester Tester { get; } = tester;
        internal TestCalendar Calendar { get; } = calendar;

        /// <summary>When the line was opened here: of the calendar's times before it none counts.</summary>
        internal DateTimeOffset Accepted { get; } = accepted;
        internal DateTimeOffset Passed { get; set; } = since;
        internal DateTimeOffset Looked { get; set; } = DateTimeOffset.MinValue;

        /// <summary>How long the newest pass worked; the wait for its turn is none of it.</summary>
        internal TimeSpan Worked { get; set; }

        /// <summary>Every blind check that an earlier run of this station left unfinished is said to be over.</summary>
        internal bool HasEndedRuns { get; set; }
    }

    /// <summary>Begins to watch the clock. Until then there are no alarms and no tests: a record that is only read has
    /// no use for them.</summary>
    /// <param name="automaticTests">True where the station is to test its lines, and answer tests, by itself.</param>
    internal void BeginDuty(bool automaticTests)
    {
        testsLines = automaticTests;
        isOnDuty = true;
        foreach (var open in lines.All)
            WatchLine(open);
    }

    private void WatchLine(StationLine open) =>
        _ = dutyLoops
            .GetOrAdd(open.Host.Identity.Line, _ => new Lazy<Task>(() => Task.Run(() => WatchClockAsync(open))))
            .Value;

    private DutyLine DutyOf(StationLine open) =>
        duty.GetOrAdd(
            open.Host.Identity.Line,
            _ => new DutyLine(
                new LineTester(TimeSpan.FromSeconds(open.Traffic.Document.Policy.LineTest), startedAt),
                new TestCalendar(open.Traffic.Document.Policy, clock.LocalTimeZone),
                open.AcceptedAt,
                startedAt
            )
        );

    private void Touch(LineId line) => lines.Ring(line);

    private async Task WatchClockAsync(StationLine open)
    {
        var on = DutyOf(open);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                on.Worked = TimeSpan.Zero;
                await PassAsync(open, on);
                var rest = on.Worked > MaxRest / RestPerWork ? MaxRest : on.Worked * RestPerWork;
                await Task.Delay(rest > BetweenPasses ? rest : BetweenPasses, clock, stopping.Token);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
                await Task.WhenAny(open.Bell.WaitAsync(either.Token), Task.Delay(Look, clock, either.Token));
                await either.CancelAsync();
                open.Bell.Heard();
            }
        }
        catch (OperationCanceledException)
        {
            // the station stops
        }
    }

    private async Task PassAsync(StationLine open, DutyLine on)
    {
        var id = open.Host.Identity.Line;
        if (open.Traffic.IsFolding)
        {
            // Nothing of the line is known yet but that it cannot be told.
            if (open.Traffic.Fault is { } why)
                Say(
                    alarms.Put(id, [AlarmCauses.OfFault(Self, why, clock.GetUtcNow())], clock.GetUtcNow(), folded: null)
                );
            return;
        }
        try
        {
            var now = clock.GetUtcNow();
            // The journal has a watch that ends, and nobody to test a line with. What came due while the station was
            // down is still to be done.
            var isJournal = open.Host.Identity.Peers.Count == 0;
            var reminder =
                !isJournal && on.Calendar.Last(now) is { } last && last > on.Accepted ? last : (DateTimeOffset?)null;
            var wanted =
                open.Bell.TakeRing()
                || now >= open.Traffic.NextDue
                || now < on.Passed
                || IsRoomToldWrongly(open)
                || (reminder is { } due && due > on.Looked);
            on.Looked = now;
            if (wanted)
                Pass(open, on, reminder, now);
            if (isJournal)
                return;
            if (wanted)
                on.HasEndedRuns = await blindRunner.LookAsync(open, all: !on.HasEndedRuns);
            if (testsLines && wanted)
                await SayMisheardAsync(open, now);
            if (testsLines)
                await TestAsync(open, on, now);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // The boundary between one line and the watch over all: a mistake of ours on one must not silence the
            // others' alarms.
            StationLog.PassFailed(log, id.Value, e);
        }
    }

    private void Pass(StationLine open, DutyLine on, DateTimeOffset? reminder, DateTimeOffset now)
    {
        var line = open.Host.Identity.Line;
        var before = on.Passed;
        var (causes, ranOut, folded) = open.Traffic.Pass(
            now,
            out var worked,
            (view, tests, watches, plans) =>
            {
                var changed = now <= before ? [] : view.RanOut(before, now).ToList();
                on.Tester.SetCondition(ItemShapes.GravestCondition(view, now), now);
                return (
                    AlarmCauses.Of(
                        open.Traffic.Document,
                        Self,
                        view,
                        tests,
                        watches,
                        plans,
                        now,
                        IsOpenByAll(view) ? reminder : null,
                        e => StationLog.PassFailed(log, line.Value, e)
                    ),
                    changed,
                    new Dictionary<PartyId, ulong>(view.Sizes)
                );
            }
        );
        on.Worked = worked;
        on.Passed = now;
        if (open.Traffic.Fault is { } why)
            causes = [.. causes, AlarmCauses.OfFault(Self, why, now)];
        foreach (var (was, item) in ranOut)
            Publish(
                new StationEvent.Traffic(
                    new TrafficData(line, item.Id, item.Kind, item.Id, item.Family.Name, was, item.State, null)
                )
            );
        Say(alarms.Put(line, [.. OwnCauses(open), .. causes], now, folded));
    }

    private void Say(IReadOnlyList<AlarmView> told)
    {
        foreach (var alarm in told)
            Publish(new StationEvent.Alarm(alarm));
    }

    private static bool IsOpenByAll(LineView view) => view.Sizes.Values.All(size => size > 0);

    private async Task TestAsync(StationLine open, DutyLine on, DateTimeOffset now)
    {
        var (isOpen, toAnswer) = open.Traffic.Read(
            (view, tests, _) =>
                IsOpenByAll(view)
                    ? (true, on.Tester.ToAnswer(Self, open.Traffic.Document, view, tests, now))
                    : (false, [])
        );
        foreach (var test in toAnswer)
            await WriteByItselfAsync(
                open,
                new EntryDraft(Kinds.TestAnswered, null, LineTester.Station, Mark: test.Mark, Re: [test.Id]),
                "answer"
            );
        if (!isOpen || !on.Tester.IsDue(now))
            return;
        if (
            !await WriteByItselfAsync(
                open,
                new EntryDraft(
                    Kinds.TestSent,
                    """{"style":"automatic"}"""u8.ToArray(),
                    LineTester.Station,
                    Mark: Mark.Test
                ),
                "test"
            )
        )
            on.Tester.Failed(now);
    }

    /// <summary>A staffed test of ours that came back as something else is a fault, and is recorded as one
    /// (R2).</summary>
    private async Task SayMisheardAsync(StationLine open, DateTimeOffset now)
    {
        var misheard = open.Traffic.Read(view =>
            view.Open(now)
                .Select(i => (Test: i.Root.Header, Answer: LineTestFamily.Misheard(i, Self)))
                .Where(m => m.Answer is not null)
                .ToList()
        );
        foreach (var (test, answer) in misheard)
        {
            var body = Encoding.UTF8.GetBytes($$"""{"reason":"the echo in {{answer}} is not of the words sent"}""");
            await WriteByItselfAsync(
                open,
                new EntryDraft(
                    Kinds.TestFault,
                    body,
                    LineTester.Station,
                    Mark: test.Mark,
                    Re: [test.Id, answer!.Value]
                ),
                "fault"
            );
        }
    }

    private async Task<bool> WriteByItselfAsync(StationLine open, EntryDraft draft, string what)
    {
        if ((await recorder.RecordAsync(open, draft, stopping.Token)).TryGet(out _, out var why))
            return true;
        StationLog.TestNotSent(log, open.Host.Identity.Line.Value, what, why.Reason);
        return false;
    }

    private (DateTimeOffset? Automatic, DateTimeOffset? Staffed) NextTests(LineId line, DateTimeOffset now) =>
        duty.TryGetValue(line, out var on) ? (testsLines ? on.Tester.Next : null, on.Calendar.Next(now)) : (null, null);

    /// <summary>What is urgent rings whatever the fold and the pass are at.</summary>
    private void Ring(LineDocument document, EntryHeader header)
    {
        var now = clock.GetUtcNow();
        if (
            isOnDuty
            && AlarmCauses.OfArrival(header, document, Self, now) is { } rings
            && alarms.Ring(document.Id, rings, document.Cards.Count, now) is { } alarm
        )
            Publish(new StationEvent.Alarm(alarm));
    }

    private void TrafficChanged(LineDocument document, TrafficChange change)
    {
        var line = document.Id;
        if (change.Flag is null)
            Ring(document, change.Header); // where it did not ring before, because it came without its header
        if (change.Flag is { } flag)
            Publish(
                new StationEvent.Traffic(
                    new TrafficData(
                        line,
                        flag.Entry,
                        flag.Kind,
                        change.Item?.Id,
                        change.Item?.Family.Name,
                        null,
                        null,
                        flag.Reason
                    )
                )
            );
        else if (change.Item is { } item && item.State != change.Before)
            Publish(
                new StationEvent.Traffic(
                    new TrafficData(
                        line,
                        change.Header.Id,
                        change.Header.Kind,
                        item.Id,
                        item.Family.Name,
                        change.Before,
                        item.State,
                        null
                    )
                )
            );
        if (change.Item?.Family is BlindFamily)
            TouchBlind(line);
        Touch(line);
    }

    public IReadOnlyList<AlarmView> Alarms(LineId? line, bool quiet)
    {
        return alarmWords.With(alarms.Standing(line, quiet));
    }

    public async Task<Outcome<AlarmView>> AcknowledgeAlarmAsync(string alarm, Officer by)
    {
        if (by.Seat is not (Seats.Watch or Seats.Principal))
            return new Refusal(
                AuthorCheck.WrongSeat,
                $"the seat '{by.Seat}' takes no alarm down: that is for {Seats.Watch} or {Seats.Principal}",
                403
            );
        return await alarms.AcknowledgeAsync(alarm, by, clock.GetUtcNow());
    }
}
