using System.Net;
using Parley.Station.Carry;

namespace Parley.Station.Relay;

/// <summary>A file that is sealed while it is sent.</summary>
internal sealed class CarryContent(CarryOut carry) : HttpContent
{
    private bool written;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        // The context of its seal has gone on: a second time, no part of it would open.
        if (written)
            throw new RoundFailedException("the connection was cut; it is left again in the next round");
        written = true;
        return carry.WriteAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>Why a round did not come to its end, in words that an officer is shown.</summary>
internal sealed class RoundFailedException(string reason) : Exception(reason);
