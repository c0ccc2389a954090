using System.Text;
using System.Text.Json.Nodes;
using Parley.Conformance.Peer;
using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>Signs of life, as LINK-30 and the page of messages have them.</summary>
internal static class HeartbeatChecks
{
    private static readonly string[] Members = ["parley", "at", "attended", "checkpoints", "wants", "storing"];

    internal static IReadOnlyList<Check> All { get; } =
    [
        new("MESSAGES-6", "a heartbeat is answered with one", AnsweredAsync) { IsNeeded = true },
        new("LINK-100", "a heartbeat names every feed of which the station holds an entry", NamesFeedsAsync),
        new("LINK-30", "heartbeats come by themselves, as often as the policy says", ComeAsync),
        .. Taken("members in another order, with white space", b => Reordered(b)),
        .. Taken("members that may be left out as null", b => b[..^1] + ""","wants":null,"storing":null}"""),
        .. Taken(
            "a time with an offset",
            b => b.Replace("Z\",\"attended", "+00:00\",\"attended", StringComparison.Ordinal)
        ),
        .. Taken("a checkpoint of nobody", b => Put(b, "nobody", "no note")),
        .. Refused(
            "MESSAGES-6",
            "another version",
            b => b.Replace("\"parley\":1", "\"parley\":2", StringComparison.Ordinal)
        ),
        .. Refused("LINK-19", "a member that is unknown", b => b[..^1] + ""","more":1}"""),
        .. Refused("LINK-19", "a member twice", b => b[..^1] + ""","attended":true}"""),
        .. Refused("LINK-19", "a comment", b => "/**/" + b),
        .. Refused("LINK-19", "something behind the object", b => b + "{}"),
        .. Refused("LINK-19", "half of it", b => b[..(b.Length / 2)]),
        .. Refused("MESSAGES-5", "a byte order mark", b => "\uFEFF" + b),
        .. Refused(
            "MESSAGES-5",
            "a time without a zone",
            b => b.Replace("Z\",\"attended", "\",\"attended", StringComparison.Ordinal)
        ),
        .. Refused(
            "MESSAGES-6",
            "without a member that is required",
            b => b.Replace("\"attended\":true,", "", StringComparison.Ordinal)
        ),
        new(
            "LINK-83",
            "a clock that is an hour ahead does not keep heartbeats from being answered",
            async (s, ct) =>
                Finding.Status(
                    await s.Caller.PostAsync(s.Heartbeats, s.Beat(TimeSpan.FromHours(1)), ct).ConfigureAwait(false),
                    200
                )
        ),
        new("LINK-82", "a flood of heartbeats is answered 429 in part, and the next one 200", FloodAsync),
    ];

    private static async Task<string?> AnsweredAsync(ConformanceSession session, CancellationToken ct)
    {
        var answer = await session.BeatAsync(ct).ConfigureAwait(false);
        return Finding.Status(answer, 200) ?? Fault(session, answer);
    }

    private static string? Fault(ConformanceSession session, Answer answer)
    {
        if (answer.Type != "application/json")
            return $"the answer is {answer.Type}";
        JsonObject beat;
        try
        {
            if (JsonNode.Parse(answer.Body) is not JsonObject read)
                return "the answer is no JSON object";
            beat = read;
        }
        catch (System.Text.Json.JsonException e)
        {
            return $"the answer is no JSON: {e.Message}";
        }
        if (beat.Select(m => m.Key).Except(Members, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            return $"the answer has the member '{unknown}'";
        if (beat["parley"]?.ToJsonString() != "1")
            return "'parley' is not 1";
        if (beat["attended"] is not JsonValue attended || !attended.TryGetValue<bool>(out _))
            return "'attended' is neither true nor false";
        if (beat["checkpoints"] is not JsonObject)
            return "'checkpoints' is no object";
        return !UtcText.TryRead((string?)beat["at"], out var at) ? $"'at' is '{beat["at"]}', not as ENTRY-6 has it"
            : (at - session.Clock.GetUtcNow()).Duration() > TimeSpan.FromMinutes(1)
                ? $"'at' is {(at - session.Clock.GetUtcNow()).TotalSeconds:0} s off"
            : null;
    }

    private static async Task<string?> NamesFeedsAsync(ConformanceSession session, CancellationToken ct)
    {
        var answer = await session.BeatAsync(ct).ConfigureAwait(false);
        if ((Finding.Status(answer, 200) ?? Fault(session, answer)) is { } fault)
            return fault;
        var shown = (JsonObject)((JsonObject)JsonNode.Parse(answer.Body)!)["checkpoints"]!;
        foreach (var party in new[] { session.Party.Id, session.Station })
        {
            if ((string?)shown[party.Value] is not { } note)
                return $"it names no checkpoint of the feed of {party}";
            if (!SignedCheckpoint.Parse(Encoding.UTF8.GetBytes(note)).TryGet(out var signed, out var why))
                return $"its checkpoint of {party} cannot be read: {why}";
            if (
                !signed.Checkpoint.IsOf(new Origin(session.Line.Id, party))
                || signed.Check(session.Line.LogKey(party)) != SignatureCheck.Valid
            )
                return $"its checkpoint of {party} is not one of that feed, signed by its author";
            if (party == session.Party.Id && signed.Checkpoint.Size != (ulong)session.Cosigned)
                return $"it names {signed.Checkpoint.Size} of our entries, and has cosigned {session.Cosigned}";
        }
        return null;
    }

    private static async Task<string?> ComeAsync(ConformanceSession session, CancellationToken ct)
    {
        var since = session.Clock.GetUtcNow();
        const int wanted = 3;
        var within = TimeSpan.FromSeconds((wanted + 1) * session.Line.Policy.Heartbeat * 1.5);
        if (
            !await session
                .UntilAsync(() => session.HeartbeatsHeard(since).Count() >= wanted, within, ct)
                .ConfigureAwait(false)
        )
            return $"{session.HeartbeatsHeard(since).Count()} came in {within.TotalSeconds:0} s";
        foreach (var beat in session.HeartbeatsHeard(since))
        {
            if (Fault(session, new Answer(200, "application/json", beat.Body)) is { } fault)
                return fault.Replace("the answer", "a heartbeat", StringComparison.Ordinal);
        }
        return null;
    }

    private static IEnumerable<Check> Taken(string what, Func<string, string> bend) =>
        [
            new(
                "MESSAGES-5",
                $"a heartbeat with {what} is taken",
                async (s, ct) =>
                    Finding.Status(
                        await s.Caller.PostAsync(s.Heartbeats, bend(s.Beat()), ct).ConfigureAwait(false),
                        200
                    )
            ),
        ];

    private static IEnumerable<Check> Refused(string clause, string what, Func<string, string> bend) =>
        [
            new(
                clause,
                $"a heartbeat is answered 400: {what}",
                async (s, ct) =>
                    Finding.Status(
                        await s.Caller.PostAsync(s.Heartbeats, bend(s.Beat()), ct).ConfigureAwait(false),
                        400
                    )
            ),
        ];

    private static string Reordered(string beat)
    {
        var read = (JsonObject)JsonNode.Parse(beat)!;
        return new JsonObject(
            read.Reverse().Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))
        ).ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });
    }

    private static string Put(string beat, string party, string note)
    {
        var read = (JsonObject)JsonNode.Parse(beat)!;
        read["checkpoints"]![party] = note;
        return read.ToJsonString();
    }

    private static async Task<string?> FloodAsync(ConformanceSession session, CancellationToken ct)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => session.BeatAsync(ct)))
            .ConfigureAwait(false);
        if (answers.FirstOrDefault(a => a.Status is not (200 or 429)) is { } other)
            return $"one was answered {other.Shown}";
        await Task.Delay(TimeSpan.FromSeconds(3), session.Clock, ct).ConfigureAwait(false);
        return Finding.Unless(answers.Any(a => a.Status == 429), "none of thirty at once was answered 429")
            ?? Finding.Status(await session.BeatAsync(ct).ConfigureAwait(false), 200);
    }
}
