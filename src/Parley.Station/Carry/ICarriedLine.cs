using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Station.Carry;

/// <summary>
/// What files are made from and taken into: a running line. Behind it stands <see cref="Lines.LineHost"/>; and, where a
/// clock and a store are simulated, the simulation's
/// own host of the same machine.
/// </summary>
internal interface ICarriedLine
{
    LineIdentity Identity { get; }

    /// <summary>Entries of a feed that are durable here.</summary>
    ulong SizeOf(PartyId author);

    /// <summary>For each other party, the size of <paramref name="author"/>'s feed that it has cosigned, as far as is
    /// known here.</summary>
    IReadOnlyDictionary<PartyId, ulong> CosignedSizes(PartyId author);

    /// <summary>Places of own entries whose attachments the peer is not known to have.</summary>
    IReadOnlyList<ulong> AttachmentsOwedTo(PartyId peer);

    /// <summary>Asks the machine something that it answers with a <see cref="LinkEffect.Reply"/>; the event carries the
    /// token given.</summary>
    Task<LinkAnswer> AskAsync(Func<long, LinkEvent> what);
}
