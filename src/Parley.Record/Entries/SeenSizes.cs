using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Parley.Record;

/// <summary>The <c>seen</c> of a header: at most 32 parties in written order. A scan of so few beats hashing, and costs
/// two arrays.</summary>
internal sealed class SeenSizes(PartyId[] parties, ulong[] sizes) : IReadOnlyDictionary<PartyId, ulong>
{
    internal static readonly SeenSizes None = new([], []);

    public int Count => parties.Length;
    public IEnumerable<PartyId> Keys => parties;
    public IEnumerable<ulong> Values => sizes;

    /// <summary>The party and size at a position, without an enumerator: verification asks this of every
    /// entry.</summary>
    internal (PartyId Party, ulong Size) At(int position) => (parties[position], sizes[position]);

    public ulong this[PartyId key] =>
        TryGetValue(key, out var size) ? size : throw new KeyNotFoundException($"no size seen of {key}");

    public bool ContainsKey(PartyId key) => Array.IndexOf(parties, key) >= 0;

    public bool TryGetValue(PartyId key, [MaybeNullWhen(false)] out ulong value)
    {
        var at = Array.IndexOf(parties, key);
        value = at < 0 ? 0 : sizes[at];
        return at >= 0;
    }

    public IEnumerator<KeyValuePair<PartyId, ulong>> GetEnumerator()
    {
        for (var i = 0; i < parties.Length; i++)
            yield return new(parties[i], sizes[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
