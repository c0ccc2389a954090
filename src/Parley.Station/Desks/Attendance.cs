namespace Parley.Station.Desks;

/// <summary>Whether the watch room is manned, as peers are told: a program follows the events, or a console that can
/// ring; or somebody did something without a browser a while ago.</summary>
internal sealed class Attendance(LineTable lines, EventHub hub, TimeProvider clock)
{
    /// <summary>An officer counts as present this long after the last thing they did.</summary>
    private static readonly TimeSpan AttendedFor = TimeSpan.FromMinutes(10);

    private long lastOperator = long.MinValue;

    internal bool IsAttended =>
        hub.IsFollowed
        || (
            Volatile.Read(ref lastOperator) is var last
            && last != long.MinValue
            && clock.GetElapsedTime(last) < AttendedFor
        );

    /// <summary>An officer did something: the station is attended for a while.</summary>
    internal void Attend()
    {
        Volatile.Write(ref lastOperator, clock.GetTimestamp());
        Update();
    }

    /// <summary>Has every line tell its peers how it is now.</summary>
    internal void Update()
    {
        var present = IsAttended;
        foreach (var open in lines.All)
            open.Host.SetAttended(present);
    }
}
