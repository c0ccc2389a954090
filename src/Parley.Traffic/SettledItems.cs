using System.Runtime.InteropServices;
using Parley.Record;

namespace Parley.Traffic;

/// <summary>Settled items that are kept whole, each opener having its share of them. Owned by a
/// <see cref="KeptItems"/>.</summary>
internal sealed class SettledItems
{
    private readonly LinkedList<ItemThread> all = new();

    /// <summary>The same, by who opened them.</summary>
    private readonly Dictionary<PartyId, LinkedList<ItemThread>> byOpener = [];

    /// <summary>As many as are kept.</summary>
    internal int Max { get; set; } = LineView.MaxSettled;

    /// <summary>Newest last.</summary>
    internal IReadOnlyCollection<ItemThread> All => all;

    /// <summary>Where no more are kept, the one that is to make room: the oldest of the party that opened most of them;
    /// null where there is room.</summary>
    internal ItemThread? Surplus => all.Count >= Max ? byOpener.Values.MaxBy(of => of.Count)!.First!.Value : null;

    internal void Add(ItemThread thread)
    {
        ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(byOpener, thread.Opener, out _);
        thread.SettledOf = (own ??= new LinkedList<ItemThread>()).AddLast(thread);
        thread.Settled = all.AddLast(thread);
    }

    internal void Remove(ItemThread thread)
    {
        if (thread.Settled is null)
            return;
        all.Remove(thread.Settled);
        byOpener[thread.Opener].Remove(thread.SettledOf!);
        thread.Settled = thread.SettledOf = null;
    }
}
