using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Bodies of own entries that a restore has lost: whoever gave the entries back may not have been given their bodies.
/// Every addressee is asked
/// first; what none of them has is lost, and its entry is delivered all the same, with a word that says so. The header
/// proves what was said. LINK-76.
/// </summary>
internal sealed class BodyRecovery(Turn turn, LineFeeds feeds, Presence presence, CosignatureLedger ledger)
{
    private sealed record MissingBody(EntryHeader Header, DateTimeOffset Since);

    /// <summary>By place in the own feed: bodies that are looked for.</summary>
    private readonly Dictionary<ulong, MissingBody> missingBodies = [];
    private readonly SortedSet<ulong> missingPlaces = [];

    /// <summary>Places of own entries whose bodies nobody who was asked has.</summary>
    private readonly HashSet<ulong> lost = [];

    /// <summary>Places of own entries that are delivered without their bodies.</summary>
    internal IReadOnlySet<ulong> Lost => lost;

    /// <summary>The body of this own entry is not here: it is looked for, unless it is too large to be, or was
    /// already.</summary>
    internal void Seek(EntryHeader header)
    {
        if (
            header.Body is null
            || header.Size > Body.MaxInline
            || lost.Contains(header.Seq)
            || !missingBodies.TryAdd(header.Seq, new MissingBody(header, turn.Now))
        )
            return;
        missingPlaces.Add(header.Seq);
        foreach (var link in feeds.Links.Values)
            link.BodiesAsked = Math.Min(link.BodiesAsked, header.Seq);
    }

    /// <summary>True while a push should wait for the body at this place.</summary>
    internal bool IsSought(ulong place)
    {
        if (!missingBodies.TryGetValue(place, out var missing))
            return false;
        if (turn.Now - missing.Since < LinkLimits.BodySearch && IsHoped(missing.Header))
            return true;
        if (lost.Add(place))
            turn.Report(new LineReport.BodyLost(missing.Header.Id));
        return false;
    }

    /// <summary>True while somebody is still to be asked, or an answer is still on its way into the store.</summary>
    private bool IsHoped(EntryHeader header) =>
        feeds.Identity.Peers.Any(p => feeds.Links[p].AskingBodies || MayHave(feeds.Links[p], header));

    /// <summary>An addressee that was not asked yet and holds the entry, or has not said in this run what it
    /// holds.</summary>
    private bool MayHave(PeerLink link, EntryHeader header) =>
        link.BodiesAsked <= header.Seq
        && (header.To is null || header.To.Contains(link.Peer))
        && (
            ledger.CosignedBy(feeds.Identity.Self, link.Peer) > header.Seq
            || link.HoldsOfOurs > header.Seq
            || link.Clock is null
        );

    /// <summary>How many of these can go to the peer: up to the first whose body is still looked for.</summary>
    internal int CountDeliverable(Outbox outbox, List<(Entry Entry, Hash Leaf)> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Entry.Body is not null || outbox.LacksBody(entries[i].Entry) is not { } header)
                continue;
            Seek(header);
            if (!IsSought(header.Seq))
                continue;
            if (i == 0)
                outbox.WaitsForBody = header.Seq;
            return i;
        }
        return entries.Count;
    }

    /// <summary>Place of the next body that this peer may have.</summary>
    private ulong? NextBodyFrom(PeerLink link)
    {
        if (missingPlaces.Count == 0 || link.BodiesAsked > missingPlaces.Max)
            return null;
        foreach (var place in missingPlaces.GetViewBetween(link.BodiesAsked, missingPlaces.Max))
        {
            if (MayHave(link, missingBodies[place].Header))
                return place;
        }
        return null;
    }

    /// <summary>What a heartbeat asks of a peer that we cannot ask ourselves.</summary>
    internal ulong? WantedFrom(PeerLink link) =>
        feeds.IsStopped || feeds.Doubt.IsCatchingUp || link.Dialable && link.BodiesRetryAt is null
            ? null
            : NextBodyFrom(link);

    /// <summary>Asks the peer for what it may have.</summary>
    internal void Pump(PeerLink link)
    {
        if (missingPlaces.Count == 0 || feeds.IsStopped || feeds.Doubt.IsCatchingUp || link.AskingBodies)
            return;
        while (missingPlaces.Count > 0 && missingPlaces.Min is var place && !IsHoped(missingBodies[place].Header))
        {
            // Everybody who could have it was asked.
            if (lost.Add(place))
                turn.Report(new LineReport.BodyLost(missingBodies[place].Header.Id));
            Found(place);
        }
        if (
            !link.Dialable
            || !presence.IsHeard(link)
            || link.BodiesRetryAt > turn.Now
            || NextBodyFrom(link) is not { } from
        )
            return;
        link.AskingBodies = true;
        var token = turn.Await(what =>
        {
            link.AskingBodies = false;
            link.BodiesRetryAt = null;
            if (what is LinkEvent.AnswerArrived { Answer: { Status: 200, Body: var body } })
                TakeBodies(link, from, body, () => { });
            else if (what is LinkEvent.AnswerArrived { Answer.Status: 204 or 400 })
                link.BodiesAsked = feeds.Own.Size; // it holds nothing from there on
            else
                link.BodiesRetryAt = turn.Now.Plus(LinkLimits.MaxRetry);
        });
        turn.Do(
            new LinkEffect.Send(
                token,
                link.Peer,
                new LinkRequest(LinkVerb.Recover, System.Text.Encoding.ASCII.GetBytes($"from {from}\n")),
                LinkLimits.RequestTimeout
            )
        );
    }

    internal DateTimeOffset? NextWake(PeerLink link)
    {
        var next = turn.Sooner(null, link.BodiesRetryAt);
        return feeds.Outboxes[link.Peer].WaitsForBody is { } place && missingBodies.TryGetValue(place, out var missing)
            ? turn.Sooner(next, missing.Since.Plus(LinkLimits.BodySearch))
            : next;
    }

    /// <summary>A peer that cannot be asked brings bodies, because our heartbeat said that we want them. False when these
    /// are not what is wanted of it.</summary>
    internal bool TakeBrought(LinkEvent.RequestArrived request)
    {
        var link = feeds.Links[request.From];
        if (NextBodyFrom(link) is not { } from || (ulong)request.Request.Offset != from || link.AskingBodies)
            return false;
        TakeBodies(
            link,
            from,
            request.Request.Body,
            () => turn.Reply(request.Token, Bringing.Wanted(NextBodyFrom(link)))
        );
        return true;
    }

    /// <summary>What the peer gave, in the form of LINK-61. Only a body that matches our own header's commitment is
    /// taken; nothing else of it counts.</summary>
    private void TakeBodies(PeerLink link, ulong from, ReadOnlyMemory<byte> body, Action taken)
    {
        link.BodiesAsked = from + 1;
        var changes = new List<LineChange>();
        if (
            EntryBatch.ReadOffer(body, out var bytes).TryGet(out var offer, out _)
            && offer.OldSize > from
            && offer.OldSize <= feeds.Own.Size
            && EntryBatch.ReadEntries(bytes.Span, offer.OldSize - from).TryGet(out var entries, out _)
        )
        {
            link.BodiesAsked = offer.OldSize;
            for (var i = 0; i < entries.Count; i++)
            {
                if (
                    entries[i] is not { Salt: { } salt, Body: { } given }
                    || !missingBodies.TryGetValue(from + (ulong)i, out var missing)
                )
                    continue;
                if (missing.Header.Size == given.Length && Body.Commit(salt, given) == missing.Header.Body)
                    changes.Add(new LineChange.AddBody(feeds.Identity.Own, from + (ulong)i, salt, given));
            }
        }
        if (changes.Count == 0)
        {
            taken();
            return;
        }
        link.AskingBodies = true;
        turn.Commit(
            changes,
            () =>
            {
                link.AskingBodies = false;
                feeds.Own.Recent.Clear();
                foreach (var change in changes.Cast<LineChange.AddBody>())
                {
                    lost.Remove(change.Seq);
                    Found(change.Seq);
                    turn.Report(new LineReport.BodyRecovered(new EntryId(feeds.Identity.Self, change.Seq)));
                }
                taken();
            }
        );
    }

    private void Found(ulong place)
    {
        missingBodies.Remove(place);
        missingPlaces.Remove(place);
    }
}
