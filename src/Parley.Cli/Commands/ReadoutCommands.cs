using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Crypto;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Cli.Commands;

/// <summary>Readouts of calls: a party's own, and joint ones that go back and forth until both have named one text's
/// hash (R23).</summary>
internal static class ReadoutCommands
{
    private const int MaxBody = Body.MaxInline;

    internal static Command Create(CommandContext context)
    {
        EntryCommand Make(string name, string description, string kind) => new(context, name, description, kind);
        return new Command("readout", "Draft, agree and release readouts of calls")
        {
            Content(Make("issue", "Issue this party's own readout of a call", Kinds.ReadoutIssued).On("The call"))
                .Build(),
            Content(Make("propose", "Propose a joint readout of a call", Kinds.ReadoutDrafted).On("The call")).Build(),
            Content(Make("draft", "Answer a draft with another one", Kinds.ReadoutDrafted).On("The readout")).Build(),
            new EntryCommand(context, "agree", "Agree to the newest draft, by its hash", Kinds.ReadoutAgreed)
            {
                Finish = async (station, line, readout, body, ct) =>
                    body["hash"] ??= await HashAsync(station, line, readout!.Value, ct),
            }
                .On("The draft")
                .Text(
                    "--hash",
                    "hash",
                    "The hash of the text that you read (default: that of ENTRY as it stands here)",
                    "sha256:HEX"
                )
                .Build(),
            Make("withdraw", "Take a draft of a joint readout back", Kinds.ReadoutWithdrawn)
                .On("The readout")
                .Text("--reason", "reason", "Why")
                .Build(),
            Make("publish", "Release a readout to a level", Kinds.ReadoutReleased)
                .On("The readout")
                .Choice("--level", "level", "Release level", Release.Levels, "public")
                .Build(),
            Content(
                    Make(
                            "correct",
                            "State this party's own readout anew; both texts stay readable",
                            Kinds.ReadoutCorrected
                        )
                        .On("The readout")
                )
                .Build(),
            Make(
                    "recall",
                    "Take this party's release to the public back; that it was released stays known",
                    Kinds.ReadoutRecalled
                )
                .On("The readout")
                .Text("--reason", "reason", "Why, for the public to read")
                .Build(),
            CreateShow(context),
        };
    }

    private static EntryCommand Content(EntryCommand command) =>
        command
            .Said("TEXT", "text", "The readout", optional: true)
            .Each(
                "--point",
                "points",
                "A point, and how the sides stood on it",
                "agreed|discussed|disagreed=TEXT",
                text =>
                    text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
                    && Readout.Tags.Contains(text[..equals])
                        ? new JsonObject { ["text"] = text[(equals + 1)..], ["tag"] = text[..equals] }
                        : null
            )
            .Time("--effective", "effective", "When what is agreed takes effect")
            .Time("--embargo", "embargo", "Not to be published before")
            .Time("--first-since", "firstSince", "When the parties had last spoken before");

    private static async Task<string> HashAsync(StationClient station, LineId line, EntryId draft, CancellationToken ct)
    {
        using var answer = await station.OpenAsync(
            new HttpRequestMessage(HttpMethod.Get, $"lines/{line}/entries/{draft}/body"),
            ct
        );
        await using var content = await answer.Content.ReadAsStreamAsync(ct);
        var bytes = new byte[MaxBody + 1];
        var length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        return length > MaxBody
            ? throw new Failure($"{draft} is no draft of a readout")
            : $"sha256:{Sha256.Of(bytes.AsSpan(0, length)).ToHex()}";
    }

    private static Command CreateShow(CommandContext context)
    {
        var entry = new Argument<string>("ENTRY") { Description = "The readout, such as us/3" };
        var line = CommandContext.Line();
        var json = CommandContext.Json();
        var command = new Command("show", "A readout: its newest text, who agreed to it, and what differs")
        {
            entry,
            line,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var readout = ActOptions.Entry(parsed.GetValue(entry));
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = parsed.GetValue(line) is { } given
                    ? await station.LineAsync(given, ct)
                    : await station.LineOfAsync(readout, ct);
                var answer = await station.GetAsync($"lines/{id}/items/{readout}", ct);
                return new ReportPrinter(context.Screen, parsed.GetValue(json)).Tell(answer, Print);
            }
        );
        return command;
    }

    private static string Difference(JsonElement difference)
    {
        string Said(string member) =>
            ItemPrinter.Text(difference, member) is { } text ? $"“{SafeText.ShowLine(text)}”" : "nothing";
        var about = ItemPrinter.Text(difference, "point") is { } point
            ? $"“{SafeText.ShowLine(point)}”"
            : ItemPrinter.Text(difference, "what");
        return $"differs on {about}: {Said("first")} before, {Said("second")} now";
    }

    private static void Print(Screen screen, JsonElement item)
    {
        ItemPrinter.Print(screen, item);
        if (item.TryGetProperty("readout", out var readout))
        {
            if (readout.TryGetProperty("text", out var text) && text.GetString() is { } words)
                foreach (var line in screen.Quote(words, 4))
                    screen.Line(line);
            if (readout.TryGetProperty("points", out var points))
                foreach (var point in points.EnumerateArray())
                foreach (
                    var line in screen.Quote(
                        $"[{point.GetProperty("tag").GetString()}] {point.GetProperty("text").GetString()}",
                        4
                    )
                )
                    screen.Line(line);
        }
        if (item.TryGetProperty("hash", out var hash))
            screen.Line($"    {hash.GetString()}");
        if (item.TryGetProperty("agreed", out var agreed) && agreed.GetArrayLength() > 0)
            screen.Line($"    agreed by {string.Join(", ", agreed.EnumerateArray().Select(p => p.GetString()))}");
        if (!item.TryGetProperty("differences", out var differences))
            return;
        foreach (var difference in differences.EnumerateArray())
        foreach (var line in screen.Wrap(Difference(difference), 4))
            screen.Line(screen.Warn(line));
    }
}
