using System.Text;
using System.Text.Json.Nodes;
using Parley.Testing.Vectors;
using Parley.Traffic.Bodies;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>docs/protocol/vectors/bodies.json: of each kind a body that is read and one that is not.</summary>
public sealed class BodyVectorTests
{
    private const string Group = "bodies";

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // TRAFFIC-4 TRAFFIC-100 TRAFFIC-101 TRAFFIC-105 TRAFFIC-120 TRAFFIC-124 TRAFFIC-125
    [Fact]
    public void A_body_is_read_as_the_vector_says() =>
        OwnVectors.Each(
            Group,
            vector =>
            {
                var bytes = OwnVectors.Bytes(vector["body"]);
                var kind = (string)vector["kind"]!;
                Assert.Equal(
                    ((bool)vector["read"]!, (bool)vector["ownWritten"]!),
                    (
                        TrafficBodies.Read(kind, bytes).TryGet(out _, out _),
                        TrafficBodies.ReadOwn(kind, bytes).TryGet(out _, out _)
                    )
                );
            }
        );

    [Fact]
    public void Every_kind_that_has_a_body_has_its_vectors() =>
        Assert.Equal(
            TrafficBodies.Types.Keys.Order(StringComparer.Ordinal),
            OwnVectors.Read(Group).Select(v => (string)v["kind"]!).Distinct().Order(StringComparer.Ordinal)
        );

    private static OwnVectors Made()
    {
        var vectors = new OwnVectors(
            Group,
            "A body of a kind; 'read' says whether a reader takes it for one (where not, the entry is kept, shown as it is, and flagged), 'ownWritten' whether a station lets its own officer write it."
        );
        void Add(string name, string clauses, string kind, string body, bool read, bool own) =>
            vectors.Add(
                $"{kind}: {name}",
                clauses,
                new JsonObject
                {
                    ["kind"] = kind,
                    ["body"] = OwnVectors.Of(Encoding.UTF8.GetBytes(body)),
                    ["read"] = read,
                    ["ownWritten"] = own,
                }
            );
        foreach (var kind in TrafficBodies.Types.Keys.Order(StringComparer.Ordinal))
        {
            var full = SchemaTests.Full(kind);
            Add("every member", "TRAFFIC-4 TRAFFIC-105", kind, full.ToJsonString(), read: true, own: true);
            var more = (JsonObject)full.DeepClone();
            more["nobodyKnows"] = 1;
            Add(
                "a member that is not known",
                "TRAFFIC-4 TRAFFIC-105",
                kind,
                more.ToJsonString(),
                read: true,
                own: false
            );
            var wrong = (JsonObject)full.DeepClone();
            var first = wrong.First(m => m.Key != "attachments").Key;
            wrong[first] = full[first] is JsonObject ? 3 : new JsonObject { ["of"] = new JsonArray(true) };
            Add("a member of another shape", "TRAFFIC-4", kind, wrong.ToJsonString(), read: false, own: false);
            Add("no object", "TRAFFIC-120", kind, "[]", read: false, own: false);
        }
        const string call = Kinds.CallRequested;
        Add(
            "a time without a zone",
            "TRAFFIC-100",
            call,
            """{"topic":"t","expires":"2031-03-23T14:05:11"}""",
            true,
            false
        );
        Add("a date alone", "TRAFFIC-100", call, """{"topic":"t","expires":"2031-03-23"}""", true, false);
        Add("no time", "TRAFFIC-100", call, """{"topic":"t","expires":"tomorrow"}""", false, false);
        Add(
            "a year beyond 9999",
            "TRAFFIC-100",
            call,
            """{"topic":"t","expires":"10000-01-01T00:00:00Z"}""",
            false,
            false
        );
        Add(
            "a time with an offset",
            "TRAFFIC-100",
            call,
            """{"topic":"t","expires":"2031-03-23T14:05:11+03:00"}""",
            true,
            true
        );
        Add(
            "lists that are null",
            "TRAFFIC-124",
            call,
            """{"topic":"t","between":null,"windows":null,"expires":null}""",
            true,
            true
        );
        Add(
            "null where a member is required",
            "TRAFFIC-124",
            call,
            """{"topic":"t","between":[{"party":"us","office":null}]}""",
            false,
            false
        );
        Add("null in a list", "TRAFFIC-124", call, """{"topic":"t","between":[null]}""", false, false);
        Add(
            "null as the last that a member is",
            "TRAFFIC-120 TRAFFIC-124",
            Kinds.AccidentReported,
            """{"what":"w","what":null}""",
            false,
            false
        );
        Add(
            "a whole number with a point",
            "TRAFFIC-125",
            Kinds.IncidentReported,
            """{"what":"w","killed":30.0,"injured":3e1}""",
            true,
            true
        );
        Add(
            "a number with something behind its point",
            "TRAFFIC-125",
            Kinds.IncidentReported,
            """{"what":"w","killed":3.5}""",
            false,
            false
        );
        return vectors;
    }
}
