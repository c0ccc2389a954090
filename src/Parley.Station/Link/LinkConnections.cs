using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Parley.Station.Link;

/// <summary>
/// Who is connected to the link port. Where one is over its share its oldest connection goes, never the newest: an
/// honest handshake is over in
/// milliseconds, and an honest peer that dials again has lost the old connection without knowing it. Safe from any
/// thread.
/// </summary>
internal sealed class LinkConnections(LinkPortLimits limits)
{
    private readonly Lock gate = new();

    /// <summary>Guarded by <see cref="gate"/>, as is <see cref="proven"/>: oldest first.</summary>
    private readonly LinkedList<Place> unproven = new();

    /// <summary>By identity; all strangers stand under null.</summary>
    private readonly Dictionary<Holder, LinkedList<Place>> proven = [];

    private readonly record struct Holder(PublicKey? Identity);

    /// <summary>One connection's place.</summary>
    internal sealed class Place(ConnectionContext connection)
    {
        private int ended;

        /// <summary>Whence it came: an IPv4 address, or the /64 of an IPv6 one, which one sender has whole.</summary>
        internal UInt128 From { get; } = Network(connection.RemoteEndPoint);

        /// <summary>Why it was ended for another's sake; null when it was not.</summary>
        internal string? Ended { get; private set; }
        internal LinkedList<Place>? Among { get; set; }

        internal void End(string reason)
        {
            if (Interlocked.Exchange(ref ended, 1) != 0)
                return;
            Ended = reason;
            connection.Abort(new ConnectionAbortedException(reason));
        }

        private static UInt128 Network(EndPoint? remote)
        {
            if (remote is not IPEndPoint { Address: var address })
                return default;
            if (address.IsIPv4MappedToIPv6)
                address = address.MapToIPv4();
            var bytes = address.GetAddressBytes().AsSpan();
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                bytes = bytes[..8];
            UInt128 network = (UInt128)bytes.Length;
            foreach (var part in bytes)
                network = (network << 8) | part;
            return network;
        }
    }

    /// <summary>A connection that has proven nothing yet. When there are too many, the oldest goes of whoever has
    /// most.</summary>
    internal Place Enter(ConnectionContext connection)
    {
        var place = new Place(connection);
        Place? over = null;
        lock (gate)
        {
            Put(place, unproven);
            if (unproven.Count > limits.MaxUnproven)
            {
                var most = unproven.CountBy(p => p.From).MaxBy(n => n.Value).Key;
                Remove(over = unproven.First(p => p.From == most));
            }
        }
        over?.End($"more than {limits.MaxUnproven} connections that show no identity");
        return place;
    }

    /// <summary>The connection is bound to this identity; <paramref name="known"/> when it is on a line here.</summary>
    internal void Prove(Place place, PublicKey identity, bool known)
    {
        var limit = known ? limits.MaxOfPeer : limits.MaxOfStrangers;
        Place? over = null;
        lock (gate)
        {
            if (place.Among is null)
                return; // it was ended meanwhile
            Remove(place);
            var holder = new Holder(known ? identity : null);
            if (!proven.TryGetValue(holder, out var mine))
                proven[holder] = mine = new();
            Put(place, mine);
            if (mine.Count > limit)
                Remove(over = mine.First!.Value);
        }
        over?.End(
            known
                ? $"more than {limit} connections of one identity"
                : $"more than {limit} connections of identities on no line"
        );
    }

    internal void Leave(Place place)
    {
        lock (gate)
        {
            Remove(place);
            foreach (var (holder, left) in proven)
            {
                if (left.Count > 0)
                    continue;
                proven.Remove(holder); // an enumerator of a dictionary allows it
            }
        }
    }

    private static void Put(Place place, LinkedList<Place> among)
    {
        among.AddLast(place);
        place.Among = among;
    }

    private static void Remove(Place place)
    {
        place.Among?.Remove(place);
        place.Among = null;
    }
}
