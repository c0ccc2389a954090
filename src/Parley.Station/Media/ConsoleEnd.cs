using System.Net;

namespace Parley.Station.Media;

/// <summary>
/// The console's end of one leg at the relay port: by whose STUN requests it is known, and from where it was heard. An
/// address counts once a request came from it that was made with the other console's password, which only the two
/// consoles and their stations know. Guarded by itself.
/// </summary>
internal sealed class ConsoleEnd(byte[] user, byte[] password, Action<ReadOnlyMemory<byte>> spoken)
{
    /// <summary>Sockets that one browser asks from: an interface each.</summary>
    internal const int MaxAddresses = 16;

    /// <summary>Requests whose answers are waited for.</summary>
    private const int MaxTransactions = 64;

    private readonly Lock gate = new();
    private readonly List<SocketAddress> addresses = [];
    private readonly Queue<UInt128> order = new();
    private readonly Dictionary<UInt128, SocketAddress> asked = [];
    private SocketAddress? current;
    private bool speaks;

    /// <summary>USERNAME of its requests: the other console's name, a colon, its own.</summary>
    internal byte[] User => user;

    /// <summary>Datagrams that came from the console, and that went to it.</summary>
    internal long Spoken { get; private set; }
    internal long Heard { get; private set; }

    /// <summary>A request that names it. An address that is new must have made it with the password.</summary>
    /// <returns>The address when it is a new one, to be known by from now on.</returns>
    internal bool Admit(StunMessage request, SocketAddress from, out SocketAddress? isNew)
    {
        isNew = null;
        lock (gate)
        {
            var known = addresses.Find(a => a.Equals(from));
            if (known is null)
            {
                if (
                    addresses.Count >= MaxAddresses
                    || asked.ContainsKey(request.Transaction)
                    || !request.IsMadeWith(password)
                )
                    return false;
                addresses.Add(known = isNew = Copy(from));
            }
            if (asked.TryAdd(request.Transaction, known))
            {
                order.Enqueue(request.Transaction);
                if (order.Count > MaxTransactions)
                    asked.Remove(order.Dequeue());
            }
            if (!speaks)
                current = known;
            return true;
        }
    }

    /// <summary>A datagram from an address that is known: where voice comes from is where voice goes.</summary>
    internal void Speak(SocketAddress from, ReadOnlyMemory<byte> datagram, bool isStun)
    {
        if (!isStun)
        {
            lock (gate)
            {
                if (!speaks || !from.Equals(current))
                    current = addresses.Find(a => a.Equals(from)) ?? current;
                speaks = true;
            }
        }
        Spoken++;
        spoken(datagram);
    }

    /// <summary>Where a datagram for the console goes: an answer to where its question came from.</summary>
    internal SocketAddress? Place(ReadOnlySpan<byte> datagram)
    {
        lock (gate)
        {
            Heard++;
            return StunMessage.TryRead(datagram, out var message) && message.IsResponse
                ? asked.GetValueOrDefault(message.Transaction)
                : current;
        }
    }

    /// <summary>Every address that it is known by.</summary>
    internal IReadOnlyList<SocketAddress> Addresses
    {
        get
        {
            lock (gate)
                return [.. addresses];
        }
    }

    private static SocketAddress Copy(SocketAddress from)
    {
        var copy = new SocketAddress(from.Family, from.Size);
        from.Buffer.Span[..from.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }
}
