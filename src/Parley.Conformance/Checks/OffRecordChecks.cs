using System.Text.Json.Nodes;
using Parley.Record;

namespace Parley.Conformance.Checks;

/// <summary>Messages off the record.</summary>
internal static class OffRecordChecks
{
    internal static IReadOnlyList<Check> All { get; } =
    [
        .. Answered("LINK-40", 200, "as it is written", m => m),
        .. Answered(
            "MESSAGES-5",
            200,
            "with words as stations wrote them before",
            m => Put(m, "precedence", "Routine")
        ),
        .. Answered("MESSAGES-7", 400, "an id with a space", m => Put(m, "id", "two words")),
        .. Answered("MESSAGES-7", 400, "an id of 65 characters", m => Put(m, "id", new string('a', 65))),
        .. Answered("MESSAGES-5", 400, "another precedence", m => Put(m, "precedence", "urgent")),
        .. Answered("MESSAGES-5", 400, "a precedence as a number", m => Put(m, "precedence", 3)),
        .. Answered("LINK-86", 400, "a name with a newline", m => Put(m, "name", "A.\nOfficer")),
        .. Answered("LINK-86", 400, "a seat with a space", m => Put(m, "seat", "the watch")),
        .. Answered("LINK-19", 400, "a member that is unknown", m => Put(m, "to", "you")),
        .. Answered("MESSAGES-7", 400, "a text of 49,153 bytes", m => Put(m, "text", new string('x', 49_153))),
    ];

    private static JsonObject Put(JsonObject message, string member, JsonNode value)
    {
        message[member] = value;
        return message;
    }

    private static IEnumerable<Check> Answered(
        string clause,
        int status,
        string what,
        Func<JsonObject, JsonObject> bend
    ) =>
        [
            new(
                clause,
                $"a message off the record is answered {status}: {what}",
                async (s, ct) =>
                    Finding.Status(
                        await s
                            .Caller.PostAsync(
                                $"/parley/v1/lines/{s.Line.Id}/off-record",
                                bend(Message(s)).ToJsonString(),
                                ct
                            )
                            .ConfigureAwait(false),
                        status
                    )
            ),
        ];

    private static JsonObject Message(ConformanceSession session) =>
        new()
        {
            ["id"] = Convert.ToHexStringLower(Crypto.Randomness.Bytes(8)),
            ["at"] = UtcText.Of(session.Clock.GetUtcNow()),
            ["seat"] = "watch",
            ["name"] = "Conformance suite",
            ["precedence"] = "routine",
            ["mark"] = "test",
            ["text"] = "between us",
        };
}
