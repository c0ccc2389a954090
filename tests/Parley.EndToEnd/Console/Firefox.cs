using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>Debian's Firefox with one page, driven by WebDriver BiDi: it opens files and runs script in them, which is all
/// that is asked of it.</summary>
internal sealed class Firefox : IAsyncDisposable
{
    private const string Program = "/usr/bin/firefox-esr";
    private const string Listening = "WebDriver BiDi listening on ";
    private readonly Process process;
    private readonly ClientWebSocket socket = new();
    private int commands;
    private string page = "";

    private readonly TestFolder profile;

    private Firefox(Process process, TestFolder profile)
    {
        this.process = process;
        this.profile = profile;
    }

    internal static async Task<Firefox> StartAsync()
    {
        if (!File.Exists(Program))
            Assert.Skip("Firefox is not installed: apt-get install firefox-esr");
        var home = new TestFolder();
        var start = new ProcessStartInfo(Program)
        {
            ArgumentList = { "--headless", "--no-remote", "--profile", home.Path, "--remote-debugging-port", "0" },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["HOME"] = home.Path;
        var firefox = new Firefox(Process.Start(start)!, home);
        var address = Channel.CreateUnbounded<string>();
        firefox.process.ErrorDataReceived += (_, said) =>
        {
            if (said.Data?.StartsWith(Listening, StringComparison.Ordinal) == true)
                address.Writer.TryWrite(said.Data[Listening.Length..].Trim());
        };
        firefox.process.OutputDataReceived += (_, _) => { };
        firefox.process.BeginErrorReadLine();
        firefox.process.BeginOutputReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Until.Limit);
        await firefox.socket.ConnectAsync(
            new Uri(await address.Reader.ReadAsync(limit.Token) + "/session"),
            limit.Token
        );
        await firefox.AskAsync("session.new", new JsonObject { ["capabilities"] = new JsonObject() });
        var tree = await firefox.AskAsync("browsingContext.getTree", []);
        firefox.page = tree["contexts"]![0]!["context"]!.GetValue<string>();
        return firefox;
    }

    internal Task OpenAsync(string url) =>
        AskAsync(
            "browsingContext.navigate",
            new JsonObject
            {
                ["context"] = page,
                ["url"] = url,
                ["wait"] = "complete",
            }
        );

    /// <summary>The text that an expression has in the page.</summary>
    internal async Task<string> EvaluateAsync(string expression)
    {
        var answer = await AskAsync(
            "script.evaluate",
            new JsonObject
            {
                ["expression"] = expression,
                ["target"] = new JsonObject { ["context"] = page },
                ["awaitPromise"] = true,
            }
        );
        Assert.True(answer["type"]?.GetValue<string>() == "success", answer.ToJsonString());
        return answer["result"]!["value"]!.GetValue<string>();
    }

    private async Task<JsonObject> AskAsync(string method, JsonObject parameters)
    {
        var id = ++commands;
        var message = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters,
        }.ToJsonString();
        var ct = TestContext.Current.CancellationToken;
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, ct);
        while (true)
        {
            using var whole = new MemoryStream();
            var buffer = new byte[1 << 16];
            ValueWebSocketReceiveResult got;
            do
            {
                got = await socket.ReceiveAsync(buffer.AsMemory(), ct);
                whole.Write(buffer, 0, got.Count);
            } while (!got.EndOfMessage);
            var said = JsonNode.Parse(Encoding.UTF8.GetString(whole.ToArray()))!;
            if (said["id"]?.GetValue<int>() != id)
                continue; // an event
            Assert.True(said["type"]?.GetValue<string>() == "success", said.ToJsonString());
            return said["result"]!.AsObject();
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        profile.Dispose();
    }
}
