using System.Text;

namespace Parley.Cli.Terminal;

/// <summary>
/// Where a command prints. Standard output carries results only; everything else (progress, reasons, hints) goes to
/// standard error.
/// Text of other parties goes through <see cref="SafeText"/> first.
/// </summary>
internal sealed class Screen(
    TextWriter output,
    TextWriter error,
    bool isTerminal,
    bool errorIsTerminal,
    bool colours,
    int width,
    TimeProvider clock
)
{
    /// <summary>Columns assumed where there is no terminal.</summary>
    private const int DefaultWidth = 100;
    private const int MinWidth = 20;
    private const string Reset = "\e[0m";

    internal TimeProvider Clock { get; } = clock;
    internal int Width { get; } = Math.Max(width, MinWidth);

    /// <summary>Standard output is a terminal: tables, ages and colours make sense.</summary>
    internal bool IsTerminal { get; } = isTerminal;

    /// <summary>Standard error is a terminal: progress makes sense.</summary>
    internal bool ErrorIsTerminal { get; } = errorIsTerminal;
    internal bool Colours { get; } = colours;
    internal TextWriter Output { get; } = output;
    internal TextWriter ErrorOutput { get; } = error;

    internal static Screen OfProcess()
    {
        var plain = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = new StreamWriter(Console.OpenStandardOutput(), plain) { AutoFlush = true };
        var error = new StreamWriter(Console.OpenStandardError(), plain) { AutoFlush = true };
        var isTerminal = !Console.IsOutputRedirected;
        var noColour =
            Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("TERM") == "dumb";
        return new Screen(
            output,
            error,
            isTerminal,
            !Console.IsErrorRedirected,
            isTerminal && !noColour,
            WidthOf(isTerminal),
            TimeProvider.System
        );
    }

    private static int WidthOf(bool isTerminal)
    {
        if (!isTerminal)
            return DefaultWidth;
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return DefaultWidth;
        }
    }

    internal static bool IsBrokenPipe(IOException e)
    {
        const int epipe = 32;
        return e.HResult == epipe
            || e.InnerException is System.Net.Sockets.SocketException { NativeErrorCode: epipe }
            || e.Message.Contains("Broken pipe", StringComparison.OrdinalIgnoreCase);
    }

    internal void Line(string text = "") => Output.Write(text + "\n");

    /// <summary>JSON on one line. On a terminal, characters that would change what is seen become JSON escapes of
    /// themselves.</summary>
    internal void Json(string json) => Line(IsTerminal ? SafeText.EscapeJson(json) : json);

    internal void Error(string reason) => ErrorPlain($"parley: {SafeText.Show(reason)}");

    internal void ErrorPlain(string text) => ErrorOutput.Write(text + "\n");

    internal string Bold(string text) => Colour(text, "\e[1m");

    internal string Dim(string text) => Colour(text, "\e[2m");

    internal string Good(string text) => Colour(text, "\e[32m");

    internal string Warn(string text) => Colour(text, "\e[33m");

    /// <summary>Red is for "act now" alone.</summary>
    internal string Act(string text) => Colour(text, "\e[1;31m");

    private string Colour(string text, string code) => Colours ? code + text + Reset : text;

    /// <summary>Breaks at spaces so that lines fit the terminal, with an indent before every line. Words longer than a
    /// line are cut.</summary>
    internal IEnumerable<string> Wrap(string text, int indent)
    {
        var room = Math.Max(Width - indent, MinWidth / 2);
        var margin = new string(' ', indent);
        foreach (var paragraph in text.Split('\n'))
        {
            var rest = paragraph;
            while (IsTerminal && rest.Length > room)
            {
                var cut = rest.LastIndexOf(' ', room);
                if (cut <= 0)
                    cut = char.IsHighSurrogate(rest[room - 1]) ? room - 1 : room;
                yield return margin + rest[..cut];
                rest = rest[cut..].TrimStart(' ');
            }
            yield return margin + rest;
        }
    }

    /// <summary>Words of others among words of this program: a bar stands before each of their lines, so that none can be
    /// taken for a line of the program's own. Made harmless as by <see cref="SafeText.Show"/>.</summary>
    internal IEnumerable<string> Quote(string text, int indent) =>
        Wrap(SafeText.Show(text), indent + Bar.Length)
            .Select(line => $"{line[..indent]}{Bar}{line[(indent + Bar.Length)..]}");

    private const string Bar = "│ ";
}
