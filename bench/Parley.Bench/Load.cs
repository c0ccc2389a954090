using System.Globalization;
using System.Net;
using System.Text;

namespace Parley.Bench;

/// <summary>One line of NDJSON that a station takes as an entry, with a body of a given length.</summary>
internal static class LoadBody
{
    /// <summary>Shortest body: its braces, its name and a number.</summary>
    internal const int Least = 32;
    private const int Digits = 12;
    private const string Officer = """ "by":{"seat":"watch","name":"Bench"}} """;

    /// <summary>Where the number begins within a request.</summary>
    internal const int NumberAt = 9;

    /// <summary>A request whose stored body <c>{"text":"…"}</c> has exactly <paramref name="bodyBytes"/>
    /// bytes.</summary>
    internal static byte[] Request(int bodyBytes)
    {
        var text = bodyBytes - """{"text":""}""".Length;
        return Encoding.ASCII.GetBytes(
            $$"""{"text":"{{new string('0', Digits)}}{{new string('x', text - Digits)}}",{{Officer.Trim()}}"""
        );
    }

    /// <summary>The same text as a station stores, without its JSON.</summary>
    internal static string Text(int bodyBytes, long number) =>
        number.ToString($"D{Digits}", CultureInfo.InvariantCulture).PadRight(bodyBytes - """{"text":""}""".Length, 'x');

    /// <summary>The number at the start of such a text; -1 where there is none.</summary>
    internal static int NumberIn(string text) =>
        text.Length >= Digits
        && int.TryParse(text.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;

    internal static void Number(Span<byte> request, long number)
    {
        for (var i = NumberAt + Digits - 1; i >= NumberAt; i--, number /= 10)
            request[i] = (byte)('0' + number % 10);
    }
}

/// <summary>A request body of many such lines, made as it is sent: no two are equal, and memory does not grow with
/// their number.</summary>
internal sealed class Load(long entries, int bodyBytes) : HttpContent
{
    private const int BlockEntries = 64;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var request = LoadBody.Request(bodyBytes);
        var line = request.Length + 1;
        var block = new byte[BlockEntries * line];
        for (var i = 0; i < BlockEntries; i++)
        {
            request.CopyTo(block, i * line);
            block[i * line + request.Length] = (byte)'\n';
        }
        for (long sent = 0; sent < entries; )
        {
            var count = (int)Math.Min(BlockEntries, entries - sent);
            for (var i = 0; i < count; i++)
                LoadBody.Number(block.AsSpan(i * line, line), sent + i);
            await stream.WriteAsync(block.AsMemory(0, count * line));
            sent += count;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = entries * (LoadBody.Request(bodyBytes).Length + 1);
        return true;
    }
}
