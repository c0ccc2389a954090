using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Bodies of own entries that a restore has lost: whoever gave the entries back may not have been given their bodies. Every addressee is asked
/// first; what none of them has is lost, and its entry is delivered all the same, with a word that says so. The header proves what was said. LINK-76.
/// </summary>
public sealed partial class LineMachine
{
    private sealed record MissingBody(EntryHeader Header, DateTimeOffset Since);

    /// <summary>By place in the own feed: bodies that are looked for.</summary>
    private readonly Dictionary<ulong, MissingBody> missingBodies = [];
    private readonly SortedSet<ulong> missingPlaces = [];
    /// <summary>Places of own entries whose bodies nobody who was asked has.</summary>
    private readonly HashSet<ulong> lostBodies = [];

    private void SeekBody(EntryHeader header)
    {
        if (header.Body is null || header.Size > Body.MaxInline || lostBodies.Contains(header.Seq) || !missingBodies.TryAdd(header.Seq, new MissingBody(header, now))) return;
        missingPlaces.Add(header.Seq);
        foreach (var link in links.Values) link.BodiesAsked = Math.Min(link.BodiesAsked, header.Seq);
    }

    /// <summary>True while a push should wait for the body at this place.</summary>
    private bool IsSought(ulong place)
    {
        if (!missingBodies.TryGetValue(place, out var missing)) return false;
        if (now - missing.Since < LinkLimits.BodySearch && IsHoped(missing.Header)) return true;
        if (lostBodies.Add(place)) Report(new LineReport.BodyLost(missing.Header.Id));
        return false;
    }

    /// <summary>True while somebody is still to be asked, or an answer is still on its way into the store.</summary>
    private bool IsHoped(EntryHeader header) => identity.Peers.Any(p => links[p].AskingBodies || MayHave(links[p], header));

    /// <summary>An addressee that was not asked yet and holds the entry, or has not said in this run what it holds.</summary>
    private bool MayHave(PeerLink link, EntryHeader header) =>
        link.BodiesAsked <= header.Seq && (header.To is null || header.To.Contains(link.Peer)) &&
        (CosignedBy(identity.Self, link.Peer) > header.Seq || link.HoldsOfOurs > header.Seq || link.ClockOffset is null);

    /// <summary>How many of these can go to the peer: up to the first whose body is still looked for.</summary>
    private int CountDeliverable(Outbox outbox, List<(Entry Entry, Hash Leaf)> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Entry.Body is not null || outbox.LacksBody(entries[i].Entry) is not { } header) continue;
            SeekBody(header);
            if (!IsSought(header.Seq)) continue;
            if (i == 0) outbox.WaitsForBody = header.Seq;
            return i;
        }
        return entries.Count;
    }

    /// <summary>Place of the next body that this peer may have.</summary>
    private ulong? NextBodyFrom(PeerLink link)
    {
        if (missingPlaces.Count == 0 || link.BodiesAsked > missingPlaces.Max) return null;
        foreach (var place in missingPlaces.GetViewBetween(link.BodiesAsked, missingPlaces.Max))
        {
            if (MayHave(link, missingBodies[place].Header)) return place;
        }
        return null;
    }

    /// <summary>What a heartbeat asks of a peer that we cannot ask ourselves.</summary>
    private ulong? BodyWantedFrom(PeerLink link) => stopped || IsCatchingUp || link.Dialable && link.BodiesRetryAt is null ? null : NextBodyFrom(link);

    private void PumpBodies(PeerLink link)
    {
        if (missingPlaces.Count == 0 || stopped || IsCatchingUp || link.AskingBodies) return;
        while (missingPlaces.Count > 0 && missingPlaces.Min is var place && !IsHoped(missingBodies[place].Header))
        {
            // Everybody who could have it was asked.
            if (lostBodies.Add(place)) Report(new LineReport.BodyLost(missingBodies[place].Header.Id));
            Found(place);
        }
        if (!link.Dialable || !IsHeard(link) || link.BodiesRetryAt > now || NextBodyFrom(link) is not { } from) return;
        link.AskingBodies = true;
        var token = Await(what =>
        {
            link.AskingBodies = false;
            link.BodiesRetryAt = null;
            if (what is LinkEvent.AnswerArrived { Answer: { Status: 200, Body: var body } }) TakeBodies(link, from, body, () => { });
            else if (what is LinkEvent.AnswerArrived { Answer.Status: 400 }) link.BodiesAsked = own.Size; // it holds nothing from there on
            else link.BodiesRetryAt = now + LinkLimits.MaxRetry;
        });
        effects.Add(new LinkEffect.Send(token, link.Peer, new LinkRequest(LinkVerb.Recover, System.Text.Encoding.ASCII.GetBytes($"from {from}\n")), LinkLimits.RequestTimeout));
    }

    private bool TakeBroughtBodies(LinkEvent.RequestArrived request)
    {
        var link = links[request.From];
        if (NextBodyFrom(link) is not { } from || (ulong)request.Request.Offset != from || link.AskingBodies) return false;
        TakeBodies(link, from, request.Request.Body, () => Reply(request.Token, Wanted(NextBodyFrom(link))));
        return true;
    }

    /// <summary>What the peer gave, in the form of LINK-61. Only a body that matches our own header's commitment is taken; nothing else of it counts.</summary>
    private void TakeBodies(PeerLink link, ulong from, ReadOnlyMemory<byte> body, Action taken)
    {
        link.BodiesAsked = from + 1;
        var changes = new List<LineChange>();
        if (EntryBatch.ReadOffer(body, out var bytes).TryGet(out var offer, out _) && offer.OldSize > from && offer.OldSize <= own.Size && EntryBatch.ReadEntries(bytes.Span, offer.OldSize - from).TryGet(out var entries, out _))
        {
            link.BodiesAsked = offer.OldSize;
            for (var i = 0; i < entries.Count; i++)
            {
                if (entries[i] is not { Salt: { } salt, Body: { } given } || !missingBodies.TryGetValue(from + (ulong)i, out var missing)) continue;
                if (missing.Header.Size == given.Length && Body.Commit(salt, given) == missing.Header.Body) changes.Add(new LineChange.AddBody(identity.Own, from + (ulong)i, salt, given));
            }
        }
        if (changes.Count == 0)
        {
            taken();
            return;
        }
        link.AskingBodies = true;
        Commit(changes, () =>
        {
            link.AskingBodies = false;
            own.Recent.Clear();
            foreach (var change in changes.Cast<LineChange.AddBody>())
            {
                lostBodies.Remove(change.Seq);
                Found(change.Seq);
                Report(new LineReport.BodyRecovered(new EntryId(identity.Self, change.Seq)));
            }
            taken();
        });
    }

    private void Found(ulong place)
    {
        missingBodies.Remove(place);
        missingPlaces.Remove(place);
    }
}
