namespace Parley.Station.Relay;

/// <summary>Limits and periods of relaying, in one place. RELAY-3.</summary>
internal static class RelayLimits
{
    /// <summary>Largest file that a relay takes, in bytes.</summary>
    internal const long MaxFile = 64 << 20;

    /// <summary>Where a station stops adding to a file that goes by a relay, in bytes: one more push fits below
    /// <see cref="MaxFile"/>.</summary>
    internal const long TargetFile = 48 << 20;

    /// <summary>Files, and their bytes together, that one party leaves for another.</summary>
    internal const int MaxWaitingOfOne = 16;
    internal const long MaxWaitingBytesOfOne = 256 << 20;

    /// <summary>Files, and their bytes together, that wait for one party.</summary>
    internal const int MaxWaiting = 256;
    internal const long MaxWaitingBytes = 1L << 30;

    /// <summary>Parties that one relay serves.</summary>
    internal const int MaxParties = 256;

    /// <summary>Files taken in one round.</summary>
    internal const int MaxTaken = 16;

    /// <summary>How long a file that could not be taken is left alone at first, and each time twice as long, and at
    /// most.</summary>
    internal static readonly TimeSpan FirstLater = TimeSpan.FromSeconds(1),
        LastLater = TimeSpan.FromMinutes(10);

    /// <summary>How long a file waits before it is thrown away.</summary>
    internal static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Files that one party may be leaving at a time.</summary>
    internal const int MaxUnderWay = 2;

    /// <summary>Time for one small request, and for a file.</summary>
    internal static readonly TimeSpan Asking = TimeSpan.FromSeconds(30),
        Moving = TimeSpan.FromMinutes(10);
}

/// <summary>The periods of a line's way by a relay. RELAY-5.</summary>
/// <param name="WhileCut">How often a member looks at its relay while a peer is not heard.</param>
/// <param name="WhileHeard">How often while all are heard.</param>
/// <param name="FirstAgain">What was left and not confirmed is left again after so long, and each time twice as long: a
/// relay may have lost it.</param>
/// <param name="LastAgain">The longest that it ever waits for that.</param>
internal sealed record RelayPace(TimeSpan WhileCut, TimeSpan WhileHeard, TimeSpan FirstAgain, TimeSpan LastAgain)
{
    internal static RelayPace Usual { get; } =
        new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromDays(1));
}
