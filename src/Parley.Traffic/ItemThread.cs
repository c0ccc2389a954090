using Parley.Record;

namespace Parley.Traffic;

/// <summary>Everything that belongs to one item that is kept whole, and what follows from it. Owned by a
/// <see cref="LineView"/>.</summary>
internal sealed class ItemThread(Family family, PartyId opener)
{
    internal Family Family { get; } = family;

    /// <summary>Of whose share it is.</summary>
    internal PartyId Opener { get; } = opener;
    internal List<TrafficEntry> Entries { get; } = [];

    /// <summary>Entries beyond their author's share: of no effect, yet who answers one of them still finds the
    /// item.</summary>
    internal List<EntryId> Beyond { get; } = [];
    internal Item Item { get; set; } = null!;
    internal LinkedListNode<ItemThread>? Settled { get; set; }
    internal LinkedListNode<ItemThread>? SettledOf { get; set; }

    /// <summary>Its place among the open ones, and how heavy it was when it came there. Owned by
    /// <see cref="OpenItems"/>.</summary>
    internal LinkedListNode<ItemThread>? Open { get; set; }
    internal long Weight { get; set; }
}
