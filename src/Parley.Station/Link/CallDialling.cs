using System.Net;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Station.Link;

/// <summary>Dials for calls: a request of the link that stays open, on the connection that the link has.</summary>
internal static class CallDialling
{
    /// <summary>Opens the stream of a call with a peer, and returns when it is over. CALL-11.</summary>
    /// <param name="opened">Told when frames can go.</param>
    internal static async Task<string?> CallAsync(
        this LinkDialer dialer,
        Card peer,
        LineId line,
        PartyId self,
        CallStream stream,
        Action opened,
        CancellationToken ct
    )
    {
        var client = dialer.ClientOf(peer);
        var turn = Volatile.Read(ref client.Address);
        var (method, path) = LinkPaths.Of(new LinkRequest(LinkVerb.Call, default), line, self, peer.Party);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct, stream.Ended);
        using var message = new HttpRequestMessage(
            method,
            new Uri($"https://{peer.Addresses[turn % peer.Addresses.Count]}{path}")
        )
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = stream.AsContent(),
        };
        message.Headers.Add(RunBook.Header, dialer.Runs.Own);
        message.Headers.Add(AbilityBook.Header, dialer.Abilities.Own);
        try
        {
            using var response = await client.Http.SendAsync(message, deadline.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return $"the peer answers {(int)response.StatusCode}";
            opened();
            await using var body = await response.Content.ReadAsStreamAsync(deadline.Token);
            return await stream.ReadAsync(System.IO.Pipelines.PipeReader.Create(body), deadline.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Interlocked.CompareExchange(ref client.Address, turn + 1, turn);
            return LinkFailure.Describe(e, client.Refusal);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            return null; // nobody wants the call any more: however it broke off, it is no fault
        }
        finally
        {
            stream.End();
        }
    }
}
