namespace Parley.Station.Relay;

/// <summary>Limits and periods of relaying, in one place. RELAY-3.</summary>
internal static class RelayLimits
{
    /// <summary>Largest file that a relay takes, in bytes.</summary>
    internal const long MaxFile = 64 << 20;
    /// <summary>Where a station stops adding to a file that goes by a relay, in bytes: one more push fits below <see cref="MaxFile"/>.</summary>
    internal const long TargetFile = 48 << 20;
    /// <summary>Files, and their bytes together, that wait for one party.</summary>
    internal const int MaxWaiting = 64;
    internal const long MaxWaitingBytes = 256 << 20;
    /// <summary>Parties that one relay serves.</summary>
    internal const int MaxParties = 256;
    /// <summary>Files taken in one round.</summary>
    internal const int MaxTaken = 16;
    /// <summary>How long a file waits before it is thrown away.</summary>
    internal static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);
    /// <summary>How often a member looks at its relay while a peer is not heard, and while all are.</summary>
    internal static readonly TimeSpan WhileCut = TimeSpan.FromSeconds(5), WhileHeard = TimeSpan.FromMinutes(1);
    /// <summary>Time for one small request, and for a file.</summary>
    internal static readonly TimeSpan Asking = TimeSpan.FromSeconds(30), Moving = TimeSpan.FromMinutes(10);
}
