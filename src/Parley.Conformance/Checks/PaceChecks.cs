using System.Globalization;
using System.Text;
using Parley.Conformance.Peer;

namespace Parley.Conformance.Checks;

/// <summary>What a station does when its peer does not take what it sends: it goes on, at a pace, and believes no word
/// without a signature. Its own tests of the line give it something to send.</summary>
internal static class PaceChecks
{
    /// <summary>LINK-17: at most 5 s apart, and the suite's own looks and the machine's take some more.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(8);

    /// <summary>250 ms, 500 ms, 1 s, 2 s, 4 s, and 5 s: some eight in ten seconds, and two may go out at once.</summary>
    private const int MostAttempts = 20;

    internal static IReadOnlyList<Check> All { get; } =
    [
        new(
            "LINK-17",
            "a push that is answered 503 is tried again, at a pace, and delivered in the end",
            (s, ct) => RefusedAsync(s, (503, "text/plain", Text("not now\n")), ct)
        ),
        new(
            "LINK-17",
            "a push that is answered 429 is tried again, at a pace, and delivered in the end",
            (s, ct) => RefusedAsync(s, (429, "text/plain", Text("too many\n")), ct)
        ),
        new(
            "LINK-17",
            "a 200 that is no cosignature delivers nothing",
            (s, ct) => RefusedAsync(s, (200, "text/plain", Text("thank you\n")), ct)
        ),
        new("MESSAGES-4", "a 201 is a refusal", (s, ct) => RefusedAsync(s, (201, "text/plain", Text("created\n")), ct)),
        new(
            "LINK-18",
            "a 409 with a larger size stops nobody",
            (s, ct) =>
                RefusedAsync(
                    s,
                    (
                        409,
                        "text/x.tlog.size",
                        Text(string.Create(CultureInfo.InvariantCulture, $"{s.Theirs.Size + 1_000_000}\n"))
                    ),
                    ct
                )
        ),
        new("LINK-18", "what a peer lost that had cosigned it is given again from the start", LostAsync),
    ];

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static async Task<string?> RefusedAsync(
        ConformanceSession session,
        (int, string, byte[]) answer,
        CancellationToken ct
    )
    {
        var since = session.Clock.GetUtcNow();
        var held = session.Theirs.Size;
        session.InPlace = request => request.Path == session.Theirs.Path ? answer : null;
        if (
            !await session
                .UntilAsync(() => session.Pushes(since).Any(), TimeSpan.FromSeconds(30), ct)
                .ConfigureAwait(false)
        )
            return "it pushed nothing within 30 s, though it tests the line every few seconds";
        await Task.Delay(session.Options.Watch, session.Clock, ct).ConfigureAwait(false);
        var tries = session.Pushes(since).Select(p => p.At).ToList();
        if (Pace(tries, session.Options.Watch) is { } fault)
            return fault;
        session.InPlace = null;
        return Finding.Unless(
            await session
                .UntilAsync(() => session.Theirs.Size > held, TimeSpan.FromSeconds(30), ct)
                .ConfigureAwait(false),
            "nothing was delivered within 30 s after the refusals ended"
        );
    }

    private static async Task<string?> LostAsync(ConformanceSession session, CancellationToken ct)
    {
        var had = session.Theirs.Size;
        session.Theirs.Forget();
        return Finding.Unless(
            await session
                .UntilAsync(() => session.Theirs.Size >= had, TimeSpan.FromSeconds(45), ct)
                .ConfigureAwait(false),
            $"{session.Theirs.Size} of {had} entries came back within 45 s"
        );
    }

    private static string? Pace(List<DateTimeOffset> tries, TimeSpan watched)
    {
        if (tries.Count > MostAttempts)
            return $"{tries.Count} attempts in {watched.TotalSeconds:0} s: what was refused is not tried at a pace";
        for (var i = 1; i < tries.Count; i++)
        {
            if (tries[i] - tries[i - 1] > LongestGap)
                return $"no attempt for {(tries[i] - tries[i - 1]).TotalSeconds:0.0} s";
        }
        return Finding.Unless(tries.Count > 1, $"one attempt, and none in {watched.TotalSeconds:0.0} s after it");
    }
}
