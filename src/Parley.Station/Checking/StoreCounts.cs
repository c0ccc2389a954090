namespace Parley.Station.Checking;

/// <summary>How much of a store was looked at.</summary>
internal sealed class StoreCounts
{
    internal int Lines { get; set; }
    internal int Feeds { get; set; }
    internal long Entries { get; set; }
    internal long Bodies { get; set; }
    internal long Signatures { get; set; }
    internal int Attachments { get; set; }
}
