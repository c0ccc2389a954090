using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>Grave acts wait here for their second officer.</summary>
internal static class ProposalCommands
{
    internal static IEnumerable<Command> Create(CommandContext context)
    {
        yield return List(context);
        yield return Answer(
            context,
            "release",
            "Release what another officer proposed: it goes on the record",
            reasoned: false
        );
        yield return Answer(context, "refuse", "Refuse what another officer proposed; it is dropped", reasoned: true);
    }

    private static Command List(CommandContext context)
    {
        var refused = new Option<bool>("--refused")
        {
            Description = "What was refused or taken back lately instead, by whom and why",
        };
        var json = CommandContext.Json();
        var command = new Command("proposals", "Proposals that wait for a second officer")
        {
            refused,
            json,
            ClearCommand.OfProposals(context),
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var report = new ReportPrinter(context.Screen, parsed.GetValue(json));
                if (parsed.GetValue(refused))
                {
                    report.TellEach(await station.GetAsync("proposals/refused", ct), PrintRefused);
                    return report.OrElse("Nothing was refused lately.");
                }
                report.TellEach(await station.GetAsync("proposals", ct), Print);
                return report.OrElse("Nothing waits for a second officer.");
            }
        );
        return command;
    }

    private static void Print(Screen screen, JsonElement proposal)
    {
        screen.Line(
            $"{screen.Bold(ItemPrinter.Text(proposal, "proposal") ?? "")}  {ItemPrinter.Text(proposal, "kind")}  {(ItemPrinter.Time(proposal, "at") is { } at ? ItemPrinter.Shown(screen, at) : "")}"
        );
        var by = proposal.TryGetProperty("by", out var officer)
            ? $"{ItemPrinter.Text(officer, "name")} ({ItemPrinter.Text(officer, "seat")})"
            : "";
        foreach (var text in screen.Wrap(SafeText.ShowLine($"by {by}, on {ItemPrinter.Text(proposal, "line")}"), 2))
            screen.Line(screen.Dim(text));
        if (proposal.TryGetProperty("body", out var body) && body.ValueKind != JsonValueKind.Null)
            foreach (var text in screen.Wrap(SafeText.Show(body.GetRawText()), 4))
                screen.Line(text);
    }

    private static void PrintRefused(Screen screen, JsonElement refused)
    {
        Print(screen, refused.GetProperty("proposal"));
        var by = refused.GetProperty("by");
        var words =
            $"refused by {ItemPrinter.Text(by, "name")} ({ItemPrinter.Text(by, "seat")}) {(ItemPrinter.Time(refused, "at") is { } at ? ItemPrinter.Shown(screen, at) : "")}: {ItemPrinter.Text(refused, "reason") ?? "no reason given"}";
        foreach (var text in screen.Wrap(SafeText.ShowLine(words), 2))
            screen.Line(screen.Warn(text));
    }

    private static Command Answer(CommandContext context, string name, string description, bool reasoned)
    {
        var proposal = new Argument<string>("PROPOSAL") { Description = "Its name, such as p-1f0c" };
        var reason = new Option<string?>("--reason") { Description = "Why", HelpName = "TEXT" };
        var json = CommandContext.Json();
        var officer = new OfficerOptions();
        var command = new Command(name, description) { proposal };
        officer.AddTo(command);
        if (reasoned)
            command.Options.Add(reason);
        command.Options.Add(json);
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                using var station = context.Client(parsed);
                var body = new JsonObject { ["by"] = officer.Member(parsed) };
                if (reasoned && parsed.GetValue(reason) is { } why)
                    body["reason"] = why;
                var content = new StringContent(
                    body.ToJsonString(ApiJson.Readable.Options),
                    Encoding.UTF8,
                    "application/json"
                );
                var answer = await station.PostAsync(
                    $"proposals/{Uri.EscapeDataString(parsed.GetValue(proposal)!)}/{name}",
                    content,
                    ct
                );
                if (parsed.GetValue(json))
                    screen.Json(answer.Length == 0 ? "{}" : answer);
                else if (reasoned)
                    screen.Line(
                        $"{parsed.GetValue(proposal)} is refused: nothing was sent. Whoever proposed it finds by whom and why: parley proposals --refused"
                    );
                else
                {
                    var appended = StationClient.Read(answer, ApiJson.Default.Appended);
                    screen.Line(
                        $"{screen.Bold(appended.Id.ToString())}  {Times.Group(appended.At)}  {SendCommand.Standing(screen, appended)}"
                    );
                }
                return Program.Done;
            }
        );
        return command;
    }
}
