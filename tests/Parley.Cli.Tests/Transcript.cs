using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using Parley.Cli.Terminal;
using Xunit;

namespace Parley.Cli.Tests;

/// <summary>
/// Plays a transcript and holds the command to it. <c>$ parley …</c> is a command line; below it stands what is
/// printed, with
/// <c>!</c> before lines on standard error, and <c>? N</c> for an exit code other than 0. <c>DIR</c> is a folder of
/// this transcript
/// alone; <c>…</c> stands for any text within a line.
/// </summary>
internal sealed class Transcript : IDisposable
{
    private readonly bool isTerminal;
    private readonly int width;

    internal Transcript(bool isTerminal = false, int width = 100)
    {
        this.isTerminal = isTerminal;
        this.width = width;
    }

    internal string Folder { get; } = Directory.CreateTempSubdirectory("parley-cli-").FullName;

    /// <summary>All commands, as the program builds them.</summary>
    internal static RootCommand Commands()
    {
        var screen = new Screen(TextWriter.Null, TextWriter.Null, false, false, false, 100, TimeProvider.System);
        return CommandTree.Build(screen);
    }

    internal async Task PlayAsync(string transcript)
    {
        var expected = transcript.ReplaceLineEndings("\n").Split('\n');
        var played = new List<string>();
        foreach (var line in expected.Where(l => l.StartsWith("$ parley", StringComparison.Ordinal)))
        {
            played.Add(line);
            played.AddRange(await RunAsync(line["$ parley".Length..]));
        }
        var differs = expected.Length != played.Count;
        for (var i = 0; i < Math.Min(expected.Length, played.Count) && !differs; i++)
            differs = !Fits(expected[i], played[i]);
        if (differs)
            Assert.Equal(string.Join('\n', expected), string.Join('\n', played));
    }

    /// <summary>Runs one command line and gives what it prints, as a transcript shows it.</summary>
    internal async Task<IReadOnlyList<string>> RunAsync(string commandLine)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var screen = new Screen(
            output,
            error,
            isTerminal,
            errorIsTerminal: false,
            colours: false,
            width,
            TimeProvider.System
        );
        var code = await Program.RunAsync(
            [.. Split(commandLine).Select(a => a.Replace("DIR", Folder, StringComparison.Ordinal))],
            screen
        );
        var lines = new List<string>();
        lines.AddRange(Lines(output).Select(l => l));
        lines.AddRange(Lines(error).Select(l => $"! {l}"));
        if (code != 0)
            lines.Add($"? {code}");
        return lines;
    }

    private IEnumerable<string> Lines(StringWriter writer)
    {
        var text = writer.ToString().Replace(Folder, "DIR", StringComparison.Ordinal);
        return text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n').Select(l => l.TrimEnd());
    }

    private static bool Fits(string expected, string actual) =>
        Regex.IsMatch(
            actual,
            $"^{string.Join(".*", expected.Split('…').Select(Regex.Escape))}$",
            RegexOptions.CultureInvariant | RegexOptions.NonBacktracking
        );

    /// <summary>Words, with double quotes around those that hold spaces.</summary>
    private static List<string> Split(string commandLine)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool quoted = false,
            started = false;
        foreach (var c in commandLine)
        {
            if (c == '"')
            {
                quoted = !quoted;
                started = true;
            }
            else if (c == ' ' && !quoted)
            {
                if (started)
                    words.Add(word.ToString());
                word.Clear();
                started = false;
            }
            else
            {
                word.Append(c);
                started = true;
            }
        }
        if (started)
            words.Add(word.ToString());
        return words;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
