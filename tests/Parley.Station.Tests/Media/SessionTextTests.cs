using System.Net;
using Parley.Station.Media;
using Xunit;

namespace Parley.Station.Tests.Media;

/// <summary>What of a console's session description passes.</summary>
public sealed class SessionTextTests
{
    private static readonly string Key = string.Join(':', Enumerable.Repeat("AB", 32));

    private static string Sdp(string more = "", string? key = null) =>
        $"""
            v=0
            o=- 4611731400430051336 2 IN IP4 192.168.7.9
            s=-
            t=0 0
            a=group:BUNDLE 0
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 192.168.7.9
            a=rtcp:9 IN IP4 0.0.0.0
            a=candidate:1 1 udp 2122260223 192.168.7.9 54321 typ host generation 0
            a=ice-ufrag:F7gI
            a=ice-pwd:x9cml/YzichV2+XlhiMu8g
            a=fingerprint:sha-256 {key ?? Key}
            a=setup:actpass
            a=mid:0
            a=sendrecv
            a=rtcp-mux
            a=rtpmap:111 opus/48000/2
            a=fmtp:111 minptime=10;useinbandfec=1
            {more}
            """.ReplaceLineEndings("\r\n");

    // CALL-9
    [Fact]
    public void No_address_of_a_console_passes_and_the_other_console_is_given_its_own_stations()
    {
        var text = SessionText.Parse(Sdp()).Required();
        Assert.Equal($"sha256:{string.Concat(Enumerable.Repeat("ab", 32))}", text.Fingerprint);
        Assert.Equal(("F7gI", "x9cml/YzichV2+XlhiMu8g", true), (text.Ufrag, text.Password, text.Speaks));
        Assert.DoesNotContain("192.168.7.9", text.Bare(), StringComparison.Ordinal);
        Assert.DoesNotContain("candidate", text.Bare(), StringComparison.Ordinal);
        var given = text.With([new IPEndPoint(IPAddress.Parse("10.0.0.2"), 7100)]);
        Assert.Contains("typ host", given, StringComparison.Ordinal);
        Assert.Equal(1, given.Split("a=candidate:").Length - 1);
        Assert.Contains(" 10.0.0.2 7100 ", given, StringComparison.Ordinal);
        Assert.Equal(text.Bare(), SessionText.Parse(text.Bare()).Required().Bare());
    }

    // CALL-7 CALL-9
    [Theory]
    [InlineData("a=recvonly")]
    [InlineData("a=inactive")]
    [InlineData("a=fingerprint:sha-256 {other}")]
    [InlineData("a=fingerprint:sha-1 00:11")]
    [InlineData("m=video 9 UDP/TLS/RTP/SAVPF 96")]
    [InlineData("a=ice-ufrag:anotherOne")]
    [InlineData("a=ice-pwd:anotherPasswordOfTwentyTwo")]
    [InlineData("a=mid:\u0001")]
    public void Two_keys_two_streams_or_what_is_no_text_is_refused(string more)
    {
        more = more.Replace("{other}", string.Join(':', Enumerable.Repeat("CD", 32)), StringComparison.Ordinal);
        Assert.False(SessionText.Parse(Sdp(more)).TryGet(out _, out var why));
        Assert.NotEmpty(why);
    }

    // CALL-9
    [Fact]
    public void Anything_at_all_is_read_without_an_exception()
    {
        var random = new Random(3);
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = Sdp().ToCharArray();
            for (var n = random.Next(1, 6); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (char)random.Next(0, 300);
            _ = SessionText.Parse(new string(bytes, 0, random.Next(bytes.Length))).TryGet(out _, out _);
        }
    }
}
