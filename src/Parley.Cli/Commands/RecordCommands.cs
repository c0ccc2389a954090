using System.CommandLine;
using System.Text;
using System.Text.Json;
using Parley.Cli.Evidence;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>Reading the record, and taking it away as evidence.</summary>
internal static class RecordCommands
{
    internal static Command Create(CommandContext context) =>
        new("record", "Read the record, follow it, export it")
        {
            CreateList(context),
            CreateSearch(context),
            CreateShow(context),
            CreateFollow(context),
            CreateExport(context),
        };

    private static Command CreateList(CommandContext context)
    {
        var line = CommandContext.Line();
        var from = new Option<long>("--from")
        {
            Description = "Only what arrived after this arrival number",
            HelpName = "N",
        };
        var limit = new Option<long>("--limit")
        {
            Description = "At most this many entries",
            HelpName = "N",
            DefaultValueFactory = static _ => long.MaxValue,
        };
        var json = CommandContext.Json();
        var command = new Command("list", "Entries of all feeds, in order of arrival here") { line, from, limit, json };
        command.SetAction(
            async (parsed, ct) =>
            {
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                long? after = parsed.GetValue(from);
                for (var left = parsed.GetValue(limit); left > 0 && after is { } from_; )
                {
                    var page = await station.GetAsync(
                        $"lines/{id}/entries?after={from_}&limit={Math.Min(left, RecordEndpoints.MaxPage)}",
                        ApiJson.Default.RecordPage,
                        ct
                    );
                    foreach (var entry in page.Entries)
                        Print(context.Screen, entry, parsed.GetValue(json));
                    left -= page.Entries.Count;
                    after = page.Next;
                }
                return Program.Done;
            }
        );
        return command;
    }

    private static Command CreateSearch(CommandContext context)
    {
        const int enough = 100;
        var text = new Argument<string?>("TEXT")
        {
            Description = "What stands in the body, whatever its case",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var line = CommandContext.Line();
        var kind = new Option<string?>("--kind")
        {
            Description = "The kind of entry, such as call.declined; or a family of them, such as call.",
            HelpName = "KIND",
        };
        var from = new Option<string?>("--from") { Description = "Only entries of this party", HelpName = "PARTY" };
        var officer = new Option<string?>("--officer")
        {
            Description = "Part of the name of who wrote or released it",
            HelpName = "NAME",
        };
        var since = new Option<string?>("--since")
        {
            Description = "Written at this UTC time or later, such as 2022-03-23T14:05Z",
            HelpName = "TIME",
        };
        var until = new Option<string?>("--until") { Description = "Written before this UTC time", HelpName = "TIME" };
        var mark = new Option<string?>("--mark") { Description = "actual, exercise or test" };
        mark.AcceptOnlyFromAmong("actual", "exercise", "test");
        var limit = new Option<int>("--limit")
        {
            Description = "At most this many entries",
            HelpName = "N",
            DefaultValueFactory = static _ => enough,
        };
        var json = CommandContext.Json();
        var command = new Command("search", "Entries by text, kind, author, time and mark, the newest first")
        {
            text,
            line,
            kind,
            from,
            officer,
            since,
            until,
            mark,
            limit,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var query = new StringBuilder();
                foreach (
                    var (name, value) in ((string, string?)[])
                        [
                            ("text", parsed.GetValue(text)),
                            ("kind", parsed.GetValue(kind)),
                            ("from", parsed.GetValue(from)),
                            ("by", parsed.GetValue(officer)),
                            ("since", parsed.GetValue(since)),
                            ("until", parsed.GetValue(until)),
                            ("mark", parsed.GetValue(mark)),
                        ]
                )
                {
                    if (value is not null)
                        query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
                }
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                long? before = long.MaxValue;
                for (var left = parsed.GetValue(limit); left > 0 && before is { } end; )
                {
                    var found = await station.GetAsync(
                        $"lines/{id}/search?before={end}&limit={Math.Min(left, RecordEndpoints.MaxPage)}{query}",
                        ApiJson.Default.RecordFindings,
                        ct
                    );
                    foreach (var entry in found.Entries)
                        Print(context.Screen, entry, parsed.GetValue(json));
                    left -= found.Entries.Count;
                    before = found.Next;
                }
                return Program.Done;
            }
        );
        return command;
    }

    private static Command CreateShow(CommandContext context)
    {
        var entry = new Argument<string>("ENTRY") { Description = "The entry, such as ru/17" };
        var line = CommandContext.Line();
        var proof = new Option<bool>("--proof") { Description = "Print its proof, a C2SP tlog-proof, instead" };
        var delivered = new Option<string?>("--delivered-to")
        {
            Description = "Print the proof that this party held it by the time in its own cosignature, instead",
            HelpName = "PARTY",
        };
        var body = new Option<bool>("--body") { Description = "Print the bytes of its body instead" };
        var json = CommandContext.Json();
        var command = new Command("show", "One entry, and who has signed for it")
        {
            entry,
            line,
            proof,
            delivered,
            body,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                if (!EntryId.TryParse(parsed.GetValue(entry), out var wanted))
                    throw new Failure($"'{parsed.GetValue(entry)}' is not an entry such as ru/17", Program.Usage);
                await using var station = await context.ReadingAsync(parsed, ct);
                var path = $"lines/{await station.LineAsync(parsed.GetValue(line), ct)}/entries/{wanted}";
                if (parsed.GetValue(proof))
                {
                    screen.Output.Write(await station.GetAsync($"{path}/proof", ct));
                    return Program.Done;
                }
                if (parsed.GetValue(delivered) is { } holder)
                {
                    screen.Output.Write(await station.GetAsync($"{path}/delivery/{Uri.EscapeDataString(holder)}", ct));
                    return Program.Done;
                }
                if (parsed.GetValue(body))
                    return await PrintBodyAsync(screen, station, path, ct);
                var answer = await station.GetAsync(path, ct);
                if (parsed.GetValue(json))
                {
                    screen.Json(answer);
                    return Program.Done;
                }
                using var detail = JsonDocument.Parse(answer);
                EntryPrinter.Print(screen, detail.RootElement.Deserialize(EntryViewReader.Default.EntryView)!);
                foreach (var cosignature in detail.RootElement.GetProperty("cosignatures").EnumerateArray())
                {
                    var party = cosignature.GetProperty("party").GetString();
                    var at = cosignature.GetProperty("at").GetDateTimeOffset();
                    screen.Line(
                        $"  {party} signed at {Times.Group(at)} that it holds the first {cosignature.GetProperty("size").GetUInt64()} entries"
                    );
                }
                foreach (
                    var text in screen.Wrap(
                        SafeText.ShowLine(
                            Encoding.UTF8.GetString(detail.RootElement.GetProperty("header").GetBytesFromBase64())
                        ),
                        2
                    )
                )
                    screen.Line(screen.Dim(text));
                return Program.Done;
            }
        );
        return command;
    }

    private static async Task<int> PrintBodyAsync(
        Screen screen,
        StationClient station,
        string path,
        CancellationToken ct
    )
    {
        if (screen.IsTerminal)
            throw new Failure("a body can hold anything: send it to a file or a pipe", Program.Usage);
        using var answer = await station.OpenAsync(new HttpRequestMessage(HttpMethod.Get, $"{path}/body"), ct);
        await using var content = await answer.Content.ReadAsStreamAsync(ct);
        await using var output = Console.OpenStandardOutput();
        await content.CopyToAsync(output, ct);
        return Program.Done;
    }

    private static Command CreateFollow(CommandContext context)
    {
        var line = CommandContext.Line();
        var from = new Option<long?>("--from")
        {
            Description = "First everything that arrived after this arrival number (0: all)",
            HelpName = "N",
        };
        var json = CommandContext.Json();
        var command = new Command("follow", "What is said, as it arrives; until Ctrl-C") { line, from, json };
        command.SetAction(
            async (parsed, ct) =>
            {
                using var station = context.Client(parsed);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                await new Follower(station, id, parsed.GetValue(from)).RunAsync(
                    context.Screen,
                    parsed.GetValue(json),
                    ct
                );
                return Program.Done;
            }
        );
        return command;
    }

    private static Command CreateExport(CommandContext context)
    {
        var line = CommandContext.Line();
        var output = new Option<string>("--out")
        {
            Description = "Where it goes: a name that ends in .zip makes a zip, any other a folder",
            HelpName = "PATH",
            Required = true,
        };
        var headers = new Option<bool>("--headers-only")
        {
            Description = "Without the bodies: proves that, when and how much, not what",
        };
        var json = CommandContext.Json();
        var command = new Command("export", "The record as evidence that anyone can verify offline")
        {
            line,
            output,
            headers,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                await using var station = await context.ReadingAsync(parsed, ct);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                var path = parsed.GetValue(output)!;
                var query = parsed.GetValue(headers) ? "?parts=headers" : "";
                using var answer = await station.OpenAsync(
                    new HttpRequestMessage(HttpMethod.Get, $"lines/{id}/export{query}"),
                    ct
                );
                var total =
                    answer.Headers.TryGetValues(RecordEndpoints.EntriesHeader, out var values)
                    && long.TryParse(values.First(), out var count)
                        ? count
                        : 0;
                await using var content = await answer.Content.ReadAsStreamAsync(ct);
                var done = await ProgressBar.RunAsync(
                    context.Screen,
                    "export",
                    report => ExportReceiver.ReceiveAsync(content, path, entries => report(entries, total), ct)
                );
                if (parsed.GetValue(json))
                    context.Screen.Json(
                        $$"""{"line":"{{id}}","path":{{JsonSerializer.Serialize(Path.GetFullPath(path), ApiJson.Readable.String)}},"entries":{{done.Entries}},"files":{{done.Files}}}"""
                    );
                else
                    context.Screen.Line(
                        $"{done.Entries} entries of {id} are in {path}. Anyone can check them: parley verify {path}"
                    );
                return Program.Done;
            }
        );
        return command;
    }

    internal static void Print(Screen screen, EntryView entry, bool json)
    {
        if (json)
            screen.Json(JsonSerializer.Serialize(entry, ApiJson.Readable.EntryView));
        else
            EntryPrinter.Print(screen, entry);
    }
}
