using System.Globalization;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// The own feed: what is durable, and how what is new gets its places, a root and one signed checkpoint. It moves
/// only by
/// <see cref="Accept"/>, after the store has made a step durable. LINK-5.
/// </summary>
internal sealed class AuthoredFeed
{
    private readonly LineIdentity identity;
    private TreeFrontier frontier;

    internal AuthoredFeed(LineIdentity identity, LoadedFeed loaded)
    {
        this.identity = identity;
        frontier = loaded.Frontier.Clone();
        Latest = loaded.Checkpoint;
        Recent = new RecentEntries(frontier.Size);
    }

    internal ulong Size => frontier.Size;
    internal Hash Root => frontier.Root();
    internal SignedCheckpoint? Latest { get; private set; }
    internal RecentEntries Recent { get; private set; }
    internal TreeFrontier Frontier => frontier;

    /// <summary>Entries made but not yet durable, and the state they lead to.</summary>
    /// <param name="Change">What the store is to take.</param>
    /// <param name="Frontier">The tree afterwards.</param>
    /// <param name="Entries">The entries and their leaves.</param>
    /// <param name="Headers">Of entries that were written now; of others, none.</param>
    internal sealed record Step(
        LineChange.AppendFeed Change,
        TreeFrontier Frontier,
        IReadOnlyList<(Entry Entry, Hash Leaf)> Entries,
        IReadOnlyList<EntryHeader> Headers
    );

    /// <summary>Gives new entries their places. Nothing changes until <see cref="Accept"/>.</summary>
    internal Step Write(IReadOnlyList<NewEntry> added, IReadOnlyDictionary<PartyId, ulong> seen, DateTimeOffset now)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        var entries = new List<Entry>(added.Count);
        var headers = new List<EntryHeader>(added.Count);
        foreach (var wanted in added)
        {
            Hash? commitment = wanted.Body is not null
                ? Body.Commit(wanted.Salt, wanted.Body)
                : wanted.Attachment?.Commitment;
            var header = new EntryHeader
            {
                Line = identity.Line,
                From = identity.Self,
                Seq = frontier.Size + (ulong)entries.Count,
                At = at,
                Kind = wanted.Kind,
                Mark = wanted.Mark,
                Precedence = wanted.Precedence,
                By = wanted.By,
                Re = wanted.Re,
                Seen = seen,
                To = wanted.To,
                Lang = wanted.Lang,
                Body = commitment,
                Size = wanted.Body?.Length ?? wanted.Attachment?.Size ?? 0,
            };
            headers.Add(header);
            entries.Add(new Entry(header.EncodeChecked(), wanted.Body is null ? null : wanted.Salt, wanted.Body));
        }
        return Extend(entries) with { Headers = headers };
    }

    /// <summary>Places entries that exist already: new ones, or own entries that a peer gave back.</summary>
    internal Step Extend(IReadOnlyList<Entry> entries)
    {
        var next = frontier.Clone();
        var completed = new List<SubtreeHash>();
        var leaves = new List<(Entry, Hash)>(entries.Count);
        foreach (var entry in entries)
        {
            var leaf = MerkleHash.Leaf(entry.Header);
            next.Append(leaf, completed);
            leaves.Add((entry, leaf));
        }
        var root = next.Root();
        var checkpoint = SignedCheckpoint.Sign(
            new Checkpoint(identity.Own, next.Size, root),
            identity.Own,
            identity.LogKey
        );
        return new Step(
            new LineChange.AppendFeed(identity.Own, frontier.Size, entries, completed, root, checkpoint),
            next,
            leaves,
            []
        );
    }

    internal void Accept(Step step)
    {
        foreach (var (entry, leaf) in step.Entries)
            Recent.Add(entry, leaf);
        frontier = step.Frontier;
        Latest = step.Change.Checkpoint;
    }

    /// <summary>
    /// A checkpoint at a size below the newest, for a peer that catches up in several pushes. It is consistent with all
    /// others, and Ed25519 is
    /// deterministic, so it is the same note whenever it is made.
    /// </summary>
    internal SignedCheckpoint SignAt(ulong size, in Hash root) =>
        Latest is { } latest && latest.Checkpoint.Size == size
            ? latest
            : SignedCheckpoint.Sign(new Checkpoint(identity.Own, size, root), identity.Own, identity.LogKey);

    /// <summary>Why a new entry cannot be recorded, or null.</summary>
    /// <param name="wanted">The new entry.</param>
    /// <param name="identity">Whose feed it is for.</param>
    /// <param name="accepted">One that was found good: what they have in common is not judged again, which halves
    /// the cost of a large batch.</param>
    internal static string? Refuse(NewEntry wanted, LineIdentity identity, NewEntry? accepted = null)
    {
        if (wanted.Body is { Length: > Body.MaxInline })
            return $"the body is {wanted.Body.Length.ToString(CultureInfo.InvariantCulture)} bytes; inline bodies end at {Body.MaxInline}";
        if (
            wanted.Attachment is { } attached
            && (wanted.Body is not null || attached.Size is <= Body.MaxInline or > Body.MaxAttachment)
        )
            return $"an attachment is longer than {Body.MaxInline} bytes, at most {Body.MaxAttachment}, and stands instead of a body";
        if (wanted.Body is not null && wanted.Salt is not { Length: Body.SaltLength })
            return "a body needs a salt of 32 bytes";
        if (accepted is not null && HaveOneHeader(wanted, accepted))
            return null;
        if (wanted.To is { } to && (to.Count == 0 || to.Any(p => !identity.Peers.Contains(p))))
            return "an addressee is not another party of this line";
        var hasBody = wanted.Body is not null || wanted.Attachment is not null;
        // As long as the entry can become, so that none is accepted whose header would then be too long.
        var probe = new EntryHeader
        {
            Line = identity.Line,
            From = identity.Self,
            Seq = EntryHeader.MaxSeq,
            At = DateTimeOffset.UnixEpoch,
            Kind = wanted.Kind,
            Mark = wanted.Mark,
            Precedence = wanted.Precedence,
            By = wanted.By,
            Re = wanted.Re,
            Seen = identity.Peers.ToDictionary(p => p, _ => EntryHeader.MaxSeq),
            To = wanted.To,
            Lang = wanted.Lang,
            Body = hasBody ? default(Hash) : null,
            Size = hasBody ? Body.MaxAttachment : 0,
        };
        return probe.TryEncode().TryGet(out _, out var reason) ? null : reason;
    }

    /// <summary>True when two new entries lead to headers that differ in their bodies only.</summary>
    private static bool HaveOneHeader(NewEntry a, NewEntry b) =>
        (a.Body is null && a.Attachment is null) == (b.Body is null && b.Attachment is null)
        && a.Re.Count == 0
        && b.Re.Count == 0
        && a.To is null
        && b.To is null
        && a.Kind == b.Kind
        && a.Mark == b.Mark
        && a.Precedence == b.Precedence
        && a.Lang == b.Lang
        && a.By == b.By;
}
