using System.Buffers.Binary;

namespace Parley.EndToEnd.Wire;

/// <summary>What a wire does in one direction.</summary>
internal sealed record WireCondition
{
    internal static readonly WireCondition Sound = new();

    /// <summary>Nothing arrives, and nobody is told: what a pulled cable between two switches does.</summary>
    internal static readonly WireCondition Cut = new() { Loss = 1 };

    /// <summary>How long a packet is on its way at least.</summary>
    internal TimeSpan Delay { get; init; }

    /// <summary>How much longer it may be, by chance: packets overtake each other.</summary>
    internal TimeSpan Jitter { get; init; }

    /// <summary>Which share of the packets is lost, by chance.</summary>
    internal double Loss { get; init; }

    /// <summary>What it carries at most; 0 for no limit.</summary>
    internal int BytesPerSecond { get; init; }

    /// <summary>A TCP port at the far end that nothing gets to, as a firewall sees to it; 0 for none. What that end
    /// dialled itself goes on.</summary>
    internal int ClosedPort { get; init; }

    /// <summary>True where UDP is not let through, as many a firewall sees to it; TCP goes on.</summary>
    internal bool IsClosedToDatagrams { get; init; }

    internal bool Takes(ReadOnlySpan<byte> packet, Random random)
    {
        const int tcp = 6,
            udp = 17,
            minHeader = 20;
        if (packet.Length < minHeader || packet[0] >> 4 != 4)
            return false; // a station that wants to speak IPv6 here would need an address
        if (Loss > 0 && random.NextDouble() < Loss)
            return false;
        if (IsClosedToDatagrams && packet[9] == udp)
            return false;
        var header = (packet[0] & 0xf) * 4;
        return ClosedPort == 0
            || packet[9] != tcp
            || packet.Length < header + 4
            || BinaryPrimitives.ReadUInt16BigEndian(packet[(header + 2)..]) != ClosedPort;
    }
}
