using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>What a party lets others ask. Every number is a setting of the station.</summary>
public sealed record BlindLimits
{
    /// <summary>Cells that the other party may bring to checks on one line in one day (UTC), with padding.</summary>
    public long CellsPerDay { get; init; } = 200_000;

    /// <summary>Most cells, with padding, in one set of the other party; at most
    /// <see cref="BlindBuckets.Largest"/>.</summary>
    public int LargestBucket { get; init; } = BlindBuckets.Largest;

    /// <summary>A set larger than this share of the whole grid is suspicious: it could ask for everything. The run is
    /// aborted before anything is revealed.</summary>
    public double CoverageShare { get; init; } = 0.1;

    /// <summary>A result with more than this share of our own cells is suspicious, where we brought
    /// <see cref="LeastForMatchAlarm"/> or more.</summary>
    public double MatchShare { get; init; } = 0.5;

    public int LeastForMatchAlarm { get; init; } = 64;
}

/// <summary>The sizes to which sets are padded, so that a size tells little.</summary>
public static class BlindBuckets
{
    public const int Smallest = 256;
    public const int Largest = 65_536;

    /// <summary>The least bucket that holds that many cells and the canaries: 256, 1,024, 4,096, 16,384 or 65,536. 0
    /// where none does.</summary>
    public static int For(int cells)
    {
        for (var bucket = Smallest; bucket <= Largest; bucket *= 4)
        {
            if (cells + BlindRun.Canaries <= bucket)
                return bucket;
        }
        return 0;
    }

    public static bool IsBucket(long size) => size is 256 or 1_024 or 4_096 or 16_384 or 65_536;
}

/// <summary>
/// What was asked of us on one line on one day. A value: the station stores the charged one, durably, before
/// <see cref="BlindRun.Reveal"/>; an
/// aborted run stays charged.
/// </summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Spent">Cells asked on that day.</param>
public readonly record struct BlindBudget(DateOnly Day, long Spent)
{
    /// <summary>The budget after a set of that size; refused where that is more than a day allows. A new day begins at
    /// nothing; a clock set back does not.</summary>
    public Parsed<BlindBudget> Charge(BlindLimits limits, DateOnly today, int bucket)
    {
        var (day, spent) = today > Day ? (today, 0) : (Day, Spent);
        return spent + bucket > limits.CellsPerDay
            ? new Rejected(
                $"{spent} of {limits.CellsPerDay} cells were asked on this line on {day:yyyy-MM-dd}; {bucket} more are not allowed"
            )
            : new BlindBudget(day, spent + bucket);
    }
}
