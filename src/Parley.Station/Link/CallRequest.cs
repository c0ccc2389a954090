using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Station.Link;

/// <summary>What of a request on the link is the call's: what both stations can do, and the stream that stays
/// open.</summary>
internal static class CallRequest
{
    /// <summary>What this station can do is said with every answer, whatever it is: a refusal without it would read as a
    /// station of before. CALL-10</summary>
    internal static void SayAbilities(HttpContext http, ILinkDesk desk) =>
        http.Response.Headers[AbilityBook.Header] = desk.Abilities;

    /// <summary>Both say which run they are and what they can do. LINK-106, CALL-10.</summary>
    internal static void Introduce(HttpContext http, ILinkDesk desk, PublicKey peer)
    {
        desk.HeardRun(peer, http.Request.Headers[RunBook.Header]);
        http.Response.Headers[RunBook.Header] = desk.Run;
        desk.HeardAbilities(peer, http.Request.Headers[AbilityBook.Header]);
    }

    /// <summary>Stays as long as the stream does. CALL-11.</summary>
    internal static async Task ServeAsync(HttpContext http, ILinkDesk desk, LineId line, PartyId from, PublicKey peer)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null; // who is silent says nothing
        http.Response.ContentType = LinkAnswer.Bytes;
        try
        {
            await http.Response.StartAsync(http.RequestAborted);
            if (
                await desk.ServeCallAsync(
                    line,
                    from,
                    http.Connection.RemoteIpAddress,
                    http.Request.BodyReader,
                    http.Response.Body,
                    http.RequestAborted
                )
                is not { } wrong
            )
                return;
            desk.Refused(line, peer, 400, wrong);
            http.Abort();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The peer went away.
        }
    }
}
