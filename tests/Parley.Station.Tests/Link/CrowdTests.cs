using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Parley.Contract;
using Parley.Station.Api;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Link;

/// <summary>Crowds, half connections, floods and bombs at the link port and at the console's port. Each time the honest
/// peer's entries and the officers' requests go on. Alone in the process, which is asked what it has allocated.</summary>
[CollectionDefinition(nameof(CrowdTests), DisableParallelization = true)]
[Collection(nameof(CrowdTests))]
public sealed class CrowdTests : IAsyncLifetime
{
    private const int Crowd = 1_000;
    private const int Half = 150;
    private const int Flood = 3_000;
    private readonly List<Socket> sockets = [];
    private LiveLine line = null!;
    private LiveStation us = null!,
        ru = null!;

    public async ValueTask InitializeAsync()
    {
        line = await LiveLine.StartAsync("us", "ru");
        (us, ru) = (line["us"], line["ru"]);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<Socket> DialAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        sockets.Add(socket);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), Stop);
        return socket;
    }

    private int LinkPort => us.Folder.Port!.Value;

    private HttpClient Officer(bool withToken)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = new Uri(us.Api, "/api/v1/"),
            Timeout = TimeSpan.FromSeconds(60),
        };
        if (withToken)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer",
                File.ReadAllText(us.Folder.Directory.Token).Trim()
            );
        return client;
    }

    private async Task HonestTrafficGoesOnAsync(string text)
    {
        await ru.SealAsync(line.Id, $"{text}, from ru");
        await us.SealAsync(line.Id, $"{text}, from us"); // over the Unix socket
        using var officer = Officer(withToken: true);
        using var answer = await officer.GetAsync($"lines/{line.Id}", Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact] // LINK-8
    public async Task A_thousand_idle_connections_at_each_port_keep_neither_the_peer_nor_the_officers_out()
    {
        for (var i = 0; i < Crowd; i++)
        {
            await DialAsync(LinkPort);
            await DialAsync(us.Api.Port);
        }
        await ru.StopAsync();
        await ru.StartAsync(); // so that it has to dial anew, through the crowd
        await HonestTrafficGoesOnAsync("through the crowd");
    }

    [Fact] // LINK-8
    public async Task More_idle_connections_than_the_console_takes_end_its_oldest_and_not_an_officers()
    {
        using var officer = Officer(withToken: true);
        Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync($"lines/{line.Id}", Stop)).StatusCode);
        using var follower = await officer.GetStreamAsync(new Uri($"events?line={line.Id}", UriKind.Relative), Stop);
        var oldest = await DialAsync(us.Api.Port);
        for (var i = 0; i < ApiHost.MaxConnections + 100; i++)
            await DialAsync(us.Api.Port);
        Assert.Equal(0, await ReadOrResetAsync(oldest)); // the oldest that showed nothing is gone
        await HonestTrafficGoesOnAsync("past the limit");
        Assert.True(await follower.ReadAsync(new byte[1], Stop) > 0); // and the officer's stream, which is older, goes on
    }

    private static async Task<int> ReadOrResetAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], Stop);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    [Fact] // LINK-3
    public async Task Connections_that_stop_in_the_middle_of_a_handshake_or_a_request_or_close_one_half_hold_nobody_up()
    {
        for (var i = 0; i < Half; i++)
        {
            var hello = await DialAsync(LinkPort);
            await hello.SendAsync(
                new byte[] { 0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03 },
                Stop
            ); // the head of a ClientHello that promises 512 bytes
            var headers = await DialAsync(us.Api.Port);
            await headers.SendAsync(
                Encoding.ASCII.GetBytes("POST /api/v1/lines/x/entries HTTP/1.1\r\nHost: localhost\r\nContent-Le"),
                Stop
            );
            var body = await DialAsync(us.Api.Port);
            await body.SendAsync(
                Encoding.ASCII.GetBytes(
                    "POST /api/v1/session/passkey HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
                ),
                Stop
            );
            if (i % 2 != 0)
                continue;
            hello.Shutdown(SocketShutdown.Send); // half-open: it will say nothing more, and listens on
            body.Shutdown(SocketShutdown.Send);
        }
        using var certificate = LinkCaller.CertificateOf(ru.Folder);
        var proven = new SslStream(new NetworkStream(await DialAsync(LinkPort)), false, LinkCaller.Pinned(us));
        await proven.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "parley",
                ClientCertificates = [certificate],
                ApplicationProtocols = [SslApplicationProtocol.Http2],
            },
            Stop
        );
        await proven.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Stop); // and then no settings
        await HonestTrafficGoesOnAsync("beside the halves");
        await proven.DisposeAsync();
    }

    [Fact]
    public async Task A_flood_of_requests_at_the_console_is_refused_one_by_one_and_delays_nobody_for_long()
    {
        using var stranger = Officer(withToken: false);
        var refused = 0;
        var flood = Parallel.ForEachAsync(
            Enumerable.Range(0, Flood),
            new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Stop },
            async (i, ct) =>
            {
                using var answer =
                    i % 3 == 0
                        ? await stranger.PostAsync($"lines/{line.Id}/entries", Json("{\"kind\":\"message.sent\"}"), ct)
                        : await stranger.GetAsync(i % 3 == 1 ? $"lines/{line.Id}" : "station", ct);
                if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                    Interlocked.Increment(ref refused);
            }
        );
        await HonestTrafficGoesOnAsync("in the flood");
        await flood;
        Assert.Equal(Flood, refused);
        await HonestTrafficGoesOnAsync("after the flood");
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    /// <summary>200 MiB of zeros in 200 KiB: less than any request may be long.</summary>
    private static readonly Lazy<byte[]> Packed = new(() =>
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 200; i++)
                gzip.Write(zeros);
        }
        return packed.ToArray();
    });

    private static ByteArrayContent Bomb(string type)
    {
        var content = new ByteArrayContent(Packed.Value);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    [Fact] // LINK-2
    public async Task Decompression_bombs_are_never_unpacked_at_either_port()
    {
        _ = Packed.Value;
        var before = GC.GetTotalAllocatedBytes();
        using var peer = LinkCaller.As(ru.Folder, us);
        foreach (var path in new[] { $"/parley/v1/feeds/{line.Id}/ru", $"/parley/v1/lines/{line.Id}/heartbeat" })
        {
            using var bomb = Bomb("application/octet-stream");
            Assert.Contains((await peer.SendAsync(HttpMethod.Post, path, bomb)).Status, new[] { 400, 413, 415 });
        }
        using var officer = Officer(withToken: true);
        foreach (var path in new[] { $"lines/{line.Id}/entries", $"lines/{line.Id}/off-record" })
        {
            using var bomb = Bomb("application/json");
            using var answer = await officer.PostAsync(path, bomb, Stop);
            Assert.Contains((int)answer.StatusCode, new[] { 400, 413, 415 });
        }
        Assert.True(GC.GetTotalAllocatedBytes() - before < 150L << 20, "something unpacked 200 MiB");
        await HonestTrafficGoesOnAsync("after the bombs");
    }

    [Fact] // LINK-2
    public async Task Headers_without_end_are_cut_off_at_both_ports()
    {
        using var peer = LinkCaller.As(ru.Folder, us);
        var endless = new string('a', 60_000);
        var content = LinkCaller.Bytes([1]);
        content.Headers.Add("x-endless", endless);
        try
        {
            Assert.InRange(
                (await peer.SendAsync(HttpMethod.Post, $"/parley/v1/lines/{line.Id}/heartbeat", content)).Status,
                400,
                499
            );
        }
        catch (HttpRequestException)
        {
            // the stream or the connection is reset
        }
        using var officer = Officer(withToken: true);
        officer.DefaultRequestHeaders.Add("x-endless", endless);
        using var answer = await officer.GetAsync($"lines/{line.Id}", Stop);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
        await HonestTrafficGoesOnAsync("after the headers");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in sockets)
            socket.Dispose();
        await line.DisposeAsync();
    }
}
