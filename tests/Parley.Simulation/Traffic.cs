using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Record;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Simulation;

/// <summary>What officers write: plain messages, files, and steps of every state machine, also such as do not
/// fit.</summary>
internal static class Traffic
{
    private static readonly string[] Kinds_ =
    [
        Kinds.MessageAcknowledged,
        Kinds.MessageAcknowledged,
        Kinds.MessageAcknowledged,
        Kinds.MessageTranslated,
        Kinds.MessageSuperseded,
        Kinds.MessageCancelled,
        Kinds.ClarificationRequested,
        Kinds.ClarificationRequested,
        Kinds.ClarificationAnswered,
        Kinds.ClarificationInsufficient,
        Kinds.ClarificationMeetingAsked,
        Kinds.ClarificationClosed,
        Kinds.CallRequested,
        Kinds.CallRequested,
        Kinds.CallAccepted,
        Kinds.CallCountered,
        Kinds.CallDeclined,
        Kinds.CallWithdrawn,
        Kinds.CallStarted,
        Kinds.CallHeld,
        Kinds.NoticeGiven,
        Kinds.NoticeUpdated,
        Kinds.NoticeCancelled,
        Kinds.AccidentReported,
        Kinds.AccidentClosed,
        Kinds.ReadoutDrafted,
        Kinds.ReadoutAgreed,
        Kinds.ReadoutReleased,
        Kinds.WatchOffered,
        Kinds.WatchTaken,
        Kinds.ConditionRaised,
        Kinds.ConditionLowered,
        Kinds.LineResumed,
        Kinds.LineSuspended,
        Kinds.LineResumed,
        Kinds.ClaimMade,
        "satellite.repositioned",
    ];

    private const string Body_ =
        """{"concern":"c","what":"w","text":"t","scope":"line","level":"crisis","reason":"r","style":"automatic","communicator":"A","subject":"s","windows":[{"from":"2022-03-24T09:00:00Z","until":"2022-03-24T10:00:00Z"}],"place":{"name":"p"}}""";

    internal static NewEntry Message(Random draws, SimLine line, string text)
    {
        var precedence = (Precedence)draws.Next(4);
        return new NewEntry
        {
            Kind = Kinds.MessageSent,
            Mark = draws.Next(8) == 0 ? Mark.Test : Mark.Exercise,
            Precedence = precedence,
            By = new Officer("watch", "A. Officer"),
            Salt = Salt(draws),
            Body = Encoding.UTF8.GetBytes($$"""{"text":"{{text}} {{draws.Next()}}"}"""),
            To = To(draws, line),
        };
    }

    /// <summary>A step of a state machine, about something that is known, or about nothing.</summary>
    internal static NewEntry Step(Random draws, SimLine line)
    {
        var now = line.Station.Clock.GetUtcNow();
        var known = line
            .View.Open(now)
            .Select(i => i.Id)
            .Concat(line.View.Waiting.Select(w => w.Id))
            .Take(200)
            .ToList();
        var re = known.Count == 0 || draws.Next(6) == 0 ? (EntryId?)null : known[draws.Next(known.Count)];
        return new NewEntry
        {
            Kind = Kinds_[draws.Next(Kinds_.Length)],
            Mark = Mark.Exercise,
            By = new Officer("watch", "B. Officer", draws.Next(2) == 0 ? new Officer("duty", "C. Officer") : null),
            Salt = Salt(draws),
            Body = Encoding.UTF8.GetBytes(draws.Next(6) == 0 ? "{}" : Body_),
            Re = re is { } about ? [about] : [],
        };
    }

    /// <summary>Puts a file into the author's store and gives the draft whose header commits to it; null where the
    /// store cannot take it.</summary>
    internal static NewEntry? File(Random draws, SimLine line)
    {
        var bytes = new byte[Body.SaltLength + Body.MaxInline + draws.Next(1, draws.Next(8) == 0 ? 2 << 20 : 60_000)];
        draws.NextBytes(bytes);
        if (line.Station.DiskIsFull)
            return null;
        var id = new AttachmentId(line.Identity.Own, Sha256.Of(bytes));
        var changes = new List<StoreChange> { new BeginAttachment(id, bytes.Length) };
        for (var at = 0; at < bytes.Length; at += StoreLimits.MaxChunkLength)
            changes.Add(
                new PutAttachmentChunk(id, at, bytes[at..Math.Min(bytes.Length, at + StoreLimits.MaxChunkLength)])
            );
        changes.Add(new CompleteAttachment(id));
        line.Station.Store.CommitAsync(changes).GetAwaiter().GetResult();
        return new NewEntry
        {
            Kind = Kinds.MessageAttachment,
            Mark = Mark.Exercise,
            By = new Officer("watch", "A. Officer"),
            Attachment = new AttachedBody(id.Commitment, bytes.Length - Body.SaltLength),
            To = To(draws, line),
        };
    }

    private static byte[] Salt(Random draws)
    {
        var salt = new byte[Body.SaltLength];
        draws.NextBytes(salt);
        return salt;
    }

    private static IReadOnlyList<PartyId>? To(Random draws, SimLine line) =>
        draws.Next(3) > 0 ? null : [.. line.Identity.Peers.Where((_, i) => i == 0 || draws.Next(2) == 0)];
}
