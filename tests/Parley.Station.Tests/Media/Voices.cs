using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Crypto;

namespace Parley.Station.Tests.Media;

/// <summary>A console's socket, as far as a relay sees one: it asks by STUN, and hears what comes.</summary>
internal sealed class ConsoleSocket : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    internal ConsoleSocket()
    {
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.ReceiveTimeout = 5_000;
    }

    internal IPEndPoint Address => (IPEndPoint)socket.LocalEndPoint!;

    internal void Send(byte[] datagram, IPEndPoint to) => socket.SendTo(datagram, to);

    /// <summary>What came, or null where nothing does in time.</summary>
    internal byte[]? Receive(int milliseconds = 5_000)
    {
        socket.ReceiveTimeout = milliseconds;
        var buffer = new byte[2_048];
        try
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            return buffer[..socket.ReceiveFrom(buffer, ref from)];
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>A STUN binding request: USERNAME and MESSAGE-INTEGRITY, as a browser makes it.</summary>
    internal static byte[] Request(string user, string password, byte[]? transaction = null)
    {
        var name = Encoding.ASCII.GetBytes(user);
        var padded = (name.Length + 3) & ~3;
        var message = new byte[20 + 4 + padded + 24];
        BinaryPrimitives.WriteUInt16BigEndian(message, 0x0001);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(message.Length - 20));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), 0x2112A442);
        (transaction ?? Randomness.Bytes(12)).CopyTo(message, 8);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(20), 0x0006);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(22), (ushort)name.Length);
        name.CopyTo(message, 24);
        var at = 24 + padded;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at), 0x0008);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 2), 20);
        Hmac.Sha1(Encoding.ASCII.GetBytes(password), message.AsSpan(0, at), message.AsSpan(at + 4));
        return message;
    }

    /// <summary>A datagram that no station can read, as SRTP begins.</summary>
    internal static byte[] Voice(byte number) => [0x80, 111, 0, number, 1, 2, 3, 4, 5, 6, 7, 8];

    public void Dispose() => socket.Dispose();
}
