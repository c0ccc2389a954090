using Parley.Record;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>
/// Everything that stands on one line: the view, and the books that are folded beside it, each entry in all of them.
/// Owned by a <see cref="LineTraffic"/>, which guards it: one caller at a time.
/// </summary>
/// <param name="View">What is open, what waits, what was flagged.</param>
/// <param name="Tests">How each party's tests of the line came out.</param>
/// <param name="Watches">Who has the watch.</param>
/// <param name="Conflicts">What is planned, and what of it conflicts.</param>
internal sealed record LinePicture(LineView View, TestBook Tests, WatchBook Watches, ConflictBook Conflicts)
{
    /// <summary>How the line is used.</summary>
    internal required UsageBook Usage { get; init; }

    /// <summary>A line of which nothing is folded yet.</summary>
    /// <param name="document">The line's.</param>
    /// <param name="clock">The time as it is.</param>
    /// <param name="again">Reads an entry that was folded once more; null while it cannot be read.</param>
    /// <param name="mistaken">Told of a mistake of ours over an entry.</param>
    internal static LinePicture Of(
        LineDocument document,
        TimeProvider clock,
        Func<EntryId, TrafficEntry?> again,
        Action<EntryHeader, Exception> mistaken
    )
    {
        var usage = new UsageBook(document.Policy);
        var view = new LineView(document, again)
        {
            OnMistake = mistaken,
            Clock = clock.GetUtcNow,
            OnAcknowledged = usage.Acknowledged,
        };
        var conflicts = new ConflictBook(
            document.Policy,
            document.Parties.Count(),
            document.IsJournal,
            id => view.ItemOf(id, clock.GetUtcNow())
        );
        return new LinePicture(view, new TestBook(document.Parties), new WatchBook(), conflicts) { Usage = usage };
    }

    /// <summary>Who suspends the line, and why, the earliest first (R7).</summary>
    internal IReadOnlyList<StandingSuspension> Suspensions => View.Suspensions;

    /// <summary>Takes the next entry of a feed. A mistake of ours in one of the books is flagged, and costs that entry
    /// alone.</summary>
    internal Folded Fold(EntryHeader header, byte[]? body, DateTimeOffset arrived)
    {
        Usage.Begin(arrived);
        var did = View.Fold(header, body is null ? null : body.AsMemory(), arrived);
        FoldPlans(did, header);
        try
        {
            Tests.Fold(header, did.Item, View);
            Watches.Fold(header, did.Item);
            Usage.Fold(header, did);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            View.FlagMistake(header, e);
        }
        return did;
    }

    /// <summary>Judges some of the entries that had waited for one that has arrived.</summary>
    /// <returns>How many.</returns>
    internal int FoldMore(int most)
    {
        var did = View.FoldMore(most);
        FoldPlans(did, null);
        return did.Judged;
    }

    /// <summary>Does what time has done by now; each part by itself, so that no mistake ends the others.</summary>
    internal void Sweep(DateTimeOffset now, Action<Action> guard)
    {
        guard(() => Tests.Resolve(View, now));
        guard(() => Conflicts.Sweep(now));
        guard(Conflicts.Retry);
        View.Sweep(now);
    }

    /// <summary>When something falls due next after <paramref name="now"/>; the end of time when nothing
    /// does.</summary>
    internal DateTimeOffset NextDue(DateTimeOffset now)
    {
        var next = View.NextDue(now) ?? DateTimeOffset.MaxValue;
        foreach (var watch in Watches.All.Values)
        {
            if (watch.Until is { } end && end > now && end < next)
                next = end;
        }
        return next;
    }

    /// <summary>Takes the items that changed to what is planned.</summary>
    private void FoldPlans(Folded did, EntryHeader? by)
    {
        foreach (var changed in did.Changed)
        {
            try
            {
                Conflicts.Fold(changed);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                View.FlagMistake(by ?? changed.Applied[^1].Header, e);
            }
        }
    }
}
