using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>What a line takes while a party has suspended it.</summary>
internal static class SuspensionChecks
{
    private const string Group = "suspension";
    private static readonly string[] Passing = ["line.", "test.", "watch."];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static IReadOnlyList<Check> All { get; } =
    [
        new(
            "LINK-32",
            "a suspension of the line is taken",
            (s, ct) =>
            {
                s.Own.Write("""{"reason":"conformance"}"""u8.ToArray(), h => Step(h, Suspension.Suspended));
                return s.DeliverAsync(ct);
            }
        )
        {
            StandsOn = Group,
        },
        new(
            "TRAFFIC-18",
            "what its author wrote in spite of a suspension is taken all the same",
            (s, ct) =>
            {
                s.Own.Say("in spite of it");
                return s.DeliverAsync(ct);
            }
        )
        {
            StandsOn = Group,
        },
        new("LINK-32", "tests of the line go on while it is suspended, both ways", TestsAsync) { StandsOn = Group },
        new(
            "LINK-32",
            "while the line is suspended an officer's FLASH message is delivered, and a routine one is not written",
            OfficersAsync
        )
        {
            StandsOn = Group,
            NeedsOfficer = true,
        },
        new("TRAFFIC-17", "the line takes everything again once who suspended it resumes it", ResumedAsync)
        {
            StandsOn = Group,
        },
    ];

    /// <summary>It takes two officers, as the policy has it.</summary>
    private static EntryHeader Step(EntryHeader header, string kind) =>
        header with
        {
            Kind = kind,
            By = new Officer("principal", "Conformance suite", new Officer("watch", "Second officer")),
        };

    private static bool Passes(EntryHeader header) =>
        header.Precedence == Precedence.Flash
        || header.Kind is "message.acknowledged" or "attachment.received" or "body.missing"
        || Array.Exists(Passing, p => header.Kind.StartsWith(p, StringComparison.Ordinal));

    private static async Task<string?> TestsAsync(ConformanceSession session, CancellationToken ct)
    {
        var had = session.Theirs.Size;
        if (await OpeningChecks.AnswersTestAsync(session, ct).ConfigureAwait(false) is { } fault)
            return fault;
        return Finding.Unless(
                await session
                    .UntilAsync(
                        () => session.Theirs.Entries.Skip(had).Any(e => e.Header.Kind == "test.sent"),
                        Patience,
                        ct
                    )
                    .ConfigureAwait(false),
                "its own tests of the line ended"
            ) ?? Held(session, had);
    }

    private static string? Held(ConformanceSession session, int since) =>
        session.Theirs.Entries.Skip(since).FirstOrDefault(e => !Passes(e.Header)) is { Header: { } other }
            ? $"it wrote {other.Kind} ({other.Precedence}) while the line is suspended"
            : null;

    private static async Task<string?> OfficersAsync(ConformanceSession session, CancellationToken ct)
    {
        var had = session.Theirs.Size;
        _ = await session.AskAsync(Message(session, Precedence.Routine, "held back"), ct).ConfigureAwait(false);
        if (!await session.AskAsync(Message(session, Precedence.Flash, "passes"), ct).ConfigureAwait(false))
            return "the station did not let its officer send a FLASH message";
        return Finding.Unless(
                await session
                    .UntilAsync(
                        () => session.Theirs.Entries.Skip(had).Any(e => e.Header.Precedence == Precedence.Flash),
                        Patience,
                        ct
                    )
                    .ConfigureAwait(false),
                "no FLASH entry came"
            ) ?? Held(session, had);
    }

    private static OfficerTask Message(ConformanceSession session, Precedence precedence, string text) =>
        new(
            OfficerAct.SendMessage,
            session.Line,
            $"Send the message '{text}' with the precedence {precedence.ToString().ToLowerInvariant()}; the station may refuse it."
        )
        {
            Text = text,
            Precedence = precedence,
        };

    private static async Task<string?> ResumedAsync(ConformanceSession session, CancellationToken ct)
    {
        session.Own.Write("""{"reason":"conformance"}"""u8.ToArray(), h => Step(h, Suspension.Resumed));
        if (await session.DeliverAsync(ct).ConfigureAwait(false) is { } fault)
            return fault;
        if (session.Options.Officer is null)
            return null;
        var had = session.Theirs.Size;
        if (!await session.AskAsync(Message(session, Precedence.Routine, "once more"), ct).ConfigureAwait(false))
            return "the station did not let its officer send a routine message";
        return Finding.Unless(
            await session
                .UntilAsync(
                    () => session.Theirs.Entries.Skip(had).Any(e => e.Header.Kind == "message.sent"),
                    Patience,
                    ct
                )
                .ConfigureAwait(false),
            "no message came"
        );
    }
}
