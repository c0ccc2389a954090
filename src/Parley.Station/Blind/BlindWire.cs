using System.Diagnostics.CodeAnalysis;
using Parley.Link;
using Parley.Link.Wire;

namespace Parley.Station.Blind;

/// <summary>The run's messages on the link: whoever can dial asks, the other answers, both ways carry
/// messages.</summary>
/// <param name="desk">Asks the peer.</param>
/// <param name="run">Which run it is.</param>
/// <param name="means">Rules and clock.</param>
/// <param name="pulse">Beaten when something came or went.</param>
/// <param name="stopping">The run is over, or the station stops.</param>
internal sealed class BlindWire(
    IBlindDesk desk,
    BlindCase run,
    BlindMeans means,
    Pulse pulse,
    CancellationToken stopping
)
{
    private static readonly TimeSpan MaxLook = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();

    /// <summary>Guarded by <see cref="gate"/>.</summary>
    private readonly BlindChannel channel = new(run.Terms.Run);
    private long turn;
    private volatile bool lost;
    private volatile string? broken;

    /// <summary>The peer's station does not know the run any more.</summary>
    internal bool IsLost => lost;

    /// <summary>What the peer sent that no run allows; null where nothing was.</summary>
    internal string? Broken => broken;

    /// <summary>What was heard of the peer, and when.</summary>
    internal BlindSilence Silence { get; } = new(means.Clock);

    internal bool HasRoom
    {
        get
        {
            lock (gate)
                return channel.HasRoom;
        }
    }

    private bool HasOutgoing
    {
        get
        {
            lock (gate)
                return channel.HasOutgoing;
        }
    }

    /// <summary>True while the peer has not taken our last message, or not been told that we took its last
    /// one.</summary>
    internal bool IsOwed
    {
        get
        {
            lock (gate)
                return channel.HasOutgoing || channel.OwesWord;
        }
    }

    internal void Send(byte[] message)
    {
        if (means.Rules.Says(message) is not { } said)
            return;
        lock (gate)
        {
            if (channel.HasRoom)
                channel.Send(said);
        }
        pulse.Beat();
    }

    internal bool TryRead([NotNullWhen(true)] out byte[]? message)
    {
        bool any;
        lock (gate)
            any = channel.TryRead(out message);
        if (any)
            pulse.Beat(); // there is room again
        return any;
    }

    /// <summary>Answers an exchange of the peer. Holds it for a while when there is nothing to say; a newer one takes
    /// its place.</summary>
    internal async Task<LinkAnswer> ServeAsync(BlindExchange exchange)
    {
        var mine = Interlocked.Increment(ref turn);
        var began = means.Clock.GetTimestamp();
        Silence.Heard();
        var brought = false;
        while (true)
        {
            var changed = pulse.Next;
            string? why;
            bool news;
            byte[]? answer = null;
            lock (gate)
            {
                why = channel.Take(exchange, out news, out _);
                brought |= news && exchange.Messages.Count > 0;
                if (
                    channel.HasOutgoing
                    || brought
                    || mine != Interlocked.Read(ref turn)
                    || stopping.IsCancellationRequested
                    || means.Clock.GetElapsedTime(began) >= LinkLimits.BlindHold
                )
                    answer = channel.Tell();
            }
            if (why is not null)
            {
                broken ??= why;
                pulse.Beat();
                return LinkAnswer.Refuse(400, why);
            }
            if (news)
                News();
            if (answer is not null)
                return LinkAnswer.Ok(LinkAnswer.Bytes, answer);
            using var enough = new CancellationTokenSource();
            await Task.WhenAny(
                changed,
                Task.Delay(
                    LinkLimits.BlindHold - means.Clock.GetElapsedTime(began) is var left && left > TimeSpan.Zero
                        ? left
                        : TimeSpan.Zero,
                    means.Clock,
                    enough.Token
                )
            );
            await enough.CancelAsync();
        }
    }

    internal async Task DialAsync()
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var changed = pulse.Next;
                if (!run.Terms.IsInitiator && Silence.SinceHeard < means.Rules.Times.OwnDial)
                {
                    await WaitAsync(changed);
                    continue;
                }
                byte[]? body = null;
                var idle = false;
                lock (gate)
                {
                    if (channel.CanTake)
                        (idle, body) = (!channel.HasOutgoing, channel.Tell());
                }
                if (body is null || !await AskAsync(body, idle))
                    await WaitAsync(
                        body is null ? changed : Task.Delay(means.Rules.Times.Retry, means.Clock, stopping)
                    );
            }
        }
        catch (OperationCanceledException)
        {
            // the run is over, or the station stops
        }
    }

    /// <summary>One question. One without a message is cut as soon as there is something to say: what its answer may
    /// have carried comes again.</summary>
    private async Task<bool> AskAsync(byte[] body, bool idle)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var asking = desk.AskAsync(body, cut.Token);
        while (idle && !asking.IsCompleted)
        {
            var changed = pulse.Next;
            if (HasOutgoing)
                await cut.CancelAsync();
            await Task.WhenAny(asking, changed);
            if (cut.IsCancellationRequested)
                break;
        }
        LinkAnswer answer;
        try
        {
            answer = await asking;
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            stopping.ThrowIfCancellationRequested();
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            return false; // the silence is counted from what was heard last
        }
        if (answer.Status != 200)
        {
            if (answer.Status is 404 or 410 && Silence.IsBroken)
            {
                lost = true;
                pulse.Beat();
            }
            return false;
        }
        Silence.Heard();
        string? why = null;
        var news = false;
        if (BlindExchange.Parse(answer.Body).TryGet(out var exchange, out var malformed))
        {
            lock (gate)
                why = channel.Take(exchange, out news, out _);
        }
        else
            why = malformed;
        if (why is not null)
        {
            broken ??= why;
            desk.Refused(why);
            pulse.Beat();
            return false;
        }
        if (news)
            News();
        return true;
    }

    private void News()
    {
        Silence.News();
        pulse.Beat();
    }

    /// <summary>Waits until something changed, or it is time to look again.</summary>
    internal async Task WaitAsync(Task changed)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var most = means.Rules.Times.Silence;
        var look = most / 4 < MaxLook ? most / 4 : MaxLook;
        await Task.WhenAny(changed, Task.Delay(look, means.Clock, either.Token));
        await either.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }
}
