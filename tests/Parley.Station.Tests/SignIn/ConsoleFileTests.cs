using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Parley.Station.Tests.SignIn;

/// <summary>The console's files, served from a folder as a build leaves it.</summary>
public sealed class ConsoleFileTests : IDisposable
{
    private const string Policy =
        "default-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    private const string Script = "/assets/index-DkT7Zb3q.js";
    private readonly string root = Directory.CreateTempSubdirectory("parley-c-").FullName;

    private string Folder => Path.Combine(root, "dist");

    private void Build(string page = "<!doctype html><title>Parley</title>")
    {
        Directory.CreateDirectory(Path.Combine(Folder, "assets"));
        File.WriteAllText(Path.Combine(root, "secret.txt"), "secret");
        File.WriteAllText(Path.Combine(Folder, "index.html"), page);
        File.WriteAllText(Folder + Script, "plain");
        File.WriteAllText(Folder + Script + ".br", "as brotli");
        File.WriteAllText(Folder + Script + ".gz", "as gzip");
        File.WriteAllText(Path.Combine(Folder, "assets", "parley.svg"), "<svg/>");
        File.CreateSymbolicLink(Path.Combine(Folder, "assets", "link.txt"), Path.Combine(root, "secret.txt"));
    }

    private static async Task<(int Status, string Text, HttpResponseMessage Answer)> GetAsync(
        Door door,
        string path,
        string? encoding = null,
        HttpMethod? method = null,
        string? accept = "text/html,application/xhtml+xml,*/*;q=0.8"
    )
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = door.Station.Api,
        };
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (encoding is not null)
            request.Headers.Add("Accept-Encoding", encoding);
        if (accept is not null)
            request.Headers.Add("Accept", accept);
        var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (
            (int)answer.StatusCode,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            answer
        );
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : "";

    [Fact]
    public async Task Every_path_of_the_console_is_its_page_which_is_never_kept_and_lets_nothing_in_from_outside()
    {
        Build();
        await using var door = await Door.OpenAsync(console: Folder);
        foreach (
            var path in (string[])
                ["/", "/index.html", "/watch", "/lines/north/us/3", "/sign-in", "/sign-in?token=x", "/apidocs"]
        )
        {
            var (status, text, answer) = await GetAsync(door, path);
            Assert.Equal((200, "<!doctype html><title>Parley</title>"), (status, text));
            Assert.Equal(Policy, Header(answer, "Content-Security-Policy"));
            Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
            Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
            Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
            Assert.Equal("no-store", Header(answer, "Cache-Control"));
            Assert.Equal("text/html; charset=utf-8", Header(answer, "Content-Type"));
        }
        var (head, nothing, _) = await GetAsync(door, "/", method: HttpMethod.Head);
        Assert.Equal((200, ""), (head, nothing));
    }

    [Fact]
    public async Task A_probe_that_asks_for_a_path_which_there_is_not_is_told_so()
    {
        Build();
        await using var door = await Door.OpenAsync(console: Folder);
        foreach (var path in (string[])["/healthz", "/ready", "/metrics", "/foo", "/watch", "/lines/north/us/3"])
        {
            foreach (var accept in (string?[])[null, "*/*", "application/json", "text/html;q=0"])
            {
                var (status, text, _) = await GetAsync(door, path, accept: accept);
                Assert.Equal(404, status);
                Assert.Contains("unknown-path", text, StringComparison.Ordinal);
            }
        }
        foreach (var path in (string[])["/", "/index.html", "/sign-in", "/health/live", "/health/ready"])
            Assert.Equal(200, (await GetAsync(door, path, accept: "*/*")).Status);
    }

    [Fact]
    public async Task Assets_with_a_hash_in_their_name_are_kept_for_good_and_go_out_packed()
    {
        Build();
        await using var door = await Door.OpenAsync(console: Folder);
        foreach (
            var (encoding, text, coding) in ((string?, string, string)[])
                [
                    (null, "plain", ""),
                    ("br", "as brotli", "br"),
                    ("gzip, deflate", "as gzip", "gzip"),
                    ("gzip;q=1, br;q=0", "as gzip", "gzip"),
                    ("gzip, br", "as brotli", "br"),
                ]
        )
        {
            var (status, got, answer) = await GetAsync(door, Script, encoding);
            Assert.Equal((200, text, coding), (status, got, Header(answer, "Content-Encoding")));
            Assert.Equal("public, max-age=31536000, immutable", Header(answer, "Cache-Control"));
            Assert.Equal("text/javascript; charset=utf-8", Header(answer, "Content-Type"));
            Assert.Equal("Accept-Encoding", Header(answer, "Vary"));
            Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
            Assert.Equal(Policy, Header(answer, "Content-Security-Policy"));
        }
        var (_, _, plain) = await GetAsync(door, "/assets/parley.svg");
        Assert.Equal(("image/svg+xml", "no-store"), (Header(plain, "Content-Type"), Header(plain, "Cache-Control")));
        Assert.Equal(404, (await GetAsync(door, "/assets/gone-DkT7Zb3q.js")).Status);
        Assert.Equal(404, (await GetAsync(door, Script + ".br")).Status);
    }

    [Theory]
    [InlineData("/assets/../../secret.txt")]
    [InlineData("/../secret.txt")]
    [InlineData("/assets/..%2f..%2fsecret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/assets/%2e%2e/%2e%2e/secret.txt")]
    [InlineData("/..\\secret.txt")]
    [InlineData("/assets/..%5c..%5csecret.txt")]
    [InlineData("/assets/link.txt")]
    [InlineData("//etc/passwd")]
    public async Task No_path_leads_out_of_the_folder(string path)
    {
        Build();
        await using var door = await Door.OpenAsync(console: Folder);
        // By hand: a client of the framework would straighten the path before it is sent.
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, door.Station.Api.Port, TestContext.Current.CancellationToken);
        await socket
            .GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                TestContext.Current.CancellationToken
            );
        using var reader = new StreamReader(socket.GetStream());
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "secret",
            answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..],
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_api_stays_the_api()
    {
        Build();
        await using var door = await Door.OpenAsync(console: Folder);
        foreach (var path in (string[])["/api/v1/station", "/api/v1/no-such-path", "/api", "/openapi/v1.json"])
            Assert.Equal(401, (await GetAsync(door, path)).Status);
        Assert.Equal(
            (200, "live\n"),
            ((await GetAsync(door, "/health/live")).Status, (await GetAsync(door, "/health/live")).Text)
        );
        var ada = await door.LetInAsync("Ada", "watch");
        Assert.Equal(404, (await ada.GetAsync("no-such-path")).Status);
    }

    [Fact]
    public async Task A_page_that_asks_for_a_nonce_gets_a_new_one_each_time_that_its_policy_names()
    {
        Build("""<meta name="csp-nonce" content="{{nonce}}">""");
        await using var door = await Door.OpenAsync(console: Folder);
        var nonces = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            var (_, text, answer) = await GetAsync(door, "/");
            var nonce = text["<meta name=\"csp-nonce\" content=\"".Length..^2];
            Assert.True(nonces.Add(nonce));
            Assert.Contains(
                $"style-src 'self' 'nonce-{nonce}';",
                Header(answer, "Content-Security-Policy"),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task Without_a_console_a_plain_page_says_so()
    {
        await using var door = await Door.OpenAsync(console: Folder); // a folder that is not there
        var (status, text, answer) = await GetAsync(door, "/");
        Assert.Equal(200, status);
        Assert.Contains("No console is installed here", text, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(404, (await GetAsync(door, "/watch")).Status);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
