using System.Text;
using System.Text.Json.Nodes;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Link.Tests.Vectors;

/// <summary>docs/protocol/vectors/messages.json: heartbeats, messages off the record, pulls, answers, as bytes.</summary>
public sealed class MessageVectorTests
{
    private const string Group = "messages";
    private const string Heart = "heartbeat",
        OffRecord = "off-record",
        Pull = "pull",
        Held = "held",
        Wants = "wants",
        Cosigned = "cosignature";

    private static readonly VectorParty Us = VectorParty.Us,
        Ru = VectorParty.Ru,
        Icrc = VectorParty.Icrc;

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // LINK-19 LINK-20 LINK-30 LINK-40 LINK-41 LINK-63 LINK-81 LINK-86 LINK-100 MESSAGES-5 MESSAGES-6 MESSAGES-7 MESSAGES-8
    // MESSAGES-9 MESSAGES-11 LOG-13
    [Fact]
    public void A_message_is_taken_or_refused_as_the_vector_says() =>
        OwnVectors.Each(
            Group,
            vector =>
            {
                var (taken, meaning) = Read((string)vector["message"]!, OwnVectors.Bytes(vector["bytes"]));
                Assert.Equal((bool)vector["taken"]!, taken);
                if (taken)
                    Assert.Equal(vector["meaning"]!.ToJsonString(), meaning!.ToJsonString());
            }
        );

    // MESSAGES-5: what is written is in the form of entries, which stations of every age read.
    [Fact]
    public void Times_and_words_are_written_as_in_an_entry()
    {
        var beat = new Heartbeat
        {
            Parley = 1,
            At = VectorFeed.At.AddTicks(1_234_567),
            Attended = true,
            Checkpoints = new Dictionary<string, string>(),
        };
        Assert.Equal(
            """{"parley":1,"at":"2022-03-01T10:00:00.123Z","attended":true,"checkpoints":{}}""",
            Encoding.UTF8.GetString(beat.Encode())
        );
        var message = new OffRecordMessage
        {
            Id = "a1",
            At = VectorFeed.At,
            Seat = "watch",
            Name = "A. Officer",
            Precedence = Precedence.Immediate,
            Mark = Mark.Exercise,
            Text = "between us",
        };
        Assert.Equal(
            """{"id":"a1","at":"2022-03-01T10:00:00.000Z","seat":"watch","name":"A. Officer","precedence":"immediate","mark":"exercise","text":"between us"}""",
            Encoding.UTF8.GetString(message.Encode())
        );
    }

    private static (bool Taken, JsonObject? Meaning) Read(string message, byte[] bytes)
    {
        switch (message)
        {
            case Heart:
                return Heartbeat.Parse(bytes).TryGet(out var beat, out _)
                    ? (
                        true,
                        new JsonObject
                        {
                            ["at"] = UtcText.Of(beat.At),
                            ["attended"] = beat.Attended,
                            ["feeds"] = new JsonArray([
                                .. beat.Checkpoints.Keys.Order(StringComparer.Ordinal).Select(k => (JsonNode)k),
                            ]),
                            ["wants"] = beat.Wants,
                            ["storing"] = beat.Storing is true,
                        }
                    )
                    : (false, null);
            case OffRecord:
                return OffRecordMessage.Parse(bytes).TryGet(out var off, out _)
                    ? (
                        true,
                        new JsonObject
                        {
                            ["id"] = off.Id,
                            ["at"] = UtcText.Of(off.At),
                            ["by"] = $"{off.Name} ({off.Seat})",
                            ["precedence"] = off.Precedence.ToString().ToLowerInvariant(),
                            ["mark"] = off.Mark.ToString().ToLowerInvariant(),
                            ["characters"] = off.Text.Length,
                        }
                    )
                    : (false, null);
            case Pull:
                return PullRequest.Parse(bytes).TryGet(out var pull, out _)
                    ? (
                        true,
                        new JsonObject
                        {
                            ["held"] = pull.Held,
                            ["offRecord"] = pull.OffRecord,
                            ["cosignatureBy"] = pull.Cosignature?.Name,
                        }
                    )
                    : (false, null);
            case Held:
                return AttachmentHeld.Parse(bytes).TryGet(out var held, out _)
                    ? (true, new JsonObject { ["held"] = held.Held, ["complete"] = held.Complete })
                    : (false, null);
            case Wants:
                return Bringing.Read(new LinkAnswer(200, LinkAnswer.Text, bytes)) is { } from
                    ? (true, new JsonObject { ["from"] = from })
                    : (false, null);
            default:
                var key = VectorFeed.Line.CosignKey(Ru.Id);
                return
                    CosignatureLines.Parse(bytes, key).TryGet(out var line, out _)
                    && Cosignature.Verify(line, key, Feed.TextAt(1).Text)
                    && Cosignature.TryGetTimestamp(line, out var at)
                    ? (true, new JsonObject { ["time"] = at.ToUnixTimeSeconds() })
                    : (false, null);
        }
    }

    private static VectorFeed Feed { get; } = VectorFeed.Of(Us);

    private static OwnVectors Made()
    {
        var vectors = new OwnVectors(
            Group,
            "One message of the link as bytes; whether it is taken; and what it means. 'heartbeat' and 'off-record' are bodies of requests (and of answers), 'pull' of a request, 'held', 'wants' and 'cosignature' of answers: the last is the answer of ru to the checkpoint of us at size 1 on the line of pushes.json."
        );
        void Taken(string message, string name, string clauses, string bytes, JsonObject meaning) =>
            vectors.Add(
                $"{message}: {name}",
                clauses,
                new JsonObject
                {
                    ["message"] = message,
                    ["bytes"] = OwnVectors.Of(Encoding.UTF8.GetBytes(bytes)),
                    ["taken"] = true,
                    ["meaning"] = meaning,
                }
            );
        void Refused(string message, string name, string clauses, string bytes) =>
            vectors.Add(
                $"{message}: {name}",
                clauses,
                new JsonObject
                {
                    ["message"] = message,
                    ["bytes"] = OwnVectors.Of(Encoding.UTF8.GetBytes(bytes)),
                    ["taken"] = false,
                }
            );

        static JsonObject Beat(
            string at = "2022-03-01T10:00:00.000Z",
            string[]? feeds = null,
            ulong? wants = null,
            bool storing = false
        ) =>
            new()
            {
                ["at"] = at,
                ["attended"] = true,
                ["feeds"] = new JsonArray([.. (feeds ?? []).Select(f => (JsonNode)f)]),
                ["wants"] = wants,
                ["storing"] = storing,
            };
        const string least = """{"parley":1,"at":"2022-03-01T10:00:00.000Z","attended":true,"checkpoints":{}}""";
        Taken(Heart, "the least", "MESSAGES-6 LINK-30", least, Beat());
        Taken(
            Heart,
            "with a checkpoint of each feed",
            "MESSAGES-6 LINK-100",
            new JsonObject
            {
                ["parley"] = 1,
                ["at"] = "2022-03-01T10:00:00.000Z",
                ["attended"] = true,
                ["checkpoints"] = new JsonObject
                {
                    ["us"] = Encoding.UTF8.GetString(Feed.CheckpointAt(1).Encode()),
                    ["ru"] = Encoding.UTF8.GetString(VectorFeed.Of(Ru).CheckpointAt(1).Encode()),
                },
            }.ToJsonString(),
            Beat(feeds: ["ru", "us"])
        );
        Taken(
            Heart,
            "wants and storing",
            "MESSAGES-6 LINK-60 LINK-63",
            least[..^1] + ""","wants":37,"storing":true}""",
            Beat(wants: 37, storing: true)
        );
        Taken(
            Heart,
            "members that may be left out as null",
            "MESSAGES-5",
            least[..^1] + ""","wants":null,"storing":null}""",
            Beat()
        );
        Taken(
            Heart,
            "members in another order, with white space",
            "MESSAGES-5",
            "{\n  \"checkpoints\": {},\n  \"attended\": true,\n  \"at\": \"2022-03-01T10:00:00.000Z\",\n  \"parley\": 1\n}\n",
            Beat()
        );
        Taken(
            Heart,
            "a time as stations wrote it before",
            "MESSAGES-5",
            least.Replace("10:00:00.000Z", "12:00:00.8517507+02:00", StringComparison.Ordinal),
            Beat("2022-03-01T10:00:00.851Z")
        );
        Taken(
            Heart,
            "a time to the second",
            "MESSAGES-5",
            least.Replace("10:00:00.000Z", "10:00:00Z", StringComparison.Ordinal),
            Beat()
        );
        Taken(
            Heart,
            "a note that cannot be read, and a feed of nobody",
            "MESSAGES-6",
            least.Replace("{}", """{"us":"no note","nobody":""}""", StringComparison.Ordinal),
            Beat(feeds: ["nobody", "us"])
        );
        foreach (
            var (name, clauses, found, put) in new (string, string, string, string)[]
            {
                ("another version", "MESSAGES-6", "\"parley\":1", "\"parley\":2"),
                ("a version as a string", "MESSAGES-6", "\"parley\":1", "\"parley\":\"1\""),
                ("an unknown member", "LINK-19", "\"parley\":1", "\"parley\":1,\"more\":1"),
                ("a member twice", "LINK-19", "\"parley\":1", "\"parley\":1,\"parley\":1"),
                ("without attended", "MESSAGES-6", "\"attended\":true,", ""),
                ("attended of null", "MESSAGES-5", "\"attended\":true", "\"attended\":null"),
                ("without checkpoints", "MESSAGES-6", ",\"checkpoints\":{}", ""),
                ("a checkpoint of null", "MESSAGES-6", "{}", "{\"us\":null}"),
                (
                    "33 checkpoints",
                    "MESSAGES-6",
                    "{}",
                    $"{{{string.Join(',', Enumerable.Range(0, 33).Select(i => $"\"p{i}\":\"\""))}}}"
                ),
                ("a time without a zone", "MESSAGES-5", "10:00:00.000Z", "10:00:00.000"),
                ("a date alone", "MESSAGES-5", "2022-03-01T10:00:00.000Z", "2022-03-01"),
                ("a time as a number", "MESSAGES-5", "\"2022-03-01T10:00:00.000Z\"", "1646128800"),
                ("a time that does not exist", "MESSAGES-5", "2022-03-01", "2022-02-30"),
                ("a negative wants", "MESSAGES-6", "{}", "{},\"wants\":-1"),
                ("a comment", "LINK-19", "{\"parley\"", "/**/{\"parley\""),
                ("something behind", "LINK-19", "\"checkpoints\":{}}", "\"checkpoints\":{}}{}"),
                ("a byte order mark", "MESSAGES-5", "{\"parley\"", "\uFEFF{\"parley\""),
                ("cut short", "LINK-19", "{}}", "{}"),
            }
        )
            Refused(Heart, name, clauses, least.Replace(found, put, StringComparison.Ordinal));

        const string said =
            """{"id":"a1","at":"2022-03-01T10:00:00.000Z","seat":"watch","name":"A. Officer","precedence":"flash","mark":"actual","text":"between us"}""";
        static JsonObject Off(string id = "a1", int characters = 10) =>
            new()
            {
                ["id"] = id,
                ["at"] = "2022-03-01T10:00:00.000Z",
                ["by"] = "A. Officer (watch)",
                ["precedence"] = "flash",
                ["mark"] = "actual",
                ["characters"] = characters,
            };
        Taken(OffRecord, "as it is written", "MESSAGES-7 LINK-40", said, Off());
        Taken(
            OffRecord,
            "words as stations wrote them before",
            "MESSAGES-5",
            said.Replace("flash", "Flash", StringComparison.Ordinal)
                .Replace("actual", "Actual", StringComparison.Ordinal),
            Off()
        );
        Taken(
            OffRecord,
            "an id of 64 characters",
            "MESSAGES-7",
            said.Replace("a1", new string('~', 64), StringComparison.Ordinal),
            Off(new string('~', 64))
        );
        Taken(
            OffRecord,
            "a text of 49,152 bytes",
            "MESSAGES-7",
            said.Replace("between us", new string('x', 49_152), StringComparison.Ordinal),
            Off(characters: 49_152)
        );
        foreach (
            var (name, clauses, found, put) in new (string, string, string, string)[]
            {
                ("an empty id", "MESSAGES-7", "a1", ""),
                ("an id with a space", "MESSAGES-7", "a1", "a 1"),
                ("an id of 65 characters", "MESSAGES-7", "a1", new string('a', 65)),
                ("another precedence", "MESSAGES-5", "flash", "urgent"),
                ("a precedence as a number", "MESSAGES-5", "\"flash\"", "3"),
                ("two precedences", "MESSAGES-5", "\"flash\"", "\"flash, routine\""),
                ("another mark", "MESSAGES-5", "actual", "drill"),
                ("a seat with a space", "LINK-86", "\"watch\"", "\"the watch\""),
                ("a name with a newline", "LINK-86", "A. Officer", "A.\\nOfficer"),
                ("an unknown member", "LINK-19", "{\"id\"", "{\"to\":\"us\",\"id\""),
                ("without a text", "MESSAGES-7", ",\"text\":\"between us\"", ""),
                ("a text of 49,153 bytes", "MESSAGES-7", "between us", new string('x', 49_153)),
            }
        )
            Refused(OffRecord, name, clauses, said.Replace(found, put, StringComparison.Ordinal));

        var line = Cosignature.Sign(Feed.TextAt(1), Ru.Id, Ru.Cosign, VectorFeed.At).ToLine();
        static JsonObject Pulled(ulong held, string? off = null, string? by = null) =>
            new()
            {
                ["held"] = held,
                ["offRecord"] = off,
                ["cosignatureBy"] = by,
            };
        Taken(Pull, "nothing is held", "MESSAGES-8 LINK-20", "held 0\n", Pulled(0));
        Taken(Pull, "with a cosignature", "MESSAGES-8 LINK-20", $"held 1\n{line}", Pulled(1, null, "ru"));
        Taken(Pull, "confirms a message", "MESSAGES-8 LINK-41", "held 1\noff-record a1\n", Pulled(1, "a1"));
        Taken(
            Pull,
            "confirms a message and cosigns",
            "MESSAGES-8",
            $"held 1\noff-record a1\n{line}",
            Pulled(1, "a1", "ru")
        );
        foreach (
            var (name, bytes) in new (string, string)[]
            {
                ("empty", ""),
                ("without its newline", "held 1"),
                ("a leading zero", "held 01\n"),
                ("a size of 2^64", "held 18446744073709551616\n"),
                ("an empty line", "held 1\n\n"),
                ("two signatures", $"held 1\n{line}{line}"),
                ("a line in another order", $"held 1\n{line}off-record a1\n"),
                ("an empty id", "held 1\noff-record \n"),
                ("a carriage return", "held 1\r\n"),
                ("a capital", "HELD 1\n"),
                ("more than 1,024 bytes", $"held 1\noff-record {new string('a', 1024)}\n"),
            }
        )
            Refused(Pull, name, "MESSAGES-8", bytes);

        Taken(
            Held,
            "nothing yet",
            "MESSAGES-11",
            """{"held":0,"complete":false}""",
            new JsonObject { ["held"] = 0, ["complete"] = false }
        );
        Taken(
            Held,
            "the whole",
            "MESSAGES-11",
            """{"complete":true,"held":268435488}""",
            new JsonObject { ["held"] = 268_435_488, ["complete"] = true }
        );
        foreach (
            var (name, bytes) in new (string, string)[]
            {
                ("without complete", """{"held":0}"""),
                ("a negative size", """{"held":-1,"complete":false}"""),
                ("a size as a string", """{"held":"0","complete":false}"""),
                ("an unknown member", """{"held":0,"complete":false,"of":3}"""),
                ("a number alone", "0\n"),
            }
        )
            Refused(Held, name, "MESSAGES-11", bytes);

        Taken(Wants, "from an entry on", "MESSAGES-9 LINK-63", "wants 37\n", new JsonObject { ["from"] = 37 });
        Refused(Wants, "a leading zero", "MESSAGES-9", "wants 037\n");
        Refused(Wants, "another word", "MESSAGES-9", "from 37\n");

        static JsonObject Timed() => new() { ["time"] = VectorFeed.At.ToUnixTimeSeconds() };
        var stranger = Cosignature.Sign(Feed.TextAt(1), Icrc.Id, Icrc.Cosign, VectorFeed.At).ToLine();
        Taken(Cosigned, "one line", "LINK-10 LOG-13", line, Timed());
        Taken(Cosigned, "without its newline", "MESSAGES-10", line[..^1], Timed());
        Taken(Cosigned, "a line of another key beside it", "LINK-81", stranger + line, Timed());
        Refused(Cosigned, "a line of another key alone", "LINK-81", stranger);
        Refused(Cosigned, "a line that is none", "LINK-81", $"{line}thanks\n");
        Refused(Cosigned, "nothing", "LINK-10", "");
        Refused(
            Cosigned,
            "on another checkpoint",
            "LINK-14",
            Cosignature.Sign(VectorFeed.Of(Us).Say("x").TextAt(2), Ru.Id, Ru.Cosign, VectorFeed.At).ToLine()
        );
        return vectors;
    }
}
