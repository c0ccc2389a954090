using System.CommandLine;
using System.Text;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Station.Api;
using Parley.Station.Checking;

namespace Parley.Cli.Commands;

/// <summary>Looks a station's data through. Exit code 0: sound; 1: damaged, with what and where; 2: nothing that could
/// be checked.</summary>
internal static class CheckCommand
{
    private const int Unusable = 2;

    /// <summary>Damages printed for people; --json lists more.</summary>
    private const int MaxShown = 20;

    internal static Command Create(CommandContext context)
    {
        var store = BackupCommands.Store("Where the record is kept, if not as the settings say");
        var json = CommandContext.Json();
        var command = new Command(
            "check",
            "Verify everything that a station or a backup holds against its signatures; read-only"
        )
        {
            store,
            json,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var screen = context.Screen;
                var directory = context.Directory(parsed);
                var inUse = await StationClient.StoreInUseAsync(directory, ct);
                var began = screen.Clock.GetTimestamp();
                var report = await ProgressBar.RunAsync(
                    screen,
                    "check",
                    progress =>
                        Task.Run(
                            () =>
                                StationCheck.Run(
                                    directory,
                                    parsed.GetValue(store),
                                    Passphrase.FromEnvironment(),
                                    inUse,
                                    screen.Clock,
                                    progress,
                                    ct
                                ),
                            ct
                        )
                );
                var seconds = screen.Clock.GetElapsedTime(began).TotalSeconds;
                if (parsed.GetValue(json))
                    screen.Json(ToJson(report, seconds));
                else
                    Print(screen, report, seconds);
                return report.Verdict switch
                {
                    CheckVerdict.Sound => Program.Done,
                    CheckVerdict.Damaged => Program.Failed,
                    _ => Unusable,
                };
            }
        );
        return command;
    }

    private static void Print(Screen screen, CheckReport report, double seconds)
    {
        screen.Line(
            report.Verdict switch
            {
                CheckVerdict.Sound => $"{screen.Good("SOUND")}  {report.Store}",
                CheckVerdict.Damaged =>
                    $"{screen.Act("DAMAGED")}  {report.Store}: {report.Damage.Count + report.NotListed} found",
                _ => $"{screen.Act("UNUSABLE")}  {report.Store}",
            }
        );
        foreach (var damage in report.Damage.Take(MaxShown))
        foreach (var line in screen.Wrap(SafeText.ShowLine(damage.ToString()), 2))
            screen.Line(screen.Act(line));
        if (report.Damage.Count + report.NotListed > MaxShown)
            screen.Line(
                $"  and {report.Damage.Count + report.NotListed - MaxShown} more (--json lists {report.Damage.Count})"
            );
        foreach (var notice in report.Notices)
        foreach (var line in screen.Wrap(SafeText.ShowLine(notice), 2))
            screen.Line(screen.Warn(line));
        if (report.Verdict == CheckVerdict.Unusable)
            return;
        screen.Line(
            $"  {report.Lines} lines, {report.Feeds} feeds, {report.Entries} entries, {report.Bodies} bodies, {report.Signatures} cosignatures and deliveries, {report.Attachments} whole attachments, in {seconds:0.0} s"
        );
    }

    private static string ToJson(CheckReport report, double seconds)
    {
        using var bytes = new MemoryStream();
        using (var w = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = ApiJson.Readable.Options.Encoder }))
        {
            w.WriteStartObject();
            w.WriteString("verdict", report.Verdict.ToString().ToLowerInvariant());
            w.WriteString("store", report.Store);
            w.WriteNumber("lines", report.Lines);
            w.WriteNumber("feeds", report.Feeds);
            w.WriteNumber("entries", report.Entries);
            w.WriteNumber("bodies", report.Bodies);
            w.WriteNumber("signatures", report.Signatures);
            w.WriteNumber("attachments", report.Attachments);
            w.WriteNumber("seconds", Math.Round(seconds, 3));
            w.WriteStartArray("damage");
            foreach (var damage in report.Damage)
            {
                w.WriteStartObject();
                w.WriteString("where", damage.Where);
                w.WriteString("line", damage.Line);
                w.WriteString("feed", damage.Feed);
                w.WriteString("entry", damage.Entry);
                w.WriteString("what", damage.What);
                w.WriteString("remedy", damage.Remedy);
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteNumber("damageNotListed", report.NotListed);
            w.WriteStartArray("notices");
            foreach (var notice in report.Notices)
                w.WriteStringValue(notice);
            w.WriteEndArray();
            w.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
