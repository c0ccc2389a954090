using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Two truths about one feed. Whatever way a contradicting checkpoint comes (a push, a heartbeat, a third party's gossip), both checkpoints
/// are kept as portable evidence and the line stops: an integrity failure is fatal. LINK-50, LINK-51.
/// </summary>
public sealed partial class LineMachine
{
    private readonly HashSet<(PartyId Author, ulong Size, Crypto.Hash Root)> compared = [];

    private void RecordFork(Origin feed, SignedCheckpoint held, SignedCheckpoint offered)
    {
        if (stopped) return;
        stopped = true;
        effects.Add(new LinkEffect.Commit(Await(_ => { }), [new LineChange.RecordFork(feed, held, offered)]));
        Report(new LineReport.Forked(feed, held.Checkpoint.Size, offered.Checkpoint.Size));
        RefuseWaitingAppends(new AppendOutcome.Refused("line-stopped", "a fork was found; the line is stopped"));
        foreach (var outbox in outboxes.Values)
        {
            if (outbox.HeldPull is { } pull) Reply(pull.Token, Wire.LinkAnswer.Refuse(503, "the line is stopped: a fork was found"));
            outbox.HeldPull = null;
        }
    }

    /// <summary>A signed checkpoint smaller than what is held: its root must be ours at that size.</summary>
    private void CompareOlder(MirroredFeed mirror, SignedCheckpoint older) => CompareAt(mirror.Origin, older, () => mirror.Latest!);

    private void CompareAt(Origin feed, SignedCheckpoint older, Func<SignedCheckpoint> held)
    {
        var size = older.Checkpoint.Size;
        if (stopped || size == 0 || compared.Count >= MaxComparisonsRemembered || !compared.Add((feed.Party, size, older.Checkpoint.Root))) return;
        var token = Await(read =>
        {
            if (read is not LinkEvent.FrontierRead { Frontier: var frontier } || frontier.Size != size) compared.Remove((feed.Party, size, older.Checkpoint.Root)); // unread is not consistent
            else if (frontier.Root() != older.Checkpoint.Root) RecordFork(feed, held(), older);
            if (compared.Count >= MaxComparisonsRemembered) compared.Clear();
        });
        effects.Add(new LinkEffect.ReadFrontier(token, feed, size));
    }

    /// <summary>Checkpoints compared with the store and found consistent, remembered so that a heartbeat costs no read twice.</summary>
    private const int MaxComparisonsRemembered = 256;
}
