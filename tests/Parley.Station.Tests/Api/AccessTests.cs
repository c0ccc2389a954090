using System.Net;
using Parley.Contract;
using Parley.Station.Api;
using Xunit;

namespace Parley.Station.Tests.Api;

public sealed class AccessTests
{
    [Fact]
    public async Task The_socket_is_for_its_owner_alone()
    {
        await using var api = await ApiFixture.StartAsync();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(api.SocketPath));
        var (status, _) = await ApiFixture.ReadAsync(
            api.Local.GetAsync("station", TestContext.Current.CancellationToken)
        );
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
        using var request = token is null
            ? new HttpRequestMessage(HttpMethod.Get, "station")
            : ApiFixture.WithBearer(HttpMethod.Get, "station", token);
        var (status, json) = await ApiFixture.ReadAsync(
            api.Tcp.SendAsync(request, TestContext.Current.CancellationToken)
        );
        Assert.Equal(expected, status);
        if (expected == 401)
            Assert.Equal("sign-in-wanted", json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Sign_in_links_are_not_made_for_the_token()
    {
        await using var api = await ApiFixture.StartAsync();
        using var request = ApiFixture.WithBearer(HttpMethod.Post, "users/Ada/invite", ApiFixture.Token);
        request.Content = ApiFixture.Json("""{"seats":["watch"]}""");
        var (status, json) = await ApiFixture.ReadAsync(
            api.Tcp.SendAsync(request, TestContext.Current.CancellationToken)
        );
        Assert.Equal((403, "local-only"), (status, json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_page_that_points_its_own_name_here_is_refused()
    {
        await using var api = await ApiFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "station") { Headers = { Host = "evil.example" } };
        var (status, json) = await ApiFixture.ReadAsync(
            api.Tcp.SendAsync(request, TestContext.Current.CancellationToken)
        );
        Assert.Equal((421, "wrong-host"), (status, json.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("x", 421)]
    [InlineData("Bearer", 421)]
    [InlineData("Bearer wrong", 421)]
    [InlineData("Basic dTpw", 421)]
    [InlineData($"Bearer {ApiFixture.Token}", 200)]
    public async Task Only_the_token_itself_makes_up_for_a_foreign_name(string authorization, int expected)
    {
        await using var api = await ApiFixture.StartAsync();
        foreach (var path in (string[])["session", "station"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "evil.example" } };
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            Assert.Equal(
                expected,
                (await ApiFixture.ReadAsync(api.Tcp.SendAsync(request, TestContext.Current.CancellationToken))).Status
            );
        }
    }

    [Fact]
    public async Task The_name_station_is_the_sockets_alone()
    {
        await using var api = await ApiFixture.StartAsync();
        Assert.Equal(
            200,
            (await ApiFixture.ReadAsync(api.Local.GetAsync("station", TestContext.Current.CancellationToken))).Status
        ); // http://station/
        using var request = new HttpRequestMessage(HttpMethod.Get, "session") { Headers = { Host = "station" } };
        Assert.Equal(
            421,
            (await ApiFixture.ReadAsync(api.Tcp.SendAsync(request, TestContext.Current.CancellationToken))).Status
        );
    }

    [Fact]
    public async Task Programs_with_the_token_or_on_the_socket_are_asked_for_no_origin_and_no_half_of_a_session()
    {
        await using var api = await ApiFixture.StartAsync();
        foreach (var site in (string?[])[null, "cross-site", "same-site", "same-origin"])
        {
            using var request = ApiFixture.WithBearer(HttpMethod.Get, "station", ApiFixture.Token);
            if (site is not null)
                request.Headers.Add("Sec-Fetch-Site", site);
            Assert.Equal(
                200,
                (await ApiFixture.ReadAsync(api.Tcp.SendAsync(request, TestContext.Current.CancellationToken))).Status
            );
        }
        using var posted = ApiFixture.WithBearer(HttpMethod.Post, $"{api.Line}/entries", ApiFixture.Token);
        posted.Content = ApiFixture.Json("""{"text":"x","by":{"seat":"watch","name":"A"}}""");
        Assert.Equal(
            201,
            (await ApiFixture.ReadAsync(api.Tcp.SendAsync(posted, TestContext.Current.CancellationToken))).Status
        );
    }

    [Theory]
    [InlineData("http://127.0.0.1:7180", null, false)]
    [InlineData("http://127.0.0.9:7180", null, false)]
    [InlineData("http://[::1]:7180", null, false)]
    [InlineData("http://0.0.0.0:7180", "https://hotline.example", false)]
    [InlineData("http://0.0.0.0:7180", null, true)]
    [InlineData("http://[::]:7180", null, true)]
    [InlineData("http://192.0.2.7:7180", null, true)]
    [InlineData("http://192.0.2.7:7180", "http://localhost:8180", true)]
    public void A_listener_beyond_this_machine_without_TLS_is_warned_of(string listener, string? console, bool warned)
    {
        var address = new ConsoleAddress(console is null ? null : new Uri(console)) { Listener = new Uri(listener) };
        Assert.Equal(
            warned,
            address.Warning?.Contains($"listens on {listener}/ without TLS", StringComparison.Ordinal) ?? false
        );
    }

    [Fact]
    public async Task Health_is_open_and_a_faulted_station_is_not_ready()
    {
        await using var api = await ApiFixture.StartAsync();
        using var live = await api.Tcp.GetAsync("/health/live", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(
            200,
            (
                await ApiFixture.ReadAsync(api.Tcp.GetAsync("/health/ready", TestContext.Current.CancellationToken))
            ).Status
        );
        api.Station.State = StationState.Faulted;
        var (status, json) = await ApiFixture.ReadAsync(
            api.Tcp.GetAsync("/health/ready", TestContext.Current.CancellationToken)
        );
        Assert.Equal((503, """{"state":"faulted","fault":"the disk is full"}"""), (status, json.GetRawText()));
    }
}
