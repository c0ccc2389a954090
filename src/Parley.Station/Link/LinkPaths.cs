using System.Globalization;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Station.Link;

/// <summary>Does the asking for a line: how a machine's requests reach its peers.</summary>
internal interface ILinkDialer
{
    /// <summary>Sends one request to the station of <paramref name="peer"/> and reads its bounded answer; throws when
    /// there is none in time.</summary>
    Task<LinkAnswer> SendAsync(
        Card peer,
        LineId line,
        PartyId self,
        LinkRequest request,
        TimeSpan timeout,
        CancellationToken ct
    );
}

/// <summary>Where each request of the link lives. The feed in the path is the one whose entries travel.
/// LINK-4.</summary>
internal static class LinkPaths
{
    private const string Prefix = "/parley/v1/";

    /// <summary>Where a relay's part of the port begins.</summary>
    internal const string Relay = $"{Prefix}relay";

    internal static bool IsOfRelay(string path) =>
        path == Relay || path.StartsWith($"{Relay}/", StringComparison.Ordinal);

    /// <summary>The path and method of a request from <paramref name="self"/> to <paramref name="peer"/>.</summary>
    internal static (HttpMethod Method, string Path) Of(LinkRequest request, LineId line, PartyId self, PartyId peer) =>
        request.Verb switch
        {
            LinkVerb.Push => (HttpMethod.Post, $"{Prefix}feeds/{line}/{self}"),
            LinkVerb.Pull => (HttpMethod.Post, $"{Prefix}feeds/{line}/{peer}/pull"),
            LinkVerb.Recover => (HttpMethod.Post, $"{Prefix}feeds/{line}/{self}/recover"),
            LinkVerb.Bring => (HttpMethod.Post, $"{Prefix}feeds/{line}/{peer}/recovered?offset={request.Offset}"),
            LinkVerb.Heartbeat => (HttpMethod.Post, $"{Prefix}lines/{line}/heartbeat"),
            LinkVerb.OffRecord => (HttpMethod.Post, $"{Prefix}lines/{line}/off-record"),
            LinkVerb.Blind => (HttpMethod.Post, $"{Prefix}lines/{line}/blind"),
            LinkVerb.Call => (HttpMethod.Post, $"{Prefix}lines/{line}/call"),
            LinkVerb.AttachmentHeld => (HttpMethod.Get, $"{Prefix}feeds/{line}/{self}/attachments/{request.Seq}"),
            LinkVerb.AttachmentPut => (
                HttpMethod.Put,
                $"{Prefix}feeds/{line}/{self}/attachments/{request.Seq}?offset={request.Offset}"
            ),
            LinkVerb.AttachmentGet => (
                HttpMethod.Get,
                $"{Prefix}feeds/{line}/{peer}/attachments/{request.Seq}?offset={request.Offset}"
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(request)),
        };

    /// <summary>Largest body that a request may have.</summary>
    internal static int MaxRequest(LinkVerb verb) =>
        verb switch
        {
            LinkVerb.Push or LinkVerb.Bring => LinkLimits.MaxPushBytes,
            LinkVerb.AttachmentPut => LinkLimits.AttachmentChunkBytes,
            LinkVerb.AttachmentHeld or LinkVerb.AttachmentGet => 0,
            LinkVerb.Blind => LinkLimits.MaxBlindExchangeBytes,
            _ => LinkLimits.MaxSmallMessageBytes,
        };

    /// <summary>Largest body that an answer may have.</summary>
    internal static int MaxAnswer(LinkVerb verb) =>
        verb switch
        {
            LinkVerb.Pull or LinkVerb.Recover => LinkLimits.MaxPushBytes,
            LinkVerb.AttachmentGet => LinkLimits.AttachmentChunkBytes,
            LinkVerb.Blind => LinkLimits.MaxBlindExchangeBytes,
            _ => LinkLimits.MaxSmallMessageBytes,
        };

    /// <summary>What a path asks for; false when it is none of the link's. <paramref name="feed"/> is the party in the
    /// path, if any.</summary>
    internal static bool TryParse(
        string method,
        string path,
        string? offsetText,
        out LineId line,
        out PartyId? feed,
        out LinkVerb verb,
        out ulong seq,
        out long offset
    )
    {
        line = default;
        feed = null;
        verb = default;
        seq = 0;
        offset = 0;
        if (!path.StartsWith(Prefix, StringComparison.Ordinal) || path.Length > 400)
            return false;
        var parts = path[Prefix.Length..].Split('/');
        if (parts.Length < 3 || !LineId.TryParse(parts[1], out line))
            return false;
        if (parts[0] == "lines")
        {
            verb = parts[2] switch
            {
                "heartbeat" => LinkVerb.Heartbeat,
                "blind" => LinkVerb.Blind,
                "call" => LinkVerb.Call,
                _ => LinkVerb.OffRecord,
            };
            return parts.Length == 3
                && method == "POST"
                && parts[2] is "heartbeat" or "off-record" or "blind" or "call";
        }
        if (parts[0] != "feeds" || !PartyId.TryParse(parts[2], out var party))
            return false;
        feed = party;
        switch (parts.Length, method)
        {
            case (3, "POST"):
                verb = LinkVerb.Push;
                return true;
            case (4, "POST") when parts[3] == "pull":
                verb = LinkVerb.Pull;
                return true;
            case (4, "POST") when parts[3] == "recover":
                verb = LinkVerb.Recover;
                return true;
            case (4, "POST") when parts[3] == "recovered":
                verb = LinkVerb.Bring;
                return long.TryParse(offsetText, NumberStyles.None, CultureInfo.InvariantCulture, out offset);
            case (5, "GET" or "PUT") when parts[3] == "attachments":
                verb =
                    method == "PUT" ? LinkVerb.AttachmentPut
                    : offsetText is null ? LinkVerb.AttachmentHeld
                    : LinkVerb.AttachmentGet;
                if (!ulong.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out seq))
                    return false;
                return verb == LinkVerb.AttachmentHeld
                    || long.TryParse(offsetText, NumberStyles.None, CultureInfo.InvariantCulture, out offset);
            default:
                return false;
        }
    }
}
