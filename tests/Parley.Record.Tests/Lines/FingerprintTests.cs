using Parley.Crypto;
using Xunit;

namespace Parley.Record.Tests.Lines;

public sealed class FingerprintTests
{
    private static readonly Fingerprint Sample = Fingerprint.Of(
        new Hash([.. Enumerable.Range(0, 32).Select(i => (byte)(i * 8))])
    );

    [Fact] // LINE-4
    public void A_party_is_fingerprinted_by_the_hash_of_its_identity_key() =>
        Assert.Equal(Sha256.Of(TestParty.Us.Identity.PublicKey.ToArray()), TestParty.Us.Card.Fingerprint.Hash);

    [Fact] // LINE-4
    public void A_fingerprint_is_shown_as_sixteen_groups_and_sixteen_words()
    {
        Assert.Equal("0008 1018 2028 3038 4048 5058 6068 7078 8088 9098 a0a8 b0b8 c0c8 d0d8 e0e8 f0f8", Sample.Hex);
        Assert.Equal(16, Sample.Words.Split(' ').Length);
        Assert.StartsWith("acorn apple backpack ", Sample.Words, StringComparison.Ordinal);
    }

    [Fact] // LINE-5
    public void What_an_officer_types_matches_in_any_case_and_spacing()
    {
        Assert.True(Sample.Matches(Sample.Hex));
        Assert.True(Sample.Matches(Sample.Hex.ToUpperInvariant().Replace(' ', ':')));
        Assert.True(Sample.Matches(Sample.Hash.ToHex()));
        Assert.True(Sample.Matches(Sample.Hash.ToHex()[..Fingerprint.MinHexDigits]));
        Assert.True(Sample.Matches(Sample.Words));
        Assert.True(
            Sample.Matches($"  {Sample.Words.ToUpperInvariant().Replace(" ", " - ", StringComparison.Ordinal)}\n")
        );
    }

    [Fact] // LINE-5
    public void Less_than_half_or_another_fingerprint_never_matches()
    {
        var hex = Sample.Hash.ToHex();
        Assert.False(Sample.Matches(null));
        Assert.False(Sample.Matches(""));
        Assert.False(Sample.Matches(hex[..(Fingerprint.MinHexDigits - 2)]));
        Assert.False(Sample.Matches(hex[..(Fingerprint.MinHexDigits + 1)]));
        Assert.False(Sample.Matches(hex + "00"));
        Assert.False(Sample.Matches(hex[2..]));
        Assert.False(Sample.Matches(hex[..^1] + "0"));
        Assert.False(Sample.Matches(string.Join(' ', Sample.Words.Split(' ')[..15])));
        Assert.False(Sample.Matches(string.Join(' ', Sample.Words.Split(' ').Reverse())));
        Assert.False(Sample.Matches(Sample.Words.Replace("acorn", "album", StringComparison.Ordinal)));
        Assert.False(Sample.Matches(Sample.Words.Replace("acorn", "egg", StringComparison.Ordinal)));
        Assert.False(Sample.Matches(new string('a', 10_000)));
    }

    [Fact]
    public void Only_all_digits_can_be_read_as_a_fingerprint()
    {
        Assert.True(Fingerprint.TryParse(Sample.Hex, out var read));
        Assert.Equal(Sample, read);
        Assert.False(Fingerprint.TryParse(Sample.Hash.ToHex()[..32], out _));
        Assert.False(Fingerprint.TryParse(Sample.Words, out _));
        Assert.False(Fingerprint.TryParse(null, out _));
    }

    [Fact] // LINE-4
    public void No_two_words_can_be_mistaken_for_each_other()
    {
        var words = Enumerable.Range(0, 256).Select(i => WordOf((byte)i)).ToArray();
        Assert.Equal(256, words.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(words.Order(StringComparer.Ordinal), words);
        Assert.All(words, word => Assert.InRange(word.Length, 3, 9));
        Assert.Equal(
            256,
            words.Select(word => word[..Math.Min(4, word.Length)]).Distinct(StringComparer.Ordinal).Count()
        );
        for (var i = 0; i < words.Length; i++)
        {
            for (var j = i + 1; j < words.Length; j++)
                Assert.True(Distance(words[i], words[j]) > 1, $"{words[i]} {words[j]}");
        }
    }

    private static string WordOf(byte value) => Fingerprint.Of(new Hash([value, .. new byte[31]])).Words.Split(' ')[0];

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = row[j];
                row[j] = next;
            }
        }
        return row[^1];
    }

    [Theory]
    [InlineData("valey", false, "'valey' is none of the words; valley?")]
    [InlineData("qqqqqqqq velvet", false, "'qqqqqqqq' is none of the words")]
    [InlineData("acorn apple backpack", false, "it has 3 of 16 words")]
    [InlineData("0008 1018 2028 3038", false, "it has 16 hexadecimal digits, and at least 32")]
    [InlineData("", false, "it has 0 of 16 words")]
    public void What_is_no_fingerprint_is_told_from_anothers(string typed, bool isOfAnother, string reason)
    {
        var fault = Sample.FaultOf(typed)!;
        Assert.Equal(isOfAnother, fault.IsOfAnother);
        Assert.StartsWith(reason, fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_that_was_misheard_is_named_by_its_place_and_never_by_what_it_should_be()
    {
        var words = Sample.Words.Split(' ');
        (words[6], var right) = ("zebra", words[6]);
        var misheard = Sample.FaultOf(string.Join(' ', words))!;
        Assert.True(misheard.IsOfAnother);
        Assert.StartsWith("all but word 7 is right: have it read out again", misheard.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(right, misheard.Reason, StringComparison.Ordinal);
        var another = Sample.FaultOf(TestParty.Us.Card.Fingerprint.Words)!;
        Assert.True(another.IsOfAnother);
        Assert.StartsWith("it is another's", another.Reason, StringComparison.Ordinal);
        Assert.Null(Sample.FaultOf(Sample.Words));
        Assert.Null(Sample.FaultOf(Sample.Hex));
    }

    [Fact]
    public void A_fault_is_there_wherever_it_does_not_match_and_nowhere_else()
    {
        string?[] typed =
        [
            null,
            "",
            Sample.Hex,
            Sample.Words,
            Sample.Hash.ToHex()[..32],
            Sample.Hash.ToHex()[..31],
            Sample.Hash.ToHex()[..34],
            TestParty.Us.Card.Fingerprint.Hex,
            new string('a', 5000),
            "acorn",
        ];
        Assert.All(typed, text => Assert.Equal(Sample.Matches(text), Sample.FaultOf(text) is null));
    }
}
