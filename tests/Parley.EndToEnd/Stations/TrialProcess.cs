using System.Text.Json.Nodes;
using Xunit;

namespace Parley.EndToEnd.Stations;

/// <summary><c>parley try --json</c>, up and linked.</summary>
internal sealed class TrialProcess : IAsyncDisposable
{
    private readonly ParleyProcess process;

    private TrialProcess(ParleyProcess process, JsonNode report)
    {
        this.process = process;
        Report = report;
    }

    /// <summary>What it printed.</summary>
    internal JsonNode Report { get; }
    internal string Line => Report["line"]!.GetValue<string>();

    internal static async Task<TrialProcess> StartAsync(TestFolder folder, params string[] more)
    {
        var started = ParleyProcess.Start(
            folder["try.log"],
            ["try", "--data", folder["try"], "--json", "--stop-with-stdin", .. more]
        );
        try
        {
            return new TrialProcess(started, JsonNode.Parse(await started.NextLineAsync())!);
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    internal string Data(string party) =>
        Report["stations"]!.AsArray().Single(s => s!["party"]!.GetValue<string>() == party)![
            "data"
        ]!.GetValue<string>();

    internal Task<Said> RunAsync(string party, params string[] arguments) =>
        ParleyCommand.RunAsync([.. arguments, "--data", Data(party)], input: "");

    /// <summary>Ctrl-C.</summary>
    internal async Task InterruptAsync() => Assert.Equal(0, await process.StopAsync(ParleyProcess.SigInt));

    /// <summary>What happens to it when whoever started it is gone.</summary>
    internal async Task EndInputAsync() => Assert.Equal(0, await process.EndInputAsync());

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
