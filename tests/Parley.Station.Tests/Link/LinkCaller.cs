using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Parley.Crypto;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Link;

/// <summary>Dials a station's link port as whoever the test likes to be, and sends what the station's own dialler never
/// would.</summary>
internal sealed class LinkCaller : IDisposable
{
    private readonly HttpMessageInvoker http;
    private readonly int port;

    private LinkCaller(
        LiveStation target,
        X509Certificate2? certificate,
        Version version,
        SslProtocols protocols,
        SslStreamCertificateContext? chain = null
    )
    {
        port = target.Folder.Port!.Value;
        Version = version;
        http = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions
                {
                    TargetHost = "parley",
                    EnabledSslProtocols = protocols,
                    LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
                    ClientCertificates = certificate is null ? null : [certificate],
                    ClientCertificateContext = chain,
                    RemoteCertificateValidationCallback = Pinned(target),
                },
            }
        );
    }

    private Version Version { get; }

    internal static LinkCaller As(StationFolder party, LiveStation target) =>
        new(target, CertificateOf(party), HttpVersion.Version20, SslProtocols.Tls13);

    internal static LinkCaller With(byte[] certificate, LinkKey key, LiveStation target) =>
        new(target, LinkCertificate.WithKey(certificate, key), HttpVersion.Version20, SslProtocols.Tls13);

    /// <summary>Whatever the caller is, it talks to the station that it means.</summary>
    internal static RemoteCertificateValidationCallback Pinned(LiveStation target) =>
        (_, presented, chain, _) =>
            LinkIdentity
                .Verify(presented as X509Certificate2, chain, TimeProvider.System.GetUtcNow(), dialled: true)
                .TryGet(out var identity, out _)
            && identity.Identity == target.Folder.Card.Identity;

    internal static X509Certificate2 CertificateOf(StationFolder party) =>
        LinkCertificate.WithKey(File.ReadAllBytes(party.Directory.LinkCertificate), party.Link);

    /// <summary>A sound certificate, bound to an identity that nobody knows.</summary>
    internal static LinkCaller AsStranger(LiveStation target)
    {
        using var identity = SigningKey.Generate();
        var key = LinkKey.Generate();
        return new LinkCaller(
            target,
            LinkCertificate.WithKey(LinkCertificate.Create(key, identity, TimeProvider.System.GetUtcNow()), key),
            HttpVersion.Version20,
            SslProtocols.Tls13
        );
    }

    /// <summary>Presents another certificate beside its own.</summary>
    internal static LinkCaller AsChain(StationFolder party, LiveStation target) =>
        new(target, null, HttpVersion.Version20, SslProtocols.Tls13, Chained(party));

    /// <summary>The party's key and identity in a certificate that others issued: the handshake presents it with the
    /// one above it.</summary>
    internal static SslStreamCertificateContext Chained(StationFolder party)
    {
        using var own = CertificateOf(party);
        using var key = own.GetECDsaPrivateKey()!;
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256),
            middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (from, until) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var root = Authority("CN=root", rootKey).CreateSelfSigned(from, until);
        using var issued = Authority("CN=middle", middleKey).Create(root, from, until, [1]);
        using var middle = issued.CopyWithPrivateKey(middleKey);
        var request = new CertificateRequest("CN=parley", key, HashAlgorithmName.SHA256);
        foreach (var extension in own.Extensions)
            request.CertificateExtensions.Add(extension);
        using var leaf = request.Create(middle, from, until, [2]);
        using var joined = leaf.CopyWithPrivateKey(key);
        // As TLS stacks want it: a key that is in memory alone is not presented everywhere.
        return SslStreamCertificateContext.Create(
            X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null),
            [issued, root],
            offline: true
        );

        static CertificateRequest Authority(string name, ECDsa with)
        {
            var authority = new CertificateRequest(name, with, HashAlgorithmName.SHA256);
            authority.CertificateExtensions.Add(
                new X509BasicConstraintsExtension(
                    certificateAuthority: true,
                    hasPathLengthConstraint: false,
                    pathLengthConstraint: 0,
                    critical: true
                )
            );
            return authority;
        }
    }

    internal static LinkCaller WithoutCertificate(LiveStation target) =>
        new(target, null, HttpVersion.Version20, SslProtocols.Tls13);

    /// <summary>A self-signed certificate of the usual kind: no extension binds it to an identity.</summary>
    internal static LinkCaller Unbound(LiveStation target)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = new CertificateRequest("CN=parley", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            now.AddDays(-1),
            now.AddDays(1)
        );
        return new LinkCaller(
            target,
            X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null),
            HttpVersion.Version20,
            SslProtocols.Tls13
        );
    }

    internal static LinkCaller Outdated(
        StationFolder party,
        LiveStation target,
        Version version,
        SslProtocols protocols
    ) => new(target, CertificateOf(party), version, protocols);

    /// <summary>Sends a request and reads its answer; throws when the station cuts it off.</summary>
    internal async Task<(int Status, string Text, byte[] Body)> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content = null
    )
    {
        using var message = new HttpRequestMessage(method, new Uri($"https://127.0.0.1:{port}{path}"))
        {
            Version = Version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        using var answer = await http.SendAsync(message, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, Encoding.UTF8.GetString(body), body);
    }

    /// <summary>Sends a request and gives its answer as it begins: for what stays open.</summary>
    internal Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, HttpContent? content = null) =>
        http.SendAsync(
            new HttpRequestMessage(method, new Uri($"https://127.0.0.1:{port}{path}"))
            {
                Version = Version,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = content,
            },
            TestContext.Current.CancellationToken
        );

    internal Task<(int Status, string Text, byte[] Body)> PostAsync(string path, byte[] body) =>
        SendAsync(HttpMethod.Post, path, Bytes(body));

    /// <summary>A request that must not be answered at all.</summary>
    internal async Task IsCutOffAsync(string path) =>
        Assert.IsAssignableFrom<Exception>(await Xunit.Record.ExceptionAsync(() => PostAsync(path, [1])));

    internal static ByteArrayContent Bytes(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }

    /// <summary>Connections that are made and then never say a word.</summary>
    internal static async Task<IReadOnlyList<Socket>> SilentAsync(LiveStation target, int count)
    {
        var sockets = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(
                new IPEndPoint(IPAddress.Loopback, target.Folder.Port!.Value),
                TestContext.Current.CancellationToken
            );
            sockets.Add(socket);
        }
        return sockets;
    }

    public void Dispose() => http.Dispose();
}

/// <summary>A request body that announces <paramref name="announced"/> bytes (null: says no length), sends
/// <paramref name="bytes"/>, and waits before it ends.</summary>
internal sealed class AwkwardContent(byte[] bytes, long? announced, Task? end = null) : HttpContent
{
    /// <summary>Completes when the bytes are on their way.</summary>
    internal TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
        Begun.TrySetResult();
        if (end is not null)
            await end;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = announced ?? 0;
        return announced is not null;
    }
}
