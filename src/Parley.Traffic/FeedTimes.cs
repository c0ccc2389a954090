using Parley.Record;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>
/// How far the times that each feed states have come, and of the entries that may not take effect in the past those
/// that were dated back. Only its author's own feed moves an entry: what others state is theirs to choose, and one that
/// is dated far ahead would keep everybody from leaving an agreement. Owned by a <see cref="LineView"/>. CEASEFIRE-41.
/// </summary>
/// <param name="policy">The line's.</param>
/// <param name="again">Reads an entry once more; null where there is no record.</param>
internal sealed class FeedTimes(LinePolicy policy, Func<EntryId, TrafficEntry?>? again)
{
    private readonly Dictionary<PartyId, DateTimeOffset> latest = [];
    private readonly Dictionary<EntryId, DateTimeOffset> datedBack = [];

    /// <summary>Reads an entry once more, with what is known of its time; null where there is no record.</summary>
    internal Func<EntryId, TrafficEntry?>? Again =>
        again is null
            ? null
            : id =>
                again(id) is { } entry
                    ? datedBack.TryGetValue(id, out var notBefore)
                        ? entry with
                        {
                            NotBefore = notBefore,
                        }
                        : entry
                    : null;

    /// <summary>An entry that an officer wants to write next.</summary>
    internal TrafficEntry Next(TrafficEntry entry) =>
        latest.TryGetValue(entry.Header.From, out var before)
        && before > entry.Header.At
        && AgreementFamily.IsNeverDatedBack(entry.Header, policy)
            ? entry with
            {
                NotBefore = before,
            }
            : entry;

    /// <summary>The next entry of a feed.</summary>
    internal TrafficEntry Take(TrafficEntry entry)
    {
        var taken = Next(entry);
        if (taken.NotBefore is { } before)
            datedBack[taken.Id] = before;
        Pass(entry.Header);
        return taken;
    }

    /// <summary>The next entry of a feed states a time, whatever else becomes of it.</summary>
    internal void Pass(EntryHeader header)
    {
        if (!latest.TryGetValue(header.From, out var before) || header.At > before)
            latest[header.From] = header.At;
    }
}
