using Parley.Crypto;
using Parley.Link.Wire;

namespace Parley.Link;

/// <summary>
/// The messages of one run of a blind check between two stations, in order and each once, over requests that may fail
/// or come twice. Both sides keep a few messages and no
/// more: who does not read is not sent anything further. It knows neither sockets nor time. One caller at a time.
/// </summary>
public sealed class BlindChannel(Hash run)
{
    private readonly Queue<byte[]> outgoing = new();
    private readonly Queue<byte[]> incoming = new();

    /// <summary>Number of the first message in <see cref="outgoing"/>: what the peer has taken.</summary>
    private int sent;
    private int taken,
        takenTold;

    /// <summary>True when one more message may be sent.</summary>
    public bool HasRoom => outgoing.Count < LinkLimits.MaxBlindMessages;

    /// <summary>True when messages of the peer can be taken.</summary>
    public bool CanTake => incoming.Count < LinkLimits.MaxBlindMessages;

    /// <summary>True when the peer has not taken everything yet.</summary>
    public bool HasOutgoing => outgoing.Count > 0;

    /// <summary>True when messages wait to be read.</summary>
    public bool HasIncoming => incoming.Count > 0;

    /// <summary>True when the peer has not been told of everything that was taken.</summary>
    public bool OwesWord => takenTold < taken;

    public void Send(byte[] message)
    {
        if (!HasRoom)
            throw new InvalidOperationException("too many messages are under way");
        outgoing.Enqueue(message);
    }

    public bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? message) =>
        incoming.TryDequeue(out message);

    /// <summary>What is to be told to the peer now: every message that it has not taken.</summary>
    public byte[] Tell()
    {
        takenTold = taken;
        return new BlindExchange(run, sent, taken, [.. outgoing.Select(m => (ReadOnlyMemory<byte>)m)]).Encode();
    }

    /// <summary>Takes what the peer told; copies what it keeps. What came before is passed over, what finds no room is
    /// left to come again.</summary>
    /// <param name="exchange">As it was read.</param>
    /// <param name="news">True when it brought a message or word of one.</param>
    /// <param name="left">True where messages found no room.</param>
    /// <returns>Why it cannot be; null when it can.</returns>
    public string? Take(BlindExchange exchange, out bool news, out bool left)
    {
        (news, left) = (false, false);
        if (exchange.Run != run)
            return "it is of another run";
        if (exchange.Taken > sent + outgoing.Count)
            return "it takes messages that were never sent";
        if (exchange.First > taken)
            return "messages before it are missing";
        while (sent < exchange.Taken)
        {
            outgoing.Dequeue();
            sent++;
            news = true;
        }
        for (var i = taken - exchange.First; i < exchange.Messages.Count; i++)
        {
            if (!CanTake)
            {
                left = true;
                break;
            }
            incoming.Enqueue(exchange.Messages[i].ToArray());
            taken++;
            news = true;
        }
        return null;
    }
}
