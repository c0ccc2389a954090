using System.Globalization;
using Parley.Conformance.Peer;

namespace Parley.Conformance.Checks;

/// <summary>What a station answers to who cannot be dialled.</summary>
internal static class PullChecks
{
    internal static IReadOnlyList<Check> All { get; } =
    [
        new("LINK-20", "a pull is answered with what is new, or with nothing once its time is over", PulledAsync),
        .. Refused("without its newline", "held 1"),
        .. Refused("another word", "have 1\n"),
        .. Refused("a leading zero", "held 01\n"),
        .. Refused("an empty line", "held 1\n\n"),
        .. Refused("an empty id of a message", "held 1\noff-record \n"),
        new(
            "MESSAGES-14",
            "a pull from beyond the feed's end is answered 409, or 429",
            async (s, ct) =>
                Finding.Status(
                    await s.Caller.PostAsync(Path(s), $"held {s.Theirs.Size + 1000}\n", ct).ConfigureAwait(false),
                    409,
                    429
                )
        ),
    ];

    private static string Path(ConformanceSession session) => $"{session.Theirs.Path}/pull";

    private static IEnumerable<Check> Refused(string what, string body) =>
        [
            new(
                "MESSAGES-8",
                $"a pull is answered 400: {what}",
                async (s, ct) => Finding.Status(await s.Caller.PostAsync(Path(s), body, ct).ConfigureAwait(false), 400)
            ),
        ];

    private static async Task<string?> PulledAsync(ConformanceSession session, CancellationToken ct)
    {
        var held = session.Theirs.Size;
        var answer = await session
            .Caller.PostAsync(Path(session), string.Create(CultureInfo.InvariantCulture, $"held {held}\n"), ct)
            .ConfigureAwait(false);
        if (answer.Status != 200)
            return Finding.Status(answer, 204);
        // Tests of the line go on: it may have brought one.
        var (status, text) = session.Theirs.Take(answer.Body);
        return Finding.Unless(status is 200 or 409, $"the push in its answer is refused: {text.TrimEnd('\n')}");
    }
}
