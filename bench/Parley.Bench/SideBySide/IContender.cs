namespace Parley.Bench.SideBySide;

/// <summary>What is asked of both systems: how many messages of which length from how many senders, and how many of
/// them a sender hands over before it waits.</summary>
/// <param name="Warm">Messages at load that are not judged.</param>
/// <param name="Single">Messages sent one at a time, the next when the recipient's client has the last.</param>
/// <param name="Load">Messages at load: a third before the kill, a third from the kill on, a third when the receiver is
/// back.</param>
/// <param name="BodyBytes">Bytes of the JSON body at a station; the text in it, which both systems carry, is shorter by
/// <c>{"text":""}</c>.</param>
internal sealed record Course(int Warm, int Single, int Load, int BodyBytes)
{
    /// <summary>Officers who send at the same time, each over a connection of its own.</summary>
    internal const int Senders = 4;

    /// <summary>Messages that a sender hands over at once; it goes on when they are accepted. Hence 256 are in flight
    /// at most.</summary>
    internal const int Group = 64;

    internal int FirstOfLoad => Warm + Single;
    internal int Total => Warm + Single + Load;

    /// <summary>One officer's share of some messages, group by group, in order.</summary>
    internal static IEnumerable<int[]> GroupsOf(int sender, int first, int count) =>
        Enumerable.Range(first, count).Where(n => n % Senders == sender).Chunk(Group);
}

/// <summary>
/// Two servers of one kind, several senders at the one and a recipient at the other. Messages are known by a number at
/// the start of their text. What becomes of each is written to
/// the <see cref="Sightings"/> that it was started with.
/// </summary>
internal interface IContender : IAsyncDisposable
{
    /// <summary>Whether the author is told, beyond that a message was accepted, that the other side has it and answers
    /// for it.</summary>
    bool Seals { get; }

    /// <summary>Hands messages over in this order; returns when the sender's own server has accepted them
    /// all.</summary>
    Task SendAsync(int sender, int[] numbers, CancellationToken ct);

    /// <summary>kill -9 of the recipient's server; its client loses the connection with it.</summary>
    Task KillAsync();

    /// <summary>Starts that server again; returns when it takes connections. Its client logs in as soon as it
    /// can.</summary>
    Task ReturnAsync(CancellationToken ct);

    /// <summary>Returns when nothing more is on its way.</summary>
    Task SettleAsync(CancellationToken ct);

    /// <summary>All that the recipient's server now shows to its client, in the order in which it shows it; what stands
    /// there twice comes twice.</summary>
    Task<IReadOnlyList<int>> ShownAsync(CancellationToken ct);
}
