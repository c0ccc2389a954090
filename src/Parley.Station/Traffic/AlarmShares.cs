using Parley.Record;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>
/// Chooses among very many causes for alarms of one line: all of them while they are few, else of each party its share,
/// the most urgent first and then as its
/// entries came. What a party gives cause for is kept apart from what the others do, and no more of it than can stand.
/// TRAFFIC-84.
/// </summary>
internal sealed class AlarmShares(int parties)
{
    /// <summary>A cause, or a waiting entry or an overdue item of which one can be made.</summary>
    private readonly record struct Candidate(WaitingEntry Entry, Heading? Item, AlarmCause? Made);

    /// <summary>Actual before what is played, urgent before less urgent, early before late.</summary>
    private readonly record struct Rank(bool IsPlayed, int Urgency, ulong Order);

    private static readonly IComparer<Rank> LastFirst = Comparer<Rank>.Create(
        static (a, b) =>
        {
            var byMark = b.IsPlayed.CompareTo(a.IsPlayed);
            var byUrgency = byMark != 0 ? byMark : a.Urgency.CompareTo(b.Urgency);
            return byUrgency != 0 ? byUrgency : b.Order.CompareTo(a.Order);
        }
    );
    private readonly Dictionary<PartyId, PriorityQueue<Candidate, Rank>> byAuthor = [];

    internal void Add(PartyId author, WaitingEntry entry) =>
        Add(
            author,
            new Candidate(entry, null, null),
            new Rank(entry.Mark != Mark.Actual, (int)entry.Precedence, entry.Id.Seq)
        );

    internal void Add(AlarmCause cause) =>
        Add(
            cause.Author,
            new Candidate(default, null, cause),
            new Rank(cause.Mark != Mark.Actual, (int)cause.Precedence, cause.Order)
        );

    internal void Add(Heading overdue) =>
        Add(
            overdue.Id.Party,
            new Candidate(default, overdue, null),
            new Rank(overdue.Mark != Mark.Actual, (int)overdue.Precedence, overdue.Id.Seq)
        );

    internal IReadOnlyList<AlarmCause> Causes(Func<WaitingEntry, AlarmCause> of, Func<Heading, AlarmCause> ofItem)
    {
        var most =
            byAuthor.Values.Sum(own => own.Count) <= AlarmBoard.MaxPerLine
                ? AlarmBoard.MaxPerLine
                : AlarmBoard.ShareOf(parties);
        var causes = new List<AlarmCause>();
        foreach (var own in byAuthor.Values)
        {
            while (own.Count > most)
                own.Dequeue();
            causes.AddRange(
                own.UnorderedItems.Select(c =>
                    c.Element.Made ?? (c.Element.Item is { } item ? ofItem(item) : of(c.Element.Entry))
                )
            );
        }
        return causes;
    }

    private void Add(PartyId author, Candidate candidate, Rank rank)
    {
        if (!byAuthor.TryGetValue(author, out var own))
            byAuthor[author] = own = new PriorityQueue<Candidate, Rank>(LastFirst);
        if (own.Count < AlarmBoard.MaxPerLine)
            own.Enqueue(candidate, rank);
        else
            own.EnqueueDequeue(candidate, rank);
    }
}
