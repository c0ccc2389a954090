using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Parley.Station.Api;
using Parley.Storage;

namespace Parley.Station.Traffic;

/// <summary>
/// Small things that this station keeps for its own officers and that are no part of any record: proposals, drafts, what was acknowledged. Each is one
/// value in the store, written before anybody is told. Safe from any thread.
/// </summary>
/// <param name="store">Where they are kept.</param>
/// <param name="prefix">What their keys begin with.</param>
/// <param name="type">How one is written.</param>
/// <param name="max">How many there may be.</param>
internal sealed class Shelf<T>(IStationStore store, string prefix, JsonTypeInfo<T> type, int max) where T : class
{
    private readonly ConcurrentDictionary<string, T> items = new(StringComparer.Ordinal);

    internal IReadOnlyCollection<KeyValuePair<string, T>> All => [.. items];

    internal T? Find(string key) => items.GetValueOrDefault(key);

    /// <summary>Takes over what an earlier run kept. What cannot be read any more is left where it is and named.</summary>
    internal IReadOnlyList<string> Load(IReadOnlyDictionary<string, byte[]> meta)
    {
        var unreadable = new List<string>();
        foreach (var (key, value) in meta.Where(m => m.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            try
            {
                if (JsonSerializer.Deserialize(value, type) is { } item) items[key[prefix.Length..]] = item;
            }
            catch (JsonException)
            {
                unreadable.Add(key);
            }
        }
        return unreadable;
    }

    internal async Task<Outcome<T>> PutAsync(string key, T item)
    {
        if (!items.ContainsKey(key) && items.Count >= max) return new Refusal("too-many", $"this station keeps {max} of these: finish or delete one first", 409);
        try
        {
            await store.CommitAsync([new PutMeta(prefix + key, JsonSerializer.SerializeToUtf8Bytes(item, type))]);
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Fault.Message);
        }
        items[key] = item;
        return item;
    }

    /// <summary>Takes one away; null where it is gone already.</summary>
    internal async Task<Outcome<T?>> RemoveAsync(string key)
    {
        if (!items.TryGetValue(key, out var item)) return Outcome<T?>.Of(null);
        try
        {
            await store.CommitAsync([new PutMeta(prefix + key, null)]);
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Fault.Message);
        }
        items.TryRemove(key, out _);
        return Outcome<T?>.Of(item);
    }
}
