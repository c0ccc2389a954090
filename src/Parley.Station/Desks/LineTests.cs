using System.Collections.Concurrent;
using System.Text;
using Parley.Record;
using Parley.Station.Telemetry;
using Parley.Station.Traffic;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Desks;

/// <summary>Line tests: when the next ones are due, and what the station sends and answers by itself.</summary>
internal sealed class LineTests(Premises premises, Recorder recorder)
{
    private readonly ConcurrentDictionary<LineId, Times> times = new();
    private volatile bool areAutomatic;

    /// <summary>When a line is to be tested.</summary>
    /// <param name="Tester">Automatic tests: the pass over the line owns it.</param>
    /// <param name="Calendar">Tests between officers.</param>
    internal sealed record Times(LineTester Tester, TestCalendar Calendar);

    /// <param name="automatic">True where the station is to test its lines, and answer tests, by itself.</param>
    internal void Begin(bool automatic) => areAutomatic = automatic;

    /// <summary>True where the station tests its lines by itself.</summary>
    internal bool AreAutomatic => areAutomatic;

    internal Times Of(StationLine open) =>
        times.GetOrAdd(
            open.Id,
            _ => new Times(
                new LineTester(TimeSpan.FromSeconds(open.Traffic.Document.Policy.LineTest), premises.StartedAt),
                new TestCalendar(open.Traffic.Document.Policy, premises.Clock.LocalTimeZone)
            )
        );

    /// <summary>When the next tests of a line are due; null for what is not to come.</summary>
    internal (DateTimeOffset? Automatic, DateTimeOffset? Staffed) Next(LineId line, DateTimeOffset now) =>
        times.TryGetValue(line, out var on)
            ? (areAutomatic ? on.Tester.Next : null, on.Calendar.Next(now))
            : (null, null);

    /// <summary>Answers the tests that wait, and sends one where it is due.</summary>
    internal async Task TestAsync(StationLine open, DateTimeOffset now)
    {
        var tester = Of(open).Tester;
        var (isOpen, toAnswer) = open.Traffic.Read(picture =>
            IsOpenByAll(picture.View)
                ? (true, tester.ToAnswer(premises.Self, open.Traffic.Document, picture.View, picture.Tests, now))
                : (false, [])
        );
        foreach (var test in toAnswer)
            await WriteAsync(
                open,
                new EntryDraft(Kinds.TestAnswered, null, LineTester.Station, Mark: test.Mark, Re: [test.Id]),
                "answer"
            );
        if (!isOpen || !tester.IsDue(now))
            return;
        if (
            !await WriteAsync(
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
            tester.Failed(now);
    }

    /// <summary>A staffed test of ours that came back as something else is a fault, and is recorded as one
    /// (R2).</summary>
    internal async Task SayMisheardAsync(StationLine open, DateTimeOffset now)
    {
        var misheard = open.Traffic.Read(picture =>
            picture
                .View.Open(now)
                .Select(i => (Test: i.Root.Header, Answer: LineTestFamily.Misheard(i, premises.Self)))
                .Where(m => m.Answer is not null)
                .ToList()
        );
        foreach (var (test, answer) in misheard)
        {
            var body = Encoding.UTF8.GetBytes($$"""{"reason":"the echo in {{answer}} is not of the words sent"}""");
            await WriteAsync(
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

    /// <summary>True once every party has written on the line.</summary>
    internal static bool IsOpenByAll(LineView view) => view.Sizes.Values.All(size => size > 0);

    private async Task<bool> WriteAsync(StationLine open, EntryDraft draft, string what)
    {
        if ((await recorder.RecordAsync(open, draft, premises.Stopping)).TryGet(out _, out var why))
            return true;
        StationLog.TestNotSent(premises.Log, open.Id.Value, what, why.Reason);
        return false;
    }
}
