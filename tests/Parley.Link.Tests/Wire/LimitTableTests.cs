using System.Globalization;
using System.Reflection;
using System.Text;
using Parley.Record;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Link.Tests.Wire;

/// <summary>docs/protocol/messages.md prints the limits that the code keeps.</summary>
public sealed class LimitTableTests
{
    private static readonly (string Name, string Says)[] Told =
    [
        (nameof(LinkLimits.MaxEntriesPerPush), "entries in one push"),
        (nameof(LinkLimits.MaxPushBytes), "bytes of a push, and of entries that are given back"),
        (nameof(LinkLimits.TargetPushBytes), "bytes of entries after which a push takes no further one"),
        (nameof(LinkLimits.MaxPreambleBytes), "bytes of an offer, and of a note beside the entries"),
        (nameof(LinkLimits.MaxSmallMessageBytes), "bytes of every other request or answer"),
        (nameof(LinkLimits.MaxOffRecordBytes), "bytes of the text of a message off the record"),
        (nameof(LinkLimits.MaxOffRecordUnderWay), "messages off the record under way to one peer at a time"),
        (nameof(LinkLimits.MaxOffRecordRemembered), "messages off the record of one peer that are known again"),
        (nameof(LinkLimits.OffRecordPause), "before a message off the record that was not confirmed is given again"),
        (nameof(LinkLimits.AttachmentChunkBytes), "bytes of a chunk"),
        (nameof(LinkLimits.MaxOpenAttachments), "attachments of one author under way at a time"),
        (
            nameof(LinkLimits.AttachmentQuota),
            "bytes of attachments of one party on one line, or a twentieth of the disk"
        ),
        (nameof(LinkLimits.MaxRoomRetry), "longest wait before an attachment that found no room is offered again"),
        (
            nameof(LinkLimits.FirstStrideBytes),
            "bytes of entries or of a chunk in the first request to a peer (LINK-24)"
        ),
        (nameof(LinkLimits.LeastStrideBytes), "least bytes of entries or of a chunk in one request"),
        (nameof(LinkLimits.QuickRequest), "an answer within this doubles what the next request carries"),
        (nameof(LinkLimits.SlowRequest), "an answer after this halves it"),
        (nameof(LinkLimits.RecoveryBytes), "bytes of entries that are given back at a time"),
        (nameof(LinkLimits.MaxWaitingPushes), "pushes of one feed that may wait for the store"),
        (nameof(LinkLimits.RequestTimeout), "time limit of a request"),
        (nameof(LinkLimits.HeartbeatTimeout), "time limit of a heartbeat"),
        (nameof(LinkLimits.PullHold), "how long a pull is held"),
        (nameof(LinkLimits.BlindHold), "how long an exchange of a blind check is held"),
        (nameof(LinkLimits.MaxBlindMessageBytes), "bytes of a message of a blind check"),
        (nameof(LinkLimits.MaxBlindMessages), "messages of a blind check in one exchange"),
        (nameof(LinkLimits.MaxHeartbeatsPerSecond), "heartbeats of one peer in a second"),
        (nameof(LinkLimits.MaxHeartbeatsAtOnce), "heartbeats of one peer at once after a rest"),
        (nameof(LinkLimits.HeartbeatsUntilDown), "heartbeats without a sign of life until a link is down"),
        (nameof(LinkLimits.HeartbeatsUntilPull), "heartbeats without being dialled until a station pulls"),
        (nameof(LinkLimits.MaxPullsPerSecond), "pulls of one peer in a second"),
        (
            nameof(LinkLimits.MaxPullRestartsPerSecond),
            "pulls in a second that do not go on where the last answer ended"
        ),
        (nameof(LinkLimits.MaxPullRestartsAtOnce), "such pulls at once after a rest"),
        (nameof(LinkLimits.FirstRetry), "first wait after an attempt that failed"),
        (nameof(LinkLimits.MaxRetry), "longest wait between attempts"),
        (nameof(LinkLimits.MaxWakesPerSecond), "waits that signs of life of one peer end in a second"),
        (nameof(LinkLimits.MaxWakesAtOnce), "such waits at once after a rest"),
        (nameof(LinkLimits.FirstRepushPause), "before a peer is given once more what it lost again"),
        (nameof(LinkLimits.MaxRepushPause), "longest such pause"),
        (nameof(LinkLimits.CommonSizeInterval), "how often a size is chosen that all cosign (LINK-22)"),
        (nameof(LinkLimits.BodySearch), "how long a push waits for a body that was lost"),
    ];

    /// <summary>What a station keeps for itself, or what stands with a page of its own; no peer sees it.</summary>
    private static readonly string[] OwnMatter =
    [
        nameof(LinkLimits.MaxEntryBytes),
        nameof(LinkLimits.MaxOffRecordHeld),
        nameof(LinkLimits.RememberedCheckpoints),
        nameof(LinkLimits.MaxStagedPushes),
        nameof(LinkLimits.MaxWaitingEntries),
        nameof(LinkLimits.MaxEntriesPerAppend),
        nameof(LinkLimits.MaxBytesPerAppend),
        nameof(LinkLimits.RecentEntryBytes),
        nameof(LinkLimits.MaxBlindExchangeBytes),
        nameof(LinkLimits.MaxCallFrameBytes),
        nameof(LinkLimits.MaxSdpBytes),
        nameof(LinkLimits.MaxDatagramBytes),
        nameof(LinkLimits.MaxRelayAddresses),
        nameof(LinkLimits.MaxRelayAddress),
        nameof(LinkLimits.MaxCallFramesWaiting),
    ];

    [Fact] // MESSAGES-15, LINK-2, LINK-3
    public void The_protocol_prints_the_limits_that_the_code_keeps()
    {
        var table = new StringBuilder("\n| limit | figure |\n|---|---|\n");
        foreach (var (name, says) in Told)
            table.Append($"| {says} | {Figure(Value(name))} |\n");
        table.Append($"| bytes of a header (ENTRY-1) | {Figure(EntryHeader.MaxLength)} |\n");
        table.Append($"| bytes of a body beside its header (ENTRY-12) | {Figure(Body.MaxInline)} |\n");
        table.Append($"| bytes of the body of an attachment (ENTRY-5) | {Figure(Body.MaxAttachment)} |\n");
        DocumentTable.Holds("messages.md", "limits", table.ToString());
    }

    [Fact]
    public void Every_limit_is_told_or_said_to_be_no_peers_matter() =>
        Assert.Equal(
            typeof(LinkLimits)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => f.Name)
                .Order(StringComparer.Ordinal),
            Told.Select(t => t.Name).Concat(OwnMatter).Order(StringComparer.Ordinal)
        );

    private static object Value(string name) => typeof(LinkLimits).GetField(name)!.GetValue(null)!;

    private static string Figure(object value) =>
        value switch
        {
            TimeSpan { TotalSeconds: < 1 } time => $"{time.TotalMilliseconds} ms",
            TimeSpan { TotalMinutes: < 2 } time => $"{time.TotalSeconds} s",
            TimeSpan time => $"{time.TotalMinutes} min",
            double number => number.ToString(CultureInfo.InvariantCulture),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value:N0}"),
        };
}
