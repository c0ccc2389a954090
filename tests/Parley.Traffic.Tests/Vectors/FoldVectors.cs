using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Record;
using Parley.Testing.Vectors;
using Parley.Traffic.Agreements;
using Parley.Traffic.Incidents;
using Parley.Traffic.Rooms;
using Xunit;

namespace Parley.Traffic.Tests.Vectors;

/// <summary>What a reader of a record must have come to at a time.</summary>
/// <param name="Item">Of which item.</param>
/// <param name="At">When.</param>
/// <param name="State">The state of the item's table.</param>
internal sealed record Expected(EntryId Item, DateTimeOffset At, string State)
{
    /// <summary>Where an agreement stands once everything is sealed. CEASEFIRE-7.</summary>
    internal string? Standing { get; init; }

    /// <summary>Of an incident, the number under which it goes on. CEASEFIRE-27.</summary>
    internal EntryId? LeadsTo { get; init; }

    /// <summary>Of a silence procedure, what each party but the one that began it has said. MEDIATION-15.</summary>
    internal string? Silence { get; init; }
}

/// <summary>Vectors of short records: the states that they fold to, and which entries are flagged, in whatever order they
/// arrive. TRAFFIC-1.</summary>
internal sealed class FoldVectors
{
    internal const string About =
        "Entries of a line (headers, and bodies where there are), its fold, its parties and, where they are others than usual, the acts that take two people; the state of items at a time, and which entries are flagged ('flagged', where it stands: these and no others), whatever order the entries of different feeds arrived in. Signatures and salts play no part here: 'body' in a header is the SHA-256 of the body alone. 'standing' is that of an agreement with everything sealed, 'leadsTo' the number under which an incident goes on, 'silence' what each party said to a silence procedure.";
    private const int Orders = 20;

    internal FoldVectors(string group) => Vectors = new OwnVectors(group, About);

    internal OwnVectors Vectors { get; }

    /// <param name="name">A sentence.</param>
    /// <param name="clauses">What it shows.</param>
    /// <param name="record">The entries.</param>
    /// <param name="expected">What they come to.</param>
    /// <param name="flagged">The entries that are flagged; null where the vector does not say.</param>
    internal void Add(string name, string clauses, TestRecord record, Expected[] expected, EntryId[]? flagged)
    {
        var vector = new JsonObject
        {
            ["fold"] = record.Document.Policy.Fold,
            ["parties"] = new JsonArray([.. record.Document.Parties.Select(p => (JsonNode)p.Value)]),
        };
        if (!record.Document.Policy.TwoPeople.SequenceEqual(LinePolicy.Default.TwoPeople))
            vector["twoPeople"] = new JsonArray([.. record.Document.Policy.TwoPeople.Select(a => (JsonNode)a)]);
        vector["entries"] = new JsonArray([
            .. record.Entries.Select(e =>
                (JsonNode)
                    new JsonObject
                    {
                        ["header"] = Encoding.UTF8.GetString(e.Header.Encode()),
                        ["body"] = e.Body is null ? null : Encoding.UTF8.GetString(e.Body),
                    }
            ),
        ]);
        vector["states"] = new JsonArray([.. expected.Select(Written)]);
        if (flagged is not null)
            vector["flagged"] = new JsonArray([.. flagged.Select(f => (JsonNode)f.ToString())]);
        Vectors.Add(name, clauses, vector);
    }

    private static JsonNode Written(Expected expected)
    {
        var state = new JsonObject
        {
            ["item"] = expected.Item.ToString(),
            ["at"] = UtcText.Of(expected.At),
            ["state"] = expected.State,
        };
        if (expected.Standing is { } standing)
            state["standing"] = standing;
        if (expected.LeadsTo is { } number)
            state["leadsTo"] = number.ToString();
        if (expected.Silence is { } silence)
            state["silence"] = silence;
        return state;
    }

    /// <summary>Reads a group as an implementer of another make would.</summary>
    internal static void Hold(string group) => OwnVectors.Each(group, Hold);

    private static void Hold(JsonObject vector)
    {
        var policy = LinePolicy.Default with { Fold = (int)vector["fold"]! };
        if (vector["twoPeople"] is JsonArray acts)
            policy = policy with { TwoPeople = [.. acts.Select(a => (string)a!)] };
        var parties = ((JsonArray)vector["parties"]!).Select(p => PartyId.Parse((string)p!)).ToList();
        var feeds = ((JsonArray)vector["entries"]!)
            .Select(e =>
                (
                    EntryHeader.Parse(Encoding.UTF8.GetBytes((string)e!["header"]!)).Required(),
                    e["body"] is { } body ? Encoding.UTF8.GetBytes((string)body!) : null
                )
            )
            .GroupBy(e => e.Item1.From)
            .ToList();
        for (var seed = 0; seed < Orders; seed++)
        {
            var view = Shuffled(new Random(seed), new LineView(policy, parties), feeds);
            foreach (var expected in (JsonArray)vector["states"]!)
                IsAs((JsonObject)expected!, view, parties);
            if (vector["flagged"] is JsonArray flagged)
                Assert.Equal(
                    flagged.Select(f => (string?)f).Order(StringComparer.Ordinal),
                    view.Flags.Select(f => f.Entry.ToString()).Order(StringComparer.Ordinal)
                );
        }
    }

    private static LineView Shuffled(
        Random chance,
        LineView view,
        List<IGrouping<PartyId, (EntryHeader, byte[]?)>> feeds
    )
    {
        var left = feeds.Select(f => new Queue<(EntryHeader Header, byte[]? Body)>(f)).ToList();
        while (left.Count > 0)
        {
            var (header, body) = left[chance.Next(left.Count)].Dequeue();
            view.Fold(header, body);
            left.RemoveAll(f => f.Count == 0);
        }
        return view;
    }

    private static void IsAs(JsonObject expected, LineView view, List<PartyId> parties)
    {
        var at = DateTimeOffset.Parse((string)expected["at"]!, CultureInfo.InvariantCulture);
        Assert.True(EntryId.TryParse((string)expected["item"]!, out var id));
        var item = view.ItemOf(id, at);
        Assert.Equal((string?)expected["state"], item?.State);
        if (expected["standing"] is { } standing)
            Assert.Equal((string?)standing, AgreementStanding.Of(item!, at, _ => true).State);
        if (expected["leadsTo"] is { } number)
            Assert.Equal((string?)number, IncidentNumbers.Resolve(id, view.IncidentOf).ToString());
        if (expected["silence"] is { } silence)
            Assert.Equal(
                (string?)silence,
                string.Join(", ", SilenceStanding.Of(item!, parties).Select(p => $"{p.Party}: {p.State}"))
            );
    }
}
