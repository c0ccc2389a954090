using System.Threading.Channels;

namespace Parley.Station.Desks;

/// <summary>Wakes the watch over one line. Ringing it twice before it is heard is ringing it once.</summary>
internal sealed class PassBell
{
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private int stale = 1;

    internal void Ring()
    {
        Volatile.Write(ref stale, 1);
        wake.Writer.TryWrite(true);
    }

    /// <summary>True where it was rung since the last time; a bell that is new counts as rung.</summary>
    internal bool TakeRing() => Interlocked.Exchange(ref stale, 0) != 0;

    internal Task WaitAsync(CancellationToken ct) => wake.Reader.WaitToReadAsync(ct).AsTask();

    /// <summary>Whoever waited goes on: the next one waits for the next ring.</summary>
    internal void Heard() => wake.Reader.TryRead(out _);
}
