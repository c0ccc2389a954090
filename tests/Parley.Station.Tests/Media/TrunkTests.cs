using System.Net;
using Parley.Link.Wire;
using Parley.Station.Link;
using Parley.Station.Media;
using Xunit;

namespace Parley.Station.Tests.Media;

/// <summary>The way between two stations is chosen by what is received, each direction by itself.</summary>
public sealed class TrunkTests : IDisposable
{
    private readonly MediaPort us = MediaPort.Open(new IPEndPoint(IPAddress.Loopback, 0)).Required();
    private readonly MediaPort ru = MediaPort.Open(new IPEndPoint(IPAddress.Loopback, 0)).Required();
    private readonly HandTime time = new();
    private readonly Trunk ours,
        theirs;
    private readonly List<byte> heard = [];

    public TrunkTests()
    {
        ours = new Trunk(us, time, (_, _) => { });
        theirs = new Trunk(
            ru,
            time,
            (leg, datagram) =>
            {
                lock (heard)
                    heard.Add(leg == 7 ? datagram[0] : (byte)0);
            }
        );
        us.Add(ours);
        ru.Add(theirs);
        Link(ours, theirs);
        Link(theirs, ours);
        ours.Meet(theirs.Hello([]), [ru.Address]);
        theirs.Meet(ours.Hello([]), [us.Address]);
    }

    /// <summary>A stream over the link, without the link: its frames come to the other at once.</summary>
    private static void Link(Trunk from, Trunk to)
    {
        var stream = new CallStream { Taker = (_, _, _) => { } };
        from.Use(stream);
        var pipe = new System.IO.Pipelines.Pipe();
        var other = new CallStream { Taker = (_, kind, content) => to.Take(kind, content) };
        _ = stream.WriteAsync(pipe.Writer.AsStream(), CancellationToken.None);
        _ = other.ReadAsync(pipe.Reader, CancellationToken.None);
    }

    private void Beat()
    {
        time.Advance(Trunk.Beat);
        var before = (ours.Beats, theirs.Beats);
        ours.Tick();
        theirs.Tick();
        Assert.True(
            SpinWait.SpinUntil(() => ours.Beats > before.Item1 && theirs.Beats > before.Item2, 5_000),
            "no report came over the link"
        );
    }

    private void Is(MediaPath expected)
    {
        Assert.Equal(expected, ours.Path);
    }

    // CALL-13
    [Fact]
    public void Datagrams_are_used_once_the_peer_says_that_they_come()
    {
        Is(MediaPath.Both);
        Assert.True(SpinWait.SpinUntil(() => theirs.Takes > 0, 5_000));
        Beat();
        Is(MediaPath.Udp);
        ours.Send(7, [42]);
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    lock (heard)
                        return heard.Contains(42);
                },
                5_000
            )
        );
    }

    // CALL-13, V-4
    [Fact]
    public void Where_no_datagram_comes_any_more_the_link_is_taken_within_three_seconds_and_datagrams_again_later()
    {
        Assert.True(SpinWait.SpinUntil(() => theirs.Takes > 0, 5_000));
        Beat();
        Is(MediaPath.Udp);
        ru.Remove(theirs); // whatever is sent there is lost
        var beats = 0;
        while (ours.Path == MediaPath.Udp && ++beats < 40)
            Beat();
        Is(MediaPath.Link);
        Assert.True(beats * Trunk.Beat < TimeSpan.FromSeconds(3), $"it took {beats} beats");
        ru.Add(theirs);
        beats = 0;
        while (ours.Path != MediaPath.Udp && ++beats < 40)
        {
            var takes = theirs.Takes;
            Beat();
            SpinWait.SpinUntil(() => theirs.Takes > takes, 1_000);
        }
        Is(MediaPath.Udp);
        Assert.True(beats >= 3, "one good word is not yet a way");
    }

    // CALL-12
    [Fact]
    public void A_trunk_that_was_made_anew_is_heard_by_datagram_and_nothing_of_the_one_before_it_is()
    {
        Assert.True(SpinWait.SpinUntil(() => theirs.Takes > 0, 5_000));
        Beat();
        var before = theirs.Hello([]);
        for (byte i = 0; i < 200; i++)
            ours.Send(7, [i]);
        Assert.True(SpinWait.SpinUntil(() => theirs.Takes >= 200, 5_000));
        us.Remove(ours);
        var anew = new Trunk(us, time, (_, _) => { });
        us.Add(anew);
        Link(anew, theirs);
        Link(theirs, anew);
        anew.Meet(before, [ru.Address]);
        Assert.True(theirs.Meet(anew.Hello([]), [us.Address]), "the peer has to be told another key");
        var after = theirs.Hello([]);
        Assert.Equal(before.Trunk, after.Trunk);
        Assert.NotEqual(before.Key, after.Key);
        Assert.Equal(0u, theirs.Takes);
        Assert.False(anew.Meet(after, [ru.Address]));
        anew.Tick();
        Assert.True(SpinWait.SpinUntil(() => theirs.Takes > 0, 5_000), "its datagrams are not taken");

        Span<byte> frame = stackalloc byte[64];
        var from = new IPEndPoint(IPAddress.Loopback, 1).Serialize();
        var length = MediaFrame.Write(
            frame,
            MediaFrameKind.Media,
            Convert.ToUInt64(before.Trunk, 16),
            9_000,
            Convert.FromHexString(before.Key),
            new byte[8],
            [1, 2, 3]
        );
        Assert.False(theirs.Take(frame[..length], from));
    }

    // CALL-19
    [Fact]
    public void A_place_where_nobody_answers_is_asked_in_short_bursts_after_a_while()
    {
        using var nobody = MediaPort.Open(new IPEndPoint(IPAddress.Loopback, 0)).Required();
        var trunk = new Trunk(us, time, (_, _) => { });
        trunk.Meet(
            new CallHello
            {
                Trunk = new string('a', 16),
                Key = new string('b', 64),
                Udp = [],
            },
            [nobody.Address]
        );
        var minute = (int)(TimeSpan.FromMinutes(1) / Trunk.Beat);
        for (var beat = 0; beat < minute; beat++)
        {
            time.Advance(Trunk.Beat);
            trunk.Tick();
        }
        // Reports and probes of ten seconds, and probes for two of each ten that follow.
        Assert.True(SpinWait.SpinUntil(() => nobody.Dropped >= minute, 5_000));
        Assert.InRange(nobody.Dropped, minute, minute + 100);
    }

    // CALL-12
    [Fact]
    public void A_datagram_that_is_forged_or_comes_again_is_not_taken()
    {
        var hello = ours.Hello([]);
        Span<byte> frame = stackalloc byte[64];
        var key = Convert.FromHexString(hello.Key);
        var trunk = Convert.ToUInt64(hello.Trunk, 16);
        var from = new IPEndPoint(IPAddress.Loopback, 1).Serialize();
        var length = MediaFrame.Write(frame, MediaFrameKind.Media, trunk, 9_000, key, new byte[8], [1, 2, 3]);
        Assert.True(ours.Take(frame[..length], from));
        Assert.False(ours.Take(frame[..length], from));
        length = MediaFrame.Write(frame, MediaFrameKind.Media, trunk, 9_001, new byte[32], new byte[8], [1, 2, 3]);
        Assert.False(ours.Take(frame[..length], from));
        Assert.False(ours.Take(frame[..5], from));
    }

    /// <summary>Time that goes on where the test says so.</summary>
    private sealed class HandTime : TimeProvider
    {
        private long ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref ticks);

        internal void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
    }

    public void Dispose()
    {
        us.Dispose();
        ru.Dispose();
    }
}
