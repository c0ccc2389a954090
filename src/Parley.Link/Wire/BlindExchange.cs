using System.Buffers.Binary;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Link.Wire;

/// <summary>
/// One request, or one answer, of a blind check: the run (32 bytes), the number of the first message that follows, how
/// many messages of the other side were taken (4 bytes
/// each), then the messages, each with its length in 4 bytes. BLIND-CHECK-15.
/// </summary>
public sealed record BlindExchange(Hash Run, int First, int Taken, IReadOnlyList<ReadOnlyMemory<byte>> Messages)
{
    private const int PreambleLength = Hash.Length + 8;

    public byte[] Encode()
    {
        var bytes = new byte[PreambleLength + Messages.Sum(m => m.Length + 4)];
        Run.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Hash.Length), First);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Hash.Length + 4), Taken);
        var at = PreambleLength;
        foreach (var message in Messages)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), message.Length);
            message.Span.CopyTo(bytes.AsSpan(at + 4));
            at += 4 + message.Length;
        }
        return bytes;
    }

    /// <summary>Reads an exchange. The messages are parts of <paramref name="bytes"/>; what is in them is for the run
    /// to judge.</summary>
    public static Parsed<BlindExchange> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length is < PreambleLength or > LinkLimits.MaxBlindExchangeBytes)
            return new Rejected("it is no exchange of a blind check: too short or too long");
        var span = bytes.Span;
        var (first, taken) = (
            BinaryPrimitives.ReadInt32BigEndian(span[Hash.Length..]),
            BinaryPrimitives.ReadInt32BigEndian(span[(Hash.Length + 4)..])
        );
        if (first < 0 || taken < 0)
            return new Rejected("a number in the exchange is negative");
        var messages = new List<ReadOnlyMemory<byte>>();
        for (var at = PreambleLength; at < bytes.Length; )
        {
            if (bytes.Length - at < 4)
                return new Rejected("the exchange ends within a length");
            var length = BinaryPrimitives.ReadInt32BigEndian(span[at..]);
            if (length is <= 0 or > LinkLimits.MaxBlindMessageBytes || length > bytes.Length - at - 4)
                return new Rejected("a message of the exchange is empty, too long or cut off");
            if (messages.Count == LinkLimits.MaxBlindMessages)
                return new Rejected($"the exchange has more than {LinkLimits.MaxBlindMessages} messages");
            messages.Add(bytes.Slice(at + 4, length));
            at += 4 + length;
        }
        return new BlindExchange(new Hash(span[..Hash.Length]), first, taken, messages);
    }
}
