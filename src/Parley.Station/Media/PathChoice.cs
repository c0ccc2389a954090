using Parley.Link.Wire;

namespace Parley.Station.Media;

/// <summary>Which way datagrams go to one peer: by what that peer says it received, and by nothing else. CALL-13.</summary>
internal sealed class PathChoice(TimeProvider clock)
{
    /// <summary>After so long without word of the peer, nobody knows.</summary>
    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(1.5);

    /// <summary>Good words in a row before datagrams are taken up again.</summary>
    private const int GoodAgain = 3;

    private long reportedAt;
    private uint reported;
    private int good;
    private volatile MediaPath path = MediaPath.Both;

    internal MediaPath Path => path;

    /// <summary>Words that came so far.</summary>
    internal int Beats { get; private set; }

    /// <summary>The peer has begun anew: what it said before is no word of it.</summary>
    internal void Forget()
    {
        (reportedAt, reported, good) = (0, 0, 0);
        path = MediaPath.Both;
    }

    /// <summary>Sees whether the peer is still heard of.</summary>
    internal void Tick()
    {
        if (reportedAt != 0 && clock.GetElapsedTime(reportedAt) <= Unheard)
            return;
        path = MediaPath.Both;
        good = 0;
    }

    /// <summary>The peer said what came of our datagrams. A word that comes by both ways counts once.</summary>
    internal void Judge(PathReport report, bool isLinked)
    {
        var isNew = report.Received != reported;
        var first = reportedAt == 0 || path == MediaPath.Both;
        reported = report.Received;
        Beats++;
        reportedAt = clock.GetTimestamp();
        good =
            !report.Alive ? 0
            : isNew ? good + 1
            : good;
        if (report.Alive && (path == MediaPath.Udp || first || good >= GoodAgain))
            path = MediaPath.Udp;
        else if (!report.Alive)
            path = isLinked ? MediaPath.Link : MediaPath.Both;
    }
}
