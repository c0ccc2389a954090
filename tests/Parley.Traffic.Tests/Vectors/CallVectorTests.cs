using System.Text;
using System.Text.Json.Nodes;
using Parley.Crypto;
using Parley.Record;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Traffic.Tests.Vectors;

/// <summary>docs/protocol/vectors/calls.json and words.json: who is on a call by the record, and the four words that are
/// read out. The console's own test reads the words too.</summary>
public sealed class CallVectorTests
{
    private const string Group = "calls",
        Words = "call-words";
    private static readonly DateTimeOffset Noon = TestRecord.Noon;
    private static readonly string Join =
        $$"""{"fingerprint":"sha256:{{new string('a', 64)}}","commitment":"sha256:{{new string('b', 64)}}"}""";

    [Fact]
    public void The_vectors_are_those_of_the_protocol()
    {
        Made().AreThoseOfTheProtocol();
        MadeWords().AreThoseOfTheProtocol();
    }

    // CALL-1 CALL-3 CALL-8 CALL-15 CALL-16
    [Fact]
    public void A_call_stands_as_the_vector_says() => FoldVectors.Hold(Group);

    // CALL-8
    [Fact]
    public void Both_sides_come_to_the_words_that_the_vector_says()
    {
        var list = File.ReadAllLines(Path.Combine(VectorFolder.ProjectRoot(), "docs", "protocol", "words.txt"));
        OwnVectors.Each(
            Words,
            vector =>
            {
                var members = ((JsonArray)vector["members"]!).Select(m => (JsonObject)m!).ToList();
                var text = new StringBuilder($"parley call words v1\n{vector["line"]}\n{vector["call"]}\n");
                foreach (var member in members.OrderBy(m => (string)m["joined"]!, StringComparer.Ordinal))
                    text.Append(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"{member["joined"]} {member["leaf"]} {member["fingerprint"]} {member["nonce"]}\n"
                    );
                var hash = Sha256.Of(Encoding.UTF8.GetBytes(text.ToString())).ToArray();
                Assert.Equal((string?)vector["words"], string.Join(' ', hash.Take(4).Select(b => list[b])));
                foreach (var member in members)
                    Assert.Equal(
                        (string?)member["commitment"],
                        $"sha256:{Sha256.Of(Convert.FromHexString((string)member["nonce"]!)).ToHex()}"
                    );
            }
        );
    }

    private static OwnVectors MadeWords()
    {
        var vectors = new OwnVectors(
            Words,
            "Two members of a call (the joining, the hash of its leaf, the key of its console, its 32 bytes and what it names of them in its joining), and the four words that each side reads out."
        );
        const string Line = "north-vnv4336p2arpxw325gfimidehsk6taio";
        JsonObject Member(string joined, char seed) =>
            new()
            {
                ["joined"] = joined,
                ["leaf"] = $"sha256:{Sha256.Of(Encoding.ASCII.GetBytes(joined)).ToHex()}",
                ["fingerprint"] = $"sha256:{Sha256.Of(Encoding.ASCII.GetBytes($"key {seed}")).ToHex()}",
                ["nonce"] = Sha256.Of(Encoding.ASCII.GetBytes($"nonce {seed}")).ToHex(),
                ["commitment"] =
                    $"sha256:{Sha256.Of(Sha256.Of(Encoding.ASCII.GetBytes($"nonce {seed}")).ToArray()).ToHex()}",
            };
        void Add(string name, JsonObject one, JsonObject other, string words) =>
            vectors.Add(
                name,
                "CALL-8",
                new JsonObject
                {
                    ["line"] = Line,
                    ["call"] = "us/12",
                    ["members"] = new JsonArray(one, other),
                    ["words"] = words,
                }
            );
        Add("two members", Member("us/14", '1'), Member("ru/9", '2'), "easel sugar bicycle puzzle");
        Add(
            "the same two, told in the other order",
            Member("ru/9", '2'),
            Member("us/14", '1'),
            "easel sugar bicycle puzzle"
        );
        Add("another key", Member("us/14", '3'), Member("ru/9", '2'), "apple eagle velvet firefly");
        Add("another joining", Member("us/15", '1'), Member("ru/9", '2'), "robin harbor quiver ribbon");
        Add("ids are compared as texts", Member("ru/10", '1'), Member("ru/9", '2'), "elder jigsaw icicle silver");
        return vectors;
    }

    private static OwnVectors Made()
    {
        var vectors = new FoldVectors(Group);
        TestRecord New(int fold = LinePolicy.NewestFold) => new(fold, "us", "ru") { Mark = Mark.Actual };

        var record = New();
        var call = record.Write("us", Kinds.CallOpened, "{}");
        record.Write("us", Kinds.CallJoined, Join, call);
        vectors.Add(
            "a call that rings, and is not answered within a minute",
            "CALL-3",
            record,
            [new Expected(call, Noon.AddSeconds(59), "ringing"), new Expected(call, Noon.AddSeconds(61), "unanswered")],
            []
        );
        record.Write("ru", Kinds.CallJoined, Join, call);
        vectors.Add(
            "a call that the other party's joining answers",
            "CALL-3 CALL-1",
            record,
            [new Expected(call, Noon.AddMinutes(5), "accepted")],
            []
        );

        record = New();
        call = record.Write("us", Kinds.CallOpened, "{}");
        var keyless = record.Write("ru", Kinds.CallJoined, "{}", call);
        var halved = record.Write(
            "ru",
            Kinds.CallJoined,
            """{"fingerprint":"sha256:aa","commitment":"sha256:bb"}""",
            call
        );
        vectors.Add(
            "joinings that name no key",
            "CALL-1",
            record,
            [new Expected(call, Noon, "ringing")],
            [keyless, halved]
        );

        foreach (var (kind, state) in new[] { (Kinds.CallBusy, "busy"), (Kinds.CallDeclined, "declined") })
        {
            record = New();
            call = record.Write("us", Kinds.CallOpened, "{}");
            record.Write("ru", kind, null, call);
            var late = record.Write("ru", Kinds.CallJoined, Join, call);
            vectors.Add(
                $"a call that is answered '{state}' takes no joining",
                "CALL-3",
                record,
                [new Expected(call, Noon, state)],
                [late]
            );
        }

        foreach (var (fold, after) in new[] { (2, "accepted"), (3, "broken off") })
        {
            record = New(fold);
            call = record.Write("us", Kinds.CallOpened, "{}");
            record.Write("us", Kinds.CallJoined, Join, call);
            record.Write("ru", Kinds.CallJoined, Join, call);
            record.Write("ru", Kinds.CallWordsDiffered, """{"own":"ru/1","other":"us/2"}""", call);
            vectors.Add(
                $"other words were heard, on a line of fold {fold}",
                "CALL-8",
                record,
                [new Expected(call, Noon, after)],
                []
            );
        }

        AddAdmission(vectors, New());
        AddRecording(vectors, New());
        return vectors.Vectors;
    }

    private static void AddAdmission(FoldVectors vectors, TestRecord record)
    {
        var call = record.Write("us", Kinds.CallOpened, "{}");
        record.Write("us", Kinds.CallJoined, Join, [call], null, new Officer("principal", "The General"));
        record.Write("ru", Kinds.CallJoined, Join, call);
        var interpreter = record.Write(
            "ru",
            Kinds.CallJoined,
            Join.Replace("{\"f", """{"part":"interpreter","f""", StringComparison.Ordinal),
            [call],
            null,
            new Officer("interpreter", "I. Tolmach")
        );
        var watch = record.Write("us", Kinds.CallAdmitted, $$"""{"joined":"{{interpreter}}"}""", call);
        record.Write(
            "us",
            Kinds.CallAdmitted,
            $$"""{"joined":"{{interpreter}}"}""",
            [call],
            null,
            new Officer("principal", "The General")
        );
        var nobody = record.Write("ru", Kinds.CallAdmitted, $$"""{"joined":"{{call}}"}""", call);
        vectors.Add(
            "where a principal is on the call the watch admits nobody, and nobody admits what is no joining",
            "CALL-15",
            record,
            [new Expected(call, Noon, "accepted")],
            [watch, nobody]
        );
    }

    private static void AddRecording(FoldVectors vectors, TestRecord record)
    {
        var call = record.Write("us", Kinds.CallOpened, "{}");
        var us = record.Write("us", Kinds.CallJoined, Join, call);
        record.Write("ru", Kinds.CallJoined, Join, call);
        record.Write("us", Kinds.CallStarted, null, call);
        var begins = $$"""{"joined":"{{us}}"}""";
        var unasked = record.Write("us", Kinds.CallRecordingStarted, begins, call);
        record.Write("us", Kinds.CallRecordingConsented, null, call);
        var half = record.Write("us", Kinds.CallRecordingStarted, begins, call);
        record.Write("ru", Kinds.CallRecordingConsented, null, call);
        record.Write("us", Kinds.CallRecordingStarted, begins, call);
        record.Write("ru", Kinds.CallRecordingRefused, null, call);
        var none = record.Write("ru", Kinds.CallRecordingEnded, "{}", call);
        vectors.Add(
            "recorded with nobody's consent, with one party's, and with both",
            "CALL-16",
            record,
            [new Expected(call, Noon, "under way")],
            [unasked, half, none]
        );
    }
}
