using Xunit;

namespace Parley.Cli.Tests;

public sealed class UsageTests
{
    [Fact]
    public async Task Wrong_usage_ends_with_2_and_says_where_help_is()
    {
        using var transcript = new Transcript();
        await transcript.PlayAsync(
            """
            $ parley sned hello
            ! parley: 'sned' is not known here; did you mean 'send'?
            ! parley: 'hello' is not known here
            ! Help: parley --help
            ? 2
            $ parley send --precedense flash hello
            ! parley: '--precedense' is not known here; did you mean '--precedence'?
            ! Help: parley send --help
            ? 2
            $ parley send --of-record
            ! parley: '--of-record' is not known here; did you mean '--off-record'?
            ! Help: parley send --help
            ? 2
            $ parley send --data DIR/none -- --of-record
            ! parley: no station in DIR/none (make one: parley init --party ID --name NAME --data DIR/none)
            ? 1
            $ parley send --precedence urgent hello
            ! parley: Argument 'urgent' not recognized. Must be one of:…
            !   'routine'
            !   'priority'
            !   'immediate'
            !   'flash'
            ! Help: parley send --help
            ? 2
            $ parley init --party us
            ! parley: Option '--name' is required.
            ! Help: parley init --help
            ? 2
            $ parley send --data DIR/none --wait delivered hello
            ! parley: --wait takes sealed or sealed=SECONDS
            ? 2
            $ parley send --data DIR/none
            ! parley: there is nothing to send: give a text, or - to read it from standard input
            ? 2
            $ parley ack us-3 --data DIR/none
            ! parley: 'us-3' is not an entry such as ru/17
            ? 2
            """
        );
    }

    [Fact]
    public async Task What_only_reads_needs_no_station_and_says_so()
    {
        using var transcript = new Transcript();
        await transcript.PlayAsync(
            """
            $ parley init --party us --name "United States" --data DIR/us
            Station us is made in DIR/us.
            Fingerprint of us, to be read out over another channel:
              …
              …
            Next: start it with  parley run  and hand out its card with  parley card --out FILE
            $ parley line list --data DIR/us
            No lines yet. Open one: parley line open --with CARDFILE
            ! No station runs on DIR/us: this is its record as it lies there; nothing is signed or sent.
            $ parley record list --data DIR/us --json
            ! {"note":"No station runs on DIR/us: this is its record as it lies there; nothing is signed or sent."}
            ! {"error":"this station is on no line yet (open one: parley line open --with CARDFILE)","code":"failed","exit":1}
            ? 1
            $ parley chronology --at yesterday --data DIR/us
            ! parley: --at takes a time such as 2022-03-23T14:05Z, or a date, not 'yesterday'
            ? 2
            $ parley chronology --data DIR/none
            ! parley: no station in DIR/none (make one: parley init --party ID --name NAME --data DIR/none)
            ? 1
            $ parley chronology --data DIR
            ! parley: no station in DIR (found below it: DIR/us)
            ? 1
            """
        );
        Assert.Empty(Directory.GetFiles(Path.Combine(transcript.Folder, "us"), "*.sock"));
    }

    [Fact]
    public async Task What_an_act_is_given_is_checked_before_any_station_is_asked()
    {
        using var transcript = new Transcript();
        await transcript.PlayAsync(
            """
            $ parley call request --between "us secretary" --data DIR/none
            ! parley: --between takes PARTY=OFFICE[;RANK], not 'us secretary'
            ? 2
            $ parley call counter us/5 --window tomorrow --data DIR/none
            ! parley: --window takes FROM/UNTIL, not 'tomorrow'
            ? 2
            $ parley call accept us-5 --data DIR/none
            ! parley: 'us-5' is not an entry such as ru/17
            ? 2
            $ parley clarify ask "What is it?" --position north --data DIR/none
            ! parley: --position takes LON,LAT in degrees, not 'north'
            ? 2
            $ parley notice give "Firing" --from soon --data DIR/none
            ! parley: --from takes a time such as 2022-03-23T14:05Z, or a date, not 'soon'
            ? 2
            $ parley invite --name Ada --seat captain --data DIR/none
            ! parley: --seat takes watch, principal, interpreter, spokesperson, planner, auditor, administrator, not 'captain'
            ? 2
            $ parley readout propose us/7 --point "settled=All of it" --data DIR/none
            ! parley: --point takes agreed|discussed|disagreed=TEXT, not 'settled=All of it'
            ? 2
            """
        );
    }

    [Fact]
    public async Task Without_arguments_a_short_guide_is_printed()
    {
        using var transcript = new Transcript();
        var lines = await transcript.RunAsync("");
        Assert.Equal("parley: a deconfliction hotline between stations that need not trust each other", lines[0]);
        Assert.Contains("  parley try", lines);
        Assert.True(lines.Count < 30);
    }

    [Fact]
    public async Task Every_command_has_help_with_examples_that_parse()
    {
        using var transcript = new Transcript();
        var root = CommandTree.Build(Terminal.Screen.OfProcess());
        var commands = Names(root, "").ToList();
        Assert.Contains("call refuse-subject", commands);
        foreach (var command in commands)
        {
            var lines = await transcript.RunAsync($"{command} --help");
            Assert.DoesNotContain(lines, l => l.StartsWith('!') || l.StartsWith('?'));
            var at = lines.ToList().IndexOf("Examples:");
            Assert.True(at > 0, $"parley {command} --help has no examples");
            var examples = lines.Skip(at + 1).TakeWhile(l => l.StartsWith("  ", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(examples);
            foreach (
                var example in examples
                    .Select(e => e.Trim())
                    .Where(e => e.StartsWith("parley ", StringComparison.Ordinal))
                    .Select(e => e.Split(" > ")[0])
            )
            {
                Assert.Empty(
                    System
                        .CommandLine.Parsing.CommandLineParser.Parse(
                            root,
                            example["parley ".Length..],
                            CommandTree.Parsing
                        )
                        .Errors
                );
            }
        }
    }

    /// <summary>Every command that does something by itself, as it is written.</summary>
    private static IEnumerable<string> Names(System.CommandLine.Command command, string before) =>
        command.Subcommands.SelectMany(c =>
        {
            var name = $"{before}{c.Name}";
            return Names(c, $"{name} ").Concat(c.Action is null ? [] : [name]);
        });

    [Fact]
    public async Task A_command_without_its_station_says_how_to_start_it()
    {
        using var transcript = new Transcript();
        await transcript.PlayAsync(
            """
            $ parley status --data DIR/us
            ! parley: no station in DIR/us (make one: parley init --party ID --name NAME --data DIR/us)
            ? 1
            $ parley init --party us --name "United States" --data DIR/us
            Station us is made in DIR/us.
            Fingerprint of us, to be read out over another channel:
              …
              …
            Next: start it with  parley run  and hand out its card with  parley card --out FILE
            $ parley status --data DIR/us
            ! parley: no station is running on DIR/us (start it: parley run --data DIR/us)
            ? 1
            $ parley send --data DIR/us hello
            ! parley: no station is running on DIR/us (start it: parley run --data DIR/us)
            ? 1
            """
        );
    }
}
