using System.Buffers.Binary;
using System.Collections.Concurrent;
using Parley.Record;
using Parley.Storage;
using LineStatus = Parley.Link.LineStatus;

namespace Parley.Station.Lines;

/// <summary>
/// When each peer was heard last, kept over restarts and over a machine that was replaced: whoever was heard a minute
/// ago was not "never heard". It is a note for people, and decides nothing: a link is down until the peer is heard
/// anew.
/// </summary>
internal sealed class HeardBefore
{
    private const string Prefix = "heard/";

    /// <summary>Sooner than this after what is kept, nothing is written: a note is not worth a write at every
    /// heartbeat.</summary>
    private static readonly TimeSpan Worth = TimeSpan.FromMinutes(5);

    private readonly LineId line;
    private readonly ConcurrentDictionary<PartyId, DateTimeOffset> known = new();
    private readonly ConcurrentDictionary<PartyId, DateTimeOffset> kept = new();

    internal HeardBefore(LineId line, IReadOnlyDictionary<string, byte[]> meta)
    {
        this.line = line;
        foreach (var (key, value) in meta)
        {
            if (
                key.StartsWith(KeyOf(""), StringComparison.Ordinal)
                && PartyId.TryParse(key[KeyOf("").Length..], out var peer)
                && value.Length == sizeof(long)
                && BinaryPrimitives.ReadInt64BigEndian(value) is var ticks
                && ticks >= 0
                && ticks <= DateTimeOffset.MaxValue.UtcTicks
            )
                known[peer] = kept[peer] = new DateTimeOffset(ticks, TimeSpan.Zero);
        }
    }

    /// <summary>The status with what was known before, where the machine knows of no time itself.</summary>
    internal LineStatus With(LineStatus status)
    {
        foreach (var peer in status.Peers)
        {
            if (peer.LastHeard is { } at)
                known[peer.Peer] = at;
        }
        return status with
        {
            Peers =
            [
                .. status.Peers.Select(p =>
                    p.LastHeard is null && known.TryGetValue(p.Peer, out var before) ? p with { LastHeard = before } : p
                ),
            ],
        };
    }

    /// <summary>Keeps what is new.</summary>
    /// <param name="store">Where.</param>
    /// <param name="all">Also what is hardly newer than what is kept: the station stops.</param>
    /// <exception cref="StoreFaultException">The store does not take it.</exception>
    internal async Task KeepAsync(IStationStore store, bool all)
    {
        var news = known
            .Where(k =>
                !kept.TryGetValue(k.Key, out var before)
                || (k.Value - before).Duration() >= (all ? TimeSpan.FromSeconds(1) : Worth)
            )
            .ToList();
        if (news.Count == 0)
            return;
        await store.CommitAsync([.. news.Select(k => new PutMeta(KeyOf(k.Key.Value), Bytes(k.Value)))]);
        foreach (var (peer, at) in news)
            kept[peer] = at;
    }

    private static byte[] Bytes(DateTimeOffset at)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.UtcTicks);
        return bytes;
    }

    private string KeyOf(string peer) => $"{Prefix}{line}/{peer}";
}
