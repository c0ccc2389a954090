namespace Parley.Station.Telemetry;

/// <summary>What the operator's log says of the station as a whole.</summary>
internal static partial class StationLog
{
    [LoggerMessage(
        101,
        LogLevel.Information,
        "station of {Party} is ready: store {Store}, link {Link}, api {Api}, {Lines} lines"
    )]
    internal static partial void Ready(ILogger log, string party, string store, string link, string api, int lines);

    [LoggerMessage(102, LogLevel.Warning, "refused a connection's request with {Status}: {Reason} ({Key})")]
    internal static partial void Refused(ILogger log, int status, string reason, string key);

    [LoggerMessage(103, LogLevel.Warning, "refusals could not be counted yet: {Reason}")]
    internal static partial void RefusalLost(ILogger log, string reason);

    [LoggerMessage(104, LogLevel.Information, "station of {Party} stops")]
    internal static partial void Stopping(ILogger log, string party);

    [LoggerMessage(105, LogLevel.Critical, "the store is damaged, every line is stopped: {Reason}")]
    internal static partial void Damaged(ILogger log, string reason);

    [LoggerMessage(
        106,
        LogLevel.Warning,
        "{Count} more refusals of {Peer} ({Line}) within a minute are counted and not listed here"
    )]
    internal static partial void RefusalsSpared(ILogger log, long count, string peer, string line);

    [LoggerMessage(107, LogLevel.Warning, "an attachment that was not taken in could not be removed yet: {Reason}")]
    internal static partial void LeftoverKept(ILogger log, string reason);

    [LoggerMessage(108, LogLevel.Warning, "the flag of a restore could not be changed: {Reason}")]
    internal static partial void RestoredKept(ILogger log, string reason);

    [LoggerMessage(109, LogLevel.Warning, "{Warning}")]
    internal static partial void Warned(ILogger log, string warning);

    [LoggerMessage(131, LogLevel.Warning, "{What} could not be kept: {Reason}")]
    internal static partial void NotKept(ILogger log, string what, string reason);

    [LoggerMessage(
        132,
        LogLevel.Error,
        "the pass over alarms and tests of line {Line} failed; it goes on with the next"
    )]
    internal static partial void PassFailed(ILogger log, string line, Exception exception);

    [LoggerMessage(
        133,
        LogLevel.Warning,
        "line {Line}: an automatic {What} could not be recorded and is tried again: {Reason}"
    )]
    internal static partial void TestNotSent(ILogger log, string line, string what, string reason);

    [LoggerMessage(135, LogLevel.Error, "the receiver of alerts {Receiver} cannot be told: {Reason}")]
    internal static partial void NotPaged(ILogger log, string receiver, string reason);

    [LoggerMessage(136, LogLevel.Information, "the receiver of alerts {Receiver} is told again")]
    internal static partial void PagedAgain(ILogger log, string receiver);

    [LoggerMessage(137, LogLevel.Error, "a pass over what the receiver of alerts {Receiver} is told failed")]
    internal static partial void PagingFailed(ILogger log, string receiver, Exception exception);

    [LoggerMessage(EventId = 138, Message = "trouble {Event}: {Class} ({Precedence}, {Level}): {Sentence}")]
    internal static partial void Trouble(
        ILogger log,
        LogLevel severity,
        string @event,
        string @class,
        string precedence,
        string level,
        string sentence
    );

    [LoggerMessage(134, LogLevel.Error, "the blind check {Check} failed and is over")]
    internal static partial void BlindFailed(ILogger log, string check, Exception exception);
}
