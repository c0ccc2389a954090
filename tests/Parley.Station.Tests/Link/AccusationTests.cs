using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Crypto;
using Parley.Station.Link;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Link;

/// <summary>A peer that cannot be talked to is told apart from somebody else in its place: an officer who reads that
/// another one answers must be able to believe it.</summary>
public sealed class AccusationTests : IAsyncLifetime
{
    private LiveLine line = null!;
    private LiveStation us = null!,
        ru = null!;

    public async ValueTask InitializeAsync()
    {
        line = await LiveLine.StartAsync("us", "ru");
        (us, ru) = (line["us"], line["ru"]);
        await ru.StopAsync();
    }

    /// <summary>Answers at ru's address with TLS of its own; the connection ends when the handshake has.</summary>
    private sealed class Answering : IAsyncDisposable
    {
        private readonly TcpListener listener;
        private readonly CancellationTokenSource stop = new();
        private readonly Task loop;

        internal Answering(int port, Func<SslServerAuthenticationOptions>? how)
        {
            listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            loop = Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    try
                    {
                        using var client = await listener.AcceptTcpClientAsync(stop.Token);
                        if (how is null)
                        {
                            await client
                                .GetStream()
                                .WriteAsync("220 mail.example ready, and in no hurry\r\n"u8.ToArray(), stop.Token);
                            continue;
                        }
                        await using var tls = new SslStream(client.GetStream());
                        await tls.AuthenticateAsServerAsync(how(), stop.Token);
                        _ = await tls.ReadAtLeastAsync(new byte[1024], 1, throwOnEndOfStream: false, stop.Token);
                    }
                    catch (Exception e)
                        when (e
                                is IOException
                                    or AuthenticationException
                                    or OperationCanceledException
                                    or SocketException
                        )
                    {
                        // the station hung up; the next one comes
                    }
                }
            });
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await loop;
            listener.Stop();
            stop.Dispose();
        }
    }

    private static X509Certificate2 Unbound()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = new CertificateRequest("CN=parley", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            now.AddDays(-1),
            now.AddDays(1)
        );
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Certificate2 Stranger()
    {
        using var identity = SigningKey.Generate();
        var key = LinkKey.Generate();
        return LinkCertificate.WithKey(LinkCertificate.Create(key, identity, TimeProvider.System.GetUtcNow()), key);
    }

    private SslServerAuthenticationOptions Options(string what) =>
        new()
        {
            ServerCertificateContext = what == "chain" ? LinkCaller.Chained(ru.Folder) : null,
            ServerCertificate = what switch
            {
                "chain" => null,
                "unbound" => Unbound(),
                "stranger" => Stranger(),
                _ => LinkCaller.CertificateOf(ru.Folder),
            },
            EnabledSslProtocols = what == "TLS 1.2" ? SslProtocols.Tls12 : SslProtocols.Tls13,
            ApplicationProtocols = what switch
            {
                "no ALPN" => null,
                "http/1.1" => [SslApplicationProtocol.Http11],
                _ => [SslApplicationProtocol.Http2],
            },
        };

    [Theory] // LINK-87, LINK-88
    [InlineData("no ALPN", LinkFailure.NoHttp2)]
    [InlineData("http/1.1", LinkFailure.NoHttp2)]
    [InlineData("TLS 1.2", LinkFailure.NoTls13)]
    [InlineData("unbound", "the peer's certificate is refused: link certificate: no libp2p identity extension")]
    [InlineData(
        "chain",
        "the peer's certificate is refused: link certificate: the peer presented more than one certificate"
    )]
    [InlineData("no TLS", LinkFailure.NoTls)]
    [InlineData("stranger", "somebody else answers there: the certificate's identity is not the pinned one")]
    public async Task What_is_wrong_with_who_answers_is_said_in_our_words_and_another_identity_only_where_there_is_one(
        string what,
        string told
    )
    {
        await using var answering = new Answering(ru.Folder.Port!.Value, what == "no TLS" ? null : () => Options(what));
        Assert.Equal(201, (await us.SendAsync(line.Id, "for ru's eyes")).Status);
        await us.UntilAsync(
            async () => (await us.PeerAsync(line.Id, ru.Party)).GetProperty("lastError").GetString() == told,
            told
        );
        Assert.Equal(1UL, (await us.PeerAsync(line.Id, ru.Party)).GetProperty("ourSizeSealed").GetUInt64());
    }

    [Fact] // LINK-88
    public async Task A_peer_that_dials_with_another_certificate_beside_its_own_is_cut_off_and_the_operator_sees_why()
    {
        using var alone = LinkCaller.As(ru.Folder, us);
        var path = new HandheldFeed(ru.Folder, line.Document).Path;
        Assert.NotEqual(403, (await alone.PostAsync(path, [1])).Status);
        using var chained = LinkCaller.AsChain(ru.Folder, us);
        await chained.IsCutOffAsync(path);
        await us.UntilAsync(
            async () => await us.RefusedAsync(403, "the peer presented more than one certificate") > 0,
            "the reason told"
        );
    }

    public async ValueTask DisposeAsync() => await line.DisposeAsync();
}
