namespace Parley.Station.Link;

/// <summary>What the link port gives one peer, and all strangers together, so that nobody can take it from the
/// others.</summary>
internal sealed record LinkPortLimits
{
    /// <summary>Connections in all; what the other limits leave room for.</summary>
    internal int MaxConnections { get; init; } = 1024;

    /// <summary>Connections that have not shown a bound identity yet, in all.</summary>
    internal int MaxUnproven { get; init; } = 128;

    /// <summary>Connections of one identity that is on a line. An honest peer needs one, and a few more that died
    /// unnoticed.</summary>
    internal int MaxOfPeer { get; init; } = 8;

    /// <summary>Connections of all identities together that are on no line.</summary>
    internal int MaxOfStrangers { get; init; } = 64;

    /// <summary>Requests of one identity under way at a time.</summary>
    internal int MaxUnderWay { get; init; } = 32;

    /// <summary>Requests of one peer a second, and as many again at once. A peer at its fastest has one small push of a
    /// line under way, and each waits for two disks.</summary>
    internal int RequestsPerSecond { get; init; } = 5000;

    /// <summary>Requests a second of all strangers together, and as many again at once.</summary>
    internal int StrangersRequestsPerSecond { get; init; } = 200;
}
