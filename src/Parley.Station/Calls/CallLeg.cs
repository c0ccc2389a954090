using System.Buffers.Binary;
using System.Text;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Media;

namespace Parley.Station.Calls;

/// <summary>
/// What one of our consoles and another member say to each other: whether it may go, and where it goes. It is closed
/// until both joinings are sealed and both consoles show the keys that stand in them. CALL-5. What is said of it is
/// guarded by the room; <see cref="IsOpen"/> is read by whoever carries a datagram.
/// </summary>
internal sealed class CallLeg(LineId line, CallMember own, CallMember other)
{
    private readonly DatagramRate rate = new();
    private volatile bool isOpen;

    internal CallMember Own => own;
    internal CallMember Other => other;

    /// <summary>The same at both stations. CALL-12.</summary>
    internal ulong Id { get; } = IdOf(line, own.Joined, other.Joined);

    internal SessionText? OwnText { get; set; }
    internal SessionText? OtherText { get; set; }

    /// <summary>True once the other was told that our console is there.</summary>
    internal bool IsGreeted { get; set; }

    /// <summary>The same leg from its other end, where that is ours too.</summary>
    internal CallLeg? Mirrored { get; set; }

    /// <summary>The way that was noted last; null before the first.</summary>
    internal string? Path { get; set; }

    /// <summary>Why nothing goes; null where it does.</summary>
    internal string? Why { get; private set; } = "waiting";

    internal bool IsOpen => isOpen;

    /// <summary>Our console at the relay port; null until both consoles have described themselves.</summary>
    internal ConsoleEnd? End { get; set; }

    /// <summary>Opens or closes it.</summary>
    /// <returns>True where that changed.</returns>
    internal bool Set(string? why)
    {
        if (Why == why)
            return false;
        Why = why;
        isOpen = why is null;
        return true;
    }

    /// <summary>True where a datagram of the peer's is within what a voice needs.</summary>
    internal bool MayTake(TimeProvider clock) => rate.MayTake(clock);

    /// <summary>The first 8 bytes of the SHA-256 of both joinings on their line.</summary>
    private static ulong IdOf(LineId line, EntryId one, EntryId two)
    {
        var (a, b) = (one.ToString(), two.ToString());
        if (string.CompareOrdinal(a, b) > 0)
            (a, b) = (b, a);
        Span<byte> hash = stackalloc byte[Hash.Length];
        Sha256.Of(Encoding.UTF8.GetBytes($"parley call leg v1\n{line}\n{a}\n{b}\n")).CopyTo(hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
