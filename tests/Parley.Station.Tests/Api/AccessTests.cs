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
    public async Task Sign_in_links_are_not_made_for_the_token()
    {
        await using var api = await ApiFixture.StartAsync();
        using var request = ApiFixture.WithBearer(HttpMethod.Post, "users/Ada/invite", ApiFixture.Token);
        request.Content = ApiFixture.Json("""{"seats":["watch"]}""");
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
