using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Link;

/// <summary>Connections that are refused before any request, and crowds of them: the station counts them, and its
/// honest peer does not notice.</summary>
public sealed class HostileConnectionTests : IAsyncLifetime
{
    /// <summary>What one peer may have under way, as the link port says.</summary>
    private const int AllowedAtOnce = 32;
    private LiveLine line = null!;
    private LiveStation us = null!,
        ru = null!;

    public async ValueTask InitializeAsync()
    {
        line = await LiveLine.StartAsync("us", "ru");
        (us, ru) = (line["us"], line["ru"]);
    }

    [Fact] // LINK-1
    public async Task Without_a_certificate_that_is_bound_to_an_identity_no_connection_comes_about()
    {
        using var anonymous = LinkCaller.WithoutCertificate(us);
        await anonymous.IsCutOffAsync("/parley/v1/");
        await us.UntilRefusedAsync(403, "no TLS 1.3 handshake with a client certificate", 1);

        using var unbound = LinkCaller.Unbound(us);
        await unbound.IsCutOffAsync("/parley/v1/");
        await us.UntilRefusedAsync(403, "the certificate is refused", 1);
        await ru.SealAsync(line.Id, "still here");
    }

    [Fact] // LINK-1, MESSAGES-2
    public async Task Older_TLS_and_older_HTTP_are_refused_even_with_a_known_certificate()
    {
        using var tls12 = LinkCaller.Outdated(ru.Folder, us, HttpVersion.Version20, SslProtocols.Tls12);
        await tls12.IsCutOffAsync("/parley/v1/");
        await us.UntilRefusedAsync(403, "no TLS 1.3 handshake", 1);
        using var http1 = LinkCaller.Outdated(ru.Folder, us, HttpVersion.Version11, SslProtocols.Tls13);
        await http1.IsCutOffAsync("/parley/v1/");
        await us.UntilRefusedAsync(403, "", 2);
        await SpeaksWithoutNegotiatingAsync();
        await us.UntilRefusedAsync(403, "", 3);
        await us.UntilAsync(
            async () => await us.RefusedAsync(403, "HTTP/2 was not asked for") is 1 or 2,
            "HTTP/2 asked for"
        ); // ALPN may fail within the handshake
        await ru.SealAsync(line.Id, "still here");
    }

    [Fact] // LINK-1
    public async Task An_impostor_at_the_peers_address_is_given_nothing()
    {
        await ru.StopAsync();
        await using var impostor = new LiveStation(
            StationFolder.Make(line.Spare("impostor"), "ru", at: ru.Folder.Port)
        );
        await impostor.StartAsync();
        Assert.Equal(201, (await us.SendAsync(line.Id, "for ru's eyes")).Status);
        await us.UntilAsync(
            async () =>
                (await us.PeerAsync(line.Id, ru.Party))
                    .GetProperty("lastError")
                    .GetString()
                    ?.Contains("not the pinned one", StringComparison.Ordinal) == true,
            "the impostor found out"
        );
        await impostor.StopAsync();
        Assert.Equal(1UL, (await us.PeerAsync(line.Id, ru.Party)).GetProperty("ourSizeSealed").GetUInt64());
        await ru.StartAsync();
        await us.UntilSealedAsync(line.Id, 2);
    }

    /// <summary>TLS as wanted, but no protocol named in the handshake (ALPN), then HTTP/1.1.</summary>
    private async Task SpeaksWithoutNegotiatingAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(
            new IPEndPoint(IPAddress.Loopback, us.Folder.Port!.Value),
            TestContext.Current.CancellationToken
        );
        await using var tls = new SslStream(new NetworkStream(socket), false, LinkCaller.Pinned(us));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "parley",
                ClientCertificates = [LinkCaller.CertificateOf(ru.Folder)],
            },
            TestContext.Current.CancellationToken
        );
        try
        {
            await tls.WriteAsync(
                Encoding.ASCII.GetBytes("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"),
                TestContext.Current.CancellationToken
            );
            Assert.Equal(0, await tls.ReadAsync(new byte[100], TestContext.Current.CancellationToken));
        }
        catch (IOException)
        {
            // cut off
        }
    }

    [Fact] // LINK-19
    public async Task Of_sixty_four_requests_at_once_those_over_the_limit_get_429_and_honest_traffic_goes_on()
    {
        // Both sides are honest here except in their haste: ru's own key asks 64 things and withholds every body.
        const int requests = 2 * AllowedAtOnce;
        using var hasty = LinkCaller.As(ru.Folder, us);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var contents = Enumerable
            .Range(0, requests)
            .Select(_ => new AwkwardContent([(byte)'{'], 2, release.Task))
            .ToList();
        var asked = contents
            .Select(content => hasty.SendAsync(HttpMethod.Post, $"/parley/v1/lines/{line.Id}/heartbeat", content))
            .ToList();
        await us.UntilAsync(
            async () => await us.RefusedAsync(429, "too many requests under way") >= requests - AllowedAtOnce,
            "the requests over the limit refused"
        );
        await us.SealAsync(line.Id, "still here"); // ru answers us on our own connection
        release.SetResult();

        var answered = new List<int>();
        foreach (var task in asked)
        {
            try
            {
                answered.Add((await task).Status);
            }
            catch (HttpRequestException)
            {
                answered.Add(0); // the body ends short of its length: reset
            }
        }
        Assert.Equal(requests, answered.Count);
        Assert.InRange(answered.Count(s => s == 429), 1, requests - AllowedAtOnce + 2); // ru's own heartbeats may take a place
        await ru.SealAsync(line.Id, "and goes on");
    }

    [Fact] // LINK-3
    public async Task A_sender_that_dawdles_is_cut_off_and_writes_nothing()
    {
        using var slow = LinkCaller.As(ru.Folder, us);
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var content = new AwkwardContent([0, 0], 100_000, never.Task);
        var sent = slow.SendAsync(HttpMethod.Post, $"/parley/v1/feeds/{line.Id}/ru", content);
        await content.Begun.Task;
        await ru.SealAsync(line.Id, "beside the slow one");
        await us.UntilRefusedAsync(400, "truncated", 1); // after the seconds that a body may stand still
        never.SetResult();
        await Xunit.Record.ExceptionAsync(() => sent);
        Assert.True(await us.IsReadyAsync());
    }

    [Fact] // LINK-1
    public async Task Two_hundred_connections_that_say_nothing_do_not_keep_an_honest_peer_out()
    {
        var silent = await LinkCaller.SilentAsync(us, 200);
        await ru.StopAsync();
        await ru.StartAsync(); // so that it has to dial anew, through the crowd
        await ru.SealAsync(line.Id, "through the crowd");
        foreach (var socket in silent)
            socket.Dispose();
        await us.UntilAsync(
            async () =>
                await us.RefusedAsync(403, "no TLS 1.3 handshake")
                    + await us.RefusedAsync(429, "connections that show no identity")
                == 200,
            "all of them counted"
        );
        Assert.True(await us.IsReadyAsync());
    }

    [Fact] // LINK-19
    public async Task A_flood_of_strangers_is_counted_to_the_last_one_and_delays_nobody_for_long()
    {
        const int requests = 3000;
        using var stranger = LinkCaller.AsStranger(us);
        var answered = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, requests),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = 32,
                CancellationToken = TestContext.Current.CancellationToken,
            },
            async (_, _) =>
            {
                try
                {
                    Assert.Contains(
                        (await stranger.PostAsync($"/parley/v1/feeds/{line.Id}/ru", [1])).Status,
                        new[] { 403, 429 }
                    );
                    Interlocked.Increment(ref answered);
                }
                catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.HttpProtocolError)
                {
                    // Told to calm down before its request was read (RFC 9113, ENHANCE_YOUR_CALM): a busy station drops
                    // streams of a connection that floods.
                }
            }
        );
        await ru.SealAsync(line.Id, "after the flood");
        await us.UntilAsync(
            async () =>
                await us.RefusedAsync(403, "unknown key")
                    + await us.RefusedAsync(429, "requests a second of identities on no line")
                >= answered,
            "every one that was answered is counted"
        );
    }

    public async ValueTask DisposeAsync() => await line.DisposeAsync();
}
