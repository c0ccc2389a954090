using Parley.Record;

namespace Parley.Station.Carry;

/// <summary>What is to be carried, its extent fixed.</summary>
internal abstract class CarryOut : IDisposable
{
    internal abstract LineId Line { get; }
    internal abstract ulong From { get; }
    internal abstract ulong To { get; }

    /// <summary>Writes the whole file; throws <see cref="IOException"/> where it cannot be made whole.</summary>
    internal abstract Task WriteAsync(Stream to, CancellationToken ct);

    public abstract void Dispose();
}
