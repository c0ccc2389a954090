using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Incidents;

/// <summary>What an <see cref="IncidentLedger"/> holds of one incident.</summary>
internal sealed class IncidentNotes
{
    private const int MaxText = 200;

    private readonly EntryId number;
    private readonly Mark mark;
    private readonly DateTimeOffset at,
        from;
    private readonly DateTimeOffset? until;
    private readonly Place? place;
    private readonly string? what;
    private readonly byte opener;
    private Names accused,
        reporters,
        observations;
    private int accounts,
        dissents;
    private string? settling;

    internal IncidentNotes(EntryHeader header, Account? account, byte author)
    {
        (number, mark, at, opener) = (header.Id, header.Mark, header.At, author);
        (from, until, place) = (account?.From ?? header.At, account?.Until, account?.Place);
        what = account?.What is { Length: > MaxText } text ? text[..MaxText] : account?.What;
        Account(header, account, author);
    }

    /// <summary>One more entry about it. Whatever order those of several authors come in, the same is held.</summary>
    internal void Take(EntryHeader header, Account? account, byte author)
    {
        switch (header.Kind)
        {
            case Kinds.IncidentAccountGiven:
                Account(header, account, author);
                break;
            case Kinds.IncidentDissented:
                dissents++;
                break;
            case Kinds.IncidentMerged when author != opener:
                break; // flagged everywhere: nothing comes of it // CEASEFIRE-27
            case Kinds.IncidentClosed or Kinds.IncidentMerged:
                settling = settling is null || settling == header.Kind ? header.Kind : IncidentLedger.Both;
                break;
        }
    }

    internal IncidentRow Told() =>
        new(
            number,
            mark,
            at,
            from,
            until,
            what,
            place,
            accused.Told ?? [],
            reporters.Told ?? [],
            observations.Told ?? [],
            accounts,
            dissents,
            settling
        );

    private void Account(EntryHeader header, Account? given, byte author)
    {
        accounts++;
        var rank = author == opener ? -1 : author;
        reporters.Add(header, rank, [given?.Reporter ?? header.From.Value]);
        if (given?.Accused is { } name)
            accused.Add(header, rank, [name]);
        if (given?.Observations is { Count: > 0 } named)
            observations.Add(header, rank, named);
    }

    /// <summary>Names by who named them: who opened the incident first, then by author, of each the first of its feed, up
    /// to its share. An entry that had to wait for another comes later and stands before those behind it all the
    /// same.</summary>
    private struct Names
    {
        private (int Rank, ulong Seq, int Place, string Name)[]? held;

        /// <summary>Each once. Never changed but replaced: who was told a row goes on reading it.</summary>
        internal string[]? Told { get; private set; }

        internal void Add(EntryHeader header, int rank, IEnumerable<string> names)
        {
            var all = new List<(int Rank, ulong Seq, int Place, string Name)>(held ?? []);
            var place = 0;
            foreach (var name in names)
            {
                var one = (Rank: rank, header.Seq, Place: place++, Name: name);
                var same = all.FindIndex(n => n.Rank == rank && n.Name == name);
                if (same >= 0 && all[same].Seq <= one.Seq)
                    continue;
                if (same >= 0)
                    all.RemoveAt(same);
                all.Insert(
                    all.FindLastIndex(n => (n.Rank, n.Seq, n.Place).CompareTo((rank, one.Seq, one.Place)) < 0) + 1,
                    one
                );
                if (all.Count(n => n.Rank == rank) > IncidentLedger.MaxNamed)
                    all.RemoveAt(all.FindLastIndex(n => n.Rank == rank));
            }
            held = [.. all];
            Told = [.. held.Select(n => n.Name).Distinct(StringComparer.Ordinal)];
        }
    }
}
