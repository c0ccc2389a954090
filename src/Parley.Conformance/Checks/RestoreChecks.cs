using System.Text;
using Parley.Conformance.Peer;
using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>A station whose store was put back from a backup that is older than what its peer cosigned.</summary>
internal static class RestoreChecks
{
    private const string Group = "restore";
    private const int LostAtLeast = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static IReadOnlyList<Check> All { get; } =
    [
        Of("LINK-5", "a station that was stopped for a backup goes on where it was", BackedUpAsync),
        Of("LINK-60", "a restored station signs nothing until its peer has shown what it holds", RestoredAsync),
        Of("LINK-61", "it takes back what it had signed, and goes on from there", GoesOnAsync),
    ];

    private static Check Of(
        string clause,
        string name,
        Func<ConformanceSession, CancellationToken, Task<string?>> run
    ) => new(clause, name, run) { NeedsOfficer = true, StandsOn = Group };

    private static async Task<string?> BackedUpAsync(ConformanceSession session, CancellationToken ct)
    {
        if (
            !await session
                .AskAsync(
                    new OfficerTask(OfficerAct.BackUp, session.Line, "Make a backup of the station's store now."),
                    ct
                )
                .ConfigureAwait(false)
        )
            return "no backup was made";
        var had = session.Theirs.Size;
        return Finding.Unless(
            await session
                .UntilAsync(() => session.Theirs.Size >= had + LostAtLeast, Patience, ct)
                .ConfigureAwait(false),
            $"{session.Theirs.Size - had} entries came afterwards, though it tests the line every few seconds"
        );
    }

    private static async Task<string?> RestoredAsync(ConformanceSession session, CancellationToken ct)
    {
        var recover = $"{session.Theirs.Path}/recover";
        var asked = session.Clock.GetUtcNow();
        session.InPlace = request =>
            request.Path == recover ? (503, "text/plain", Encoding.ASCII.GetBytes("not now\n")) : null;
        if (
            !await session
                .AskAsync(
                    new OfficerTask(
                        OfficerAct.Restore,
                        session.Line,
                        "Stop the station, put the backup in the place of its store, and start it as one that was restored."
                    ),
                    ct
                )
                .ConfigureAwait(false)
        )
            return "it was not restored";
        var had = session.Theirs.Size;
        if (!await session.UntilAsync(() => session.Requests(asked, recover).Any(), Patience, ct).ConfigureAwait(false))
            return $"it did not ask for its own entries within {Patience.TotalSeconds:0} s (LINK-101)";
        var since = session.Clock.GetUtcNow();
        await Task.Delay(session.Options.Watch, session.Clock, ct).ConfigureAwait(false);
        if (session.Theirs.Size != had)
            return "it signed new entries before its peer had shown what it holds";
        return session.Pushes(since).FirstOrDefault(p => Leads(p.Body) > Old(p.Body)) is null
            ? null
            : "it pushed entries before its peer had shown what it holds";
    }

    private static async Task<string?> GoesOnAsync(ConformanceSession session, CancellationToken ct)
    {
        var had = session.Theirs.Size;
        return Finding.Unless(
            await session.UntilAsync(() => session.Theirs.Size > had, Patience, ct).ConfigureAwait(false),
            $"nothing new came within {Patience.TotalSeconds:0} s after its peer gave back what it lacked"
        );
    }

    private static string[] Offer(byte[] push) =>
        Encoding.UTF8.GetString(push.AsSpan(Math.Min(4, push.Length))).Split('\n');

    private static ulong? Old(byte[] push) =>
        Offer(push)[0].Split(' ') is ["old", var size] && ulong.TryParse(size, out var old) ? old : null;

    /// <summary>The size in the note, which begins behind the empty line.</summary>
    private static ulong? Leads(byte[] push)
    {
        var lines = Offer(push);
        var empty = Array.IndexOf(lines, "");
        return empty >= 0 && empty + 2 < lines.Length && ulong.TryParse(lines[empty + 2], out var size) ? size : null;
    }
}
