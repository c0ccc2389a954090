using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>A call as two defence chiefs' offices hold it (E2): asked for, agreed to, spoken over the line, logged and told by both.</summary>
public sealed class AgreedCallTests
{
    private const string Outcome = "Both keep their aircraft clear of the strait.";

    // R20 R21 R22 R23, TRAFFIC-52
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_call_asked_for_and_agreed_is_spoken_over_the_line_logged_by_both_told_in_one_readout_and_is_the_first_since_the_last()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(["us", "ru"], setUp: HeldCall.WithConsole);
        string[] between = ["--between", "us=secretary of defence", "--between", "ru=minister of defence"];
        string[] last = ["call", "end", "--started", "2026-02-18T12:00Z", "--minutes", "30", .. between];
        await ActAsync(line, "us", last);
        var request = Id(await ActAsync(line, "us", ["call", "request", "--topic", "The strait", .. between]));
        await ActAsync(line, "ru", ["call", "accept", request]);

        await using var call = await HeldCall.AgreedAsync(line, request);
        Assert.Equal(request, call.Call);
        await call.Ru.SeesAsync(call.Ru.Page.GetByText("They are in the call and wait"));
        await call.Ru.Button("Answer").ClickAsync();
        await call.HearEachOtherAsync();
        await call.Us.Button("They are the same").ClickAsync();
        await call.Us.SeesAsync(call.Us.Page.GetByText("The words are the same"));
        await call.Us.ShootAsync("call-agreed");
        await Until.HoldsAsync(
            "the call has begun on the record",
            () => call.ItemAsync("ru"),
            item => item["state"]!.GetValue<string>() == "under way"
        );
        foreach (var officer in (Officer[])[call.Us, call.Ru])
            await officer.Button("Leave the call").ClickAsync();
        foreach (var (officer, party) in (IEnumerable<(Officer, string)>)[(call.Us, "us"), (call.Ru, "ru")])
        {
            await officer.GoAsync($"/contacts/{line.Line}?tab=calls");
            await officer.Page.Locator($"[data-item='{request}']").GetByText("Log the call…").ClickAsync();
            await officer.Field("Outcome *").FillAsync(Outcome);
            await officer.Button("Put on the record").ClickAsync();
            await Until.HoldsAsync(
                $"what {party} logged is known to both",
                async () =>
                    $"{(await call.LogsAsync("us"))["logged"]!.AsArray().Count(l => Wrote(l, party))}{(await call.LogsAsync("ru"))["logged"]!.AsArray().Count(l => Wrote(l, party))}",
                found => found == "11"
            );
        }
        var logs = await call.LogsAsync("us");
        Assert.Empty(logs["differences"]!.AsArray());

        var held = logs["logged"]![0]!["entry"]!.GetValue<string>();
        var draft = Id(await ActAsync(line, "us", ["readout", "propose", held, "--point", $"agreed={Outcome}"]));
        var proposal = (await SayAsync(line, "ru", ["readout", "agree", draft, "--by", "Orlov", "--json"]))
            .Ended(0)
            .Json["proposal"]!.GetValue<string>();
        (await SayAsync(line, "ru", ["release", proposal, "--by", "B. Second", "--seat", "principal"])).Ended(0);
        foreach (var party in (string[])["us", "ru"])
        {
            var chronology = await Until.HoldsAsync(
                $"the readout is agreed at {party}",
                async () => (await SayAsync(line, party, ["chronology", "--json"])).Ended(0).Json,
                found => found["readouts"]!.AsArray().Single()!["state"]!.GetValue<string>() == "agreed"
            );
            Assert.Equal("2026-02-18T12:00:00.000Z", chronology["firstSince"]!.GetValue<string>());
            var contact = chronology["contacts"]!.AsArray()[^1]!;
            Assert.True(contact["confirmed"]!.GetValue<bool>());
        }
        await call.Us.GoAsync($"/contacts/{line.Line}?tab=chronology");
        await call.Us.SeesAsync(call.Us.Page.GetByText("first since"));
        await call.Us.ShootAsync("call-first-since");
    }

    private static bool Wrote(JsonNode? log, string party) =>
        log!["entry"]!.GetValue<string>().StartsWith($"{party}/", StringComparison.Ordinal);

    private static string Id(JsonNode appended) => appended["id"]!.GetValue<string>();

    private static async Task<JsonNode> ActAsync(OpenLine line, string party, string[] words) =>
        (await SayAsync(line, party, [.. words, "--wait", "sealed", "--json"])).Ended(0).Json;

    private static Task<Said> SayAsync(OpenLine line, string party, string[] words) => line[party].RunAsync(words);
}
