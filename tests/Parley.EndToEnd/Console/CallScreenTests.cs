using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>Every step of a call, clicked by the officers of both sides.</summary>
public sealed class CallScreenTests
{
    // TRAFFIC-52
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_call_is_countered_accepted_started_and_logged_by_one_side_and_then_by_the_other()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        await AskAsync(line, "the columns at Alder Crossing", "German");
        await using var americans = await Browser.StartAsync(line["us"]);
        await using var russians = await Browser.StartAsync(line["ru"]);
        var us = await americans.InviteAsync("A. Kovács", "watch");
        var ru = await russians.InviteAsync("Orlov", "watch");
        foreach (var officer in (Officer[])[us, ru])
            await officer.GoAsync($"/contacts/{line.Line}?tab=calls");

        await us.SeesAsync(us.Page.Locator("[data-item='ru/1']").GetByText("German")); // that an interpreter is wanted is not hidden
        await us.Button("Other times…").ClickAsync();
        await us.Field("From (UTC) *").FillAsync("2031-05-05 10:00");
        await us.Field("Until (UTC) *").FillAsync("2031-05-05 11:00");
        await us.Field("Note").FillAsync("Not on the 4th.");
        await us.ShootAsync("call-counter");
        await us.Button("Put on the record").ClickAsync();
        await us.SeesAsync(us.Page.Locator("[data-item]").GetByText("other times proposed"));

        await ru.SeesAsync(ru.Page.Locator("[data-item]").GetByText("other times proposed"));
        await ru.Button("Accept").ClickAsync();
        await ru.Field("Which window").SelectOptionAsync("0");
        await ru.Button("Put on the record").ClickAsync();
        await us.SeesAsync(us.Page.Locator("[data-item]").GetByText("accepted"));

        await us.Button("Start the call").ClickAsync();
        await us.Field("Who is on the line – a line each").FillAsync("Gen. Doe\nCol. Roe");
        await us.Button("Put on the record").ClickAsync();
        await us.SeesAsync(us.Page.Locator("[data-item]").GetByText("under way"));
        await LogAsync(us, "25", "They meet again in a week.", "call-log");

        // One side's word, and the other is offered to log it too.
        var logged = ru.Page.Locator("[data-logged]");
        await ru.SeesAsync(ru.Page.GetByText("Held, and not logged by us (1)"));
        await ru.SeesAsync(logged.GetByText("according to Party us, not confirmed"));
        await ru.SeesAsync(logged.GetByText("They meet again in a week."));
        Assert.Equal(0, await us.Page.Locator("[data-logged]").CountAsync());
        await ru.ShootAsync("call-to-log");
        await ru.IsAccessibleAsync("a call that the other side logged");
        await LogAsync(ru, "26", "Another call in a week.", "call-log-second");
        await Assertions.Expect(logged).ToHaveCountAsync(0);
        var contacts = (await line["us"].RunAsync("chronology", "--json")).Ended(0).Json["contacts"]!.AsArray();
        Assert.All(contacts, contact => Assert.True(contact!["confirmed"]!.GetValue<bool>()));
        Assert.Empty(us.Errors);
        Assert.Empty(ru.Errors);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_call_is_declined_its_subject_refused_and_a_request_withdrawn()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        await AskAsync(line, "the first", null);
        await AskAsync(line, "the second", null);
        await AskAsync(line, "the third", null);
        await using var americans = await Browser.StartAsync(line["us"]);
        await using var russians = await Browser.StartAsync(line["ru"]);
        var us = await americans.InviteAsync("A. Kovács", "watch");
        var ru = await russians.InviteAsync("Orlov", "watch");
        foreach (var officer in (Officer[])[us, ru])
            await officer.GoAsync($"/contacts/{line.Line}?tab=calls");
        ILocator Call(Officer officer, string topic) =>
            officer.Page.Locator("[data-item]").Filter(new() { HasText = topic });

        await Call(us, "the first").GetByRole(AriaRole.Button, new() { Name = "Decline…" }).ClickAsync();
        await us.Field("Reason").FillAsync("Not before the inquiry.");
        await us.Button("Put on the record").ClickAsync();
        await Assertions.Expect(Call(us, "the first")).ToHaveCountAsync(0);
        await Call(us, "the second").GetByRole(AriaRole.Button, new() { Name = "Refuse the subject…" }).ClickAsync();
        await us.Page.GetByLabel("The subject that is refused *").FillAsync("the second");
        await us.Field("Reason").FillAsync("It is before the court.");
        await us.Button("Put on the record").ClickAsync();
        await Assertions.Expect(Call(us, "the second")).ToHaveCountAsync(0);
        Assert.Equal(0, await Call(ru, "the third").GetByRole(AriaRole.Button, new() { Name = "Accept" }).CountAsync());
        await Call(ru, "the third").GetByRole(AriaRole.Button, new() { Name = "Withdraw…" }).ClickAsync();
        await ru.Button("Put on the record").ClickAsync();
        await Assertions.Expect(Call(ru, "the third")).ToHaveCountAsync(0);
        foreach (var outcome in (string[])["declined", "subject refused", "withdrawn"])
            await ru.SeesAsync(ru.Page.Locator("table").GetByText(outcome));
    }

    /// <summary>What a button of a call says, by the kind that it writes.</summary>
    private static readonly Dictionary<string, string> Says = new(StringComparer.Ordinal)
    {
        ["call.accepted"] = "Accept",
        ["call.countered"] = "Other times…",
        ["call.declined"] = "Decline…",
        ["call.subject_refused"] = "Refuse the subject…",
        ["call.withdrawn"] = "Withdraw…",
        ["call.started"] = "Start the call",
        ["call.held"] = "Log the call…",
    };

    /// <summary>What us writes, one after the other, about a request of ru, by the state that this leads to.</summary>
    private static readonly (string State, string[] Steps)[] States =
    [
        ("requested", []),
        ("countered", ["call.countered"]),
        ("accepted", ["call.accepted"]),
        ("under way", ["call.accepted", "call.started"]),
        ("held", ["call.held"]),
    ];

    // TRAFFIC-52
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Every_act_that_a_side_may_do_in_any_state_of_a_call_is_offered_to_it_and_is_done_when_clicked()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        await using var americans = await Browser.StartAsync(line["us"]);
        await using var russians = await Browser.StartAsync(line["ru"]);
        var officers = new Dictionary<string, Officer>(StringComparer.Ordinal)
        {
            ["us"] = await americans.InviteAsync("A. Kovács", "watch"),
            ["ru"] = await russians.InviteAsync("Orlov", "watch"),
        };
        foreach (var officer in officers.Values)
            await officer.GoAsync($"/contacts/{line.Line}?tab=calls");
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (state, steps) in States)
        foreach (var (party, officer) in officers)
        {
            var first = await InStateAsync(line, $"{state}, for {party}", steps);
            var acts = await ActsAsync(line, party, first);
            var card = Card(officer, first, state);
            foreach (var kind in Says.Keys)
                await Assertions.Expect(ActOf(card, kind)).ToHaveCountAsync(acts.Contains(kind) ? 1 : 0);
            foreach (var kind in acts)
            {
                var call = kind == acts[0] ? first : await InStateAsync(line, $"{state}, for {party}: {kind}", steps);
                await DoAsync(officer, Card(officer, call, state), kind);
                await Until.HoldsAsync(
                    $"{party} wrote {kind} about a call that was {state}",
                    async () =>
                        (await line[party].Api.GetAsync($"lines/{line.Line}/items/{call}"))["entries"]!.AsArray(),
                    entries =>
                        entries.Any(e =>
                            e!["kind"]!.GetValue<string>() == kind
                            && e["entry"]!.GetValue<string>().StartsWith($"{party}/", StringComparison.Ordinal)
                        )
                );
                done.Add($"{state} {party} {kind}");
            }
        }
        Assert.Superset(Says.Keys.ToHashSet(), done.Select(d => d.Split(' ')[^1]).ToHashSet());
        Assert.Contains("held ru call.held", done);
        Assert.True(done.Count >= 18, string.Join(", ", done));
        foreach (var officer in officers.Values)
            Assert.Empty(officer.Errors);
    }

    private static ILocator Card(Officer officer, string call, string state) =>
        officer
            .Page.Locator(state == "held" ? "[data-logged]" : "article")
            .And(officer.Page.Locator($"[data-item='{call}']"));

    private static ILocator ActOf(ILocator card, string kind) =>
        card.GetByRole(AriaRole.Button, new() { Name = Says[kind], Exact = true });

    private static async Task<string[]> ActsAsync(OpenLine line, string party, string call) =>
        [
            .. (await line[party].Api.GetAsync($"lines/{line.Line}/items/{call}"))["acts"]!
                .AsArray()
                .Select(a => a!.GetValue<string>())
                .Where(Says.ContainsKey), // what belongs to voice is done in the call itself
        ];

    /// <summary>A call that ru asks for, led to a state by us, as both stations know it.</summary>
    private static async Task<string> InStateAsync(OpenLine line, string topic, string[] steps)
    {
        var call = (await AskAsync(line, topic, null))["id"]!.GetValue<string>();
        foreach (var kind in steps)
            await line["us"]
                .Api.PostAsync(
                    $"lines/{line.Line}/entries?wait=sealed",
                    new JsonObject
                    {
                        ["kind"] = kind,
                        ["body"] = kind switch
                        {
                            "call.accepted" => new JsonObject { ["window"] = Window("2031-05-04") },
                            "call.countered" => new JsonObject { ["windows"] = new JsonArray(Window("2031-05-06")) },
                            "call.held" => new JsonObject { ["minutes"] = 20, ["topic"] = topic },
                            _ => new JsonObject(),
                        },
                        ["re"] = new JsonArray(call),
                        ["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "A. Tester" },
                    }
                );
        return call;
    }

    private static async Task DoAsync(Officer officer, ILocator card, string kind)
    {
        await ActOf(card, kind).ClickAsync();
        ILocator Field(string label) => card.GetByLabel(label, new() { Exact = true });
        switch (kind)
        {
            case "call.countered":
                await Field("From (UTC) *").FillAsync("2031-05-05 10:00");
                await Field("Until (UTC) *").FillAsync("2031-05-05 11:00");
                break;
            case "call.subject_refused":
                await Field("The subject that is refused *").FillAsync("the columns");
                break;
            case "call.held":
                await Field("Started (UTC) *").FillAsync("2026-05-05 10:00");
                await Field("Minutes *").FillAsync("25");
                await Field("Outcome *").FillAsync("They meet again.");
                break;
        }
        await card.GetByRole(AriaRole.Button, new() { Name = "Put on the record" }).ClickAsync();
        await officer.SeesAsync(officer.Page.GetByRole(AriaRole.Heading, new() { Name = "All requests" }));
    }

    private static JsonObject Window(string day) =>
        new() { ["from"] = $"{day}T10:00:00.000Z", ["until"] = $"{day}T11:00:00.000Z" };

    private static async Task LogAsync(Officer officer, string minutes, string outcome, string shot)
    {
        await officer.Button("Log the call…").ClickAsync();
        // What was started on the record is in the log already; what nobody knows but those who spoke is asked for.
        await Assertions.Expect(officer.Field("Started (UTC) *")).Not.ToHaveValueAsync("");
        await Assertions.Expect(officer.Field("Minutes *")).Not.ToHaveValueAsync("");
        await officer.Button("Put on the record").ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("Missing:"));
        await officer.Field("Started (UTC) *").FillAsync("2026-05-05 10:00");
        await officer.Field("Minutes *").FillAsync(minutes);
        await officer.Field("Outcome *").FillAsync(outcome);
        await officer.ShootAsync(shot);
        await officer.Button("Put on the record").ClickAsync();
        await officer.SeesAsync(officer.Page.Locator("table").GetByText("held"));
    }

    private static Task<JsonNode> AskAsync(OpenLine line, string topic, string? interpreter) =>
        line["ru"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries?wait=sealed",
                Act.Of(
                    "call.requested",
                    new JsonObject
                    {
                        ["between"] = new JsonArray(
                            new JsonObject { ["party"] = "us", ["office"] = "secretary of defence" },
                            new JsonObject { ["party"] = "ru", ["office"] = "minister of defence" }
                        ),
                        ["topic"] = topic,
                        ["interpreter"] = interpreter,
                        ["windows"] = new JsonArray(Window("2031-05-04")),
                        ["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "A. Tester" },
                    }
                )
            );
}
