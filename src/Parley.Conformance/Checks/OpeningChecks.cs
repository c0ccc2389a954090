using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>How a line begins.</summary>
internal static class OpeningChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    internal static IReadOnlyList<Check> All { get; } =
    [
        new(
            "LINK-6",
            "a feed that opens nothing is answered 422",
            async (s, ct) =>
                Finding.Status(
                    await s
                        .Caller.PostAsync(s.Own.Path, s.Own.Branch(0).Say("no opening").Push(0), ct)
                        .ConfigureAwait(false),
                    422
                )
        ),
        new(
            "LINE-11",
            "a feed that opens another document is answered 422",
            async (s, ct) =>
                Finding.Status(
                    await s
                        .Caller.PostAsync(
                            s.Own.Path,
                            s.Own.Branch(0)
                                .Write(LineOpened.BodyFor(MerkleHash.Empty), h => h with { Kind = LineOpened.Kind })
                                .Push(0),
                            ct
                        )
                        .ConfigureAwait(false),
                    422
                )
        ),
        new(
            "LINK-10",
            "the opening of a feed is taken and cosigned",
            (s, ct) =>
            {
                s.Own.Open();
                return s.DeliverAsync(ct);
            }
        )
        {
            IsNeeded = true,
        },
        new(
            "LINK-5",
            "the station writes and delivers the opening of its own feed",
            async (s, ct) =>
                Finding.Unless(
                    await s.UntilAsync(() => s.Theirs.Size > 0, Patience, ct).ConfigureAwait(false),
                    s.Theirs.Faults.Count > 0 ? $"it sent {s.Theirs.Faults[^1]}" : "nothing came"
                )
        )
        {
            IsNeeded = true,
        },
        new(
            "TRAFFIC-122",
            "the station tests the line by itself",
            async (s, ct) =>
                Finding.Unless(
                    await s.UntilAsync(() => Has(s, "test.sent"), Patience, ct).ConfigureAwait(false),
                    "no automatic test came"
                )
        ),
        new("TRAFFIC-122", "the station answers an automatic test by itself", AnswersTestAsync),
    ];

    internal static bool Has(ConformanceSession session, string kind) =>
        session.Theirs.Entries.Any(e => e.Header.Kind == kind);

    internal static async Task<string?> AnswersTestAsync(ConformanceSession session, CancellationToken ct)
    {
        session.Own.Write("""{"style":"automatic"}"""u8.ToArray(), h => h with { Kind = "test.sent" });
        var test = new EntryId(session.Party.Id, (ulong)session.Own.Size - 1);
        if (await session.DeliverAsync(ct).ConfigureAwait(false) is { } fault)
            return fault;
        return Finding.Unless(
            await session
                .UntilAsync(
                    () =>
                        session.Theirs.Entries.Any(e => e.Header.Kind == "test.answered" && e.Header.Re.Contains(test)),
                    TimeSpan.FromMinutes(1),
                    ct
                )
                .ConfigureAwait(false),
            "no test.answered that names it came within a minute"
        );
    }
}
