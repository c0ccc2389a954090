using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>An officer clears what is theirs, all of it at once: drafts that were not sent, proposals that nobody
/// released.</summary>
internal static class ClearCommand
{
    /// <summary>What is cleared: how the station lists it, what it calls the ids, and where it takes them.</summary>
    private sealed record Shelf(
        string List,
        string Id,
        string Clear,
        string One,
        string Many,
        string Done,
        bool IsReasoned
    );

    private static readonly Shelf Drafts = new(
        "drafts",
        "draft",
        "drafts/delete",
        "draft",
        "drafts",
        "discarded",
        IsReasoned: false
    );
    private static readonly Shelf Proposals = new(
        "proposals",
        "proposal",
        "proposals/refuse",
        "proposal",
        "proposals",
        "taken back",
        IsReasoned: true
    );

    internal static Command OfDrafts(CommandContext context) =>
        Create(context, Drafts, "Throw away all drafts of yours: nothing of them was sent");

    internal static Command OfProposals(CommandContext context) =>
        Create(context, Proposals, "Take back all proposals of yours: nothing of them goes on the record");

    private static Command Create(CommandContext context, Shelf shelf, string description)
    {
        var line = new Option<string?>("--line") { Description = "Only those of this line", HelpName = "ID" };
        var yes = new Option<bool>("--yes") { Description = "Do it without asking" };
        var reason = new Option<string?>("--reason") { Description = "Why", HelpName = "TEXT" };
        var json = CommandContext.Json();
        var officer = new OfficerOptions();
        var command = new Command("clear", description) { line, yes, json };
        if (shelf.IsReasoned)
            command.Options.Add(reason);
        officer.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                using var station = context.Client(parsed);
                var by = officer.Of(parsed);
                LineId? only = parsed.GetValue(line) is { } given ? await station.LineAsync(given, ct) : null;
                var own = Own(await station.GetAsync(shelf.List, ct), shelf, by, only);
                if (own.Count == 0)
                {
                    if (parsed.GetValue(json))
                        screen.Json("""{"done":[],"left":[]}""");
                    else
                        screen.Line(SafeText.ShowLine($"There are no {shelf.Many} of {by.Name}."));
                    return Program.Done;
                }
                if (!parsed.GetValue(yes) && !await IsConfirmedAsync(screen, shelf, by, own.Count, ct))
                    return Program.Failed;
                var body = new JsonObject { [shelf.List] = new JsonArray([.. own.Select(id => (JsonNode)id)]) };
                if (shelf.IsReasoned)
                    body["by"] = officer.Member(parsed);
                if (shelf.IsReasoned && parsed.GetValue(reason) is { } why)
                    body["reason"] = why;
                var answer = await station.PostAsync(
                    shelf.Clear,
                    new StringContent(body.ToJsonString(ApiJson.Readable.Options), Encoding.UTF8, "application/json"),
                    ct
                );
                return Print(screen, answer, shelf, parsed.GetValue(json));
            }
        );
        return command;
    }

    /// <summary>Ids of what that officer wrote, as the station lists it.</summary>
    private static List<string> Own(string answer, Shelf shelf, Officer by, LineId? only)
    {
        using var list = JsonDocument.Parse(answer);
        return
        [
            .. list
                .RootElement.EnumerateArray()
                .Where(one =>
                    one.TryGetProperty("by", out var author)
                    && author.ValueKind == JsonValueKind.Object
                    && by.IsNamed(ItemPrinter.Text(author, "name") ?? "")
                )
                .Where(one => only is not { } line || ItemPrinter.Text(one, "line") == line.Value)
                .Select(one => ItemPrinter.Text(one, shelf.Id))
                .OfType<string>(),
        ];
    }

    private static async Task<bool> IsConfirmedAsync(
        Screen screen,
        Shelf shelf,
        Officer by,
        int count,
        CancellationToken ct
    )
    {
        var what = SafeText.ShowLine($"{count} {(count == 1 ? shelf.One : shelf.Many)} of {by.Name}");
        if (Console.IsInputRedirected)
            throw new Failure($"{what} would be {shelf.Done}, for good: say --yes, or run this on a terminal");
        await screen.ErrorOutput.WriteAsync($"{what} will be {shelf.Done}, for good. Type yes to do it: ");
        return string.Equals((await Console.In.ReadLineAsync(ct))?.Trim(), "yes", StringComparison.OrdinalIgnoreCase);
    }

    private static int Print(Screen screen, string answer, Shelf shelf, bool json)
    {
        using var many = JsonDocument.Parse(answer);
        var left = many.RootElement.GetProperty("left");
        if (json)
            screen.Json(answer);
        else
        {
            var done = many.RootElement.GetProperty("done").GetArrayLength();
            screen.Line(
                $"{done} {(done == 1 ? $"{shelf.One} is" : $"{shelf.Many} are")} {shelf.Done}: nothing was sent."
            );
            foreach (var one in left.EnumerateArray())
                screen.Line(
                    screen.Warn(
                        SafeText.ShowLine($"{ItemPrinter.Text(one, "id")} stays: {ItemPrinter.Text(one, "reason")}")
                    )
                );
        }
        return left.GetArrayLength() == 0 ? Program.Done : Program.Failed;
    }
}
