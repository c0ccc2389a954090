using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Link;

namespace Parley.Station.Tests.Conformance;

/// <summary>What a request was answered, and by what a defect may replace it.</summary>
internal sealed record Exchanged(string Method, string Path, byte[] Request, int Status, string Type, byte[] Answer)
{
    internal string Text => Encoding.UTF8.GetString(Answer);
    internal bool IsPush =>
        Method == "POST" && Path.Contains("/feeds/", StringComparison.Ordinal) && Path.Split('/').Length == 6;
    internal bool IsHeartbeat => Path.EndsWith("/heartbeat", StringComparison.Ordinal);

    internal Exchanged Answered(int status, string type, string text) =>
        this with
        {
            Status = status,
            Type = type,
            Answer = Encoding.UTF8.GetBytes(text),
        };
}

/// <summary>A station with a defect: it stands before a sound one with that one's keys, asks it as the suite would, and
/// bends what it answers.</summary>
internal sealed class BentStation : IAsyncDisposable
{
    private readonly LiveStation station;
    private readonly HttpMessageInvoker http;
    private readonly Func<Exchanged, Exchanged> bend;
    private WebApplication web = null!;

    private BentStation(LiveStation station, X509Certificate2 asked, Func<Exchanged, Exchanged> bend)
    {
        (this.station, this.bend) = (station, bend);
        http = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions
                {
                    TargetHost = "parley",
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificates = [asked],
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => asked,
                    RemoteCertificateValidationCallback = LinkCaller.Pinned(station),
                },
            }
        );
    }

    internal string Address { get; private set; } = "";

    /// <param name="station">The sound one.</param>
    /// <param name="asked">The certificate of the party whose requests are passed on.</param>
    /// <param name="bend">The defect.</param>
    internal static async Task<BentStation> StartAsync(
        LiveStation station,
        X509Certificate2 asked,
        Func<Exchanged, Exchanged> bend
    )
    {
        var bent = new BentStation(station, asked, bend);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel =>
                kestrel.Listen(
                    IPAddress.Loopback,
                    0,
                    endpoint =>
                    {
                        endpoint.Protocols = HttpProtocols.Http2;
                        endpoint.UseHttps(https =>
                        {
                            https.ServerCertificate = LinkCaller.CertificateOf(station.Folder);
                            https.SslProtocols = SslProtocols.Tls13;
                            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                            https.ClientCertificateValidation = (_, _, _) => true;
                        });
                    }
                )
            );
        bent.web = builder.Build();
        bent.web.Run(bent.AnswerAsync);
        await bent.web.StartAsync();
        var address = new Uri(
            bent.web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        );
        bent.Address = $"127.0.0.1:{address.Port}";
        return bent;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var path = context.Request.Path.Value + context.Request.QueryString.Value;
        using var message = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            new Uri($"https://127.0.0.1:{station.Folder.Port}{path}")
        )
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = context.Request.Method == "GET" ? null : new ByteArrayContent(body.ToArray()),
        };
        using var answer = await http.SendAsync(message, context.RequestAborted);
        var bent = bend(
            new Exchanged(
                context.Request.Method,
                path,
                body.ToArray(),
                (int)answer.StatusCode,
                answer.Content.Headers.ContentType?.ToString() ?? "",
                await answer.Content.ReadAsByteArrayAsync(context.RequestAborted)
            )
        );
        context.Response.StatusCode = bent.Status;
        if (bent.Status == 204)
            return;
        context.Response.ContentType = bent.Type;
        await context.Response.Body.WriteAsync(bent.Answer, context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        http.Dispose();
    }
}
