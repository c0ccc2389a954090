using System.Text;
using Parley.Traffic.Agreements;
using Xunit;

namespace Parley.Traffic.Tests.Agreements;

/// <summary>RFC 8785, by its own samples.</summary>
public sealed class CanonicalFormTests
{
    private static string? Of(string json) =>
        CanonicalForm.Of(Encoding.UTF8.GetBytes(json)).TryGet(out var bytes, out _)
            ? Encoding.UTF8.GetString(bytes)
            : null;

    [Theory] // CEASEFIRE-1: RFC 8785, appendix B
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void A_number_is_written_as_the_standard_writes_it(ulong bits, string written) =>
        Assert.Equal(written, CanonicalForm.Number(BitConverter.UInt64BitsToDouble(bits)));

    [Fact] // CEASEFIRE-1: RFC 8785, section 3.2.3
    public void Members_stand_in_the_order_of_their_names_units()
    {
        var sorted = Of(
            """{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"""
        )!;
        string[] order = ["Carriage Return", "One", "Control", "Latin Small", "Euro Sign", "Emoji", "Hebrew"];
        Assert.Equal(order.Order(Comparer<string>.Create((a, b) => Place(a).CompareTo(Place(b)))), order);

        int Place(string word) => sorted.IndexOf(word, StringComparison.Ordinal);
    }

    [Fact] // CEASEFIRE-1: RFC 8785, section 3.2.2
    public void The_sample_of_the_standard_comes_out_as_it_stands_there() =>
        Assert.Equal(
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}",
            Of(
                """
                { "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
                  "literals": [null, true, false] }
                """
            )
        );

    [Theory] // CEASEFIRE-1
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":{"b":1,"\u0062":2}}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("""{"a":1e400}""")]
    [InlineData("""[1]""")]
    [InlineData("""{"a":1}x""")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}""")]
    [InlineData("")]
    public void What_has_no_one_meaning_has_no_canonical_form(string json) => Assert.Null(Of(json));

    [Fact] // CEASEFIRE-1
    public void A_form_is_its_own_canonical_form()
    {
        var once = Of("""{"b":[1.50,"ж\n"],"a":{"d":-0.0,"c":1e3}}""")!;
        Assert.Equal("""{"a":{"c":1000,"d":0},"b":[1.5,"ж\n"]}""", once);
        Assert.Equal(once, Of(once));
    }
}
