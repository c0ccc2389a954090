using System.Text;
using Xunit;
using static Parley.Record.Tests.Entries.Headers;

namespace Parley.Record.Tests.Entries;

public sealed class HostileHeaderTests
{
    /// <summary>Each row: what stands in the full header, what the attacker puts there.</summary>
    public static TheoryData<string, string> Replacements() =>
        new()
        {
            // ENTRY-2: one JSON object, one meaning
            { "{\"parley\":1", "{\"parley\":1,\"parley\":1" },
            { "\"seat\":\"watch\"", "\"seat\":\"watch\",\"seat\":\"watch\"" },
            { "\"ru\":18", "\"ru\":18,\"ru\":18" },
            { "[\"ru/17\"]", "[\"ru/17\",\"ru/17\"]" },
            { "\"to\":[\"ru\"]", "\"to\":[\"ru\",\"ru\"]" },
            { "\"size\":1234", "\"size\":1234,\"extra\":1" },
            { "\"seat\":\"watch\"", "\"seat\":\"watch\",\"rank\":\"x\"" },
            { "\"parley\"", "\"Parley\"" },
            { "\"parley\"", "\"p\\u0061rley\"" },
            { "\"parley\":1,", "/* */\"parley\":1," },
            { "\"size\":1234", "\"size\":1234," },
            { "\"seen\":{\"ru\":18}", "\"seen\":{\"r\\u0075\":18}" },
            { "1234}", "1234}}" },
            { "1234}", "1234} " },
            { "1234}", "1234}\n" },
            { "1234}", "1234}{}" },
            { "1234}", "1234" },
            { "{\"parley\"", " {\"parley\"" },
            { "{\"parley\"", "\ufeff{\"parley\"" },
            { "{\"parley\":1", "[{\"parley\":1" },
            { "\"us\"", "us" },
            { "\"us\"", "'us'" },
            { "\"us\"", "null" },
            // ENTRY-4: version
            { "\"parley\":1", "\"parley\":2" },
            { "\"parley\":1", "\"parley\":0" },
            { "\"parley\":1", "\"parley\":\"1\"" },
            // ENTRY-5: integers
            { "41", "41.0" },
            { "41", "4e1" },
            { "41", "041" },
            { "41", "-41" },
            { "41", "-0" },
            { "41", "+41" },
            { "41", "0x29" },
            { "41", "\"41\"" },
            { "41", "9007199254740992" },
            { "41", "18446744073709551616" },
            { "41", "99999999999999999999999999" },
            { "41", "true" },
            { "41", "NaN" },
            { "1234}", "268435457}" },
            { "1234}", "-1}" },
            { "1234}", "1234.5}" },
            { "\"ru\":18", "\"ru\":1.8" },
            { "\"ru\":18", "\"ru\":-1" },
            { "\"ru\":18", "\"ru\":\"18\"" },
            // ENTRY-6: time
            { "11.204Z", "11.20Z" },
            { "11.204Z", "11.2040Z" },
            { "11.204Z", "11Z" },
            { "11.204Z", "11.204+00:00" },
            { "11.204Z", "11.204z" },
            { "11.204Z", "60.204Z" },
            { "T14", "T24" },
            { "T14", "t14" },
            { "T14", " 14" },
            { "14:05", "14:60" },
            { "2022-03-23", "2022-02-29" },
            { "2022-03-23", "2022-13-01" },
            { "2022-03-23", "0000-03-23" },
            { "2022-03-23", "2022-03-00" },
            { "2022-03-23", "2022/03/23" },
            { "2022-03-23", "-022-03-23" },
            { "2022-03-23", "\u0662022-03-23" },
            // ENTRY-7: kind, mark, precedence
            { "call.requested", "call" },
            { "call.requested", "Call.requested" },
            { "call.requested", "call." },
            { "call.requested", ".requested" },
            { "call.requested", "call..requested" },
            { "call.requested", "ca_ll.requested" },
            { "call.requested", "call.1requested" },
            { "call.requested", "call._requested" },
            { "call.requested", "call requested" },
            { "call.requested", "" },
            { "call.requested", "call.re\\u0071uested" },
            { "call.requested", "c\u0430ll.requested" },
            { "actual", "Actual" },
            { "actual", "drill" },
            { "actual", "" },
            { "flash", "FLASH" },
            { "flash", "urgent" },
            { "\"flash\"", "3" },
            // ENTRY-8: line, parties, entries
            { LineText, "north" },
            { LineText, "" },
            { LineText, "north-aaaaaaaabbbbbbbbccccccccdddddd18" },
            { "\"us\"", "\"US\"" },
            { "\"us\"", "\"\"" },
            { "\"us\"", "\"-us\"" },
            { "\"us\"", "\"../us\"" },
            { "\"us\"", "\"u\\u0000s\"" },
            { "ru/17", "ru" },
            { "ru/17", "ru/" },
            { "ru/17", "/17" },
            { "ru/17", "ru/017" },
            { "ru/17", "ru/+1" },
            { "ru/17", "ru/1/7" },
            { "ru/17", "ru/17 " },
            { "ru/17", "ru/9007199254740992" },
            { "ru/17", "ru/99999999999999999999999" },
            { "ru/17", "us/41" },
            { "ru/17", "us/42" },
            { "\"ru\":18", "\"us\":18" },
            { "\"ru\":18", "\"RU\":18" },
            { "\"ru\":18", "\"\":18" },
            { "\"to\":[\"ru\"]", "\"to\":[]" },
            { "\"to\":[\"ru\"]", "\"to\":\"ru\"" },
            { "\"to\":[\"ru\"]", "\"to\":null" },
            { "\"to\":[\"ru\"]", "\"to\":[[\"ru\"]]" },
            { "[\"ru/17\"]", "{}" },
            { "[\"ru/17\"]", "[17]" },
            { "{\"ru\":18}", "[]" },
            { "{\"ru\":18}", "{\"ru\":{}}" },
            // ENTRY-9: officers
            { "watch", "Watch" },
            { "watch", "" },
            { "watch", "watch officer" },
            { "\"seat\":\"watch\",", "" },
            { "Maj. A. Doe", "" },
            { "Maj. A. Doe", " Doe" },
            { "Maj. A. Doe", "Doe\\n" },
            { "Maj. A. Doe", "D\\u0000oe" },
            { "Maj. A. Doe", "D\\u001boe" },
            { "Maj. A. Doe", "D\\u007foe" },
            { "Maj. A. Doe", "D\u0085oe" },
            { "Maj. A. Doe", "D\u2028oe" },
            { "Maj. A. Doe", "D\u202eoe" },
            { "Maj. A. Doe", "D\\u202eoe" },
            { "Maj. A. Doe", "D\\ud800oe" },
            { "Maj. A. Doe", "D\\udc00oe" },
            { "Maj. A. Doe", "D\\ud800\\ud800oe" },
            { "Maj. A. Doe", "D\toe" },
            { "Maj. A. Doe", "D\\xoe" },
            {
                "\"name\":\"Gen. B. Roe\"",
                "\"name\":\"Gen. B. Roe\",\"released_by\":{\"seat\":\"principal\",\"name\":\"X\"}"
            },
            { "{\"seat\":\"principal\",\"name\":\"Gen. B. Roe\"}", "null" },
            { "{\"seat\":\"principal\",\"name\":\"Gen. B. Roe\"}", "{}" },
            { "{\"seat\":\"principal\",\"name\":\"Gen. B. Roe\"}", "[[[[[[]]]]]]" },
            // ENTRY-10: language
            { "\"en\"", "\"\"" },
            { "\"en\"", "\"en_GB\"" },
            { "\"en\"", "\"-en\"" },
            { "\"en\"", "\"en-\"" },
            { "\"en\"", "\"en--gb\"" },
            { "\"en\"", "\"1\"" },
            { "\"en\"", "\"abcdefghijklmnopqrstuvwxyzabcdefghij\"" },
            // ENTRY-11: body and size
            { ",\"size\":1234", "" },
            { $"\"body\":\"{BodyText}\",", "" },
            { "sha256:", "sha512:" },
            { "sha256:00", "sha256:" },
            { "sha256:00", "sha256:0g" },
            { "0a0b0c", "0A0B0C" },
            { "sha256:00", "sha256:\u0660\u0660" },
        };

    [Theory]
    [MemberData(nameof(Replacements))]
    public void A_header_that_bends_the_rules_is_refused_with_a_reason(string found, string put)
    {
        var at = Full.IndexOf(found, StringComparison.Ordinal);
        Assert.True(at >= 0, "the replacement must touch the header");
        var bent = Full[..at] + put + Full[(at + found.Length)..];
        Assert.False(Parse(bent).TryGet(out _, out var reason), bent);
        Assert.StartsWith("the header ", reason, StringComparison.Ordinal);
    }

    [Theory] // ENTRY-2
    [
        InlineData(""),
        InlineData(" "),
        InlineData("{}"),
        InlineData("[]"),
        InlineData("null"),
        InlineData("{"),
        InlineData("}"),
        InlineData("\0"),
        InlineData("{\"parley\"}")
    ]
    public void What_is_no_header_at_all_is_refused(string text) => Assert.False(Parse(text).TryGet(out _, out _));

    [Fact] // ENTRY-2
    public void Bytes_that_are_not_UTF8_are_refused_wherever_they_stand()
    {
        byte[][] bad =
        [
            [0xff],
            [0xc0, 0xaf],
            [0xed, 0xa0, 0x80],
            [0xf4, 0x90, 0x80, 0x80],
            [0xc3],
        ];
        var name = Full.IndexOf("Doe", StringComparison.Ordinal);
        foreach (var bytes in bad)
        {
            byte[] bent = [.. Utf8(Full[..name]), .. bytes, .. Utf8(Full[name..])];
            Assert.False(EntryHeader.Parse(bent).TryGet(out _, out _));
        }
    }

    [Fact] // ENTRY-8, ENTRY-9
    public void Limits_hold_to_the_last_unit()
    {
        Assert.True(Names(EntryHeader.MaxNameLength).TryGet(out _, out _));
        Assert.False(Names(EntryHeader.MaxNameLength + 1).TryGet(out _, out _));
        Assert.True(References(EntryHeader.MaxRe).TryGet(out _, out _));
        Assert.False(References(EntryHeader.MaxRe + 1).TryGet(out _, out _));
        Assert.True(SeenOf(EntryHeader.MaxParties).TryGet(out _, out _));
        Assert.False(SeenOf(EntryHeader.MaxParties + 1).TryGet(out _, out _));
        Assert.True(ToOf(EntryHeader.MaxParties).TryGet(out _, out _));
        Assert.False(ToOf(EntryHeader.MaxParties + 1).TryGet(out _, out _));
        Assert.True(KindOf(EntryHeader.MaxKindLength).TryGet(out _, out _));
        Assert.False(KindOf(EntryHeader.MaxKindLength + 1).TryGet(out _, out _));
        Assert.True(SeatOf(EntryHeader.MaxSeatLength).TryGet(out _, out _));
        Assert.False(SeatOf(EntryHeader.MaxSeatLength + 1).TryGet(out _, out _));

        static Parsed<EntryHeader> With(string found, string put) =>
            Parse(Full.Replace(found, put, StringComparison.Ordinal));
        static Parsed<EntryHeader> Names(int length) => With("Maj. A. Doe", new string('й', length));
        static Parsed<EntryHeader> References(int count) =>
            With("\"ru/17\"", string.Join(',', Enumerable.Range(0, count).Select(i => $"\"ru/{i}\"")));
        static Parsed<EntryHeader> SeenOf(int count) =>
            With("\"ru\":18", string.Join(',', Enumerable.Range(0, count).Select(i => $"\"p{i}\":1")));
        static Parsed<EntryHeader> ToOf(int count) =>
            With(
                "\"to\":[\"ru\"]",
                $"\"to\":[{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"p{i}\""))}]"
            );
        static Parsed<EntryHeader> KindOf(int length) => With("call.requested", "k." + new string('a', length - 2));
        static Parsed<EntryHeader> SeatOf(int length) => With("watch", new string('w', length));
    }

    [Fact] // ENTRY-2
    public void Two_hundred_thousand_mutations_never_throw_and_what_is_read_can_be_written()
    {
        const int seed = 20220323,
            mutations = 200_000;
        var random = new Random(seed);
        var original = Utf8(Full);
        var alphabet = Utf8("{}[]\",:\\/0123456789.eE+-ntu \n\0\u00e9abz");
        var buffer = new byte[original.Length + 8];
        var readable = 0;
        for (var i = 0; i < mutations; i++)
        {
            var length = Mutate(random, original, alphabet, buffer);
            if (!EntryHeader.Parse(buffer.AsSpan(0, length)).TryGet(out var header, out var reason))
            {
                Assert.NotEmpty(reason);
                continue;
            }
            readable++;
            var again = header.Encode();
            Assert.Equal(
                Encoding.UTF8.GetString(again),
                Encoding.UTF8.GetString(EntryHeader.Parse(again).Required().Encode())
            );
        }
        Assert.InRange(readable, mutations / 100, mutations / 2); // the fuzz reaches both sides of the parser
    }

    private static int Mutate(Random random, byte[] original, byte[] alphabet, byte[] buffer)
    {
        original.CopyTo(buffer, 0);
        var length = original.Length;
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(length);
            switch (random.Next(5))
            {
                case 0:
                    buffer[at] = alphabet[random.Next(alphabet.Length)];
                    break;
                case 1:
                    buffer[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when length < buffer.Length:
                    buffer.AsSpan(at, length - at).CopyTo(buffer.AsSpan(at + 1));
                    buffer[at] = alphabet[random.Next(alphabet.Length)];
                    length++;
                    break;
                case 3 when length > 1:
                    buffer.AsSpan(at + 1, length - at - 1).CopyTo(buffer.AsSpan(at));
                    length--;
                    break;
                default:
                    buffer[at] = buffer[random.Next(length)];
                    break;
            }
        }
        return length;
    }
}
