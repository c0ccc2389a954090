// Sends a message, waits until every party holds it, and follows what happens on the line, over the station's API.
//
//   dotnet run client.cs -- http://127.0.0.1:7180 DIR/api.token LINE "The corridor is open"
//
// Needs the .NET SDK 10 and nothing else. Cut off, it goes on after the last entry that it saw: Last-Event-ID is that
// entry's place.
#:property PublishAot=false
#:property JsonSerializerIsReflectionEnabledByDefault=true

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Security.Cryptography;
using System.Text.Json;

var (address, line, text) = (args[0], args[2], args[3]);
using var http = new HttpClient { BaseAddress = new Uri($"{address}/api/v1/") };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(args[1]).Trim());

// With a key of its own the act is done once, however often it must be sent.
using var act = new HttpRequestMessage(HttpMethod.Post, $"lines/{line}/entries?wait=sealed&timeout=60")
{
    Content = JsonContent.Create(new { text, by = new { seat = "watch", name = "A. Client" } }),
    Headers = { { "Idempotency-Key", RandomNumberGenerator.GetHexString(32) } },
};
using var answer = await http.SendAsync(act);
var sent = await answer.Content.ReadFromJsonAsync<JsonElement>();
if (!answer.IsSuccessStatusCode)
{
    Console.Error.WriteLine($"refused ({sent.GetProperty("code")}): {sent.GetProperty("title")}");
    return 1;
}
Console.WriteLine(
    $"{sent.GetProperty("id")} {(sent.GetProperty("sealed").GetBoolean() ? "held by every party" : "on the record; not every party holds it yet")}"
);

for (var last = ""; ; await Task.Delay(TimeSpan.FromSeconds(1)))
{
    try
    {
        using var follow = new HttpRequestMessage(HttpMethod.Get, $"events?line={line}");
        if (last.Length > 0)
            follow.Headers.Add("Last-Event-ID", last);
        using var events = await http.SendAsync(follow, HttpCompletionOption.ResponseHeadersRead);
        await foreach (var happened in SseParser.Create(await events.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            if (happened.EventType == "entry")
                last = happened.EventId ?? last;
            Console.WriteLine($"{happened.EventType} {happened.Data}");
        }
    }
    catch (Exception e) when (e is HttpRequestException or IOException)
    {
        // the station is away, or the connection broke
    }
}
