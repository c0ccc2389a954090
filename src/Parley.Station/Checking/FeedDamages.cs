using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Checking;

/// <summary>A stored feed, and whose eyes look at it.</summary>
/// <param name="Row">What is stored of it.</param>
/// <param name="Document">Its line.</param>
/// <param name="Party">Its author.</param>
/// <param name="Self">Whose store it is.</param>
internal sealed record StoredFeed(RawFeed Row, LineDocument Document, PartyId Party, PartyId Self)
{
    internal Origin Origin { get; } = new(Document.Id, Party);

    internal VerifierKey Author { get; } = Document.LogKey(Party);
}

/// <summary>Names what is wrong with one feed, and who else has it whole.</summary>
internal sealed class FeedDamages(StoredFeed feed, Damages damages)
{
    /// <summary>How much of the feed each other party has cosigned, as stored.</summary>
    private readonly Dictionary<PartyId, ulong> held = [];

    internal void Hold(PartyId party, ulong size) => held[party] = Math.Max(held.GetValueOrDefault(party), size);

    /// <summary>The other parties that have cosigned the entry, and the author, who always holds it.</summary>
    internal IReadOnlyList<PartyId> Holders(ulong seq) =>
        [.. feed.Document.Parties.Where(p => p != feed.Self && (p == feed.Party || held.GetValueOrDefault(p) > seq))];

    internal T? Guarded<T>(string table, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (StoreFaultException e)
        {
            Add(table, null, $"it cannot be read: {e.Fault.Message}", Remedies.Restore);
            return default;
        }
    }

    internal void Add(Damage damage) => damages.Add(damage);

    internal void Add(string table, ulong? seq, string what, string remedy) =>
        damages.Add(
            new Damage(
                table,
                feed.Document.Id.Value,
                feed.Party.Value,
                seq is { } at ? new EntryId(feed.Party, at).ToString() : null,
                what,
                remedy
            )
        );
}
