using Xunit;

namespace Parley.Cli.Tests;

/// <summary>Odd files and odd numbers end a command with a sentence; a transcript shows an exception that gets away as
/// none.</summary>
public sealed class VolumeOptionsTests
{
    public static TheoryData<string> OddFiles =>
        new(
            """{"type":"Feature","properties":{"lowerMetres":100,"upperMetres":200,"reference":5},"geometry":GEO}""",
            """{"type":"Feature","properties":{"from":1796000000000},"geometry":GEO}""",
            """{"type":"Feature","properties":{},"geometry":{"type":5,"coordinates":[]}}""",
            """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[NaN,1]]]}}""",
            """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1e400,1],[2,1],[2,2]]]}}""",
            """{"type":"Feature","type":"Feature","geometry":GEO}""",
            """// areas""",
            "",
            "null",
            "5",
            "[]",
            "[null]",
            "[[]]",
            "{}",
            """{"type":"FeatureCollection","features":[null]}""",
            """{"type":"FeatureCollection","features":[]}""",
            """{"type":"FeatureCollection","features":5}""",
            """{"volumes":5}""",
            """{"volumes":[5]}""",
            """{"volumes":null}""",
            """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[null]}}""",
            """{"type":"Feature","geometry":{"type":"Polygon","coordinates":null}}""",
            """{"type":"Feature","properties":5,"geometry":GEO}""",
            """[{"volume":{"outline_circle":{"center":{"lng":1e999,"lat":2},"radius":{"value":5,"units":"M"}}}}]""",
            """[{"volume":{"outline_circle":{"center":{"lng":1,"lat":2},"radius":{"value":1e999,"units":"M"}}}}]""",
            """[{"volume":{"outline_circle":{"center":{"lng":1,"lat":2},"radius":{"value":"5","units":7}}},"time_start":5}]""",
            """{"type":"\ud800"}"""
        );

    [Theory]
    [MemberData(nameof(OddFiles))]
    public async Task An_odd_file_of_volumes_is_refused_in_a_sentence(string content)
    {
        using var transcript = new Transcript();
        await File.WriteAllTextAsync(
            Path.Combine(transcript.Folder, "odd.json"),
            content.Replace(
                "GEO",
                """{"type":"Polygon","coordinates":[[[24.1,56.95],[24.3,56.95],[24.3,57.05],[24.1,56.95]]]}""",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        foreach (var command in (string[])["activity check", "activity notify NAME", "movement submit PURPOSE"])
            await RefusedAsync(transcript, $"{command} --volumes DIR/odd.json --data DIR/none");
    }

    [Theory]
    [
        InlineData("activity check --circle 1,2,1e999"),
        InlineData("activity check --circle 1,2,NaN"),
        InlineData("activity check --circle 1,2,-5"),
        InlineData("activity check --circle 1,2"),
        InlineData("activity check --circle 181,2,5")
    ]
    [
        InlineData("activity check --circle 1,2,5 --lower NaN"),
        InlineData("activity check --circle 1,2,5 --lower 1e999"),
        InlineData("activity check --circle 1,2,5 --upper -1e999"),
        InlineData("activity check --circle 1,2,5 --upper 1,500")
    ]
    [
        InlineData("activity check --circle 1,2,5 --lower 9 --upper 8"),
        InlineData("activity check --circle 1,2,5 --lower 1e308"),
        InlineData("activity check --circle 1,2,5 --from 9999-12-32"),
        InlineData("activity check --circle 1,2,5 --from soon")
    ]
    [
        InlineData("activity check --circle 1,2,5 --separation NaNm"),
        InlineData("notice give WHAT --position 1,NaN"),
        InlineData("notice give WHAT --position 24,1,56,95"),
        InlineData("notice give WHAT --position 56.60N,190E"),
        InlineData("notice give WHAT --uncertainty 1e999")
    ]
    [
        InlineData("notice give WHAT --uncertainty 1,500"),
        InlineData("send --field at=1,500 TEXT"),
        InlineData("send --field range=1e999 TEXT"),
        InlineData("movement submit X --route A=1,2,3"),
        InlineData("movement submit X --route A=1,NaN"),
        InlineData("movement submit X --headcount NaN")
    ]
    [
        InlineData("blind propose --cell NaN --area 1,2,3,4 --window 2026-01-01/2026-01-02 --band 0,1"),
        InlineData("blind propose --layer 1e999 --area 1,2,3,4 --window 2026-01-01/2026-01-02 --band 0,1"),
        InlineData("blind propose --area 1,2,3,NaN --window 2026-01-01/2026-01-02 --band 0,1")
    ]
    [InlineData("blind propose --area 1,2,3,4 --window 2026-01-01/9999-12-31 --band 0,1e999")]
    public async Task An_odd_number_is_refused_in_a_sentence(string command)
    {
        using var transcript = new Transcript();
        await RefusedAsync(transcript, $"{command} --data DIR/none");
    }

    [Fact]
    public async Task A_date_at_the_end_of_the_calendar_is_read()
    {
        using var transcript = new Transcript();
        Assert.Contains(
            await transcript.RunAsync("chronology --at 9999-12-31 --data DIR/none"),
            line => line.Contains("no station", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Every_part_of_a_file_is_read_before_the_station_is_asked()
    {
        using var transcript = new Transcript();
        await File.WriteAllTextAsync(
            Path.Combine(transcript.Folder, "parts.json"),
            "\ufeff"
                + """{"type":"MultiPolygon","coordinates":[[[[179.5,10],[180.5,10],[180.5,11],[179.5,10]]],[[[1,1],[2,1],[2,2],[1,1]]]]}""",
            TestContext.Current.CancellationToken
        );
        Assert.Contains(
            await transcript.RunAsync("activity check --volumes DIR/parts.json --data DIR/none"),
            line => line.Contains("no station", StringComparison.Ordinal)
        );
    }

    /// <summary>Exit 1 or 2 with the reason on standard error, and not for want of a station.</summary>
    private static async Task RefusedAsync(Transcript transcript, string command)
    {
        var lines = await transcript.RunAsync(command);
        Assert.True(lines[^1] is "? 1" or "? 2", $"{command}: {string.Join('\n', lines)}");
        Assert.Contains(lines, line => line.StartsWith('!'));
        Assert.DoesNotContain(lines, line => line.Contains("no station", StringComparison.Ordinal));
    }
}
