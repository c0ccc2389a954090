using System.Text;
using Parley.Traffic.Bodies;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>Of one body's bytes every reader makes the same.</summary>
public sealed class BodyFormTests
{
    [Theory] // TRAFFIC-120
    [InlineData("""{"text":"t"}""", "t")]
    [InlineData("""{"more":1,"text":"t"}""", "t")]
    [InlineData("{\n\t\"text\" : \"t\"\r\n}\n", "t")]
    [InlineData("""{"text":"first","text":"t"}""", "t")]
    [InlineData("""{"Text":"other","text":"t"}""", "t")]
    public void A_body_means_one_thing(string body, string text)
    {
        Assert.True(
            TrafficBodies.Read(Kinds.MessageSuperseded, Encoding.UTF8.GetBytes(body)).TryGet(out var read, out var why),
            why
        );
        Assert.Equal(text, ((Message)read).Text);
    }

    [Theory] // TRAFFIC-120
    [InlineData("\uFEFF{\"text\":\"t\"}")]
    [InlineData("""/**/{"text":"t"}""")]
    [InlineData("""{"text":"t",}""")]
    [InlineData("""{"text":"t"}{}""")]
    [InlineData("""{"text":"t"} x""")]
    [InlineData("""["t"]""")]
    [InlineData("""{"text":1}""")]
    [InlineData("""{"text":"t","more":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}""")]
    [InlineData("null")]
    public void What_is_no_body_is_unreadable_to_all(string body) =>
        Assert.False(TrafficBodies.Read(Kinds.MessageSuperseded, Encoding.UTF8.GetBytes(body)).TryGet(out _, out _));

    [Fact] // TRAFFIC-120
    public void Invalid_utf8_is_unreadable_and_no_bytes_are_a_body_without_members()
    {
        Assert.False(
            TrafficBodies
                .Read(Kinds.MessageSuperseded, (byte[])[.. "{\"text\":\""u8, 0xFF, .. "\"}"u8])
                .TryGet(out _, out _)
        );
        Assert.True(TrafficBodies.Read(Kinds.MessageAcknowledged, ReadOnlyMemory<byte>.Empty).TryGet(out _, out _));
    }
}
