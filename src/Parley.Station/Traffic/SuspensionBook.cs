using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Traffic;

/// <summary>Who has suspended the line, when, and why (R7), folded beside the view. Owned by its <see cref="LineTraffic"/>, under the same gate.</summary>
internal sealed class SuspensionBook
{
    private readonly Dictionary<PartyId, SuspensionView> standing = [];

    /// <summary>The earliest first.</summary>
    internal IReadOnlyList<SuspensionView> Standing => [.. standing.Values.OrderBy(s => s.At).ThenBy(s => s.By.Value, StringComparer.Ordinal)];

    /// <param name="header">The entry.</param>
    /// <param name="body">Its body, where it is here.</param>
    /// <param name="flagged">It had no effect.</param>
    internal void Fold(EntryHeader header, byte[]? body, bool flagged)
    {
        if (flagged) return;
        if (header.Kind == Kinds.LineResumed) standing.Remove(header.From);
        else if (header.Kind == Kinds.LineSuspended)
        {
            var reason = TrafficEntry.From(header, body is null ? null : body.AsMemory()).Body is Reasoned said ? said.Reason : null;
            standing.TryAdd(header.From, new SuspensionView(header.From, header.Id, header.At, header.By.Seat, header.By.Name, header.By.ReleasedBy?.Name, reason));
        }
    }
}
