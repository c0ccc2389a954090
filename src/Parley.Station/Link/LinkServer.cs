using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Telemetry;

namespace Parley.Station.Link;

/// <summary>
/// The port that other stations dial. Everything before a line's machine is refused here, cheapest check first: TLS 1.3
/// with a client certificate that
/// carries a bound identity, HTTP/2, a known path, a party of that line, a bounded length. LINK-1 to LINK-4, LINK-8,
/// LINK-9.
/// </summary>
internal sealed class LinkServer : IAsyncDisposable
{
    private const string UnknownLine = "unknown line";

    private readonly WebApplication web;
    private readonly ILinkDesk desk;
    private readonly TimeProvider clock;

    /// <summary>Kestrel gives each request of a connection the same certificate object; it is examined once.</summary>
    private readonly ConditionalWeakTable<X509Certificate2, LinkIdentity> identities = [];
    private readonly ConcurrentDictionary<PublicKey, int> underWay = new();
    private readonly LinkPortLimits limits;
    private readonly RequestRates rates;

    private LinkServer(WebApplication app, ILinkDesk desk, LinkPortLimits limits, TimeProvider clock)
    {
        web = app;
        this.desk = desk;
        this.limits = limits;
        this.clock = clock;
        rates = new RequestRates(limits, clock);
    }

    /// <summary>The port in use.</summary>
    internal IPEndPoint? Address { get; private set; }

    internal static async Task<LinkServer> StartAsync(
        ILinkDesk desk,
        IPEndPoint listen,
        X509Certificate2 certificate,
        LinkPortLimits limits,
        ILoggerProvider? log,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var app = LinkListener.Build(desk, listen, certificate, limits, log, clock);
        var server = new LinkServer(app, desk, limits, clock);
        app.Run(server.HandleAsync);
        await app.StartAsync(ct);
        var address = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        );
        server.Address = new IPEndPoint(listen.Address, address.Port);
        return server;
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var span = StationTraces.Served();
        try
        {
            await HandleAsync(http, span);
        }
        finally
        {
            span.Answered(http.Response.StatusCode);
        }
    }

    private async Task HandleAsync(HttpContext http, Activity? span)
    {
        CallRequest.SayAbilities(http, desk);
        if (await IdentityAsync(http) is not { } identity)
        {
            await RefuseAsync(http, null, null, 403, "no bound identity");
            return;
        }
        var peer = identity.Identity;
        var known = desk.KnowsIdentity(peer);
        if (rates.Refusal(peer, known) is { } tooMany)
        {
            http.Response.Headers.RetryAfter = "1";
            await RefuseAsync(http, null, peer, 429, tooMany);
            return;
        }
        if (LinkPaths.IsOfRelay(http.Request.Path.Value ?? ""))
        {
            await UnderWayAsync(http, null, peer, () => RelayAsync(http, identity));
            return;
        }
        var query = http.Request.Query;
        if (
            !LinkPaths.TryParse(
                http.Request.Method,
                http.Request.Path.Value ?? "",
                query.TryGetValue("offset", out var offsetText) ? offsetText.ToString() : null,
                out var line,
                out var feed,
                out var verb,
                out var seq,
                out var offset
            )
        )
        {
            await RefuseAsync(http, null, peer, 404, "no such request on the link");
            return;
        }
        span?.SetTag("parley.verb", verb.ToString());
        if (!known)
        {
            await RefuseAsync(http, desk.Knows(line) ? line : null, peer, 403, "unknown key");
            return;
        }
        if (!desk.Knows(line))
        {
            await RefuseAsync(http, null, peer, 404, UnknownLine);
            return;
        }
        if (desk.PartyOf(line, peer) is not { } from)
        {
            // We list what it is; the peer is told what is told of any line that it does not belong to (LINK-4).
            desk.Refused(line, peer, 404, "this key is not on this line");
            await AnswerAsync(http, LinkAnswer.Refuse(404, UnknownLine));
            return;
        }
        if (!desk.IsOnCard(line, from, identity.SubjectPublicKeyInfo.Span))
        {
            await RefuseAsync(http, line, peer, 403, "the certificate's key is not the link key on the party's card");
            return;
        }
        CallRequest.Introduce(http, desk, peer);
        span?.SetTag("parley.line", line.Value);
        var writesOwnFeed =
            verb is LinkVerb.Push or LinkVerb.Recover or LinkVerb.AttachmentHeld or LinkVerb.AttachmentPut;
        if (feed is { } named && named != (writesOwnFeed ? from : desk.Self))
        {
            await RefuseAsync(http, line, peer, 403, "this key does not speak for that feed");
            return;
        }
        // Our own state, not the peer's doing: it is answered, not counted against it.
        await UnderWayAsync(
            http,
            line,
            peer,
            () =>
                verb is LinkVerb.Call ? CallRequest.ServeAsync(http, desk, line, from, peer)
                : (
                    verb is LinkVerb.Push ? desk.NoRoom
                    : verb is LinkVerb.AttachmentPut ? desk.NoRoomForAttachments
                    : null
                )
                    is { } full
                    ? AnswerAsync(http, LinkAnswer.Refuse(507, full))
                : ServeAsync(http, line, from, peer, verb, seq, offset)
        );
    }

    /// <summary>Serves one request, unless as many of the same peer's are being served as may.</summary>
    private async Task UnderWayAsync(HttpContext http, LineId? line, PublicKey peer, Func<Task> serve)
    {
        try
        {
            if (underWay.AddOrUpdate(peer, 1, (_, n) => n + 1) > limits.MaxUnderWay)
                await RefuseAsync(http, line, peer, 429, "too many requests under way");
            else
                await serve();
        }
        finally
        {
            if (underWay.AddOrUpdate(peer, 0, (_, n) => n - 1) == 0)
                underWay.TryRemove(KeyValuePair.Create(peer, 0)); // strangers are many
        }
    }

    private async Task RelayAsync(HttpContext http, LinkIdentity identity)
    {
        try
        {
            if (await desk.RelayPort.HandleAsync(http, identity) is not { } answer)
                return;
            if (answer.Status is 200 or 204 or 429 or 507)
                await AnswerAsync(http, answer);
            else
                await RefuseAsync(http, null, identity.Identity, answer.Status, answer.Reason);
        }
        catch (Exception e)
            when (e is OperationCanceledException or IOException or Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            http.Abort(); // it went away, or the disk failed: a file that is not whole is not kept
        }
    }

    private async Task ServeAsync(
        HttpContext http,
        LineId line,
        PartyId from,
        PublicKey peer,
        LinkVerb verb,
        ulong seq,
        long offset
    )
    {
        var limit = LinkPaths.MaxRequest(verb);
        if (http.Request.ContentLength is not { } length)
        {
            if (http.Request.Method != "GET")
            {
                await RefuseAsync(http, line, peer, 411, "a length is required");
                return;
            }
            length = 0;
        }
        if (length > limit)
        {
            await RefuseAsync(http, line, peer, 413, $"longer than {limit} bytes");
            return;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, (int)length));
        try
        {
            try
            {
                using var limited = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
                limited.CancelAfter(Parley.Link.LinkLimits.RequestTimeout); // LINK-3
                await http.Request.Body.ReadExactlyAsync(buffer.AsMemory(0, (int)length), limited.Token);
            }
            catch (Exception e)
                when (e
                        is EndOfStreamException
                            or Microsoft.AspNetCore.Http.BadHttpRequestException
                            or IOException
                            or OperationCanceledException
                )
            {
                await RefuseAsync(http, line, peer, 400, "truncated: the request ended early or took too long");
                return;
            }
            var answer = await desk.ServeAsync(
                line,
                from,
                new LinkRequest(verb, buffer.AsMemory(0, (int)length), seq, offset)
            );
            http.Response.StatusCode = answer.Status;
            if (answer.Status == 204)
                return;
            http.Response.ContentType = answer.ContentType;
            http.Response.ContentLength = answer.Body.Length;
            await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The peer went away while it was answered; what became durable stays, and it will ask again.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<LinkIdentity?> IdentityAsync(HttpContext http)
    {
        var certificate =
            http.Connection.ClientCertificate ?? await http.Connection.GetClientCertificateAsync(http.RequestAborted);
        if (certificate is null)
            return null;
        if (identities.TryGetValue(certificate, out var known))
            return known;
        if (!LinkIdentity.Verify(certificate.RawDataMemory, clock.GetUtcNow()).TryGet(out var identity, out var _))
            return null;
        identities.AddOrUpdate(certificate, identity);
        return identity;
    }

    private async Task RefuseAsync(HttpContext http, LineId? line, PublicKey? peer, int status, string reason)
    {
        desk.Refused(line, peer, status, reason);
        await AnswerAsync(http, LinkAnswer.Refuse(status, reason));
    }

    private static async Task AnswerAsync(HttpContext http, LinkAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        if (answer.Status == 204)
            return;
        http.Response.ContentType = answer.ContentType;
        try
        {
            await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // It did not wait for the reason.
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await web.StopAsync(soon.Token);
        }
        catch (OperationCanceledException)
        {
            // Held pulls are cut off.
        }
        await web.DisposeAsync();
    }
}
