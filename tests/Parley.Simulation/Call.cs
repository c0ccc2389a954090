using Parley.Link;
using Parley.Link.Wire;

namespace Parley.Simulation;

/// <summary>One request and its one answer, on one connection.</summary>
internal sealed class Call
{
    private readonly World world;
    private readonly SimLine from;
    private readonly LinkEffect.Send send;
    private readonly int life,
        wipes,
        theirWipes;
    private bool over;

    internal Call(World world, SimLine from, SimStation to, LinkEffect.Send send)
    {
        (this.world, this.from, To, this.send, life, wipes, theirWipes) = (
            world,
            from,
            to,
            send,
            from.Station.Life,
            from.Station.Wipes,
            to.Wipes
        );
    }

    internal SimStation From => from.Station;
    internal SimStation To { get; }
    internal bool Over => over;

    private bool IsOpen => To.Up && To.Accepts(from.Id) && !world.IsCutDialling(From, To);

    /// <summary>The bytes arrive; a call that is repeated arrives twice.</summary>
    internal void Deliver(LinkRequest request)
    {
        // Nothing is on its way any more, to it or from it, when somebody has come and restored a backup: its
        // connections ended with the process that had them.
        if (From.Wipes != wipes || To.Wipes != theirWipes)
            return;
        // A pull says what its sender holds, and the next is sent when this one is over. What a dead process asked does
        // not overtake what the next one asks.
        if (request.Verb == LinkVerb.Pull && From.Life != life)
            return;
        if (!IsOpen)
        {
            if (world.IsReachable(From, To))
                Fail("no such host");
            return; // cut: nothing comes back, not even that
        }
        if (To.Lines[from.Id] is not { } line)
            return;
        line.Ask(
            From.Id,
            request,
            answer =>
            {
                if (!world.CanAnswer(From, To) || world.Chance(world.Losing))
                    return;
                var said = world.Liar is { } liar && liar.Is(To) ? liar.Bend(from.Id, answer) : answer;
                world.At(
                    world.Now + world.Way(),
                    () =>
                    {
                        if (IsOpen && world.CanAnswer(From, To))
                            End(new LinkEvent.AnswerArrived(send.Token, said));
                    }
                );
            }
        );
    }

    internal void Fail(string reason) => End(new LinkEvent.SendFailed(send.Token, reason));

    private void End(LinkEvent how)
    {
        if (over)
            return;
        over = true;
        world.Ended(this);
        if (From.Life == life)
            from.Handle(how);
    }

    /// <summary>The process that asked is gone, and its bytes with it.</summary>
    internal void Forget()
    {
        over = true;
        world.Ended(this);
    }
}
