using System.Security.Cryptography.X509Certificates;
using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Blind;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Station.Media;
using Parley.Storage;

namespace Parley.Station;

/// <summary>What a station is made of. Whoever opened keys, certificate and store closes them, after the
/// station.</summary>
internal sealed record StationSetup
{
    internal required DataDirectory Directory { get; init; }

    /// <summary>Whose station it is.</summary>
    internal required Card Card { get; init; }
    internal required StationKeys Keys { get; init; }

    /// <summary>What it shows on the link.</summary>
    internal required X509Certificate2 Certificate { get; init; }
    internal required IStationStore Store { get; init; }

    /// <summary>Room that peers may not fill where the record is kept.</summary>
    internal required DiskReserve Reserve { get; init; }

    /// <summary>The same where files wait that it relays; null where that is the same disk.</summary>
    internal DiskReserve? RelayReserve { get; init; }

    /// <summary>False for a station that only dials.</summary>
    internal required bool AcceptsConnections { get; init; }
    internal required StationMode Mode { get; init; }
    internal required TimeProvider Clock { get; init; }
    internal required ILogger Log { get; init; }

    /// <summary>Opens the lines' secrets where they are encrypted.</summary>
    internal string? Passphrase { get; init; }

    /// <summary>What others may ask by blind checks, and how long a run waits.</summary>
    internal BlindRules Blind { get; init; } = new(new BlindLimits(), new BlindTimes());

    /// <summary>What calls are carried with.</summary>
    internal MediaMeans Media { get; init; } = MediaMeans.None;

    /// <summary>True where plans are also given as events of Cursor on Target.</summary>
    internal bool GivesCursorOnTarget { get; init; }
}
