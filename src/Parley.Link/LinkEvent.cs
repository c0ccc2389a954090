using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>What can happen to a line. The station hands each to <see cref="LineMachine.Handle"/> with the time it
/// happened.</summary>
public abstract record LinkEvent
{
    private LinkEvent() { }

    /// <summary>Time has passed; nothing else happened.</summary>
    public sealed record Tick : LinkEvent;

    /// <summary>Officers want these on the record. Answered by <see cref="LinkEffect.Settle"/> with the same
    /// token.</summary>
    public sealed record AppendRequested(long Token, IReadOnlyList<NewEntry> Entries) : LinkEvent;

    /// <summary>An officer wants this said off the record.</summary>
    public sealed record OffRecordRequested(OffRecordMessage Message, IReadOnlyList<PartyId> To) : LinkEvent;

    /// <summary>A peer, authenticated as <paramref name="From"/>, asks something. Answered by
    /// <see cref="LinkEffect.Reply"/>.</summary>
    public sealed record RequestArrived(long Token, PartyId From, LinkRequest Request) : LinkEvent;

    /// <summary>
    /// A part that <paramref name="From"/> sealed for us came by another path than the wire. Answered by
    /// <see cref="LinkEffect.Reply"/> as the link would; it is no
    /// sign of life. An attachment's part without bytes asks how much of it is here.
    /// </summary>
    public sealed record CarriedArrived(long Token, PartyId From, Carry.CarryPart Part) : LinkEvent;

    /// <summary>Wanted for another path: the newest checkpoint that we hold of <paramref name="To"/>'s feed, with our
    /// cosignature. Answered by <see cref="LinkEffect.Reply"/>.</summary>
    public sealed record CosignatureWanted(long Token, PartyId To) : LinkEvent;

    /// <summary>Wanted for another path: a push to <paramref name="To"/> from this size of our feed. Answered by
    /// <see cref="LinkEffect.Reply"/>.</summary>
    public sealed record PushWanted(long Token, PartyId To, ulong From) : LinkEvent;

    /// <summary>The peer answered a <see cref="LinkEffect.Send"/>.</summary>
    public sealed record AnswerArrived(long Token, LinkAnswer Answer) : LinkEvent;

    /// <summary>A <see cref="LinkEffect.Send"/> found no answer: refused, cut, timed out.</summary>
    public sealed record SendFailed(long Token, string Reason) : LinkEvent;

    /// <summary>The changes of a <see cref="LinkEffect.Commit"/> are durable.</summary>
    public sealed record Committed(long Token) : LinkEvent;

    /// <summary>The changes of a <see cref="LinkEffect.Commit"/> are not durable. The machine goes no further until it
    /// is loaded anew.</summary>
    /// <param name="Token">Of the commit.</param>
    /// <param name="Reason">What the store says.</param>
    /// <param name="Uncertain">True when the changes may be durable all the same.</param>
    /// <param name="Conflict">True when the store is sound and the changes do not fit what it holds.</param>
    public sealed record CommitFailed(long Token, string Reason, bool Uncertain = false, bool Conflict = false)
        : LinkEvent;

    /// <summary>Entries of a feed, contiguous from the index asked for; answers
    /// <see cref="LinkEffect.ReadEntries"/>.</summary>
    public sealed record EntriesRead(long Token, IReadOnlyList<Entry> Entries) : LinkEvent;

    /// <summary>The frontier of a feed at the size asked for; answers <see cref="LinkEffect.ReadFrontier"/>.</summary>
    public sealed record FrontierRead(long Token, TreeFrontier Frontier) : LinkEvent;

    /// <summary>A consistency proof; answers <see cref="LinkEffect.ReadConsistency"/>.</summary>
    public sealed record ConsistencyRead(long Token, IReadOnlyList<Crypto.Hash> Proof) : LinkEvent;

    /// <summary>Bytes of an attachment; answers <see cref="LinkEffect.ReadAttachment"/>.</summary>
    public sealed record AttachmentRead(long Token, byte[] Bytes) : LinkEvent;

    /// <summary>How many bytes of an attachment of which length are here, and whether it is whole; (0, 0, false) when
    /// none was begun.</summary>
    public sealed record AttachmentStateRead(long Token, long Length, long Held, bool Complete) : LinkEvent;

    /// <summary>Whether a whole attachment matches its header; answers
    /// <see cref="LinkEffect.CheckAttachment"/>.</summary>
    public sealed record AttachmentChecked(long Token, bool Matches) : LinkEvent;

    /// <summary>A read failed.</summary>
    public sealed record ReadFailed(long Token, string Reason) : LinkEvent;

    /// <summary>Two officers decided that this station may sign on. Answered by <see cref="LinkEffect.Reply"/>: 204, or
    /// 409 with the reason. LINK-105.</summary>
    /// <param name="Token">Of the answer.</param>
    /// <param name="Without">Peers that have not shown what they hold, and are not waited for.</param>
    /// <param name="Word">What is kept of the decision: who, when, why.</param>
    public sealed record SignOnDecided(long Token, IReadOnlyList<PartyId> Without, byte[] Word) : LinkEvent;

    /// <summary>An officer took the watch or the last one left it.</summary>
    public sealed record AttendanceChanged(bool Attended) : LinkEvent;
}
