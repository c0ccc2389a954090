using System.Net;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Station.Calls;

/// <summary>One of our consoles in a call. Whoever takes the same seat later puts it out. Guarded by the room.</summary>
/// <param name="joined">The joining that it speaks under.</param>
/// <param name="by">Whose it is.</param>
/// <param name="relays">Where it sends its datagrams: this station's own port.</param>
internal sealed class CallSeat(EntryId joined, Officer by, IReadOnlyList<IPEndPoint> relays)
{
    /// <summary>What others said and this console has not asked for: the newest.</summary>
    private const int MaxInbox = 128;

    private const int TokenBytes = 16;
    private readonly Queue<CallSignalView> inbox = new();
    private readonly Dictionary<(EntryId To, string Kind), CallSignal> said = [];
    private readonly Dictionary<EntryId, Heard> heard = [];
    private long lastIn,
        lastOut;

    internal EntryId Joined => joined;
    internal Officer By => by;
    internal IReadOnlyList<IPEndPoint> Relays => relays;
    internal string Token { get; } = Convert.ToHexStringLower(Randomness.Bytes(TokenBytes));
    internal string Epoch { get; } = Convert.ToHexStringLower(Randomness.Bytes(8));

    /// <summary>When the console was heard last.</summary>
    internal DateTimeOffset SeenAt { get; set; }

    internal long NextNumber() => ++lastOut;

    /// <summary>Keeps what was said until its like is said again: whoever could not be reached is told then.</summary>
    internal void Keep(CallSignal signal) => said[(signal.To, signal.Kind)] = signal;

    /// <summary>What was said to a party's consoles and still holds, in order.</summary>
    internal IReadOnlyList<CallSignal> SaidTo(PartyId party) =>
        [.. said.Values.Where(s => s.To.Party == party).OrderBy(s => s.Number)];

    /// <summary>False where it came before.</summary>
    /// <param name="signal">What another console said.</param>
    /// <param name="isFresh">True for the first word of a console that has just taken its seat.</param>
    internal bool IsNew(CallSignal signal, out bool isFresh)
    {
        if (!heard.TryGetValue(signal.From, out var last))
            heard[signal.From] = last = new Heard();
        return last.IsNew(signal, out isFresh);
    }

    /// <summary>What came from another console: where it is in its epoch, and the epochs before, which are over.</summary>
    private sealed class Heard
    {
        /// <summary>Times that a console takes its seat anew; who does it more often is not heard here any more.</summary>
        private const int MaxEpochs = 64;

        private readonly List<string> epochs = [];
        private long number;

        internal bool IsNew(CallSignal signal, out bool isFresh)
        {
            isFresh = !epochs.Contains(signal.Epoch, StringComparer.Ordinal);
            if (isFresh ? epochs.Count == MaxEpochs : epochs[^1] != signal.Epoch || number >= signal.Number)
                return false;
            if (isFresh)
                epochs.Add(signal.Epoch);
            number = signal.Number;
            return true;
        }
    }

    internal void Tell(CallSignal signal, string? sdp)
    {
        inbox.Enqueue(new CallSignalView(++lastIn, signal.From, signal.Kind, signal.Session, sdp, signal.Nonce));
        if (inbox.Count > MaxInbox)
            inbox.Dequeue();
    }

    internal IReadOnlyList<CallSignalView> After(long number) => [.. inbox.Where(s => s.Number > number)];
}
