using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>Sizes of feeds as of which something is asked. A name that is mistyped would be answered as of now, and
/// nobody would see it. CEASEFIRE-31</summary>
internal static class StatedSizes
{
    /// <summary>Why they are none of this line's; null where each is that of one of its parties.</summary>
    internal static Refusal? Stranger(StationLine open, IReadOnlyDictionary<PartyId, ulong>? asOf)
    {
        foreach (var party in asOf?.Keys ?? [])
        {
            if (!open.Document.Parties.Contains(party))
                return Refusal.Invalid($"asOf names {party}, who is not on this line");
        }
        return null;
    }
}
