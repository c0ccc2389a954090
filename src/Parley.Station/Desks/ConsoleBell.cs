namespace Parley.Station.Desks;

/// <summary>Whether one console in a browser can ring: browsers let a page sound only once it was touched. A watch whose
/// consoles are all mute is not attended, however many of them are open. Safe from any thread.</summary>
internal sealed class ConsoleBell
{
    private volatile bool isArmed;

    internal bool IsArmed
    {
        get => isArmed;
        set => isArmed = value;
    }
}
