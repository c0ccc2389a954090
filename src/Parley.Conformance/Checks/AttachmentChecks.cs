using System.Globalization;
using System.Text.Json.Nodes;
using Parley.Conformance.Peer;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>Bodies too large to travel beside their header.</summary>
internal static class AttachmentChecks
{
    private const int Size = 100_000;
    private const int FirstChunk = 60_000;
    private const int MostOffers = 20;
    private static readonly TimeSpan BetweenOffers = TimeSpan.FromMilliseconds(500);

    internal static IReadOnlyList<Check> All { get; } =
    [
        new("MESSAGES-12", "a chunk of an entry that there is not is answered 404", NoEntryAsync),
        new("LINK-71", "an attachment is taken in chunks, from where it stopped", TakenAsync),
        new("LINK-73", "the station says on the record that it has the whole", ReceivedAsync),
        new(
            "LINK-72",
            "an attachment that does not match its commitment is answered 422, and asked for again",
            BentAsync
        ),
    ];

    private static string Path(ConformanceSession session, ulong seq, long? offset = null) =>
        $"{session.Own.Path}/attachments/{seq}"
        + (offset is { } at ? string.Create(CultureInfo.InvariantCulture, $"?offset={at}") : "");

    /// <summary>A station that is just asking for the same chunk may put off one that is offered, and the question how
    /// much it holds, with 429: either is said again. LINK-21, LINK-75.</summary>
    private static async Task<Answer> AgainAsync(
        ConformanceSession session,
        Func<Task<Answer>> send,
        CancellationToken ct
    )
    {
        for (var offered = 1; ; offered++)
        {
            var answer = await send().ConfigureAwait(false);
            if (answer.Status != 429 || offered == MostOffers)
                return answer;
            await Task.Delay(BetweenOffers, session.Clock, ct).ConfigureAwait(false);
        }
    }

    private static Task<Answer> PutAsync(
        ConformanceSession session,
        ulong seq,
        long offset,
        byte[] bytes,
        CancellationToken ct
    ) =>
        AgainAsync(
            session,
            () => session.Caller.SendAsync(HttpMethod.Put, Path(session, seq, offset), Caller.Bytes(bytes), ct),
            ct
        );

    private static Task<Answer> HeldAsync(ConformanceSession session, ulong seq, CancellationToken ct) =>
        AgainAsync(session, () => session.Caller.SendAsync(HttpMethod.Get, Path(session, seq), null, ct), ct);

    private static async Task<string?> NoEntryAsync(ConformanceSession session, CancellationToken ct) =>
        Finding.Status(
            await session
                .Caller.SendAsync(HttpMethod.Get, Path(session, (ulong)session.Own.Size + 50), null, ct)
                .ConfigureAwait(false),
            404
        );

    /// <summary>MESSAGES-11: null where the answer says so much.</summary>
    private static string? Says(Answer answer, int status, long held, bool complete)
    {
        if (Finding.Status(answer, status) is { } other)
            return other;
        if (answer.Type != "application/json")
            return $"the answer is {answer.Type}";
        try
        {
            return
                JsonNode.Parse(answer.Body) is JsonObject read
                && (long?)read["held"] is { } says
                && (bool?)read["complete"] is { } whole
                && whole == complete
                && (complete || says == held)
                ? null
                : $"it says {answer.Text}, wanted held {held} and complete {complete}";
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or FormatException)
        {
            return $"it says {answer.Shown}";
        }
    }

    private static (byte[] Bytes, Hash Commitment) Made()
    {
        var bytes = Randomness.Bytes(Body.SaltLength + Size);
        return (bytes, Sha256.Of(bytes));
    }

    private static async Task<string?> TakenAsync(ConformanceSession session, CancellationToken ct)
    {
        var (bytes, commitment) = Made();
        session.Own.Announce(commitment, Size);
        var seq = (ulong)session.Own.Size - 1;
        if (await session.DeliverAsync(ct).ConfigureAwait(false) is { } fault)
            return fault;
        return Says(await HeldAsync(session, seq, ct).ConfigureAwait(false), 200, 0, complete: false)
            ?? Says(await PutAsync(session, seq, 5, bytes[5..100], ct).ConfigureAwait(false), 409, 0, complete: false)
            ?? Finding.Status(await PutAsync(session, seq, 0, [], ct).ConfigureAwait(false), 413)
            ?? Says(
                await PutAsync(session, seq, 0, bytes[..FirstChunk], ct).ConfigureAwait(false),
                200,
                FirstChunk,
                complete: false
            )
            ?? Says(
                await PutAsync(session, seq, 0, bytes[..FirstChunk], ct).ConfigureAwait(false),
                409,
                FirstChunk,
                complete: false
            )
            ?? Finding.Status(
                await PutAsync(session, seq, FirstChunk, [.. bytes[FirstChunk..], 0], ct).ConfigureAwait(false),
                413
            )
            ?? Says(
                await PutAsync(session, seq, FirstChunk, bytes[FirstChunk..], ct).ConfigureAwait(false),
                200,
                bytes.Length,
                complete: true
            );
    }

    private static async Task<string?> ReceivedAsync(ConformanceSession session, CancellationToken ct) =>
        Finding.Unless(
            await session
                .UntilAsync(() => OpeningChecks.Has(session, "attachment.received"), TimeSpan.FromSeconds(30), ct)
                .ConfigureAwait(false),
            "no attachment.received came"
        );

    private static async Task<string?> BentAsync(ConformanceSession session, CancellationToken ct)
    {
        var (bytes, commitment) = Made();
        session.Own.Announce(commitment, Size);
        var seq = (ulong)session.Own.Size - 1;
        if (await session.DeliverAsync(ct).ConfigureAwait(false) is { } fault)
            return fault;
        byte[] bent = [.. bytes];
        bent[^1] ^= 1;
        if (Finding.Status(await PutAsync(session, seq, 0, bent, ct).ConfigureAwait(false), 422) is { } other)
            return other;
        return Says(await HeldAsync(session, seq, ct).ConfigureAwait(false), 200, 0, complete: false)
            ?? Says(
                await PutAsync(session, seq, 0, bytes, ct).ConfigureAwait(false),
                200,
                bytes.Length,
                complete: true
            );
    }
}
