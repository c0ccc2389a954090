using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Parley.Station.Link;

/// <summary>The server behind the link port: TLS 1.3 with a client certificate, HTTP/2, and its limits. LINK-1 to
/// LINK-4.</summary>
internal static class LinkListener
{
    /// <summary>Requests of one connection at once. MESSAGES-3.</summary>
    internal const int MaxStreams = 64;

    /// <summary>Bytes of the headers of one request.</summary>
    internal const int MaxHeaderBytes = 8192;
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    internal static WebApplication Build(
        ILinkDesk desk,
        IPEndPoint listen,
        X509Certificate2 certificate,
        LinkPortLimits limits,
        ILoggerProvider? log,
        TimeProvider clock
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = "Parley.Station" }
        );
        var handshake = new Handshake(desk, new LinkConnections(limits), clock);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        if (log is not null)
            builder.Logging.AddProvider(log);
        builder
            .WebHost.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxConcurrentConnections = limits.MaxConnections;
                kestrel.Limits.MaxRequestBodySize = Parley.Link.LinkLimits.MaxPushBytes;
                kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
                kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
                kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
                kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreams;
                kestrel.Limits.Http2.InitialConnectionWindowSize = 8 << 20;
                kestrel.Limits.Http2.InitialStreamWindowSize = 4 << 20;
                kestrel.Limits.Http2.MaxFrameSize = 64 << 10;
                kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(15);
                kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
                kestrel.Listen(
                    listen,
                    endpoint =>
                    {
                        endpoint.Protocols = HttpProtocols.Http2;
                        endpoint.Use(handshake.Before);
                        endpoint.UseHttps(https =>
                        {
                            https.ServerCertificate = certificate;
                            https.SslProtocols = SslProtocols.Tls13;
                            https.HandshakeTimeout = HandshakeTimeout;
                            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                            https.CheckCertificateRevocation = false;
                            https.ClientCertificateValidation = (presented, chain, _) =>
                                handshake.Accepts(presented, chain);
                        });
                        endpoint.Use(handshake.After);
                    }
                );
            });
        return builder.Build();
    }
}
