using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>Three parties and a guarantor sign one text in two languages while their stations are killed, one after the
/// other.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class SignedUnderKillsTests
{
    private static readonly string[] Parties = ["us", "ru", "ua", "un"];

    private static JsonObject Text() =>
        (JsonObject)
            JsonNode.Parse(
                """
                {"title":"Ceasefire along the river","class":"ceasefire",
                 "languages":[{"lang":"en","authoritative":true},{"lang":"fr","authoritative":true}],
                 "signatories":[{"party":"us","capacity":"party"},{"party":"ru","capacity":"party"},
                                {"party":"ua","capacity":"party"},{"party":"un","capacity":"guarantor"}],
                 "clauses":[{"id":"1","kind":"prohibited act","lang":"en","text":"No fire."},
                            {"id":"1","kind":"prohibited act","lang":"fr","text":"Aucun tir."}],
                 "countingRule":{"name":"agreed","unit":"incident","gap":"PT1H","least":30,"exclude":["flare"]},
                 "monitoring":"The joint commission.","violationProcedure":"To the board.",
                 "noExpiry":true,"noticeDays":7}
                """
            )!;

    [Fact] // CEASEFIRE-5, CEASEFIRE-6, CEASEFIRE-7, CEASEFIRE-16
    public async Task One_text_in_two_languages_is_countered_twice_signed_under_kills_of_every_station_in_turn_and_in_force_at_all_at_once_and_alike()
    {
        await using var open = await OpenLine.OfAsync(Parties);
        var agreement = await NegotiatedAsync(open);

        // Whoever signs is killed as soon as the signature is acknowledged, and another was killed before.
        foreach (var (signs, capacity, away) in Turns())
        {
            await open[away].KillAsync();
            await SignAsync(open, signs, agreement, capacity);
            foreach (var party in Parties.Where(p => p != away))
                Assert.NotEqual("in force", (await ShownAsync(open, party, agreement)).State());
            await open[signs].KillAsync();
            await open[away].StartAsync();
            Assert.NotEqual("in force", (await ShownAsync(open, away, agreement)).State());
            if (signs == Turns()[^1].Signs)
                foreach (var party in Parties.Where(p => p != signs))
                    Assert.Equal("partly signed", (await ShownAsync(open, party, agreement)).State());
            await open[signs].StartAsync();
            await open.SealedAsync();
        }

        var shown = new List<string>();
        foreach (var party in Parties)
        {
            var there = await Until.HoldsAsync(
                $"it is in force at {party}",
                () => ShownAsync(open, party, agreement),
                a => a.State() == "in force"
            );
            shown.Add(
                $"{there["hash"]} {there["inForceFrom"]} {string.Join(' ', there["signatories"]!.AsArray().Select(s => $"{s!["party"]} {s["capacity"]} {s["state"]} {s["entry"]}"))}"
            );
        }
        Assert.Single(shown.Distinct(StringComparer.Ordinal));
        Assert.Equal(4, shown[0].Split(" signed ").Length - 1);

        // Killed once more, all of them, they say the same, and so does the proof of each to an outsider.
        foreach (var station in open.Stations)
            await station.KillAsync();
        await Task.WhenAll(open.Stations.Select(s => s.StartAsync()));
        foreach (var party in Parties)
        {
            Assert.Equal("in force", (await ShownAsync(open, party, agreement)).State());
            var export = open.Folder[$"export-{party}"];
            (await open[party].RunAsync("record", "export", "--out", export)).Ended(0);
            (await ParleyCommand.RunAsync("verify", export)).Ended(0);
        }
    }

    private static (string Signs, string Capacity, string Away)[] Turns() =>
        [("us", "party", "ua"), ("ru", "party", "un"), ("un", "guarantor", "us"), ("ua", "party", "ru")];

    private static async Task<string> NegotiatedAsync(OpenLine open)
    {
        var file = open.Folder["text.json"];
        var text = Text();
        async Task<string> WriteAsync(string party, params string[] command)
        {
            await File.WriteAllTextAsync(file, text.ToJsonString(), TestContext.Current.CancellationToken);
            return (
                await open[party]
                    .RunAsync([
                        .. command,
                        file,
                        "--by",
                        "First",
                        "--released-by",
                        "Second",
                        "--wait",
                        "sealed",
                        "--json",
                    ])
            )
                .Ended(0)
                .Json["id"]!.GetValue<string>();
        }
        var agreement = await WriteAsync("us", "agreement", "table");
        text["clauses"]![0]!["text"] = "No fire, and no flights.";
        text["clauses"]![1]!["text"] = "Aucun tir, aucun vol.";
        await WriteAsync("ru", "agreement", "counter", agreement);
        text["noticeDays"] = 14;
        await WriteAsync("ua", "agreement", "counter", agreement);
        var countered = await ShownAsync(open, "un", agreement);
        Assert.Equal(3, countered["versions"]!.AsArray().Count);
        Assert.Equal("noticeDays", Assert.Single(countered["differences"]!.AsArray())!["where"]!.GetValue<string>());
        (
            await open["us"].RunAsync("agreement", "open", agreement, "--by", "First", "--wait", "sealed", "--json")
        ).Ended(0);
        return agreement;
    }

    private static async Task SignAsync(OpenLine open, string party, string agreement, string capacity) =>
        (
            await open[party]
                .RunAsync(
                    "agreement",
                    "sign",
                    agreement,
                    "--as",
                    capacity,
                    "--by",
                    "First",
                    "--released-by",
                    "Second",
                    "--json"
                )
        ).Ended(0);

    private static Task<JsonNode> ShownAsync(OpenLine open, string party, string agreement) =>
        open[party].Api.GetAsync($"lines/{open.Line}/agreements/{agreement}");
}
