using System.Net;
using Parley.Station.Api;
using Xunit;

namespace Parley.Station.Tests.Api;

public sealed class AccessTests
{
    [Fact]
    public async Task The_socket_is_for_its_owner_alone()
    {
        await using var api = await ApiFixture.StartAsync();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(api.SocketPath));
        var (status, _) = await ApiFixture.ReadAsync(api.Local.GetAsync("station", TestContext.Current.CancellationToken));
        Assert.Equal(200, status);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("wrong", 401)]
    [InlineData("", 401)]
    [InlineData(ApiFixture.Token, 200)]
    public async Task The_port_wants_the_bearer_token(string? token, int expected)
    {
        await using var api = await ApiFixture.StartAsync();
        using var request = token is null ? new HttpRequestMessage(HttpMethod.Get, "station") : ApiFixture.WithBearer(HttpMethod.Get, "station", token);
        var (status, json) = await ApiFixture.ReadAsync(api.Tcp.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal(expected, status);
        if (expected == 401) Assert.Equal("sign-in-wanted", json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_sign_in_link_works_once_and_its_session_reads_and_writes_from_its_own_page_only()
    {
        await using var api = await ApiFixture.StartAsync();
        var (_, link) = await ApiFixture.ReadAsync(api.Local.PostAsync("sign-in-links", null, TestContext.Current.CancellationToken));
        var url = link.GetProperty("url").GetString()!;
        using var first = await api.Tcp.GetAsync(url, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        var cookie = first.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        using var second = await api.Tcp.GetAsync(url, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);

        async Task<int> Status(HttpMethod method, string path, string? site)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add("Cookie", cookie.Split(';')[0]);
            if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
            if (method == HttpMethod.Post) request.Content = ApiFixture.Json("""{"text":"x","by":{"seat":"watch","name":"A"}}""");
            using var answer = await api.Tcp.SendAsync(request, TestContext.Current.CancellationToken);
            return (int)answer.StatusCode;
        }
        Assert.Equal(200, await Status(HttpMethod.Get, first.Headers.Location!.ToString(), null));
        Assert.Equal(200, await Status(HttpMethod.Get, "station", null));
        Assert.Equal(201, await Status(HttpMethod.Post, $"{api.Line}/entries", "same-origin"));
        Assert.Equal(403, await Status(HttpMethod.Post, $"{api.Line}/entries", "same-site"));
        Assert.Equal(403, await Status(HttpMethod.Post, $"{api.Line}/entries", "cross-site"));
        Assert.Equal(403, await Status(HttpMethod.Post, $"{api.Line}/entries", null));
    }

    [Fact]
    public async Task Sign_in_links_are_made_on_the_socket_only()
    {
        await using var api = await ApiFixture.StartAsync();
        using var request = ApiFixture.WithBearer(HttpMethod.Post, "sign-in-links", ApiFixture.Token);
        var (status, json) = await ApiFixture.ReadAsync(api.Tcp.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal((403, "local-only"), (status, json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_page_that_points_its_own_name_here_is_refused()
    {
        await using var api = await ApiFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "station") { Headers = { Host = "evil.example" } };
        var (status, json) = await ApiFixture.ReadAsync(api.Tcp.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal((421, "wrong-host"), (status, json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Health_is_open_and_a_faulted_station_is_not_ready()
    {
        await using var api = await ApiFixture.StartAsync();
        using var live = await api.Tcp.GetAsync("/health/live", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(200, (await ApiFixture.ReadAsync(api.Tcp.GetAsync("/health/ready", TestContext.Current.CancellationToken))).Status);
        api.Station.State = StationState.Faulted;
        var (status, json) = await ApiFixture.ReadAsync(api.Tcp.GetAsync("/health/ready", TestContext.Current.CancellationToken));
        Assert.Equal((503, """{"state":"faulted","fault":"the disk is full"}"""), (status, json.GetRawText()));
    }
}
