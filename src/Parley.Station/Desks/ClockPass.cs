using Parley.Record;
using Parley.Station.Telemetry;
using Parley.Station.Traffic;
using Parley.Traffic;

namespace Parley.Station.Desks;

/// <summary>One look at a line by the clock: what its alarms are now, whose time ran out, what the station is to write
/// by itself.</summary>
internal sealed class ClockPass(
    Premises premises,
    AlarmDesk alarms,
    StandingCauses standing,
    TrafficNews news,
    LineTests tests,
    BlindRunner blind
)
{
    /// <summary>What is kept of a line from one pass to the next. Owned by the line's loop.</summary>
    internal sealed class Seen(DateTimeOffset since)
    {
        internal DateTimeOffset Passed { get; set; } = since;
        internal DateTimeOffset Looked { get; set; } = DateTimeOffset.MinValue;

        /// <summary>How long the newest pass worked; the wait for its turn is none of it.</summary>
        internal TimeSpan Worked { get; set; }

        /// <summary>Every blind check that an earlier run of this station left unfinished is said to be over.</summary>
        internal bool HasEndedRuns { get; set; }
    }

    internal async Task RunAsync(StationLine open, Seen seen)
    {
        if (open.Traffic.IsFolding)
        {
            // Nothing of the line is known yet but that it cannot be told.
            if (open.Traffic.Fault is { } why)
                alarms.Put(
                    open.Id,
                    [AlarmCauses.OfFault(premises.Self, why, premises.Now)],
                    premises.Now,
                    folded: null
                );
            return;
        }
        try
        {
            var now = premises.Now;
            // The journal has a watch that ends, and nobody to test a line with. What came due while the station was
            // down is still to be done; of the calendar's times before the line was opened here none counts.
            var isJournal = open.Host.Identity.Peers.Count == 0;
            var reminder =
                !isJournal && tests.Of(open).Calendar.Last(now) is { } last && last > open.AcceptedAt
                    ? last
                    : (DateTimeOffset?)null;
            var wanted =
                open.Bell.TakeRing()
                || now >= open.Traffic.NextDue
                || now < seen.Passed
                || standing.AreToldWrongly(open)
                || (reminder is { } due && due > seen.Looked);
            seen.Looked = now;
            if (wanted)
                Look(open, seen, reminder, now);
            if (isJournal)
                return;
            if (wanted)
                seen.HasEndedRuns = await blind.LookAsync(open, all: !seen.HasEndedRuns);
            if (tests.AreAutomatic && wanted)
                await tests.SayMisheardAsync(open, now);
            if (tests.AreAutomatic)
                await tests.TestAsync(open, now);
        }
        catch (Exception e) when (!premises.Stopping.IsCancellationRequested)
        {
            // The boundary between one line and the watch over all: a mistake of ours on one must not silence the
            // others' alarms.
            StationLog.PassFailed(premises.Log, open.Id.Value, e);
        }
    }

    private void Look(StationLine open, Seen seen, DateTimeOffset? reminder, DateTimeOffset now)
    {
        var line = open.Id;
        var before = seen.Passed;
        var tester = tests.Of(open).Tester;
        var (causes, ranOut, folded) = open.Traffic.Pass(
            now,
            out var worked,
            picture =>
            {
                var changed = now <= before ? [] : picture.View.RanOut(before, now).ToList();
                tester.SetCondition(ItemShapes.GravestCondition(picture.View, now), now);
                return (
                    AlarmCauses.Of(
                        open.Traffic.Document,
                        premises.Self,
                        picture,
                        now,
                        LineTests.IsOpenByAll(picture.View) ? reminder : null,
                        e => StationLog.PassFailed(premises.Log, line.Value, e)
                    ),
                    changed,
                    new Dictionary<PartyId, ulong>(picture.View.Sizes)
                );
            }
        );
        seen.Worked = worked;
        seen.Passed = now;
        if (open.Traffic.Fault is { } why)
            causes = [.. causes, AlarmCauses.OfFault(premises.Self, why, now)];
        news.RanOut(line, ranOut);
        alarms.Put(line, [.. standing.On(open), .. causes], now, folded);
    }
}
