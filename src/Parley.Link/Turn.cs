using System.Text;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// The event that a line's machine is taking, as its parts see it: what time it is, what is to be done, and what waits
/// for an answer. One for the life of a machine, which alone moves the time on; every part adds to what is to be done,
/// in the order in which it is to be done.
/// </summary>
/// <param name="line">The line.</param>
/// <param name="generation">Of the machine: tokens of one generation are none of another's.</param>
internal sealed class Turn(LineId line, int generation)
{
    private readonly Dictionary<long, Action<LinkEvent>> awaited = [];

    /// <summary>Commits whose conflict with what the store holds ends no more than what they were for.</summary>
    private readonly HashSet<long> mayConflict = [];

    /// <summary>Peers' requests without an answer yet; each gets exactly one, whatever happens.</summary>
    private readonly HashSet<long> unanswered = [];
    private List<LinkEffect> effects = [];
    private long lastToken = (long)generation << 40;

    /// <summary>The time on a clock that never steps back: everything that waits, waits on it.</summary>
    internal DateTimeOffset Now { get; private set; }

    /// <summary>What the clock on the wall says: for headers, cosignatures and heartbeats.</summary>
    internal DateTimeOffset Wall { get; private set; }

    /// <summary>The time that is kept of what arrives now.</summary>
    internal DateTimeOffset Arrival => DateTimeOffset.FromUnixTimeMilliseconds(Wall.ToUnixTimeMilliseconds());

    /// <summary>What is to be done, in order, so far.</summary>
    internal IReadOnlyList<LinkEffect> Effects => effects;

    /// <summary>The next event is taken.</summary>
    internal void Begin(DateTimeOffset now, DateTimeOffset wall)
    {
        effects = [];
        Now = now;
        Wall = wall;
    }

    internal void Do(LinkEffect effect) => effects.Add(effect);

    internal void Report(LineReport what) => effects.Add(new LinkEffect.Report(what));

    /// <returns>The token that the effect is to name, so that <paramref name="then"/> gets its answer.</returns>
    internal long Await(Action<LinkEvent> then)
    {
        var token = ++lastToken;
        awaited[token] = then;
        return token;
    }

    /// <summary>Asks a peer; <paramref name="then"/> gets its answer, or that there was none.</summary>
    /// <returns>The token of the question.</returns>
    internal long Send(PartyId to, LinkRequest request, TimeSpan timeout, Action<LinkEvent> then)
    {
        var token = Await(then);
        effects.Add(new LinkEffect.Send(token, to, request, timeout));
        return token;
    }

    internal long Commit(IReadOnlyList<LineChange> changes, Action then)
    {
        var token = Await(_ => then());
        effects.Add(new LinkEffect.Commit(token, changes, Arrival));
        return token;
    }

    /// <summary>As above, where a conflict with what the store holds is no fault of the store: then
    /// <paramref name="conflicted"/>, with the reason.</summary>
    internal void Commit(IReadOnlyList<LineChange> changes, Action then, Action<string> conflicted)
    {
        var token = Await(what =>
        {
            if (what is LinkEvent.CommitFailed failed)
                conflicted(failed.Reason);
            else
                then();
        });
        mayConflict.Add(token);
        effects.Add(new LinkEffect.Commit(token, changes, Arrival));
    }

    /// <summary>Hands an answer to whoever waits for it; one to a question given up long ago goes to nobody.</summary>
    internal void Resume(long token, LinkEvent what)
    {
        if (awaited.Remove(token, out var then))
            then(what);
    }

    internal void Committed(LinkEvent.Committed committed)
    {
        mayConflict.Remove(committed.Token);
        Resume(committed.Token, committed);
    }

    /// <returns>True for a fault of the store: nobody knows what is durable. False where only what was to be committed
    /// is refused, and for an earlier machine's commit.</returns>
    internal bool Failed(LinkEvent.CommitFailed failed)
    {
        if (!mayConflict.Remove(failed.Token) || !failed.Conflict)
            return awaited.ContainsKey(failed.Token);
        Resume(failed.Token, failed);
        return false;
    }

    /// <summary>Nothing is waited for any more.</summary>
    internal void ForgetAwaited() => awaited.Clear();

    /// <summary>A peer's request that is to be answered, once.</summary>
    internal void Owe(long token) => unanswered.Add(token);

    internal void Reply(long token, LinkAnswer answer)
    {
        if (unanswered.Remove(token))
            effects.Add(new LinkEffect.Reply(token, answer));
    }

    /// <summary>Gives every request that has none yet the same answer.</summary>
    internal void ReplyToAll(LinkAnswer answer)
    {
        foreach (var token in unanswered.ToList())
            Reply(token, answer);
    }

    /// <summary>As <see cref="Refuse"/>, where the answer is a refusal that the peer has earned. What is our own state,
    /// and not the peer's doing (503 and 507), is answered and not counted against it.</summary>
    internal void AnswerOrRefuse(PartyId from, long token, LinkAnswer answer)
    {
        if (answer.Status is 200 or 204 or 409 or 503 or LinkAnswer.NoRoom)
            Reply(token, answer);
        else
            Refuse(from, token, answer);
    }

    /// <summary>Answers a peer, and counts that it was refused.</summary>
    internal void Refuse(PartyId from, long token, LinkAnswer answer)
    {
        Count(from, answer);
        Reply(token, answer);
    }

    /// <summary>Counts what a peer was refused, or what of its was of no use.</summary>
    internal void Count(PartyId from, LinkAnswer answer)
    {
        effects.Add(new LinkEffect.Note(new LineChange.CountRefusal(line, from, answer.Status, answer.Reason)));
        Report(new LineReport.Refused(from, answer.Status, answer.Reason));
    }

    /// <summary>The sooner of the two, where the second is still to come.</summary>
    internal DateTimeOffset? Sooner(DateTimeOffset? a, DateTimeOffset? b) =>
        b is { } due && due > Now && (a is null || due < a) ? due : a;

    /// <summary>A reason as it is kept: whatever a peer says, it is short.</summary>
    internal static string Reason(string text) => Encoding.UTF8.GetByteCount(text) <= 300 ? text : text[..100];
}
