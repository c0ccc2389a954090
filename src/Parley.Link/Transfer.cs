using Parley.Crypto;
using Parley.Record;

namespace Parley.Link;

/// <summary>One attachment on its way, out to one peer or in from its author; or an inline body that its author has
/// lost and that will not come.</summary>
internal sealed class Transfer(EntryId entry)
{
    internal EntryId Entry { get; } = entry;
    internal Hash Commitment { get; set; }

    /// <summary>Bytes of salt ‖ body; 0 until the header has been read.</summary>
    internal long Length { get; set; }
    internal IReadOnlyList<PartyId>? To { get; set; }

    /// <summary>Bytes at the receiving side; null until it is known.</summary>
    internal long? Held { get; set; }
    internal bool Busy { get; set; }

    /// <summary>The chunk that the peer was last given when it asked, and when.</summary>
    internal (long Offset, int Length, DateTimeOffset At)? Given { get; set; }
    internal bool Done { get; set; }

    /// <summary>True for an inline body: its author withheld it, and all that is left to do is to say so on the
    /// record.</summary>
    internal bool IsMissing => Length is > 0 and <= Body.MaxInline + Body.SaltLength;

    /// <summary>After a failure, when it may be tried again; others go on meanwhile.</summary>
    internal DateTimeOffset? RetryAt { get; set; }

    /// <summary>The wait before the last try; zero after anything that was taken.</summary>
    internal TimeSpan RetryPause { get; set; }

    /// <summary>Since when there is no room for it at the receiving side, and why; null while there is.</summary>
    internal UntakenAttachment? Untaken { get; private set; }

    /// <returns>True when it was not known before.</returns>
    internal bool FindsNoRoom(DateTimeOffset at, string reason)
    {
        var isNew = Untaken is null;
        Untaken = new UntakenAttachment(Entry, Untaken?.Since ?? at, reason);
        return isNew;
    }

    internal void FindsRoom() => Untaken = null;
}

/// <summary>
/// The attachments that one author has announced and that are not whole here. The first ones in the order of the feed
/// are open, at most
/// <see cref="LinkLimits.MaxOpenAttachments"/>; the rest wait as numbers, however many an author announces. LINK-75.
/// </summary>
internal sealed class IncomingAttachments(PartyId author)
{
    private readonly SortedSet<ulong> waiting = [];

    internal SortedDictionary<ulong, Transfer> Open { get; } = [];

    internal void Announce(ulong seq)
    {
        if (!Open.ContainsKey(seq))
            waiting.Add(seq);
    }

    internal bool IsWaiting(ulong seq) => waiting.Contains(seq);

    /// <summary>Lets the next ones in.</summary>
    internal void Admit()
    {
        while (Open.Count < LinkLimits.MaxOpenAttachments && waiting.Count > 0)
        {
            var seq = waiting.Min;
            waiting.Remove(seq);
            Open.Add(seq, new Transfer(new EntryId(author, seq)));
        }
    }
}
