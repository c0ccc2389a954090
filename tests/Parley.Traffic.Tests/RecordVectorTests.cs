using System.Text;
using System.Text.Json.Nodes;
using Parley.Record;
using Parley.Testing.Vectors;
using Parley.Traffic.Tests.Vectors;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>docs/protocol/vectors/records.json: short records, and the states that every reader folds them to.</summary>
public sealed class RecordVectorTests
{
    private const string Group = "records";

    [Fact]
    public void The_vectors_are_those_of_the_protocol() => Made().AreThoseOfTheProtocol();

    // TRAFFIC-1 TRAFFIC-3 TRAFFIC-5 TRAFFIC-7 TRAFFIC-8 TRAFFIC-9 TRAFFIC-13 TRAFFIC-17 TRAFFIC-20 TRAFFIC-21 TRAFFIC-40
    // TRAFFIC-64 TRAFFIC-80
    [Fact]
    public void A_record_folds_to_the_states_that_the_vector_says_in_whatever_order_it_arrives() =>
        FoldVectors.Hold(Group);

    private static OwnVectors Made()
    {
        var vectors = new OwnVectors(
            Group,
            "Entries of a line (headers, and bodies where there are), its fold and its parties; and the state of items at a time, whatever order the entries of different feeds arrived in. Signatures and salts play no part here: 'body' in a header is the SHA-256 of the body alone."
        );
        void Add(
            string name,
            string clauses,
            TestRecord record,
            params (EntryId Item, DateTimeOffset At, string State)[] states
        ) =>
            vectors.Add(
                name,
                clauses,
                new JsonObject
                {
                    ["fold"] = record.Document.Policy.Fold,
                    ["parties"] = new JsonArray([.. record.Document.Parties.Select(p => (JsonNode)p.Value)]),
                    ["entries"] = new JsonArray([
                        .. record.Entries.Select(e =>
                            (JsonNode)
                                new JsonObject
                                {
                                    ["header"] = Encoding.UTF8.GetString(e.Header.Encode()),
                                    ["body"] = e.Body is null ? null : Encoding.UTF8.GetString(e.Body),
                                }
                        ),
                    ]),
                    ["states"] = new JsonArray([
                        .. states.Select(s =>
                            (JsonNode)
                                new JsonObject
                                {
                                    ["item"] = s.Item.ToString(),
                                    ["at"] = UtcText.Of(s.At),
                                    ["state"] = s.State,
                                }
                        ),
                    ]),
                }
            );
        var noon = TestRecord.Noon;
        const string topic = """{"topic":"the corridor"}""";

        var record = New();
        var asked = record.Write("us", Kinds.CallRequested, topic);
        record.Write("ru", Kinds.CallAccepted, "{}", asked);
        Add("a request for a call, accepted", "TRAFFIC-20", record, (asked, noon, "accepted"));

        record = New();
        asked = record.Write("us", Kinds.CallRequested, topic);
        record.Write("ru", Kinds.CallDeclined, "{}", asked);
        record.Write("us", Kinds.CallWithdrawn, null, asked);
        Add(
            "a request declined, and then withdrawn in vain",
            "TRAFFIC-20 TRAFFIC-3",
            record,
            (asked, noon, "declined")
        );

        record = New();
        asked = record.Write("us", Kinds.CallRequested, topic);
        Add(
            "a request that nobody answers",
            "TRAFFIC-20 TRAFFIC-8 TRAFFIC-121",
            record,
            (asked, noon + TimeSpan.FromHours(48) - TimeSpan.FromMilliseconds(1), "requested"),
            (asked, noon + TimeSpan.FromHours(48), "expired")
        );

        record = New();
        asked = record.Write("us", Kinds.CallRequested, topic);
        record.Now = noon + TimeSpan.FromHours(49);
        record.Write("ru", Kinds.CallAccepted, "{}", asked);
        Add("an answer after the expiry", "TRAFFIC-21", record, (asked, record.Now, "expired"));

        record = New();
        asked = record.Write("us", Kinds.CallRequested, topic);
        record.Write("us", Kinds.CallAccepted, "{}", asked);
        Add("who asked accepts their own request", "TRAFFIC-3", record, (asked, noon, "requested"));

        record = New();
        asked = record.Write("us", Kinds.CallRequested, topic);
        var nothing = new Dictionary<PartyId, ulong>();
        record.Write("ru", Kinds.CallAccepted, "{}", [asked], nothing);
        Add("an answer to what its author had not seen", "TRAFFIC-80", record, (asked, noon, "requested"));

        record = New();
        asked = record.Write("us", Kinds.CallRequested, topic);
        record.Now = noon + TimeSpan.FromMinutes(5);
        var before = record.SeenBy("us");
        record.Write("ru", Kinds.CallAccepted, "{}", asked);
        record.Now = noon + TimeSpan.FromMinutes(4);
        record.Write("us", Kinds.CallWithdrawn, null, [asked], before);
        Add(
            "two that did not know of each other, the earlier of which counts",
            "TRAFFIC-1",
            record,
            (asked, noon + TimeSpan.FromHours(1), "withdrawn")
        );

        record = New();
        var test = record.Write("us", Kinds.TestSent, """{"style":"automatic"}""");
        record.Now = noon + TimeSpan.FromSeconds(61);
        record.Write("ru", Kinds.TestAnswered, null, test);
        Add("an automatic test answered after a minute", "TRAFFIC-121 TRAFFIC-122", record, (test, record.Now, "late"));

        record = New();
        test = record.Write("us", Kinds.TestSent, """{"style":"automatic"}""");
        Add(
            "a test that nobody answers",
            "TRAFFIC-121 TRAFFIC-8",
            record,
            (test, noon, "sent"),
            (test, noon + TimeSpan.FromHours(1), "unanswered")
        );

        record = New();
        var wanted = record.Write("us", Kinds.ClarificationRequested, """{"concern":"build-up of forces"}""");
        Add(
            "a clarification overdue",
            "TRAFFIC-30 TRAFFIC-8",
            record,
            (wanted, noon, "open"),
            (wanted, noon + TimeSpan.FromHours(48), "overdue")
        );

        const string draft = """{"points":[{"text":"The corridor is open","tag":"agreed"}]}""";
        var hash = Crypto.Sha256.Of(Encoding.UTF8.GetBytes(draft)).ToHex();
        var two = new Officer("watch", "A. First", new Officer("principal", "B. Second"));
        foreach (
            var (name, said, by, state) in new (string, string, Officer?, string)[]
            {
                ("a readout agreed to by its hash, by two officers", hash, two, "agreed"),
                ("a readout agreed to by one officer alone", hash, null, "drafting"),
                ("a readout agreed to by another hash", new string('0', 64), two, "drafting"),
            }
        )
        {
            record = New();
            var readout = record.Write("us", Kinds.ReadoutDrafted, draft);
            record.Write("ru", Kinds.ReadoutAgreed, $$"""{"hash":"sha256:{{said}}"}""", [readout], null, by);
            Add(name, "TRAFFIC-40 TRAFFIC-5", record, (readout, noon, state));
        }

        return vectors;

        TestRecord New() => new("us", "ru") { Mark = Mark.Actual };
    }
}
