using System.Net.Sockets;
using System.Security.Authentication;
using Parley.Storage;

namespace Parley.Station.Link;

/// <summary>A request found no answer, for a reason that is known in our own words.</summary>
internal sealed class NoAnswerException(string reason, Exception cause) : Exception(reason, cause);

/// <summary>
/// Why a request found no answer, in words an operator can act on, and never the platform's. That somebody else answers
/// is said only where the identity or the key
/// was another one: whoever speaks an older TLS accuses nobody. LINK-87.
/// </summary>
internal static class LinkFailure
{
    internal const string NoHttp2 = "no HTTP/2 there: what answers was asked for h2 and does not speak it";
    internal const string NoTls13 = "no TLS 1.3 there: what answers speaks an older version only";
    internal const string NoTls = "what answers there does not speak TLS";
    internal const string OursRefused = "what answers there refuses our certificate";
    private const string Cut = "the connection was cut";

    /// <param name="e">What was thrown.</param>
    /// <param name="refusal">Why we refused what the peer presented, where we did.</param>
    internal static string Describe(Exception e, string? refusal = null) =>
        e switch
        {
            NoAnswerException known => known.Message,
            OperationCanceledException or TimeoutException => "no answer in time",
            AuthenticationException => refusal ?? Handshake(e),
            SocketException socket => socket.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "connection refused",
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
                    "the address cannot be resolved",
                SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route to the peer",
                SocketError.TimedOut => "no answer in time",
                _ => $"connection failed: {socket.SocketErrorCode}",
            },
            HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError } => NoHttp2,
            HttpRequestException { InnerException: { } inner } => Describe(inner, refusal),
            HttpIOException or IOException { InnerException: null } => Cut,
            IOException { InnerException: { } inner } => inner is SocketException ? Describe(inner) : Of(inner) ?? Cut,
            InvalidDataException or InvalidOperationException or StoreFaultException => e.Message, // our own: an answer too long, no room, a card without addresses
            HttpRequestException => "the request failed on its way",
            _ => "the request failed",
        };

    private static string Handshake(Exception e) => Of(e) ?? "the TLS handshake came to nothing";

    /// <summary>What TLS says, known by the names that RFC 8446 gives to its alerts, and OpenSSL to its own findings;
    /// null where it says nothing known.</summary>
    private static string? Of(Exception e)
    {
        for (Exception? at = e; at is not null; at = at.InnerException)
        {
            bool Says(params ReadOnlySpan<string> names)
            {
                foreach (var name in names)
                {
                    if (at.Message.Contains(name, StringComparison.OrdinalIgnoreCase))
                        return true;
                }
                return false;
            }

            if (Says("no application protocol", "no_application_protocol"))
                return NoHttp2;
            if (Says("protocol version", "unsupported protocol", "protocol_version"))
                return NoTls13;
            if (
                Says(
                    "wrong version number",
                    "packet length",
                    "record layer failure",
                    "http request",
                    "frame size",
                    "corrupted frame"
                )
            )
                return NoTls;
            if (Says("alert") && Says("certificate", "unknown ca", "access denied"))
                return OursRefused;
        }
        return null;
    }
}
