using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>Two histories under one signature. After these the line is stopped for good.</summary>
internal static class ForkChecks
{
    internal static IReadOnlyList<Check> All { get; } =
    [
        new("LINK-50", "another root at the size that is held is answered 422", ShownAsync),
        new(
            "LINK-51",
            "after a fork nothing more is cosigned",
            async (s, ct) =>
                Finding.Status(
                    await s
                        .Caller.PostAsync(s.Own.Path, s.Own.Branch().Say("after it").Push(s.Cosigned), ct)
                        .ConfigureAwait(false),
                    503,
                    422
                )
        ),
        new(
            "LINK-51",
            "after a fork heartbeats go on",
            async (s, ct) =>
            {
                var since = s.Clock.GetUtcNow();
                return Finding.Status(await s.BeatAsync(ct).ConfigureAwait(false), 200)
                    ?? Finding.Unless(
                        await s.UntilAsync(() => s.HeartbeatsHeard(since).Any(), TimeSpan.FromSeconds(20), ct)
                            .ConfigureAwait(false),
                        "none came within 20 s"
                    );
            }
        ),
        new(
            "LINK-51",
            "after a fork the station signs nothing more of its own",
            async (s, ct) =>
            {
                var held = s.Theirs.Size;
                // It tests the line every few seconds: one that goes on shows itself.
                await Task.Delay(TimeSpan.FromSeconds(3 * s.Line.Policy.LineTest), s.Clock, ct).ConfigureAwait(false);
                return Finding.Unless(s.Theirs.Size == held, $"{s.Theirs.Size - held} entries came");
            }
        ),
    ];

    private static async Task<string?> ShownAsync(ConformanceSession session, CancellationToken ct)
    {
        var text = $"{session.Own.Origin}\n{session.Cosigned}\n{MerkleHash.Empty.ToBase64()}\n";
        return Finding.Status(
            await session
                .Caller.PostAsync(
                    session.Own.Path,
                    session.Own.Push(session.Cosigned, session.Cosigned, session.Own.NoteByLog(text)),
                    ct
                )
                .ConfigureAwait(false),
            422
        );
    }
}
