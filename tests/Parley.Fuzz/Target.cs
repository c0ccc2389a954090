namespace Parley.Fuzz;

/// <summary>One parser that hostile bytes reach, with valid samples of what it reads.</summary>
/// <param name="Name">For people.</param>
/// <param name="Samples">Valid inputs.</param>
/// <param name="Feed">Gives it bytes; null when they were taken, else the reason for the refusal.</param>
internal sealed record Target(string Name, IReadOnlyList<byte[]> Samples, Func<byte[], string?> Feed)
{
    /// <summary>Inputs for it among so many: parsers that compute signatures or open files are slower than those that
    /// do not.</summary>
    public int Share { get; init; } = 100;

    /// <summary>
    /// Bytes that one input may make the parser allocate: so many, and so many more for each byte of the input. A
    /// decimal digit of JSON can become a vertex, and an
    /// entry of 4 bytes an object; nothing may become more than that.
    /// </summary>
    public (long Base, long PerByte) Allocation { get; init; } = (256 * 1024, 160);

    /// <summary>Puts what the parser belongs to in its place, before the clock runs; null where there is nothing of the
    /// kind.</summary>
    public Action? Ready { get; init; }

    internal long AllocationFor(int length) => Allocation.Base + Allocation.PerByte * length;
}
