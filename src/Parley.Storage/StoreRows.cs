using Parley.Crypto;
using Parley.Record;

namespace Parley.Storage;

/// <summary>Where a line stands at this station.</summary>
public enum LineStanding
{
    /// <summary>The document is here; our party has not accepted it.</summary>
    Proposed,
    Accepted,

    /// <summary>Nothing is written to it any more, for instance after a fork.</summary>
    Stopped,
}

/// <summary>An entry as it is stored.</summary>
/// <param name="Arrival">Position in the order of arrival at this station, over all lines: 1, 2, 3 … without
/// gaps.</param>
/// <param name="Feed">The feed it is in.</param>
/// <param name="Seq">Its index in the feed.</param>
/// <param name="Header">Exact header bytes.</param>
/// <param name="Salt">32 bytes; null when there is no body here, or bodies were not asked for.</param>
/// <param name="Body">The body; null as <paramref name="Salt"/>.</param>
/// <param name="StoredAt">This station's clock at the commit, UTC, milliseconds.</param>
public sealed record StoredEntry(
    long Arrival,
    Origin Feed,
    ulong Seq,
    byte[] Header,
    byte[]? Salt,
    byte[]? Body,
    DateTimeOffset StoredAt
);

/// <summary>A cosignature as it is kept: the note line, and the checkpoint note (text and author's signature) it is
/// on.</summary>
public sealed record StoredCosignature(Origin Feed, ulong Size, PartyId Cosigner, string NoteLine, byte[] Checkpoint);

/// <summary>That a party had cosigned a feed up to a size at a time, and the cosignature that says so.</summary>
/// <param name="At">The time that the cosignature states, UTC, whole seconds.</param>
/// <param name="ArrivedAt">When it came, by this station's clock; null where that was not kept yet.</param>
public sealed record StoredDelivery(
    Origin Feed,
    ulong Size,
    PartyId Cosigner,
    DateTimeOffset At,
    string NoteLine,
    byte[] Checkpoint,
    DateTimeOffset? ArrivedAt = null
);

/// <summary>A line as it is stored.</summary>
/// <param name="Line">The id, which ends in the document's hash.</param>
/// <param name="Document">Exact bytes of the line document.</param>
/// <param name="Standing">Where it stands here.</param>
/// <param name="At">When the standing was last set.</param>
public sealed record LineRow(LineId Line, byte[] Document, LineStanding Standing, DateTimeOffset At);

/// <summary>A feed's head: its size, its root and the author's signed checkpoint of them.</summary>
public sealed record FeedRow(Origin Feed, ulong Size, Hash Root, byte[] Checkpoint);

/// <summary>Two checkpoints of one feed that contradict each other, both as signed notes.</summary>
public sealed record ForkRow(LineId Line, Origin Feed, byte[] First, byte[] Second, DateTimeOffset At);

/// <summary>How often a request was refused for one reason, first and last.</summary>
public sealed record RefusalRow(
    LineId? Line,
    string? Peer,
    int Status,
    string Reason,
    long Count,
    DateTimeOffset First,
    DateTimeOffset Last
);

/// <summary>How much of an attachment is here.</summary>
/// <param name="Attachment">Which one.</param>
/// <param name="Length">Bytes of salt ‖ body when complete.</param>
/// <param name="Held">Bytes held; always a prefix.</param>
/// <param name="Complete">The whole was checked against the commitment and may be shown.</param>
public sealed record AttachmentState(AttachmentId Attachment, long Length, long Held, bool Complete);

/// <summary>What a station needs in memory when it starts.</summary>
/// <param name="Meta">Small values by key.</param>
/// <param name="Lines">All lines.</param>
/// <param name="Feeds">The heads of all feeds.</param>
/// <param name="LastArrival">Arrival number of the newest entry; 0 when there is none.</param>
/// <param name="IncompleteAttachments">Attachments begun and not completed.</param>
public sealed record StationSnapshot(
    IReadOnlyDictionary<string, byte[]> Meta,
    IReadOnlyList<LineRow> Lines,
    IReadOnlyList<FeedRow> Feeds,
    long LastArrival,
    IReadOnlyList<AttachmentState> IncompleteAttachments
)
{
    /// <summary>By feed: the lengths of the attachments that are here or begun, together.</summary>
    public IReadOnlyDictionary<Origin, long> AttachmentBytes { get; init; } = new Dictionary<Origin, long>();
}
