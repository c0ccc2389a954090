using Parley.Deconfliction;

namespace Parley.Station.Blind;

/// <summary>How long a run waits. For tests that need it shorter.</summary>
internal sealed record BlindTimes
{
    /// <summary>Without any exchange for so long, the peer counts as silent (BLIND-CHECK-18).</summary>
    internal TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A peer that answers and yet sends nothing new for so long counts as silent too: its computer may be
    /// slow, a set is at most 256 chunks.</summary>
    internal TimeSpan Stall { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The side that was asked dials by itself when it was not dialled for so long.</summary>
    internal TimeSpan OwnDial { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Between two attempts that failed.</summary>
    internal TimeSpan Retry { get; init; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>What a station lets others ask by blind checks, and how long a run waits.</summary>
internal sealed record BlindRules(BlindLimits Limits, BlindTimes Times)
{
    /// <summary>For tests of a station that lies: what goes out in place of a message, or null for nothing.</summary>
    internal Func<byte[], byte[]?> Says { get; init; } = message => message;
}
