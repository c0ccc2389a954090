using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Parley.Crypto;

namespace Parley.Station.Link;

/// <summary>
/// Counts connections that never come as far as a request: no certificate, one that is bound to no identity, older TLS, another protocol than
/// HTTP/2, silence. Their peers hear no more than that the connection ends; the operator sees why. LINK-1.
/// </summary>
internal sealed class Handshake(ILinkDesk desk, TimeProvider clock)
{
    private const string NotDone = "no TLS 1.3 handshake with a client certificate";
    private const string NotHttp2 = "HTTP/2 was not asked for";

    /// <summary>One connection's handshake; the certificate check runs within it and has no other way to name its connection.</summary>
    private static readonly AsyncLocal<Attempt?> Current = new();

    private sealed class Attempt
    {
        internal bool Done { get; set; }
        internal string Refusal { get; set; } = NotDone;
    }

    /// <summary>Goes before TLS on the listener.</summary>
    internal ConnectionDelegate Before(ConnectionDelegate next) => async connection =>
    {
        var attempt = new Attempt();
        Current.Value = attempt;
        connection.Items[typeof(Attempt)] = attempt;
        try
        {
            await next(connection);
        }
        finally
        {
            if (!attempt.Done) desk.Refused(null, null, StatusCodes.Status403Forbidden, attempt.Refusal);
        }
    };

    /// <summary>Goes behind TLS: what comes here has a bound identity.</summary>
    internal static ConnectionDelegate After(ConnectionDelegate next) => connection =>
    {
        if (connection.Items[typeof(Attempt)] is not Attempt attempt) throw new InvalidOperationException("the listener lacks the step before TLS");
        attempt.Refusal = NotHttp2;
        attempt.Done = connection.Features.Get<ISslStreamFeature>()?.SslStream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2;
        return attempt.Done ? next(connection) : Task.CompletedTask;
    };

    /// <summary>Any soundly bound identity may connect and be told what it is refused; which one it is, is decided by line.</summary>
    internal bool Accepts(X509Certificate2 presented, X509Chain? chain)
    {
        if (LinkIdentity.Verify(presented, chain, clock.GetUtcNow()).TryGet(out _, out var why)) return true;
        if (Current.Value is { } attempt) attempt.Refusal = $"the certificate is refused: {why.Reason}";
        return false;
    }
}
