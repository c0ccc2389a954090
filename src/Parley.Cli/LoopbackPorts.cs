using System.Net;
using System.Net.Sockets;

namespace Parley.Cli;

/// <summary>Ports of this machine's loopback that are free now.</summary>
internal static class LoopbackPorts
{
    /// <summary>All are held until all are known, so that none comes twice.</summary>
    internal static int[] Free(int count)
    {
        var held = new List<TcpListener>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                held.Add(listener);
            }
            return [.. held.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in held)
                listener.Stop();
        }
    }
}
