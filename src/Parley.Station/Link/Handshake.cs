using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Parley.Crypto;

namespace Parley.Station.Link;

/// <summary>
/// Counts connections that never come as far as a request: no certificate, one that is bound to no identity, older TLS,
/// another protocol than
/// HTTP/2, silence. Their peers hear no more than that the connection ends; the operator sees why. LINK-1.
/// </summary>
internal sealed class Handshake(ILinkDesk desk, LinkConnections connections, TimeProvider clock)
{
    private const string NotDone = "no TLS 1.3 handshake with a client certificate";
    private const string NotHttp2 = "HTTP/2 was not asked for";

    /// <summary>One connection's handshake; the certificate check runs within it and has no other way to name its
    /// connection.</summary>
    private static readonly AsyncLocal<Attempt?> Current = new();

    private sealed class Attempt(LinkConnections.Place place)
    {
        internal LinkConnections.Place Place { get; } = place;

        /// <summary>What the presented certificate is bound to.</summary>
        internal PublicKey? Identity { get; set; }
        internal bool Done { get; set; }
        internal string Refusal { get; set; } = NotDone;
    }

    /// <summary>Goes before TLS on the listener.</summary>
    internal ConnectionDelegate Before(ConnectionDelegate next) =>
        async connection =>
        {
            var attempt = new Attempt(connections.Enter(connection));
            Current.Value = attempt;
            connection.Items[typeof(Attempt)] = attempt;
            try
            {
                await next(connection);
            }
            finally
            {
                connections.Leave(attempt.Place);
                if (attempt.Place.Ended is { } over)
                    desk.Refused(
                        null,
                        attempt.Done ? attempt.Identity : null,
                        StatusCodes.Status429TooManyRequests,
                        over
                    );
                else if (!attempt.Done)
                    desk.Refused(null, null, StatusCodes.Status403Forbidden, attempt.Refusal);
            }
        };

    /// <summary>Goes behind TLS: what comes here has a bound identity.</summary>
    internal ConnectionDelegate After(ConnectionDelegate next) =>
        connection =>
        {
            if (connection.Items[typeof(Attempt)] is not Attempt attempt)
                throw new InvalidOperationException("the listener lacks the step before TLS");
            attempt.Refusal = NotHttp2;
            attempt.Done =
                connection.Features.Get<ISslStreamFeature>()?.SslStream.NegotiatedApplicationProtocol
                == SslApplicationProtocol.Http2;
            if (!attempt.Done || attempt.Identity is not { } identity)
                return Task.CompletedTask;
            connections.Prove(attempt.Place, identity, desk.KnowsIdentity(identity));
            return next(connection);
        };

    /// <summary>Any soundly bound identity may connect and be told what it is refused; which one it is, is decided by
    /// line.</summary>
    internal bool Accepts(X509Certificate2 presented, X509Chain? chain)
    {
        var accepted = LinkIdentity
            .Verify(presented, chain, clock.GetUtcNow(), dialled: false)
            .TryGet(out var identity, out var why);
        if (Current.Value is not { } attempt)
            return accepted;
        attempt.Identity = identity?.Identity;
        if (!accepted)
            attempt.Refusal = $"the certificate is refused: {why!.Reason}";
        return accepted;
    }
}
