using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Parley.Storage;

namespace Parley.Station.Traffic;

/// <summary>
/// Small things that this station keeps for its own officers and that are no part of any record: proposals, drafts,
/// what was acknowledged. Each is one
/// value in the store, written before anybody is told. Safe from any thread.
/// </summary>
/// <param name="store">Where they are kept.</param>
/// <param name="prefix">What their keys begin with.</param>
/// <param name="type">How one is written.</param>
/// <param name="max">How many there may be.</param>
/// <param name="share">Why, beside what is there, there is no room for one more; null where there is. Without it, only
/// the number counts.</param>
internal sealed class Shelf<T>(
    IStationStore store,
    string prefix,
    JsonTypeInfo<T> type,
    int max,
    Func<IReadOnlyCollection<T>, T, string?>? share = null
)
    where T : class
{
    private readonly ConcurrentDictionary<string, T> items = new(StringComparer.Ordinal);

    /// <summary>What has its place and is not durable yet: two that come at once do not both take the last one. Guards
    /// itself.</summary>
    private readonly Dictionary<string, T> coming = new(StringComparer.Ordinal);

    internal const string TooMany = "too-many";

    internal IReadOnlyCollection<KeyValuePair<string, T>> All => [.. items];

    internal T? Find(string key) => items.GetValueOrDefault(key);

    /// <summary>Takes over what an earlier run kept. What cannot be read any more is left where it is and
    /// named.</summary>
    internal IReadOnlyList<string> Load(IReadOnlyDictionary<string, byte[]> meta)
    {
        var unreadable = new List<string>();
        foreach (var (key, value) in meta.Where(m => m.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            try
            {
                if (JsonSerializer.Deserialize(value, type) is { } item)
                    items[key[prefix.Length..]] = item;
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
        lock (coming)
        {
            if (!items.ContainsKey(key) && NoRoom(item) is { } full)
                return new Refusal(TooMany, full, 409);
            coming[key] = item;
        }
        try
        {
            await store.CommitAsync([new PutMeta(prefix + key, JsonSerializer.SerializeToUtf8Bytes(item, type))]);
            items[key] = item;
            return item;
        }
        catch (StoreFaultException e)
        {
            return Refusal.Faulted(e.Fault.Message);
        }
        finally
        {
            lock (coming)
                coming.Remove(key);
        }
    }

    private string? NoRoom(T item)
    {
        T[] there = [.. items.Where(i => !coming.ContainsKey(i.Key)).Select(i => i.Value), .. coming.Values];
        return there.Length >= max
            ? $"this station keeps {max} of these: finish or delete one first"
            : share?.Invoke(there, item);
    }

    /// <summary>Takes one away; null where it is gone already.</summary>
    internal async Task<Outcome<T?>> RemoveAsync(string key)
    {
        if (!items.TryGetValue(key, out var item))
            return Outcome<T?>.Of(null);
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
