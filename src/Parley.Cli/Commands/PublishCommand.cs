using System.CommandLine;
using Parley.Cli.Public;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>Writes what was released to the public as a folder of pages that any web server gives out. The station opens
/// no port for it.</summary>
internal static class PublishCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    internal static Command Create(CommandContext context)
    {
        var output = new Option<string>("--out")
        {
            Description = "Folder that the pages are written to",
            HelpName = "DIR",
            Required = true,
        };
        var line = new Option<string[]>("--line")
        {
            Description = "A line; may be given again (default: every line)",
            HelpName = "ID",
        };
        var watch = new Option<bool>("--watch") { Description = "Go on, and write anew what changes" };
        var exercises = new Option<bool>("--exercises")
        {
            Description = "With what is marked an exercise or a test, so marked",
        };
        var names = new Option<string[]>("--name")
        {
            Description = "Full name of a party; may be given again",
            HelpName = "ID=NAME",
        };
        var url = new Option<string?>("--url")
        {
            Description = "Where the pages will stand, for the feeds",
            HelpName = "URL",
        };
        var json = CommandContext.Json();
        var command = new Command("publish", "Write what was released to the public as pages with proofs")
        {
            output,
            line,
            watch,
            exercises,
            names,
            url,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var options = new SiteOptions(Names(parsed.GetValue(names) ?? []), Url(parsed.GetValue(url)), Script());
                var goesOn = parsed.GetValue(watch);
                await using var station = goesOn ? context.Client(parsed) : await context.ReadingAsync(parsed, ct);
                var told = "";
                while (true)
                {
                    try
                    {
                        var (lines, waiting) = await ReadAsync(
                            station,
                            parsed.GetValue(line) ?? [],
                            parsed.GetValue(exercises),
                            ct
                        );
                        var changed = Write(parsed.GetValue(output)!, options, lines, context.Screen.Clock.GetUtcNow());
                        var said = string.Join('\n', waiting);
                        if (said.Length > 0 && said != told)
                            context.Screen.Error(said);
                        told = said;
                        if (changed > 0 || !goesOn)
                            Tell(
                                context.Screen,
                                parsed.GetValue(output)!,
                                lines,
                                changed,
                                waiting.Count,
                                options.CheckHash,
                                parsed.GetValue(json)
                            );
                    }
                    catch (Failure e) when (goesOn && e.ExitCode != Program.Usage)
                    {
                        // The station is being started anew, or the folder's disk is full: it is said, and tried again.
                        if (e.Message != told)
                            context.Screen.Error(e.Message);
                        told = e.Message;
                    }
                    if (!goesOn)
                        return Program.Done;
                    await Task.Delay(Pause, context.Screen.Clock, ct);
                }
            }
        );
        return command;
    }

    private static int Write(
        string path,
        SiteOptions options,
        IReadOnlyList<(PublicWordView, IReadOnlyList<PublicItem>)> lines,
        DateTimeOffset now
    )
    {
        try
        {
            var folder = new SiteFolder(Path.GetFullPath(path));
            new Site(folder, options, now).Write(lines);
            return folder.Changed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure($"{path} cannot be written: {e.Message}");
        }
    }

    private static async Task<(IReadOnlyList<(PublicWordView, IReadOnlyList<PublicItem>)>, List<string>)> ReadAsync(
        StationClient station,
        string[] given,
        bool exercises,
        CancellationToken ct
    )
    {
        var ids = new List<LineId>();
        foreach (var line in given)
            ids.Add(await station.LineAsync(line, ct));
        if (given.Length == 0)
            ids.AddRange(
                (await station.GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct)).Select(l => l.Line)
            );
        var lines = new List<(PublicWordView, IReadOnlyList<PublicItem>)>();
        var waiting = new List<string>();
        foreach (var id in ids.Distinct())
        {
            var word = await ReadAsync(station, id, ct);
            if (word.Uncounted > 0)
                waiting.Add($"of {id}, {word.Uncounted} entries are beyond a party's share and were not looked at");
            if (word.ClockAheadSeconds is { } ahead)
                waiting.Add(
                    $"of {id}, what is under an embargo waits: this station's clock went ahead by {TimeSpan.FromSeconds(ahead):d\\.hh\\:mm\\:ss} while it ran; start it again once the clock is right"
                );
            lines.Add((word, PublicItem.Of(word, exercises, waiting)));
        }
        return (lines, waiting);
    }

    private static async Task<PublicWordView> ReadAsync(StationClient station, LineId line, CancellationToken ct)
    {
        PublicWordView? whole = null;
        while (whole is null || whole.Texts.Count < whole.Total)
        {
            var page = await station.GetAsync(
                $"lines/{line}/public?skip={whole?.Texts.Count ?? 0}",
                TrafficApiJson.Default.PublicWordView,
                ct
            );
            if (whole is not null && page.Texts.Count == 0)
                break;
            whole = whole is null
                ? page
                : page with
                {
                    Texts = [.. whole.Texts, .. page.Texts],
                    Proofs = [.. whole.Proofs, .. page.Proofs],
                };
        }
        return whole with
        {
            Texts = [.. whole.Texts.DistinctBy(t => (t.Entry, t.By))],
            Proofs = [.. whole.Proofs.DistinctBy(p => p.Entry)],
        };
    }

    private static void Tell(
        Screen screen,
        string path,
        IReadOnlyList<(PublicWordView Word, IReadOnlyList<PublicItem> Items)> lines,
        int changed,
        int waiting,
        string check,
        bool json
    )
    {
        var texts = lines.Sum(line => line.Items.Count);
        if (json)
            screen.Json(
                $$"""{"texts":{{texts}},"filesChanged":{{changed}},"waiting":{{waiting}},"check":"{{check}}"}"""
            );
        else
            screen.Line(
                $"{path}: {texts} texts, {changed} files changed{(waiting == 0 ? "" : $", {waiting} waiting")}"
            );
    }

    private static Dictionary<string, string> Names(string[] given)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in given)
        {
            if (name.Split('=', 2) is not [var id, { Length: > 0 } full] || !PartyId.TryParse(id, out _))
                throw new Failure($"'{name}' is not ID=NAME", Program.Usage);
            names[id] = full;
        }
        return names;
    }

    private static string? Url(string? given) =>
        given is null ? null
        : Uri.TryCreate(given, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? uri.ToString().TrimEnd('/') + "/"
        : throw new Failure($"'{given}' is not a URL", Program.Usage);

    private static string Script()
    {
        var path = Path.Combine(
            ConsoleFiles.Find(null)
                ?? throw new Failure("the check for readers' browsers is built with the console, and there is none"),
            "verify.js"
        );
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure($"the check for readers' browsers is not here ({path}): it is built with the console");
        }
    }
}
