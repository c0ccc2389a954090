using System.Text;

namespace Parley.Fuzz;

/// <summary>Makes bytes out of valid ones: flips, cuts, repeats, splices, numbers at their limits, and words that the
/// formats know.</summary>
internal sealed class Mutator(Random random)
{
    /// <summary>Longest input that is made, in bytes; what is longer is refused by length before anything looks at
    /// it.</summary>
    internal const int MaxLength = 96 * 1024;

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "null",
            "true",
            "0",
            "-1",
            "1e308",
            "18446744073709551615",
            "9007199254740992",
            "\\u0000",
            "\\ud800",
            "\n",
            "\n\n",
            "\r\n",
            "\t",
            " ",
            "old ",
            "held ",
            "from ",
            "wants ",
            "root ",
            "— ",
            "sha256:",
            "\"seq\":",
            "\"re\":[\"us/0\"]",
            "\"to\":[\"us\"]",
            "\"seen\":{}",
            "2022-03-23T14:05:11.204Z",
            "extra ",
            "index ",
            "quorum ",
            "witness w ",
            "group g any ",
            "log ",
            "all",
            "none",
            "\"coordinates\":",
            "\"Polygon\"",
            "\"vertices\":",
            "\"radius\":",
            "W84",
            "M",
            "us/18446744073709551615",
            "../",
            "feeds/us/tile/0/000",
            "x999/",
            ".p/255",
        }.Select(Encoding.UTF8.GetBytes),
        [0],
        [0xFF],
        [0xFF, 0xFF, 0xFF, 0xFF],
        [0x7F, 0xFF, 0xFF, 0xFF],
        [0x80, 0, 0, 0],
        [0xEF, 0xBB, 0xBF],
        [0xC0, 0x80],
        [0xED, 0xA0, 0x80],
        [0xE2, 0x80, 0xAE],
    ];

    /// <param name="samples">Valid inputs of one parser, and what was found interesting since; one of them is the
    /// start.</param>
    internal byte[] Make(IReadOnlyList<byte[]> samples)
    {
        var bytes = new List<byte>(samples[random.Next(samples.Count)]);
        for (var steps = 1 + (random.Next(3) == 0 ? random.Next(8) : 0); steps > 0; steps--)
            Step(bytes, samples);
        if (bytes.Count > MaxLength)
            bytes.RemoveRange(MaxLength, bytes.Count - MaxLength);
        return [.. bytes];
    }

    private static readonly byte[][] Values =
    [
        .. new[]
        {
            "null",
            "true",
            "0",
            "-1",
            "1.5",
            "1e400",
            "\"\"",
            "\"a\"",
            "[]",
            "[null]",
            "{}",
            "\"\\ud800\"",
            "[[]]",
            "{\"a\":null}",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>A value of JSON becomes another, of another kind: what stands after a colon, a comma or a bracket, with
    /// all that is in it.</summary>
    private void Value(List<byte> bytes, int near)
    {
        var at = bytes.FindIndex(near, b => b is (byte)':' or (byte)',' or (byte)'[');
        if (at < 0)
            return;
        var (end, depth, quoted) = (at + 1, 0, false);
        for (
            ;
            end < bytes.Count && (quoted || depth > 0 || bytes[end] is not ((byte)',' or (byte)'}' or (byte)']'));
            end++
        )
        {
            if (bytes[end] == '"')
                quoted = !quoted;
            else if (!quoted)
                depth += bytes[end] switch
                {
                    (byte)'{' or (byte)'[' => 1,
                    (byte)'}' or (byte)']' => -1,
                    _ => 0,
                };
        }
        bytes.RemoveRange(at + 1, end - at - 1);
        bytes.InsertRange(at + 1, Values[random.Next(Values.Length)]);
    }

    private void Step(List<byte> bytes, IReadOnlyList<byte[]> samples)
    {
        var at = bytes.Count == 0 ? 0 : random.Next(bytes.Count);
        var length = Math.Min(bytes.Count - at, 1 + random.Next(random.Next(4) == 0 ? 400 : 12));
        switch (random.Next(13))
        {
            case 0 or 1 when bytes.Count > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2 when bytes.Count > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6:
                bytes.InsertRange(at, Words[random.Next(Words.Length)]);
                break;
            case 7:
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, Words[random.Next(Words.Length)]);
                break;
            case 8:
                // The end of another one: what is right in one place is wrong in the next.
                var other = samples[random.Next(samples.Count)];
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(
                    other.AsSpan(Math.Min(other.Length, at + random.Next(-8, 9) is var from and >= 0 ? from : 0))
                );
                break;
            case 9 when bytes.Count > 0:
                Digits(bytes, at);
                break;
            case 11 when bytes.Count > 0:
                Value(bytes, at);
                break;
            case 10:
                bytes.InsertRange(
                    at,
                    Enumerable.Repeat(
                        (byte)(random.Next(3) == 0 ? random.Next(256) : "[{\"9 \n"[random.Next(6)]),
                        random.Next(random.Next(20) == 0 ? 20_000 : 60)
                    )
                );
                break;
            default:
                var piece = bytes.GetRange(at, length);
                bytes.RemoveRange(at, length);
                bytes.InsertRange(bytes.Count == 0 ? 0 : random.Next(bytes.Count), piece);
                break;
        }
    }

    /// <summary>A number becomes another one.</summary>
    private void Digits(List<byte> bytes, int near)
    {
        var at = near;
        while (at < bytes.Count && bytes[at] is < (byte)'0' or > (byte)'9')
            at++;
        var end = at;
        while (end < bytes.Count && bytes[end] is >= (byte)'0' and <= (byte)'9')
            end++;
        if (at == end)
            return;
        bytes.RemoveRange(at, end - at);
        bytes.InsertRange(
            at,
            Encoding.ASCII.GetBytes(
                (
                    random.Next(5) switch
                    {
                        0 => 0UL,
                        1 => ulong.MaxValue,
                        2 => (ulong)long.MaxValue + 1,
                        3 => 1UL << random.Next(64),
                        _ => (ulong)random.Next(300),
                    }
                ).ToString(System.Globalization.CultureInfo.InvariantCulture)
            )
        );
    }
}
