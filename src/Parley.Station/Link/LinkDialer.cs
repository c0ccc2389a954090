using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Telemetry;

namespace Parley.Station.Link;

/// <summary>
/// Dials peers: one warm HTTP/2 connection to each identity, over TLS 1.3 with both certificates bound to pinned
/// identities (libp2p TLS) and
/// carrying the link key of the peer's card.
/// A peer with several addresses is dialled at the next one when a connection fails. LINK-1.
/// </summary>
internal sealed class LinkDialer(X509Certificate2 certificate, TimeProvider clock, RunBook runs)
    : ILinkDialer,
        IDisposable
{
    internal RunBook Runs => runs;

    /// <summary>What this station and its peers can do beyond the first version.</summary>
    internal required AbilityBook Abilities { get; init; }

    /// <summary>Told the identity when an answer has shown that two stations of it run.</summary>
    internal Action<PublicKey>? Doubled { get; set; }

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(5);
    private const int StreamWindow = 4 << 20;

    private readonly ConcurrentDictionary<(PublicKey Identity, Hash LinkKey), PeerClient> clients = new();

    internal sealed class PeerClient : IDisposable
    {
        internal required HttpMessageInvoker Http { get; init; }

        /// <summary>Why what was presented in the last handshake was refused; null when it was not.</summary>
        internal volatile string? Refusal;

        /// <summary>Which of the peer's addresses is dialled; moves on when a connection fails.</summary>
        internal int Address;

        public void Dispose() => Http.Dispose();
    }

    public async Task<LinkAnswer> SendAsync(
        Card peer,
        LineId line,
        PartyId self,
        LinkRequest request,
        TimeSpan timeout,
        CancellationToken ct
    )
    {
        if (peer.Addresses.Count == 0)
            throw new InvalidOperationException("the peer's card names no address");
        var client = ClientOf(peer);
        var turn = Volatile.Read(ref client.Address);
        var (method, path) = LinkPaths.Of(request, line, self, peer.Party);
        using var span = StationTraces.Asked(request.Verb.ToString(), line.Value);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(timeout);
        using var message = new HttpRequestMessage(
            method,
            new Uri($"https://{peer.Addresses[turn % peer.Addresses.Count]}{path}")
        )
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        message.Headers.Add(RunBook.Header, runs.Own);
        message.Headers.Add(AbilityBook.Header, Abilities.Own);
        if (method != HttpMethod.Get)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(LinkAnswer.Bytes);
        }
        try
        {
            using var response = await client.Http.SendAsync(message, deadline.Token);
            span.Answered((int)response.StatusCode);
            if (
                response.Headers.TryGetValues(RunBook.Header, out var run)
                && runs.Heard(peer.Identity, run.FirstOrDefault())
            )
                Doubled?.Invoke(peer.Identity);
            Heard(peer, response);
            var body = await ReadAsync(response, LinkPaths.MaxAnswer(request.Verb), deadline.Token);
            return new LinkAnswer(
                (int)response.StatusCode,
                response.Content.Headers.ContentType?.MediaType ?? "",
                body
            );
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            var why = LinkFailure.Describe(e, client.Refusal);
            span.Failed(why);
            Interlocked.CompareExchange(ref client.Address, turn + 1, turn);
            throw new NoAnswerException(why, e);
        }
    }

    /// <summary>What a station of the lines' said of itself: a refusal on the way says nothing.</summary>
    private void Heard(Card peer, HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.OK)
            Abilities.Heard(
                peer.Identity,
                response.Headers.TryGetValues(AbilityBook.Header, out var can) ? can.FirstOrDefault() : null
            );
    }

    internal PeerClient ClientOf(Card peer) =>
        clients.GetOrAdd(
            (peer.Identity, Sha256.Of(peer.LinkTls)),
            (pinned, card) => Connect(pinned.Identity, card.LinkTls),
            peer
        );

    /// <summary>Asks a relay something; <paramref name="read"/> gets the body of an answer that is 200. Throws when
    /// there is no answer in time.</summary>
    internal async Task<HttpStatusCode> AskAsync(
        Card relay,
        HttpMethod method,
        string path,
        HttpContent? content,
        Func<Stream, CancellationToken, Task> read,
        TimeSpan timeout,
        CancellationToken ct
    )
    {
        var client = ClientOf(relay);
        var turn = Volatile.Read(ref client.Address);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(timeout);
        using var message = new HttpRequestMessage(
            method,
            new Uri($"https://{relay.Addresses[turn % relay.Addresses.Count]}{path}")
        )
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        try
        {
            using var response = await client.Http.SendAsync(message, deadline.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return response.StatusCode;
            await using var body = await response.Content.ReadAsStreamAsync(deadline.Token);
            await read(body, deadline.Token);
            return response.StatusCode;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Interlocked.CompareExchange(ref client.Address, turn + 1, turn);
            if (e is HttpRequestException)
                throw new NoAnswerException(LinkFailure.Describe(e, client.Refusal), e);
            throw; // what the reader of the body found
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpResponseMessage response,
        int limit,
        CancellationToken ct
    )
    {
        if (response.Content.Headers.ContentLength > limit)
            throw new InvalidDataException("the peer's answer is too long");
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[Math.Min(limit, (int)(response.Content.Headers.ContentLength ?? 4096))];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                // Either the announced end, or a body without a length that goes on.
                var probe = new byte[1];
                if (await stream.ReadAsync(probe, ct) == 0)
                    return buffer.AsMemory(0, length);
                if (length >= limit)
                    throw new InvalidDataException("the peer's answer is too long");
                Array.Resize(ref buffer, Math.Min(limit, Math.Max(4096, buffer.Length * 2)));
                buffer[length++] = probe[0];
            }
            var read = await stream.ReadAsync(buffer.AsMemory(length), ct);
            if (read == 0)
                return buffer.AsMemory(0, length);
            length += read;
        }
    }

    private PeerClient Connect(PublicKey pinned, byte[] linkKey)
    {
        PeerClient? client = null;
        // The validation can say no more than no: what it found is kept beside the connection that it was about.
        return client = new PeerClient
        {
            Http = new HttpMessageInvoker(
                Handler((presented, chain) => (client!.Refusal = Refusal(presented, chain, pinned, linkKey)) is null)
            ),
        };
    }

    private string? Refusal(X509Certificate2? presented, X509Chain? chain, PublicKey pinned, byte[] linkKey)
    {
        if (
            !LinkIdentity
                .Verify(presented, chain, clock.GetUtcNow(), dialled: true)
                .TryGet(out var identity, out var why)
        )
            return $"the peer's certificate is refused: {why!.Reason}";
        if (identity.Identity != pinned)
            return "somebody else answers there: the certificate's identity is not the pinned one";
        return identity.SubjectPublicKeyInfo.Span.SequenceEqual(linkKey)
            ? null
            : "somebody else may answer there: the certificate's key is not the pinned one, the link key on the party's card";
    }

    private SocketsHttpHandler Handler(Func<X509Certificate2?, X509Chain?, bool> accepts) =>
        new()
        {
            ConnectTimeout = ConnectTimeout,
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            EnableMultipleHttp2Connections = false,
            InitialHttp2StreamWindowSize = StreamWindow,
            MaxResponseHeadersLength = 16,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null, // a peer is told nothing of our traces
            AutomaticDecompression = DecompressionMethods.None,
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = "parley",
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, presented, chain, _) =>
                    accepts(presented as X509Certificate2, chain),
            },
        };

    public void Dispose()
    {
        foreach (var client in clients.Values)
            client.Dispose();
    }
}
