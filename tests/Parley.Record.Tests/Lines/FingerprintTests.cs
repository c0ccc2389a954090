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
}
