using Parley.Crypto;
using Parley.Record;

namespace Parley.Storage;

/// <summary>
/// One thing to store. A list of changes given to <see cref="IStationStore.CommitAsync"/> is stored whole or not at
/// all, in its order.
/// The arrays belong to the store from then on: the caller must not write to them any more.
/// </summary>
public abstract record StoreChange
{
    private protected StoreChange() { }

    /// <summary>What it weighs against <see cref="StoreLimits.MaxGroupBytes"/>.</summary>
    internal virtual long Weight => 256;

    /// <summary>What it counts against <see cref="StoreLimits.MaxGroupChanges"/>.</summary>
    internal virtual int Count => 1;

    /// <summary>Throws <see cref="ArgumentException"/> on what no state of the store could make right.</summary>
    internal virtual void Validate() { }

    private protected static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArgumentException(otherwise);
    }
}

/// <summary>Sets a small value, or deletes it when <paramref name="Value"/> is null.</summary>
public sealed record PutMeta(string Key, byte[]? Value) : StoreChange;

/// <summary>Stores a line document, or sets a new standing for it. Another document under the same id is a
/// conflict.</summary>
public sealed record PutLine(LineId Line, byte[] Document, LineStanding Standing, DateTimeOffset At) : StoreChange;

/// <summary>
/// Appends entries to a feed, together with the subtree hashes they complete, the new root and the checkpoint that
/// signs it. A
/// conflict when the stored size is not <paramref name="OldSize"/>, when <paramref name="Size"/> is not
/// <paramref name="OldSize"/>
/// plus the number of entries, or when the feed's line is not stored. Without entries it creates an empty feed or
/// replaces the checkpoint.
/// </summary>
public sealed record AppendEntries(
    Origin Feed,
    ulong OldSize,
    IReadOnlyList<Entry> Entries,
    IReadOnlyList<SubtreeHash> Subtrees,
    ulong Size,
    Hash Root,
    byte[] Checkpoint,
    DateTimeOffset At
) : StoreChange
{
    internal override int Count => 1 + Entries.Count;

    internal override long Weight
    {
        get
        {
            long weight = 256;
            for (var i = 0; i < Entries.Count; i++)
                weight += 64 + Entries[i].Header.Length + (Entries[i].Body?.Length ?? 0);
            return weight;
        }
    }

    internal override void Validate()
    {
        Require(Size <= long.MaxValue, "a feed of that size cannot be");
        for (var i = 0; i < Entries.Count; i++)
        {
            var entry = Entries[i];
            Require(entry.Header.Length > 0, "an entry has a header");
            Require(entry.Salt is null == entry.Body is null, "an entry has salt and body, or neither");
            Require(entry.Salt is null || entry.Salt.Length == Body.SaltLength, $"a salt is {Body.SaltLength} bytes");
            Require(
                entry.Body is null || entry.Body.Length <= Body.MaxInline,
                $"an inline body is at most {Body.MaxInline} bytes"
            );
        }
        for (var i = 0; i < Subtrees.Count; i++)
            Require(Subtrees[i].Level >= 1, "leaf hashes are not stored; they follow from the headers");
    }
}

/// <summary>
/// Keeps a cosignature of a feed's checkpoint. Kept are the latest of each cosigner, and all at or above the largest
/// size that every
/// one of <paramref name="RequiredCosigners"/> cosigned; older ones go in the same transaction. A conflict when the
/// feed is unknown.
/// </summary>
/// <param name="Feed">The feed.</param>
/// <param name="Size">The checkpoint's size.</param>
/// <param name="Cosigner">Whose cosignature it is.</param>
/// <param name="NoteLine">The signature line of the note.</param>
/// <param name="Checkpoint">Note text and author's signature that it is on.</param>
/// <param name="RequiredCosigners">Whose cosignatures together seal an entry.</param>
public sealed record PutCosignature(
    Origin Feed,
    ulong Size,
    PartyId Cosigner,
    string NoteLine,
    byte[] Checkpoint,
    IReadOnlyList<PartyId> RequiredCosigners
) : StoreChange
{
    /// <summary>The time that the cosignature states. With it, and where the size is larger than any before, it is kept
    /// for good as a proof of delivery.</summary>
    public DateTimeOffset? StatedAt { get; init; }

    /// <summary>When it came, by this station's clock; kept with the proof of delivery.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }

    internal override void Validate() => Require(Size <= long.MaxValue, "a feed of that size cannot be");
}

/// <summary>
/// Adds the body to an entry that is stored without one; where there is one already it changes nothing. A conflict when
/// there is no such entry. Not in
/// one list with the entry's own append.
/// </summary>
public sealed record PutBody(Origin Feed, ulong Seq, byte[] Salt, byte[] Body) : StoreChange
{
    internal override long Weight => 256 + Body.Length;

    internal override void Validate()
    {
        Require(Salt.Length == Record.Body.SaltLength, $"a salt is {Record.Body.SaltLength} bytes");
        Require(Body.Length <= Record.Body.MaxInline, $"an inline body is at most {Record.Body.MaxInline} bytes");
    }
}

/// <summary>Keeps two contradicting checkpoints as evidence. The same pair twice is stored once.</summary>
public sealed record PutFork(LineId Line, Origin Feed, byte[] First, byte[] Second, DateTimeOffset At) : StoreChange;

/// <summary>Counts a refused request.</summary>
public sealed record CountRefusal(LineId? Line, string? Peer, int Status, string Reason, DateTimeOffset At)
    : StoreChange;

/// <summary>
/// Begins to hold an attachment: <paramref name="Length"/> bytes of salt ‖ body. Again with the same length, while
/// incomplete, it changes nothing;
/// otherwise again is a conflict.
/// </summary>
public sealed record BeginAttachment(AttachmentId Attachment, long Length) : StoreChange
{
    internal override void Validate() =>
        Require(
            Length is >= Body.SaltLength and <= Body.MaxAttachment + Body.SaltLength,
            $"an attachment is at most {Body.MaxAttachment} bytes after its salt"
        );
}

/// <summary>The next piece of an attachment. A conflict unless <paramref name="Offset"/> is the held length and the
/// piece fits.</summary>
public sealed record PutAttachmentChunk(AttachmentId Attachment, long Offset, byte[] Bytes) : StoreChange
{
    internal override long Weight => 256 + Bytes.Length;

    internal override void Validate() =>
        Require(
            Bytes.Length is > 0 and <= StoreLimits.MaxChunkLength,
            $"a chunk is 1 to {StoreLimits.MaxChunkLength} bytes"
        );
}

/// <summary>Declares an attachment whole. A conflict unless all its bytes are held.</summary>
public sealed record CompleteAttachment(AttachmentId Attachment) : StoreChange;

/// <summary>Forgets an attachment and its bytes; one that is complete only where <paramref name="EvenComplete"/> says
/// so. One that is not there is not there.</summary>
public sealed record DropAttachment(AttachmentId Attachment, bool EvenComplete = false) : StoreChange;

/// <summary>A tiny durable write that shows the store accepts writes.</summary>
internal sealed record Probe(DateTimeOffset At) : StoreChange;
