using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Parley.Cli.Tests;

/// <summary>A list that the station gives in pages is one list to whoever reads it.</summary>
public sealed class PagesTests : IDisposable
{
    private const string Line = "us-ru-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private readonly Transcript transcript = new();

    [Fact] // TRAFFIC-85
    public async Task All_pages_of_what_is_planned_are_printed()
    {
        var (lines, asked) = await ListAsync(
            "--json",
            after => $$"""[{"entry":"ru/{{after}}1"},{"entry":"ru/{{after}}2"}]"""
        );
        Assert.Equal(
            ["""{"entry":"ru/1"}""", """{"entry":"ru/2"}""", """{"entry":"ru/71"}""", """{"entry":"ru/72"}"""],
            lines
        );
        Assert.Equal(["", "ru/7"], asked);
    }

    [Fact] // TRAFFIC-85
    public async Task As_features_and_as_events_they_are_one_document()
    {
        var (features, asked) = await ListAsync(
            "--geojson",
            after => $$"""{"type":"FeatureCollection","features":[{"id":"a{{after}}"}]}"""
        );
        Assert.Equal("""{"type":"FeatureCollection","features":[{"id":"a"},{"id":"a7"}]}""", Assert.Single(features));
        Assert.Equal(["", "ru/7"], asked);
        var (events, _) = await ListAsync("--cot", after => $"<events>\n  <event uid=\"a{after}\" />\n</events>\n");
        Assert.Equal(["<events>", "  <event uid=\"a\" />", "  <event uid=\"a7\" />", "</events>"], events);
    }

    /// <summary>A station that has two pages, the second after ru/7.</summary>
    private async Task<(IReadOnlyList<string> Lines, IReadOnlyList<string> Asked)> ListAsync(
        string option,
        Func<string, string> page
    )
    {
        await File.WriteAllTextAsync(
            Path.Combine(transcript.Folder, "station.json"),
            "{}",
            TestContext.Current.CancellationToken
        );
        var path = Path.Combine(transcript.Folder, "parley.sock");
        File.Delete(path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var asked = new List<string>();
        var serving = Task.Run(async () =>
        {
            for (var i = 0; i < 2; i++)
            {
                using var peer = await listener.AcceptAsync();
                var (buffer, got) = (new byte[64 * 1024], "");
                while (!got.Contains("\r\n\r\n", StringComparison.Ordinal))
                    got += Encoding.UTF8.GetString(buffer, 0, await peer.ReceiveAsync(buffer));
                var after = Uri.UnescapeDataString(
                    Regex
                        .Match(
                            got,
                            "after=(?<after>[^ &]*)",
                            RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
                        )
                        .Groups["after"]
                        .Value
                );
                asked.Add(after);
                var body = page(after.Length == 0 ? "" : "7");
                await peer.SendAsync(
                    Encoding.UTF8.GetBytes(
                        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{(after.Length == 0 ? "Parley-Next: ru/7\r\n" : "")}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"
                    )
                );
            }
        });
        var lines = await transcript.RunAsync($"activity list --line {Line} {option} --data DIR");
        await serving.WaitAsync(TestContext.Current.CancellationToken);
        return (lines, asked);
    }

    public void Dispose() => transcript.Dispose();
}
