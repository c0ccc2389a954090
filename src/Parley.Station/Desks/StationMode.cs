namespace Parley.Station.Desks;

/// <summary>What a station is up for.</summary>
internal enum StationMode
{
    /// <summary>Real traffic.</summary>
    Duty,

    /// <summary>A scenario is played through it: what it writes by itself is marked exercise, and it begins nothing of
    /// its own accord.</summary>
    Exercise,

    /// <summary>Nobody runs it; its record is read where it lies. No line's machine runs, so that nothing is signed,
    /// sent or stored.</summary>
    Reading,
}
