using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>The messages of a blind check between two stations, over requests that are lost, come twice or come
/// late.</summary>
public sealed class BlindChannelTests
{
    private static readonly Hash Run = Sha256.Of("run"u8),
        Another = Sha256.Of("another run"u8);

    private static byte[] Message(int number) => [.. BitConverter.GetBytes(number), .. new byte[number % 300]];

    [Fact] // BLIND-CHECK-15
    public void Whatever_is_lost_doubled_or_late_each_message_is_read_once_and_in_order_and_little_is_kept()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var chance = new Random(seed);
            BlindChannel[] ends = [new(Run), new(Run)];
            int[] sent = [0, 0],
                read = [0, 0];
            var late = new List<(int To, byte[] Bytes)>();
            const int all = 100;
            for (var step = 0; read[0] < all || read[1] < all; step++)
            {
                Assert.True(step < 20_000, $"seed {seed}: {read[0]} and {read[1]}");
                var from = chance.Next(2);
                while (sent[from] < all && ends[from].HasRoom && chance.Next(3) > 0)
                    ends[from].Send(Message(sent[from]++));
                if (chance.Next(2) == 0)
                    late.Add((1 - from, ends[from].Tell()));
                if (late.Count > 0 && chance.Next(2) == 0)
                {
                    var which = chance.Next(late.Count); // in any order
                    var (to, bytes) = late[which];
                    if (chance.Next(4) > 0)
                        late.RemoveAt(which); // else it comes again
                    if (chance.Next(4) > 0)
                        Assert.Null(ends[to].Take(BlindExchange.Parse(bytes).Required(), out _, out _)); // else it is lost
                }
                while (chance.Next(2) == 0 && ends[from].TryRead(out var message))
                    Assert.Equal(Message(read[from]++), message);
                if (late.Count > 50)
                    late.RemoveRange(0, 25);
            }
        }
    }

    [Fact] // BLIND-CHECK-15
    public void Who_does_not_read_is_sent_sixteen_messages_and_no_more()
    {
        BlindChannel a = new(Run),
            b = new(Run);
        for (var i = 0; i < LinkLimits.MaxBlindMessages; i++)
            a.Send(Message(i));
        Assert.False(a.HasRoom);
        Assert.Throws<InvalidOperationException>(() => a.Send(Message(16)));
        Assert.Null(b.Take(BlindExchange.Parse(a.Tell()).Required(), out var news, out var left));
        Assert.True(news);
        Assert.False(left);
        Assert.Null(a.Take(BlindExchange.Parse(b.Tell()).Required(), out _, out _)); // taken: there is room again, yet b is full
        a.Send(Message(16));
        Assert.Null(b.Take(BlindExchange.Parse(a.Tell()).Required(), out news, out left));
        Assert.False(news);
        Assert.True(left);
        Assert.True(b.TryRead(out _));
        Assert.Null(b.Take(BlindExchange.Parse(a.Tell()).Required(), out news, out left));
        Assert.True(news);
        Assert.False(left);
    }

    [Fact] // BLIND-CHECK-17
    public void What_contradicts_the_run_or_cannot_be_read_is_refused()
    {
        BlindChannel a = new(Run),
            b = new(Run),
            other = new(Another);
        a.Send(Message(1));
        var told = a.Tell();
        Assert.NotNull(other.Take(BlindExchange.Parse(told).Required(), out _, out _));
        Assert.NotNull(b.Take(new BlindExchange(Run, 1, 0, []), out _, out _)); // a message is missing before it
        Assert.NotNull(b.Take(new BlindExchange(Run, 0, 1, []), out _, out _)); // it takes what was never sent
        Assert.NotNull(b.Take(new BlindExchange(Run, int.MaxValue, int.MaxValue, []), out _, out _));
        for (var length = 0; length < told.Length; length++)
            Assert.False(
                length != 40 && BlindExchange.Parse(told.AsMemory(0, length)).TryGet(out _, out _),
                $"cut at {length}"
            );
        foreach (var at in (int[])[32, 36, 40])
        {
            byte[] changed = [.. told];
            changed[at] = 0xff; // negative, or too long
            Assert.False(BlindExchange.Parse(changed).TryGet(out _, out _));
        }
        Assert.False(BlindExchange.Parse(new byte[LinkLimits.MaxBlindExchangeBytes + 1]).TryGet(out _, out _));
        Assert.False(
            BlindExchange
                .Parse(
                    new BlindExchange(
                        Run,
                        0,
                        0,
                        [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[1], LinkLimits.MaxBlindMessages + 1)]
                    ).Encode()
                )
                .TryGet(out _, out _)
        );
    }
}
