using System.Net;
using System.Net.Sockets;

namespace Parley.EndToEnd.Console;

/// <summary>A wire for datagrams in front of a station's relay port: it carries them both ways, loses some, keeps them
/// for a while, or is cut.</summary>
internal sealed class DatagramProxy : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly IPEndPoint station;
    private readonly Random random = new(11);
    private EndPoint? other;

    internal DatagramProxy(string station)
    {
        this.station = IPEndPoint.Parse(station);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        new Thread(Carry) { IsBackground = true }.Start();
    }

    internal string Address => socket.LocalEndPoint!.ToString()!;

    /// <summary>Nothing passes.</summary>
    internal volatile bool IsCut;

    /// <summary>Of a hundred, so many are lost.</summary>
    internal volatile int LostOfHundred;

    /// <summary>So many passed.</summary>
    internal int Carried;

    private void Carry()
    {
        var buffer = new byte[2_048];
        try
        {
            while (true)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var length = socket.ReceiveFrom(buffer, ref from);
                var isFromStation = from.Equals(station);
                if (!isFromStation)
                    other = from;
                if (IsCut || random.Next(100) < LostOfHundred)
                    continue;
                var to = isFromStation ? other : station;
                if (to is null)
                    continue;
                Interlocked.Increment(ref Carried);
                socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, to);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    public void Dispose() => socket.Dispose();
}
