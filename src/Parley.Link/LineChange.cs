using Parley.Crypto;
using Parley.Record;

namespace Parley.Link;

/// <summary>What the machine asks its station to make durable. Changes of one <see cref="LinkEffect.Commit"/> stand or
/// fall together.</summary>
public abstract record LineChange
{
    private LineChange() { }

    /// <summary>Appends to one feed. Refused by the store unless it holds exactly <paramref name="OldSize"/> entries:
    /// nothing stands twice.</summary>
    public sealed record AppendFeed(
        Origin Feed,
        ulong OldSize,
        IReadOnlyList<Entry> Entries,
        IReadOnlyList<SubtreeHash> Subtrees,
        Hash Root,
        SignedCheckpoint Checkpoint
    ) : LineChange;

    /// <summary>The body of an entry of ours that a restore had lost. It was checked against the header's
    /// commitment.</summary>
    public sealed record AddBody(Origin Feed, ulong Seq, byte[] Salt, byte[] Body) : LineChange;

    /// <summary>A verified cosignature on a checkpoint of <paramref name="Feed"/>.</summary>
    public sealed record AddCosignature(
        Origin Feed,
        PartyId Cosigner,
        NoteSignature Cosignature,
        SignedCheckpoint Checkpoint
    ) : LineChange;

    /// <summary>Two checkpoints of one feed that cannot both be true, each signed by its author. The line
    /// stops.</summary>
    public sealed record RecordFork(Origin Feed, SignedCheckpoint Held, SignedCheckpoint Offered) : LineChange;

    /// <summary>An attachment will follow: <paramref name="Length"/> bytes of salt ‖ body.</summary>
    public sealed record BeginAttachment(AttachmentId Attachment, long Length) : LineChange;

    /// <summary>The next bytes of an attachment; the store refuses them unless it holds exactly
    /// <paramref name="Offset"/> bytes.</summary>
    public sealed record AppendAttachment(AttachmentId Attachment, long Offset, byte[] Bytes) : LineChange;

    /// <summary>The attachment is whole and matches its header.</summary>
    public sealed record CompleteAttachment(AttachmentId Attachment) : LineChange;

    /// <summary>The attachment did not match its header and is forgotten, to be fetched anew. Changes nothing where it
    /// is complete.</summary>
    public sealed record DropAttachment(AttachmentId Attachment) : LineChange;

    /// <summary>An entry's attachment is not yet where it belongs (<paramref name="Open"/>), or is now.</summary>
    public sealed record TrackAttachment(LineId Line, EntryId Entry, bool Open) : LineChange;

    /// <summary>The parties that have suspended the line and not resumed it, as folded from the entries committed
    /// beside this.</summary>
    public sealed record SetSuspended(LineId Line, IReadOnlyList<PartyId> By) : LineChange;

    /// <summary>Our feed is behind what we have signed, or may be: until it is caught up, a restart must not sign
    /// either.</summary>
    public sealed record MarkCatchingUp(LineId Line) : LineChange;

    /// <summary>Entries were signed with our key that were not written here: until two officers say otherwise, a
    /// restart must not sign either.</summary>
    public sealed record MarkForeign(LineId Line, ForeignFeed Met) : LineChange;

    /// <summary>Two officers decided that this station may sign on; <paramref name="Word"/> is kept in the place of the
    /// mark.</summary>
    public sealed record SignOn(LineId Line, byte[] Word) : LineChange;

    /// <summary>A refused request, counted for the operator.</summary>
    public sealed record CountRefusal(LineId Line, PartyId Peer, int Status, string Reason) : LineChange;
}
