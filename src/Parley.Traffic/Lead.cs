using Parley.Record;

namespace Parley.Traffic;

/// <summary>An item, and where it goes on.</summary>
/// <param name="Item">Its first entry.</param>
/// <param name="Into">An entry of the item under which it goes on; null where that is itself.</param>
public readonly record struct Lead(EntryId Item, EntryId? Into);
