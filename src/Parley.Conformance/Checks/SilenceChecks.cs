namespace Parley.Conformance.Checks;

/// <summary>What a station does whose peer says nothing: it goes on asking, and gives all that waited.</summary>
internal static class SilenceChecks
{
    /// <summary>LINK-3: 8 s for a heartbeat, and the next comes within the policy's time after that.</summary>
    private static readonly TimeSpan TwoUnanswered = TimeSpan.FromSeconds(14);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private const int Heartbeats = 3;

    internal static IReadOnlyList<Check> All { get; } =
    [
        new("LINK-30", "heartbeats go on to a peer that cannot be reached", CutAsync),
        new("LINK-17", "what waited meanwhile is delivered, in order, once the peer is there again", AgainAsync),
        new("LINK-3", "a heartbeat that is never answered is given up, and the next one comes", UnansweredAsync),
        new("LINK-3", "what waited for a peer that took everything and answered nothing is delivered", AgainAsync),
    ];

    private static async Task<string?> CutAsync(ConformanceSession session, CancellationToken ct)
    {
        var since = session.Clock.GetUtcNow();
        session.Silent = Silence.CutOff;
        var within = TimeSpan.FromSeconds((Heartbeats + 1) * session.Line.Policy.Heartbeat * 1.5);
        return Finding.Unless(
            await session
                .UntilAsync(() => session.HeartbeatsHeard(since).Count() >= Heartbeats, within, ct)
                .ConfigureAwait(false),
            $"{session.HeartbeatsHeard(since).Count()} came in {within.TotalSeconds:0} s"
        );
    }

    private static async Task<string?> UnansweredAsync(ConformanceSession session, CancellationToken ct)
    {
        var since = session.Clock.GetUtcNow();
        session.Silent = Silence.Unanswered;
        return Finding.Unless(
            await session
                .UntilAsync(() => session.HeartbeatsHeard(since).Count() >= 2, TwoUnanswered, ct)
                .ConfigureAwait(false),
            $"{session.HeartbeatsHeard(since).Count()} came in {TwoUnanswered.TotalSeconds:0} s"
        );
    }

    /// <summary>Its tests of the line gave it something to send: two more entries than there were.</summary>
    private static async Task<string?> AgainAsync(ConformanceSession session, CancellationToken ct)
    {
        var had = session.Theirs.Size;
        if ((await session.BeatAsync(ct).ConfigureAwait(false)) is { Status: not 200 } answer)
            return Finding.Status(answer, 200);
        return Finding.Unless(
            await session.UntilAsync(() => session.Theirs.Size >= had + 2, Patience, ct).ConfigureAwait(false),
            $"{session.Theirs.Size - had} entries came within {Patience.TotalSeconds:0} s"
        );
    }
}
