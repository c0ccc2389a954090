using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Conformance.Peer;

/// <summary>What a station answered; status 0 where it answered nothing, and then why.</summary>
internal sealed record Answer(int Status, string Type, byte[] Body)
{
    internal string Text => Encoding.UTF8.GetString(Body);

    /// <summary>As a report shows it.</summary>
    internal string Shown
    {
        get
        {
            var line = Text.Split('\n')[0];
            return $"{Status} {(line.Length > 120 ? line[..120] : line)}".TrimEnd();
        }
    }
}

/// <summary>Dials the station under test, with whatever certificate a check wants.</summary>
internal sealed class Caller : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35);
    private const int MaxAnswer = 4 << 20;

    private readonly HttpMessageInvoker http;
    private readonly string address;
    private readonly Version version;

    internal Caller(
        string address,
        Card station,
        X509Certificate2? certificate,
        TimeProvider clock,
        Version? version = null,
        SslProtocols protocols = SslProtocols.Tls13,
        SslApplicationProtocol? alpn = null
    )
    {
        this.address = address;
        this.version = version ?? HttpVersion.Version20;
        http = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                EnableMultipleHttp2Connections = false,
                SslOptions = new SslClientAuthenticationOptions
                {
                    TargetHost = "parley",
                    EnabledSslProtocols = protocols,
                    ApplicationProtocols = alpn is { } named ? [named] : null,
                    LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
                    ClientCertificates = certificate is null ? null : [certificate],
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    RemoteCertificateValidationCallback = (_, presented, chain, _) =>
                        IsStation(presented as X509Certificate2, chain, station, clock),
                },
            }
        );
    }

    /// <summary>The suite talks to the station that it means and to no other. LINK-1.</summary>
    private static bool IsStation(X509Certificate2? presented, X509Chain? chain, Card station, TimeProvider clock) =>
        LinkIdentity.Verify(presented, chain, clock.GetUtcNow(), dialled: true).TryGet(out var found, out _)
        && found.Identity == station.Identity
        && found.SubjectPublicKeyInfo.Span.SequenceEqual(station.LinkTls);

    internal Task<Answer> PostAsync(string path, byte[] body, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, path, Bytes(body), ct);

    internal Task<Answer> PostAsync(string path, string body, CancellationToken ct) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), ct);

    internal static ByteArrayContent Bytes(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }

    internal async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(method, new Uri($"https://{address}{path}"))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var response = await http.SendAsync(message, limit.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
            return body.Length > MaxAnswer
                ? new Answer(0, "", Encoding.UTF8.GetBytes("an answer beyond every limit"))
                : new Answer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", body);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            return new Answer(0, "", Encoding.UTF8.GetBytes($"no answer: {e.Message}"));
        }
    }

    public void Dispose() => http.Dispose();
}

/// <summary>A body that does not say how long it is.</summary>
internal sealed class UnmeasuredContent(byte[] bytes) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        stream.WriteAsync(bytes).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
