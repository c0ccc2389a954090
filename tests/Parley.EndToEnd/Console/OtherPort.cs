using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>
/// Another port of the station's host, held by somebody else: a web server that notes what it is sent, and answers with
/// pages that a test gives it. To a
/// browser it is the same host, and another origin.
/// </summary>
internal sealed class OtherPort : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;
    private readonly ConcurrentDictionary<string, string> pages = new(StringComparer.Ordinal);

    internal OtherPort(IPAddress host)
    {
        listener = new TcpListener(host, 0);
        listener.Start();
        serving = ServeAsync();
    }

    internal string Origin => $"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>The cookies that came with its requests, whatever they were for.</summary>
    internal ConcurrentQueue<string> Cookies { get; } = new();

    /// <summary>What a path answers with.</summary>
    /// <param name="path">The path.</param>
    /// <param name="page">The page's HTML.</param>
    /// <param name="headers">Further lines of the answer's head.</param>
    internal OtherPort With(string path, string page, params string[] headers)
    {
        var body = Encoding.UTF8.GetByteCount(page);
        pages[path] = string.Join(
            "\r\n",
            [
                "HTTP/1.1 200 OK",
                "Content-Type: text/html; charset=utf-8",
                $"Content-Length: {body}",
                "Connection: close",
                .. headers,
                "",
                page,
            ]
        );
        return this;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            var path = (await reader.ReadLineAsync(stop.Token))?.Split(' ') is [_, var asked, ..] ? asked : "/";
            while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } line)
            {
                if (line.StartsWith("Cookie: ", StringComparison.OrdinalIgnoreCase))
                    Cookies.Enqueue(line["Cookie: ".Length..]);
            }
            await stream.WriteAsync(
                Encoding.UTF8.GetBytes(
                    pages.GetValueOrDefault(
                        path,
                        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    )
                ),
                stop.Token
            );
        }
        catch (IOException)
        {
            // a browser that opened a connection in advance and did not want it
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving.WaitAsync(TestContext.Current.CancellationToken);
        stop.Dispose();
    }
}
