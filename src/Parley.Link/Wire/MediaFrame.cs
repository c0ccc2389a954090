using System.Buffers.Binary;
using Parley.Crypto;

namespace Parley.Link.Wire;

/// <summary>What stands in a frame between two stations that hold a call. The numbers are part of the protocol.
/// CALL-12.</summary>
public enum MediaFrameKind : byte
{
    /// <summary>How the sender can be reached by datagrams (<see cref="CallHello"/>); only over the link.</summary>
    Hello = 1,

    /// <summary>A message of one console to another (<see cref="CallSignal"/>); only over the link.</summary>
    Signal = 2,

    /// <summary>A datagram of a console, which no station can read: leg, and the datagram.</summary>
    Media = 3,

    /// <summary>What has come by datagrams lately (<see cref="PathReport"/>).</summary>
    Report = 4,

    /// <summary>Nothing: to see whether it comes.</summary>
    Probe = 5,
}

/// <summary>
/// A datagram between two stations: 0xF1 ‖ kind ‖ trunk (8) ‖ number (4) ‖ what it carries ‖ code (8). The trunk and the
/// key of the code were chosen by its receiver and came over the link. STUN, DTLS and RTP begin with other bytes, so one
/// port serves all. CALL-12.
/// </summary>
public static class MediaFrame
{
    /// <summary>No first byte of STUN, TURN, DTLS, RTP or RTCP (RFC 7983).</summary>
    public const byte First = 0xF1;
    public const int HeaderLength = 14;
    public const int Overhead = HeaderLength + Hmac.ShortLength;
    public const int LegLength = 8;

    /// <summary>Writes a frame.</summary>
    /// <returns>Its length.</returns>
    public static int Write(
        Span<byte> to,
        MediaFrameKind kind,
        ulong trunk,
        uint number,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> head,
        ReadOnlySpan<byte> rest
    )
    {
        to[0] = First;
        to[1] = (byte)kind;
        BinaryPrimitives.WriteUInt64BigEndian(to[2..], trunk);
        BinaryPrimitives.WriteUInt32BigEndian(to[10..], number);
        head.CopyTo(to[HeaderLength..]);
        rest.CopyTo(to[(HeaderLength + head.Length)..]);
        var end = HeaderLength + head.Length + rest.Length;
        BinaryPrimitives.WriteUInt64BigEndian(to[end..], Hmac.Short(key, to[..end]));
        return end + Hmac.ShortLength;
    }

    /// <summary>For which trunk a datagram is; false where it is no frame.</summary>
    public static bool TryTrunk(ReadOnlySpan<byte> datagram, out ulong trunk)
    {
        trunk = datagram.Length >= Overhead ? BinaryPrimitives.ReadUInt64BigEndian(datagram[2..]) : 0;
        return datagram.Length >= Overhead && datagram[0] == First;
    }

    /// <summary>What an authentic frame carries; false for any other.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> datagram,
        ReadOnlySpan<byte> key,
        out MediaFrameKind kind,
        out uint number,
        out ReadOnlySpan<byte> content
    )
    {
        kind = default;
        number = 0;
        content = default;
        if (datagram.Length < Overhead)
            return false;
        var end = datagram.Length - Hmac.ShortLength;
        if (!Hmac.IsShort(key, datagram[..end], datagram[end..]))
            return false;
        kind = (MediaFrameKind)datagram[1];
        number = BinaryPrimitives.ReadUInt32BigEndian(datagram[10..]);
        content = datagram[HeaderLength..end];
        return kind is MediaFrameKind.Media or MediaFrameKind.Report or MediaFrameKind.Probe;
    }
}

/// <summary>What a station says of the datagrams of its peer: the peer's choice of the way goes by this alone.
/// CALL-13.</summary>
/// <param name="Alive">True where one has come within the last second.</param>
/// <param name="Received">Datagrams that came since the trunk began, as far as 32 bits count.</param>
/// <param name="Highest">The highest number that came.</param>
public readonly record struct PathReport(bool Alive, uint Received, uint Highest)
{
    public const int Length = 9;

    public void Write(Span<byte> to)
    {
        to[0] = Alive ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(to[1..], Received);
        BinaryPrimitives.WriteUInt32BigEndian(to[5..], Highest);
    }

    public static bool TryRead(ReadOnlySpan<byte> from, out PathReport report)
    {
        report = default;
        if (from.Length != Length || from[0] > 1)
            return false;
        report = new(
            from[0] == 1,
            BinaryPrimitives.ReadUInt32BigEndian(from[1..]),
            BinaryPrimitives.ReadUInt32BigEndian(from[5..])
        );
        return true;
    }
}
