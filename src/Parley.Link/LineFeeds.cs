using Parley.Record;

namespace Parley.Link;

/// <summary>
/// What the parts of one line's machine have in common: who we are on it, what is held of each feed, what each peer
/// lacks of ours, and who is there. What is only one part's concern, that part owns.
/// </summary>
internal sealed class LineFeeds
{
    internal LineFeeds(LineIdentity identity, LoadedLine loaded, DateTimeOffset now)
    {
        Identity = identity;
        IsStopped = loaded.Stopped;
        SuspendedBy.UnionWith(loaded.SuspendedBy);
        Own = new AuthoredFeed(identity, loaded.Feeds[identity.Self]);
        var cosigned = loaded.Feeds[identity.Self].Cosigned;
        foreach (var peer in identity.Peers)
        {
            Mirrors[peer] = new MirroredFeed(identity, peer, loaded.Feeds[peer]);
            Links[peer] = new PeerLink(peer, identity.Document.CardOf(peer)!.Addresses.Count > 0, identity.Document)
            {
                NextHeartbeat = now,
            };
            var outbox = new Outbox(peer, Math.Min(cosigned.GetValueOrDefault(peer), Own.Size));
            outbox.Reset(outbox.Cosigned);
            Outboxes[peer] = outbox;
        }
    }

    internal LineIdentity Identity { get; }

    /// <summary>What we wrote.</summary>
    internal AuthoredFeed Own { get; }

    /// <summary>Whether all that we wrote is here.</summary>
    internal OwnFeedDoubt Doubt { get; } = new();

    /// <summary>By author: what we hold of the others.</summary>
    internal Dictionary<PartyId, MirroredFeed> Mirrors { get; } = [];

    /// <summary>By peer: who is there, and what is open towards it.</summary>
    internal Dictionary<PartyId, PeerLink> Links { get; } = [];

    /// <summary>By peer: what it lacks of our feed.</summary>
    internal Dictionary<PartyId, Outbox> Outboxes { get; } = [];

    /// <summary>Set by a fork, for good: nothing is written, taken or given any more.</summary>
    internal bool IsStopped { get; set; }

    /// <summary>True while entries of ours are on their way into the store.</summary>
    internal bool IsAppending { get; set; }

    /// <summary>The parties that suspend the line, by what is on its way into the store.</summary>
    internal SortedSet<PartyId> SuspendedBy { get; } =
        new(Comparer<PartyId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value)));

    /// <summary>True when the entry changes by whom the line is suspended. TRAFFIC-17.</summary>
    internal bool FoldSuspension(PartyId party, Officer by, string kind)
    {
        if (
            !Suspension.IsStep(kind)
            || Suspension.Refuse(Identity.Document.Policy, by, kind, SuspendedBy.Contains(party)) is not null
        )
            return false;
        return kind == Suspension.Suspended ? SuspendedBy.Add(party) : SuspendedBy.Remove(party);
    }

    /// <summary>Entries of <paramref name="author"/>'s feed that this station holds.</summary>
    internal ulong SizeOf(PartyId author) => author == Identity.Self ? Own.Size : Mirrors[author].Size;
}
