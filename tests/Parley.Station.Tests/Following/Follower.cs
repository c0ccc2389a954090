using System.Net.ServerSentEvents;
using System.Text.Json;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Following;

/// <summary>Reads a live station's events.</summary>
internal static class Follower
{
    internal readonly record struct Told(string Kind, string? Id, JsonElement Data);

    /// <summary>Events until one that satisfies <paramref name="last"/>, that one included; then the connection is
    /// cut.</summary>
    internal static async Task<List<Told>> ReadAsync(
        LiveStation station,
        string query,
        string? lastEventId,
        Func<Told, bool> last
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"events{query}");
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        using var answer = await station.Http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            deadline.Token
        );
        Assert.Equal(200, (int)answer.StatusCode);
        var all = new List<Told>();
        var parser = SseParser.Create(await answer.Content.ReadAsStreamAsync(deadline.Token));
        await foreach (var item in parser.EnumerateAsync(deadline.Token))
        {
            all.Add(
                new Told(
                    item.EventType,
                    item.EventType == "entry" ? parser.LastEventId : null,
                    JsonSerializer.Deserialize<JsonElement>(item.Data)
                )
            );
            if (last(all[^1]))
                break;
        }
        return all;
    }
}
