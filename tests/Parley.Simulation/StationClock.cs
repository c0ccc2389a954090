namespace Parley.Simulation;

/// <summary>One station's clock: it runs a little fast or slow, and somebody may set it.</summary>
/// <param name="world">The time that all share, which no station knows.</param>
/// <param name="rate">Its seconds in one of those.</param>
internal sealed class StationClock(Func<DateTimeOffset> world, double rate) : TimeProvider
{
    /// <summary>How far it was set from where it would be.</summary>
    internal TimeSpan Offset { get; set; }

    /// <summary>What passed since the beginning: never steps.</summary>
    internal TimeSpan Elapsed => (world() - World.Epoch) * rate;

    /// <summary>When the world's clock will be where this one has moved on by that much from the beginning.</summary>
    internal DateTimeOffset WorldAt(TimeSpan elapsed) => World.Epoch + elapsed / rate + TimeSpan.FromTicks(1);

    public override DateTimeOffset GetUtcNow() => World.Epoch + Elapsed + Offset;
}
