using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Every limit and period of the link, in one place. What a peer may send is bounded before it is read; what a station
/// waits for
/// is bounded before it is sent. LINK-2, LINK-3.
/// </summary>
public static class LinkLimits
{
    /// <summary>Entries in one push at most. Larger backlogs take several pushes, each with a checkpoint of its
    /// own.</summary>
    public const int MaxEntriesPerPush = 2048;

    /// <summary>A push stops taking entries once it holds this many bytes; one entry alone may exceed it.</summary>
    public const int TargetPushBytes = 2 << 20;

    /// <summary>What the first request to a peer carries at most, in bytes of entries or of an attachment; what the
    /// next ones carry, its time decides.</summary>
    public const int FirstStrideBytes = 64 * 1024;

    /// <summary>What a request may carry over however thin a wire, in bytes; one entry alone may exceed it.</summary>
    public const int LeastStrideBytes = 4 * 1024;

    /// <summary>Entries of the peer's own feed in one answer or request of a recovery, in bytes: what a thin wire
    /// carries within the time limit.</summary>
    public const int RecoveryBytes = 128 * 1024;

    /// <summary>A request that was answered sooner may be followed by one of twice the size.</summary>
    public static readonly TimeSpan QuickRequest = TimeSpan.FromSeconds(2);

    /// <summary>A request that took longer is followed by one of half the size: heartbeats wait behind it.</summary>
    public static readonly TimeSpan SlowRequest = TimeSpan.FromSeconds(5);

    /// <summary>Largest push a station reads, in bytes: the target, one whole entry over it, and the
    /// preamble.</summary>
    public const int MaxPushBytes = TargetPushBytes + MaxEntryBytes + MaxPreambleBytes;

    /// <summary>Largest entry on the wire: header and inline body with their lengths, disposition and salt.</summary>
    public const int MaxEntryBytes = EntryHeader.MaxLength + Body.MaxInline + Body.SaltLength + 16;

    /// <summary>Largest preamble: old size, 63 hashes and a checkpoint note.</summary>
    public const int MaxPreambleBytes = SignedNote.MaxLength + 4096;

    /// <summary>Largest heartbeat, pull or off-the-record message, in bytes.</summary>
    public const int MaxSmallMessageBytes = 256 * 1024;

    /// <summary>Longest text of a message off the record, in bytes of UTF-8.</summary>
    public const int MaxOffRecordBytes = Body.MaxInline;

    /// <summary>Messages off the record of one author that a station shows, newest kept; and that it keeps for one peer
    /// that does not have them yet.</summary>
    public const int MaxOffRecordHeld = 1000;

    /// <summary>Messages off the record that are on their way to one peer at a time, of the requests that it takes at
    /// once.</summary>
    public const int MaxOffRecordUnderWay = 8;

    /// <summary>Messages off the record of one peer that a station knows again when they come once more, the newest of
    /// them.</summary>
    public const int MaxOffRecordRemembered = 1000;

    /// <summary>Bytes of an attachment in one request.</summary>
    public const int AttachmentChunkBytes = 1 << 20;

    /// <summary>Attachments of one author that a station takes at a time; further ones wait in the order of the feed
    /// and are answered 429.</summary>
    public const int MaxOpenAttachments = 64;

    /// <summary>Bytes of attachments of one party on one line that a station keeps, unless its operator says otherwise;
    /// what it has begun to take counts whole. LINK-91.</summary>
    public const long AttachmentQuota = 4L << 30;

    /// <summary>An attachment for which a peer has no room is offered again after <see cref="MaxRetry"/>, and each time
    /// twice as long after, up to this.</summary>
    public static readonly TimeSpan MaxRoomRetry = TimeSpan.FromSeconds(30);

    /// <summary>On a line of three or more under continuous traffic, how often a size is chosen that all
    /// cosign.</summary>
    public static readonly TimeSpan CommonSizeInterval = TimeSpan.FromSeconds(1);

    /// <summary>Checkpoints of one feed whose roots a station remembers, to know again one that others
    /// cosigned.</summary>
    public const int RememberedCheckpoints = 4096;

    /// <summary>Pushes of one feed that may wait for the store at once; a further one is answered 429.</summary>
    public const int MaxWaitingPushes = 8;

    /// <summary>Pushes of one feed that are checked and given to the store before the first of them is
    /// durable.</summary>
    public const int MaxStagedPushes = 2;

    /// <summary>New entries that may wait for the store on one line; further ones are refused.</summary>
    public const int MaxWaitingEntries = 65_536;

    /// <summary>New entries joined in one append, one commit and one signature.</summary>
    public const int MaxEntriesPerAppend = 2048;

    /// <summary>Bytes of bodies joined in one append at most (one new entry alone may exceed it).</summary>
    public const int MaxBytesPerAppend = 4 << 20;

    /// <summary>Bytes of own entries kept in memory so that a push to a live peer needs no read from the
    /// store.</summary>
    public const int RecentEntryBytes = 12 << 20;

    /// <summary>Largest message of a blind check, in bytes: 256 points, a proof and its header, with room.</summary>
    public const int MaxBlindMessageBytes = 9 * 1024;

    /// <summary>Messages of a blind check that a side sends before the other has taken them, and that a side keeps
    /// before it has read them.</summary>
    public const int MaxBlindMessages = 16;

    /// <summary>Largest exchange of a blind check, in bytes: all the messages that may be on their way, with their
    /// lengths, and the preamble.</summary>
    public const int MaxBlindExchangeBytes = 64 + MaxBlindMessages * (MaxBlindMessageBytes + 4);

    /// <summary>How long an exchange of a blind check is held open while there is nothing to send.</summary>
    public static readonly TimeSpan BlindHold = TimeSpan.FromSeconds(5);

    /// <summary>How long one push, chunk or heartbeat may take before it counts as failed.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long a heartbeat may take.</summary>
    public static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(8);

    /// <summary>Heartbeats of one peer that are looked at in one second; an honest one sends four in a second at most,
    /// and only while it catches up.</summary>
    public const int MaxHeartbeatsPerSecond = 8;

    /// <summary>Heartbeats that are looked at at once, after a rest.</summary>
    public const int MaxHeartbeatsAtOnce = 16;

    /// <summary>A message off the record that a pull brought and the next one did not confirm is given again no
    /// sooner.</summary>
    public static readonly TimeSpan OffRecordPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Pulls of one peer that are answered in one second; further ones are answered 429.</summary>
    public const int MaxPullsPerSecond = 1000;

    /// <summary>Pulls of one peer in a second that do not go on where the last answer ended: each may cost a push that
    /// is read from the store.</summary>
    public const int MaxPullRestartsPerSecond = 1;

    /// <summary>Such pulls that are answered at once, after a rest.</summary>
    public const int MaxPullRestartsAtOnce = 16;

    /// <summary>How long a pull is held open while there is nothing to send.</summary>
    public static readonly TimeSpan PullHold = TimeSpan.FromSeconds(20);

    /// <summary>Waits of one peer's pushes that signs of life from it end in a second: a peer that breaks off every
    /// push must not set their pace.</summary>
    public const int MaxWakesPerSecond = 1;

    /// <summary>Such waits that are ended at once, after a rest.</summary>
    public const int MaxWakesAtOnce = 4;

    /// <summary>First wait after a failed attempt; it doubles up to <see cref="MaxRetry"/>. Where nobody answered, a
    /// sign of life from the peer ends the wait.</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait between attempts. Attempts never stop (R1, P2).</summary>
    public static readonly TimeSpan MaxRetry = TimeSpan.FromSeconds(5);

    /// <summary>A peer that lost what it had cosigned is given it again at once; when it says so again, only this long
    /// after, and each time twice as long up to <see cref="MaxRepushPause"/>.</summary>
    public static readonly TimeSpan FirstRepushPause = TimeSpan.FromSeconds(30);

    /// <summary>Longest pause before a peer is given again what it had cosigned.</summary>
    public static readonly TimeSpan MaxRepushPause = TimeSpan.FromHours(1);

    /// <summary>Heartbeats missed before the link counts as down.</summary>
    public const double HeartbeatsUntilDown = 2.5;

    /// <summary>Heartbeats without being dialled by a peer that answers, before a station pulls from it; and for which
    /// a peer that cannot be dialled is waited for to bring our own feed.</summary>
    public const int HeartbeatsUntilPull = 3;

    /// <summary>How long a push waits for a body that was lost here and that another addressee may have.</summary>
    public static readonly TimeSpan BodySearch = TimeSpan.FromMinutes(1);

    /// <summary>Largest frame of a call over the link, without its length.</summary>
    public const int MaxCallFrameBytes = 32 * 1024;

    /// <summary>Longest session description of a console.</summary>
    public const int MaxSdpBytes = 16 * 1024;

    /// <summary>Largest datagram of a console that is carried; WebRTC keeps below 1,300.</summary>
    public const int MaxDatagramBytes = 1_500;

    /// <summary>Addresses at which a station says that it takes datagrams.</summary>
    public const int MaxRelayAddresses = 8;

    /// <summary>Characters of one of them.</summary>
    public const int MaxRelayAddress = 270;

    /// <summary>Frames of a call that may wait for the link: a third of a second of a dozen voices. Of more the oldest
    /// goes, for voice that is late is of no use.</summary>
    public const int MaxCallFramesWaiting = 256;
}
