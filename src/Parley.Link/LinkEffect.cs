using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>What the machine wants done. Effects are done in order; those with a token are answered by the event that
/// names it.</summary>
public abstract record LinkEffect
{
    private LinkEffect() { }

    /// <summary>Make these durable, all or none; then <see cref="LinkEvent.Committed"/> or
    /// <see cref="LinkEvent.CommitFailed"/>.</summary>
    /// <param name="At">The clock on the wall, in whole milliseconds: when what is made durable arrived here, for
    /// whoever folds it now and for whoever reads it again.</param>
    public sealed record Commit(long Token, IReadOnlyList<LineChange> Changes, DateTimeOffset At) : LinkEffect;

    /// <summary>Make these durable in their own time; nothing waits for them.</summary>
    public sealed record Note(LineChange Change) : LinkEffect;

    /// <summary>Read at most <paramref name="Max"/> entries, and at most <paramref name="MaxBytes"/> of them but at
    /// least one, with bodies.</summary>
    public sealed record ReadEntries(long Token, Origin Feed, ulong From, int Max, long MaxBytes) : LinkEffect;

    public sealed record ReadFrontier(long Token, Origin Feed, ulong Size) : LinkEffect;

    public sealed record ReadConsistency(long Token, Origin Feed, ulong OldSize, ulong NewSize) : LinkEffect;

    public sealed record ReadAttachment(long Token, AttachmentId Attachment, long Offset, int Length) : LinkEffect;

    /// <summary>How much of an attachment is here; answered by <see cref="LinkEvent.AttachmentStateRead"/>.</summary>
    public sealed record ReadAttachmentState(long Token, AttachmentId Attachment) : LinkEffect;

    /// <summary>Hash the whole attachment (salt ‖ body) and compare it with the header's commitment.</summary>
    public sealed record CheckAttachment(long Token, AttachmentId Attachment) : LinkEffect;

    /// <summary>Ask a peer; then <see cref="LinkEvent.AnswerArrived"/> or <see cref="LinkEvent.SendFailed"/>, within
    /// <paramref name="Timeout"/>.</summary>
    public sealed record Send(long Token, PartyId To, LinkRequest Request, TimeSpan Timeout) : LinkEffect;

    /// <summary>Answer a peer's request.</summary>
    public sealed record Reply(long Token, LinkAnswer Answer) : LinkEffect;

    /// <summary>Tell those who asked for an append what became of it.</summary>
    public sealed record Settle(long Token, AppendOutcome Outcome) : LinkEffect;

    /// <summary>Tell the operators and officers.</summary>
    public sealed record Report(LineReport What) : LinkEffect;
}

/// <summary>What became of an append.</summary>
public abstract record AppendOutcome
{
    private AppendOutcome() { }

    /// <summary>The entries are durable in the own feed, at consecutive indices.</summary>
    public sealed record Recorded(EntryId First, int Count, DateTimeOffset At) : AppendOutcome;

    /// <summary>Nothing was written. <paramref name="Code"/> is stable; the reason is for people.</summary>
    public sealed record Refused(string Code, string Reason) : AppendOutcome;

    /// <summary>The store failed while this was with it. It may be recorded: the record tells, once the store works
    /// again.</summary>
    public static Refused InDoubt { get; } =
        new(
            "in-doubt",
            "the store failed while this was being recorded, so it may be recorded: look at the record before you send it again"
        );
}

/// <summary>What operators and officers are told about a line.</summary>
public abstract record LineReport
{
    private LineReport() { }

    /// <summary>Entries [<paramref name="From"/>, <paramref name="To"/>) of a feed became durable here.</summary>
    public sealed record Stored(Origin Feed, ulong From, ulong To) : LineReport
    {
        /// <summary>The headers of these entries, where they are at hand; else none. They need not be read and parsed
        /// again.</summary>
        public IReadOnlyList<EntryHeader> Headers { get; init; } = [];

        /// <summary>When they arrived, as the store has it. Set where there are headers.</summary>
        public DateTimeOffset At { get; init; }
    }

    /// <summary><paramref name="Cosigner"/> has cosigned the feed up to <paramref name="Size"/>;
    /// <paramref name="Sealed"/> is what all have cosigned.</summary>
    public sealed record Cosigned(Origin Feed, PartyId Cosigner, ulong Size, ulong Sealed) : LineReport;

    public sealed record LinkChanged(PartyId Peer, LinkState State) : LineReport;

    public sealed record Refused(PartyId Peer, int Status, string Reason) : LineReport;

    public sealed record Forked(Origin Feed, ulong HeldSize, ulong OfferedSize) : LineReport;

    /// <summary>A peer holds less of our feed than it had cosigned; it is given again.</summary>
    public sealed record PeerLostEntries(PartyId Peer, ulong CosignedSize, ulong Held) : LineReport;

    /// <summary>A peer claims once more to have lost what it had cosigned: it is given it again, but only after
    /// <paramref name="Wait"/>.</summary>
    public sealed record PeerHeldBack(PartyId Peer, ulong CosignedSize, ulong Held, TimeSpan Wait) : LineReport;

    /// <summary>A peer proved that we had signed more than we hold: nothing is signed until it is fetched.</summary>
    public sealed record OwnFeedBehind(PartyId Peer, ulong Held, ulong Proven) : LineReport;

    /// <summary>A peer proved that entries were signed with our key that were not written here, though nobody restored
    /// this station.</summary>
    public sealed record OwnFeedForeign(ForeignFeed Met) : LineReport;

    /// <summary>The peer that holds our missing entries cannot be dialled: we wait until it dials us and brings
    /// them.</summary>
    public sealed record OwnFeedAwaited(PartyId Peer, ulong Held, ulong Proven) : LineReport;

    public sealed record OwnFeedCaughtUp(ulong Size) : LineReport;

    /// <summary>A body of ours that a restore had lost was given back by an addressee.</summary>
    public sealed record BodyRecovered(EntryId Entry) : LineReport;

    /// <summary>No party that could have it gave the body back: its entry is delivered without it.</summary>
    public sealed record BodyLost(EntryId Entry) : LineReport;

    /// <summary>The author says that it no longer has the body of this entry, which is addressed to us; we say on the
    /// record that it is missing.</summary>
    public sealed record BodyWithheld(EntryId Entry) : LineReport;

    public sealed record OffRecordArrived(PartyId From, OffRecordMessage Message) : LineReport;

    public sealed record OffRecordDelivered(PartyId To, string Id) : LineReport;

    public sealed record AttachmentArrived(Origin Feed, ulong Seq) : LineReport;

    /// <summary>Its author's attachments take all that they may here; it is told so, and goes on trying.</summary>
    public sealed record AttachmentUntaken(EntryId Entry, string Reason) : LineReport;
}
