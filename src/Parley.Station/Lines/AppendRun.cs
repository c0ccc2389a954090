using Parley.Link;

namespace Parley.Station.Lines;

/// <summary>
/// Appends of one request, asked for one after the other without waiting: none is written after one that was refused,
/// whatever has changed meanwhile, so that what is
/// on the record is always a beginning of what was sent.
/// </summary>
internal sealed class AppendRun
{
    /// <summary>Why the first of them was refused. Owned by the line's loop.</summary>
    internal AppendOutcome.Refused? Refusal { get; set; }
}
