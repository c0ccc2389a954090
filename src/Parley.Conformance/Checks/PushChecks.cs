using System.Text;
using Parley.Conformance.Peer;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>What a station answers to a push: the checks of LINK-11 and LINK-12, each by what breaks it alone.</summary>
internal static class PushChecks
{
    /// <summary>Every so many bytes of a push it is cut off, unless the run is long: then at each.</summary>
    private const int CutEvery = 37;

    internal static IReadOnlyList<Check> All { get; } =
    [
        new("LINK-12", "two more entries are taken and cosigned", (s, ct) => Say(s, "one", "two").DeliverAsync(ct))
        {
            IsNeeded = true,
        },
        new(
            "MESSAGES-10",
            "the checkpoint that is held is cosigned once more",
            async (s, ct) =>
            {
                var answer = await s.Caller.PostAsync(s.Own.Path, s.Own.Push(s.Cosigned), ct).ConfigureAwait(false);
                return Finding.Status(answer, 200) ?? s.IsCosigned(answer, s.Own.CheckpointAt(s.Cosigned));
            }
        ),
        new(
            "LINK-12",
            "an entry whose body is for others is taken without it",
            (s, ct) =>
            {
                s.Own.Say("apart", h => h with { To = [s.Party.Id] });
                return DeliverWithoutLastBodyAsync(s, ct);
            }
        ),
        new(
            "TRAFFIC-4",
            "an entry of a kind that nobody knows is taken",
            (s, ct) =>
            {
                s.Own.Say("unknown", h => h with { Kind = "weather.reported" });
                return s.DeliverAsync(ct);
            }
        ),
        new(
            "TRAFFIC-4",
            "an entry whose body is not of its kind's shape is taken",
            (s, ct) =>
            {
                s.Own.Write("[1,2,3]"u8.ToArray(), h => h with { Kind = "call.requested" });
                return s.DeliverAsync(ct);
            }
        ),
        .. Of("LINK-11", 409, "an old size below the one held", f => f.Push(0)),
        .. Of("LINK-11", 409, "an old size above the one held", f => f.Push(f.Size - 1)),
        .. Of("LINK-11", 400, "an old size with a leading zero", f => f.Push(f.Size - 2, old: $"0{f.Size - 2}")),
        .. Of("LINK-11", 400, "a negative old size", f => f.Push(f.Size - 2, old: "-1")),
        .. Of(
            "LINK-10",
            400,
            "64 proof lines",
            f => f.Push(f.Size - 2, proof: [.. Enumerable.Repeat(MerkleHash.Empty, 64)])
        ),
        .. Of("MESSAGES-10", 400, "no bytes", _ => []),
        .. Of("MESSAGES-10", 400, "a length that runs past the end", _ => [0xFF, 0xFF, 0xFF, 0xFF]),
        .. Of("MESSAGES-10", 400, "an offer without its length", f => f.Push(f.Size - 2)[4..]),
        .. Of("MESSAGES-10", 400, "a byte behind the last entry", f => f.Push(f.Size - 2, behind: [0])),
        .. Of("MESSAGES-10", 400, "an empty note behind the entries", f => f.Push(f.Size - 2, behind: [0, 0, 0, 0])),
        .. With(
            "LINK-11",
            403,
            "a checkpoint signed by the cosigning key",
            (s, f) => f.Push(f.Size - 2, note: f.Note(f.CheckpointAt(f.Size).Text, s.Party.Cosign))
        ),
        .. With(
            "LINK-11",
            404,
            "a checkpoint of another origin",
            (s, f) =>
            {
                var text = $"{s.Theirs.Origin}\n{f.Size}\n{MerkleHash.Empty.ToBase64()}\n";
                return f.Push(f.Size - 2, note: f.NoteByLog(text));
            }
        ),
        .. Of(
            "LINK-80",
            422,
            "a checkpoint with an extension line",
            f => f.Push(f.Size - 2, note: f.NoteByLog($"{f.CheckpointAt(f.Size).Text}extension\n"))
        ),
        .. Of("LINK-11", 422, "no consistency proof", f => f.Push(f.Size - 2, proof: [])),
        .. Of(
            "LINK-11",
            422,
            "a consistency proof that does not hold",
            f => f.Push(f.Size - 2, proof: [MerkleHash.Empty, .. f.Proof(f.Size - 2, f.Size).Skip(1)])
        ),
        .. Of(
            "LINK-12",
            422,
            "entries that do not hash to the root",
            f => f.Push(f.Size - 2, change: e => e with { Header = Renamed(e.Header) })
        ),
        .. Of("LINK-12", 422, "a body that is missing", f => f.Push(f.Size - 2, bodies: false)),
        .. Of(
            "ENTRY-12",
            422,
            "a body that the header does not commit to",
            f => f.Push(f.Size - 2, change: e => e with { Body = [.. e.Body!.Reverse()] })
        ),
        .. Of(
            "ENTRY-12",
            422,
            "a salt that the header does not commit to",
            f => f.Push(f.Size - 2, change: e => e with { Salt = new byte[Body.SaltLength] })
        ),
        .. Entry(
            "LINK-12",
            "an entry of another line",
            h => h with { Line = LineId.Parse($"north-{new string('a', 32)}") }
        ),
        .. Entry("LINK-12", "an entry of another feed", h => h with { From = PartyId.Parse("nobody") }),
        .. Entry("LINK-12", "an entry in another place", h => h with { Seq = h.Seq + 7 }),
        .. Entry("LINK-6", "a second opening", h => h with { Kind = LineOpened.Kind }),
        .. Header(
            "ENTRY-2",
            "a header with a member that is unknown",
            h => h.Replace("\"parley\":1", "\"parley\":1,\"x\":1", StringComparison.Ordinal)
        ),
        .. Header(
            "ENTRY-2",
            "a header with a member twice",
            h => h.Replace("\"parley\":1", "\"parley\":1,\"parley\":1", StringComparison.Ordinal)
        ),
        .. Header(
            "ENTRY-2",
            "a header with an escape where none is needed",
            h => h.Replace("\"test\"", "\"t\\u0065st\"", StringComparison.Ordinal)
        ),
        .. Header(
            "ENTRY-4",
            "a header of another version",
            h => h.Replace("\"parley\":1", "\"parley\":2", StringComparison.Ordinal)
        ),
        .. Header(
            "ENTRY-6",
            "a header whose time is to the second",
            h =>
                System.Text.RegularExpressions.Regex.Replace(
                    h,
                    @"\.\d{3}Z",
                    "Z",
                    System.Text.RegularExpressions.RegexOptions.None,
                    TimeSpan.FromSeconds(1)
                )
        ),
        .. Header(
            "ENTRY-7",
            "a header with another precedence",
            h => h.Replace("\"routine\"", "\"urgent\"", StringComparison.Ordinal)
        ),
        .. Header(
            "ENTRY-9",
            "a header with a name that overrides direction",
            h => h.Replace("Conformance suite", "Conformance \u202e", StringComparison.Ordinal)
        ),
        new("MESSAGES-10", "a push that is cut off after any byte is answered 400", CutAsync),
        new("LINK-13", "of two pushes of the same entries at once one is taken", TwiceAsync),
        new("LINK-12", "nothing that was refused has changed what is held", UnchangedAsync),
        new("MESSAGES-10", "more than 2,048 entries are answered 413", TooManyAsync) { IsLong = true },
    ];

    private static ConformanceSession Say(ConformanceSession session, params string[] texts)
    {
        foreach (var text in texts)
            session.Own.Say(text);
        return session;
    }

    private static async Task<string?> DeliverWithoutLastBodyAsync(ConformanceSession session, CancellationToken ct)
    {
        var push = session.Own.Push(session.Cosigned, bodies: false);
        var answer = await session.Caller.PostAsync(session.Own.Path, push, ct).ConfigureAwait(false);
        if (
            (Finding.Status(answer, 200) ?? session.IsCosigned(answer, session.Own.CheckpointAt(session.Own.Size))) is
            { } fault
        )
            return fault;
        session.Cosigned = session.Own.Size;
        return null;
    }

    /// <summary>A push of two further entries of a branch of the feed, bent somehow: what is held stays.</summary>
    private static IEnumerable<Check> With(
        string clause,
        int status,
        string what,
        Func<ConformanceSession, OwnFeed, byte[]> push
    ) =>
        [
            new(
                clause,
                $"a push is answered {status}: {what}",
                async (s, ct) =>
                {
                    var branch = s.Own.Branch().Say("never taken").Say("nor this");
                    var answer = await s.Caller.PostAsync(s.Own.Path, push(s, branch), ct).ConfigureAwait(false);
                    return Finding.Status(answer, status)
                        ?? (
                            status == 409 && answer.Text != $"{s.Cosigned}\n"
                                ? $"a 409 says that {answer.Text.TrimEnd('\n')} are held, which are {s.Cosigned}"
                                : null
                        );
                }
            ),
        ];

    private static IEnumerable<Check> Of(string clause, int status, string what, Func<OwnFeed, byte[]> push) =>
        With(clause, status, what, (_, f) => push(f));

    private static IEnumerable<Check> Entry(string clause, string what, Func<EntryHeader, EntryHeader> change) =>
        [
            new(
                clause,
                $"a push is answered 422: {what}",
                async (s, ct) =>
                    Finding.Status(
                        await s
                            .Caller.PostAsync(s.Own.Path, s.Own.Branch().Say("bent", change).Push(s.Cosigned), ct)
                            .ConfigureAwait(false),
                        422
                    )
            ),
        ];

    private static IEnumerable<Check> Header(string clause, string what, Func<string, string> bend) =>
        [
            new(
                clause,
                $"a push is answered 422: {what}",
                async (s, ct) =>
                {
                    var header = Encoding.UTF8.GetString(s.Own.Header().Encode());
                    var bent = bend(header);
                    if (bent == header)
                        return "the suite did not bend the header";
                    var branch = s.Own.Branch().Add(new Entry(Encoding.UTF8.GetBytes(bent), null, null));
                    return Finding.Status(
                        await s.Caller.PostAsync(s.Own.Path, branch.Push(s.Cosigned), ct).ConfigureAwait(false),
                        422
                    );
                }
            ),
        ];

    private static byte[] Renamed(byte[] header) =>
        Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(header).Replace("Conformance suite", "Another officer", StringComparison.Ordinal)
        );

    private static async Task<string?> CutAsync(ConformanceSession session, CancellationToken ct)
    {
        var push = session.Own.Branch().Say("cut").Push(session.Cosigned);
        for (var length = 0; length < push.Length; length += session.Options.Long ? 1 : CutEvery)
        {
            var answer = await session.Caller.PostAsync(session.Own.Path, push[..length], ct).ConfigureAwait(false);
            if (Finding.Status(answer, 400) is { } other)
                return $"cut after {length} of {push.Length} bytes: {other}";
        }
        return null;
    }

    private static async Task<string?> TwiceAsync(ConformanceSession session, CancellationToken ct)
    {
        var push = session.Own.Say("at once").Push(session.Cosigned);
        var answers = await Task.WhenAll(
                session.Caller.PostAsync(session.Own.Path, push, ct),
                session.Caller.PostAsync(session.Own.Path, push, ct)
            )
            .ConfigureAwait(false);
        if (answers.Count(a => a.Status == 200) != 1 || answers.Any(a => a.Status is not (200 or 409 or 429)))
            return $"answered {answers[0].Shown} and {answers[1].Shown}";
        session.Cosigned = session.Own.Size;
        return session.IsCosigned(answers.First(a => a.Status == 200), session.Own.CheckpointAt(session.Own.Size));
    }

    private static async Task<string?> UnchangedAsync(ConformanceSession session, CancellationToken ct)
    {
        var held = await session.HeldAsync(ct).ConfigureAwait(false);
        return Finding.Unless(held == session.Cosigned, $"it holds {held}, and has cosigned {session.Cosigned}")
            ?? await Say(session, "afterwards").DeliverAsync(ct).ConfigureAwait(false);
    }

    private static async Task<string?> TooManyAsync(ConformanceSession session, CancellationToken ct)
    {
        var branch = session.Own.Branch();
        for (var i = 0; i <= 2048; i++)
            branch.Write(null);
        return Finding.Status(
            await session.Caller.PostAsync(session.Own.Path, branch.Push(session.Cosigned), ct).ConfigureAwait(false),
            413
        );
    }
}
