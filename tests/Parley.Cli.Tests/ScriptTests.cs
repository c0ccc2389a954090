using System.CommandLine;
using System.Text.Json;
using Xunit;

namespace Parley.Cli.Tests;

/// <summary>What a program that runs the command may rely on.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly Transcript transcript = new();

    public void Dispose() => transcript.Dispose();

    /// <summary>Those that print a file.</summary>
    private static readonly string[] WithoutResult =
    [
        // These give the bytes of a file, in the form that is asked for.
        "parley incident export",
        "parley agreement export",
    ];

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) =>
        (command.Action is null ? [] : new[] { (path, command) }).Concat(
            command.Subcommands.SelectMany(c => Leaves(c, $"{path} {c.Name}"))
        );

    [Fact]
    public void Every_command_gives_JSON_to_a_program()
    {
        var without = Leaves(Transcript.Commands(), "parley")
            .Where(c => c.Path != "parley" && !WithoutResult.Contains(c.Path))
            .Where(c => c.Command.Options.All(o => o.Name != "--json"))
            .Select(c => c.Path);
        Assert.Empty(without);
    }

    [Theory]
    [InlineData("status --json --data DIR/none", 1, "failed", "no station in")]
    [InlineData("send --json --data DIR/none", 2, "usage", "there is nothing to send")]
    [InlineData("send --json --precedense flash x", 2, "usage", "did you mean")]
    [InlineData("send --json --once \"\" --data DIR/none x", 2, "usage", "--once takes a name")]
    [InlineData("init --json --party US --name x --data DIR/x", 2, "usage", "is not a party id")]
    public async Task With_json_a_refusal_is_JSON_too(string command, int exit, string code, string reason)
    {
        string[] lines = [.. await transcript.RunAsync(command)];
        Assert.Equal($"? {exit}", lines[^1]);
        var said = lines[..^1].Select(l => JsonDocument.Parse(l[2..]).RootElement).ToList();
        Assert.All(lines[..^1], l => Assert.StartsWith("! ", l, StringComparison.Ordinal));
        Assert.Equal(code, said[0].GetProperty("code").GetString());
        Assert.Equal(exit, said[0].GetProperty("exit").GetInt32());
        Assert.Contains(reason, said[0].GetProperty("error").GetString(), StringComparison.Ordinal);
    }
}
