using System.Text.RegularExpressions;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Documents;

/// <summary>A screen's test that presses a button by a name which the console no longer has waits a minute and a half
/// in Chromium to say so. This says it at once, for all of them.</summary>
public sealed partial class ConsoleWordsTests
{
    private static readonly string Root = VectorFolder.ProjectRoot();

    [Fact]
    public void Every_button_that_a_screens_test_presses_has_a_name_of_the_consoles_catalogue()
    {
        var texts = Entry()
            .Matches(
                string.Concat(
                    ((string[])["en.ts", "screens/en.ts"]).Select(name =>
                        File.ReadAllText(Path.Combine(Root, "console/src/messages", name))
                    )
                )
            )
            .Select(m => m.Groups["text"].Value.Replace("\\'", "'", StringComparison.Ordinal))
            // A text of nothing but its placeholder would be every name.
            .Where(text => Placeholder().Replace(Regex.Escape(text), "").Length > 2)
            .Select(text => new Regex(
                $"^{Placeholder().Replace(Regex.Escape(text), ".*")}$",
                RegexOptions.CultureInvariant
            ))
            .ToArray();
        Assert.Contains(texts, t => t.IsMatch("Discard 2"));
        Assert.DoesNotContain(texts, t => t.IsMatch("No button says this"));

        var pressed = Directory
            .GetFiles(Path.Combine(Root, "tests/Parley.EndToEnd/Console"), "*.cs")
            .SelectMany(path =>
                Pressed()
                    .Matches(File.ReadAllText(path))
                    .Select(m => (File: Path.GetFileName(path), Name: m.Groups["name"].Value))
            )
            // A file is opened by its name.
            .Where(button => !Path.HasExtension(button.Name) || button.Name.EndsWith('.'))
            .ToArray();
        Assert.NotEmpty(pressed);
        Assert.DoesNotContain(pressed, button => !texts.Any(text => text.IsMatch(button.Name)));
    }

    [GeneratedRegex("""'(?<text>(?:[^'\\\n]|\\.)*)'|"(?<text>(?:[^"\\\n]|\\.)*)["]""", RegexOptions.CultureInvariant)]
    private static partial Regex Entry();

    [GeneratedRegex("""\\\{[^}]*\}""", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex(
        """(?:Button\(|AriaRole\.Button,\s*new\(\)\s*\{\s*Name = )"(?<name>[^"]+)["]""",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Pressed();
}
