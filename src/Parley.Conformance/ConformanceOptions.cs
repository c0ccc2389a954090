using System.Net;
using Parley.Record;

namespace Parley.Conformance;

/// <summary>What a run needs.</summary>
/// <param name="Station">The card of the party whose station is tested.</param>
/// <param name="Address">Where that station's link listens, HOST:PORT; null for the first on its card.</param>
/// <param name="Listen">Where the station can reach the suite.</param>
public sealed record ConformanceOptions(Card Station, string? Address, IPEndPoint Listen)
{
    /// <summary>The suite's name on the line.</summary>
    public PartyId Party { get; init; } = PartyId.Parse("conform");

    /// <summary>The host by which the station dials the suite; null for that of <see cref="Listen"/>.</summary>
    public string? Host { get; init; }

    /// <summary>How long an officer may take to accept the line at the station.</summary>
    public TimeSpan Acceptance { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long it is watched what a station does that is refused.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Also what takes minutes or thousands of requests.</summary>
    public bool Long { get; init; }

    /// <summary>Does at the station what only its people can, and says whether the station did it; null where nobody is
    /// there: what needs them is not tried.</summary>
    public Func<OfficerTask, CancellationToken, Task<bool>>? Officer { get; init; }

    /// <summary>Where files lie that are handed over.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Only checks whose clause or name holds this; null for all.</summary>
    public string? Only { get; init; }
}
