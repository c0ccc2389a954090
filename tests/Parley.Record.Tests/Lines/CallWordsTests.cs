using System.Text.RegularExpressions;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Lines;

/// <summary>The words of a call are the words of fingerprints, also in the console.</summary>
public sealed partial class CallWordsTests
{
    // CALL-8
    [Fact]
    public void The_console_has_the_protocols_words_in_their_order()
    {
        var source = File.ReadAllText(Path.Combine(VectorFolder.ProjectRoot(), "console", "src", "voice", "words.ts"));
        var list = Quoted().Match(source).Groups[1].Value;
        Assert.Equal(WordList.All, list.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    [GeneratedRegex("= `([a-z \\n]+)`")]
    private static partial Regex Quoted();
}
