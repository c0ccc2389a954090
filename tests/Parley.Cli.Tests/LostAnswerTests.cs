using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Parley.Cli.Tests;

/// <summary>An answer that is lost is "not known whether it was done"; exit code 1 is left to what was surely
/// not.</summary>
public sealed class LostAnswerTests : IDisposable
{
    private const string Line = "us-ru-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private readonly Transcript transcript = new();

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"id\":")]
    [InlineData(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nContent-Length: 39\r\n\r\n{\"title\":\"it may be\",\"code\":\"in-doubt\"}"
    )]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")]
    public async Task An_act_whose_answer_is_lost_ends_with_3_and_says_to_look_first(string answer)
    {
        var (lines, asked) = await SendAsync(answer);
        Assert.Equal("? 3", lines[^1]);
        Assert.Equal(1, asked); // and is not sent again by itself
        if (answer.Length == 0)
            Assert.Contains(lines, line => line.Contains("not known whether it was done", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_act_that_the_station_refuses_ends_with_1()
    {
        var (lines, _) = await SendAsync(
            "HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\nContent-Length: 36\r\n\r\n{\"title\":\"no\",\"code\":\"illegal-step\"}"
        );
        Assert.Equal(["! parley: no", "? 1"], lines);
    }

    [Fact]
    public async Task An_act_that_reaches_no_station_ends_with_1()
    {
        await File.WriteAllTextAsync(
            Path.Combine(transcript.Folder, "station.json"),
            "{}",
            TestContext.Current.CancellationToken
        );
        var lines = await transcript.RunAsync($"send --line {Line} --by A TEXT --data DIR");
        Assert.Equal("? 1", lines[^1]);
        Assert.Contains("no station is running", lines[0], StringComparison.Ordinal);
    }

    /// <summary>A station that takes one request whole and answers so much of it before it is killed.</summary>
    private async Task<(IReadOnlyList<string> Lines, int Asked)> SendAsync(string answer)
    {
        await File.WriteAllTextAsync(
            Path.Combine(transcript.Folder, "station.json"),
            "{}",
            TestContext.Current.CancellationToken
        );
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(transcript.Folder, "parley.sock")));
        listener.Listen();
        var asked = 0;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var serving = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var peer = await listener.AcceptAsync(over.Token);
                    asked++;
                    var (buffer, got) = (new byte[64 * 1024], "");
                    while (!got.Contains("\r\n\r\n{", StringComparison.Ordinal) || !got.EndsWith('}'))
                    {
                        var read = await peer.ReceiveAsync(buffer);
                        if (read == 0)
                            break;
                        got += Encoding.UTF8.GetString(buffer, 0, read);
                    }
                    await peer.SendAsync(Encoding.UTF8.GetBytes(answer));
                    peer.Shutdown(SocketShutdown.Both);
                }
            },
            TestContext.Current.CancellationToken
        );
        var lines = await transcript.RunAsync($"send --line {Line} --by A TEXT --data DIR");
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
        return (lines, asked);
    }

    public void Dispose() => transcript.Dispose();
}
