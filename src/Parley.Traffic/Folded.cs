namespace Parley.Traffic;

/// <summary>What folding did. Good until the view folds again.</summary>
/// <param name="Item">The item that the folded entry belongs to, by the time in its header; null where it belongs to
/// none, waits for what it answers, or where no entry of its own was folded.</param>
/// <param name="Before">That item's state before, by the same time; null when the entry opened it.</param>
/// <param name="Changed">The items that changed: its own, and those of entries that had waited for it.</param>
/// <param name="Flags">What was flagged: the entry, and others that it changed the judgement of.</param>
/// <param name="Judged">Entries whose turn it was.</param>
public readonly record struct Folded(
    Item? Item,
    string? Before,
    IReadOnlyList<Item> Changed,
    IReadOnlyList<Flag> Flags,
    int Judged
);
