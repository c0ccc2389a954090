using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Parley.Conformance.Peer;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>Who may connect, and what a request is refused for before anybody looks into it.</summary>
internal static class ConnectionChecks
{
    internal static IReadOnlyList<Check> All { get; } =
    [
        new("LINK-1", "a connection without a certificate is ended", (s, ct) => CutOffAsync(s, null, ct)),
        new("LINK-1", "a certificate that is bound to no identity is refused", UnboundAsync),
        new(
            "LINK-1",
            "TLS 1.2 is refused",
            (s, ct) => CutOffAsync(s, Certificate(s), ct, HttpVersion.Version20, SslProtocols.Tls12)
        ),
        new(
            "MESSAGES-2",
            "HTTP/1.1 is refused",
            (s, ct) =>
                CutOffAsync(
                    s,
                    Certificate(s),
                    ct,
                    HttpVersion.Version11,
                    SslProtocols.Tls13,
                    SslApplicationProtocol.Http11
                )
        ),
        new("LINK-1", "the right identity with a key that is on no card is answered 403", AnotherKeyAsync),
        new("LINK-4", "an identity that is on no line learns nothing of a line", StrangerAsync),
        new(
            "LINK-4",
            "a line that there is not is answered 404",
            async (s, ct) =>
                Finding.Status(
                    await s
                        .Caller.PostAsync($"/parley/v1/lines/north-{new string('a', 32)}/heartbeat", s.Beat(), ct)
                        .ConfigureAwait(false),
                    404
                )
        ),
        new(
            "LINK-4",
            "the feed of another party is answered 403",
            async (s, ct) =>
                Finding.Status(
                    await s.Caller.PostAsync(s.Theirs.Path, s.Own.Branch(0).Open().Push(0), ct).ConfigureAwait(false),
                    403
                )
        ),
        new(
            "LINK-4",
            "a path that is none of the link's is answered 404",
            async (s, ct) =>
                Finding.Status(await s.Caller.PostAsync("/parley/v1/weather", "", ct).ConfigureAwait(false), 404)
        ),
        new("MESSAGES-4", "a request without its length is answered 411", UnmeasuredAsync),
        new(
            "LINK-2",
            "a heartbeat beyond 256 KiB is answered 413",
            async (s, ct) =>
                Finding.Status(
                    await s.Caller.PostAsync(s.Heartbeats, new byte[(256 * 1024) + 1], ct).ConfigureAwait(false),
                    413
                )
        ),
    ];

    private static X509Certificate2 Certificate(ConformanceSession session) =>
        session.Party.Certificate(session.Clock.GetUtcNow());

    private static async Task<string?> CutOffAsync(
        ConformanceSession session,
        X509Certificate2? certificate,
        CancellationToken ct,
        Version? version = null,
        SslProtocols protocols = SslProtocols.Tls13,
        SslApplicationProtocol? alpn = null
    )
    {
        using var caller = new Caller(
            session.Address,
            session.Options.Station,
            certificate,
            session.Clock,
            version,
            protocols,
            alpn
        );
        return Finding.Status(await caller.PostAsync(session.Heartbeats, session.Beat(), ct).ConfigureAwait(false), 0);
    }

    private static async Task<string?> UnboundAsync(ConformanceSession session, CancellationToken ct)
    {
        using var key = System.Security.Cryptography.ECDsa.Create(
            System.Security.Cryptography.ECCurve.NamedCurves.nistP256
        );
        var now = session.Clock.GetUtcNow();
        using var made = new CertificateRequest(
            "CN=parley",
            key,
            System.Security.Cryptography.HashAlgorithmName.SHA256
        ).CreateSelfSigned(now.Minus(TimeSpan.FromDays(1)), now.Plus(TimeSpan.FromDays(1)));
        using var held = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        return await CutOffAsync(session, held, ct).ConfigureAwait(false);
    }

    private static async Task<string?> AnotherKeyAsync(ConformanceSession session, CancellationToken ct)
    {
        using var certificate = session.Party.CertificateOfAnotherKey(session.Clock.GetUtcNow());
        using var caller = new Caller(session.Address, session.Options.Station, certificate, session.Clock);
        return Finding.Status(
            await caller.PostAsync(session.Heartbeats, session.Beat(), ct).ConfigureAwait(false),
            403
        );
    }

    private static async Task<string?> StrangerAsync(ConformanceSession session, CancellationToken ct)
    {
        using var certificate = TestingParty.Stranger(session.Clock.GetUtcNow());
        using var caller = new Caller(session.Address, session.Options.Station, certificate, session.Clock);
        var there = await caller.PostAsync(session.Heartbeats, session.Beat(), ct).ConfigureAwait(false);
        var nowhere = await caller
            .PostAsync($"/parley/v1/lines/north-{new string('a', 32)}/heartbeat", session.Beat(), ct)
            .ConfigureAwait(false);
        return Finding.Status(there, 403, 404)
            ?? Finding.Unless(
                there.Status == nowhere.Status && there.Text == nowhere.Text,
                $"a line that there is is answered {there.Shown}, and one that there is not {nowhere.Shown}"
            );
    }

    private static async Task<string?> UnmeasuredAsync(ConformanceSession session, CancellationToken ct)
    {
        using var content = new UnmeasuredContent(System.Text.Encoding.UTF8.GetBytes(session.Beat()));
        return Finding.Status(
            await session.Caller.SendAsync(HttpMethod.Post, session.Heartbeats, content, ct).ConfigureAwait(false),
            411
        );
    }
}
