using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Parley.Station.Data;
using Parley.Station.Tests.Faults;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Station.Tests.Operations;

/// <summary>The station's numbers, as Prometheus reads them; and that the rules and the dashboard that come along ask
/// for nothing else.</summary>
public sealed partial class MetricsTests
{
    /// <summary>A name that no other station of this process has: its numbers are told apart by it.</summary>
    private const string Numbered = "numbered";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_of_its_own_gives_the_numbers_that_the_rules_and_the_dashboard_ask_for_and_no_word()
    {
        var port = StationFolder.FreePort();
        await using var line = await PagedLine.StartAsync(new AlertSettings([]), $"127.0.0.1:{port}", Numbered);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await line.Us.SealAsync(line.Line.Id, "sealed for the histogram");
        await line.FlashAsync("do not cross the river");
        var text = "";
        await line.Us.UntilAsync(
            async () =>
                (text = await http.GetStringAsync("/metrics", Stop)).Contains(
                    "class=\"urgent\"",
                    StringComparison.Ordinal
                ),
            "the flash is among the numbers"
        );
        Assert.Equal("1", Value(text, "parley_ready"));
        Assert.Equal("0", Value(text, "parley_forks"));
        Assert.Equal("0", Value(text, "parley_alerts_failing"));
        Assert.DoesNotContain("river", text, StringComparison.Ordinal);
        Assert.DoesNotContain(line.Line.Id.Value, text, StringComparison.Ordinal);
        Assert.DoesNotContain("officer of", text, StringComparison.Ordinal);
        using var other = await http.GetAsync("/api/v1/station", Stop);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, other.StatusCode);

        // Counters that have not counted yet give no line.
        string[] silent = ["parley_own_feed_foreign", "parley_requests_refused_total"];
        var given = NameOf().Matches(text).Select(m => m.Value).Concat(silent).ToHashSet(StringComparer.Ordinal);
        foreach (var file in (string[])["prometheus/parley.rules.yml", "grafana/parley.json"])
        {
            var asked = NameOf()
                .Matches(await File.ReadAllTextAsync(Deploy(file), Stop))
                .Select(m => m.Value)
                .Where(n => n.StartsWith("parley_", StringComparison.Ordinal))
                .ToHashSet(StringComparer.Ordinal);
            Assert.NotEmpty(asked);
            Assert.Empty(asked.Except(given, StringComparer.Ordinal));
        }
        var (code, said) = await PromtoolAsync(["check", "metrics"], text);
        Assert.DoesNotContain("error while linting", said, StringComparison.Ordinal);
        Assert.InRange(code, 0, 3); // 3: lint of names of other meters, which are theirs
    }

    [Fact]
    public async Task Prometheus_takes_the_rules()
    {
        var (code, said) = await PromtoolAsync(["check", "rules", Deploy("prometheus/parley.rules.yml")], "");
        Assert.True(code == 0, said);
    }

    [Fact]
    public void The_dashboard_is_one_that_Grafana_reads()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Deploy("grafana/parley.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal(panels.Count, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels, p => Assert.NotEmpty(p.GetProperty("targets").EnumerateArray()));
    }

    [Fact]
    public async Task A_port_that_is_taken_keeps_the_station_from_starting_and_is_named()
    {
        await using var line = LiveLine.Make("us", "ru");
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var settings = new StationSettings("us", line["us"].Folder.Card.Name)
        {
            Metrics = taken.LocalEndpoint.ToString(),
        };
        await File.WriteAllBytesAsync(line["us"].Folder.Directory.Settings, settings.Encode(), Stop);
        Assert.False((await line["us"].TryStartAsync()).TryGet(out _, out var why));
        Assert.Contains(taken.LocalEndpoint.ToString()!, why, StringComparison.Ordinal);
    }

    /// <summary>The value of that station: the test's process has others too.</summary>
    private static string Value(string text, string name) =>
        Assert
            .Single(
                text.Split('\n'),
                l =>
                    l.StartsWith($"{name}{{", StringComparison.Ordinal)
                    && l.Contains($"=\"{Numbered}\"", StringComparison.Ordinal)
            )
            .Split('}')[^1]
            .Trim()
            .Split(' ')[0];

    private static string Deploy(string file) => Path.Combine(VectorFolder.ProjectRoot(), "deploy", file);

    private static async Task<(int Code, string Said)> PromtoolAsync(string[] arguments, string input)
    {
        var start = new ProcessStartInfo("promtool", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("promtool is not here (Debian: prometheus)");
        }
        using (process)
        {
            await process!.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(Stop);
            var output = await process.StandardOutput.ReadToEndAsync(Stop);
            await process.WaitForExitAsync(Stop);
            return (process.ExitCode, output + await error);
        }
    }

    [GeneratedRegex(@"\b[a-z]+(_[a-z0-9]+)+\b")]
    private static partial Regex NameOf();
}
