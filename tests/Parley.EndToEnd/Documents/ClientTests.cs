using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Documents;

/// <summary>The clients of docs/operations/clients do what they say: somebody will begin with a copy of one.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class ClientTests
{
    private static readonly string Clients = Path.Combine(VectorFolder.ProjectRoot(), "docs/operations/clients");

    [Fact]
    public Task The_client_in_Python_says_what_is_sealed_and_follows_on_after_its_station_was_killed()
    {
        if (!IsOnPath("python3"))
            Assert.Skip("skipped: no python3 (apt-get install python3)");
        return SaysFollowsAndGoesOnAsync(_ => ["python3", Path.Combine(Clients, "client.py")]);
    }

    [Fact]
    [Trait("Round", "long")]
    public Task So_does_the_one_in_C_Sharp() =>
        SaysFollowsAndGoesOnAsync(folder =>
        {
            // Outside of the tree, as with whoever copied it: the tree's own rules of building are not for it.
            var copy = Path.Combine(folder, "client.cs");
            File.Copy(Path.Combine(Clients, "client.cs"), copy);
            return ["dotnet", "run", copy, "--"];
        });

    [Fact]
    public Task So_does_the_one_in_TypeScript() => SaysFollowsAndGoesOnAsync(TypeScript);

    [Theory]
    [InlineData("Python")]
    [InlineData("TypeScript")]
    public async Task A_client_whose_answer_was_lost_asks_again_and_there_is_one_entry(string language)
    {
        if (language == "Python" && !IsOnPath("python3"))
            Assert.Skip("skipped: no python3 (apt-get install python3)");
        await using var open = await OpenLine.OfAsync(["us", "ru"]);
        await using var proxy = new LossyProxy(open["us"].Api.Address);
        string[] program =
            language == "Python" ? ["python3", Path.Combine(Clients, "client.py")] : TypeScript(open.Folder.Path);
        await using var client = new Client(
            [
                .. program,
                proxy.Address.ToString().TrimEnd('/'),
                Path.Combine(open["us"].Data, "api.token"),
                open.Line,
                "Said once",
            ],
            open.Folder.Path
        );
        await client.LineAsync(l => l.Contains("held by every party", StringComparison.Ordinal));
        Assert.Equal(1, proxy.Lost);
        var record = (await open["ru"].RunAsync("record", "list", "--json")).Ended(0).Output;
        Assert.Single(record.Split('\n'), l => l.Contains("Said once", StringComparison.Ordinal));
    }

    /// <summary>The types are taken away by the compiler that the console is built with: older versions of Node do not do
    /// it by themselves.</summary>
    private static string[] TypeScript(string folder)
    {
        var compiler = Path.Combine(VectorFolder.ProjectRoot(), "console/node_modules/typescript");
        if (!IsOnPath("node") || !Directory.Exists(compiler))
            Assert.Skip("skipped: no node, or the console's packages are not installed (.ci/console.sh)");
        var program = Path.Combine(folder, "client.mjs");
        using var compiled = Process.Start(
            Describe(
                [
                    "node",
                    "-e",
                    $"const ts=require({JsonValue.Create(compiler)!.ToJsonString()}),fs=require('fs');fs.writeFileSync(process.argv[2],ts.transpileModule(fs.readFileSync(process.argv[1],'utf8'),{{compilerOptions:{{target:'es2022',module:'esnext'}}}}).outputText)",
                    Path.Combine(Clients, "client.ts"),
                    program,
                ],
                folder
            )
        )!;
        compiled.WaitForExit();
        Assert.Equal(0, compiled.ExitCode);
        return ["node", program];
    }

    private static Task SaysFollowsAndGoesOnAsync(Func<string, string[]> program) =>
        SaysFollowsAndGoesOnAsync(open => Task.FromResult(program(open.Folder.Path)));

    /// <param name="program">Makes the client beside a line that is open, and says how it is run.</param>
    internal static async Task SaysFollowsAndGoesOnAsync(Func<OpenLine, Task<string[]>> program)
    {
        await using var open = await OpenLine.OfAsync(["us", "ru"]);
        var us = open["us"];
        string[] command =
        [
            .. await program(open),
            us.Api.Address.ToString().TrimEnd('/'),
            Path.Combine(us.Data, "api.token"),
            open.Line,
            "The corridor is open",
        ];
        await using var client = new Client(command, open.Folder.Path);
        var said = await client.LineAsync(l => l.Contains("held by every party", StringComparison.Ordinal));
        Assert.StartsWith("us/", said, StringComparison.Ordinal);
        await client.LineAsync(_ => true); // it follows: the first that a station says is how its lines stand

        var first = await SendAsync(open["ru"], "We heard you");
        await client.SeesAsync(first);

        // What is said while the client's own station is away comes once it is back.
        await us.KillAsync();
        var meanwhile = await SendAsync(open["ru"], "Are you there?");
        await us.StartAsync();
        await client.SeesAsync(meanwhile);
        Assert.Equal(client.Seen.Distinct(), client.Seen);

        using var refused = Process.Start(Describe([.. command[..^2], "nosuchline", "To nobody"], open.Folder.Path))!;
        var reason = await refused.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await refused.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("refused (", reason, StringComparison.Ordinal);
    }

    private static async Task<string> SendAsync(TestStation station, string text) =>
        (await station.RunAsync("send", text, "--json")).Ended(0).Json["id"]!.GetValue<string>();

    internal static bool IsOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, name)));

    internal static ProcessStartInfo Describe(string[] command, string folder)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONUNBUFFERED"] = "1";
        return start;
    }

    /// <summary>A running client and the entries that it has shown so far, in order.</summary>
    private sealed class Client : IAsyncDisposable
    {
        private readonly Process process;
        private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
        private readonly Task reading;
        private readonly Task<string> errors;

        internal Client(string[] command, string folder)
        {
            process = Process.Start(Describe(command, folder))!;
            reading = ReadAsync();
            errors = process.StandardError.ReadToEndAsync();
        }

        internal List<string> Seen { get; } = [];

        internal async Task SeesAsync(string entry)
        {
            if (!Seen.Contains(entry))
                await LineAsync(_ => Seen.LastOrDefault() == entry);
        }

        internal async Task<string> LineAsync(Func<string, bool> wanted)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(Until.Limit);
            try
            {
                while (true)
                {
                    var line = await lines.Reader.ReadAsync(limit.Token);
                    if (line.StartsWith("entry {", StringComparison.Ordinal))
                        Seen.Add(JsonNode.Parse(line["entry ".Length..])!["id"]!.GetValue<string>());
                    if (wanted(line))
                        return line;
                }
            }
            catch (ChannelClosedException e)
            {
                throw new InvalidOperationException($"the client ended: {await errors}", e);
            }
        }

        private async Task ReadAsync()
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
                lines.Writer.TryWrite(line);
            lines.Writer.Complete();
        }

        public async ValueTask DisposeAsync()
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            await reading;
            process.Dispose();
        }
    }
}
