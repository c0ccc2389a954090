using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Parley.EndToEnd.Documents;

/// <summary>Stands between a client and a station's API and loses the answer to the first act: the station has done it,
/// and the client cannot know.</summary>
internal sealed class LossyProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Uri station;
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private int lost;

    internal LossyProxy(Uri station)
    {
        this.station = station;
        listener.Start();
        accepting = AcceptAsync();
    }

    internal Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Acts whose answers were lost.</summary>
    internal int Lost => lost;

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = PassAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        using (var upstream = new TcpClient())
        {
            try
            {
                await upstream.ConnectAsync(station.Host, station.Port, stop.Token);
                var losing = new TaskCompletionSource();
                await Task.WhenAny(
                    UpAsync(client.GetStream(), upstream.GetStream(), losing),
                    DownAsync(upstream.GetStream(), client.GetStream(), losing.Task)
                );
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One of the two has gone.
            }
        }
    }

    private async Task UpAsync(NetworkStream from, NetworkStream to, TaskCompletionSource losing)
    {
        var buffer = new byte[1 << 16];
        for (int read; (read = await from.ReadAsync(buffer, stop.Token)) > 0; )
        {
            var text = Encoding.Latin1.GetString(buffer, 0, read);
            if (text.StartsWith("POST ", StringComparison.Ordinal) && Interlocked.CompareExchange(ref lost, 1, 0) == 0)
                losing.TrySetResult();
            // A station answers to its own name alone.
            var named = text.Replace(Address.Authority, station.Authority, StringComparison.OrdinalIgnoreCase);
            await to.WriteAsync(Encoding.Latin1.GetBytes(named), stop.Token);
        }
    }

    private async Task DownAsync(NetworkStream from, NetworkStream to, Task losing)
    {
        var buffer = new byte[1 << 16];
        for (int read; (read = await from.ReadAsync(buffer, stop.Token)) > 0; )
        {
            if (losing.IsCompleted)
                return; // it is done there, and nobody hears of it
            await to.WriteAsync(buffer.AsMemory(0, read), stop.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }
}
