using System.Globalization;
using System.IO.Compression;
using System.Text;
using Parley.Crypto;
using Parley.Record.Text;
using Xunit;

namespace Parley.Record.Tests.Text;

/// <summary>The normal forms against those of another implementation (by String.prototype.normalize of Node.js), which
/// gave the digests here.</summary>
public sealed class NormalFormTests
{
    private const string OfFiftyThousand = "5437444fe71387066bd491861ed17aeb689cf0d3cb59e424e39894a6af86bb9e";

    [Fact]
    public void Fifty_thousand_texts_of_every_character_that_has_a_form_come_out_as_from_another_implementation()
    {
        var codes = new List<int>();
        using (
            var lines = new StreamReader(
                new BrotliStream(
                    typeof(NormalForm).Assembly.GetManifestResourceStream("normal-forms.tsv.br")!,
                    CompressionMode.Decompress
                )
            )
        )
        {
            while (lines.ReadLine() is { } line)
                codes.Add(
                    int.Parse(
                        line.AsSpan(0, line.IndexOf('\t', StringComparison.Ordinal)),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture
                    )
                );
        }
        for (var code = 0xAC00; code < 0xD7A4; code += 97)
            codes.Add(code);
        for (var code = 0x1100; code < 0x1200; code++)
            codes.Add(code);
        for (var code = 0x41; code < 0x5B; code++)
            codes.Add(code);
        var state = 0UL;
        int Next(int below)
        {
            state = unchecked(state * 6364136223846793005UL + 1442695040888963407UL);
            return (int)((state >> 33) % (ulong)below);
        }
        var all = new StringBuilder();
        for (var i = 0; i < 50_000; i++)
        {
            var text = string.Concat(
                Enumerable.Range(0, 1 + Next(7)).Select(_ => new Rune(codes[Next(codes.Count)]).ToString())
            );
            all.Append(NormalForm.Composed(text)).Append(' ').Append(NormalForm.Apart(text)).Append('\n');
        }
        Assert.Equal(OfFiftyThousand, Sha256.Of(Encoding.UTF8.GetBytes(all.ToString())).ToHex());
    }

    [Theory]
    [InlineData("Köln", "Ko\u0308ln")]
    [InlineData("Рига-й", "Рига-и\u0306")]
    [InlineData("Đà Nẵng", "Đa\u0300 Na\u0306\u0303ng")]
    [InlineData("Ålesund", "A\u030Alesund")]
    [InlineData("Ålesund", "\u212Blesund")]
    [InlineData("김포", "\u1100\u1175\u11B7\u1111\u1169")]
    [InlineData("आ़", "\u0906\u093C")]
    public void A_text_is_one_in_either_form(string composed, string apart)
    {
        Assert.Equal(NormalForm.Composed(composed), NormalForm.Composed(apart));
        Assert.Equal(NormalForm.Apart(composed), NormalForm.Apart(apart));
        Assert.Equal(NormalForm.Composed(apart), NormalForm.Composed(NormalForm.Composed(apart)));
    }

    [Fact]
    public void Forty_thousand_marks_on_one_letter_and_half_a_character_are_read_like_any_text()
    {
        var marks = string.Concat(Enumerable.Range(0, 20_000).Select(i => i % 2 == 0 ? "\u0301" : "\u0323"));
        Assert.Equal(marks.Length + 1, NormalForm.Apart("a" + marks).Length);
        Assert.Equal('\u1EA1', NormalForm.Composed("a" + marks)[0]); // the mark below comes first, whatever the order
        Assert.Equal("a\uFFFD", NormalForm.Composed("a\ud800"));
        Assert.Equal("", NormalForm.Composed(""));
    }

    [Theory]
    [InlineData("\u200B\u200B")]
    [InlineData("\u2800")]
    [InlineData("\u3164")]
    [InlineData("\u00AD")]
    [InlineData("\u0301\u0301\u0301\u0301\u0301")]
    [InlineData("\u202E")]
    [InlineData("\u00A0 \t")]
    [InlineData("\uE000")]
    [InlineData("")]
    [InlineData(null)]
    public void A_text_of_which_nothing_is_seen_is_blank(string? text) => Assert.True(Shown.IsBlank(text));

    [Theory]
    [InlineData("a")]
    [InlineData("\u200Fسلام")]
    [InlineData("e\u0301")]
    [InlineData("김")]
    [InlineData("⚠️")]
    [InlineData("-")]
    public void A_text_of_which_anything_is_seen_is_not(string text) => Assert.False(Shown.IsBlank(text));
}
