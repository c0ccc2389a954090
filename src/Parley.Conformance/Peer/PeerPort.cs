using System.Net;
using System.Security.Authentication;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Parley.Crypto;

namespace Parley.Conformance.Peer;

/// <summary>A request of the station to the suite, and when it came.</summary>
internal sealed record Heard(DateTimeOffset At, string Method, string Path, byte[] Body);

/// <summary>
/// Where the station under test dials the suite. What is answered is <see cref="Answering"/>'s, which a check may put
/// another in the place of; everything that came is kept.
/// </summary>
internal sealed class PeerPort : IAsyncDisposable
{
    /// <summary>In the place of a status: the connection is cut.</summary>
    internal const int CutOff = 0;
    private const int MaxKept = 100_000;
    private readonly Lock gate = new();
    private readonly List<Heard> heard = [];
    private readonly TimeProvider clock;
    private WebApplication? web;

    internal PeerPort(TimeProvider clock) => this.clock = clock;

    /// <summary>Gives the status, the media type and the bytes of an answer.</summary>
    internal Func<Heard, CancellationToken, Task<(int Status, string Type, byte[] Body)>>? Answering { get; set; }

    /// <summary>Whose certificate may come; null while the line is not made yet.</summary>
    internal PublicKey? Station { get; set; }

    internal IReadOnlyList<Heard> Heard
    {
        get
        {
            lock (gate)
                return [.. heard];
        }
    }

    /// <summary>Listens; the certificate is made once the port is known, before anybody is told of it.</summary>
    internal async Task<int> StartAsync(
        IPAddress host,
        int port,
        Func<System.Security.Cryptography.X509Certificates.X509Certificate2> certificate,
        CancellationToken ct
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = 4 << 20;
                kestrel.Listen(
                    host,
                    port,
                    endpoint =>
                    {
                        endpoint.Protocols = HttpProtocols.Http2;
                        endpoint.UseHttps(https =>
                        {
                            https.ServerCertificateSelector = (_, _) => certificate();
                            https.SslProtocols = SslProtocols.Tls13;
                            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                            https.CheckCertificateRevocation = false;
                            https.ClientCertificateValidation = (presented, chain, errors) =>
                                LinkIdentity
                                    .Verify(presented, chain, clock.GetUtcNow(), dialled: false)
                                    .TryGet(out var found, out _)
                                && found.Identity == Station;
                        });
                    }
                );
            });
        web = builder.Build();
        web.Run(AnswerAsync);
        await web.StartAsync(ct).ConfigureAwait(false);
        var address = web
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        return new Uri(address).Port;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted).ConfigureAwait(false);
        var request = new Heard(
            clock.GetUtcNow(),
            http.Request.Method,
            http.Request.Path.Value + http.Request.QueryString.Value,
            body.ToArray()
        );
        lock (gate)
        {
            if (heard.Count < MaxKept)
                heard.Add(request);
        }
        try
        {
            var (status, type, bytes) = Answering is { } answering
                ? await answering(request, http.RequestAborted).ConfigureAwait(false)
                : (503, "text/plain", Encoding.UTF8.GetBytes("not ready\n"));
            if (status == CutOff)
            {
                http.Abort();
                return;
            }
            http.Response.StatusCode = status;
            if (status == 204)
                return;
            http.Response.ContentType = type;
            http.Response.ContentLength = bytes.Length;
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // It went away.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (web is not null)
            await web.DisposeAsync().ConfigureAwait(false);
    }
}
