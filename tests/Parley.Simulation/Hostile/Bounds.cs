using System.Reflection;
using Parley.Fuzz;
using Parley.Record;
using Parley.Station.Traffic;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Simulation.Hostile;

/// <summary>
/// What stands on the line by a station's record, folded anew on this thread with the books that a station folds beside
/// the view, so that what each entry costs can be
/// counted: bytes allocated, and the thread's own time, which a busy machine does not lengthen.
/// </summary>
internal sealed class Bounds
{
    /// <summary>Bytes that taking one entry may allocate, whatever stands already.</summary>
    internal const long MaxAllocated = 8L << 20;

    /// <summary>And on average over a record, beside what its bodies hold.</summary>
    internal const long MeanAllocated = 256L << 10;
    private const int PerBodyByte = 64;

    /// <summary>Time that taking one entry may take: hundreds of times what it does.</summary>
    internal static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(500);
    internal static readonly TimeSpan MeanTime = TimeSpan.FromMilliseconds(5);
    private const int Slice = 1_024;

    /// <summary>Open items of a party that are kept whole here: few, so that at each station others are put away, and
    /// read again when they are answered.</summary>
    private const int FewOpen = 12;
    private static readonly TimeSpan AnyTime = TimeSpan.FromSeconds(2);

    private readonly HonestStation station;
    private readonly LineDocument document;
    private readonly LineView view;
    private readonly ConflictBook conflicts;
    private readonly TestBook tests;
    private readonly WatchBook watches = new();
    private readonly UsageBook usage;

    private Bounds(HonestStation station)
    {
        this.station = station;
        document = station.Document;
        usage = new UsageBook(document.Policy);
        view = new LineView(
            document,
            id =>
                station.Store.ReadEntry(new Origin(document.Id, id.Party), id.Seq) is { } stored
                    ? TrafficEntry.From(StoredHeader.Read(stored), stored.Body is { } body ? body.AsMemory() : null)
                    : null
        )
        {
            MaxOpenKept = FewOpen,
            OnAcknowledged = usage.Acknowledged,
        };
        conflicts = (ConflictBook)Filled(
            typeof(ConflictBook).GetConstructors(Any).Single(),
            document.Policy,
            document.Cards.Count,
            document.IsJournal
        );
        tests = new TestBook(document.Parties);
    }

    internal LineView View => view;

    /// <summary>Folds what a station holds, in the order in which it came there.</summary>
    internal static Bounds Fold(HonestStation station, TimeProvider clock)
    {
        var bounds = new Bounds(station);
        long total = 0,
            bodies = 0,
            count = 0;
        var spent = TimeSpan.Zero;
        for (
            long arrival = 0;
            station.Store.ReadRecord(station.Document.Id, arrival, 1024, 16 << 20, withBodies: true)
                is { Count: > 0 } page;
            arrival = page[^1].Arrival
        )
        {
            foreach (var stored in page)
            {
                var header = StoredHeader.Read(stored);
                var body = StoredHeader.WantsBody(header) ? stored.Body : null;
                var (before, began) = (GC.GetAllocatedBytesForCurrentThread(), ThreadClock.Now);
                bounds.Take(header, body, stored.StoredAt);
                var (allocated, time) = (GC.GetAllocatedBytesForCurrentThread() - before, ThreadClock.Now - began);
                var more = station.Planted.Cost(header, body);
                (allocated, time) = (allocated + more.Bytes, time + more.Time);
                count++;
                total += allocated;
                bodies += header.Size <= Body.MaxInline ? header.Size : 0;
                spent += time;
                Broken.Unless(
                    allocated <= MaxAllocated + PerBodyByte * header.Size,
                    () => $"{station.Party} allocates {allocated} bytes to take {header.Id}, {header.Kind}"
                );
                Broken.Unless(
                    time <= MaxTime,
                    () => $"{station.Party} works {time.TotalMilliseconds:F0} ms to take {header.Id}, {header.Kind}"
                );
            }
        }
        // Very many may have waited for one entry: a station judges the rest in slices.
        while (bounds.view.FoldMore(Slice) is { Judged: > 0 } more)
        {
            foreach (var changed in more.Changed)
                bounds.conflicts.Fold(changed);
        }
        Broken.Unless(
            total <= count * MeanAllocated + PerBodyByte * bodies + MaxAllocated,
            () => $"{station.Party} allocates {total} bytes to take {count} entries"
        );
        Broken.Unless(
            spent <= AnyTime + count * MeanTime,
            () => $"{station.Party} works {spent.TotalSeconds:F1} s to take {count} entries"
        );
        bounds.Pass(clock.GetUtcNow());
        return bounds;
    }

    private void Take(EntryHeader header, byte[]? body, DateTimeOffset arrived)
    {
        usage.Begin(arrived);
        var folded = view.Fold(header, body is null ? null : body.AsMemory());
        foreach (var changed in folded.Changed)
            conflicts.Fold(changed);
        tests.Fold(header, folded.Item, view);
        watches.Fold(header, folded.Item);
        usage.Fold(header, folded);
    }

    private const BindingFlags Any =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>Calls a part of the station with what is at hand, by type: that a book wants one thing more is no
    /// matter here.</summary>
    private static object Filled(MethodBase part, params object[] atHand)
    {
        var arguments = part.GetParameters()
            .Select(p => atHand.FirstOrDefault(p.ParameterType.IsInstanceOfType))
            .ToArray();
        try
        {
            return (part is ConstructorInfo make ? make.Invoke(arguments) : part.Invoke(null, arguments))!;
        }
        catch (TargetInvocationException e)
        {
            throw e.InnerException as Broken ?? new Broken(e.InnerException!.ToString());
        }
    }

    /// <summary>The clock's pass, as a station makes it.</summary>
    private void Pass(DateTimeOffset now)
    {
        var (before, began) = (GC.GetAllocatedBytesForCurrentThread(), ThreadClock.Now);
        view.Sweep(now);
        tests.Resolve(view, now);
        var causes = typeof(AlarmCauses)
            .GetMethods(Any)
            .Single(m =>
                m.Name == nameof(AlarmCauses.Of) && m.GetParameters()[0].ParameterType == typeof(LineDocument)
            );
        Filled(
            causes,
            document,
            station.Party,
            new LinePicture(view, tests, watches, conflicts) { Usage = usage },
            now,
            (Action<Exception>)(e => throw new Broken($"an alarm's cause fails: {e}"))
        );
        _ = view.NextDue(now);
        var (allocated, time) = (GC.GetAllocatedBytesForCurrentThread() - before, ThreadClock.Now - began);
        Broken.Unless(
            allocated <= 16 * MaxAllocated,
            () => $"{station.Party} allocates {allocated} bytes in a pass of the clock"
        );
        Broken.Unless(
            time <= 4 * MaxTime,
            () => $"{station.Party} works {time.TotalMilliseconds:F0} ms in a pass of the clock"
        );
    }

    private static string Steps(Item? item) =>
        $"{string.Join(' ', item?.Applied.Select(a => a.Id) ?? [])} flagged {string.Join(' ', item?.Flags.Select(f => f.Entry) ?? [])}";

    /// <summary>Everything that all honest stations must come to, whatever came first: items with their states, what
    /// waits, what was flagged.</summary>
    internal IReadOnlyList<string> Describe(DateTimeOffset now) =>
        [
            .. view.Headings(now)
                .OrderBy(h => h.Opened)
                .ThenBy(h => h.Id.ToString(), StringComparer.Ordinal)
                .ToList()
                .Select(h =>
                    $"open {h.Id} {h.Family.Name} {h.State} since {h.Since:O} due {h.Due:O}: {Steps(view.ItemOf(h.Id, now))}"
                ),
            .. view
                .Waiting.Select(w =>
                    $"waits {w.Id} for {string.Join(' ', w.WaitingFor.Select(p => p.Value).Order(StringComparer.Ordinal))}"
                )
                .Order(StringComparer.Ordinal),
            // Beyond the newest thousand, which those are is each station's own affair; how many there are is not.
            .. (
                view.FlagCount > LineView.MaxFlags
                    ? [$"{view.FlagCount} flags"]
                    : view.Flags.Select(f => $"flag {f.Entry} {f.Kind}: {f.Reason}")
            ).Order(StringComparer.Ordinal),
            .. station.Planted.Extra(),
            .. document.Parties.Where(view.IsSuspendedBy).Select(p => $"suspended by {p}"),
        ];
}
