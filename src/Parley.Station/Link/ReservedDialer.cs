using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Data;

namespace Parley.Station.Link;

/// <summary>While the disk has no room for peers' entries, they are not asked for any either.</summary>
internal sealed class ReservedDialer(ILinkDialer dialer, DiskReserve reserve) : ILinkDialer
{
    public Task<LinkAnswer> SendAsync(
        Card peer,
        LineId line,
        PartyId self,
        LinkRequest request,
        TimeSpan timeout,
        CancellationToken ct
    ) =>
        (
            request.Verb is LinkVerb.Pull ? reserve.Refusal
            : request.Verb is LinkVerb.AttachmentGet ? reserve.AttachmentRefusal
            : null
        )
            is { } full
            ? Task.FromException<LinkAnswer>(new InvalidDataException(full))
            : dialer.SendAsync(peer, line, self, request, timeout, ct);
}
