using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Traffic;
using Parley.Storage;
using Parley.Traffic;
using Parley.Traffic.Families;

namespace Parley.Station;

/// <summary>
/// What the clock does on the lines: alarms, items whose time runs out, line tests. One pass looks at every line that something happened on or where
/// something is due; it looks at the wall's time each second, so that a clock that was set, or a machine that slept, is noticed at once.
/// </summary>
internal sealed partial class StationRuntime
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    /// <summary>Least time between two passes: what happens meanwhile is dealt with at once in the next.</summary>
    private static readonly TimeSpan BetweenPasses = TimeSpan.FromMilliseconds(50);
    /// <summary>A pass may take this share of the time at most; one over very many waiting entries comes less often.</summary>
    private const int RestPerWork = 4;

    private readonly AlarmBoard alarms;
    private readonly Channel<bool> duties = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<LineId, DutyLine> duty = new();
    private Task dutyLoop = Task.CompletedTask;
    private volatile bool testsLines;

    /// <summary>What the pass keeps of a line. Owned by the pass.</summary>
    private sealed class DutyLine(LineTester tester, TestCalendar calendar, DateTimeOffset accepted, DateTimeOffset since)
    {
        internal LineTester Tester { get; } = tester;
        internal TestCalendar Calendar { get; } = calendar;
        /// <summary>When the line was opened here: of the calendar's times before it none counts.</summary>
        internal DateTimeOffset Accepted { get; } = accepted;
        internal DateTimeOffset Passed { get; set; } = since;
        internal DateTimeOffset Looked { get; set; } = DateTimeOffset.MinValue;
        /// <summary>Every blind check that an earlier run of this station left unfinished is said to be over.</summary>
        internal bool HasEndedRuns { get; set; }
        private int stale = 1;

        internal void Touch() => Volatile.Write(ref stale, 1);
        internal bool TakeTouch() => Interlocked.Exchange(ref stale, 0) != 0;
    }

    /// <summary>Begins to watch the clock. Until then there are no alarms and no tests: a record that is only read has no use for them.</summary>
    /// <param name="automaticTests">True where the station is to test its lines, and answer tests, by itself.</param>
    internal void BeginDuty(bool automaticTests)
    {
        testsLines = automaticTests;
        dutyLoop = Task.Run(WatchClockAsync);
    }

    private void Touch(LineId line)
    {
        if (duty.TryGetValue(line, out var on)) on.Touch();
        duties.Writer.TryWrite(true);
    }

    private async Task WatchClockAsync()
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var began = clock.GetTimestamp();
                foreach (var open in lines.Values) await PassAsync(open);
                var rest = clock.GetElapsedTime(began) * RestPerWork;
                await Task.Delay(rest > BetweenPasses ? rest : BetweenPasses, clock, stopping.Token);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
                await Task.WhenAny(duties.Reader.WaitToReadAsync(either.Token).AsTask(), Task.Delay(Look, clock, either.Token));
                await either.CancelAsync();
                duties.Reader.TryRead(out _);
            }
        }
        catch (OperationCanceledException)
        {
            // the station stops
        }
    }

    private async Task PassAsync(OpenLineHost open)
    {
        var id = open.Host.Identity.Line;
        if (open.Traffic.IsFolding) return;
        try
        {
            var now = clock.GetUtcNow();
            var on = duty.GetOrAdd(id, _ => new DutyLine(new LineTester(TimeSpan.FromSeconds(open.Traffic.Document.Policy.LineTest), startedAt), new TestCalendar(open.Traffic.Document.Policy, clock.LocalTimeZone), open.AcceptedAt, startedAt));
            // The journal has a watch that ends, and nobody to test a line with. What came due while the station was down is still to be done.
            var isJournal = open.Host.Identity.Peers.Count == 0;
            var reminder = !isJournal && on.Calendar.Last(now) is { } last && last > on.Accepted ? last : (DateTimeOffset?)null;
            var wanted = on.TakeTouch() || now >= open.Traffic.NextDue || now < on.Passed || (reminder is { } due && due > on.Looked);
            on.Looked = now;
            if (wanted) Pass(open, on, reminder, now);
            if (isJournal) return;
            if (wanted) await LookAtBlindAsync(open, on);
            if (testsLines && wanted) await SayMisheardAsync(open, now);
            if (testsLines) await TestAsync(open, on, now);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // The boundary between one line and the watch over all: a mistake of ours on one must not silence the others' alarms.
            StationLog.PassFailed(log, id.Value, e);
        }
    }

    private void Pass(OpenLineHost open, DutyLine on, DateTimeOffset? reminder, DateTimeOffset now)
    {
        var line = open.Host.Identity.Line;
        var before = on.Passed;
        var (causes, ranOut) = open.Traffic.Pass(now, (view, tests, watches, plans) =>
        {
            var changed = now <= before ? [] : view.Open(before).Select(i => (Before: i, After: view.ItemOf(i.Id, now))).Where(c => c.After is { } after && after.State != c.Before.State).ToList();
            on.Tester.SetCondition(ItemShapes.GravestCondition(view, now), now);
            return (AlarmCauses.Of(open.Traffic.Document, Self, view, tests, watches, plans, now, IsOpenByAll(view) ? reminder : null), changed);
        });
        on.Passed = now;
        foreach (var (was, item) in ranOut)
            Publish(new StationEvent.Traffic(new TrafficData(line, item!.Id, item.Root.Header.Kind, item.Id, item.Family.Name, was.State, item.State, null)));
        foreach (var alarm in alarms.Put(line, causes, now)) Publish(new StationEvent.Alarm(alarm));
    }

    private static bool IsOpenByAll(LineView view) => view.Sizes.Values.All(size => size > 0);

    private async Task TestAsync(OpenLineHost open, DutyLine on, DateTimeOffset now)
    {
        var (isOpen, toAnswer) = open.Traffic.Read((view, tests, _) => IsOpenByAll(view) ? (true, on.Tester.ToAnswer(Self, open.Traffic.Document, view, tests, now)) : (false, []));
        foreach (var test in toAnswer) await WriteByItselfAsync(open, new EntryDraft(Kinds.TestAnswered, null, LineTester.Station, Mark: test.Mark, Re: [test.Id]), "answer");
        if (!isOpen || !on.Tester.IsDue(now)) return;
        if (!await WriteByItselfAsync(open, new EntryDraft(Kinds.TestSent, """{"style":"automatic"}"""u8.ToArray(), LineTester.Station, Mark: Mark.Test), "test")) on.Tester.Failed(now);
    }

    /// <summary>A staffed test of ours that came back as something else is a fault, and is recorded as one (R2).</summary>
    private async Task SayMisheardAsync(OpenLineHost open, DateTimeOffset now)
    {
        var misheard = open.Traffic.Read(view => view.Open(now).Select(i => (Test: i.Root.Header, Answer: LineTestFamily.Misheard(i, Self))).Where(m => m.Answer is not null).ToList());
        foreach (var (test, answer) in misheard)
        {
            var body = Encoding.UTF8.GetBytes($$"""{"reason":"the echo in {{answer}} is not of the words sent"}""");
            await WriteByItselfAsync(open, new EntryDraft(Kinds.TestFault, body, LineTester.Station, Mark: test.Mark, Re: [test.Id, answer!.Value]), "fault");
        }
    }

    private async Task<bool> WriteByItselfAsync(OpenLineHost open, EntryDraft draft, string what)
    {
        if ((await RecordAsync(open, draft, stopping.Token)).TryGet(out _, out var why)) return true;
        StationLog.TestNotSent(log, open.Host.Identity.Line.Value, what, why.Reason);
        return false;
    }

    private (DateTimeOffset? Automatic, DateTimeOffset? Staffed) NextTests(LineId line, DateTimeOffset now) =>
        duty.TryGetValue(line, out var on) ? (testsLines ? on.Tester.Next : null, on.Calendar.Next(now)) : (null, null);

    private void TrafficChanged(LineId line, TrafficChange change)
    {
        if (change.Flag is { } flag) Publish(new StationEvent.Traffic(new TrafficData(line, flag.Entry, flag.Kind, change.Item?.Id, change.Item?.Family.Name, null, null, flag.Reason)));
        else if (change.Item is { } item && item.State != change.Before)
            Publish(new StationEvent.Traffic(new TrafficData(line, change.Header.Id, change.Header.Kind, item.Id, item.Family.Name, change.Before, item.State, null)));
        if (change.Item?.Family is BlindFamily) TouchBlind(line);
        Touch(line);
    }

    public IReadOnlyList<AlarmView> Alarms(LineId? line, bool quiet)
    {
        Attend();
        return alarms.Standing(line, quiet);
    }

    public async Task<Outcome<AlarmView>> AcknowledgeAlarmAsync(string alarm, Officer by)
    {
        Attend();
        if (by.Seat is not (Seats.Watch or Seats.Principal)) return new Refusal(AuthorCheck.WrongSeat, $"the seat '{by.Seat}' takes no alarm down: that is for {Seats.Watch} or {Seats.Principal}", 403);
        return await alarms.AcknowledgeAsync(alarm, by, clock.GetUtcNow());
    }
}
