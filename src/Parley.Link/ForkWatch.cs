using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Two truths about one feed. Whatever way a contradicting checkpoint comes (a push, a heartbeat, a third party's
/// gossip), both checkpoints
/// are kept as portable evidence and the line stops: an integrity failure is fatal. LINK-50, LINK-51.
/// </summary>
internal sealed class ForkWatch(Turn turn, LineFeeds feeds)
{
    /// <summary>Told when the line has stopped, before those who wait for something to pull are answered.</summary>
    internal Action? Stopped { get; set; }

    /// <summary>Checkpoints that were compared with the store and found consistent, or are being compared.</summary>
    private readonly HashSet<(PartyId Author, ulong Size, Crypto.Hash Root)> compared = [];

    /// <summary>Keeps both checkpoints and stops the line; the first fork is the last.</summary>
    internal void Stop(Origin feed, SignedCheckpoint held, SignedCheckpoint offered)
    {
        if (feeds.IsStopped)
            return;
        feeds.IsStopped = true;
        turn.Commit([new LineChange.RecordFork(feed, held, offered)], () => { });
        turn.Report(new LineReport.Forked(feed, held.Checkpoint.Size, offered.Checkpoint.Size));
        Stopped?.Invoke();
        foreach (var outbox in feeds.Outboxes.Values)
        {
            if (outbox.HeldPull is { } pull)
                turn.Reply(pull.Token, Wire.LinkAnswer.Refuse(503, "the line is stopped: a fork was found"));
            outbox.HeldPull = null;
        }
    }

    /// <summary>A signed checkpoint smaller than what is held: its root must be ours at that size.</summary>
    internal void CompareOlder(MirroredFeed mirror, SignedCheckpoint older) =>
        CompareAt(mirror.Origin, older, () => mirror.Latest!);

    internal void CompareAt(Origin feed, SignedCheckpoint older, Func<SignedCheckpoint> held)
    {
        var size = older.Checkpoint.Size;
        if (
            feeds.IsStopped
            || size == 0
            || compared.Count >= MaxComparisonsRemembered
            || !compared.Add((feed.Party, size, older.Checkpoint.Root))
        )
            return;
        var token = turn.Await(read =>
        {
            if (read is not LinkEvent.FrontierRead { Frontier: var frontier } || frontier.Size != size)
                compared.Remove((feed.Party, size, older.Checkpoint.Root)); // unread is not consistent
            else if (frontier.Root() != older.Checkpoint.Root)
                Stop(feed, held(), older);
            if (compared.Count >= MaxComparisonsRemembered)
                compared.Clear();
        });
        turn.Do(new LinkEffect.ReadFrontier(token, feed, size));
    }

    /// <summary>Checkpoints compared with the store and found consistent, remembered so that a heartbeat costs no read
    /// twice.</summary>
    private const int MaxComparisonsRemembered = 256;
}
