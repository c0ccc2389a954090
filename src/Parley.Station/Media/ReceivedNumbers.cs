namespace Parley.Station.Media;

/// <summary>Which numbers of datagrams came: each is taken once, and none that is far behind. Guarded by
/// itself.</summary>
internal sealed class ReceivedNumbers
{
    /// <summary>How far behind the highest a number may come.</summary>
    private const int Window = 1024;

    private readonly Lock gate = new();
    private readonly ulong[] seen = new ulong[Window / 64];

    internal uint Count { get; private set; }
    internal uint Highest { get; private set; }

    /// <summary>Their sender begins anew.</summary>
    internal void Clear()
    {
        lock (gate)
        {
            (Count, Highest) = (0, 0);
            Array.Clear(seen);
        }
    }

    /// <summary>False where it came before, or is too old to tell.</summary>
    internal bool Add(uint number)
    {
        lock (gate)
        {
            if (number == 0)
                return false;
            if (number > Highest)
            {
                var steps = Math.Min(number - Highest, Window);
                for (var i = 0u; i < steps; i++)
                    Clear(number - i);
                Highest = number;
            }
            else if (Highest - number >= Window)
                return false;
            ref var word = ref seen[number % Window / 64];
            var bit = 1UL << (int)(number % 64);
            if ((word & bit) != 0)
                return false;
            word |= bit;
            Count++;
            return true;
        }
    }

    private void Clear(uint number) => seen[number % Window / 64] &= ~(1UL << (int)(number % 64));
}
