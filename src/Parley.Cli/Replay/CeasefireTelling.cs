using System.Text;
using System.Text.Json.Nodes;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Agreements;
using Parley.Traffic.Bodies;

namespace Parley.Cli.Replay;

/// <summary>
/// What a scenario tells of ceasefires, as acts of agreements. A report says that one was in force, and not what its text
/// was: the text that is tabled then says no more than the report does.
/// </summary>
internal static class CeasefireTelling
{
    private const int MaxTitle = 200;

    /// <summary>True for a kind that brings a text of an agreement.</summary>
    internal static bool IsText(string kind) =>
        kind is Kinds.AgreementTabled or Kinds.AgreementCountered or Kinds.AgreementAmended;

    /// <summary>A ceasefire that is in force: its text, opened and signed by every side.</summary>
    internal static IReadOnlyList<ToldEntry> InForce(Scenario scenario, ScenarioEvent told)
    {
        PartyId[] parties = [told.By, .. told.With.Count > 0 ? told.With : Telling.Sides(scenario, told).Skip(1)];
        var text = Text(
            told,
            Telling.Text(told, "title")
                ?? (Telling.Text(told, "agreed") is { } agreed ? $"Ceasefire agreed in {agreed}" : "Ceasefire"),
            ("class", "ceasefire"),
            (
                "signatories",
                new JsonArray([
                    .. parties.Select(p =>
                        (JsonNode)Telling.Object(("party", p.Value), ("capacity", AgreementWords.Party))
                    ),
                ])
            )
        );
        var hash = AgreementVersion.HashOf(Encoding.UTF8.GetBytes(text.ToJsonString())).Required();
        ToldEntry Act(PartyId by, string kind, params (string, JsonNode?)[] members) =>
            new(by, false, kind, Telling.Object([("hash", hash), .. members]), Answers.First);
        return
        [
            new ToldEntry(told.By, false, Kinds.AgreementTabled, text, Answers.Nothing),
            Act(told.By, Kinds.AgreementOpened),
            .. parties.Select(p => Act(p, Kinds.AgreementSigned, ("capacity", AgreementWords.Party))),
        ];
    }

    /// <summary>A proposal: a text on the table, or another in the place of the one that it answers.</summary>
    internal static ToldEntry Tabled(ScenarioEvent told, Surroundings around)
    {
        var isCounter = around.OfText is not null;
        return new ToldEntry(
            told.By,
            false,
            isCounter ? Kinds.AgreementCountered : Kinds.AgreementTabled,
            Text(
                told,
                Telling.Text(told, "title") ?? Telling.Text(told, "terms") ?? "Proposal; its terms are not reported"
            ),
            isCounter ? Answers.Of : Answers.Nothing
        );
    }

    /// <summary>A refusal of a proposal that stands on the record.</summary>
    internal static ToldEntry Declined(ScenarioEvent told, Surroundings around) =>
        new(
            told.By,
            false,
            Kinds.AgreementDeclined,
            Telling.Beside(
                told,
                ["reason", "condition"],
                ("hash", around.OfText),
                ("reason", Telling.Text(told, "reason") ?? Telling.Text(told, "condition") ?? "no reason is reported")
            ),
            Answers.Of
        );

    private static JsonObject Text(ScenarioEvent told, string title, params (string, JsonNode?)[] members) =>
        Telling.Beside(told, ["title"], [("title", title.Length > MaxTitle ? title[..MaxTitle] : title), .. members]);
}
