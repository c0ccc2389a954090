using System.Buffers;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// What one peer still lacks of the own feed, and what is on its way. The next push is made ready while the peer works;
/// a full one follows
/// at once, so that the peer checks it while its store writes the one before.
/// Attempts never stop: a failure sets a time for the next, and a sign of life from a peer that had not answered makes
/// it now (P2, P4).
/// </summary>
internal sealed class Outbox(PartyId peer, ulong cosigned)
{
    /// <summary>Answers with a "held" size in a row, without progress, after which the outbox waits before it pushes
    /// again.</summary>
    private const int MaxConflictsInARow = 3;

    /// <summary>A peer whose pull was answered within this time is not pushed to: it pulls again at once, or does not
    /// pull any more.</summary>
    internal static readonly TimeSpan PullPause = LinkLimits.MaxRetry;

    internal PartyId Peer { get; } = peer;

    /// <summary>Largest size that the peer has verifiably cosigned.</summary>
    internal ulong Cosigned { get; set; } = cosigned;

    /// <summary>Largest size that the peer has cosigned since it last said that it had lost entries.</summary>
    internal ulong Confirmed { get; private set; } = cosigned;

    /// <summary>
    /// Until when nothing is pushed, whatever sign of life comes: the peer claims again and again to have lost what it
    /// had cosigned, or takes nothing
    /// of what it asks for. Each claim costs us the feed from there on. LINK-18.
    /// </summary>
    internal DateTimeOffset? HeldBackUntil { get; private set; }
    private ulong heldBackAt;
    private DateTimeOffset? givenAgainAt;
    private TimeSpan pause = LinkLimits.FirstRepushPause;
    private int losses;

    /// <summary>Size at which the next push that is made ready starts.</summary>
    internal ulong TipSize { get; private set; }

    /// <summary>Frontier of the own feed at <see cref="TipSize"/>; null while it must be read from the store.</summary>
    internal TreeFrontier? Tip { get; private set; }

    internal Push? Ready { get; private set; }

    /// <summary>The push that the peer's next answer is about.</summary>
    internal Push? InFlight { get; private set; }

    /// <summary>The push that went after <see cref="InFlight"/> without waiting for its answer; it starts where that
    /// one ends.</summary>
    internal Push? Following { get; private set; }

    /// <summary>Token of the read that the next push waits for; 0 when none.</summary>
    internal long ReadToken { get; set; }

    /// <summary>The peer's pull that waits for something to send, and until when.</summary>
    internal (long Token, DateTimeOffset Until)? HeldPull { get; set; }

    /// <summary>When the peer's last pull came or was answered; while it pulls, nothing is pushed.</summary>
    internal DateTimeOffset? PulledAt { get; set; }

    internal bool IsPulling(DateTimeOffset now) => PulledAt is { } pulled && now - pulled < PullPause;

    /// <summary>Answers the pull that waits, if one does.</summary>
    internal void AnswerPull(Turn turn, LinkAnswer answer)
    {
        if (HeldPull is not { } pull)
            return;
        HeldPull = null;
        PulledAt = turn.Now;
        ConfirmedWhenPulled = Confirmed;
        turn.Reply(pull.Token, answer);
    }

    /// <summary>What the peer was known to hold when its last pull was answered: a later pull that says less says that
    /// it lost something.</summary>
    internal ulong ConfirmedWhenPulled { get; set; }

    internal DateTimeOffset? RetryAt { get; private set; }
    internal DateTimeOffset? FailingSince { get; private set; }
    internal string? LastError { get; private set; }
    internal int Attempts { get; private set; }
    private TimeSpan delay = LinkLimits.FirstRetry;

    /// <summary>True when the peer is to be shown the newest checkpoint once more, without entries: its answer says
    /// whether it still holds them. LINK-100.</summary>
    internal bool IsDoubted { get; set; }

    /// <summary>True when the last attempt failed because nobody answered: then, and only then, a sign of life ends the
    /// wait. LINK-17.</summary>
    private bool unanswered;
    private readonly Allowance wakes = new(LinkLimits.MaxWakesPerSecond, LinkLimits.MaxWakesAtOnce);
    private int conflicts;

    /// <summary>The largest size at which the peer was, by our own signature, when it said so: only more than that is
    /// progress.</summary>
    private ulong provenAt;
    private bool followingFailed;

    /// <summary>One push, ready to go: the bytes, and where they lead.</summary>
    internal sealed record Push(ulong Old, ulong End, ReadOnlyMemory<byte> Bytes, SignedCheckpoint Checkpoint)
    {
        /// <summary>An earlier checkpoint that travels with it, for the cosignatures on it.</summary>
        internal SignedCheckpoint? Beside { get; init; }

        /// <summary>A backlog fills pushes; entries written one by one do not, and would only cost more signatures and
        /// commits if they were not joined.</summary>
        internal bool IsFull =>
            End - Old >= LinkLimits.MaxEntriesPerPush / 2 || Bytes.Length >= LinkLimits.TargetPushBytes / 2;
        internal long Token { get; set; }
        internal bool ViaPull { get; set; }
        internal DateTimeOffset SentAt { get; set; }

        /// <summary>What the peer was known to hold when it was given this: an answer that says less says that it lost
        /// something.</summary>
        internal ulong ConfirmedWhenSent { get; set; }
    }

    /// <summary>Starts again from what the peer is known to hold.</summary>
    internal void Reset(ulong size)
    {
        Ready = null;
        InFlight = null;
        Following = null;
        Tip = null;
        TipSize = size;
        ReadToken = 0;
        WaitsForBody = null;
    }

    internal void StartAt(TreeFrontier frontier)
    {
        Tip = frontier;
        TipSize = frontier.Size;
    }

    /// <summary>Joins entries into the next push. Bodies go only to those they are addressed to (design §3).</summary>
    internal void MakeReady(
        IReadOnlyList<(Entry Entry, Hash Leaf)> entries,
        AuthoredFeed feed,
        int parties,
        SignedCheckpoint? withCosignatures,
        IReadOnlySet<ulong>? lost = null,
        SignedCheckpoint? beside = null
    )
    {
        if (Tip is null)
            throw new InvalidOperationException("no frontier to build a push on");
        var next = Tip.Clone();
        var leaves = new Hash[entries.Count];
        for (var i = 0; i < leaves.Length; i++)
        {
            leaves[i] = entries[i].Leaf;
            next.Append(leaves[i]);
        }
        var proof = Tip.Size == 0 || leaves.Length == 0 ? [] : ConsistencyProof.Build(Tip, leaves);
        var checkpoint = leaves.Length == 0 ? withCosignatures ?? feed.Latest! : feed.SignAt(next.Size, next.Root());
        var length = LinkLimits.MaxPreambleBytes / 8;
        foreach (var (entry, _) in entries)
            length += EntryBatch.WireLength(entry);
        var bytes = new ArrayBufferWriter<byte>(length);
        EntryBatch.WriteOffer(bytes, new CheckpointOffer(Tip.Size, proof, checkpoint));
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i].Entry;
            EntryBatch.WriteEntry(
                bytes,
                entry,
                parties == 2 || IsFor(entry),
                lost is not null && lost.Contains(Tip.Size + (ulong)i) && LacksBody(entry) is not null
            );
        }
        if (beside is not null)
            EntryBatch.WriteBeside(bytes, beside);
        Ready = new Push(Tip.Size, next.Size, bytes.WrittenMemory, checkpoint) { Beside = beside };
        Tip = next;
        TipSize = next.Size;
    }

    private bool IsFor(Entry entry) =>
        entry.Body is not null
        && EntryHeader.Parse(entry.Header).TryGet(out var header, out _)
        && (header.To is null || header.To.Contains(Peer));

    /// <summary>The header, where the peer is to have an inline body that is not here; else null.</summary>
    internal EntryHeader? LacksBody(Entry entry) =>
        entry.Body is null
        && EntryHeader.Parse(entry.Header).TryGet(out var header, out _)
        && header.Body is not null
        && header.Size <= Body.MaxInline
        && (header.To is null || header.To.Contains(Peer))
            ? header
            : null;

    /// <summary>Place of the entry that the next push waits for, while its body is looked for; null when none.
    /// LINK-76.</summary>
    internal ulong? WaitsForBody { get; set; }

    /// <summary>Takes the ready push as the one on its way.</summary>
    internal Push Dispatch(long token, bool viaPull, DateTimeOffset now)
    {
        var push = Ready ?? throw new InvalidOperationException("nothing is ready");
        Ready = null;
        push.Token = token;
        push.ViaPull = viaPull;
        push.SentAt = now;
        push.ConfirmedWhenSent = Confirmed;
        if (InFlight is null)
            InFlight = push;
        else
            Following = push;
        Attempts++;
        return push;
    }

    /// <summary>True when a full push may follow the one on its way: nothing has failed since the last cosignature, and
    /// no push of this kind was turned down.</summary>
    internal bool MayFollow =>
        InFlight is { ViaPull: false }
        && Following is null
        && FailingSince is null
        && !followingFailed
        && Ready is { IsFull: true };

    /// <summary>The peer cosigned where this push ends, which covers every push before it.</summary>
    internal void Delivered(Push push)
    {
        Cosigned = Math.Max(Cosigned, push.End);
        Confirmed = Math.Max(Confirmed, push.End);
        IsDoubted = false;
        InFlight = ReferenceEquals(push, InFlight) ? Following : null;
        Following = null;
        followingFailed = false;
        Healthy();
    }

    /// <summary>The peer's cosignature came by another path. A push that is on its way is left to its own
    /// answer.</summary>
    internal void CosignedElsewhere(ulong size)
    {
        Cosigned = Math.Max(Cosigned, size);
        Confirmed = Math.Max(Confirmed, size);
        if (InFlight is null && (Ready?.Old ?? TipSize) < size)
            Reset(size);
    }

    /// <summary>
    /// The push that followed did not get through while the one before it is on its way: it is made again behind that
    /// one, whose own answer will say
    /// what is wrong, if anything is.
    /// </summary>
    internal void FollowingFailed()
    {
        var first = InFlight;
        Reset(first!.End);
        InFlight = first;
        followingFailed = true;
    }

    /// <summary>A push was turned down for starting where the peer was not yet, and the peer has cosigned more
    /// meanwhile: on from there, one push at a time.</summary>
    internal void Overtaken()
    {
        Reset(Confirmed);
        followingFailed = true;
    }

    internal void Healthy()
    {
        RetryAt = null;
        FailingSince = null;
        LastError = null;
        Attempts = 0;
        delay = LinkLimits.FirstRetry;
        conflicts = 0;
    }

    /// <summary>An attempt came to nothing: there is a next one after a pause, which no peer can cut short.</summary>
    internal void Failed(string reason, DateTimeOffset now, ulong resumeAt)
    {
        unanswered = false;
        LastError = reason;
        FailingSince ??= now;
        RetryAt = now.Plus(delay);
        delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LinkLimits.MaxRetry.Ticks));
        if (InFlight is not null)
            Reset(resumeAt);
    }

    /// <summary>Nobody answered: as above, and a sign of life ends the pause.</summary>
    internal void Unanswered(string reason, DateTimeOffset now, ulong resumeAt)
    {
        Failed(reason, now, resumeAt);
        unanswered = true;
    }

    /// <summary>The peer said which size it holds: go on from there, at once unless it keeps saying so.</summary>
    /// <param name="held">What it said.</param>
    /// <param name="proven">True when its last heartbeat had our signature on just that size.</param>
    /// <param name="now">The time.</param>
    internal void Conflicted(ulong held, bool proven, DateTimeOffset now)
    {
        Reset(held);
        if (proven && held > provenAt)
        {
            conflicts = 0;
            provenAt = held;
        }
        if (++conflicts < MaxConflictsInARow)
            return;
        var wait = LinkLimits.MaxRetry * Math.Pow(2, Math.Min(conflicts - MaxConflictsInARow, 20));
        HoldBack(
            held,
            now.Plus(wait < LinkLimits.MaxRepushPause ? wait : LinkLimits.MaxRepushPause),
            $"the peer takes nothing and keeps answering that it holds {held}",
            now
        );
    }

    /// <summary>
    /// The peer shows less than it had cosigned. True when it may be given that again now; the next time it says so it
    /// must wait, and each time twice as
    /// long. False when it is held back; it is never given up.
    /// </summary>
    internal bool MayGiveAgain(ulong held, DateTimeOffset now)
    {
        if (HeldBackUntil is not null)
            return false;
        if (givenAgainAt is { } last && now < last.Plus(pause))
        {
            Reset(held);
            HoldBack(
                held,
                last.Plus(pause),
                $"the peer says for the {losses + 1}. time that it lost what it had cosigned: it holds {held} of {Confirmed}",
                now
            );
            return false;
        }
        pause =
            givenAgainAt is null || now - givenAgainAt > LinkLimits.MaxRepushPause * 2 ? LinkLimits.FirstRepushPause
            : pause * 2 < LinkLimits.MaxRepushPause ? pause * 2
            : LinkLimits.MaxRepushPause;
        givenAgainAt = now;
        losses++;
        Confirmed = held;
        return true;
    }

    /// <summary>Ends the wait when it is over.</summary>
    internal void Release(DateTimeOffset now)
    {
        if (HeldBackUntil is not { } until || until > now)
            return;
        HeldBackUntil = null;
        if (heldBackAt < Confirmed)
            MayGiveAgain(heldBackAt, now);
        Reset(heldBackAt);
    }

    /// <summary>The peer shows that it holds what it had cosigned after all.</summary>
    internal void Release() => HeldBackUntil = null;

    private void HoldBack(ulong held, DateTimeOffset until, string why, DateTimeOffset now)
    {
        heldBackAt = held;
        HeldBackUntil = until;
        LastError = $"{why}; it is tried again in {(until - now).TotalSeconds:0} s";
        FailingSince ??= now;
    }

    /// <summary>
    /// A sign of life from the peer. What nobody answered waits no longer; what the peer refused does, for each attempt
    /// costs us a read, a signature and a push,
    /// and it is the peer that decides how often it is heard. LINK-17.
    /// </summary>
    /// <returns>True when a wait was ended.</returns>
    internal bool Wake(DateTimeOffset now)
    {
        if (!unanswered || RetryAt is null || !wakes.TryTake(now))
            return false;
        RetryAt = null;
        return true;
    }

    internal bool MayTry(DateTimeOffset now) => HeldBackUntil is null && (RetryAt is null || RetryAt <= now);
}
