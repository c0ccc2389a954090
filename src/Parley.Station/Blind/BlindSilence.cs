namespace Parley.Station.Blind;

/// <summary>How long a peer was not heard, or said nothing new.</summary>
internal sealed class BlindSilence(TimeProvider clock)
{
    private long heardAt = clock.GetTimestamp(),
        newsAt = clock.GetTimestamp();
    private volatile bool isBroken;

    /// <summary>True once anything was heard.</summary>
    internal bool IsBroken => isBroken;

    internal TimeSpan SinceHeard => clock.GetElapsedTime(Volatile.Read(ref heardAt));

    internal TimeSpan SinceNews => clock.GetElapsedTime(Volatile.Read(ref newsAt));

    internal void Heard()
    {
        isBroken = true;
        Listen();
    }

    /// <summary>The time of silence begins anew, though nothing was heard.</summary>
    internal void Listen() => Volatile.Write(ref heardAt, clock.GetTimestamp());

    /// <summary>Something new came, or the time without anything new begins anew.</summary>
    internal void News() => Volatile.Write(ref newsAt, clock.GetTimestamp());
}
