using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Parley.Link;
using Parley.Link.Wire;

namespace Parley.Station.Lines;

/// <summary>What waits to come to a line's machine, and who waits for what it makes of it. Any thread puts something in;
/// the line's loop alone takes it out.</summary>
internal sealed class LineInbox
{
    private readonly Channel<LinkEvent> channel = Channel.CreateUnbounded<LinkEvent>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly ConcurrentDictionary<long, TaskCompletionSource<LinkAnswer>> replies = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<AppendOutcome>> settlements = new();

    /// <summary>Appends that a machine has taken and not settled: of these alone nobody knows what became of them when
    /// it is gone. The loop's own.</summary>
    private readonly HashSet<long> taken = [];

    /// <summary>By append: the run that it belongs to.</summary>
    private readonly ConcurrentDictionary<long, AppendRun> runs = new();

    /// <summary>Owned by the loop: said off the record while the store was away. It needs no store and is not lost with
    /// what does.</summary>
    private readonly Queue<LinkEvent> spokenMeanwhile = new();
    private long lastToken;

    /// <summary>Puts something in; nothing any more once it is closed.</summary>
    internal void Put(LinkEvent what) => channel.Writer.TryWrite(what);

    internal void Close() => channel.Writer.TryComplete();

    internal ValueTask<bool> WaitAsync() => channel.Reader.WaitToReadAsync();

    internal bool TryRead([NotNullWhen(true)] out LinkEvent? what) => channel.Reader.TryRead(out what);

    /// <summary>Puts new entries on the record; completes when they are durable here, or refused.</summary>
    /// <param name="added">Together one append.</param>
    /// <param name="run">The appends before it, without all of which it is not written.</param>
    internal Task<AppendOutcome> AppendAsync(IReadOnlyList<NewEntry> added, AppendRun? run = null)
    {
        var token = Interlocked.Increment(ref lastToken);
        if (run is not null)
            runs[token] = run;
        var settled = new TaskCompletionSource<AppendOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        settlements[token] = settled;
        if (!channel.Writer.TryWrite(new LinkEvent.AppendRequested(token, added)))
        {
            settlements.TryRemove(token, out _);
            runs.TryRemove(token, out _);
            return Task.FromResult<AppendOutcome>(new AppendOutcome.Refused("stopping", "the station is stopping"));
        }
        return settled.Task;
    }

    /// <summary>Asks the machine something that it answers with a <see cref="LinkEffect.Reply"/>; the event carries the
    /// token given.</summary>
    internal Task<LinkAnswer> AskAsync(Func<long, LinkEvent> what)
    {
        var token = Interlocked.Increment(ref lastToken);
        var reply = new TaskCompletionSource<LinkAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        replies[token] = reply;
        if (!channel.Writer.TryWrite(what(token)))
        {
            replies.TryRemove(token, out _);
            return Task.FromResult(LinkAnswer.Refuse(503, "the station is stopping"));
        }
        return reply.Task;
    }

    /// <summary>False where an append must not come to the machine, because one of its run before it was refused: it is
    /// settled so.</summary>
    internal bool MayTake(LinkEvent.AppendRequested append)
    {
        if (runs.TryGetValue(append.Token, out var run) && run.Refusal is { } before)
        {
            Settle(append.Token, before);
            return false;
        }
        taken.Add(append.Token);
        return true;
    }

    /// <summary>
    /// True for what was refused while the store was away, in the moment before it came into the inbox. Its asker has
    /// been told that nothing
    /// was recorded, and its bytes belong to another request by now.
    /// </summary>
    internal bool IsAnswered(LinkEvent what) =>
        what switch
        {
            LinkEvent.AppendRequested append => !settlements.ContainsKey(append.Token),
            LinkEvent.RequestArrived request => !replies.ContainsKey(request.Token),
            LinkEvent.CarriedArrived carried => !replies.ContainsKey(carried.Token),
            LinkEvent.CosignatureWanted wanted => !replies.ContainsKey(wanted.Token),
            LinkEvent.PushWanted wanted => !replies.ContainsKey(wanted.Token),
            LinkEvent.SignOnDecided decided => !replies.ContainsKey(decided.Token),
            _ => false,
        };

    /// <summary>Refuses all that waits here, and all who wait for a machine that is gone.</summary>
    internal void RefuseWaiting(string reason, bool isStopping)
    {
        while (channel.Reader.TryRead(out var what))
        {
            if (what is LinkEvent.AppendRequested append)
                Settle(append.Token, new AppendOutcome.Refused("store-fault", reason));
            else if (what is LinkEvent.RequestArrived request)
                Reply(request.Token, LinkAnswer.Refuse(503, "the station's store has failed"));
            else if (what is LinkEvent.OffRecordRequested && spokenMeanwhile.Count < LinkLimits.MaxOffRecordHeld)
                spokenMeanwhile.Enqueue(what);
        }
        foreach (var token in replies.Keys)
            Reply(token, LinkAnswer.Refuse(503, "the station's store has failed"));
        // What came in after the last look into the inbox is still there, and no machine has seen it.
        var outcome = isStopping ? StoppedInDoubt : AppendOutcome.InDoubt;
        foreach (var token in taken.ToList())
            Settle(token, outcome);
    }

    /// <summary>What was said off the record meanwhile comes to the new machine.</summary>
    internal void SayAgain()
    {
        while (spokenMeanwhile.TryDequeue(out var spoken))
            Put(spoken);
    }

    private static readonly AppendOutcome.Refused StoppedInDoubt = new(
        AppendOutcome.InDoubt.Code,
        "the station stopped while this was being recorded, so it may be recorded: look at the record before you send it again"
    );

    internal void Reply(long token, LinkAnswer answer)
    {
        if (replies.TryRemove(token, out var reply))
            reply.TrySetResult(answer);
    }

    internal void Settle(long token, AppendOutcome outcome)
    {
        taken.Remove(token);
        if (runs.TryRemove(token, out var run) && outcome is AppendOutcome.Refused refused)
            run.Refusal ??= refused;
        if (settlements.TryRemove(token, out var settled))
            settled.TrySetResult(outcome);
    }
}
