using System.Text;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Simulation.Hostile;

/// <summary>
/// What a party writes that keeps every rule of the wire and wishes the others ill: the extremes of times, numbers,
/// sizes and references, floods of each kind, and whatever
/// costs a reader more than its author. How much of each is bounded, so that a run stays short; a heavy run does as
/// much as a limit of the station's takes.
/// </summary>
internal sealed class Mischief(HostileWorld world, Officers officers, bool isHeavy, bool isCalm)
{
    private const string Nobody = "zz";
    private static readonly DateTimeOffset First = new(1, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Last = new(9999, 12, 31, 23, 59, 59, 999, TimeSpan.Zero),
        Long = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private int places = 1_000;

    private HostileFeed Feed => world.Feed;
    private DateTimeOffset Now => world.Clock.GetUtcNow();

    internal void Do(Move move, int station, Random draws)
    {
        foreach (var honest in world.Stations)
            Feed.Held[honest.Party] = honest.SizeOf(honest.Party);
        switch (move)
        {
            case Move.Sprinkle:
                Sprinkle(draws, draws.Next(2, 40));
                break;
            case Move.FloodOfKind:
                FloodOfKind(
                    draws,
                    BodyMaker.AllKinds[draws.Next(BodyMaker.AllKinds.Count)],
                    draws.Next(20, isHeavy ? 3_000 : 200)
                );
                break;
            case Move.FarTimes when !isCalm:
                FarTimes(draws);
                break;
            case Move.OldFlashes:
                Flood(
                    isHeavy ? 1_200
                        : draws.Next(3) == 0 ? 1_050
                        : 60,
                    i => Message(draws) with { Precedence = Precedence.Flash, At = Long.AddSeconds(i) }
                );
                break;
            case Move.FillItem:
                FillItem(draws);
                break;
            case Move.ManyAreas:
                ManyAreas(draws.Next(3) == 0 ? 10 : 70, officers.Place);
                break;
            case Move.ManyCircles:
                ManyCircles(isHeavy ? 12 : draws.Next(2, 5));
                break;
            case Move.Early:
                Early(draws);
                break;
            case Move.Faults:
                Faults(draws);
                break;
            case Move.UnseenFlash:
                UnseenFlash(draws);
                break;
            case Move.SixtyFour:
                SixtyFour(draws);
                break;
            case Move.Flips:
                Flips(draws);
                break;
            case Move.Restate:
                Restate(draws);
                break;
            case Move.OffRecord:
                OffRecord(world.Stations[station], draws);
                break;
            case Move.Notes:
                Notes(world.Stations[station], draws);
                break;
            case Move.Announce:
                Flood(
                    draws.Next(1, 90),
                    _ => new Wanted(Kinds.MessageAttachment)
                    {
                        Announced = draws.NextInt64(Body.MaxInline + 1, Body.MaxAttachment),
                        Re = Refs(draws),
                    }
                );
                break;
            case Move.OpenItems:
                OpenItems(draws);
                break;
            case Move.Churn:
                Churn(
                    draws,
                    isHeavy ? 1_100
                        : draws.Next(4) == 0 ? 1_050
                        : 40
                );
                break;
            case Move.Backwards:
                Backwards(draws);
                break;
        }
    }

    private void Flood(int count, Func<int, Wanted> make)
    {
        for (var i = 0; i < count; i++)
            Feed.Write(make(i));
    }

    private static byte[] Json(string json) => Encoding.UTF8.GetBytes(json);

    private static Wanted Message(Random draws) => new(Kinds.MessageSent, Json($$"""{"text":"m{{draws.Next()}}"}"""));

    // --- times, references, what was seen

    private DateTimeOffset Time(Random draws) =>
        isCalm
            ? Now
            : draws.Next(8) switch
            {
                0 => First,
                1 => Last,
                2 => Long,
                3 => Now.AddYears(50),
                4 => Now.AddDays(-draws.Next(900)),
                5 => Now.AddSeconds(draws.Next(-4_000, 4_000)),
                _ => Now,
            };

    private static Precedence Urgency(Random draws) => (Precedence)draws.Next(4);

    private EntryId Ref(Random draws)
    {
        var honest = world.Stations[draws.Next(world.Stations.Count)];
        var size = Feed.Held[honest.Party];
        return draws.Next(9) switch
        {
            0 => new EntryId(honest.Party, size + (ulong)draws.Next(5)), // not written yet
            1 => new EntryId(honest.Party, 900_000), // for a long time not
            2 => new EntryId(honest.Party, EntryHeader.MaxSeq),
            3 => new EntryId(PartyId.Parse(Nobody), (ulong)draws.Next(9)),
            4 or 5 when Feed.Size > 1 => new EntryId(Feed.Party, (ulong)draws.Next(Feed.Size)),
            _ => officers.Written.Count > 0 && draws.Next(2) == 0
                ? officers.Written[draws.Next(officers.Written.Count)]
                : new EntryId(honest.Party, (ulong)draws.Next((int)size)),
        };
    }

    private IReadOnlyList<EntryId> Refs(Random draws) =>
        [
            .. Enumerable
                .Range(0, draws.Next(6) == 0 ? draws.Next(EntryHeader.MaxRe + 1) : draws.Next(3))
                .Select(_ => Ref(draws))
                .Distinct(),
        ];

    private IReadOnlyDictionary<PartyId, ulong>? Seen(Random draws) =>
        draws.Next(8) switch
        {
            0 => SeenNothing,
            1 => Feed.Held.ToDictionary(h => h.Key, h => (ulong)draws.NextInt64((long)h.Value + 1)),
            2 => Feed.Held.ToDictionary(h => h.Key, h => h.Value + (ulong)draws.Next(1_000)),
            3 => Feed.Held.ToDictionary(h => h.Key, _ => EntryHeader.MaxSeq),
            _ => null,
        };

    private static readonly Dictionary<PartyId, ulong> SeenNothing = [];

    private static Officer By(Random draws) =>
        draws.Next(5) switch
        {
            0 => new Officer("watch", "Mallory"),
            1 => new Officer(
                "principal",
                new string('N', EntryHeader.MaxNameLength),
                new Officer(new string('s', EntryHeader.MaxSeatLength), "Trudy")
            ),
            2 => new Officer("watch", "Ada of us"),
            _ => new Officer("principal", "Mallory", new Officer("principal", "Trudy")),
        };

    private Wanted Any(Random draws, string kind) =>
        new(kind, BodyMaker.Of(kind, draws))
        {
            At = Time(draws),
            Re = Refs(draws),
            Seen = Seen(draws),
            Precedence = Urgency(draws),
            Mark =
                draws.Next(6) == 0 ? Mark.Exercise
                : draws.Next(6) == 0 ? Mark.Test
                : Mark.Actual,
            By = By(draws),
            To = draws.Next(12) == 0 ? [Feed.Party] : null,
            Lang = draws.Next(9) == 0 ? "x-" + new string('a', 8) : null,
        };

    // --- kinds of mischief

    private void Sprinkle(Random draws, int count) =>
        Flood(count, _ => Any(draws, BodyMaker.AllKinds[draws.Next(BodyMaker.AllKinds.Count)]));

    private void FloodOfKind(Random draws, string kind, int count)
    {
        var about = draws.Next(3) == 0 ? Ref(draws) : (EntryId?)null;
        var isBent = draws.Next(2) == 0;
        var readable = BodyMaker.ReadableOf(kind);
        Flood(
            count,
            _ =>
                (
                    isBent || readable.Count == 0
                        ? Any(draws, kind)
                        : new Wanted(kind, Json(readable[draws.Next(readable.Count)].ToJsonString()))
                        {
                            Precedence = Urgency(draws),
                            Re = Refs(draws),
                        }
                )
                    is var any
                && about is { } one
                    ? any with
                    {
                        Re = [one],
                    }
                    : any
        );
    }

    private void FarTimes(Random draws) =>
        Flood(
            draws.Next(1, 8),
            _ =>
            {
                var kind =
                    draws.Next(2) == 0 ? Kinds.MessageSent : BodyMaker.AllKinds[draws.Next(BodyMaker.AllKinds.Count)];
                return Any(draws, kind) with
                {
                    At = draws.Next(2) == 0 ? Last : First,
                    Re = draws.Next(2) == 0 ? [] : Refs(draws),
                };
            }
        );

    /// <summary>Answers to one thing of the others, as many as it is thought to take.</summary>
    private void FillItem(Random draws)
    {
        if (officers.Things.Count == 0)
            return;
        var (thing, kind) = officers.Things[draws.Next(officers.Things.Count)];
        var answers = kind switch
        {
            Kinds.MovementSubmitted =>
            [
                Kinds.MovementObjected,
                Kinds.MovementAcknowledged,
                Kinds.MovementInformed,
                Kinds.MovementCancelled,
            ],
            Kinds.ActivityNotified => [Kinds.ActivityObjected, Kinds.ActivityAccepted, Kinds.ActivityCancelled],
            Kinds.CallRequested => [Kinds.CallHeld, Kinds.CallStarted, Kinds.CallWithdrawn],
            _ => (string[])[Kinds.MessageAcknowledged, Kinds.MessageTranslated],
        };
        var one = draws.Next(2) == 0 ? answers[0] : null;
        Flood(
            draws.Next(2) == 0 ? 520 : draws.Next(5, 60),
            _ =>
            {
                var answer = one ?? answers[draws.Next(answers.Length)];
                return new Wanted(
                    answer,
                    draws.Next(8) == 0 ? BodyMaker.Of(answer, draws) : Json("""{"reason":"no"}""")
                )
                {
                    Re = [thing],
                    Seen = draws.Next(2) == 0 ? SeenNothing : null,
                };
            }
        );
    }

    private void ManyAreas(int count, int place) =>
        Flood(
            count,
            i => new Wanted(
                Kinds.AreaDeclared,
                Json($$"""{"type":"keep-out","name":"a{{i}}","volumes":{{Volumes.At(place, 1)}}}""")
            )
        );

    private void ManyCircles(int count)
    {
        var place = ++places;
        Flood(
            count,
            i => new Wanted(Kinds.ActivityNotified, Json($$"""{"name":"c{{i}}","volumes":{{Circles(place)}}}"""))
        );
    }

    /// <summary>As many circles as one entry holds, at one place.</summary>
    private static string Circles(int place)
    {
        var one = Volumes
            .At(place, 1)[1..^1]
            .Replace(
                ",\"time_end\":{\"value\":\"2040-01-01T00:00:00Z\",\"format\":\"RFC3339\"}",
                "",
                StringComparison.Ordinal
            )
            .Replace(
                "\"altitude_lower\":{\"value\":0,\"reference\":\"W84\",\"units\":\"M\"},\"altitude_upper\":{\"value\":120,\"reference\":\"W84\",\"units\":\"M\"}",
                "",
                StringComparison.Ordinal
            )
            .Replace(",}", "}", StringComparison.Ordinal)
            .Replace(
                ",\"time_start\":{\"value\":\"2020-01-01T00:00:00Z\",\"format\":\"RFC3339\"}",
                "",
                StringComparison.Ordinal
            );
        return $"[{string.Join(',', Enumerable.Repeat(one, Math.Min(256, Body.MaxInline / (one.Length + 1) - 2)))}]";
    }

    private void Early(Random draws)
    {
        var about = world.Stations[draws.Next(world.Stations.Count)].Party;
        Flood(
            isHeavy ? 4_200 : draws.Next(10, 200),
            i =>
                Message(draws) with
                {
                    Re = [new EntryId(about, 900_000 + (ulong)(draws.Next(2) == 0 ? i : 0))],
                    Precedence = i % 50 == 0 ? Precedence.Flash : Precedence.Routine,
                    Seen = Seen(draws),
                }
        );
    }

    private void Faults(Random draws)
    {
        if (
            Feed.Write(new Wanted(Kinds.TestSent, Json("""{"style":"automatic"}""")) { Mark = Mark.Test })
            is not { } test
        )
            return;
        var count = draws.Next(isHeavy ? 1 : 3) == 0 ? 510 : draws.Next(5, 60);
        Flood(
            count,
            i => new Wanted(Kinds.TestFault, Json("""{"reason":"x"}"""))
            {
                Mark = Mark.Test,
                Re = [test],
                Seen = SeenNothing,
                At = Now.AddSeconds(-i),
            }
        );
    }

    /// <summary>Something urgent that names what nobody can have seen: it is delivered, so it has to ring.</summary>
    private void UnseenFlash(Random draws)
    {
        for (var count = draws.Next(1, 4); count > 0; count--)
        {
            var flash = Message(draws) with
            {
                Precedence = draws.Next(2) == 0 ? Precedence.Flash : Precedence.Immediate,
                Re = [Ref(draws), .. draws.Next(2) == 0 ? Refs(draws) : []],
                Seen = Seen(draws),
                At = Time(draws),
            };
            if (Feed.Write(flash with { Re = [.. flash.Re.Distinct()] }) is { } id)
                officers.MustRing(id);
        }
    }

    private void SixtyFour(Random draws) =>
        Flood(
            draws.Next(1, 12),
            _ =>
            {
                var kind = BodyMaker.AllKinds[draws.Next(BodyMaker.AllKinds.Count)];
                return Any(draws, kind) with
                {
                    Re = [.. Enumerable.Range(0, 400).Select(_ => Ref(draws)).Distinct().Take(EntryHeader.MaxRe)],
                };
            }
        );

    /// <summary>The watch, the condition and the line's standing, to and fro; the line is left open.</summary>
    private void Flips(Random draws)
    {
        for (var left = draws.Next(5, 60); left > 0; left--)
        {
            var kind = (string[])
                [
                    Kinds.WatchOffered,
                    Kinds.WatchTaken,
                    Kinds.ConditionRaised,
                    Kinds.ConditionLowered,
                    Kinds.LineSuspended,
                    Kinds.LineResumed,
                ];
            Feed.Write(
                Any(draws, kind[draws.Next(kind.Length)]) with
                {
                    Body =
                        draws.Next(2) == 0
                            ? Json(
                                """{"scope":"line","level":"crisis","reason":"r","communicator":"M","until":"9999-12-31T23:59:59Z"}"""
                            )
                            : Json("""{"reason":"r","scope":"watch","level":"normal","communicator":"N"}"""),
                }
            );
        }
        Feed.Write(new Wanted(Kinds.LineResumed, Json("{}")));
    }

    /// <summary>Translations, passing-on, acknowledgements, replacements and cancellations of everything, own and
    /// others'.</summary>
    private void Restate(Random draws)
    {
        string[] kinds =
        [
            Kinds.MessageTranslated,
            Kinds.MessagePassedOn,
            Kinds.MessageAcknowledged,
            Kinds.MessageSuperseded,
            Kinds.MessageCancelled,
        ];
        foreach (var honest in world.Stations)
        {
            for (var seq = Math.Max(0, (int)Feed.Held[honest.Party] - 40); seq < (int)Feed.Held[honest.Party]; seq++)
            {
                // What an officer is still to have acknowledged by everybody stays so: an acknowledgement is the
                // hostile party's good right, and takes its own alarm down alone.
                var kind = kinds[draws.Next(kinds.Length)];
                Feed.Write(Any(draws, kind) with { Re = [new EntryId(honest.Party, (ulong)seq)] });
            }
        }
        Flood(
            draws.Next(40),
            _ =>
                Any(draws, kinds[draws.Next(kinds.Length)]) with
                {
                    Re = [new EntryId(Feed.Party, (ulong)draws.Next(Feed.Size))],
                }
        );
    }

    private void OffRecord(HonestStation at, Random draws)
    {
        for (var left = draws.Next(2, 60); left > 0; left--)
        {
            world.Annoy(
                at,
                new LinkRequest(
                    LinkVerb.OffRecord,
                    new OffRecordMessage
                    {
                        Id = $"o{draws.Next()}",
                        At = Time(draws),
                        Seat = draws.Next(3) == 0 ? "\u202eseat" : "watch",
                        Name = draws.Next(3) == 0 ? "\u001b[2J\u0000" : "Mallory",
                        Precedence = Urgency(draws),
                        Mark = Mark.Actual,
                        Text = new string('o', draws.Next(draws.Next(4) == 0 ? LinkLimits.MaxOffRecordBytes : 200)),
                    }.Encode()
                )
            );
        }
    }

    /// <summary>Heartbeats whose note bears one signature many times, and such as say odd times and sizes.</summary>
    private void Notes(HonestStation at, Random draws)
    {
        var note = Encoding.UTF8.GetString(Feed.Latest().Encode());
        var signature = note[(note.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
        for (var left = draws.Next(2, 20); left > 0; left--)
        {
            var said =
                draws.Next(2) == 0 ? note : note + string.Concat(Enumerable.Repeat(signature, draws.Next(1, 60)));
            world.Annoy(
                at,
                new LinkRequest(
                    LinkVerb.Heartbeat,
                    new Heartbeat
                    {
                        Parley = 1,
                        At = Time(draws),
                        Attended = draws.Next(2) == 0,
                        Checkpoints = new Dictionary<string, string> { [Feed.Party.Value] = said },
                        Wants = draws.Next(4) == 0 ? (ulong)draws.NextInt64(long.MaxValue) : null,
                    }.Encode()
                )
            );
        }
    }

    private void OpenItems(Random draws)
    {
        var text = new string('c', draws.Next(2) == 0 ? 40_000 : 300);
        string[] kinds =
        [
            Kinds.ClarificationRequested,
            Kinds.CallRequested,
            Kinds.NoticeGiven,
            Kinds.AccidentReported,
            Kinds.ReadoutDrafted,
            Kinds.ClaimMade,
        ];
        var kind = kinds[draws.Next(kinds.Length)];
        Flood(
            isHeavy ? 1_000 : draws.Next(10, 200),
            i => new Wanted(
                kind,
                kind == Kinds.ClarificationRequested ? Json($$"""{"concern":"{{text}}"}""") : BodyMaker.Of(kind, draws)
            )
            {
                At = draws.Next(4) == 0 && !isCalm ? Last : null,
            }
        );
    }

    /// <summary>Things that are opened and settled at once, more of them than a view keeps.</summary>
    private void Churn(Random draws, int count) =>
        Flood(
            count,
            i =>
            {
                if (i % 2 == 0)
                    return new Wanted(Kinds.CallRequested, Json("""{"topic":"t"}"""));
                return new Wanted(Kinds.CallWithdrawn, Json("""{"reason":"r"}"""))
                {
                    Re = [new EntryId(Feed.Party, (ulong)Feed.Size - 1)],
                    At = draws.Next(9) == 0 ? Time(draws) : null,
                };
            }
        );

    /// <summary>One thing of its own whose times run backwards and whose authors say to have seen nothing.</summary>
    private void Backwards(Random draws)
    {
        var kind = (string[])
            [
                Kinds.CallRequested,
                Kinds.ClarificationRequested,
                Kinds.ActivityNotified,
                Kinds.NoticeGiven,
                Kinds.ReadoutDrafted,
                Kinds.MovementSubmitted,
            ];
        var opened = kind[draws.Next(kind.Length)];
        var body = BodyMaker.ReadableOf(opened);
        if (body.Count == 0 || Feed.Write(new Wanted(opened, Json(body[0].ToJsonString()))) is not { } root)
            return;
        var stem = opened[..(opened.IndexOf('.', StringComparison.Ordinal) + 1)];
        var steps = BodyMaker.AllKinds.Where(k => k.StartsWith(stem, StringComparison.Ordinal)).ToList();
        Flood(
            draws.Next(isHeavy ? 1 : 3) == 0 ? 511 : draws.Next(5, 80),
            i =>
            {
                var step = steps[draws.Next(steps.Count)];
                return new Wanted(step, BodyMaker.Of(step, draws))
                {
                    Re = [root],
                    At = Now.AddSeconds(-i * 7),
                    Seen = SeenNothing,
                };
            }
        );
    }
}
