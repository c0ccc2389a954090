using System.CommandLine;
using System.Text;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Backup;

namespace Parley.Cli.Commands;

/// <summary>A station into a folder, and out of it again.</summary>
internal static class BackupCommands
{
    internal static Command CreateBackup(CommandContext context)
    {
        var folder = new Option<string>("--out")
        {
            Description = "The folder to make; it must not be there yet",
            Required = true,
            HelpName = "FOLDER",
        };
        var store = Store("Where the record is kept, if not as the settings say");
        var json = CommandContext.Json();
        var command = new Command(
            "backup",
            "Copy a station, running or not, into a folder: record, settings, card and keys"
        )
        {
            folder,
            store,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var directory = context.Directory(parsed);
                var target = parsed.GetValue(folder)!;
                var inUse = await StationClient.StoreInUseAsync(directory, ct);
                var made = await ProgressBar.RunAsync(
                    context.Screen,
                    "backup",
                    progress =>
                        Task.Run(
                            () =>
                                StationBackup.Make(
                                    directory,
                                    parsed.GetValue(store),
                                    target,
                                    inUse,
                                    context.Screen.Clock,
                                    progress,
                                    ct
                                ),
                            ct
                        )
                );
                if (!made.TryGet(out var manifest, out var reason))
                    throw new Failure($"no backup was made: {reason}");
                if (parsed.GetValue(json))
                    context.Screen.Json(ToJson(manifest, Path.GetFullPath(target)));
                else
                    Print(
                        context.Screen,
                        manifest,
                        $"{context.Screen.Good("BACKUP")}  {manifest.Party}, {Size(manifest)} in {target}",
                        "It holds the record in clear and the keys as they are: keep it like the station itself.",
                        $"Try it: parley check --data {target}"
                    );
                return Program.Done;
            }
        );
        return command;
    }

    internal static Command CreateRestore(CommandContext context)
    {
        var folder = new Argument<string>("FOLDER") { Description = "A backup that parley backup made" };
        var store = Store("Where the record is to be kept");
        var json = CommandContext.Json();
        var command = new Command(
            "restore",
            "Make a station from a backup; it signs nothing until its peers have shown what they hold of it"
        )
        {
            folder,
            store,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var directory = context.Directory(parsed);
                var source = parsed.GetValue(folder)!;
                if (context.GivenData(parsed) is null)
                    throw new Failure("name the directory to restore to: --data DIR", Program.Usage);
                var restored = await ProgressBar.RunAsync(
                    context.Screen,
                    "restore",
                    progress =>
                        Task.Run(
                            () =>
                                StationRestore.RunAsync(
                                    source,
                                    directory,
                                    parsed.GetValue(store),
                                    context.Screen.Clock,
                                    progress,
                                    ct
                                ),
                            ct
                        )
                );
                if (!restored.TryGet(out var manifest, out var reason))
                    throw new Failure($"nothing was restored: {reason}");
                if (parsed.GetValue(json))
                    context.Screen.Json(ToJson(manifest, directory.Path));
                else
                    Print(
                        context.Screen,
                        manifest,
                        $"{context.Screen.Good("RESTORED")}  {manifest.Party} as of {Times.Group(manifest.At)}, into {directory.Path}",
                        "Make sure that the station it was copied from does not run and never will: two that run at once contradict each other.",
                        $"Next: parley run --data {directory.Path}  Each line signs again once all its peers have shown what they hold of this station."
                    );
                return Program.Done;
            }
        );
        return command;
    }

    internal static Option<string?> Store(string description) =>
        new("--store") { Description = description, HelpName = "sqlite|postgres://…" };

    private static void Print(Screen screen, BackupManifest manifest, string title, params string[] notes)
    {
        screen.Line(title);
        foreach (var line in manifest.Lines)
            screen.Line(
                $"  line {line.Line}: {string.Join(", ", line.Feeds.Select(feed => $"{feed.Party} {feed.Size}"))}"
            );
        foreach (var line in notes.SelectMany(note => screen.Wrap(note, 2)))
            screen.Line(line);
    }

    private static string Size(BackupManifest manifest) =>
        $"{manifest.Files.Sum(file => file.Length) / 1024.0 / 1024.0:0.0} MiB";

    private static string ToJson(BackupManifest manifest, string path)
    {
        using var bytes = new MemoryStream();
        using (var w = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = ApiJson.Readable.Options.Encoder }))
        {
            w.WriteStartObject();
            w.WriteString("path", path);
            w.WriteString("party", manifest.Party);
            w.WriteString("at", UtcText.Of(manifest.At));
            w.WriteString("store", manifest.Store);
            w.WriteNumber("migration", manifest.Migration);
            w.WriteNumber("bytes", manifest.Files.Sum(file => file.Length));
            w.WriteStartArray("lines");
            foreach (var line in manifest.Lines)
            {
                w.WriteStartObject();
                w.WriteString("line", line.Line);
                w.WriteStartArray("feeds");
                foreach (var feed in line.Feeds)
                {
                    w.WriteStartObject();
                    w.WriteString("party", feed.Party);
                    w.WriteNumber("size", feed.Size);
                    w.WriteString("root", feed.Root);
                    w.WriteEndObject();
                }
                w.WriteEndArray();
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
