using Parley.Record;

namespace Parley.Traffic;

/// <summary>Entries that changed nothing, newest last: how many there are, and the newest of them. Owned by a
/// <see cref="LineView"/>.</summary>
internal sealed class FlagBook
{
    private readonly LinkedList<Flag> all = new();
    private readonly List<Flag> recent = [];
    private EntryId underJudgement;

    internal IReadOnlyCollection<Flag> All => all;

    internal long Count { get; private set; }

    /// <summary>Those of the last fold, and of nothing before it.</summary>
    internal IReadOnlyList<Flag> New => recent;

    /// <summary>Told of mistakes of ours: what made the fold fail over an entry.</summary>
    internal Action<EntryHeader, Exception>? OnMistake { get; set; }

    /// <summary>True where the entry that is judged was flagged meanwhile.</summary>
    internal bool IsFlagged { get; private set; }

    /// <summary>A fold begins.</summary>
    internal void Begin()
    {
        if (recent.Count > 0)
            recent.Clear();
    }

    internal void Judging(EntryId entry)
    {
        IsFlagged = false;
        underJudgement = entry;
    }

    internal void Add(EntryHeader header, string reason) => Add(new Flag(header.Id, header.Kind, reason));

    internal void Add(Flag flag)
    {
        Count++;
        IsFlagged |= flag.Entry == underJudgement;
        all.AddLast(flag);
        if (recent.Count < LineView.MaxFlags)
            recent.Add(flag);
        if (all.Count > LineView.MaxFlags)
            all.RemoveFirst();
    }

    /// <summary>It is flagged no longer.</summary>
    internal void Remove(Flag flag)
    {
        Count--;
        for (var at = all.Last; at is not null; at = at.Previous)
        {
            if (at.Value != flag)
                continue;
            all.Remove(at);
            return;
        }
    }

    /// <summary>A mistake of ours over an entry: it is told, and is the reason of its flag. TRAFFIC-83.</summary>
    internal string Mistaken(EntryHeader header, Exception e)
    {
        OnMistake?.Invoke(header, e);
        return $"this station could not judge it: {e.GetType().Name}";
    }
}
