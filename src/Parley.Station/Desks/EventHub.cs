using System.Collections.Concurrent;
using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>Those who follow the station's events, and what they are told. Everything publishes here, and it asks
/// nobody. Safe from any thread.</summary>
internal sealed class EventHub
{
    private readonly ConcurrentDictionary<FollowerStates, byte> followers = new();

    /// <summary>True where somebody follows who can be called: a program, or a console that is armed.</summary>
    internal bool IsFollowed => followers.Keys.Any(f => f.Bell is not { IsArmed: false });

    /// <summary>Begins to follow; until <see cref="Leave"/>, everything that happens is kept for this follower.</summary>
    /// <param name="line">The line that is followed; null for all.</param>
    /// <param name="bell">Of a console in a browser; null for a program.</param>
    internal FollowerStates Follow(LineId? line, ConsoleBell? bell = null)
    {
        var follower = new FollowerStates(line) { Bell = bell };
        followers[follower] = 0;
        return follower;
    }

    internal void Leave(FollowerStates follower) => followers.TryRemove(follower, out _);

    internal void Publish(StationEvent what)
    {
        foreach (var follower in followers.Keys)
            follower.Tell(what);
    }

    /// <summary>Entries arrived: they are read from the store.</summary>
    internal void Wake()
    {
        foreach (var follower in followers.Keys)
            follower.Wake();
    }

    /// <summary>The station stops: whoever still follows hears no more.</summary>
    internal void Complete()
    {
        foreach (var follower in followers.Keys)
            follower.Complete();
    }
}
