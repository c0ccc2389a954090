using System.Text;
using System.Text.Json.Nodes;
using Parley.Link.Wire;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Link.Tests.Vectors;

/// <summary>docs/protocol/vectors/call-messages.json: what two stations say to each other of a call.</summary>
public sealed class CallMessageVectorTests
{
    private const string Group = "call-messages";

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // CALL-9 CALL-12
    [Fact]
    public void A_message_is_taken_or_passed_over_as_the_vector_says() =>
        OwnVectors.Each(
            Group,
            vector =>
            {
                var bytes = OwnVectors.Bytes(vector["bytes"]);
                var taken = (string?)vector["message"] switch
                {
                    "hello" => CallHello.Parse(bytes).TryGet(out _, out _),
                    _ => CallSignal.Parse(bytes).TryGet(out _, out _),
                };
                Assert.Equal((bool)vector["taken"]!, taken);
            }
        );

    private static OwnVectors Made()
    {
        var vectors = new OwnVectors(
            Group,
            "The first frame of a stream ('hello', CALL-12) and what one console says to another ('signal', CALL-9), and whether each is one."
        );
        void Add(string message, string name, string json, bool taken) =>
            vectors.Add(
                $"{message}: {name}",
                message == "hello" ? "CALL-12" : "CALL-9",
                new JsonObject
                {
                    ["message"] = message,
                    ["bytes"] = OwnVectors.Of(Encoding.UTF8.GetBytes(json)),
                    ["taken"] = taken,
                }
            );
        string key = new('5', 64),
            hello = $$"""{"trunk":"0123456789abcdef","key":"{{key}}","udp":["203.0.113.7:7480"]}""",
            signal =
                """{"call":"us/12","from":"us/14","to":"ru/9","epoch":"0123456789abcdef","number":1,"kind":"ready"}""";
        Add("hello", "with one place", hello, true);
        Add("hello", "without a place", hello.Replace("\"203.0.113.7:7480\"", "", StringComparison.Ordinal), true);
        foreach (
            var (name, old, other) in new[]
            {
                ("a trunk of fifteen digits", "0123456789abcdef", "0123456789abcde"),
                ("a trunk in upper case", "0123456789abcdef", "0123456789ABCDEF"),
                ("a key of 62 digits", key, key[..62]),
                (
                    "nine places",
                    "[\"203.0.113.7:7480\"]",
                    "[\"a:1\",\"a:2\",\"a:3\",\"a:4\",\"a:5\",\"a:6\",\"a:7\",\"a:8\",\"a:9\"]"
                ),
                ("a place of 271 characters", "203.0.113.7:7480", new string('a', 269) + ":1"),
                ("a member more", "\"trunk\"", "\"more\":1,\"trunk\""),
                ("a member twice", "\"trunk\"", "\"trunk\":\"0123456789abcdef\",\"trunk\""),
                ("without its places", ",\"udp\":[\"203.0.113.7:7480\"]", ""),
            }
        )
            Add("hello", name, hello.Replace(old, other, StringComparison.Ordinal), false);
        Add("signal", "ready", signal, true);
        Add(
            "signal",
            "an offer with its description",
            signal.Replace("\"ready\"", "\"offer\",\"sdp\":\"v=0\",\"session\":\"a-1\"", StringComparison.Ordinal),
            true
        );
        Add(
            "signal",
            "a state",
            signal.Replace(
                "\"ready\"",
                "\"state\",\"held\":true,\"muted\":false,\"deaf\":\"no-key\"",
                StringComparison.Ordinal
            ),
            true
        );
        foreach (
            var (name, old, other) in new[]
            {
                ("an offer without a description", "\"ready\"", "\"offer\""),
                ("ready with a description", "\"ready\"", "\"ready\",\"sdp\":\"v=0\""),
                ("a description of 16,385 characters", "\"ready\"", $"\"offer\",\"sdp\":\"{new string('v', 16_385)}\""),
                ("another kind", "\"ready\"", "\"hail\""),
                ("number 0", "\"number\":1", "\"number\":0"),
                ("an epoch in upper case", "0123456789abcdef", "0123456789ABCDEF"),
                ("to its own sender", "\"to\":\"ru/9\"", "\"to\":\"us/14\""),
                ("a session with a space", "\"ready\"", "\"ready\",\"session\":\"a 1\""),
                ("a session of 33 letters", "\"ready\"", $"\"ready\",\"session\":\"{new string('a', 33)}\""),
                ("a nonce of 62 digits", "\"ready\"", $"\"ready\",\"nonce\":\"{key[..62]}\""),
                ("an id that is none", "us/12", "us-12"),
                ("a member more", "\"call\"", "\"more\":1,\"call\""),
                ("without its epoch", "\"epoch\":\"0123456789abcdef\",", ""),
            }
        )
            Add("signal", name, signal.Replace(old, other, StringComparison.Ordinal), false);
        return vectors;
    }
}
