using Microsoft.AspNetCore.Http.Features;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Station.Link;

namespace Parley.Station.Relay;

/// <summary>
/// The relay's part of the link port: <c>POST relay/IDENTITY/SLOT</c> leaves a file for a party in the place of the one
/// that lay there, <c>GET relay</c> lists what waits for the asker, <c>GET</c> and
/// <c>DELETE relay/files/ID</c> take one. Only parties that were admitted ask, and each sees its own files only.
/// RELAY-2.
/// </summary>
internal sealed class RelayPort(RelayDesk desk) : IRelayPort
{
    private const string Prefix = LinkPaths.Relay;

    internal static string DepositFor(PublicKey identity, string slot) => $"{Prefix}/{identity.ToHex()}/{slot}";

    internal static string List => Prefix;

    internal static string FileOf(string id) => $"{Prefix}/files/{id}";

    /// <summary>Answers one request of an admitted party; null when it was answered, else the refusal.</summary>
    public async Task<LinkAnswer?> HandleAsync(HttpContext http, LinkIdentity identity)
    {
        if (!desk.Serves(identity.Identity))
            return LinkAnswer.Refuse(403, "this relay does not serve you");
        if (!desk.IsOnCard(identity))
            return LinkAnswer.Refuse(403, "the certificate's key is not the link key on the card that was admitted");
        var parts = http.Request.Path.Value![Prefix.Length..].Trim('/').Split('/');
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limited.CancelAfter(RelayLimits.Moving);
        switch (http.Request.Method, parts)
        {
            case ("GET", [""]):
                return desk.List(identity.Identity);
            case ("POST", [var to, var slot]):
                if (!RelayDesk.IsSlot(slot))
                    return LinkAnswer.Refuse(404, "no such place");
                if (!TryReceiver(to, out var receiver) || receiver == identity.Identity)
                    return LinkAnswer.Refuse(404, "this relay does not serve the receiver");
                if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                    size.MaxRequestBodySize = RelayLimits.MaxFile;
                return await desk.DepositAsync(identity.Identity, receiver, slot, http.Request.Body, limited.Token);
            case ("GET" or "DELETE", ["files", var id]):
                if (desk.Find(identity.Identity, id) is not { } file)
                    return LinkAnswer.Refuse(404, "no such file waits for you");
                if (http.Request.Method == "DELETE")
                {
                    file.Delete();
                    return LinkAnswer.Nothing;
                }
                http.Response.ContentType = LinkAnswer.Bytes;
                http.Response.ContentLength = file.Length;
                await using (var content = file.OpenRead())
                    await content.CopyToAsync(http.Response.Body, limited.Token);
                return null;
            default:
                return LinkAnswer.Refuse(404, "no such request on the relay");
        }
    }

    private bool TryReceiver(string hex, out PublicKey identity)
    {
        identity = desk.Parties.Select(c => c.Identity).FirstOrDefault(i => i.ToHex() == hex);
        return identity != default && desk.Serves(identity);
    }
}
