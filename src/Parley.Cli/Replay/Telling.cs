using System.Text.Json.Nodes;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Cli.Replay;

/// <summary>What an entry of an event answers.</summary>
internal enum Answers
{
    Nothing,

    /// <summary>The entry of the event that the event's <c>of</c> names, where that is on the same line.</summary>
    Of,

    /// <summary>The event's own first entry.</summary>
    First,
}

/// <summary>An entry that an event becomes.</summary>
/// <param name="InJournal">True for what its author writes for itself.</param>
internal sealed record ToldEntry(PartyId Author, bool InJournal, string Kind, JsonObject Body, Answers Re);

/// <summary>What is known of an event's surroundings only when its time comes.</summary>
/// <param name="Of">The entry of the event that <c>of</c> names, such as us/3; null where it names none on the same
/// line.</param>
/// <param name="OfBody">SHA-256 of that entry's body, as <c>sha256:…</c>.</param>
/// <param name="OfText">Manifest hash of the agreement's text that this entry brought; null where it brought
/// none.</param>
/// <param name="Successor">The line that continues the event's line from now on.</param>
internal sealed record Surroundings(string? Of, string? OfBody, string? OfText, string? Successor);

/// <summary>
/// From an event of a scenario to the entries that tell it. Kinds that have no state machine travel as typed notices:
/// an entry of that very kind,
/// with the facts as they stand in the file. Facts that a kind's body has no place for stand beside it, under
/// <c>facts</c>.
/// </summary>
internal static class Telling
{
    internal const string LineOpened = "line.opened";

    /// <summary>What reports tell of ceasefires; they become the acts of agreements.</summary>
    internal const string CeasefireInForce = "ceasefire.in_force",
        ProposalDiscussed = "proposal.discussed",
        ProposalFloated = "proposal.floated",
        ProposalRefused = "proposal.refused";

    /// <summary>Words of a condition's scope or reason that make it a crisis.</summary>
    private static readonly string[] Grave = ["invasion", "attack", "war", "strike", "crisis"];

    internal static IReadOnlyList<ToldEntry> Entries(Scenario scenario, ScenarioEvent told, Surroundings around)
    {
        if (told.OffRecord)
            return
            [
                .. Sides(scenario, told)
                    .Select(p => new ToldEntry(p, true, told.What, OffRecordNote(told), Answers.Nothing)),
            ];
        var inJournal = told.Line is null;
        var re = told.Of is null ? Answers.Nothing : Answers.Of;
        ToldEntry One(JsonObject body) => new(told.By, inJournal, told.What, body, re);
        switch (told.What)
        {
            case LineOpened:
                return []; // the ceremony itself
            case Kinds.PartyAdmitted:
                return
                [
                    .. Sides(scenario, told)
                        .Select(p => new ToldEntry(
                            p,
                            false,
                            told.What,
                            Beside(
                                told,
                                ["party", "use"],
                                ("party", Text(told, "party")),
                                ("successor", around.Successor),
                                ("use", Text(told, "use"))
                            ),
                            Answers.Nothing
                        )),
                ];
            case Kinds.CallRequested: // how it ended is not the requester's to write: no entry of the other side says it
                return
                [
                    One(
                        Beside(
                            told,
                            ["who", "topic", "outcome"],
                            ("between", Between(scenario, told)),
                            ("topic", Text(told, "topic"))
                        )
                    ),
                ];
            case Kinds.CallAccepted when told.Of is null:
                return
                [
                    One(
                        Beside(
                            told,
                            ["who", "topic"],
                            ("outside", Object(("between", Between(scenario, told)), ("topic", Text(told, "topic"))))
                        )
                    ),
                ];
            case Kinds.CallHeld:
                return
                [
                    One(
                        Beside(
                            told,
                            ["who", "topic", "minutes", "asked", "outcome", "means", "readout"],
                            ("between", Between(scenario, told)),
                            ("topic", Text(told, "topic")),
                            ("minutes", Value(told, "minutes")),
                            ("means", Text(told, "means")),
                            ("asked", Text(told, "asked")),
                            ("outcome", Text(told, "outcome"))
                        )
                    ),
                    .. (told.Facts?["readout"]?.Members ?? []).Select(r => new ToldEntry(
                        PartyId.Parse(r.Name),
                        inJournal,
                        Kinds.ReadoutIssued,
                        Object(("text", r.Value.Text)),
                        Answers.First
                    )),
                ];
            case Kinds.NoticeObserved when Text(told, "material") is { } material:
                return
                [
                    One(
                        Beside(
                            told,
                            ["what", "material", "verification"],
                            ("template", "observed"),
                            ("what", Text(told, "what")),
                            (
                                "material",
                                new JsonArray(Object(("what", material), ("verification", Text(told, "verification"))))
                            )
                        )
                    ),
                ];
            case Kinds.ConditionRaised:
                return
                [
                    One(
                        Beside(
                            told,
                            ["scope", "level", "reason", "shared"],
                            ("scope", inJournal ? "watch" : "line"),
                            ("level", Text(told, "level") ?? Level(told)),
                            ("reason", Text(told, "reason") ?? Text(told, "scope"))
                        )
                    ),
                ];
            case Kinds.ClaimMade when Text(told, "claim") is { } claim:
                return
                [
                    One(
                        Beside(
                            told,
                            ["claim", "source", "contested"],
                            ("text", claim),
                            ("source", Text(told, "source")),
                            ("contested", Value(told, "contested"))
                        )
                    ),
                ];
            case Kinds.ReadoutAgreed:
                return [One(Object(("hash", around.OfBody)))];
            case CeasefireInForce when !inJournal:
                return CeasefireTelling.InForce(scenario, told);
            case ProposalDiscussed or ProposalFloated when !inJournal:
                return [CeasefireTelling.Tabled(told, around)];
            // What was said off the record stands nowhere that a refusal could answer: then it stays a notice.
            case ProposalRefused when !inJournal && around.OfText is not null:
                return [CeasefireTelling.Declined(told, around)];
            case Kinds.AgreementOpened
            or Kinds.AgreementSigned
            or Kinds.AgreementConsented
            or Kinds.AgreementDeclined when Text(told, "hash") is null:
                return [One(Joined(Object(("hash", around.OfText)), Facts(told)))];
            case var known when TrafficBodies.IsKnown(known):
                return [One(Facts(told) ?? [])];
            default:
                return [One(Notice(told, around.Of))];
        }
    }

    /// <summary>The words of what is said off the record: its kind, and its facts.</summary>
    internal static string Spoken(ScenarioEvent told) =>
        $"{told.What}: {string.Join("; ", (told.Facts?.Members ?? []).Where(m => m.Name is not ("record" or "of")).Select(m => $"{m.Name} {m.Value.Text ?? m.Value.Raw}"))}";

    /// <summary>The parties that an event of a line has for sides, whose doing it is first.</summary>
    internal static IEnumerable<PartyId> Sides(Scenario scenario, ScenarioEvent told) =>
        told.Line is null ? [told.By] : [told.By, .. scenario.LineOf(told.Line).Parties.Where(p => p != told.By)];

    /// <summary>Who speaks with whom: the offices in the file's order, the party whose doing it is first, then those
    /// named, else those the line was opened with.</summary>
    internal static IReadOnlyList<PartyId> Speakers(Scenario scenario, ScenarioEvent told) =>
        told.With.Count > 0 ? [told.By, .. told.With] : [.. Sides(scenario, told)];

    private static JsonArray? Between(Scenario scenario, ScenarioEvent told) =>
        told.Facts?["who"] is not { } who
            ? null
            : new JsonArray([
                .. who.Items.Zip(
                    Speakers(scenario, told),
                    (office, party) => Object(("party", party.Value), ("office", office.Text))
                ),
            ]);

    private static JsonObject OffRecordNote(ScenarioEvent told)
    {
        var note = Notice(told, null);
        note["record"] = "off";
        note["line"] = told.Line;
        note["from"] = told.By.Value;
        return note;
    }

    private static JsonObject Notice(ScenarioEvent told, string? of) =>
        Object(
            ("what", told.What),
            ("facts", Facts(told)),
            ("with", told.With.Count == 0 ? null : new JsonArray([.. told.With.Select(p => (JsonNode)p.Value)])),
            ("of", of)
        );

    private static string Level(ScenarioEvent told) =>
        Grave.Any(word =>
            (Text(told, "scope") ?? Text(told, "reason") ?? "").Contains(word, StringComparison.OrdinalIgnoreCase)
        )
            ? "crisis"
            : "heightened";

    internal static string? Text(ScenarioEvent told, string fact) => told.Facts?[fact]?.Text;

    private static JsonNode? Value(ScenarioEvent told, string fact) =>
        told.Facts?[fact] is { } value ? JsonNode.Parse(value.Raw) : null;

    /// <summary>A body of its own members, and under <c>facts</c> those facts that it has no member for.</summary>
    internal static JsonObject Beside(
        ScenarioEvent told,
        string[] placed,
        params (string Name, JsonNode? Value)[] members
    )
    {
        var body = Object(members);
        if (Facts(told, placed) is { } rest)
            body["facts"] = rest;
        return body;
    }

    /// <summary>The facts as they stand in the file, but for those named and those that say how the event is
    /// told.</summary>
    private static JsonObject? Facts(ScenarioEvent told, params string[] without)
    {
        var facts = new JsonObject();
        foreach (var fact in told.Facts?.Members ?? [])
        {
            if (fact.Name is not ("of" or "record") && !without.Contains(fact.Name))
                facts[fact.Name] = JsonNode.Parse(fact.Value.Raw);
        }
        return facts.Count == 0 ? null : facts;
    }

    private static JsonObject Joined(JsonObject body, JsonObject? facts)
    {
        foreach (var (name, value) in facts ?? [])
            body[name] = value?.DeepClone();
        return body;
    }

    internal static JsonObject Object(params (string Name, JsonNode? Value)[] members)
    {
        var made = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null)
                made[name] = value;
        }
        return made;
    }
}
