using System.Net.Sockets;

namespace Parley.Station.Link;

/// <summary>Starts servers, and says where they cannot listen.</summary>
internal static class Listening
{
    /// <param name="app">The server.</param>
    /// <param name="what">What listens there, and where, in words.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="IOException">It cannot listen there; the message says where and why.</exception>
    internal static async Task StartAsync(WebApplication app, string what, CancellationToken ct)
    {
        try
        {
            await app.StartAsync(ct);
        }
        catch (SocketException e)
        {
            throw new IOException($"{what} cannot be listened on: {e.Message}", e);
        }
    }
}
