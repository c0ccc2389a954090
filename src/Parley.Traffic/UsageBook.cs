using Parley.Record;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>Entries of one author, precedence and mark.</summary>
public readonly record struct UsageKey(PartyId Party, Precedence Precedence, Mark Mark);

/// <summary>That a party took the watch.</summary>
/// <param name="Entry">The entry by which it did.</param>
/// <param name="By">Who.</param>
/// <param name="At">When that came to be stored here.</param>
public sealed record WatchTaking(EntryId Entry, Officer By, DateTimeOffset At);

/// <summary>How long acknowledgements took: counted in steps of a tenth, so that many days can be taken
/// together.</summary>
public sealed class WaitTimes
{
    private const double Step = 1.1;

    /// <summary>Beyond half a year all are one.</summary>
    private const int MaxSteps = 176;
    private readonly SortedDictionary<int, int> steps = [];

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>Of those, how many came within what the line promises for their precedence.</summary>
    public int InTime { get; private set; }

    internal void Add(TimeSpan taken, bool inTime)
    {
        var step =
            taken.TotalSeconds < 1
                ? 0
                : Math.Min(MaxSteps, 1 + (int)Math.Floor(Math.Log(taken.TotalSeconds) / Math.Log(Step)));
        steps[step] = steps.GetValueOrDefault(step) + 1;
        Count++;
        InTime += inTime ? 1 : 0;
    }

    /// <summary>Takes those of another to these.</summary>
    public void Add(WaitTimes other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (step, count) in other.steps)
            steps[step] = steps.GetValueOrDefault(step) + count;
        Count += other.Count;
        InTime += other.InTime;
    }

    /// <summary>The time that this share of them did not exceed, to within a tenth; null where there are none.</summary>
    /// <param name="share">From 0 to 1: 0.5 gives the median.</param>
    public TimeSpan? Within(double share)
    {
        if (Count == 0)
            return null;
        var left = Math.Max(1, (int)Math.Ceiling(share * Count));
        foreach (var (step, count) in steps)
        {
            left -= count;
            if (left <= 0)
                return step == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Round(Math.Pow(Step, step - 0.5)));
        }
        return null;
    }
}

/// <summary>What was done on a line in one day of UTC, by the time at which it came to be stored here: no claim of an
/// author moves it to another day.</summary>
public sealed class UsageDay
{
    private readonly Dictionary<UsageKey, int> entries = [];
    private readonly Dictionary<UsageKey, WaitTimes> acknowledged = [];
    private readonly Dictionary<PartyId, (int Sent, int Answered)> tests = [];

    /// <summary>Entries by their author.</summary>
    public IReadOnlyDictionary<UsageKey, int> Entries => entries;

    /// <summary>Acknowledgements and answers by who gave them, and by precedence and mark of what was
    /// acknowledged.</summary>
    public IReadOnlyDictionary<UsageKey, WaitTimes> Acknowledged => acknowledged;

    /// <summary>Tests of the line by who sent them.</summary>
    public IReadOnlyDictionary<PartyId, (int Sent, int Answered)> Tests => tests;

    internal void Count(EntryHeader header)
    {
        var key = new UsageKey(header.From, header.Precedence, header.Mark);
        entries[key] = entries.GetValueOrDefault(key) + 1;
    }

    internal void Count(PartyId tester, int sent, int answered)
    {
        var (before, then) = tests.GetValueOrDefault(tester);
        tests[tester] = (before + sent, then + answered);
    }

    internal void Count(UsageKey key, TimeSpan taken, bool inTime)
    {
        if (!acknowledged.TryGetValue(key, out var times))
            acknowledged[key] = times = new WaitTimes();
        times.Add(taken, inTime);
    }
}

/// <summary>
/// How a line is used (R1, E3): how much, how urgent, how soon acknowledged, whether its tests come back, who had the
/// watch. Folded beside the view. What is kept follows from the days and the parties, never from how much was written.
/// One caller at a time.
/// </summary>
public sealed class UsageBook
{
    /// <summary>Days that are kept: ten years. Of more, the oldest go.</summary>
    public const int MaxDays = 3_653;

    /// <summary>Takings of the watch that are kept of each party.</summary>
    public const int MaxWatches = 1_024;

    private readonly LinePolicy policy;
    private readonly SortedDictionary<DateOnly, UsageDay> days = [];
    private readonly Dictionary<PartyId, Queue<WatchTaking>> watches = [];

    /// <summary>When what is being folded came.</summary>
    private DateTimeOffset now;

    /// <param name="policy">What the line promises about acknowledgements.</param>
    public UsageBook(LinePolicy policy) => this.policy = policy;

    /// <summary>The days on which anything came, the earliest first.</summary>
    public IReadOnlyDictionary<DateOnly, UsageDay> Days => days;

    /// <summary>Who took each party's watch, the newest last.</summary>
    public IReadOnlyDictionary<PartyId, IReadOnlyCollection<WatchTaking>> Watches =>
        watches.ToDictionary(w => w.Key, w => (IReadOnlyCollection<WatchTaking>)w.Value);

    /// <summary>Before the view folds an entry: what it settles is settled then.</summary>
    /// <param name="arrived">When it came to be stored here.</param>
    public void Begin(DateTimeOffset arrived) => now = arrived;

    /// <summary>An addressee acknowledged or answered an entry. Told by the view while it folds.</summary>
    public void Acknowledged(Receipts entry, PartyId by)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var taken = now - entry.Since;
        Today()
            .Count(
                new UsageKey(by, entry.Precedence, entry.Mark),
                taken > TimeSpan.Zero ? taken : TimeSpan.Zero,
                now <= Attention.Due(entry, policy)
            );
    }

    /// <summary>Takes an entry that the view has taken.</summary>
    public void Fold(EntryHeader header, Folded did)
    {
        ArgumentNullException.ThrowIfNull(header);
        var today = Today();
        today.Count(header);
        switch (did.Item?.Family)
        {
            case LineTestFamily when header.Id == did.Item.Id:
                today.Count(header.From, 1, 0);
                break;
            case LineTestFamily when did.Before == LineTestFamily.Sent && did.Item.State != LineTestFamily.Sent:
                today.Count(did.Item.Root.Header.From, 0, 1);
                break;
            case WatchFamily when header.Kind == Kinds.WatchTaken:
                if (!watches.TryGetValue(header.From, out var taken))
                    watches[header.From] = taken = new Queue<WatchTaking>();
                taken.Enqueue(new WatchTaking(header.Id, header.By, now));
                if (taken.Count > MaxWatches)
                    taken.Dequeue();
                break;
        }
    }

    private UsageDay Today()
    {
        var date = DateOnly.FromDateTime(now.UtcDateTime);
        if (days.TryGetValue(date, out var day))
            return day;
        days[date] = day = new UsageDay();
        if (days.Count > MaxDays)
            days.Remove(days.Keys.First());
        return day;
    }
}
