using System.Net;
using System.Text;
using Parley.Station.Media;
using Xunit;

namespace Parley.Station.Tests.Media;

/// <summary>The relay port knows whose a datagram is, and takes nothing from anybody else.</summary>
public sealed class MediaPortTests : IDisposable
{
    private const string Password = "theOtherConsolesPassword";
    private readonly MediaPort port = MediaPort.Open(new IPEndPoint(IPAddress.Loopback, 0)).Required();
    private readonly ConsoleSocket console = new();
    private readonly List<byte[]> spoken = [];
    private readonly ConsoleEnd end;

    public MediaPortTests()
    {
        end = new ConsoleEnd(
            Encoding.ASCII.GetBytes("theirs:ours"),
            Encoding.ASCII.GetBytes(Password),
            datagram =>
            {
                lock (spoken)
                    spoken.Add(datagram.ToArray());
            }
        );
        Assert.True(port.Add(end));
    }

    private bool Passes(byte[] datagram, ConsoleSocket by)
    {
        by.Send(datagram, port.Address);
        return SpinWait.SpinUntil(
            () =>
            {
                lock (spoken)
                    return spoken.Any(s => s.AsSpan().SequenceEqual(datagram));
            },
            datagram[0] > 3 && by != console ? 300 : 3_000
        );
    }

    // CALL-14
    [Fact]
    public void A_console_is_known_by_a_request_that_the_other_consoles_password_made_and_then_by_its_address()
    {
        Assert.False(Passes(ConsoleSocket.Voice(1), new ConsoleSocket()));
        Assert.True(Passes(ConsoleSocket.Request("theirs:ours", Password), console));
        Assert.True(Passes(ConsoleSocket.Voice(2), console));
        port.Give(end, ConsoleSocket.Voice(3));
        Assert.Equal(ConsoleSocket.Voice(3), console.Receive());
    }

    // CALL-14
    [Fact]
    public void Who_does_not_know_the_password_is_neither_heard_nor_given_anything()
    {
        using var stranger = new ConsoleSocket();
        Assert.True(Passes(ConsoleSocket.Request("theirs:ours", Password), console));
        stranger.Send(ConsoleSocket.Request("theirs:ours", "anotherPasswordOfTheSameSize"), port.Address);
        stranger.Send(ConsoleSocket.Voice(9), port.Address);
        Assert.True(SpinWait.SpinUntil(() => port.Dropped == 2, 3_000));
        port.Give(end, ConsoleSocket.Voice(4));
        Assert.Equal(ConsoleSocket.Voice(4), console.Receive());
        Assert.Null(stranger.Receive(200));
    }

    // CALL-14
    [Fact]
    public void A_request_that_was_overheard_gives_its_sender_no_place()
    {
        using var stranger = new ConsoleSocket();
        var request = ConsoleSocket.Request("theirs:ours", Password);
        Assert.True(Passes(request, console));
        stranger.Send(request, port.Address);
        Assert.True(SpinWait.SpinUntil(() => port.Dropped == 1, 3_000));
        port.Give(end, ConsoleSocket.Voice(5));
        Assert.Equal(ConsoleSocket.Voice(5), console.Receive());
        Assert.Null(stranger.Receive(200));
    }

    // CALL-14
    [Fact]
    public void An_answer_goes_to_the_socket_that_asked_and_everything_else_to_the_one_that_speaks()
    {
        using var other = new ConsoleSocket();
        var transaction = Parley.Crypto.Randomness.Bytes(12);
        Assert.True(Passes(ConsoleSocket.Request("theirs:ours", Password), console));
        Assert.True(Passes(ConsoleSocket.Voice(1), console));
        Assert.True(Passes(ConsoleSocket.Request("theirs:ours", Password, transaction), other));
        byte[] answer = [0x01, 0x01, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. transaction];
        port.Give(end, answer);
        Assert.Equal(answer, other.Receive());
        port.Give(end, ConsoleSocket.Voice(6));
        Assert.Equal(ConsoleSocket.Voice(6), console.Receive());
    }

    // CALL-14
    [Fact]
    public void A_flood_of_anything_costs_no_memory_and_the_call_goes_on()
    {
        Assert.True(Passes(ConsoleSocket.Request("theirs:ours", Password), console));
        using var flood = new ConsoleSocket();
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var junk = new byte[random.Next(1, 1_500)];
            random.NextBytes(junk);
            if (i % 3 == 0)
                junk[0] = 0xF1;
            else if (i % 3 == 1 && junk.Length >= 20)
                ConsoleSocket.Request($"theirs:{i}", Password).AsSpan(0, 20).CopyTo(junk);
            flood.Send(junk, port.Address);
        }
        Assert.True(SpinWait.SpinUntil(() => port.Dropped > 0, 3_000));
        Assert.True(Passes(ConsoleSocket.Voice(2), console));
        Assert.Single(end.Addresses);
    }

    public void Dispose()
    {
        console.Dispose();
        port.Dispose();
    }
}
