using System.Net;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>The HTTP API as a program of somebody else uses it.</summary>
[Collection(SharedPair.Name)]
public sealed class ApiTests(SharedPair pair)
{
    [Fact]
    public async Task Over_TCP_nothing_is_answered_without_the_token_but_health()
    {
        using var stranger = new StationApi(pair.Us.Api.Address, token: null);
        using var impostor = new StationApi(
            pair.Us.Api.Address,
            (
                await File.ReadAllTextAsync(
                    Path.Combine(pair.Ru.Data, "api.token"),
                    TestContext.Current.CancellationToken
                )
            ).Trim()
        );
        foreach (var api in (StationApi[])[stranger, impostor])
        {
            foreach (
                var path in (string[])
                    [
                        "station",
                        "lines",
                        $"lines/{pair.Line}/entries",
                        $"lines/{pair.Line}/export",
                        "events",
                        "/openapi/v1.json",
                    ]
            )
            {
                using var refused = await api.SendAsync(HttpMethod.Get, path);
                Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            }
            using var sent = await api.SendAsync(
                HttpMethod.Post,
                $"lines/{pair.Line}/entries",
                new StringContent(StationApi.Message("let me in").ToJsonString())
            );
            Assert.Equal(HttpStatusCode.Unauthorized, sent.StatusCode);
        }
        Assert.Equal("live\n", await stranger.GetTextAsync("/health/live"));
        Assert.Equal("ready", (await stranger.GetAsync("/health/ready"))["state"]!.GetValue<string>());
        Assert.Equal("us", (await pair.Us.Api.GetAsync("station"))["party"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_description_lists_every_path_that_the_command_uses()
    {
        var described = (await pair.Us.Api.GetAsync("/openapi/v1.json"))["paths"]!
            .AsObject()
            .Select(p => p.Key)
            .ToHashSet(StringComparer.Ordinal);
        string[] used =
        [
            "/api/v1/station",
            "/api/v1/card",
            "/api/v1/lines",
            "/api/v1/lines/open",
            "/api/v1/lines/accept",
            "/api/v1/lines/{line}",
            "/api/v1/lines/{line}/status",
            "/api/v1/lines/{line}/entries",
            "/api/v1/lines/{line}/entries/batch",
            "/api/v1/lines/{line}/attachments",
            "/api/v1/lines/{line}/off-record",
            "/api/v1/lines/{line}/entries/{party}/{seq}",
            "/api/v1/lines/{line}/entries/{party}/{seq}/ack",
            "/api/v1/lines/{line}/entries/{party}/{seq}/body",
            "/api/v1/lines/{line}/entries/{party}/{seq}/proof",
            "/api/v1/lines/{line}/export",
            "/api/v1/lines/{line}/forks",
            "/api/v1/refusals",
            "/api/v1/events",
            "/api/v1/session",
            "/api/v1/session/seat",
            "/api/v1/session/end",
            "/api/v1/session/passkeys",
            "/api/v1/session/passkeys/options",
            "/api/v1/session/sign-in",
            "/api/v1/session/sign-in/options",
            "/api/v1/session/audit",
            "/api/v1/session/link",
            "/api/v1/session/link/look",
            "/api/v1/session/confirm",
            "/api/v1/session/confirm/options",
            "/api/v1/users",
            "/api/v1/users/{name}/invite",
            "/health/live",
            "/health/ready",
        ];
        Assert.Empty(used.Except(described));
    }

    [Fact]
    public async Task A_refusal_is_a_problem_document_with_a_code()
    {
        using var answer = await pair.Us.Api.SendAsync(HttpMethod.Get, "lines/no-such-line/status");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((int)answer.StatusCode, problem["status"]!.GetValue<int>());
        Assert.NotEmpty(problem["code"]!.GetValue<string>());
        Assert.NotEmpty(problem["title"]!.GetValue<string>());
    }

    [Fact]
    public async Task Events_resume_after_the_last_one_seen_with_nothing_missed_and_nothing_doubled()
    {
        var sent = new List<string>();
        async Task SendAsync(TestStation station, int count)
        {
            for (var i = 0; i < count; i++)
                sent.Add(
                    (
                        await station.Api.PostAsync(
                            $"lines/{pair.Line}/entries",
                            StationApi.Message($"event {sent.Count}")
                        )
                    ).Id()
                );
        }

        await SendAsync(pair.Us, 1);
        var all = (await pair.Us.Api.GetAsync($"lines/{pair.Line}/entries/{sent[0]}"))["arrival"]!.GetValue<long>();
        var last = $"{all - 1}";
        var seen = new List<string>();
        // Each round reads some events, goes away in the midst of traffic, and comes back with the last id that it saw.
        foreach (var (station, count) in ((TestStation, int)[])[(pair.Us, 3), (pair.Ru, 5), (pair.Us, 7), (pair.Ru, 2)])
        {
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            leave.CancelAfter(Until.Limit);
            var sending = SendAsync(station, count);
            var goal = seen.Count + count - 1;
            await foreach (var item in pair.Us.Api.EventsAsync(pair.Line, last, leave.Token))
            {
                if (item.EventType != "entry")
                    continue;
                last = item.EventId!;
                seen.Add(JsonNode.Parse(item.Data)!.Id());
                if (seen.Count >= goal)
                    break;
            }
            await sending;
        }
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        rest.CancelAfter(Until.Limit);
        await foreach (var item in pair.Us.Api.EventsAsync(pair.Line, last, rest.Token))
        {
            if (item.EventType != "entry")
                continue;
            seen.Add(JsonNode.Parse(item.Data)!.Id());
            if (seen.Count == sent.Count)
                break;
        }
        Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
        foreach (var party in (string[])["us/", "ru/"])
            Assert.Equal(
                sent.Where(e => e.StartsWith(party, StringComparison.Ordinal)),
                seen.Where(e => e.StartsWith(party, StringComparison.Ordinal))
            );
    }
}
