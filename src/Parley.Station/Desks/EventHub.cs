using System.Collections.Concurrent;
using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>Those who follow the station's events, and what they are told. Everything publishes here, and it asks
/// nobody. Safe from any thread.</summary>
internal sealed class EventHub
{
    private readonly ConcurrentDictionary<FollowerStates, byte> followers = new();

    internal bool IsFollowed => !followers.IsEmpty;

    /// <summary>Begins to follow; until <see cref="Leave"/>, everything that happens is kept for this follower.</summary>
    internal FollowerStates Follow(LineId? line)
    {
        var follower = new FollowerStates(line);
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
