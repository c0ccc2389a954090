namespace Parley.EndToEnd.Wire;

/// <summary>
/// A wire between two networks that loses, delays and reorders packets as it is told, each direction for itself. It
/// does this in this process, and not by
/// a queueing discipline of the kernel, so that it works on kernels that were built without one, and so that a seed
/// decides what is lost.
/// </summary>
internal sealed class VirtualWire : IDisposable
{
    private readonly WireEnd[] ends;
    private readonly Direction[] directions;

    internal VirtualWire(WireEnd first, WireEnd second, int seed)
    {
        ends = [first, second];
        directions = [new Direction(first, second, seed), new Direction(second, first, seed + 1)];
    }

    internal WireEnd First => ends[0];
    internal WireEnd Second => ends[1];

    /// <summary>How it is from the first end to the second.</summary>
    internal WireCondition There
    {
        set => directions[0].Condition = value;
    }
    internal WireCondition Back
    {
        set => directions[1].Condition = value;
    }
    internal WireCondition BothWays
    {
        set => There = Back = value;
    }

    /// <summary>How many packets were carried and lost so far, both ways together.</summary>
    internal (long Carried, long Lost) Packets => (directions.Sum(d => d.Carried), directions.Sum(d => d.Lost));

    /// <summary>Bytes carried so far from the first end to the second.</summary>
    internal long BytesThere => directions[0].Bytes;

    public void Dispose()
    {
        foreach (var end in ends)
            end.Dispose();
        foreach (var direction in directions)
            direction.Dispose();
        foreach (var end in ends)
            end.Close();
    }

    /// <summary>One direction: a thread that reads what leaves one end, and one that writes it to the other end when
    /// its time has come.</summary>
    private sealed class Direction : IDisposable
    {
        /// <summary>Packets on their way at most: a wire has a buffer, too, and what does not fit is lost.</summary>
        private const int MaxOnTheirWay = 4096;
        private const int LargestPacket = 65_536;

        /// <summary>How long packets wait at most for a thin wire; as in any router, what comes when the queue is
        /// longer is lost.</summary>
        private static readonly TimeSpan LongestQueue = TimeSpan.FromMilliseconds(500);
        private readonly WireEnd from,
            to;
        private readonly Random random;
        private readonly Thread reading,
            writing;

        /// <summary>Guards <see cref="onTheirWay"/> and <see cref="ended"/>; pulsed when either changes.</summary>
        private readonly object gate = new();
        private readonly PriorityQueue<byte[], (long Due, long Number)> onTheirWay = new();
        private bool ended;

        internal Direction(WireEnd from, WireEnd to, int seed)
        {
            this.from = from;
            this.to = to;
            random = new Random(seed);
            reading = new Thread(Read) { IsBackground = true };
            writing = new Thread(Write) { IsBackground = true };
            reading.Start();
            writing.Start();
        }

        internal volatile WireCondition Condition = WireCondition.Sound;
        internal long Carried { get; private set; }
        internal long Lost { get; private set; }
        internal long Bytes => Interlocked.Read(ref bytes);
        private long bytes;

        /// <summary>When the last packet of a thin wire has left its near end; the reading thread's own.</summary>
        private long leavesAt;

        private void Read()
        {
            var packet = new byte[LargestPacket];
            try
            {
                for (long number = 0; from.Read(packet) is var length; number++)
                    Take(packet.AsSpan(0, length), number);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // the interface was taken away
            }
            lock (gate)
            {
                ended = true;
                Monitor.Pulse(gate);
            }
        }

        private void Take(ReadOnlySpan<byte> packet, long number)
        {
            var condition = Condition;
            if (!condition.Takes(packet, random))
            {
                Lost++;
                return;
            }
            var now = TimeProvider.System.GetTimestamp();
            leavesAt = Math.Max(now, leavesAt);
            var due = leavesAt + Ticks(condition.Delay + condition.Jitter * random.NextDouble());
            lock (gate)
            {
                if (onTheirWay.Count >= MaxOnTheirWay || leavesAt - now > Ticks(LongestQueue))
                {
                    Lost++;
                    return;
                }
                if (condition.BytesPerSecond > 0)
                    leavesAt += Ticks(TimeSpan.FromSeconds((double)packet.Length / condition.BytesPerSecond));
                onTheirWay.Enqueue(packet.ToArray(), (due, number));
                Monitor.Pulse(gate);
            }
            Carried++;
            Interlocked.Add(ref bytes, packet.Length);
        }

        private void Write()
        {
            while (Next() is { } packet)
                to.Write(packet);
        }

        private byte[]? Next()
        {
            lock (gate)
            {
                while (!ended)
                {
                    if (!onTheirWay.TryPeek(out _, out var next))
                    {
                        Monitor.Wait(gate);
                        continue;
                    }
                    var left = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), next.Due);
                    if (left <= TimeSpan.Zero)
                        return onTheirWay.Dequeue();
                    Monitor.Wait(gate, left + TimeSpan.FromMilliseconds(1)); // whole milliseconds
                }
                return null;
            }
        }

        private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * TimeProvider.System.TimestampFrequency);

        public void Dispose()
        {
            reading.Join();
            writing.Join();
        }
    }
}
