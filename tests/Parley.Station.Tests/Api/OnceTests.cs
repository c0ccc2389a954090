using System.Text.Json;
using Parley.Contract;
using Parley.Station.Api;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>What was asked twice because its answer was lost is done once (docs/decisions/0034).</summary>
public sealed class OnceTests
{
    private const string Key = "0123456789abcdef";
    private const string Hello = """{"text":"Hello","by":{"seat":"watch","name":"A. Smith"}}""";

    private static async Task<(int Status, JsonElement Json)> SendAsync(
        ApiFixture api,
        string body = Hello,
        string? key = Key,
        string? run = null,
        CancellationToken? ct = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{api.Line}/entries")
        {
            Content = ApiFixture.Json(body),
        };
        if (key is not null)
            request.Headers.Add(OnceBook.KeyHeader, key);
        if (run is not null)
            request.Headers.Add(OnceBook.RunHeader, run);
        return await ApiFixture.ReadAsync(api.Local.SendAsync(request, ct ?? TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_request_that_is_sent_again_under_its_key_is_done_once_and_answered_the_same()
    {
        await using var api = await ApiFixture.StartAsync();
        var first = await SendAsync(api);
        var second = await SendAsync(api);
        Assert.Equal(201, first.Status);
        Assert.Equal(first.Status, second.Status);
        Assert.Equal(first.Json.GetRawText(), second.Json.GetRawText());
        Assert.Single(api.Station.Drafts);
    }

    [Fact]
    public async Task Without_a_key_or_under_another_one_each_request_is_its_own()
    {
        await using var api = await ApiFixture.StartAsync();
        foreach (var key in (string?[])[null, null, Key, "another0123456789"])
            Assert.Equal(201, (await SendAsync(api, key: key)).Status);
        Assert.Equal(4, api.Station.Drafts.Count);
    }

    [Fact]
    public async Task A_key_that_was_given_to_another_request_is_refused_and_nothing_is_done()
    {
        await using var api = await ApiFixture.StartAsync();
        await SendAsync(api);
        var (status, json) = await SendAsync(api, Hello.Replace("Hello", "Farewell", StringComparison.Ordinal));
        Assert.Equal((422, "key-reused"), (status, json.GetProperty("code").GetString()));
        Assert.Single(api.Station.Drafts);
    }

    [Fact]
    public async Task A_client_that_is_gone_before_the_answer_finds_it_when_it_asks_again()
    {
        await using var api = await ApiFixture.StartAsync();
        var go = api.Station.HoldBack();
        using var gone = new CancellationTokenSource();
        var lost = SendAsync(api, ct: gone.Token);
        await api.Station.Held.WaitAsync(TestContext.Current.CancellationToken);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
        var again = SendAsync(api);
        go.SetResult();
        Assert.Equal(201, (await again).Status);
        Assert.Single(api.Station.Drafts);
    }

    [Fact]
    public async Task What_was_refused_was_not_done_and_is_tried_anew_under_the_same_key()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Station.Refuse = new Refusal("busy", "the store cannot keep up", 429);
        Assert.Equal(429, (await SendAsync(api)).Status);
        api.Station.Refuse = null;
        Assert.Equal(201, (await SendAsync(api)).Status);
        Assert.Single(api.Station.Drafts);
    }

    [Fact]
    public async Task A_station_that_was_started_anew_says_that_it_does_not_know_instead_of_doing_it_twice()
    {
        await using var api = await ApiFixture.StartAsync();
        var run = (await ApiFixture.ReadAsync(api.Local.GetAsync("station", TestContext.Current.CancellationToken)))
            .Json.GetProperty("startedAt")
            .GetString()!;
        var (status, json) = await SendAsync(api, run: "2001-01-01T00:00:00.000Z");
        Assert.Equal((409, "other-run"), (status, json.GetProperty("code").GetString()));
        Assert.Empty(api.Station.Drafts);
        Assert.Equal(201, (await SendAsync(api, run: run)).Status);
        Assert.Equal(201, (await SendAsync(api, run: "2001-01-01T00:00:00.000Z")).Status); // it knows this one
        Assert.Single(api.Station.Drafts);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("with spaces in it")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        await using var api = await ApiFixture.StartAsync();
        Assert.Equal(400, (await SendAsync(api, key: key)).Status);
        Assert.Empty(api.Station.Drafts);
    }

    [Fact]
    public async Task One_who_asks_without_end_spends_his_own_share_and_no_more()
    {
        await using var api = await ApiFixture.StartAsync();
        for (var i = 0; i <= OnceBook.MaxOfStation; i++)
            Assert.Equal(201, (await SendAsync(api, key: $"key{i:D10}")).Status);
        Assert.Equal(201, (await SendAsync(api, key: $"key{OnceBook.MaxOfStation:D10}")).Status);
        Assert.Equal(OnceBook.MaxOfStation + 1, api.Station.Drafts.Count);
        Assert.Equal(201, (await SendAsync(api, key: $"key{0:D10}")).Status); // the oldest made room
        Assert.Equal(OnceBook.MaxOfStation + 2, api.Station.Drafts.Count);
    }
}
