using System.Buffers.Binary;
using System.Net;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Station.Link;

namespace Parley.Station.Media;

/// <summary>By which way datagrams go to a peer's station.</summary>
internal enum MediaPath
{
    /// <summary>Nobody knows yet, or nothing is heard any more: by both, and what comes twice is taken once by the
    /// consoles.</summary>
    Both,

    /// <summary>Datagrams.</summary>
    Udp,

    /// <summary>The stream over the link.</summary>
    Link,
}

/// <summary>
/// What carries the calls of one line between this station and one peer: datagrams where they get through, the link
/// where they do not. Each way is chosen by what its receiver says it received, and by nothing else; probes go on, so
/// that the better way is taken again. Safe from any thread. CALL-12, CALL-13.
/// </summary>
internal sealed class Trunk(MediaPort port, TimeProvider clock, Trunk.LegTaker taker)
{
    /// <summary>Told a leg's datagram that came from the peer.</summary>
    internal delegate void LegTaker(ulong leg, ReadOnlySpan<byte> datagram);

    /// <summary>How often it is probed, and the peer told what came.</summary>
    internal static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>After so long without a datagram, none come.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>A peer of which no datagram ever came is probed without a pause for so long; after that, in short
    /// bursts.</summary>
    private static readonly TimeSpan Eager = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(2);

    /// <summary>Numbers do not begin anew within a trunk: one that has used so many is made anew.</summary>
    private const uint MaxNumbers = uint.MaxValue - (1 << 20);

    private readonly ReceivedNumbers received = new();
    private volatile byte[] key = Randomness.Bytes(32);
    private Peer? peer;
    private SocketAddress? heardFrom;
    private CallStream? stream;
    private uint sent;
    private long heardUdpAt;
    private readonly PathChoice choice = new(clock);

    /// <summary>What the peer's hello said, and when.</summary>
    private sealed record Peer(ulong Trunk, byte[] Key, IReadOnlyList<SocketAddress> Places, long MetAt);

    internal ulong Id { get; } = BinaryPrimitives.ReadUInt64BigEndian(Randomness.Bytes(8));

    internal MediaPath Path => choice.Path;

    /// <summary>Words of the peer about our datagrams, and datagrams of the peer's, that came so far.</summary>
    internal int Beats => choice.Beats;
    internal uint Takes => received.Count;

    internal CallHello Hello(IReadOnlyList<string> udp) =>
        new()
        {
            Trunk = Id.ToString("x16", System.Globalization.CultureInfo.InvariantCulture),
            Key = Convert.ToHexStringLower(key),
            Udp = udp,
        };

    /// <summary>The peer said how it is reached. Where it has made its trunk anew its numbers begin anew: what came before
    /// must not be taken again, so that it needs another key of ours. CALL-12</summary>
    /// <returns>True where the peer has to be told that key: by a hello.</returns>
    internal bool Meet(CallHello hello, IReadOnlyList<IPEndPoint> places)
    {
        var trunk = Convert.ToUInt64(hello.Trunk, 16);
        var isAnew = peer is { } known && known.Trunk != trunk;
        if (isAnew)
        {
            key = Randomness.Bytes(32);
            received.Clear();
            heardUdpAt = 0;
        }
        if (peer?.Trunk != trunk)
            choice.Forget();
        heardFrom = null;
        peer = new Peer(
            trunk,
            Convert.FromHexString(hello.Key),
            [.. places.Select(p => p.Serialize())],
            clock.GetTimestamp()
        );
        Probe();
        return isAnew;
    }

    /// <summary>True where its numbers are used up.</summary>
    internal bool IsSpent => Volatile.Read(ref sent) > MaxNumbers;

    /// <summary>The stream that is used from now on.</summary>
    internal void Use(CallStream opened) => Interlocked.Exchange(ref stream, opened);

    internal CallStream? Stream => stream is { IsOver: false } open ? open : null;

    /// <summary>Sends a datagram of a leg by the way that serves.</summary>
    internal void Send(ulong leg, ReadOnlySpan<byte> datagram)
    {
        Span<byte> head = stackalloc byte[MediaFrame.LegLength];
        BinaryPrimitives.WriteUInt64BigEndian(head, leg);
        var way = choice.Path;
        if (way != MediaPath.Link)
            SendUdp(MediaFrameKind.Media, head, datagram, all: false);
        if (way != MediaPath.Udp)
            Stream?.Send(MediaFrameKind.Media, head, datagram);
    }

    /// <summary>Done each <see cref="Beat"/>.</summary>
    internal void Tick()
    {
        choice.Tick();
        Probe();
        Span<byte> report = stackalloc byte[PathReport.Length];
        new PathReport(
            heardUdpAt != 0 && clock.GetElapsedTime(heardUdpAt) < Quiet,
            received.Count,
            received.Highest
        ).Write(report);
        SendUdp(MediaFrameKind.Report, report, default, all: false);
        Stream?.Send(MediaFrameKind.Report, report, default);
    }

    /// <summary>A datagram for this trunk; false where it is not the peer's, or came before.</summary>
    internal bool Take(ReadOnlySpan<byte> datagram, SocketAddress from)
    {
        if (!MediaFrame.TryRead(datagram, key, out var kind, out var number, out var content) || !received.Add(number))
            return false;
        heardUdpAt = clock.GetTimestamp();
        // Behind a router the peer's datagrams come from another address than it knows of: answers go where it came from.
        if (heardFrom is null || !heardFrom.Equals(from))
        {
            var copy = new SocketAddress(from.Family, from.Size);
            from.Buffer.Span[..from.Size].CopyTo(copy.Buffer.Span);
            heardFrom = copy;
        }
        Take(kind, content);
        return true;
    }

    /// <summary>A frame of media or a report, by whatever way.</summary>
    internal void Take(MediaFrameKind kind, ReadOnlySpan<byte> content)
    {
        switch (kind)
        {
            case MediaFrameKind.Media when content.Length > MediaFrame.LegLength:
                taker(BinaryPrimitives.ReadUInt64BigEndian(content), content[MediaFrame.LegLength..]);
                break;
            case MediaFrameKind.Report when PathReport.TryRead(content, out var report):
                choice.Judge(report, isLinked: Stream is not null);
                break;
        }
    }

    private void Probe()
    {
        if (heardFrom is null && peer is { } met)
        {
            // Whoever names places where nobody answers has them asked at a pace that does no harm there.
            var asked = clock.GetElapsedTime(met.MetAt);
            if (asked > Eager && asked.Ticks % Eager.Ticks > Burst.Ticks)
                return;
        }
        SendUdp(MediaFrameKind.Probe, default, default, all: heardFrom is null);
    }

    private void SendUdp(MediaFrameKind kind, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, bool all)
    {
        if (peer is not { } to || rest.Length > LinkLimits.MaxDatagramBytes)
            return;
        Span<byte> frame = stackalloc byte[MediaFrame.Overhead + head.Length + rest.Length];
        var number = Interlocked.Increment(ref sent);
        MediaFrame.Write(frame, kind, to.Trunk, number, to.Key, head, rest);
        if (all)
        {
            foreach (var place in to.Places)
                port.Send(frame, place);
        }
        else if ((heardFrom ?? (to.Places.Count > 0 ? to.Places[0] : null)) is { } place)
            port.Send(frame, place);
    }
}
