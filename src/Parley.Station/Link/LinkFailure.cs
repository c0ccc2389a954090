using System.Net.Sockets;
using System.Security.Authentication;

namespace Parley.Station.Link;

/// <summary>Why a request found no answer, in words an operator can act on.</summary>
internal static class LinkFailure
{
    internal static string Describe(Exception e) => e switch
    {
        OperationCanceledException or TimeoutException => "no answer in time",
        AuthenticationException => $"the peer's certificate is not the pinned one: {e.Message}",
        SocketException socket => socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the address cannot be resolved",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route to the peer",
            SocketError.TimedOut => "no answer in time",
            _ => $"connection failed: {socket.SocketErrorCode}",
        },
        HttpRequestException { InnerException: { } inner } => Describe(inner),
        HttpIOException => "the connection was cut",
        IOException { InnerException: SocketException inner } => Describe(inner),
        IOException => "the connection was cut",
        _ => e.Message,
    };
}
