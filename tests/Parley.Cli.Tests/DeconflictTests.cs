using System.Text;
using Xunit;

namespace Parley.Cli.Tests;

public sealed class DeconflictTests
{
    private const string Shape =
        """{"volume":{"outline_circle":{"center":{"lng":LNG,"lat":0},"radius":{"value":1000,"units":"M"}}}}""";

    [Fact]
    public async Task A_file_of_activities_gives_each_conflicting_pair_and_1_or_nothing_and_0() // DECONFLICTION-12
    {
        using var transcript = new Transcript();
        Write(
            transcript,
            "plans.json",
            $$$"""{"activities":{"patrol":[{{{At("0")}}},{{{At("0.01")}}}],"convoy":[{{{At("0.02")}}}],"far":[{{{At("9")}}}]}}"""
        );
        await transcript.PlayAsync(
            """
            $ parley deconflict DIR/plans.json
            {"a":"patrol","b":"convoy","volumes":[[1,0]]}
            ? 1
            $ parley deconflict DIR/plans.json --separation 500m --json
            {"a":"patrol","b":"convoy","volumes":[[0,0],[1,0]]}
            ? 1
            $ parley deconflict DIR/plans.json --separation fifty
            ! parley: --separation: 'fifty' is not a distance such as 500m, 1.5km or 3nm
            ? 2
            """
        );
        Write(transcript, "apart.json", $$$"""{"activities":{"patrol":[{{{At("0")}}}],"far":[{{{At("9")}}}]}}""");
        await transcript.PlayAsync("$ parley deconflict DIR/apart.json --json");
    }

    [Fact]
    public async Task A_person_reads_where_and_when() // DECONFLICTION-12
    {
        using var transcript = new Transcript(isTerminal: true);
        Write(transcript, "plans.json", $$$"""{"activities":{"patrol":[{{{At("0")}}}],"convoy":[{{{At("0.01")}}}]}}""");
        await transcript.PlayAsync(
            """
            $ parley deconflict DIR/plans.json
            patrol and convoy
              volumes 0 and 0: 0.000…,-0.009… to 0.009…,0.009…, open to open W84, open to open
            1 pair conflicts.
            ? 1
            """
        );
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_gives_2_with_the_reason_and_the_place() // DECONFLICTION-12
    {
        using var transcript = new Transcript();
        Write(
            transcript,
            "bad.json",
            """{"activities":{"patrol":[{"volume":{"outline_polygon":{"vertices":[{"lng":0,"lat":0},{"lng":2,"lat":2},{"lng":2,"lat":0},{"lng":0,"lat":2}]}}}]}}"""
        );
        Write(transcript, "text.json", "{");
        await transcript.PlayAsync(
            """
            $ parley deconflict DIR/none.json
            ! parley: DIR/none.json is not there
            ? 2
            $ parley deconflict DIR/text.json
            ! parley: DIR/text.json is not JSON: line 1, byte 2
            ? 2
            $ parley deconflict DIR/bad.json --json
            ! {"error":"DIR/bad.json cannot be used: activities.patrol[0].volume.outline_polygon: crosses or touches itself: edge 0 and edge 2 meet at 1,1","code":"usage","exit":2}
            ? 2
            """
        );
    }

    private static string At(string longitude) => Shape.Replace("LNG", longitude, StringComparison.Ordinal);

    private static void Write(Transcript transcript, string name, string text) =>
        File.WriteAllText(Path.Combine(transcript.Folder, name), text, Encoding.UTF8);
}
