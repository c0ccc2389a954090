using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;

namespace Parley.Station.Media;

/// <summary>
/// The one UDP port of a station: its own consoles and its peers' stations send to it. It reads no datagram of a call;
/// it knows whose it is and passes it on. What nobody is known to have sent is dropped, and only counted. Safe from any
/// thread. CALL-14.
/// </summary>
internal sealed class MediaPort : IDisposable
{
    private const int SocketBuffer = 4 << 20;

    /// <summary>Before it is read again after it could not be.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Of so many mistakes of ours one is told.</summary>
    private const int Faults = 1_000;

    private readonly Socket socket;
    private readonly Thread reader;
    private readonly ConcurrentDictionary<string, ConsoleEnd> byUser = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<SocketAddress, ConsoleEnd> byAddress = new();
    private readonly ConcurrentDictionary<ulong, Trunk> trunks = new();
    private readonly Action<string> warn;
    private long dropped;
    private readonly ManualResetEventSlim closed = new();

    private MediaPort(Socket socket, Action<string> warn)
    {
        this.socket = socket;
        this.warn = warn;
        Address = (IPEndPoint)socket.LocalEndPoint!;
        reader = new Thread(Read) { IsBackground = true, Name = "calls" };
        reader.Start();
    }

    internal IPEndPoint Address { get; }

    /// <summary>Datagrams that nobody was known to have sent.</summary>
    internal long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Takes the port; the refusal where another program has it.</summary>
    /// <param name="at">Which.</param>
    /// <param name="warn">Told what is wrong with it later.</param>
    internal static Record.Parsed<MediaPort> Open(IPEndPoint at, Action<string>? warn = null)
    {
        var made = new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (at.AddressFamily == AddressFamily.InterNetworkV6)
                made.DualMode = at.Address.Equals(IPAddress.IPv6Any);
            made.ReceiveBufferSize = SocketBuffer;
            made.SendBufferSize = SocketBuffer;
            made.Bind(at);
            return new MediaPort(made, warn ?? (_ => { }));
        }
        catch (SocketException e)
        {
            made.Dispose();
            return new Record.Rejected($"the port for calls, UDP {at}, cannot be had: {e.Message}");
        }
    }

    internal bool Add(ConsoleEnd end) => byUser.TryAdd(Convert.ToHexString(end.User), end);

    internal void Remove(ConsoleEnd end)
    {
        byUser.TryRemove(KeyValuePair.Create(Convert.ToHexString(end.User), end));
        foreach (var address in end.Addresses)
            byAddress.TryRemove(KeyValuePair.Create(address, end));
    }

    internal void Add(Trunk trunk) => trunks[trunk.Id] = trunk;

    internal void Remove(Trunk trunk) => trunks.TryRemove(KeyValuePair.Create(trunk.Id, trunk));

    /// <summary>Gives the console what the other one said; what cannot be placed is dropped, as any datagram may
    /// be.</summary>
    internal void Give(ConsoleEnd end, ReadOnlySpan<byte> datagram)
    {
        if (end.Place(datagram) is { } to)
            Send(datagram, to);
    }

    internal void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        try
        {
            socket.SendTo(datagram, SocketFlags.None, to);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody there, no route, no room: what gets through is what is received.
        }
    }

    private void Read()
    {
        var buffer = new byte[LinkLimits.MaxDatagramBytes + MediaFrame.Overhead + MediaFrame.LegLength + 1];
        var from = new SocketAddress(socket.AddressFamily);
        while (true)
        {
            int length;
            try
            {
                length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
            }
            catch (SocketException e)
                when (e.SocketErrorCode
                        is SocketError.ConnectionReset
                            or SocketError.MessageSize
                            or SocketError.NetworkReset
                            or SocketError.ConnectionRefused
                            or SocketError.HostUnreachable
                            or SocketError.NetworkUnreachable
                )
            {
                continue; // word of a datagram sent before
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (closed.IsSet || e is ObjectDisposedException)
                    return;
                // Calls go on by it once the machine has what it lacks: a port that is silent for good helps nobody.
                warn($"the port for calls, UDP {Address}, cannot be read just now: {e.Message}");
                closed.Wait(Pause);
                continue;
            }
            if (length > 0)
                TakeGuarded(buffer.AsMemory(0, length), from);
        }
    }

    /// <summary>Whatever a datagram does, the next one is read: what is thrown here would end the station.</summary>
    private void TakeGuarded(ReadOnlyMemory<byte> datagram, SocketAddress from)
    {
        try
        {
            Take(datagram, from);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (Interlocked.Increment(ref dropped) % Faults == 1)
                warn($"a datagram for a call could not be taken: {e}");
        }
    }

    private void Take(ReadOnlyMemory<byte> datagram, SocketAddress from)
    {
        var bytes = datagram.Span;
        if (bytes[0] == MediaFrame.First)
        {
            if (
                !MediaFrame.TryTrunk(bytes, out var id)
                || !trunks.TryGetValue(id, out var trunk)
                || !trunk.Take(bytes, from)
            )
                Interlocked.Increment(ref dropped);
            return;
        }
        var isStun = StunMessage.TryRead(bytes, out var message);
        if (isStun && message.IsRequest)
        {
            if (
                !message.TryUsername(out var user)
                || !byUser.TryGetValue(Convert.ToHexString(user), out var named)
                || !named.Admit(message, from, out var isNew)
            )
            {
                Interlocked.Increment(ref dropped);
                return;
            }
            if (isNew is not null)
                byAddress[isNew] = named; // a browser's socket that serves another leg now
            named.Speak(from, datagram, isStun: true);
            return;
        }
        if (byAddress.TryGetValue(from, out var end) && datagram.Length <= LinkLimits.MaxDatagramBytes)
            end.Speak(from, datagram, isStun);
        else
            Interlocked.Increment(ref dropped);
    }

    public void Dispose()
    {
        closed.Set();
        socket.Dispose();
        if (reader.Join(TimeSpan.FromSeconds(2)))
            closed.Dispose();
    }
}
