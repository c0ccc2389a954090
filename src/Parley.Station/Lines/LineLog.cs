namespace Parley.Station.Lines;

/// <summary>What the operator's log says of lines: ids, sizes, states and reasons; never a body, a text or a name of an
/// officer.</summary>
internal static partial class LineLog
{
    [LoggerMessage(1, LogLevel.Critical, "line {Line}: a step failed")]
    internal static partial void StepFailed(ILogger log, string line, Exception exception);

    [LoggerMessage(
        2,
        LogLevel.Critical,
        "line {Line}: the store failed, nothing is signed until it works again: {Reason}"
    )]
    internal static partial void StoreFailed(ILogger log, string line, string reason);

    [LoggerMessage(3, LogLevel.Warning, "line {Line}: the store works again; the line goes on from what it holds")]
    internal static partial void StoreBack(ILogger log, string line);

    [LoggerMessage(4, LogLevel.Warning, "line {Line}: {What} could not be noted: {Reason}")]
    internal static partial void NoteLost(ILogger log, string line, string what, string reason);

    [LoggerMessage(5, LogLevel.Error, "line {Line}: the store could not be read: {Reason}")]
    internal static partial void ReadFailed(ILogger log, string line, string reason);

    [LoggerMessage(6, LogLevel.Information, "line {Line}: link to {Peer} is {State}")]
    internal static partial void LinkChanged(ILogger log, string line, string peer, string state);

    [LoggerMessage(7, LogLevel.Warning, "line {Line}: refused a request of {Peer} with {Status}: {Reason}")]
    internal static partial void Refused(ILogger log, string line, string peer, int status, string reason);

    [LoggerMessage(
        8,
        LogLevel.Critical,
        "line {Line}: FORK of the feed of {Party}: two checkpoints contradict each other (sizes {Held} and {Offered}); the line is stopped and both are kept"
    )]
    internal static partial void Forked(ILogger log, string line, string party, ulong held, ulong offered);

    [LoggerMessage(
        9,
        LogLevel.Error,
        "line {Line}: {Peer} holds {Held} of our entries but had cosigned {Cosigned}; it is given them again"
    )]
    internal static partial void PeerLostEntries(ILogger log, string line, string peer, ulong cosigned, ulong held);

    [LoggerMessage(
        10,
        LogLevel.Critical,
        "line {Line}: {Peer} holds {Proven} entries signed by us and we hold {Held}; nothing is signed until they are fetched back"
    )]
    internal static partial void OwnFeedBehind(ILogger log, string line, string peer, ulong held, ulong proven);

    [LoggerMessage(
        16,
        LogLevel.Error,
        "line {Line}: {Peer} claims once more to have lost entries (it holds {Held}, and had cosigned {Cosigned}); it is given them again in {Seconds} s"
    )]
    internal static partial void PeerHeldBack(
        ILogger log,
        string line,
        string peer,
        ulong cosigned,
        ulong held,
        long seconds
    );

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "line {Line}: {Peer} holds our missing entries and cannot be dialled; nothing is signed until it dials us and brings them"
    )]
    internal static partial void OwnFeedAwaited(ILogger log, string line, string peer);

    [LoggerMessage(13, LogLevel.Warning, "line {Line}: the body of our entry {Entry} was given back by an addressee")]
    internal static partial void BodyRecovered(ILogger log, string line, string entry);

    [LoggerMessage(
        14,
        LogLevel.Error,
        "line {Line}: the body of our entry {Entry} is lost; the entry is delivered without it, and says so"
    )]
    internal static partial void BodyLost(ILogger log, string line, string entry);

    [LoggerMessage(
        15,
        LogLevel.Error,
        "line {Line}: the author of {Entry} has lost the body that is addressed to us; we say so on the record"
    )]
    internal static partial void BodyWithheld(ILogger log, string line, string entry);

    [LoggerMessage(17, LogLevel.Critical, "line {Line}: {Sentence}")]
    internal static partial void OwnFeedForeign(ILogger log, string line, string sentence);

    [LoggerMessage(
        18,
        LogLevel.Warning,
        "line {Line}: two officers decided that this station signs on; {Without} peers are not waited for"
    )]
    internal static partial void SignedOn(ILogger log, string line, int without);

    [LoggerMessage(
        19,
        LogLevel.Critical,
        "line {Line}: two stations of {Peer} answer at once: one is a copy of the other, or its keys are stolen; tell its officers by another channel"
    )]
    internal static partial void TwoStations(ILogger log, string line, string peer);

    [LoggerMessage(
        20,
        LogLevel.Warning,
        "line {Line}: {Party} signed its newest checkpoint (size {Size}) with extension lines, which no reader of evidence takes; exports show its feed up to {Shown}"
    )]
    internal static partial void NotProvable(ILogger log, string line, string party, ulong size, ulong shown);

    [LoggerMessage(11, LogLevel.Warning, "line {Line}: our own feed is caught up at {Size}")]
    internal static partial void OwnFeedCaughtUp(ILogger log, string line, ulong size);

    [LoggerMessage(
        21,
        LogLevel.Critical,
        "line {Line}: a mistake of this program over {What}: it is flagged, and the fold goes on"
    )]
    internal static partial void FoldMistaken(ILogger log, string line, string what, Exception exception);

    [LoggerMessage(23, LogLevel.Warning, "line {Line}: the attachment of {Entry} is not taken: {Reason}")]
    internal static partial void AttachmentUntaken(ILogger log, string line, string entry, string reason);

    [LoggerMessage(
        22,
        LogLevel.Critical,
        "line {Line}: what stands on it cannot be told; acts that it judges are refused until it can"
    )]
    internal static partial void FoldBroken(ILogger log, string line, Exception exception);

    [LoggerMessage(140, LogLevel.Information, "line {Line}: the stream of a call with {Peer} ended: {Reason}")]
    internal static partial void CallStreamLost(ILogger log, string line, string peer, string reason);
}
